//! The registry of the running system. The settings of people who are logged off are not in it: they lie in their hives.

use std::sync::Arc;

use khien_model::{Gap, GapCode, Listing};
use windows_registry::{Key, LOCAL_MACHINE, USERS};

use crate::windows::files::Files;
use crate::windows::registry::{
    Branch, Hive, HiveKey, KeyPath, MAX_SUBKEYS, MAX_VALUE_BYTES, MAX_VALUES, Registry, UserHive, UserHives, Value,
    file_time,
};

/// The numbers of Windows for "not there" (a value or key; a way to it) and "no right".
const NOT_THERE: [u32; 2] = [2, 3];
const ACCESS_DENIED: u32 = 5;

/// The registry that Windows itself answers for.
#[derive(Debug)]
pub(super) struct LiveRegistry {
    logged_off: UserHives,
}

/// A key that was found.
enum Found {
    /// In the registry.
    Loaded(Key),
    /// In the hive of somebody who is logged off.
    LoggedOff(Arc<Hive>, HiveKey),
}

impl LiveRegistry {
    pub(super) fn new(files: Arc<dyn Files>) -> Self {
        Self { logged_off: UserHives::new(files) }
    }

    /// Opens a key for reading.
    fn open(&self, path: &KeyPath) -> Result<Option<Found>, Gap> {
        let opened = match path.branch() {
            Branch::Software => found(path, LOCAL_MACHINE.open(below("SOFTWARE", path)))?,
            Branch::System => found(path, LOCAL_MACHINE.open(below("SYSTEM", path)))?,
            Branch::Accounts => {
                let detail = format!("{path}: Windows itself is asked for its accounts");
                return Err(Gap::with_detail(GapCode::Unsupported, detail));
            }
            Branch::User(sid) => return self.of_user(path, sid, sid, UserHive::Settings),
            Branch::UserClasses(sid) => return self.of_user(path, sid, &format!("{sid}_Classes"), UserHive::Classes),
        };
        Ok(opened.map(Found::Loaded))
    }

    /// Opens a key of a user: in the registry, or in the user's own hive when nobody has loaded it.
    fn of_user(&self, path: &KeyPath, sid: &str, branch: &str, hive: UserHive) -> Result<Option<Found>, Gap> {
        if found(path, USERS.open(branch))?.is_some() {
            return Ok(found(path, USERS.open(below(branch, path)))?.map(Found::Loaded));
        }
        let hive = self.logged_off.of(sid, hive, || self.profiles())?;
        let key = hive.find(path.names())?;
        Ok(key.map(|key| Found::LoggedOff(hive, key)))
    }
}

/// A key beneath a branch, as Windows writes it.
fn below(branch: &str, path: &KeyPath) -> String {
    let names = path.names().join(r"\");
    if names.is_empty() { branch.to_owned() } else { format!(r"{branch}\{names}") }
}

/// `Ok(None)` for what is not there; otherwise the reason by its number, never by its translated text.
fn found<T>(path: &KeyPath, result: windows_registry::Result<T>) -> Result<Option<T>, Gap> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) => {
            let number = error.code().0.cast_unsigned() & 0xffff;
            if NOT_THERE.contains(&number) {
                return Ok(None);
            }
            let code = if number == ACCESS_DENIED { GapCode::PermissionDenied } else { GapCode::Unreadable };
            Err(Gap::with_detail(code, format!("{path}: error {number}")))
        }
    }
}

/// A value in the form of the registry's readers.
fn decoded(path: &KeyPath, name: &str, value: &windows_registry::Value) -> Result<Value, Gap> {
    if value.len() > MAX_VALUE_BYTES {
        return Err(Gap::with_detail(GapCode::TooLarge, format!("{path}, value {name}: {} bytes", value.len())));
    }
    Value::decode(value.ty().into(), value)
}

/// At most so many of what is listed.
fn bounded<T>(path: &KeyPath, items: impl Iterator<Item = T>, bound: usize) -> Listing<T> {
    let mut items: Vec<T> = items.take(bound + 1).collect();
    if items.len() <= bound {
        return Listing { items, incomplete: None };
    }
    items.truncate(bound);
    Listing::incomplete(items, Gap::with_detail(GapCode::TooLarge, format!("{path}: more than {bound} entries")))
}

/// The values of a key of the registry.
fn values_of(path: &KeyPath, key: &Key) -> Result<Option<Listing<(String, Value)>>, Gap> {
    let Some(values) = found(path, key.values())? else { return Ok(None) };
    let listed = bounded(path, values, MAX_VALUES);
    let mut values = Listing { items: Vec::with_capacity(listed.items.len()), incomplete: listed.incomplete };
    for (name, value) in listed.items {
        match decoded(path, &name, &value) {
            Ok(value) => values.items.push((name, value)),
            Err(gap) => values.note_gap(gap),
        }
    }
    Ok(Some(values))
}

impl Registry for LiveRegistry {
    fn subkeys(&self, key: &KeyPath) -> Result<Option<Listing<String>>, Gap> {
        match self.open(key)? {
            None => Ok(None),
            Some(Found::LoggedOff(hive, at)) => hive.subkeys(at).map(Some),
            Some(Found::Loaded(opened)) => {
                let names = found(key, opened.keys())?;
                Ok(names.map(|names| bounded(key, names, MAX_SUBKEYS)))
            }
        }
    }

    fn values(&self, key: &KeyPath) -> Result<Option<Listing<(String, Value)>>, Gap> {
        match self.open(key)? {
            None => Ok(None),
            Some(Found::LoggedOff(hive, at)) => hive.values(at).map(Some),
            Some(Found::Loaded(opened)) => values_of(key, &opened),
        }
    }

    fn value(&self, key: &KeyPath, name: &str) -> Result<Option<Value>, Gap> {
        match self.open(key)? {
            None => Ok(None),
            Some(Found::LoggedOff(hive, at)) => hive.value(at, name),
            Some(Found::Loaded(opened)) => {
                let Some(value) = found(key, opened.get_value(name))? else { return Ok(None) };
                decoded(key, name, &value).map(Some)
            }
        }
    }

    fn last_written(&self, key: &KeyPath) -> Result<Option<jiff::Timestamp>, Gap> {
        match self.open(key)? {
            None => Ok(None),
            Some(Found::LoggedOff(hive, at)) => hive.last_written(at),
            Some(Found::Loaded(opened)) => {
                let steps = khien_windows_calls::last_written(&opened).map_err(|error| {
                    let number = error.raw_os_error().unwrap_or_default();
                    Gap::with_detail(GapCode::Unreadable, format!("{key}: error {number}"))
                })?;
                Ok(file_time(steps))
            }
        }
    }
}
