//! A Windows for tests of one area: a registry out of a list, and a running system that tells what it is given.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use khien_model::{Gap, Listing};

use super::context::{Context, System};
use super::files::{FileEntry, Files};
use super::registry::{KeyPath, Registry, Value};
use super::running::{
    DefenderStatus, EncryptableVolume, FirewallProfile, LocalUser, NetworkShare, OtherFirewall, PasswordPolicy,
    ProductLicence, Running, SecurityProduct, TerminalSession, UpdateResults, needs_running_system,
};
use crate::cancel::Cancel;
use crate::collect::BrowserScope;
use crate::root::Root;

/// The values of some keys; a later one replaces an earlier one of the same name.
#[derive(Debug)]
struct Listed(BTreeMap<String, BTreeMap<String, Value>>);

impl Registry for Listed {
    fn subkeys(&self, key: &KeyPath) -> Result<Option<Listing<String>>, Gap> {
        let above = format!(r"{key}\");
        let below: Vec<&str> = self.0.keys().filter_map(|known| known.strip_prefix(&above)).collect();
        let is_there = self.0.contains_key(&key.to_string()) || !below.is_empty();
        let mut names: Vec<String> =
            below.iter().filter_map(|path| path.split('\\').next()).map(str::to_owned).collect();
        names.dedup();
        Ok(is_there.then(|| Listing::complete(names)))
    }

    fn values(&self, key: &KeyPath) -> Result<Option<Listing<(String, Value)>>, Gap> {
        let values = self.0.get(&key.to_string());
        Ok(values.map(|values| Listing::complete(values.clone().into_iter().collect())))
    }

    fn value(&self, key: &KeyPath, name: &str) -> Result<Option<Value>, Gap> {
        Ok(self.0.get(&key.to_string()).and_then(|values| values.get(name)).cloned())
    }

    fn last_written(&self, _: &KeyPath) -> Result<Option<Timestamp>, Gap> {
        Ok(None)
    }
}

/// What is read of a file: by its path and the bound of the read.
type ReadFile = fn(&str, u64) -> Result<Option<Vec<u8>>, Gap>;

/// A disk on which files can be read by their paths and nothing else is found; reads are counted.
#[derive(Debug)]
pub(crate) struct FakeFiles {
    read: ReadFile,
    reads: AtomicUsize,
}

impl FakeFiles {
    pub(crate) fn new(read: ReadFile) -> Self {
        Self { read, reads: AtomicUsize::new(0) }
    }

    /// How many reads there were.
    pub(crate) fn reads(&self) -> usize {
        self.reads.load(Ordering::Relaxed)
    }
}

impl Files for FakeFiles {
    fn read(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, Gap> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        (self.read)(path, limit)
    }
    fn list(&self, _: &str) -> Result<Option<Listing<FileEntry>>, Gap> {
        Ok(None)
    }
    fn exists(&self, _: &str) -> Result<bool, Gap> {
        Ok(false)
    }
    fn find(&self, _: &str) -> Result<Option<PathBuf>, Gap> {
        Ok(None)
    }
    fn stream(&self, _: &str, _: &str, _: u64) -> Result<Option<Vec<u8>>, Gap> {
        Ok(None)
    }
}

/// What the running system tells; what is not given it refuses.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) firewall: Option<[FirewallProfile; 3]>,
    pub(crate) other_firewalls: Option<Vec<OtherFirewall>>,
    pub(crate) defender: Option<DefenderStatus>,
    pub(crate) updates: Option<UpdateResults>,
    pub(crate) genuine: Option<u32>,
    pub(crate) licences: Option<Listing<ProductLicence>>,
    pub(crate) volumes: Option<Listing<EncryptableVolume>>,
    /// The letters of the drives that stay in the machine.
    pub(crate) fixed_drives: Option<Vec<String>>,
    pub(crate) signed: Vec<(&'static str, Result<bool, Gap>)>,
    /// The services that run; all others are stopped.
    pub(crate) services: Vec<&'static str>,
}

impl Running for Told {
    fn security_products(&self) -> Result<Listing<SecurityProduct>, Gap> {
        Err(needs_running_system())
    }
    fn shares(&self) -> Result<Listing<NetworkShare>, Gap> {
        Err(needs_running_system())
    }
    fn updates(&self) -> Result<UpdateResults, Gap> {
        self.updates.clone().ok_or_else(needs_running_system)
    }
    fn sessions(&self) -> Result<Listing<TerminalSession>, Gap> {
        Err(needs_running_system())
    }
    fn volumes(&self) -> Result<Listing<EncryptableVolume>, Gap> {
        self.volumes.clone().ok_or_else(needs_running_system)
    }
    fn fixed_drives(&self) -> Result<Vec<String>, Gap> {
        self.fixed_drives.clone().ok_or_else(needs_running_system)
    }
    fn users(&self) -> Result<Listing<LocalUser>, Gap> {
        Err(needs_running_system())
    }
    fn password_policy(&self) -> Result<PasswordPolicy, Gap> {
        Err(needs_running_system())
    }
    fn licences(&self) -> Result<Listing<ProductLicence>, Gap> {
        self.licences.clone().ok_or_else(needs_running_system)
    }
    fn genuine(&self) -> Result<u32, Gap> {
        self.genuine.ok_or_else(needs_running_system)
    }
    fn defender(&self) -> Result<DefenderStatus, Gap> {
        self.defender.clone().ok_or_else(needs_running_system)
    }
    fn firewall(&self) -> Result<[FirewallProfile; 3], Gap> {
        self.firewall.ok_or_else(needs_running_system)
    }
    fn other_firewalls(&self) -> Result<Vec<OtherFirewall>, Gap> {
        self.other_firewalls.clone().ok_or_else(needs_running_system)
    }
    fn is_signed(&self, path: &str) -> Result<bool, Gap> {
        let told = self.signed.iter().find(|(known, _)| *known == path);
        told.map_or_else(|| Err(needs_running_system()), |(_, signed)| signed.clone())
    }
    fn service_runs(&self, name: &str) -> Result<bool, Gap> {
        Ok(self.services.contains(&name))
    }
    fn listens_on(&self, _: u16) -> Result<bool, Gap> {
        Err(needs_running_system())
    }
}

/// A running Windows with these values (key, name, value) that tells this.
pub(crate) fn context_with(values: &[(String, &str, Value)], running: Told) -> Context {
    let mut keys: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    for (key, name, value) in values {
        keys.entry(key.clone()).or_default().insert((*name).to_owned(), value.clone());
    }
    let system = System {
        registry: Arc::new(Listed(keys)),
        files: Arc::new(FakeFiles::new(|_, _| Ok(None))),
        running: Arc::new(running),
        reader: Arc::new(Root::open(tempfile::tempdir().unwrap().path()).unwrap()),
        is_running: Ok(()),
    };
    let now = "2026-11-23T08:00:00Z".parse().unwrap();
    Context { system, now, browsers: BrowserScope::All, cancel: Cancel::default() }
}
