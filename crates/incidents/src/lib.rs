//! Security incidents: what is known of one, by when it must be reported to whom, and the letters that say so.
//!
//! ```text
//! form ─▶ FactSheet ─┬─▶ clocks   what is due to whom, and whether that was kept
//!          filled    │            limits are parameters, by the day on which it was discovered
//!          once      └─▶ letters  first, detailed and closing report; what is not known stays a gap
//! ```
//!
//! Hours are hours of the clock, nights and holidays included, counted from the moment of discovery. A limit that no source
//! gives leaves its clock undecided: unknown is never kept.

#![forbid(unsafe_code)]

pub mod acts;
pub mod clocks;
pub mod letters;
pub mod say;
pub mod sheet;

pub use acts::{Act, NewAct};
pub use clocks::{Clock, ClockState, Doubt, Step, clocks};
pub use letters::{Letter, LetterKind, Sender, letter};
pub use sheet::{FactSheet, IncidentKind, Mistake, Part, Progress, Severity, Wrong, YesNo};
