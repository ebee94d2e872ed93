//! The registry of a disk: its hives, each read when an area first asks for it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::Timestamp;
use khien_model::{Gap, GapCode, Listing};

use super::hive::{Hive, Key, MAX_HIVE_BYTES};
use super::{Branch, KeyPath, Registry, Value, absent};
use crate::windows::disk::Disk;
use crate::windows::files::Files as _;

/// Where the hives of the machine lie.
const HIVES: &str = r"Windows\System32\config";

/// The hive of a user, in the profile's folder.
const USER_HIVE: &str = "NTUSER.DAT";

/// What stands for the set of settings that was last started.
const CURRENT_CONTROL_SET: &str = "CurrentControlSet";

/// How many users' hives are held at once; more are read and dropped.
const MAX_USER_HIVES: usize = 64;

type Loaded = Result<Arc<Hive>, Gap>;

/// The registry of a disk that does not run.
#[derive(Debug)]
pub struct DiskRegistry {
    disk: Arc<Disk>,
    software: OnceLock<Loaded>,
    system: OnceLock<Loaded>,
    users: Mutex<BTreeMap<String, Loaded>>,
}

impl DiskRegistry {
    /// The registry of this disk.
    pub fn new(disk: Arc<Disk>) -> Self {
        Self { disk, software: OnceLock::new(), system: OnceLock::new(), users: Mutex::default() }
    }

    fn load(&self, path: &str) -> Loaded {
        let bytes = self.disk.read(path, MAX_HIVE_BYTES)?;
        let bytes =
            bytes.ok_or_else(|| Gap::with_detail(GapCode::Unreadable, format!("{path}: the hive is not there")))?;
        Hive::new(path, &bytes).map(Arc::new)
    }

    fn user(&self, sid: &str) -> Loaded {
        let held = || self.users.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = held().get(sid) {
            return loaded.clone();
        }
        // Nobody waits for the lock while a hive is read: two areas may read the same one, and find the same.
        let loaded = self.profiles().and_then(|profiles| {
            let profile = profiles.items.iter().find(|profile| profile.sid == sid);
            let unknown = || Gap::with_detail(GapCode::Unreadable, format!("no profile of {sid}"));
            let profile = profile.ok_or_else(unknown)?;
            self.load(&format!(r"{}\{USER_HIVE}", profile.folder))
        });
        let mut users = held();
        if users.len() < MAX_USER_HIVES {
            users.insert(sid.to_owned(), loaded.clone());
        }
        loaded
    }

    fn hive(&self, branch: &Branch) -> Loaded {
        match branch {
            Branch::Software => self.software.get_or_init(|| self.load(&format!(r"{HIVES}\SOFTWARE"))).clone(),
            Branch::System => self.system.get_or_init(|| self.load(&format!(r"{HIVES}\SYSTEM"))).clone(),
            Branch::User(sid) => self.user(sid),
        }
    }

    /// The key and the hive it lies in.
    fn find(&self, key: &KeyPath) -> Result<Option<(Arc<Hive>, Key)>, Gap> {
        let hive = self.hive(key.branch())?;
        let is_current = |name: &String| name.eq_ignore_ascii_case(CURRENT_CONTROL_SET);
        let found = if *key.branch() == Branch::System && key.names().first().is_some_and(is_current) {
            let mut names = key.names().to_vec();
            if let Some(first) = names.first_mut() {
                *first = self.current_control_set()?;
            }
            hive.find(&names)?
        } else {
            hive.find(key.names())?
        };
        Ok(found.map(|key| (hive, key)))
    }

    /// The name that [`CURRENT_CONTROL_SET`] stands for, by `Select\Current`.
    fn current_control_set(&self) -> Result<String, Gap> {
        let select = KeyPath::new(Branch::System, "Select");
        let number = self.number(&select, "Current")?.ok_or_else(|| absent(&select))?;
        Ok(format!("ControlSet{number:03}"))
    }
}

impl Registry for DiskRegistry {
    fn subkeys(&self, key: &KeyPath) -> Result<Option<Listing<String>>, Gap> {
        self.find(key)?.map(|(hive, found)| hive.subkeys(found)).transpose()
    }

    fn values(&self, key: &KeyPath) -> Result<Option<Listing<(String, Value)>>, Gap> {
        self.find(key)?.map(|(hive, found)| hive.values(found)).transpose()
    }

    fn value(&self, key: &KeyPath, name: &str) -> Result<Option<Value>, Gap> {
        self.find(key)?.map_or(Ok(None), |(hive, found)| hive.value(found, name))
    }

    fn last_written(&self, key: &KeyPath) -> Result<Option<Timestamp>, Gap> {
        self.find(key)?.map_or(Ok(None), |(hive, found)| hive.last_written(found))
    }
}
