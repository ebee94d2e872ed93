//! The gates that stand in front of systems: what other programs speak when they ask whether a file may pass.
//!
//! ```text
//! proxy, file share, mail server ──ICAP──▶ ┌───────┐ upload ┌─────────┐
//!                                          │ gate  │───────▶│ Scanner │ (whoever calls the engine)
//! programs that know ClamAV ──clamd──────▶ │       │◀───────│         │
//!                                          └───┬───┘ answer └─────────┘
//!                                              └── what became of each file ──▶ Journal
//! ```
//!
//! A file is kept whole before a byte of it goes on, so nothing of a blocked file leaves. What could not be looked into is
//! blocked unless the policy says otherwise, and is never called clean: not in a header, not in a word.
//!
//! **Knows nothing** about how files are looked into, databases or pages.

#![forbid(unsafe_code)]

pub mod clamd;
mod connection;
mod decision;
mod gate;
pub mod icap;
mod listen;
mod names;
mod page;
mod policy;
pub mod report;
mod scanner;
mod spool;
mod tls;

pub use decision::{Decision, Said, reason_id, told, way_out};
pub use gate::{Event, Gate, Journal};
pub use names::{of_disposition, tame_name};
pub use policy::{Action, GatePolicy, NotInspected};
pub use scanner::{Answer, GateName, Scanner, Upload};
pub use spool::{MEMORY_BYTES, Received, Spool, SpoolReader, SpoolRoom, SpoolWriter, TOTAL_MEMORY_BYTES};
pub use tls::{TlsProblem, server_config};
