//! The agent and its program against a small HTTPS server that speaks the protocol.

#[cfg(unix)]
mod program;
mod reporting;
mod support;
#[cfg(unix)]
mod units;
