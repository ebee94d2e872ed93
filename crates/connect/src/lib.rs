//! Connectors: what other systems know about accounts, as facts; and feeds of security advisories, as text.
//!
//! A connector reads and never writes. Reaching a system ([`ldap`]) is kept apart from what its records mean: the meaning is
//! pure and tried with recorded records, the wire is tried against real servers. What a system does not say, or does not let
//! us see, is unknown with its reason; it is never guessed.

#![forbid(unsafe_code)]

pub mod account;
mod download;
pub mod feed;
pub mod ldap;
pub mod moments;
pub mod say;

pub use download::{MAX_DOWNLOAD_BYTES, MAX_DOWNLOAD_REDIRECTS, download};
