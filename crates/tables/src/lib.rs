//! Tables from outside, `.xlsx` and `.csv`, as rows of text.
//!
//! ```text
//! bytes ─▶ Spreadsheet::open ─▶ rows, one after the other ─▶ titles ─▶ whoever knows what the columns mean
//!          bounded, its letters     nothing is kept of a row    which column
//!          and dates understood     that has gone by            holds what
//! ```
//!
//! What is read is bounded ([`Limits`]) before it is unpacked. Macros are never run and formulas never reckoned: the value
//! that the spreadsheet program stored counts. A file that cannot be read well is refused with what to do about it
//! ([`FileProblem`], [`say`]): letters that are lost are worse than a file that is not taken. Text of the fonts of the
//! nineties (TCVN3, VNI) is recognized and converted, and what was done is shown ([`Origin::converted`]).
//!
//! **Knows nothing** about people, cases or files on a disk: it reads what it is handed.

#![forbid(unsafe_code)]

pub mod dates;
mod delimited;
pub mod fonts;
mod limits;
mod problem;
mod row;
pub mod say;
mod spreadsheet;
#[cfg(test)]
mod tests;
pub mod titles;
mod workbook;

pub use dates::DateSystem;
pub use fonts::{Conversion, Font};
pub use limits::Limits;
pub use problem::FileProblem;
pub use row::{Row, Table, column_name};
pub use spreadsheet::{Origin, Spreadsheet, read};
