//! What the entry of a person in a plain directory says: the attributes of RFC 2307 (`shadowAccount`), of the password policy
//! draft (draft-behera-ldap-password-policy, OpenLDAP's `ppolicy`) and of 389 Directory Server.

use jiff::Timestamp;
use khien_model::facts::{Credential, Evidence, Lifecycle};
use khien_model::{GapCode, Observed};

use super::Entry;
use super::active_directory::{initial_in_use, received};
use super::entry::boolean;
use crate::moments::{generalized_time, of_shadow_day, shadow_day};

/// The attributes that are asked for. Those a directory keeps for itself are sent only when they are named.
pub const ATTRIBUTES: &[&str] = &[
    "createTimestamp",
    "pwdChangedTime",
    "pwdReset",
    "pwdAccountLockedTime",
    "pwdLastSuccess",
    "authTimestamp",
    "shadowLastChange",
    "shadowExpire",
    "shadowMax",
    "nsAccountLock",
    "memberOf",
];

/// `pwdAccountLockedTime` of an account that stays locked until an administrator opens it.
const LOCKED_FOR_GOOD: &str = "000001010000Z";

/// `shadowMax` from which on a password is said not to expire, as `chage` writes it.
const SHADOW_NEVER_DAYS: i64 = 99_999;

/// The facts of an entry at `now`.
pub fn facts(entry: &Entry, now: Timestamp) -> (Credential, Lifecycle) {
    let created_at = entry.observed("createTimestamp", generalized_time);
    let (password_changed_at, to_the_second) = password_changed(entry);
    let initial = if to_the_second || password_changed_at.known().is_none() {
        initial_in_use(&created_at, &password_changed_at)
    } else {
        Observed::unknown(GapCode::NotObserved, "shadowLastChange is exact to a day only")
    };
    let last_login_at = last_login(entry);
    let credential = Credential {
        initial_password_in_use: initial,
        must_change_password: must_change(entry),
        evidence: password_changed_at.clone().map(|_| Evidence::Observed),
        received_at: received(&created_at, &last_login_at),
        created_at,
        password_changed_at,
        password_never_expires: never_expires(entry),
        ..Credential::default()
    };
    let lifecycle = Lifecycle {
        enabled: enabled(entry, now),
        last_login_at,
        administrator: Observed::unknown(GapCode::NotObserved, "no group of administrators is named"),
        ..Lifecycle::default()
    };
    (credential, lifecycle)
}

/// When the password was changed, and whether that is known to the second.
fn password_changed(entry: &Entry) -> (Observed<Timestamp>, bool) {
    if entry.has("pwdChangedTime") {
        return (entry.observed("pwdChangedTime", generalized_time), true);
    }
    let changed = match entry.observed("shadowLastChange", shadow_day) {
        Observed::Known(0) => Observed::unknown(GapCode::NotObserved, "shadowLastChange is 0"),
        Observed::Known(day) if day < 0 => Observed::unknown(GapCode::NotObserved, "shadowLastChange is -1"),
        Observed::Known(day) => of_shadow_day(day)
            .ok_or_else(|| khien_model::Gap::with_detail(GapCode::Malformed, "shadowLastChange"))
            .into(),
        Observed::Unknown(gap) if gap.code == GapCode::NotObserved => {
            Observed::unknown(GapCode::NotObserved, "pwdChangedTime, shadowLastChange")
        }
        Observed::Unknown(gap) => Observed::Unknown(gap),
    };
    (changed, false)
}

/// `pwdReset`, else the day 0 of the shadow file.
fn must_change(entry: &Entry) -> Observed<bool> {
    if entry.has("pwdReset") {
        return entry.observed("pwdReset", boolean);
    }
    match entry.observed("shadowLastChange", shadow_day) {
        Observed::Known(day) => Observed::Known(day == 0),
        Observed::Unknown(gap) if gap.code == GapCode::NotObserved => {
            Observed::unknown(GapCode::NotObserved, "pwdReset, shadowLastChange")
        }
        Observed::Unknown(gap) => Observed::Unknown(gap),
    }
}

fn never_expires(entry: &Entry) -> Observed<bool> {
    entry.observed("shadowMax", shadow_day).map(|days| !(0..SHADOW_NEVER_DAYS).contains(&days))
}

/// Whether it can log in. A mark that closes it counts at once; that it is open is known only where a mark says so, for what
/// is not sent may be hidden from us.
fn enabled(entry: &Entry, now: Timestamp) -> Observed<bool> {
    if entry.text("pwdAccountLockedTime") == Some(LOCKED_FOR_GOOD) {
        return Observed::Known(false);
    }
    let locked = entry.observed("nsAccountLock", boolean);
    let expires = entry.observed("shadowExpire", shadow_day);
    let expired = match &expires {
        // Any negative number means never.
        Observed::Known(day) => Some(*day >= 0 && of_shadow_day(*day).is_some_and(|end| end <= now)),
        Observed::Unknown(_) => None,
    };
    match (locked, expired, expires) {
        (Observed::Known(true), _, _) | (_, Some(true), _) => Observed::Known(false),
        (Observed::Known(false), _, _) | (_, Some(false), _) => Observed::Known(true),
        (Observed::Unknown(gap), None, Observed::Unknown(other)) => {
            let odd = [gap, other].into_iter().find(|gap| gap.code != GapCode::NotObserved);
            odd.map_or_else(
                || Observed::unknown(GapCode::NotObserved, "pwdAccountLockedTime, nsAccountLock, shadowExpire"),
                Observed::Unknown,
            )
        }
        (Observed::Unknown(gap), None, _) => Observed::Unknown(gap),
    }
}

/// The overlays `lastbind` and `ppolicy` keep it under different names; the later one counts.
fn last_login(entry: &Entry) -> Observed<Timestamp> {
    let seen = ["pwdLastSuccess", "authTimestamp"].map(|attribute| entry.observed(attribute, generalized_time));
    if let Some(latest) = seen.iter().filter_map(Observed::known).max() {
        return Observed::Known(*latest);
    }
    let odd = seen.into_iter().find(|seen| matches!(seen, Observed::Unknown(gap) if gap.code != GapCode::NotObserved));
    odd.unwrap_or_else(|| Observed::unknown(GapCode::NotObserved, "pwdLastSuccess, authTimestamp"))
}
