//! Tests across crates and with real peers: they live in `tests/`.
#![forbid(unsafe_code)]
