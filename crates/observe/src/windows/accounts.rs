//! `accounts`: local accounts, which only the running system tells: their database is not read from a disk.

use jiff::SignedDuration;
use khien_model::facts::{Accounts, LocalAccount};
use khien_model::{Gap, GapCode, Listing, Observed};

use super::context::Context;
use super::running::LocalUser;
use crate::text;

/// Flags of `USER_INFO_3`.
const DISABLED: u32 = 0x2;
const NEVER_EXPIRES: u32 = 0x1_0000;

/// What stands for "for ever" where Linux says 99999 days.
const FOR_EVER: u32 = u32::MAX;
const FOR_EVER_DAYS: i64 = 99_999;

pub(crate) fn collect(context: &Context) -> Result<Accounts, Gap> {
    let users = context.running().users();
    let policy = context.running().password_policy();
    let local = users.map(|users| {
        let people = users.items.iter().filter(|user| user.flags & DISABLED == 0);
        Listing { items: people.map(|user| account(context, user)).collect(), incomplete: users.incomplete }
    });
    Ok(Accounts {
        local: local.into(),
        password_max_age: policy.clone().map(|policy| max_age(policy.max_age_seconds)).into(),
        password_min_length: policy.map(|policy| policy.min_length).into(),
    })
}

fn max_age(seconds: u32) -> SignedDuration {
    if seconds == FOR_EVER {
        SignedDuration::from_hours(24 * FOR_EVER_DAYS)
    } else {
        SignedDuration::from_secs(i64::from(seconds))
    }
}

const NOT_TOLD: &str = "Windows does not tell this of a local account";

fn unseen<T>(why: &'static str) -> Observed<T> {
    Observed::unknown(GapCode::Unsupported, why)
}

fn account(context: &Context, user: &LocalUser) -> LocalAccount {
    LocalAccount {
        name: text::nfc(&user.name).into_owned().into(),
        password_login: true.into(),
        // Windows tells whether an empty one would be taken, not whether it is.
        password_empty: unseen(NOT_TOLD),
        password_changed_at: context
            .now
            .checked_sub(user.password_age)
            .map_or_else(|_| unseen("its age is longer than any calendar"), Observed::Known),
        initial_password_in_use: unseen(NOT_TOLD),
        must_change_password: user.password_expired.into(),
        password_never_expires: (user.flags & NEVER_EXPIRES != 0).into(),
        administrator: user.is_administrator.clone().into(),
        administrator_without_password: unseen(NOT_TOLD),
        last_login_at: user.last_logon.map_or_else(Observed::default, Observed::Known),
    }
}
