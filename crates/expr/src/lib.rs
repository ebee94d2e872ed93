//! The check language of Khiên: a CEL subset with three-valued logic that explains itself. No I/O, no clock.

#![forbid(unsafe_code)]

pub mod ast;
mod compile;
mod eval;
mod functions;
mod host;
mod lexer;
pub mod limits;
mod outcome;
mod parser;
mod printer;
mod problem;
mod program;
mod scope;
mod text_literal;
mod types;
mod value;
mod version;

pub use ast::{Ast, Span};
pub use outcome::{Cause, Computed, Explanation, FactPath, Outcome, Reason, Step, Verdict};
pub use parser::parse;
pub use problem::{Problem, ProblemCode};
pub use compile::compile;
pub use program::{Inputs, Program};
pub use scope::Scope;
pub use types::Type;
pub use value::Value;
