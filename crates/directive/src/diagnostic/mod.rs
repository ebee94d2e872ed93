//! What is wrong with a directive file, said like a good compiler: code, place, excerpt, hint, in two languages.

mod code;
mod expression;
mod render;
mod report;

pub use code::Code;
pub use render::render;
pub(crate) use report::{Mistake, Report, nearest};

use crate::Texts;

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The directive cannot be used.
    Error,
    /// The directive can be used, but its author should look.
    Warning,
}

/// A place in a file, with the line it stands in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Place {
    /// The file's name, as it was asked of the source.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1 in visible characters: `ế` is one, however it is encoded.
    pub column: usize,
    /// The source line; long lines are cut around the place.
    pub excerpt: String,
    /// How many screen columns of `excerpt` stand before the place.
    pub caret_start: usize,
    /// How many screen columns the place covers; at least one.
    pub caret_width: usize,
}

/// A second place that a diagnostic speaks of.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is there.
    pub message: Texts,
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// Error or warning.
    pub level: Level,
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub message: Texts,
    /// What to do about it.
    pub hint: Option<Texts>,
    /// Other places that matter.
    pub labels: Vec<Label>,
}
