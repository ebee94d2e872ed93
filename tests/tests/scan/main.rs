//! `khien scan` from outside: what it says of files that others made.
#![forbid(unsafe_code)]

mod command;
mod vectors;
