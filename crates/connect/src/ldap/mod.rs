//! LDAP directories: Active Directory (Windows, Samba) and plain ones (OpenLDAP and its like).
//!
//! [`read`] reaches the server ([`Settings`] say how), asks what kind it is and reads every account page by page. It binds,
//! searches and leaves; nothing in this crate writes to a directory. What an entry means is in [`active_directory`] and
//! [`plain`], which know no network.

pub mod active_directory;
mod entry;
mod mapping;
pub mod plain;
mod problem;
mod settings;
mod tls;
mod wire;

pub use entry::Entry;
pub use mapping::{Kind, Mapped, Skipped, Why, accounts};
pub use problem::{BindRefusal, Problem};
pub use settings::{Attributes, Authorities, Bind, MAX_SETTING_BYTES, Server, Settings, SettingsProblem, Transport};
pub use wire::{
    CONNECT_TIMEOUT, MAX_ENTRIES, MAX_REFERRALS, PAGE_SIZE, PROBE_TIMEOUT, Probe, READ_TIMEOUT, Reading, STEP_TIMEOUT,
    probe, read,
};
