//! Passwords: what they must be like, and how they are kept.

pub mod common;
pub mod hashing;
pub mod rules;

pub use hashing::{Checked, HashProblem, Hasher};
pub use rules::{Demand, Due, Flaw, Rules};
