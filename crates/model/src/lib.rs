//! The vocabulary of Khiên: subjects, units, facts, findings, dates. No I/O, no clock.

#[macro_use]
pub mod reflect;
pub mod facts;
mod observed;
mod subject;

pub use observed::{Gap, GapCode, Listing, NOT_OBSERVED, Observed};
pub use subject::{Subject, SubjectKind};

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
        write!(
            formatter,
            "unknown word {:?}; allowed: {}",
            self.word,
            self.allowed.join(", ")
        )
    }
}

impl std::error::Error for UnknownWord {}
