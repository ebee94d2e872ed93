//! What is of Windows alone: where the state lies, the service, its installation and removal.

mod child;
mod chip;
mod installation;
mod page;
mod service;

use std::path::PathBuf;

pub(crate) use khien_windows_calls::Started;

pub(crate) use self::child::{answer, ask};
pub(crate) use self::chip::{Dpapi, Tpm};
pub(crate) use self::installation::{Installation, install, uninstall};
pub(crate) use self::page::{Window, open};
pub(crate) use self::service::serve;

/// The name of the service.
const SERVICE: &str = "khien-agent";

/// The folder of the state beneath that of all programs.
const STATE_FOLDER: &str = "Khien";

/// Where programs keep their state when the environment does not say it.
const PROGRAM_DATA: &str = r"C:\ProgramData";

/// Where the state is when nothing else is said.
pub(crate) fn default_state() -> PathBuf {
    let programs = std::env::var_os("ProgramData").filter(|folder| !folder.is_empty());
    PathBuf::from(programs.unwrap_or_else(|| PROGRAM_DATA.into())).join(STATE_FOLDER)
}
