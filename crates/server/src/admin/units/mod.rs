//! The tree of units: as it is on any day, and changing it from a day on.

mod asked;
mod dry_run;
mod forms;
mod refused;
mod tree;
mod unit;

pub(super) use dry_run::send;
pub(super) use tree::show;
pub(super) use unit::show as show_unit;
