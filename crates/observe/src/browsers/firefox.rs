//! Profiles of Firefox.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use khien_model::{Gap, GapCode, Listing, Observed};
use serde::Deserialize;

use super::chromium::json_gap;
use super::folders::folders_with;
use super::{LoginCounts, prefs_js};
use crate::hosts::{Hosts, host_of};
use crate::keyfile;
use crate::reader::Reader;
use crate::sqlite::Snapshot;
use crate::text::shown;

/// Files by which a profile is known.
const PROFILE_FILES: &[&str] = &["prefs.js", "logins.json", "cookies.sqlite", "places.sqlite"];

/// The list of profiles, beside their folders.
const PROFILE_LIST: &str = "profiles.ini";

const MAX_PROFILE_LIST_BYTES: u64 = 1 << 20;

/// The largest `logins.json` that is read: some thousand logins are one megabyte.
const MAX_LOGINS_BYTES: u64 = 16 << 20;

/// The largest `prefs.js` that is read.
const MAX_PREFERENCES_BYTES: u64 = 8 << 20;

/// Where other releases kept logins. They are not read: a profile that has only these has an unknown number.
const OTHER_LOGIN_FILES: &[&str] = &["logins.db", "signons.sqlite"];

/// The setting "Ask to save passwords".
const REMEMBERS: &str = "signon.rememberSignons";

/// Where the user's settings stand; the later one wins when Firefox starts.
const PREFERENCE_FILES: &[&str] = &["prefs.js", "user.js"];

/// Seconds as large as this are beyond the year 5000: since 2025 the expiry of a cookie is in milliseconds.
const FIRST_MILLISECONDS: i64 = 100_000_000_000;

/// The profiles of a folder of user data: those listed, and those that lie there without being listed.
pub(super) fn profile_folders(reader: &dyn Reader, data: &Path) -> Result<Listing<PathBuf>, Gap> {
    let mut found = folders_with(reader, data, PROFILE_FILES, &[])?;
    let list = data.join(PROFILE_LIST);
    let Some(text) = reader.read_text(&list, MAX_PROFILE_LIST_BYTES)? else {
        return Ok(found);
    };
    for listed in listed_profiles(&text) {
        let folder = if listed.relative { data.join(listed.path) } else { PathBuf::from(listed.path) };
        if found.items.contains(&folder) {
            continue;
        }
        match reader.list(&folder) {
            Ok(Some(_)) => found.items.push(folder),
            Ok(None) => {}
            Err(gap) => found.note_gap(gap),
        }
    }
    Ok(found)
}

/// One `[Profile…]` of `profiles.ini`.
#[derive(Debug, PartialEq, Eq)]
struct ListedProfile<'a> {
    path: &'a str,
    relative: bool,
}

fn listed_profiles(text: &str) -> Vec<ListedProfile<'_>> {
    let mut profiles = Vec::new();
    let mut current: Option<(&str, ListedProfile<'_>)> = None;
    for setting in keyfile::settings(text).filter(|setting| setting.group.starts_with("Profile")) {
        if current.as_ref().is_none_or(|(group, _)| *group != setting.group) {
            profiles.extend(current.take().map(|(_, profile)| profile));
            current = Some((setting.group, ListedProfile { path: "", relative: true }));
        }
        if let Some((_, profile)) = &mut current {
            match setting.key {
                "Path" => profile.path = setting.value,
                "IsRelative" => profile.relative = setting.value != "0",
                _ => {}
            }
        }
    }
    profiles.extend(current.map(|(_, profile)| profile));
    profiles.retain(|profile| !profile.path.is_empty());
    profiles
}

/// `logins.json`.
#[derive(Deserialize)]
struct LoginFile<'a> {
    #[serde(borrow)]
    logins: Vec<Login<'a>>,
}

#[derive(Deserialize)]
struct Login<'a> {
    #[serde(borrow)]
    hostname: Cow<'a, str>,
    /// Only asked whether it is empty: the value is encrypted, and stays so.
    #[serde(borrow, rename = "encryptedPassword")]
    password: Cow<'a, str>,
}

/// How many logins are saved, and where.
pub(super) fn saved_logins(reader: &dyn Reader, profile: &Path, hosts: &Hosts) -> Result<LoginCounts, Gap> {
    let path = profile.join("logins.json");
    let Some(bytes) = reader.read(&path, MAX_LOGINS_BYTES)? else {
        for other in OTHER_LOGIN_FILES {
            if reader.exists(&profile.join(other))? {
                let detail = format!("{}: this way of keeping logins is not known", shown(&profile.join(other)));
                return Err(Gap::with_detail(GapCode::Unsupported, detail));
            }
        }
        return Ok(LoginCounts::default());
    };
    let file: LoginFile<'_> = serde_json::from_slice(&bytes).map_err(|error| json_gap(&path, &error))?;
    let mut counts = LoginCounts::default();
    // Firefox keeps its own account among the logins, at an address that is no site.
    let saved =
        file.logins.iter().filter(|login| !login.password.is_empty() && !login.hostname.starts_with("chrome://"));
    for login in saved {
        let protected = host_of(&login.hostname).is_some_and(|host| hosts.is_protected(host));
        counts.saved = counts.saved.saturating_add(1);
        counts.protected = counts.protected.saturating_add(u32::from(protected));
    }
    Ok(counts)
}

/// Whether official addresses are user names elsewhere. Firefox encrypts user names, so that only "nothing is saved
/// elsewhere" can be known.
pub(super) fn official_elsewhere(counts: &LoginCounts) -> Observed<u32> {
    if counts.saved == counts.protected {
        Observed::Known(0)
    } else {
        Observed::unknown(GapCode::Unsupported, "Firefox encrypts the user names of saved logins")
    }
}

/// How many cookies of protected hosts outlive the browser. Firefox writes no others to its database.
pub(super) fn lasting_sessions(reader: &dyn Reader, profile: &Path, hosts: &Hosts, now: Timestamp) -> Result<u32, Gap> {
    let Some(snapshot) = Snapshot::take(reader, profile.join("cookies.sqlite"))? else {
        return Ok(0);
    };
    snapshot.expect_table("moz_cookies", &["host", "name", "expiry"])?;
    let mut count: u32 = 0;
    snapshot.each_row("SELECT host, name, expiry FROM moz_cookies", |row| {
        let host = row.get_ref(0)?.as_str()?;
        let name = row.get_ref(1)?.as_bytes()?;
        let lasting = hosts.is_protected(host) && hosts.may_be_session(name) && expiry(row.get(2)?) > Some(now);
        count = count.saturating_add(u32::from(lasting));
        Ok(())
    })?;
    Ok(count)
}

/// When a cookie ends. A time beyond all calendars is the last one there is.
fn expiry(number: i64) -> Option<Timestamp> {
    let time =
        if number >= FIRST_MILLISECONDS { Timestamp::from_millisecond(number) } else { Timestamp::from_second(number) };
    time.ok().or((number > 0).then_some(Timestamp::MAX))
}

/// Whether the user lets Firefox ask to save passwords; `None` when they never said.
pub(super) fn user_setting(reader: &dyn Reader, profile: &Path) -> Result<Option<bool>, Gap> {
    let mut setting = None;
    for file in PREFERENCE_FILES {
        if let Some(text) = reader.read_text(&profile.join(file), MAX_PREFERENCES_BYTES)? {
            setting = prefs_js::boolean(&text, REMEMBERS).or(setting);
        }
    }
    Ok(setting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn profiles_are_listed_with_their_paths() {
        let text = "[Install4F96]\nDefault=x\n[Profile1]\nName=Hồ sơ\nIsRelative=1\nPath=ab.default\n\
            [Profile0]\nPath=/data/firefox\nIsRelative=0\n[Profile2]\nName=none\n[General]\nVersion=2\n";
        let relative = ListedProfile { path: "ab.default", relative: true };
        let absolute = ListedProfile { path: "/data/firefox", relative: false };
        assert_eq!(listed_profiles(text), [relative, absolute]);
    }

    #[test]
    fn cookies_end_in_seconds_or_milliseconds() {
        let end: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(expiry(end.as_second()), Some(end));
        assert_eq!(expiry(end.as_millisecond()), Some(end));
        assert_eq!(expiry(0), Some(Timestamp::UNIX_EPOCH));
        assert_eq!(expiry(i64::MAX), Some(Timestamp::MAX));
        assert_eq!(expiry(i64::MIN), None);
    }

    proptest! {
        #[test]
        fn any_text_can_be_a_list_of_profiles(text in "(\\[?Profile[0-9]\\]?|Path=|IsRelative=0|[/.a-z]{0,5}|\n){0,12}") {
            for profile in listed_profiles(&text) {
                prop_assert!(!profile.path.is_empty());
            }
        }
    }
}
