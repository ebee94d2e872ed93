//! What browsers keep in a profile, counted: the same files on every system. No password, cookie or user name leaves the
//! functions that count it.

mod chromium;
mod firefox;
mod folders;
mod prefs_js;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use khien_model::facts::{BrowserKind, BrowserProfile};
use khien_model::{Gap, GapCode, Listing, Observed};

#[cfg(target_os = "linux")]
pub(crate) use self::chromium::{json_gap, time as chromium_time};
#[cfg(test)]
pub(crate) use self::folders::MAX_PROFILES;
use crate::collect::BrowserScope;
use crate::hosts::Hosts;
use crate::reader::Reader;
use crate::text;

/// Which family a browser is of: the formats of its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Chromium,
    Firefox,
}

impl Engine {
    /// The profiles in a folder of user data.
    pub(crate) fn profile_folders(self, reader: &dyn Reader, data: &Path) -> Result<Listing<PathBuf>, Gap> {
        match self {
            Self::Chromium => chromium::profile_folders(reader, data),
            Self::Firefox => firefox::profile_folders(reader, data),
        }
    }
}

/// What the machine rules about saving passwords.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Policy {
    /// What is so whatever the user wants.
    pub(crate) forced: Option<bool>,
    /// What is so until the user wants otherwise.
    pub(crate) default: Option<bool>,
}

/// Saved logins, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct LoginCounts {
    /// All of them.
    saved: u32,
    /// Those of protected hosts.
    protected: u32,
    /// Those of other hosts whose user name is an official address.
    official_elsewhere: u32,
}

/// What profiles are looked at with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look<'a> {
    pub(crate) reader: &'a dyn Reader,
    pub(crate) scope: BrowserScope,
    pub(crate) hosts: &'a Hosts,
    pub(crate) now: Timestamp,
}

/// Why nothing in a profile was looked at.
pub(crate) fn switched_off() -> Gap {
    Gap::with_detail(GapCode::SwitchedOff, "the files of browsers are not read: policies only")
}

/// A profile: of which browser, whose, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Profile<'a> {
    pub(crate) browser: BrowserKind,
    pub(crate) engine: Engine,
    pub(crate) user: &'a str,
    /// Its folder, as the reader takes it.
    pub(crate) folder: &'a Path,
}

impl Profile<'_> {
    /// The name of its folder, in NFC.
    fn name(&self) -> String {
        text::name(self.folder.file_name().unwrap_or_default().as_encoded_bytes())
    }

    /// What its user chose. Yandex Browser saves passwords by a program of its own, whose switch its maker writes nowhere of.
    fn chromium_setting(&self, reader: &dyn Reader) -> Result<Option<bool>, Gap> {
        if self.browser == BrowserKind::Yandex {
            let detail = "it is not known where Yandex Browser notes whether its user lets it save passwords";
            return Err(Gap::with_detail(GapCode::Unsupported, detail));
        }
        chromium::user_setting(reader, self.folder)
    }

    /// What the browser keeps in it.
    pub(crate) fn observe(&self, look: &Look<'_>, policy: Result<Policy, Gap>) -> BrowserProfile {
        let Look { reader, hosts, now, .. } = *look;
        let folder = self.folder;
        let (logins, sessions, setting) = match (look.scope, self.engine) {
            (BrowserScope::PoliciesOnly, _) => (Err(switched_off()), Err(switched_off()), Err(switched_off())),
            (BrowserScope::All, Engine::Chromium) => (
                chromium::saved_logins(reader, folder, hosts),
                chromium::lasting_sessions(reader, folder, hosts, now),
                self.chromium_setting(reader),
            ),
            (BrowserScope::All, Engine::Firefox) => (
                firefox::saved_logins(reader, folder, hosts),
                firefox::lasting_sessions(reader, folder, hosts, now),
                firefox::user_setting(reader, folder),
            ),
        };
        let count = |of: fn(&LoginCounts) -> u32| Observed::from(logins.as_ref().map(of).map_err(Clone::clone));
        BrowserProfile {
            browser: self.browser.into(),
            user: self.user.into(),
            profile: self.name().into(),
            saved_logins: count(|logins| logins.saved),
            saved_logins_protected: count(|logins| logins.protected),
            saved_logins_official_elsewhere: match (&logins, self.engine) {
                (Ok(logins), Engine::Firefox) => firefox::official_elsewhere(logins),
                _ => count(|logins| logins.official_elsewhere),
            },
            lasting_sessions_protected: sessions.into(),
            offers_to_save: offers(policy, setting).into(),
        }
    }
}

/// Whether the browser will offer to save passwords. It does unless it was told otherwise.
fn offers(policy: Result<Policy, Gap>, setting: Result<Option<bool>, Gap>) -> Result<bool, Gap> {
    let policy = policy?;
    match policy.forced {
        Some(forced) => Ok(forced),
        None => Ok(setting?.or(policy.default).unwrap_or(true)),
    }
}

/// What holds where two rules say the same of one browser: saving is forbidden when both forbid it.
#[cfg(target_os = "linux")]
pub(crate) fn both_forbid(one: &Observed<bool>, other: Observed<bool>) -> Observed<bool> {
    match (one.known(), other.known()) {
        (Some(false), _) | (_, Some(false)) => Observed::Known(false),
        (None, _) => one.clone(),
        (Some(true), _) => other,
    }
}
