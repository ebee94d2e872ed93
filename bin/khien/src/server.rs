//! `khien serve`, `khien up`, `khien config`: the server and its settings.

mod config;
mod demonstration;
mod problem;
mod run;
mod up;

pub(crate) use config::{check, show};
pub(crate) use run::serve;
pub(crate) use up::up;
