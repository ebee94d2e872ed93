//! What the agent keeps on the disk, each file whole or not there.
//!
//! | File | What |
//! | --- | --- |
//! | `key.pk8` | the device's private key, readable by its owner only, on Windows sealed by the machine and its chip |
//! | `counter` | the counter of the last request |
//! | `ca.pem` | the certificate authority that the server's certificate must come from |
//! | `enrolment.json` | which server, which device, who accepted the notice |
//! | `latest.json` | the facts of the last look, whole |
//! | `spool/` | reports that the server does not have yet |
//! | `directive.json` | the directive that the server judges by |
//! | `updates.json` | what Windows Update said within the last hour, and when; on Windows only |
//! | `contact.json` | when the server last had everything, and what went wrong since |
//! | `settings.json` | what the organisation chose for this machine; on Windows anybody may read it |
//! | `copies/` | on Windows, private copies of databases while they are read |
//! | `planned.json`, `planned-ca.pem` | how this machine is to be enrolled, until it is |
//! | `lock` | held by the one process that may write |

mod counter;
mod envelope;
pub(crate) mod files;
mod key;
mod spool;
mod vault;

use std::fs::{File, TryLockError};
use std::ops::Deref;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use khien_model::facts::KeyProtection;
use khien_protocol::limits::{MAX_ANSWER_BYTES, MAX_BODY_BYTES};
use khien_protocol::{Bilingual, DirectiveBundle, NoticeAcceptance, Report};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub(crate) use self::counter::Counter;
#[cfg(windows)]
pub(crate) use self::envelope::{KeyName, Oaep};
#[cfg(windows)]
pub(crate) use self::files::{make_folder, remove_folder};
pub(crate) use self::spool::Spool;
pub use self::vault::ChipTrouble;
#[cfg(windows)]
pub(crate) use self::vault::{MachineSeal, SecurityChip};
use crate::Problem;
use crate::enrol::Planned;
use crate::server::Server;
use crate::settings::{self, Settings};

/// The longest small file of the state, in bytes.
const MAX_SMALL_BYTES: usize = 64 << 10;

/// The longest file of facts, in bytes: a report and what stands around it.
const MAX_FACTS_BYTES: usize = MAX_BODY_BYTES * 2;

/// What was settled when the machine was enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The server.
    pub server: Server,
    /// The id that the server gave this device.
    pub device_id: String,
    /// The unit, as the server calls it.
    pub unit_name: String,
    /// When.
    pub enrolled_at: Timestamp,
    /// Who accepted the monitoring notice.
    pub notice: NoticeAcceptance,
    /// How often to report, in seconds.
    pub report_every_seconds: u32,
}

/// When the server last had everything, and what went wrong since.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// When the server last had everything.
    #[serde(default)]
    pub delivered_at: Option<Timestamp>,
    /// What went wrong since.
    #[serde(default)]
    pub trouble: Option<Trouble>,
}

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// When.
    pub at: Timestamp,
    /// What, for a person.
    pub message: Bilingual,
}

/// A state folder to read from. Others may write to it meanwhile.
#[derive(Debug, Clone)]
pub struct Readable {
    folder: PathBuf,
}

/// A state folder that this process alone writes to.
#[derive(Debug)]
pub struct State {
    readable: Readable,
    /// Held as long as the state is: the lock goes with it.
    _lock: File,
}

impl Readable {
    /// The state in `folder`, whether or not there is one.
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Where the state is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What was settled at enrolment; `None` when this machine is not enrolled.
    pub fn enrolment(&self) -> Result<Option<Enrolment>, Problem> {
        self.json("enrolment.json", MAX_SMALL_BYTES)
    }

    /// When the server last had everything, and what went wrong since.
    pub fn contact(&self) -> Result<Contact, Problem> {
        Ok(self.json("contact.json", MAX_SMALL_BYTES)?.unwrap_or_default())
    }

    /// What the organisation chose for this machine.
    pub fn settings(&self) -> Result<Settings, Problem> {
        Ok(self.json(settings::FILE, MAX_SMALL_BYTES)?.unwrap_or_default())
    }

    /// The directive that the server judges by, when it was fetched and is whole.
    pub(crate) fn directive(&self) -> Result<Option<DirectiveBundle>, Problem> {
        let bundle: Option<DirectiveBundle> = self.json("directive.json", MAX_ANSWER_BYTES)?;
        match bundle.as_ref().map(DirectiveBundle::check) {
            Some(Err(problem)) => Err(self.broken("directive.json", problem.to_string())),
            _ => Ok(bundle),
        }
    }

    /// The facts of the last look.
    pub(crate) fn latest(&self) -> Result<Option<Report>, Problem> {
        self.json("latest.json", MAX_FACTS_BYTES)
    }

    /// The authority that the server's certificate must come from.
    pub(crate) fn authority(&self) -> Result<Vec<u8>, Problem> {
        let path = self.authority_path();
        let missing = Problem::StateBroken { path: path.clone(), detail: "missing".to_owned() };
        files::read(&path, MAX_SMALL_BYTES)?.ok_or(missing)
    }

    pub(crate) fn authority_path(&self) -> PathBuf {
        self.path("ca.pem")
    }

    /// How this machine is to be enrolled.
    pub(crate) fn planned(&self) -> Result<Option<Planned>, Problem> {
        self.json("planned.json", MAX_SMALL_BYTES)
    }

    pub(crate) fn planned_authority_path(&self) -> PathBuf {
        self.path("planned-ca.pem")
    }

    /// What protects the device's key; `None` when it was not made yet.
    pub(crate) fn key_protection(&self) -> Result<Option<KeyProtection>, Problem> {
        key::protection(&self.key_path(), &self.vault())
    }

    fn key_path(&self) -> PathBuf {
        self.path("key.pk8")
    }

    /// What seals the device's key on this system.
    fn vault(&self) -> vault::Vault<'static> {
        // Whoever spells the folder otherwise means the same one on Windows.
        let name = envelope::KeyName::of_place(&self.folder.to_string_lossy().to_lowercase());
        #[cfg(windows)]
        return vault::Vault { machine: &crate::windows::Dpapi, chip: Some(&crate::windows::Tpm), name };
        #[cfg(not(windows))]
        vault::Vault { machine: &vault::FileRights, chip: None, name }
    }

    /// Removes what the machine's chip keeps for the device's key, which is to be removed too.
    #[cfg(windows)]
    pub(crate) fn forget_chip_key(&self) {
        key::forget(&self.key_path(), &self.vault());
    }

    pub(crate) fn counter(&self) -> Counter {
        Counter::at(self.path("counter"))
    }

    /// How many reports wait for the server.
    pub fn waiting(&self) -> Result<usize, Problem> {
        spool::waiting(&self.path("spool"))
    }

    fn json<T: DeserializeOwned>(&self, name: &str, max: usize) -> Result<Option<T>, Problem> {
        let Some(bytes) = files::read(&self.path(name), max)? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| self.broken(name, error.to_string()))
    }

    fn broken(&self, name: &str, detail: String) -> Problem {
        Problem::StateBroken { path: self.path(name), detail }
    }
}

/// Writes a file of the state that others on this machine may read where they know its name. It needs no lock: the file is
/// whole or not there.
pub(crate) fn write_readable<T: Serialize>(folder: &Path, name: &str, value: &T) -> Result<(), Problem> {
    files::make_folder(folder)?;
    let path = folder.join(name);
    let broken = |error: serde_json::Error| Problem::StateBroken { path: path.clone(), detail: error.to_string() };
    files::write(&path, &serde_json::to_vec(value).map_err(broken)?)?;
    #[cfg(windows)]
    khien_windows_calls::let_users_read(&path).map_err(|error| files::unusable(&path, &error))?;
    Ok(())
}

impl State {
    /// The state of an enrolled machine.
    pub fn open(folder: &Path) -> Result<Self, Problem> {
        if Readable::at(folder).enrolment()?.is_none() {
            return Err(Problem::NotEnrolled { state: folder.to_owned() });
        }
        Self::create(folder)
    }

    /// The state of a machine that may not be enrolled yet.
    pub(crate) fn create(folder: &Path) -> Result<Self, Problem> {
        files::make_folder(folder)?;
        let path = folder.join("lock");
        let unusable = |error: std::io::Error| files::unusable(&path, &error);
        let lock = File::options().write(true).create(true).truncate(false).open(&path).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { readable: Readable::at(folder), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Problem::StateInUse { state: folder.to_owned() }),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }

    /// The device's key; `None` when it was not made yet.
    pub(crate) fn key(&self) -> Result<Option<khien_protocol::SigningKey>, Problem> {
        key::read(&self.key_path(), &self.vault())
    }

    /// The device's key, made when there is none.
    pub(crate) fn key_or_new(&self) -> Result<khien_protocol::SigningKey, Problem> {
        key::read_or_make(&self.key_path(), &self.vault())
    }

    /// The reports that the server does not have yet.
    pub(crate) fn spool(&self) -> Result<Spool, Problem> {
        Spool::open(self.path("spool"), spool::SpoolLimits::default())
    }

    /// An empty folder for private copies, where the system has none that is private enough; what a look that was cut short
    /// left in it is removed. Where it cannot be made, what needs it will say so.
    pub(crate) fn copies(&self) -> Option<PathBuf> {
        if !cfg!(windows) {
            return None;
        }
        let folder = self.path("copies");
        let _ = files::remove_folder(&folder).and_then(|()| files::make_folder(&folder));
        Some(folder)
    }

    pub(crate) fn set_enrolment(&self, enrolment: &Enrolment) -> Result<(), Problem> {
        self.set("enrolment.json", enrolment)
    }

    pub(crate) fn set_contact(&self, contact: &Contact) -> Result<(), Problem> {
        self.set("contact.json", contact)
    }

    pub(crate) fn set_directive(&self, bundle: &DirectiveBundle) -> Result<(), Problem> {
        self.set("directive.json", bundle)
    }

    pub(crate) fn set_latest(&self, report: &Report) -> Result<(), Problem> {
        self.set("latest.json", report)
    }

    pub(crate) fn set_authority(&self, pem: &str) -> Result<(), Problem> {
        files::write(&self.authority_path(), pem.as_bytes())
    }

    pub(crate) fn set_planned(&self, planned: &Planned) -> Result<(), Problem> {
        self.set("planned.json", planned)
    }

    pub(crate) fn set_planned_authority(&self, pem: &str) -> Result<(), Problem> {
        files::write(&self.planned_authority_path(), pem.as_bytes())
    }

    pub(crate) fn forget_plan(&self) -> Result<(), Problem> {
        files::remove(&self.path("planned.json"))?;
        files::remove(&self.planned_authority_path())
    }

    fn set<T: Serialize>(&self, name: &str, value: &T) -> Result<(), Problem> {
        let bytes = serde_json::to_vec(value).map_err(|error| self.broken(name, error.to_string()))?;
        files::write(&self.path(name), &bytes)
    }
}

impl Deref for State {
    type Target = Readable;

    fn deref(&self) -> &Readable {
        &self.readable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_process_writes() {
        let folder = tempfile::tempdir().expect("a folder");
        let held = State::create(folder.path()).expect("free");
        assert!(matches!(State::create(folder.path()), Err(Problem::StateInUse { .. })));
        drop(held);
        State::create(folder.path()).expect("free again");
    }

    #[test]
    fn a_machine_that_is_not_enrolled_is_told_so() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(matches!(State::open(folder.path()), Err(Problem::NotEnrolled { .. })));
        assert_eq!(Readable::at(folder.path()).contact().expect("nothing yet"), Contact::default());
    }

    #[test]
    fn a_directive_that_was_changed_on_the_disk_is_not_used() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = State::create(folder.path()).expect("free");
        let files = [("a.yaml".to_owned(), "id: a".to_owned())].into();
        let mut bundle = DirectiveBundle::new("a", "a.yaml", files);
        state.set_directive(&bundle).expect("written");
        assert_eq!(state.directive().expect("whole"), Some(bundle.clone()));
        bundle.files.insert("a.yaml".to_owned(), "id: b".to_owned());
        state.set_directive(&bundle).expect("written");
        assert!(matches!(state.directive(), Err(Problem::StateBroken { .. })));
    }
}
