//! The case data of the case-management software (Phần mềm Thụ lý), checked out of an exported table: clause 1.4.
//!
//! ```text
//! Spreadsheet ─▶ titles ─▶ Case, one at a time ─▶ rules F1 to F6 ─▶ Report ─▶ facts of the unit
//!                columns   parties are dropped    limits by the     counts, rows to correct
//!                                                 day of the event
//! ```
//!
//! Nothing is kept of a case but what the counts and the list of rows to correct need: its row, its number, its unit and its
//! enforcement officer. The columns of the parties are never read into a [`Case`](case::Case).
//!
//! Time limits are parameters of the directive, chosen by the day of the *event*; a limit that no source gives leaves the
//! case undecided. Unknown is never in time.

#![forbid(unsafe_code)]

pub mod case;
pub mod checker;
pub mod columns;
pub mod facts;
pub mod limits;
pub mod report;
pub mod say;

pub use checker::{CheckProblem, FindOfficer, Options, beginning, check};
pub use facts::case_data;
pub use limits::Rules;
pub use report::{Remark, RemarkKind, Report, Tally, UnitTally};
