//! Windows: the facts of a running system or of its disk, out of the registry, files, and what calls hand in.
//!
//! What is here makes no call of Windows and compiles everywhere: a [`Registry`] and [`Files`] are read, and what only the
//! running system can tell comes as plain values ([`Running`]). No text that Windows translates is ever looked into.
#![allow(
    clippy::unnecessary_wraps,
    reason = "every collector has one form, whether its area can fail as a whole or not"
)]

mod context;
mod descriptor;
#[cfg(unix)]
mod disk;
mod files;
#[cfg(test)]
mod fuzz;
#[cfg(windows)]
mod live;
mod refusal;
mod registry;
mod running;

mod accounts;
mod antivirus;
mod browsers;
mod builds;
mod downloads;
mod firewall;
mod guard;
#[cfg_attr(not(windows), allow(dead_code, reason = "only the running Windows has such dates"))]
mod management_date;
mod os;
mod patches;
#[cfg_attr(not(windows), allow(dead_code, reason = "only the running Windows has such tables"))]
mod ports;
mod remote_access;
mod sam;
mod session;
mod shares;
#[cfg_attr(not(windows), allow(dead_code, reason = "only the running Windows has verdicts"))]
mod signature;
mod software;
#[cfg(test)]
mod testing;
mod updates;
mod usb;
mod volumes;
mod zone;

use std::sync::Arc;

use khien_model::facts::DeviceFacts;

use self::context::Context;
pub use self::context::System;
#[cfg(unix)]
pub use self::disk::Disk;
pub use self::files::{FileEntry, Files};
#[cfg(windows)]
pub(crate) use self::live::this_machine;
#[cfg(unix)]
pub use self::registry::DiskRegistry;
pub use self::registry::{
    Branch, Hive, HiveKey, KeyPath, MAX_HIVE_BYTES, MAX_LOG_BYTES, MAX_PROFILES, MAX_SUBKEYS, MAX_VALUE_BYTES,
    MAX_VALUES, Registry, UserProfile, Value, file_time,
};
pub use self::running::{
    AvailableUpdate, DefenderStatus, EncryptableVolume, FirewallProfile, LocalUser, NetworkShare, NotRunning,
    PasswordPolicy, ProductLicence, Running, SecurityProduct, SecurityState, TerminalSession, UpdateResults,
};
pub use self::signature::SignatureMemory;
pub use self::updates::{
    Answer, InstalledUpdate, MAX_UPDATE_DOCUMENT_BYTES, MAX_UPDATES, MissingUpdates, UpdateDocument, UpdateSource,
    newest_mending,
};
use crate::cancel::Cancel;
use crate::collect::{Area, Label, Options, Progress, area, run};

const SOURCE: &str = "agent:windows";

/// Every area and its collector.
static AREAS: &[Area<Context>] = &[
    area!(os: os::collect),
    area!(patches: patches::collect),
    area!(antivirus: antivirus::collect),
    area!(shares: shares::collect),
    area!(browsers: browsers::collect),
    area!(software: software::collect),
    area!(accounts: accounts::collect),
    area!(session: session::collect),
    area!(firewall: firewall::collect),
    area!(disk: volumes::collect),
    area!(usb: usb::collect),
    area!(remote_access: remote_access::collect),
    area!(downloads: downloads::collect),
    area!(guard: guard::collect),
];

/// Looks at everything of a Windows system. Never fails as a whole: what could not be seen is an error of its area.
pub fn collect(system: System, options: &Options, progress: &mut dyn FnMut(Progress)) -> DeviceFacts {
    let label = Label { observed_at: options.now, source: SOURCE };
    let context = Arc::new(Context { system, now: options.now, browsers: options.browsers, cancel: Cancel::default() });
    let facts = run(&context, AREAS, label, options.area_deadline, progress);
    context.cancel.cancel();
    facts
}

/// The Windows system on a disk that is mounted under `options.root`, when there is one.
#[cfg(unix)]
pub(crate) fn on_disk(options: &Options) -> Option<System> {
    // A root that cannot be opened is told by whoever looks for another system in it.
    let disk = Disk::new(crate::root::Root::open(&options.root).ok()?);
    if disk.root().is_running_system() || !disk.is_windows().unwrap_or(false) {
        return None;
    }
    let disk = Arc::new(disk);
    Some(System {
        registry: Arc::new(DiskRegistry::new(Arc::clone(&disk))),
        files: Arc::<Disk>::clone(&disk),
        reader: disk.reader(),
        running: Arc::new(NotRunning),
        is_running: Err(running::needs_running_system()),
    })
}
