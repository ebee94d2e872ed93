//! `accounts`: local accounts, their passwords' age and their rights.

mod logins;
mod password_rules;
mod shadow;
mod sudoers;

use jiff::{SignedDuration, Timestamp};
use khien_model::facts::{Accounts, LocalAccount};
use khien_model::{Gap, GapCode, Listing, Observed};

use self::logins::Logins;
use self::shadow::{PasswordState, Shadow};
use self::sudoers::{Grant, Sudoers};
use super::context::Context;
use super::users::{PasswordField, User};

/// The number of days that means "for ever" in `/etc/shadow` and login.defs.
const FOR_EVER_DAYS: i64 = 99_999;

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

pub(crate) fn collect(context: &Context) -> Result<Accounts, Gap> {
    let users = context.users.as_ref().map_err(Clone::clone)?;
    let shadow = Shadow::read(&context.root);
    let sudoers = Sudoers::read(&context.root);
    let logins = Logins::read(&context.root);
    let mut local = Listing { items: Vec::new(), incomplete: users.incomplete.clone() };
    for user in &users.items {
        let entry = entry_of(user, &shadow);
        let has_password = matches!(&entry, Ok(entry) if entry.password != PasswordState::Locked);
        // A service with a shell and no password is nobody's way in.
        if user.uid == 0 || (user.can_log_in() && (user.is_person() || has_password)) {
            local.items.push(account(context, user, entry, &sudoers, &logins));
        } else if let (true, Err(gap)) = (user.can_log_in(), entry) {
            // It may be one that somebody logs in with.
            local.note_gap(gap);
        }
    }
    Ok(Accounts {
        local: Observed::Known(local),
        password_max_age: password_rules::max_age(&context.root).into(),
        password_min_length: password_rules::min_length(&context.root).into(),
    })
}

/// What is known of a user's password, wherever it is kept.
fn entry_of(user: &User, shadow: &Result<Shadow, Gap>) -> Result<shadow::Entry, Gap> {
    let password = match user.password {
        PasswordField::Shadowed => {
            let shadow = shadow.as_ref().map_err(Clone::clone)?;
            return shadow.entry(&user.raw_name);
        }
        PasswordField::Empty => PasswordState::Empty,
        PasswordField::Locked => PasswordState::Locked,
        PasswordField::Hash => PasswordState::Hash,
    };
    Ok(shadow::Entry { password, ..shadow::Entry::default() })
}

fn account(
    context: &Context,
    user: &User,
    entry: Result<shadow::Entry, Gap>,
    sudoers: &Result<Sudoers, Gap>,
    logins: &Logins,
) -> LocalAccount {
    let grant = grant_of(user, sudoers);
    let mut account = LocalAccount {
        name: user.name.as_str().into(),
        administrator: grant.as_ref().map(|grant| *grant != Grant::None).map_err(Clone::clone).into(),
        administrator_without_password: if user.uid == 0 {
            false.into()
        } else {
            without_password(&grant, sudoers).into()
        },
        last_login_at: logins.last_of(user),
        ..LocalAccount::default()
    };
    match entry {
        Ok(entry) => {
            let expired = entry.expires_day.is_some_and(|day| day <= days(context.now));
            account.password_login = (entry.password != PasswordState::Locked && !expired).into();
            account.password_empty = (entry.password == PasswordState::Empty).into();
            account.must_change_password = (entry.changed_day == Some(0)).into();
            account.password_never_expires =
                entry.max_days.is_none_or(|days| !(0..FOR_EVER_DAYS).contains(&days)).into();
            account.password_changed_at = changed_at(&entry, context.now).into();
            account.initial_password_in_use = initial_password_in_use(context, user, &entry).into();
        }
        Err(gap) => {
            account.password_login = Observed::Unknown(gap.clone());
            account.password_empty = Observed::Unknown(gap.clone());
            account.must_change_password = Observed::Unknown(gap.clone());
            account.password_never_expires = Observed::Unknown(gap.clone());
            account.password_changed_at = Observed::Unknown(gap.clone());
            account.initial_password_in_use = Observed::Unknown(gap);
        }
    }
    account
}

fn grant_of(user: &User, sudoers: &Result<Sudoers, Gap>) -> Result<Grant, Gap> {
    if user.uid == 0 {
        return Ok(Grant::WithPassword);
    }
    sudoers.as_ref().map_err(Clone::clone)?.grant_to(user)
}

/// Whether no password is asked for. One rule asks; another, that was not understood, may not.
fn without_password(grant: &Result<Grant, Gap>, sudoers: &Result<Sudoers, Gap>) -> Result<bool, Gap> {
    let grant = *grant.as_ref().map_err(Clone::clone)?;
    match sudoers.as_ref().map_err(Clone::clone)?.incomplete() {
        Some(gap) if grant == Grant::WithPassword => Err(gap.clone()),
        _ => Ok(grant == Grant::WithoutPassword),
    }
}

fn changed_at(entry: &shadow::Entry, now: Timestamp) -> Result<Timestamp, Gap> {
    match entry.changed_day {
        None | Some(0) => Err(Gap::with_detail(GapCode::NotObserved, "/etc/shadow does not say when")),
        Some(day) if day > days(now) => Err(Gap::with_detail(GapCode::FromFuture, format!("day {day} of /etc/shadow"))),
        Some(day) => Timestamp::from_second(day.saturating_mul(SECONDS_PER_DAY))
            .map_err(|_| Gap::with_detail(GapCode::Malformed, format!("day {day} of /etc/shadow"))),
    }
}

fn days(at: Timestamp) -> i64 {
    at.as_second().div_euclid(SECONDS_PER_DAY)
}

/// A heuristic: the password was last changed on the day the home folder was made.
fn initial_password_in_use(context: &Context, user: &User, entry: &shadow::Entry) -> Result<bool, Gap> {
    if matches!(entry.password, PasswordState::Locked | PasswordState::Empty) {
        return Ok(false);
    }
    if user.uid == 0 {
        // The home of root is made with the system, and whoever installs it chooses root's password.
        return Err(Gap::with_detail(GapCode::NotComputable, "root's home is as old as the system"));
    }
    let changed = match entry.changed_day {
        Some(0) => return Ok(true),
        Some(day) => day,
        None => return Err(Gap::with_detail(GapCode::NotObserved, "/etc/shadow does not say when")),
    };
    let home = user.home.strip_prefix("/").unwrap_or(&user.home);
    let made = context.root.created_at(home)?.ok_or_else(|| {
        Gap::with_detail(GapCode::NotObserved, "the file system does not record when the home was made")
    })?;
    match changed.cmp(&days(made)) {
        std::cmp::Ordering::Equal => Ok(true),
        std::cmp::Ordering::Greater => Ok(false),
        // A home that is younger than the password was restored or moved.
        std::cmp::Ordering::Less => {
            Err(Gap::with_detail(GapCode::NotComputable, "the home is younger than the password"))
        }
    }
}

/// A length of whole days.
fn of_days(days: i64) -> SignedDuration {
    SignedDuration::from_secs(days.saturating_mul(SECONDS_PER_DAY))
}

#[cfg(test)]
mod tests;
