//! `khien serve`, `khien up`, `khien config`, `khien invite`: the server, its settings, and a way back in.

mod config;
mod demonstration;
mod invite;
mod lock;
mod problem;
mod run;
mod scanning;
mod up;

pub(crate) use config::{check, openapi, settings, show};
pub(crate) use invite::invite;
pub(crate) use lock::alone;
pub(crate) use problem::of_store;
pub(crate) use run::{make_folder, runtime, serve};
pub(crate) use up::up;
