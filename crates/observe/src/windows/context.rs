//! What every area looks through.

use std::sync::Arc;

use jiff::Timestamp;
use khien_model::Gap;

use super::files::Files;
use super::registry::{KeyPath, Registry, absent};
use super::running::Running;
use crate::cancel::Cancel;
use crate::collect::BrowserScope;
use crate::reader::Reader;

/// One Windows system, running or not.
#[derive(Debug, Clone)]
pub struct System {
    /// Its registry.
    pub registry: Arc<dyn Registry>,
    /// Its files.
    pub files: Arc<dyn Files>,
    /// What only the running system can tell.
    pub running: Arc<dyn Running>,
    /// How its files are read by what [`Files::find`] says of them.
    pub(crate) reader: Arc<dyn Reader>,
    /// Why nothing of it runs now; `Ok` for the running system.
    pub is_running: Result<(), Gap>,
}

/// A system, and what is known of the collection.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) system: System,
    pub(crate) now: Timestamp,
    /// What may be read of browsers.
    pub(crate) browsers: BrowserScope,
    /// Long loops ask it whether anybody still waits.
    pub(crate) cancel: Cancel,
}

/// The key with the version of Windows.
pub(crate) fn current_version() -> KeyPath {
    KeyPath::software(r"Microsoft\Windows NT\CurrentVersion")
}

impl Context {
    pub(crate) fn registry(&self) -> &dyn Registry {
        &*self.system.registry
    }

    pub(crate) fn files(&self) -> &dyn Files {
        &*self.system.files
    }

    pub(crate) fn running(&self) -> &dyn Running {
        &*self.system.running
    }

    /// The number by which releases of Windows are told apart.
    pub(crate) fn build(&self) -> Result<u32, Gap> {
        let key = current_version();
        let build = match self.registry().text(&key, "CurrentBuildNumber")? {
            Some(build) => build,
            None => self.registry().text(&key, "CurrentBuild")?.ok_or_else(|| absent(&key))?,
        };
        build.trim().parse().map_err(|_| {
            Gap::with_detail(khien_model::GapCode::Malformed, format!("{key}: the build {build:?} is no number"))
        })
    }

    /// Whether this is a server: `InstallationType`, which is not translated, or on a system of old the kind of product.
    pub(crate) fn is_server(&self) -> Result<bool, Gap> {
        if let Some(kind) = self.registry().text(&current_version(), "InstallationType")? {
            return Ok(kind.to_ascii_lowercase().starts_with("server"));
        }
        let options = KeyPath::control_set(r"Control\ProductOptions");
        let kind = self.registry().text(&options, "ProductType")?.ok_or_else(|| absent(&options))?;
        Ok(!kind.eq_ignore_ascii_case("WinNT"))
    }

    /// Whether this keeps the accounts of a domain. A PC never does, and may lack the value.
    pub(crate) fn is_domain_controller(&self) -> Result<bool, Gap> {
        let options = KeyPath::control_set(r"Control\ProductOptions");
        let kind = self.registry().text(&options, "ProductType")?;
        Ok(kind.is_some_and(|kind| kind.eq_ignore_ascii_case("LanmanNT")))
    }

    /// How a service starts that is part of every Windows. Where it is missing, the hive is no whole one.
    pub(crate) fn start_of_own_service(&self, name: &str) -> Result<u64, Gap> {
        self.service_start(name)?.ok_or_else(|| absent(&KeyPath::control_set(r"Services").child(name)))
    }

    /// How a service starts: 2 with the system, 3 on demand, 4 never; `Ok(None)` when there is no such service.
    pub(crate) fn service_start(&self, name: &str) -> Result<Option<u64>, Gap> {
        self.registry().number(&KeyPath::control_set(r"Services").child(name), "Start")
    }
}

/// A service that is switched off.
pub(crate) const START_DISABLED: u64 = 4;

/// A service that starts with the system, be it later than others.
pub(crate) const START_AUTOMATIC: u64 = 2;

/// Kleene's "or".
pub(crate) fn either(one: Result<bool, Gap>, other: Result<bool, Gap>) -> Result<bool, Gap> {
    match (one, other) {
        (Ok(true), _) | (_, Ok(true)) => Ok(true),
        (Err(gap), _) | (_, Err(gap)) => Err(gap),
        (Ok(false), Ok(false)) => Ok(false),
    }
}

/// Kleene's "and".
pub(crate) fn both(one: Result<bool, Gap>, other: Result<bool, Gap>) -> Result<bool, Gap> {
    match (one, other) {
        (Ok(false), _) | (_, Ok(false)) => Ok(false),
        (Err(gap), _) | (_, Err(gap)) => Err(gap),
        (Ok(true), Ok(true)) => Ok(true),
    }
}
