//! Facts of this machine, or of a disk or test machine under a root folder: one file per area.
//!
//! The crate looks and reports; it never judges, changes, executes or sends anything. What it cannot see is a [`Gap`]
//! with its reason, never an empty success. All reading goes through [`Root`], which nothing on the observed disk can
//! lead astray: no link leaves the root, no device or pipe is opened, no file is read beyond a named bound. The Windows that
//! runs is read in the same manner, and there no link is followed at all.
#![forbid(unsafe_code)]

mod bounded;
mod browsers;
mod cancel;
mod collect;
mod cracks;
mod guard;
mod hosts;
mod keyfile;
#[cfg(target_os = "linux")]
mod linux;
mod reader;
mod risky;
#[cfg(unix)]
mod root;
mod sqlite;
mod support;
mod text;
pub mod windows;

pub use collect::{AREA_DEADLINE, BrowserScope, Options, Progress, collect};
pub use khien_model::{Gap, GapCode};
pub use reader::{Entry, EntryKind, Folder};
#[cfg(unix)]
pub use root::{Metadata, Root, RootFile};
