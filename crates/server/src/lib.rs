//! The server: the API of the agents and the pages, over the store.
#![forbid(unsafe_code)]

pub mod rights;
