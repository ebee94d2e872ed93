//! The registry as the areas see it: the one of the running system, or hives on a disk that does not run.
//!
//! Absent is `Ok(None)`, not readable is a [`Gap`]: the two never mix. Names are those that programs of the system's own
//! word size see; what 32-bit programs see on a 64-bit system lies under `WOW6432Node`, as on the disk.

pub(super) mod bytes;
#[cfg(unix)]
mod disk;
mod head;
mod hive;
mod log;
mod users;
mod value;

/// Hives out of text, as the machines in folders have them.
#[cfg(test)]
#[path = "../../../tests/machines/hives.rs"]
#[expect(dead_code, reason = "the machines use all of it")]
mod hives;

use std::fmt;

use jiff::Timestamp;
use khien_model::{Gap, GapCode, Listing};

#[cfg(unix)]
pub use self::disk::DiskRegistry;
pub use self::hive::{Hive, Key as HiveKey, MAX_HIVE_BYTES, MAX_SUBKEYS, MAX_VALUE_BYTES, MAX_VALUES};
pub use self::log::MAX_LOG_BYTES;
#[cfg(windows)]
pub(crate) use self::users::{UserHive, UserHives};
pub(crate) use self::value::text_of_units;
pub use self::value::{Value, file_time};

/// The part of the registry that a key lies in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Branch {
    /// `HKEY_LOCAL_MACHINE\SOFTWARE`.
    Software,
    /// `HKEY_LOCAL_MACHINE\SYSTEM`, where `CurrentControlSet` stands for the set that was last started.
    System,
    /// `HKEY_LOCAL_MACHINE\SAM`: the accounts of the machine.
    Accounts,
    /// `HKEY_USERS\<SID>`: the settings of one user.
    User(String),
    /// `HKEY_USERS\<SID>_Classes`: what Windows registers for one user, apps among it.
    UserClasses(String),
}

/// A key: a branch and the names of the keys on the way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyPath {
    branch: Branch,
    names: Vec<String>,
}

impl KeyPath {
    fn new(branch: Branch, path: &str) -> Self {
        Self { branch, names: path.split('\\').filter(|name| !name.is_empty()).map(str::to_owned).collect() }
    }

    /// A key of `HKLM\SOFTWARE`; the names in `path` are parted by `\`.
    pub fn software(path: &str) -> Self {
        Self::new(Branch::Software, path)
    }

    /// The same key as 32-bit programs see it on a 64-bit system.
    pub fn software_32(path: &str) -> Self {
        Self::new(Branch::Software, &format!(r"WOW6432Node\{path}"))
    }

    /// A key of `HKLM\SYSTEM\CurrentControlSet`.
    pub fn control_set(path: &str) -> Self {
        Self::new(Branch::System, &format!(r"CurrentControlSet\{path}"))
    }

    /// A key of `HKLM\SYSTEM` that belongs to no control set.
    pub fn system(path: &str) -> Self {
        Self::new(Branch::System, path)
    }

    /// A key of `HKLM\SAM`.
    pub fn accounts(path: &str) -> Self {
        Self::new(Branch::Accounts, path)
    }

    /// A key of a user's branch.
    pub fn user(sid: &str, path: &str) -> Self {
        Self::new(Branch::User(sid.to_owned()), path)
    }

    /// A key of the branch with what is registered for a user.
    pub fn user_classes(sid: &str, path: &str) -> Self {
        Self::new(Branch::UserClasses(sid.to_owned()), path)
    }

    /// The key with that name below this one. A name that came out of the registry is taken as it is.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        let mut names = self.names.clone();
        names.push(name.to_owned());
        Self { branch: self.branch.clone(), names }
    }

    /// The branch.
    pub fn branch(&self) -> &Branch {
        &self.branch
    }

    /// The names on the way from the branch to the key.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.branch {
            Branch::Software => formatter.write_str(r"HKLM\SOFTWARE")?,
            Branch::System => formatter.write_str(r"HKLM\SYSTEM")?,
            Branch::Accounts => formatter.write_str(r"HKLM\SAM")?,
            Branch::User(sid) => write!(formatter, r"HKU\{sid}")?,
            Branch::UserClasses(sid) => write!(formatter, r"HKU\{sid}_Classes")?,
        }
        for name in &self.names {
            write!(formatter, r"\{name}")?;
        }
        Ok(())
    }
}

/// A user whose branch may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserProfile {
    /// The user's security identifier, as text.
    pub sid: String,
    /// The folder of the profile as Windows writes it: `C:\Users\An`.
    pub folder: String,
}

impl UserProfile {
    /// The user's name: that of the profile's folder, in NFC. An account may have been renamed since.
    pub fn name(&self) -> String {
        let folder = self.folder.trim_end_matches(['\\', '/']);
        let name = folder.rsplit(['\\', '/']).next().unwrap_or(folder);
        crate::text::nfc(name).into_owned()
    }
}

/// Reading the registry, whichever it is.
pub trait Registry: fmt::Debug + Send + Sync {
    /// The names of the keys below a key; `Ok(None)` when the key is absent.
    fn subkeys(&self, key: &KeyPath) -> Result<Option<Listing<String>>, Gap>;

    /// The values of a key, each with its name; the default value's name is empty.
    fn values(&self, key: &KeyPath) -> Result<Option<Listing<(String, Value)>>, Gap>;

    /// One value of a key; `Ok(None)` when the key or the value is absent. Names are told apart without regard to case.
    fn value(&self, key: &KeyPath, name: &str) -> Result<Option<Value>, Gap>;

    /// When a key was last written to.
    fn last_written(&self, key: &KeyPath) -> Result<Option<Timestamp>, Gap>;

    /// Whether a key is there.
    fn has(&self, key: &KeyPath) -> Result<bool, Gap> {
        Ok(self.subkeys(key)?.is_some())
    }

    /// The profiles of people, from `ProfileList`; those of the services of Windows itself are left out.
    fn profiles(&self) -> Result<Listing<UserProfile>, Gap> {
        let list = KeyPath::software(PROFILE_LIST);
        let subkeys = self.subkeys(&list)?.ok_or_else(|| absent(&list))?;
        let mut profiles = Listing { items: Vec::new(), incomplete: subkeys.incomplete };
        for sid in subkeys.items.iter().filter(|sid| is_person(sid)) {
            if profiles.items.len() == MAX_PROFILES {
                let detail = format!("{list}: more than {MAX_PROFILES} profiles");
                profiles.note_gap(Gap::with_detail(GapCode::TooLarge, detail));
                break;
            }
            match self.text(&list.child(sid), "ProfileImagePath") {
                Ok(Some(folder)) => profiles.items.push(UserProfile { sid: sid.clone(), folder }),
                // A profile without a folder was never used.
                Ok(None) => {}
                Err(gap) => profiles.note_gap(gap),
            }
        }
        Ok(profiles)
    }

    /// A value that has to be a text.
    fn text(&self, key: &KeyPath, name: &str) -> Result<Option<String>, Gap> {
        match self.value(key, name)? {
            None => Ok(None),
            Some(Value::Text(text) | Value::Expandable(text)) => Ok(Some(text)),
            Some(other) => Err(unexpected(key, name, &other, "a text")),
        }
    }

    /// A value that has to be a whole number.
    fn number(&self, key: &KeyPath, name: &str) -> Result<Option<u64>, Gap> {
        match self.value(key, name)? {
            None => Ok(None),
            Some(Value::Number(number)) => Ok(Some(number)),
            Some(other) => Err(unexpected(key, name, &other, "a number")),
        }
    }

    /// A value that has to be bytes.
    fn bytes(&self, key: &KeyPath, name: &str) -> Result<Option<Vec<u8>>, Gap> {
        match self.value(key, name)? {
            None => Ok(None),
            Some(Value::Bytes(bytes)) => Ok(Some(bytes)),
            Some(other) => Err(unexpected(key, name, &other, "bytes")),
        }
    }
}

/// How many people's profiles are looked at; that there are more is said. A server that all of an office logs in to has some
/// hundreds.
pub const MAX_PROFILES: usize = 1_000;

/// Where Windows keeps the profiles of all users.
const PROFILE_LIST: &str = r"Microsoft\Windows NT\CurrentVersion\ProfileList";

/// How the identifiers of accounts begin that people log in with: local and domain accounts, and those of Entra ID.
const PERSONS: [&str; 2] = ["S-1-5-21-", "S-1-12-1-"];

/// Whether a security identifier is one of somebody who logs in.
pub(crate) fn is_person(sid: &str) -> bool {
    PERSONS.iter().any(|start| sid.starts_with(start)) && !sid.ends_with(".bak") && !sid.ends_with("_Classes")
}

/// A key without which an area cannot be told.
pub(crate) fn absent(key: &KeyPath) -> Gap {
    Gap::with_detail(GapCode::NotObserved, format!("{key} is not there"))
}

fn unexpected(key: &KeyPath, name: &str, value: &Value, wanted: &str) -> Gap {
    Gap::with_detail(GapCode::Malformed, format!("{key}, value {name}: {} instead of {wanted}", value.kind()))
}
