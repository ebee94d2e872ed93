//! What the entry of a user in Active Directory says (Windows Server, Samba).

use jiff::{SignedDuration, Timestamp};
use khien_model::facts::{Credential, Evidence, Lifecycle};
use khien_model::{GapCode, Observed};

use super::Entry;
use crate::moments::{FileTime, filetime, generalized_time};

/// The attributes that are asked for.
pub const ATTRIBUTES: &[&str] = &[
    "whenCreated",
    "pwdLastSet",
    "userAccountControl",
    "accountExpires",
    "lastLogonTimestamp",
    "adminCount",
    "memberOf",
];

/// `userAccountControl`: the account is disabled ([MS-ADTS] 2.2.16, `ADS_UF_ACCOUNT_DISABLE`).
const DISABLED: i64 = 0x2;
/// `userAccountControl`: the password does not expire (`ADS_UF_DONT_EXPIRE_PASSWD`).
const PASSWORD_NEVER_EXPIRES: i64 = 0x1_0000;
/// `userAccountControl`: a smart card is required (`ADS_UF_SMARTCARD_REQUIRED`).
const SMART_CARD_REQUIRED: i64 = 0x4_0000;

/// A password set so soon after the account was made is the one handed out with it: whoever makes accounts does both in one
/// go. A heuristic, which the documentation of the fact says.
pub const HANDED_OUT_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// The facts of an entry at `now`.
pub fn facts(entry: &Entry, now: Timestamp) -> (Credential, Lifecycle) {
    let created_at = entry.observed("whenCreated", generalized_time);
    let set = entry.observed("pwdLastSet", filetime);
    let password_changed_at = match &set {
        Observed::Known(FileTime::At(at)) => Observed::Known(*at),
        // Zero means that it must be changed; the day of the last change is overwritten by it.
        Observed::Known(FileTime::Zero) => Observed::unknown(GapCode::NotObserved, "pwdLastSet is 0"),
        Observed::Known(FileTime::Never) => Observed::unknown(GapCode::Malformed, "pwdLastSet"),
        Observed::Unknown(gap) => Observed::Unknown(gap.clone()),
    };
    let last_login_at = last_login(entry);
    let flags = entry.observed("userAccountControl", |text| text.parse::<i64>().ok());
    let flag = |bit: i64| flags.clone().map(|flags| flags & bit != 0);
    let credential = Credential {
        initial_password_in_use: initial_in_use(&created_at, &password_changed_at),
        must_change_password: match set {
            Observed::Known(FileTime::Never) => Observed::unknown(GapCode::Malformed, "pwdLastSet"),
            set => set.map(|set| set == FileTime::Zero),
        },
        evidence: password_changed_at.clone().map(|_| Evidence::Observed),
        received_at: received(&created_at, &last_login_at),
        created_at,
        password_changed_at,
        password_never_expires: flag(PASSWORD_NEVER_EXPIRES),
        second_factor: second_factor(&flag(SMART_CARD_REQUIRED)),
        ..Credential::default()
    };
    let lifecycle = Lifecycle {
        enabled: enabled(&flag(DISABLED), entry, now),
        administrator: administrator(entry),
        last_login_at,
        ..Lifecycle::default()
    };
    (credential, lifecycle)
}

/// Whether the password is the one handed out with the account.
pub(super) fn initial_in_use(created: &Observed<Timestamp>, changed: &Observed<Timestamp>) -> Observed<bool> {
    match (created, changed) {
        (Observed::Known(created), Observed::Known(changed)) => {
            Observed::Known(changed.duration_since(*created).abs() < HANDED_OUT_WITHIN)
        }
        (Observed::Unknown(gap), _) | (_, Observed::Unknown(gap)) => Observed::Unknown(gap.clone()),
    }
}

/// An account is handed out when it is made. That its owner has it is known once it was used.
pub(super) fn received(created: &Observed<Timestamp>, last_login: &Observed<Timestamp>) -> Observed<Timestamp> {
    match last_login {
        Observed::Known(_) => created.clone(),
        Observed::Unknown(_) => {
            Observed::unknown(GapCode::NotObserved, "the account was never used, as far as is known")
        }
    }
}

/// Whether it can log in: neither disabled nor past its last day.
fn enabled(disabled: &Observed<bool>, entry: &Entry, now: Timestamp) -> Observed<bool> {
    let ends = entry.observed("accountExpires", filetime);
    match (disabled, &ends) {
        (Observed::Known(true), _) => Observed::Known(false),
        (_, Observed::Known(FileTime::At(end))) if *end <= now => Observed::Known(false),
        (Observed::Known(false), Observed::Known(_)) => Observed::Known(true),
        // Neither open nor closed for sure.
        (Observed::Unknown(gap), _) | (_, Observed::Unknown(gap)) => Observed::Unknown(gap.clone()),
    }
}

/// A smart card is a second factor. Without it, another one may be asked for where the directory does not know of it.
fn second_factor(smart_card: &Observed<bool>) -> Observed<bool> {
    match smart_card {
        Observed::Known(true) => Observed::Known(true),
        Observed::Known(false) => Observed::unknown(GapCode::NotObserved, "no smart card is required"),
        Observed::Unknown(gap) => Observed::Unknown(gap.clone()),
    }
}

/// Active Directory marks the members of its protected groups, however deep. Nobody clears the mark of who has left them, and
/// other groups may administrate too: only a mark that is there says something.
fn administrator(entry: &Entry) -> Observed<bool> {
    match entry.text("adminCount") {
        Some("1") => Observed::Known(true),
        _ => Observed::unknown(GapCode::NotObserved, "adminCount"),
    }
}

fn last_login(entry: &Entry) -> Observed<Timestamp> {
    match entry.observed("lastLogonTimestamp", filetime) {
        Observed::Known(FileTime::At(at)) => Observed::Known(at),
        Observed::Known(_) => Observed::unknown(GapCode::NotObserved, "lastLogonTimestamp is 0"),
        Observed::Unknown(gap) => Observed::Unknown(gap),
    }
}
