//! How the program ends: the one place that knows exit codes.

use std::process::ExitCode;

use khien_result::{Conclusion, Summary};

/// How the program ends. Scripts and schedulers rely on these numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// What was asked for was done, and nothing fails.
    Good = 0,
    /// Something fails.
    Fails = 1,
    /// Wrong use or bad input.
    Misuse = 2,
    /// Nothing could be judged, or a file is not known to be clean.
    Undecided = 3,
}

impl Exit {
    /// By what a report amounts to.
    pub(crate) const fn of(summary: &Summary) -> Self {
        match summary.conclusion() {
            Conclusion::Good => Self::Good,
            Conclusion::Fails => Self::Fails,
            Conclusion::NothingJudged => Self::Undecided,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_ends_as_its_worst_finding() {
        let summary = |pass, fail, unknown, exempt| Summary { pass, fail, unknown, exempt };
        assert_eq!(Exit::of(&summary(5, 0, 0, 0)), Exit::Good);
        assert_eq!(Exit::of(&summary(5, 0, 9, 1)), Exit::Good);
        assert_eq!(Exit::of(&summary(0, 0, 9, 1)), Exit::Good);
        assert_eq!(Exit::of(&summary(0, 1, 9, 0)), Exit::Fails);
        assert_eq!(Exit::of(&summary(0, 0, 9, 0)), Exit::Undecided);
        assert_eq!(Exit::of(&summary(0, 0, 0, 0)), Exit::Undecided);
    }
}
