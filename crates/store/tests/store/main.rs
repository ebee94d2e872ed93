//! The store on both engines.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "tests")]

mod audit;
mod check_in;
mod faults;
mod laws;
mod office;
mod opening;
mod records;
mod schema;
mod signing_in;
mod silence;
mod statements;
mod support;
mod sweeping;
mod transfer;
