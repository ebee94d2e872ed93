//! What somebody still owes after the password: pure, asked anew with every request.

use jiff::Timestamp;
use khien_password::Due;
use khien_store::logins::Login;
use khien_store::sessions::Strength;

use super::policy::Policy;
use crate::rights::{self, Rights, Role};

/// Something that must be done before anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The code of the authenticator app, or a recovery code.
    SecondFactor,
    /// A new password.
    ChangePassword(Due),
    /// A second factor is required and not set up.
    SetUpSecondFactor,
}

impl Step {
    /// Where it is done.
    pub const fn path(self) -> &'static str {
        match self {
            Self::SecondFactor => super::SECOND_FACTOR_PATH,
            Self::ChangePassword(_) => super::PASSWORD_PATH,
            Self::SetUpSecondFactor => super::SET_UP_PATH,
        }
    }
}

/// The first thing that is still owed by a session of this strength. `rights` are those of the finished sign-in.
///
/// The order matters: who does not have the second factor changes neither the password nor the second factor.
pub fn next(login: &Login, strength: Strength, rights: &Rights, policy: &Policy, now: Timestamp) -> Option<Step> {
    let proven = match strength {
        Strength::Password => false,
        Strength::SecondFactor => true,
        Strength::Openid => policy.openid_is_second_factor,
    };
    if login.totp_confirmed_at.is_some() && !proven {
        return Some(Step::SecondFactor);
    }
    // A password that is not used is nobody's business.
    if strength != Strength::Openid && login.password_hash.is_some() {
        let administrator = rights.has(Role::Administrator);
        let due = policy.rules.due(login.must_change_password, login.password_changed_at, administrator, now);
        if let Some(due) = due {
            return Some(Step::ChangePassword(due));
        }
    }
    if !proven && needs_second_factor(rights, policy) {
        return Some(Step::SetUpSecondFactor);
    }
    None
}

/// Whether somebody with these rights must have a second factor.
pub fn needs_second_factor(rights: &Rights, policy: &Policy) -> bool {
    rights
        .grants()
        .iter()
        .any(|grant| rights::needs_second_factor(grant.role) || policy.second_factor_roles.contains(&grant.role))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jiff::civil::date;
    use khien_model::Validity;

    use super::*;
    use crate::rights::Appointment;

    fn now() -> Timestamp {
        "2026-11-22T08:00:00+07:00".parse().unwrap()
    }

    fn rights(role: Role) -> Rights {
        let today = date(2026, 11, 22);
        let validity = Validity { from: today, to: None };
        Rights::new("lan", today, [Appointment { role, unit: None, validity }])
    }

    fn login(second_factor: bool, age_days: i64, must_change: bool) -> Login {
        Login {
            password_hash: Some("$argon2id$…".to_owned()),
            password_changed_at: Some(now() - SignedDuration::from_hours(24 * age_days)),
            must_change_password: must_change,
            totp_secret: second_factor.then(|| "AAAA".to_owned()),
            totp_confirmed_at: second_factor.then(now),
            ..Login::new("lan", "lan")
        }
    }

    #[test]
    fn steps_come_in_their_order() {
        use Strength::{Openid, Password, SecondFactor};
        let initial = Some(Step::ChangePassword(Due::Initial));
        let old = |days| Some(Step::ChangePassword(Due::TooOld { days }));
        let cases = [
            (Role::Official, login(false, 0, false), Password, None),
            (Role::Official, login(false, 0, true), Password, initial),
            (Role::Official, login(false, 90, false), Password, old(90)),
            (Role::Official, login(true, 90, true), Password, Some(Step::SecondFactor)),
            (Role::Official, login(true, 0, true), SecondFactor, initial),
            (Role::Official, login(true, 0, false), SecondFactor, None),
            (Role::Administrator, login(false, 0, false), Password, Some(Step::SetUpSecondFactor)),
            (Role::Administrator, login(false, 60, false), Password, old(60)),
            (Role::Administrator, login(true, 0, false), Password, Some(Step::SecondFactor)),
            (Role::Administrator, login(true, 0, false), SecondFactor, None),
            (Role::Official, login(false, 400, true), Openid, None),
            (Role::Official, login(true, 0, false), Openid, Some(Step::SecondFactor)),
            (Role::Administrator, login(false, 0, false), Openid, Some(Step::SetUpSecondFactor)),
        ];
        for (role, login, strength, expected) in cases {
            let step = next(&login, strength, &rights(role), &Policy::default(), now());
            assert_eq!(step, expected, "{role} by {strength}: {login:?}");
        }
    }

    #[test]
    fn settings_name_more_roles_and_may_trust_the_provider() {
        let mut policy = Policy { second_factor_roles: vec![Role::UnitHead], ..Policy::default() };
        let step =
            |policy: &Policy, role, strength| next(&login(false, 0, false), strength, &rights(role), policy, now());
        assert_eq!(step(&policy, Role::UnitHead, Strength::Password), Some(Step::SetUpSecondFactor));
        assert_eq!(step(&policy, Role::Official, Strength::Password), None);
        policy.openid_is_second_factor = true;
        assert_eq!(step(&policy, Role::Administrator, Strength::Openid), None);
        assert_eq!(step(&policy, Role::Administrator, Strength::Password), Some(Step::SetUpSecondFactor));
    }
}
