//! What can be wrong with a register of units.

use jiff::civil::Date;

use super::{MAX_CHANGE_DAYS, MAX_TREE_DEPTH, MAX_UNITS};
use crate::Validity;

/// One mistake in a [`UnitRegister`](super::UnitRegister). All of them are reported at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TreeProblem {
    /// More than [`MAX_UNITS`] units.
    TooManyUnits(usize),
    /// The tree changes on more than [`MAX_CHANGE_DAYS`] days.
    TooManyChangeDays(usize),
    /// A unit without an id.
    EmptyId,
    /// Two units with one id.
    DuplicateId(String),
    /// A period that ends before it begins, or has no day.
    Reversed {
        /// The unit.
        unit: String,
        /// Whose period: `unit`, `name`, `parent`.
        what: &'static str,
        /// The period.
        period: Validity,
    },
    /// An empty name.
    EmptyName(String),
    /// A name or parent for days on which the unit does not exist.
    OutsideLife {
        /// The unit.
        unit: String,
        /// Whose period: `name` or `parent`.
        what: &'static str,
        /// The period.
        period: Validity,
    },
    /// Two names, or two parents, on one day.
    Overlap {
        /// The unit.
        unit: String,
        /// Whose periods: `name` or `parent`.
        what: &'static str,
        /// The first day with two.
        day: Date,
    },
    /// A day of the unit's life without a name.
    Nameless {
        /// The unit.
        unit: String,
        /// The first such day.
        day: Date,
    },
    /// A parent that is not in the register.
    NoSuchParent {
        /// The unit.
        unit: String,
        /// The missing id.
        parent: String,
    },
    /// A parent that does not exist on every day of the period.
    ParentNotValid {
        /// The unit.
        unit: String,
        /// The parent.
        parent: String,
        /// The period for which it is named as the parent.
        period: Validity,
    },
    /// Units that belong to each other in a circle.
    Cycle {
        /// The units, each belonging to the next, the last to the first.
        units: Vec<String>,
        /// The first day of the circle.
        day: Date,
    },
    /// A unit deeper than [`MAX_TREE_DEPTH`].
    TooDeep {
        /// The unit.
        unit: String,
        /// The first such day.
        day: Date,
    },
    /// A succession naming a unit that is not in the register.
    NoSuchSuccession(String),
    /// A unit that succeeds itself.
    SucceedsItself(String),
    /// A succession on a day on which it makes no sense.
    SuccessionDate {
        /// The unit that takes over.
        new: String,
        /// The unit taken over from.
        old: String,
        /// The day.
        day: Date,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The same succession twice.
    DuplicateSuccession {
        /// The unit that takes over.
        new: String,
        /// The unit taken over from.
        old: String,
        /// The day.
        day: Date,
    },
    /// Units that take over from each other on one day.
    SuccessionCycle {
        /// One of them.
        unit: String,
        /// The day.
        day: Date,
    },
    /// Shares that are zero or above one hundred per cent together.
    Share {
        /// The unit taken over from.
        old: String,
        /// The day.
        day: Date,
        /// The sum, in per cent.
        percent: u32,
    },
}

impl std::fmt::Display for TreeProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooManyUnits(count) => {
                write!(formatter, "{count} units; at most {MAX_UNITS} are allowed")
            }
            Self::TooManyChangeDays(count) => {
                write!(formatter, "the tree changes on {count} days; at most {MAX_CHANGE_DAYS} are allowed")
            }
            Self::EmptyId => write!(formatter, "a unit has no id"),
            Self::DuplicateId(id) => write!(formatter, "two units have the id {id:?}"),
            Self::Reversed { unit, what, period } => {
                write!(formatter, "{unit:?}: the period of the {what} has no day: {period}")
            }
            Self::EmptyName(unit) => write!(formatter, "{unit:?} has an empty name"),
            Self::OutsideLife { unit, what, period } => {
                write!(formatter, "{unit:?} has a {what} while it does not exist: {period}")
            }
            Self::Overlap { unit, what, day } => {
                write!(formatter, "{unit:?} has two {what}s on {day}")
            }
            Self::Nameless { unit, day } => write!(formatter, "{unit:?} has no name on {day}"),
            Self::NoSuchParent { unit, parent } => {
                write!(formatter, "{unit:?} belongs to {parent:?}, which is not in the register")
            }
            Self::ParentNotValid { unit, parent, period } => write!(
                formatter,
                "{unit:?} belongs to {parent:?} ({period}), which does not exist on all of those days"
            ),
            Self::Cycle { units, day } => {
                write!(formatter, "on {day} these units belong to each other in a circle: {}", units.join(", "))
            }
            Self::TooDeep { unit, day } => {
                write!(formatter, "on {day} {unit:?} is deeper than {MAX_TREE_DEPTH} levels")
            }
            Self::NoSuchSuccession(id) => {
                write!(formatter, "a succession names {id:?}, which is not in the register")
            }
            Self::SucceedsItself(id) => write!(formatter, "{id:?} succeeds itself"),
            Self::SuccessionDate { new, old, day, why } => {
                write!(formatter, "{new:?} cannot succeed {old:?} on {day}: {why}")
            }
            Self::DuplicateSuccession { new, old, day } => {
                write!(formatter, "{new:?} succeeds {old:?} twice on {day}")
            }
            Self::SuccessionCycle { unit, day } => {
                write!(formatter, "on {day} {unit:?} takes over from itself through others")
            }
            Self::Share { old, day, percent } => write!(
                formatter,
                "on {day} the shares of {old:?} come to {percent} %; each must be 1 to 100, together at most 100"
            ),
        }
    }
}

impl std::error::Error for TreeProblem {}
