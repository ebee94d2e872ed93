//! What came out of judging one subject, told: as text for a terminal, as one page to read and print, and as JSON.
//!
//! [`Report`] is the one value that every form is made of. Who makes one says in [`FollowUp`] how its reader goes on.

#![forbid(unsafe_code)]

mod follow_up;
pub mod html;
pub mod json;
mod model;
pub mod say;
mod terminal;
pub mod text;
mod words;

pub use self::follow_up::{FollowUp, Rights, Source, quoted};
pub use self::model::{
    ClauseReport, Conclusion, DecidingFact, DirectiveHead, FindingReport, Origin, Report, Summary, UNNAMED,
    WORST_FIRST, applies,
};
pub use self::terminal::{Emphasis, MAX_WIDTH, MIN_WIDTH, Terminal, UNBROKEN_SPACE};

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
