//! Feeds of security advisories (RSS, Atom), as plain lines of text.
//!
//! Fetching ([`fetch()`]) is kept apart from what is read out of the bytes ([`parse()`]), which is pure. No HTML comes out: what a
//! feed sends as HTML becomes lines ([`plain()`]), and the address of a link stands in the text for everybody to see.

mod decode;
mod fetch;
mod parse;
mod plain;
mod problem;

pub use fetch::{Answer, Asked, MAX_BYTES, MAX_REDIRECTS, REQUEST_TIME, address, fetch, fetch_within};
pub(crate) use fetch::{Bounds, fetch_bounded};
pub use parse::{Entry, MAX_ENTRIES, MAX_KEY, MAX_LINK, MAX_TEXT, MAX_TITLE, Parsed, parse};
pub use plain::plain;
pub use problem::FeedProblem;
