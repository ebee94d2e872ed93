//! What browsers keep in a profile, counted: the same files on every system. No password, cookie or user name leaves the
//! functions that count it.

mod chromium;
mod firefox;
mod folders;
mod prefs_js;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use khien_model::facts::{BrowserKind, BrowserProfile};
use khien_model::{Gap, Listing, Observed};

pub(crate) use self::chromium::{json_gap, time as chromium_time};
#[cfg(test)]
pub(crate) use self::folders::MAX_PROFILES;
use crate::hosts::Hosts;
use crate::root::Root;
use crate::text;

/// Which family a browser is of: the formats of its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Chromium,
    Firefox,
}

impl Engine {
    /// The profiles in a folder of user data.
    pub(crate) fn profile_folders(self, root: &Root, data: &Path) -> Result<Listing<PathBuf>, Gap> {
        match self {
            Self::Chromium => chromium::profile_folders(root, data),
            Self::Firefox => firefox::profile_folders(root, data),
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

/// A profile: of which browser, whose, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Profile<'a> {
    pub(crate) browser: BrowserKind,
    pub(crate) engine: Engine,
    pub(crate) user: &'a str,
    /// Its folder, beneath the root.
    pub(crate) folder: &'a Path,
}

impl Profile<'_> {
    /// The name of its folder, in NFC.
    fn name(&self) -> String {
        text::name(self.folder.file_name().unwrap_or_default().as_encoded_bytes())
    }

    /// What the browser keeps in it.
    pub(crate) fn observe(
        &self,
        root: &Root,
        hosts: &Hosts,
        policy: Result<Policy, Gap>,
        now: Timestamp,
    ) -> BrowserProfile {
        let folder = self.folder;
        let (logins, sessions, setting) = match self.engine {
            Engine::Chromium => (
                chromium::saved_logins(root, folder, hosts),
                chromium::lasting_sessions(root, folder, hosts, now),
                chromium::user_setting(root, folder),
            ),
            Engine::Firefox => (
                firefox::saved_logins(root, folder, hosts),
                firefox::lasting_sessions(root, folder, hosts, now),
                firefox::user_setting(root, folder),
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
pub(crate) fn both_forbid(one: &Observed<bool>, other: Observed<bool>) -> Observed<bool> {
    match (one.known(), other.known()) {
        (Some(false), _) | (_, Some(false)) => Observed::Known(false),
        (None, _) => one.clone(),
        (Some(true), _) => other,
    }
}
