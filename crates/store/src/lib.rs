//! Everything that Khiên remembers. The only crate that speaks SQL.
//!
//! One set of queries runs on SQLite and on PostgreSQL: only BIGINT and TEXT, only what both engines understand in the same
//! way. What cannot be said alike stands in `engine.rs`, and nowhere else.
//!
//! ```text
//! report ──▶ Store::check_in ─┐  group commit        ┌──▶ facts, fact_changes   what is, what was
//! connectors ──▶ facts::put ──┼──▶ one transaction ──┼──▶ findings              intervals of one state
//! time ──▶ sweep ─────────────┘                      └──▶ tally, tally_days     counts of open findings
//! ```
//!
//! - Reading: free functions that take a [`Store`].
//! - Writing: [`Store::begin`] gives a [`Change`]; every function that writes takes it and says in the audit log what it did;
//!   [`Change::commit`] makes it true.
//! - A report that was acknowledged is on the disk, and what it says is judged.
#![forbid(unsafe_code)]

mod change;
mod engine;
mod error;
mod migrate;
mod store;
mod times;
mod values;

pub mod audit;
pub mod ids;

pub use audit::Actor;
pub use change::{Change, Generation};
pub use error::{StoreError, Unavailable};
pub use store::{Store, StoreOptions};
