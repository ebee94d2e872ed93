//! The registry of a disk: its hives, each read when an area first asks for it.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use khien_model::{Gap, Listing};

use super::hive::{Hive, Key};
use super::users::{Loaded, UserHive, UserHives, load};
use super::{Branch, KeyPath, Registry, Value, absent};
use crate::windows::disk::Disk;

/// Where the hives of the machine lie.
const HIVES: &str = r"Windows\System32\config";

/// What stands for the set of settings that was last started.
const CURRENT_CONTROL_SET: &str = "CurrentControlSet";

/// The registry of a disk that does not run.
#[derive(Debug)]
pub struct DiskRegistry {
    disk: Arc<Disk>,
    software: OnceLock<Loaded>,
    system: OnceLock<Loaded>,
    accounts: OnceLock<Loaded>,
    users: UserHives,
}

impl DiskRegistry {
    /// The registry of this disk.
    pub fn new(disk: Arc<Disk>) -> Self {
        let users = UserHives::new(Arc::<Disk>::clone(&disk));
        Self { disk, software: OnceLock::new(), system: OnceLock::new(), accounts: OnceLock::new(), users }
    }

    fn hive(&self, branch: &Branch) -> Loaded {
        match branch {
            Branch::Software => self.software.get_or_init(|| load(&*self.disk, &format!(r"{HIVES}\SOFTWARE"))).clone(),
            Branch::System => self.system.get_or_init(|| load(&*self.disk, &format!(r"{HIVES}\SYSTEM"))).clone(),
            Branch::Accounts => self.accounts.get_or_init(|| load(&*self.disk, &format!(r"{HIVES}\SAM"))).clone(),
            Branch::User(sid) => self.users.of(sid, UserHive::Settings, || self.profiles()),
            Branch::UserClasses(sid) => self.users.of(sid, UserHive::Classes, || self.profiles()),
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
