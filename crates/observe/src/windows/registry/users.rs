//! The settings of people who are logged off: their hives, each read when an area first asks for it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use khien_model::{Gap, GapCode, Listing};

use super::UserProfile;
use super::hive::{Hive, MAX_HIVE_BYTES};
use super::log::MAX_LOG_BYTES;
use crate::windows::files::Files;

/// One of the two hives of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum UserHive {
    /// What the user has set.
    Settings,
    /// What is registered for the user, apps above all.
    Classes,
}

impl UserHive {
    /// Where it lies in the profile's folder.
    const fn path(self) -> &'static str {
        match self {
            Self::Settings => "NTUSER.DAT",
            Self::Classes => r"AppData\Local\Microsoft\Windows\UsrClass.dat",
        }
    }
}

/// How the names of logs end, after that of their hive. The last is that of systems with one log.
const LOGS: [&str; 3] = [".LOG1", ".LOG2", ".LOG"];

/// How many users' hives are held at once, and how large they may be together; more are read and dropped.
const MAX_HELD: usize = 64;
const MAX_HELD_BYTES: usize = 32 << 20;

/// A hive, or why there is none.
pub(crate) type Loaded = Result<Arc<Hive>, Gap>;

/// Reads a hive.
pub(crate) fn load(files: &dyn Files, path: &str) -> Loaded {
    let bytes = files.read(path, MAX_HIVE_BYTES)?;
    let bytes = bytes.ok_or_else(|| Gap::with_detail(GapCode::Unreadable, format!("{path}: the hive is not there")))?;
    let logs = || {
        let read = |ending| Ok(files.read(&format!("{path}{ending}"), MAX_LOG_BYTES)?.unwrap_or_default());
        LOGS.into_iter().map(read).collect()
    };
    Hive::with_logs(path, &bytes, logs).map(Arc::new)
}

/// The hives of users, those that were read held for the next who asks; the last one always, since who asks for one value of
/// somebody asks for several.
#[derive(Debug)]
pub(crate) struct UserHives {
    files: Arc<dyn Files>,
    /// The folders of profiles by their users, listed when first asked for: to list them takes long where there are many.
    folders: OnceLock<Result<BTreeMap<String, String>, Gap>>,
    held: Mutex<Held>,
    /// How many bytes those that are held may take.
    bound: usize,
}

#[derive(Debug, Default)]
struct Held {
    hives: BTreeMap<(String, UserHive), Loaded>,
    bytes: usize,
    last: Option<((String, UserHive), Loaded)>,
}

impl UserHives {
    pub(crate) fn new(files: Arc<dyn Files>) -> Self {
        Self { files, folders: OnceLock::new(), held: Mutex::default(), bound: MAX_HELD_BYTES }
    }

    /// A hive of a user, whose folder `profiles` tells.
    pub(crate) fn of(
        &self,
        sid: &str,
        hive: UserHive,
        profiles: impl FnOnce() -> Result<Listing<UserProfile>, Gap>,
    ) -> Loaded {
        let key = (sid.to_owned(), hive);
        let held = || self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = held().find(&key) {
            return loaded;
        }
        // Nobody waits for the lock while a hive is read: two areas may read the same one, and find the same.
        let by_user = |profile: UserProfile| (profile.sid, profile.folder);
        let listed = || profiles().map(|profiles| profiles.items.into_iter().map(by_user).collect());
        let loaded = self.folders.get_or_init(listed).as_ref().map_err(Gap::clone).and_then(|folders| {
            let unknown = || Gap::with_detail(GapCode::Unreadable, format!("no profile of {sid}"));
            let folder = folders.get(sid).ok_or_else(unknown)?;
            load(&*self.files, &format!(r"{folder}\{}", hive.path()))
        });
        let mut held = held();
        held.last = Some((key.clone(), loaded.clone()));
        let bytes = held.bytes.saturating_add(loaded.as_ref().map_or(0, |hive| hive.size()));
        if held.hives.len() < MAX_HELD && bytes <= self.bound && !held.hives.contains_key(&key) {
            held.hives.insert(key, loaded.clone());
            held.bytes = bytes;
        }
        loaded
    }
}

impl Held {
    fn find(&self, key: &(String, UserHive)) -> Option<Loaded> {
        let last = || self.last.as_ref().filter(|(of, _)| of == key).map(|(_, loaded)| loaded);
        self.hives.get(key).or_else(last).cloned()
    }
}

#[cfg(all(test, unix))]
mod tests;
