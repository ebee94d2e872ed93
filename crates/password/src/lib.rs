//! What a password must be like, by the rules that bind an office, and how hard it is to guess.
//!
//! One place for everybody who judges a password: the server when somebody sets one ([`Rules`]), and the command line when
//! somebody tries one out ([`judge`]). Nothing here keeps a password, writes it anywhere or puts it into an answer: what comes
//! out is which rules it keeps.

#![forbid(unsafe_code)]

pub mod common;
mod judged;
mod rules;
mod strength;

pub use judged::{Asked, Candidate, Judged, Rule, Verdict, judge};
pub use rules::{CLASSES, Demand, Due, Flaw, LEAST_LOGIN_LETTERS, MAX_PASSWORD_BYTES, Rules};
pub use strength::{Advice, STRONGEST, Strength, WORDS_OF_THE_TRADE, strength};
