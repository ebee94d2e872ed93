//! `khien scan` from outside: what it says of files that others made.
#![forbid(unsafe_code)]
#![expect(clippy::disallowed_methods, reason = "tests start programs")]
#![expect(clippy::unwrap_used, reason = "in a test a failure is the message, in its helpers too")]

mod clamd;
mod command;
mod documents;
mod rules;
mod stumbles;
mod vectors;
