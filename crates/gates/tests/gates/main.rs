//! The gates from outside: what is sent, what comes back, what is written down.

#![allow(clippy::unwrap_used, reason = "in a test the panic is the message")]

mod clamd;
mod faults;
mod fuzz;
mod icap;
mod replays;
mod support;
mod tls;
