//! Profiles of the Chromium family.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use khien_model::{Gap, GapCode, Listing};
use serde::Deserialize;

use super::LoginCounts;
use super::folders::{folders_with, has_any};
use crate::hosts::{Hosts, host_of};
use crate::reader::Reader;
use crate::sqlite::{ColumnResult, Snapshot};
use crate::text::shown;

/// Files by which a profile is known.
const PROFILE_FILES: &[&str] =
    &["Preferences", "Login Data", "Login Data For Account", "Ya Passman Data", "Network/Cookies", "Cookies"];

/// Folders that look like profiles but are never anybody's: one draws the profile picker, one is emptied at each start.
const NO_PROFILES: &[&str] = &["System Profile", "Guest Profile"];

/// The databases of saved logins: on this machine, of the account the user signed in to the browser with, and the one that
/// Yandex Browser keeps in their place.
const LOGIN_DATABASES: &[&str] = &["Login Data", "Login Data For Account", "Ya Passman Data"];

/// The databases of cookies, new and old.
const COOKIE_DATABASES: &[&str] = &["Network/Cookies", "Cookies"];

/// The largest `Preferences` that is read.
const MAX_PREFERENCES_BYTES: u64 = 8 << 20;

/// Seconds from the browser's epoch, 1601-01-01, to 1970-01-01.
const EPOCH_SECONDS: i64 = 11_644_473_600;

/// The profiles in a folder of user data. Old Opera keeps one profile in the folder itself.
pub(super) fn profile_folders(reader: &dyn Reader, data: &Path) -> Result<Listing<PathBuf>, Gap> {
    let mut found = folders_with(reader, data, PROFILE_FILES, NO_PROFILES)?;
    if has_any(reader, data, PROFILE_FILES)? {
        found.items.insert(0, data.to_owned());
    }
    Ok(found)
}

/// How many logins are saved, and where.
pub(super) fn saved_logins(reader: &dyn Reader, profile: &Path, hosts: &Hosts) -> Result<LoginCounts, Gap> {
    let mut counts = LoginCounts::default();
    for database in LOGIN_DATABASES {
        // A database that is not there was never needed: nothing is saved.
        if let Some(snapshot) = Snapshot::take(reader, profile.join(database))? {
            add_logins(&snapshot, hosts, &mut counts)?;
        }
    }
    Ok(counts)
}

fn add_logins(snapshot: &Snapshot, hosts: &Hosts, counts: &mut LoginCounts) -> Result<(), Gap> {
    let columns = ["origin_url", "signon_realm", "username_value", "password_value", "blacklisted_by_user"];
    snapshot.expect_table("logins", &columns)?;
    let query = "SELECT origin_url, signon_realm, username_value FROM logins \
        WHERE blacklisted_by_user = 0 AND length(password_value) > 0";
    snapshot.each_row(query, |row| {
        let text = |column: usize| -> ColumnResult<&str> {
            // What is not UTF-8 is neither a host nor an address.
            Ok(row
                .get_ref(column)?
                .as_bytes_or_null()?
                .and_then(|bytes| std::str::from_utf8(bytes).ok())
                .unwrap_or_default())
        };
        let host = [text(0)?, text(1)?].into_iter().find_map(host_of).unwrap_or_default();
        let protected = hosts.is_protected(host);
        // The user name is compared here and goes no further.
        let official = hosts.is_official_address(text(2)?);
        counts.saved = counts.saved.saturating_add(1);
        counts.protected = counts.protected.saturating_add(u32::from(protected));
        counts.official_elsewhere = counts.official_elsewhere.saturating_add(u32::from(official && !protected));
        Ok(())
    })
}

/// How many cookies of protected hosts outlive the browser. Those whose time is over are no longer sent.
pub(super) fn lasting_sessions(reader: &dyn Reader, profile: &Path, hosts: &Hosts, now: Timestamp) -> Result<u32, Gap> {
    let mut count: u32 = 0;
    for database in COOKIE_DATABASES {
        let Some(snapshot) = Snapshot::take(reader, profile.join(database))? else { continue };
        snapshot.expect_table("cookies", &["host_key", "name", "is_persistent", "expires_utc"])?;
        let query = "SELECT host_key, name, expires_utc FROM cookies WHERE is_persistent <> 0";
        snapshot.each_row(query, |row| {
            let host = row.get_ref(0)?.as_str()?;
            let name = row.get_ref(1)?.as_bytes()?;
            let expires: i64 = row.get(2)?;
            let lasting = hosts.is_protected(host) && hosts.may_be_session(name) && ends_after(expires, now);
            count = count.saturating_add(u32::from(lasting));
            Ok(())
        })?;
    }
    Ok(count)
}

/// Whether a cookie ends after `now`. A time beyond all calendars does.
fn ends_after(microseconds: i64, now: Timestamp) -> bool {
    time(microseconds).map_or(microseconds > 0, |ends| ends > now)
}

/// A point in time as the browser writes it: microseconds since 1601.
pub(crate) fn time(microseconds: i64) -> Option<Timestamp> {
    let since_1970 = microseconds.checked_sub(EPOCH_SECONDS.checked_mul(1_000_000)?)?;
    Timestamp::from_microsecond(since_1970).ok()
}

/// The setting of this profile, in `Preferences`.
#[derive(Deserialize)]
struct Preferences {
    credentials_enable_service: Option<bool>,
}

/// Whether the user lets the browser offer to save passwords; `None` when they never said.
pub(super) fn user_setting(reader: &dyn Reader, profile: &Path) -> Result<Option<bool>, Gap> {
    let path = profile.join("Preferences");
    let Some(bytes) = reader.read(&path, MAX_PREFERENCES_BYTES)? else {
        return Ok(None);
    };
    let preferences: Preferences = serde_json::from_slice(&bytes).map_err(|error| json_gap(&path, &error))?;
    Ok(preferences.credentials_enable_service)
}

/// What is wrong with a JSON file: the position, never its contents.
pub(crate) fn json_gap(path: &Path, error: &serde_json::Error) -> Gap {
    let what = match error.classify() {
        serde_json::error::Category::Data => "an unexpected kind of value",
        serde_json::error::Category::Eof => "ends too early",
        serde_json::error::Category::Io | serde_json::error::Category::Syntax => "no JSON",
    };
    let place = format!("{}: {what} at line {}, column {}", shown(path), error.line(), error.column());
    Gap::with_detail(GapCode::Malformed, place)
}
