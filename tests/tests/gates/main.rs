//! The gates with real peers in front of the real engine: Squid, c-icap-client, clamdscan, a library of clients of clamd.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "in a test the panic is the message")]
#![allow(clippy::disallowed_methods, reason = "it starts real programs, and the moment is now")]
#![allow(clippy::print_stdout, reason = "a test that misses its peer says so")]

mod clamd;
mod engine;
mod forms;
mod icap_client;
mod packs;
mod program;
mod server;
mod squid;
