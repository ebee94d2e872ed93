//! Units (đơn vị): a dated tree of any depth, and who belongs where.
//!
//! Units are merged, split and renamed, sometimes hundreds in one night, and evidence of the past must still print under
//! the unit of its day. So names and parents are dated attributes, a unit keeps its id for life, and who took over from
//! whom is a relation of its own ([`Succession`]).
//!
//! [`UnitTree::new`] refuses anything that would not be a tree on some day; [`UnitTree::on`] gives the tree of one day.

mod assignment;
mod problem;
mod reform;
#[cfg(test)]
mod tests;
mod tree;
mod validate;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use assignment::{Assignment, AssignmentProblem, Organisation};
pub use problem::TreeProblem;
pub use reform::{Founded, Moved, Part, Reform, ReformProblem, Reformed, Successor, reform};
pub use tree::{TreeOnDay, UnitIndex, UnitTree};

use crate::Validity;

/// The longest way from a root to a leaf, both counted. The ministry's own tree has five levels.
pub const MAX_TREE_DEPTH: usize = 32;

/// The most units in one tree, past ones included. The whole country has about 400.
pub const MAX_UNITS: usize = 20_000;

/// The most different days on which the tree may change.
pub const MAX_CHANGE_DAYS: usize = 4_000;

/// A unit as written in documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// The id: never changes, never means anything.
    pub id: String,
    /// The level or kind in the organisation's own words, e.g. `province`. Nothing depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What it was called, when. Every day of its life has one name.
    pub names: Vec<UnitName>,
    /// What it belonged to, when. A day without a parent makes it a root on that day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<UnitParent>,
    /// Its first day.
    pub valid_from: Date,
    /// The first day after its last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
}

/// What a unit was called for some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitName {
    /// The full name in Vietnamese, in NFC.
    pub name: String,
    /// The abbreviation used in document numbers, e.g. `CTHADS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abbreviation: Option<String>,
    /// The first day.
    pub valid_from: Date,
    /// The first day after the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
}

/// What a unit belonged to for some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitParent {
    /// The id of the parent.
    pub unit: String,
    /// The first day.
    pub valid_from: Date,
    /// The first day after the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
}

/// One unit takes over from another. Many to many: a merger has several `old`, a split several `new`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Succession {
    /// The id of the unit that takes over.
    pub new: String,
    /// The id of the unit taken over from.
    pub old: String,
    /// The first day on which `new` answers for what it took over.
    pub from: Date,
    /// How much of the old unit's work went to the new one, in per cent.
    pub share_percent: u8,
}

/// All units and successions as written in documents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitRegister {
    /// The units, brothers in the organisation's own order.
    pub units: Vec<Unit>,
    /// Who took over from whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successions: Vec<Succession>,
}

macro_rules! dated {
    ($($type:ty),+) => {$(
        impl $type {
            /// When this holds.
            pub fn validity(&self) -> Validity {
                Validity { from: self.valid_from, to: self.valid_to }
            }
        }
    )+};
}

dated!(Unit, UnitName, UnitParent, Assignment);
