//! The judge from outside: case by case, and by laws on random inputs.

mod allocations;
mod judging;
mod laws;
mod streaming;
mod support;
