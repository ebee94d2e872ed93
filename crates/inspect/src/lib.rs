//! What is in this file? Types, a tree of everything unpacked, findings with reasons, and one verdict.
//!
//! ```text
//! bytes + name ─▶ node ─┬▶ name checks                      ┌▶ clean
//!                 ▲     ├▶ types (all that match)           ├▶ suspicious
//!                 │     ├▶ rules, detectors ──▶ findings ───┼▶ not inspected, and why
//!                 └─────┴▶ openers: children, or why not    └▶ blocked
//! ```
//!
//! The verdict is a pure function of the bytes, the name, the rules, the limits, the policy and the passwords handed in: no
//! clock, no network, no file. What is not looked into is said, with its reason, and is never called clean. How long an
//! inspection may take is bounded by the amount of work ([`Limits`]); who calls it adds a bound in seconds from outside.
//!
//! **Knows nothing** about files on a disk, servers, processes or accounts.

#![forbid(unsafe_code)]

#[cfg(test)]
mod build;
mod bytes;
mod detect;
mod encoded;
mod file_type;
mod finding;
mod inspection;
pub mod kinds;
mod limits;
mod node;
mod policy;
mod reason;
mod rules;
mod text;
mod unpack;
mod verdict;
mod walk;
mod xml;

pub use file_type::{Category, FileType, identify};
pub use finding::{Finding, Kind, Location, MAX_EVIDENCE_LETTERS, Words};
pub use inspection::Inspection;
pub use limits::Limits;
pub use node::Node;
pub use policy::Policy;
pub use reason::{Limit, Reason};
pub use rules::{NoRules, RuleHit, Rules};
pub use verdict::{Effect, Verdict};
pub use walk::{Context, inspect};
