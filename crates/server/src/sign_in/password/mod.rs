//! Passwords are kept as hashes. What they must be like is said by `khien-password`.

pub mod hashing;

pub use hashing::{Checked, HashProblem, Hasher};
