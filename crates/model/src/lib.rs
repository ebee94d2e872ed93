//! The vocabulary of Khiên: subjects, units, facts, findings, dates. No I/O, no clock.
#![forbid(unsafe_code)]

#[macro_use]
pub mod reflect;
mod calendar;
mod day;
mod exemption;
pub mod facts;
mod finding;
mod observed;
pub mod schema;
mod subject;
pub mod text;
mod unit;

pub use calendar::{
    CalendarDocument, CalendarProblem, MAX_WORKING_DAYS, NotCovered, Reckoned, SpecialDays, WeekDay, WorkingDays,
};
pub use day::{DAY_OFFSET, Validity, day_of, end_of_day, start_of_day};
pub use exemption::{Coverage, Exemption, ExemptionProblem, Exemptions, Requirement};
pub use finding::{AppliedExemption, Because, Evidence, Finding, Severity, State};
pub use observed::{Gap, GapCode, Listing, NOT_OBSERVED, Observed};
pub use subject::{Subject, SubjectKind};
pub use unit::{
    Assignment, AssignmentProblem, Founded, MAX_CHANGE_DAYS, MAX_TREE_DEPTH, MAX_UNITS, Moved, Organisation, Part,
    Reform, ReformProblem, Reformed, Succession, Successor, TreeOnDay, TreeProblem, Unit, UnitIndex, UnitName,
    UnitParent, UnitRegister, UnitTree, reform,
};

/// A word that is not in a closed list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownWord {
    /// What was written.
    pub word: String,
    /// What could have been.
    pub allowed: &'static [&'static str],
}

impl std::fmt::Display for UnknownWord {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "unknown word {:?}; allowed: {}", self.word, self.allowed.join(", "))
    }
}

impl std::error::Error for UnknownWord {}
