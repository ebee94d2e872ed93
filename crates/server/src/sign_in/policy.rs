//! The settings by which people sign in, and the parameters of the directive in force that bind them.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use khien_directive::Directive;
use khien_password::{Demand, Rules};
use khien_store::settings::{self, Setting};
use khien_store::{Store, StoreError};

use crate::rights::Role;

/// How long settings are used before they are read again.
const FRESH: SignedDuration = SignedDuration::from_secs(5);
const HOURS_A_DAY: i64 = 24;

/// How people sign in here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What passwords must be like.
    pub rules: Rules,
    /// After how long an unused session ends.
    pub idle: SignedDuration,
    /// After how long a session ends whatever happens.
    pub longest: SignedDuration,
    /// Roles that need a second factor beside those that always do.
    pub second_factor_roles: Vec<Role>,
    /// Whether the OpenID provider is known to ask for a second factor itself.
    pub openid_is_second_factor: bool,
    /// How long an invitation is good.
    pub invitation_hours: i64,
}

impl Default for Policy {
    fn default() -> Self {
        let days = |setting: &Setting<i64>| SignedDuration::from_hours(setting.default_value() * HOURS_A_DAY);
        let count = |setting: &Setting<i64>| usize::try_from(setting.default_value()).unwrap_or(usize::MAX);
        Self {
            rules: Rules {
                with_second_factor: Demand {
                    letters: count(&settings::PASSWORD_LETTERS),
                    classes: count(&settings::PASSWORD_CLASSES),
                },
                alone: Demand {
                    letters: count(&settings::PASSWORD_ALONE_LETTERS),
                    classes: count(&settings::PASSWORD_ALONE_CLASSES),
                },
                not_reused: count(&settings::PASSWORDS_NOT_REUSED),
                max_age: days(&settings::PASSWORD_MAX_AGE_DAYS),
                administrator_max_age: days(&settings::ADMINISTRATOR_PASSWORD_MAX_AGE_DAYS),
            },
            idle: SignedDuration::from_mins(settings::SESSION_IDLE_MINUTES.default_value()),
            longest: SignedDuration::from_hours(settings::SESSION_HOURS.default_value()),
            second_factor_roles: Vec::new(),
            openid_is_second_factor: settings::OPENID_IS_SECOND_FACTOR.default_value(),
            invitation_hours: settings::INVITATION_HOURS.default_value(),
        }
    }
}

impl Policy {
    /// As the settings have it.
    pub async fn load(store: &Store) -> Result<Self, StoreError> {
        let count = async |setting: &Setting<i64>| {
            Ok::<_, StoreError>(usize::try_from(setting.get(store).await?).unwrap_or(usize::MAX))
        };
        let days = async |setting: &Setting<i64>| {
            Ok::<_, StoreError>(SignedDuration::from_hours(setting.get(store).await? * HOURS_A_DAY))
        };
        let named: Vec<String> = settings::SECOND_FACTOR_ROLES.get(store).await?;
        Ok(Self {
            rules: Rules {
                with_second_factor: Demand {
                    letters: count(&settings::PASSWORD_LETTERS).await?,
                    classes: count(&settings::PASSWORD_CLASSES).await?,
                },
                alone: Demand {
                    letters: count(&settings::PASSWORD_ALONE_LETTERS).await?,
                    classes: count(&settings::PASSWORD_ALONE_CLASSES).await?,
                },
                not_reused: count(&settings::PASSWORDS_NOT_REUSED).await?,
                max_age: days(&settings::PASSWORD_MAX_AGE_DAYS).await?,
                administrator_max_age: days(&settings::ADMINISTRATOR_PASSWORD_MAX_AGE_DAYS).await?,
            },
            idle: SignedDuration::from_mins(settings::SESSION_IDLE_MINUTES.get(store).await?),
            longest: SignedDuration::from_hours(settings::SESSION_HOURS.get(store).await?),
            second_factor_roles: named.iter().filter_map(|role| role.parse().ok()).collect(),
            openid_is_second_factor: settings::OPENID_IS_SECOND_FACTOR.get(store).await?,
            invitation_hours: settings::INVITATION_HOURS.get(store).await?,
        })
    }

    /// The same, with what the directive in force asks where that is stricter.
    #[must_use]
    pub fn bound_by(mut self, directive: &Directive, now: Timestamp) -> Self {
        self.rules = self.rules.bound_by(directive, now);
        self
    }
}

/// The policy as it was read last.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<Option<(Timestamp, Arc<Policy>)>>);

impl Kept {
    /// The policy if it was read a moment ago.
    pub(super) fn fresh(&self, now: Timestamp) -> Option<Arc<Policy>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, policy) = kept.as_ref()?;
        // A clock that was set back makes everything old.
        let age = now.duration_since(*read_at);
        (!age.is_negative() && age < FRESH).then(|| Arc::clone(policy))
    }

    /// Keeps a policy that was just read.
    pub(super) fn keep(&self, policy: Policy, now: Timestamp) -> Arc<Policy> {
        let policy = Arc::new(policy);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&policy)));
        policy
    }
}
