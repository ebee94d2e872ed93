//! `accounts`: local accounts, as the running system tells them, or the hive of a disk.

use jiff::SignedDuration;
use khien_model::facts::{Accounts, LocalAccount};
use khien_model::{Gap, GapCode, Listing, Observed};

use super::context::Context;
use super::running::LocalUser;
use super::sam;
use crate::text;

/// Flags of `USER_INFO_3`.
const DISABLED: u32 = 0x2;
pub(super) const NEVER_EXPIRES: u32 = 0x1_0000;

/// What stands for "for ever" where Linux says 99999 days.
pub(super) const FOR_EVER: u32 = u32::MAX;
const FOR_EVER_DAYS: i64 = 99_999;

pub(crate) fn collect(context: &Context) -> Result<Accounts, Gap> {
    let (users, policy) = match context.system.is_running {
        Ok(()) => (context.running().users(), context.running().password_policy()),
        Err(_) => (sam::users(context), sam::password_policy(context)),
    };
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
        password_changed_at: match user.password_age.map(|age| context.now.checked_sub(age)) {
            Some(Ok(at)) => Observed::Known(at),
            Some(Err(_)) => unseen("its age is longer than any calendar"),
            None => Observed::unknown(GapCode::NotObserved, "it must be changed at the next login"),
        },
        initial_password_in_use: unseen(NOT_TOLD),
        must_change_password: user.password_expired.into(),
        password_never_expires: (user.flags & NEVER_EXPIRES != 0).into(),
        administrator: user.is_administrator.clone().into(),
        administrator_without_password: unseen(NOT_TOLD),
        last_login_at: user.last_logon.map_or_else(Observed::default, Observed::Known),
    }
}
