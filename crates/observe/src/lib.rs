//! Facts of this machine, or of a disk or test machine under a root folder: one file per area.
//!
//! The crate looks and reports; it never judges, changes, executes or sends anything. What it cannot see is a [`Gap`]
//! with its reason, never an empty success. All reading goes through [`Root`], which nothing on the observed disk can
//! lead astray: no link leaves the root, no device or pipe is opened, no file is read beyond a named bound.
#![forbid(unsafe_code)]

#[cfg(unix)]
mod browsers;
mod cancel;
mod collect;
mod cracks;
mod guard;
mod hosts;
#[cfg(unix)]
mod keyfile;
#[cfg(target_os = "linux")]
mod linux;
mod risky;
#[cfg(unix)]
mod root;
#[cfg(unix)]
mod sqlite;
mod support;
mod text;
pub mod windows;

pub use collect::{AREA_DEADLINE, Options, Progress, collect};
pub use khien_model::{Gap, GapCode};
#[cfg(unix)]
pub use root::{Entry, EntryKind, Folder, Metadata, Root, RootFile};
