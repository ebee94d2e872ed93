//! Versions of the directive: loading one, comparing it with the one in force, seeing what it would do, putting it in force.

pub(crate) mod compare;
pub(crate) mod impact;
mod list;
mod version;

pub(super) use list::{load, load_shipped, show};
pub(super) use version::{activate, show as show_version};
