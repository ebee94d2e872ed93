//! Who belongs to which unit, when.

use std::collections::HashMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{UnitIndex, UnitTree};
use crate::{Subject, SubjectKind, Validity};

/// A subject belongs to a unit for some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// Who.
    pub subject: Subject,
    /// The id of the unit.
    pub unit: String,
    /// The first day.
    pub valid_from: Date,
    /// The first day after the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
}

/// One mistake in a list of [`Assignment`]s. All of them are reported at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssignmentProblem {
    /// The unit is not in the register.
    NoSuchUnit(Assignment),
    /// The period ends before it begins, or has no day.
    Reversed(Assignment),
    /// The unit does not exist on all of those days.
    UnitNotValid(Assignment),
    /// The subject belongs to another unit on the first of those days.
    Overlap(Assignment),
    /// A unit belongs to a unit through its parent, not through an assignment.
    IsUnit(Assignment),
}

impl std::fmt::Display for AssignmentProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (assignment, what) = match self {
            Self::NoSuchUnit(assignment) => (assignment, "the unit is not in the register"),
            Self::Reversed(assignment) => (assignment, "the period has no day"),
            Self::UnitNotValid(assignment) => (assignment, "the unit does not exist on all of those days"),
            Self::Overlap(assignment) => (assignment, "the subject belongs to another unit on the first day"),
            Self::IsUnit(assignment) => (assignment, "a unit belongs to its parent and is never assigned"),
        };
        let Assignment { subject, unit, .. } = assignment;
        write!(formatter, "{} {:?} in {unit:?}, {}: {what}", subject.kind, subject.id, assignment.validity())
    }
}

impl std::error::Error for AssignmentProblem {}

/// The units, and who belongs to them.
#[derive(Debug, Clone, Default)]
pub struct Organisation {
    tree: UnitTree,
    /// Sorted by first day.
    homes: HashMap<Subject, Vec<(UnitIndex, Validity)>>,
}

impl Organisation {
    /// `tree` with the subjects of `assignments`, or everything that is wrong with them.
    pub fn new(
        tree: UnitTree,
        assignments: impl IntoIterator<Item = Assignment>,
    ) -> Result<Self, Vec<AssignmentProblem>> {
        let mut problems = Vec::new();
        let mut homes: HashMap<Subject, Vec<(UnitIndex, Validity)>> = HashMap::new();
        let mut assignments: Vec<Assignment> = assignments.into_iter().collect();
        assignments.sort_by_key(|assignment| assignment.valid_from);
        for assignment in assignments {
            let period = assignment.validity();
            let Some(unit) = tree.find(&assignment.unit) else {
                problems.push(AssignmentProblem::NoSuchUnit(assignment));
                continue;
            };
            let taken = |homes: &Vec<(UnitIndex, Validity)>| homes.iter().any(|(_, other)| other.overlaps(period));
            if assignment.subject.kind == SubjectKind::Unit {
                problems.push(AssignmentProblem::IsUnit(assignment));
            } else if !period.is_ordered() {
                problems.push(AssignmentProblem::Reversed(assignment));
            } else if !tree.unit(unit).validity().encloses(period) {
                problems.push(AssignmentProblem::UnitNotValid(assignment));
            } else if homes.get(&assignment.subject).is_some_and(taken) {
                problems.push(AssignmentProblem::Overlap(assignment));
            } else {
                homes.entry(assignment.subject).or_default().push((unit, period));
            }
        }
        if problems.is_empty() { Ok(Self { tree, homes }) } else { Err(problems) }
    }

    /// The units.
    pub fn tree(&self) -> &UnitTree {
        &self.tree
    }

    /// The unit that `subject` belongs to on `day`; a unit belongs to itself.
    pub fn unit_of(&self, subject: &Subject, day: Date) -> Option<UnitIndex> {
        if subject.kind == SubjectKind::Unit {
            let unit = self.tree.find(&subject.id)?;
            return self.tree.unit(unit).validity().contains(day).then_some(unit);
        }
        self.homes.get(subject)?.iter().find(|(_, validity)| validity.contains(day)).map(|(unit, _)| *unit)
    }

    /// The first day after `day` on which `subject` may stand elsewhere: it moves, or the tree changes.
    pub fn next_change(&self, subject: &Subject, day: Date) -> Option<Date> {
        let homes = self.homes.get(subject).map_or(&[][..], Vec::as_slice);
        let moves = homes.iter().filter_map(|(_, validity)| validity.next_border(day));
        moves.chain(self.tree.next_change(day)).min()
    }
}
