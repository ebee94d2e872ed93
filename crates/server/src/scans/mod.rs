//! Looking into files that people are about to upload somewhere.

pub mod service;
