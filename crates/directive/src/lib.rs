//! Directive files -> a checked [`Directive`]; every mistake is a [`Diagnostic`] with a code and a position.
//!
//! Pure: the files come from a [`Source`], and nothing here reads a clock or a disk.

#![forbid(unsafe_code)]

mod diagnostic;
mod directive;
mod duration;
mod examples;
mod format;
mod lang;
pub mod limits;
mod load;
mod parameters;
pub mod schema;
mod source;
mod steps;
mod yaml;

pub use diagnostic::{Code, Diagnostic, Label, Level, Place, render};
pub use directive::{Basis, Check, Clause, Control, Directive, Due, Example, Expected, LegalDocument};
pub use examples::{ExampleOutcome, examples, run_examples};
pub use khien_model::Severity;
pub use lang::{Lang, Texts};
pub use load::{Loaded, load};
pub use parameters::{Parameter, ParameterType, ParameterValue, ParameterValues};
pub use schema::schema_text;
pub use source::Source;
pub use steps::{Step, Steps, ToldSteps};
pub use yaml::plain_value;
