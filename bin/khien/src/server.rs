//! `khien serve`, `khien up`, `khien config`: the server and its settings.

mod config;
mod demonstration;
mod problem;
mod run;
mod up;

pub(crate) use config::{check, settings, show};
pub(crate) use problem::of_store;
pub(crate) use run::{make_folder, runtime, serve};
pub(crate) use up::up;
