//! The check language of Khiên: a CEL subset with three-valued logic that explains itself. No I/O, no clock.
//!
//! A check goes three ways: [`parse`] makes a tree out of text, [`compile`](compile()) checks it against a [`Scope`]
//! (the shapes of facts, the parameters) and makes a [`Program`], which evaluates facts through
//! [`FactSet`](khien_model::facts::FactSet) without converting them. All mistakes are reported at once, as [`Problem`]s
//! with a stable code, a place and a hint.
//!
//! **Three-valued.** A fact may be unknown, a list may be known in part. Unknown flows by Kleene's rules, and what cannot
//! be computed is unknown too. Hence the law that everything rests on: knowing more turns unknown into true or false, and
//! never true into false or back.
//!
//! **Because.** For true and false, [`Program::explain`] yields facts that decide: with every other fact unknown (and every
//! other list open-ended) the verdict is the same, and none of them can be left out. For unknown it yields the facts whose
//! absence keeps it undecided.
//!
//! **Until.** Every outcome says until when it holds if no fact changes: the first moment at which `now` or the age of a
//! fact could turn it.
//!
//! ```
//! use khien_expr::{Inputs, Scope, Type, Verdict, compile, parse};
//! use khien_model::facts::DeviceFacts;
//!
//! let facts: DeviceFacts = serde_json::from_str(
//!     r#"{"antivirus": {
//!         "observed_at": "2026-11-22T07:00:00Z", "source": "agent:linux",
//!         "value": {"products": [{"name": "ClamAV", "running": false}]}
//!     }}"#,
//! )?;
//! let check = parse("antivirus.products.exists(p, p.running)").expect("it is well formed");
//! let program = compile(&check, &Scope::facts(DeviceFacts::AREAS), &Type::Bool).expect("its names exist");
//!
//! let explained = program.explain(&Inputs::new(&facts, "2026-11-22T08:00:00Z".parse()?));
//! assert_eq!(explained.verdict, Verdict::False);
//! let because: Vec<String> =
//!     explained.because.iter().map(|reason| format!("{} = {}", reason.path, reason.cause)).collect();
//! assert_eq!(because, ["antivirus.products[0].running = false", "antivirus.products = 1 item"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The language itself is described for those who write directives in `docs/language.md`.

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
pub use compile::compile;
pub use outcome::{Cause, Computed, Explanation, FactPath, Outcome, Reason, Step, Verdict};
pub use parser::parse;
pub use problem::{Problem, ProblemCode};
pub use program::{Inputs, Program};
pub use scope::Scope;
pub use types::Type;
pub use value::Value;
