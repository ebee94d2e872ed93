//! What every area looks through.

use std::sync::OnceLock;

use jiff::Timestamp;
use khien_model::{Gap, GapCode, Listing};

use super::apt::index::Apt;
use super::not_running;
use super::os_release::OsRelease;
use super::processes::{self, Process};
use super::users::{self, User};
use crate::cancel::Cancel;
use crate::collect::{BrowserScope, Options};
use crate::root::Root;

/// The process whose presence under `<root>/proc` shows that the root carries the state of a running system.
const FIRST_PROCESS: &str = "proc/1";

/// One machine, and what is known of it before the areas start.
#[derive(Debug)]
pub(crate) struct Context {
    /// The one way to its files.
    pub(crate) root: Root,
    /// When this collection looks.
    pub(crate) now: Timestamp,
    /// What may be read of browsers.
    pub(crate) browsers: BrowserScope,
    /// Its operating system. A root without one is refused before any area starts.
    pub(crate) os: OsRelease,
    /// `Err` when `/proc`, `/sys` and `/run` under the root do not tell the state of a running system. They do when the
    /// root is that of the running system, or carries a snapshot: a `proc/1` (a container's root, a test machine).
    pub(crate) running: Result<(), Gap>,
    /// The users of `/etc/passwd`.
    pub(crate) users: Result<Listing<User>, Gap>,
    /// Long loops ask it whether anybody still waits.
    pub(crate) cancel: Cancel,
    processes: OnceLock<Result<Listing<Process>, Gap>>,
    apt: OnceLock<Result<Option<Apt>, Gap>>,
}

impl Context {
    pub(crate) fn open(options: &Options) -> Result<Self, Gap> {
        let root = Root::open(&options.root)?;
        let os = OsRelease::read(&root)?.ok_or_else(|| {
            Gap::with_detail(GapCode::Unsupported, "no operating system is recognised here: there is no os-release")
        })?;
        let running = if root.is_running_system() || root.exists(FIRST_PROCESS).unwrap_or(false) {
            Ok(())
        } else {
            Err(not_running())
        };
        let users = users::read(&root);
        Ok(Self {
            root,
            now: options.now,
            browsers: options.browsers,
            os,
            running,
            users,
            cancel: Cancel::default(),
            processes: OnceLock::new(),
            apt: OnceLock::new(),
        })
    }

    /// What runs now; read once, by the first area that asks.
    pub(crate) fn processes(&self) -> Result<&Listing<Process>, Gap> {
        let read = self.processes.get_or_init(|| {
            self.running.clone()?;
            processes::read(&self.root)
        });
        read.as_ref().map_err(Clone::clone)
    }

    /// What APT and dpkg know, read once; `None` when dpkg is not what manages this machine.
    pub(crate) fn apt(&self) -> Result<Option<&Apt>, Gap> {
        let read = self.apt.get_or_init(|| Apt::read(&self.root, &self.cancel));
        read.as_ref().map(Option::as_ref).map_err(Clone::clone)
    }

    /// Whether one of these programs runs now. Not found among all processes is `false`; not found among those that could
    /// be seen is unknown.
    pub(crate) fn runs(&self, programs: &[&str]) -> Result<bool, Gap> {
        let processes = self.processes()?;
        if processes.items.iter().any(|process| programs.iter().any(|program| process.is(program))) {
            return Ok(true);
        }
        processes.incomplete.clone().map_or(Ok(false), Err)
    }
}
