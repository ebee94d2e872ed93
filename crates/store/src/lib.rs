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
mod checks;
mod columns;
mod context;
mod engine;
mod error;
mod judging;
mod migrate;
mod snapshot;
mod store;
mod times;
mod values;

pub mod accounts;
pub mod advisories;
pub mod assignments;
pub mod audit;
pub mod campaigns;
pub mod cases;
pub mod check_in;
pub mod connectors;
pub mod deliveries;
pub mod devices;
pub mod directives;
pub mod exemptions;
pub mod facts;
pub mod files;
pub mod findings;
pub mod gates;
pub mod history;
pub mod holders;
pub mod ids;
pub mod imports;
pub mod invitations;
pub mod jobs;
pub mod leaves;
pub mod logins;
pub mod openid_flows;
pub mod pages;
pub mod people;
pub mod recovery_codes;
pub mod requests;
pub mod retention;
pub mod roles;
pub mod scans;
pub mod search;
pub mod services;
pub mod sessions;
pub mod settings;
pub mod sign_offs;
pub mod studies;
pub mod subjects;
pub mod sweep;
pub mod systems;
pub mod tally;
pub mod tasks;
pub mod tickets;
pub mod tokens;
pub mod transfer;
pub mod unit_facts;
pub mod units;
pub mod upload_tokens;

pub use audit::Actor;
pub use change::{Change, Generation};
pub use check_in::{CheckIn, CheckInOutcome, CheckInRefusal};
pub use context::{ActiveDirective, JudgeContext};
pub use error::{StoreError, Unavailable};
pub use store::{Store, StoreOptions};
