//! Who somebody is: passwords, second factors, an OpenID provider, sessions.
//!
//! ```text
//! password ─┐                 ┌─ second factor (when set up)
//! OpenID   ─┼─▶ session ─▶ steps ─ new password (initial, too old) ─▶ signed in
//! invitation┘   (unfinished)  └─ setting up a second factor (when required)
//! ```
//!
//! A session begins unfinished and has no rights. With every request [`steps::next`] says what is still owed; when nothing
//! is, the rights are made out of today's appointments, so that what is taken away is gone at once.
//!
//! **Knows nothing** about units, findings or pages beyond its own.

mod account;
mod change_password;
mod form;
pub mod invitation;
pub mod lockout;
mod opened;
pub mod openid;
pub mod password;
mod person;
pub mod policy;
pub mod rate;
pub mod recovery;
mod second_factor;
mod sessions;
mod set_up;
pub mod steps;
pub mod totp;
pub mod way_back;

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::routing::{get, post};
use jiff::{SignedDuration, Timestamp};
use khien_model::day_of;
use khien_store::sessions::Session;
use khien_store::{logins, people, roles};
use khien_texts::Language;

use self::password::{HashProblem, Hasher};
use self::policy::{Kept, Policy};
use self::rate::Rates;
use self::steps::Step;
use crate::rights::{Action, Appointment, Resource, Right, Rights};
use crate::routes::{Kind, Route};
use crate::state::{AppState, Clock};
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Where signing in begins.
pub const PATH: &str = "/sign-in";
/// Where the second factor is asked for.
const SECOND_FACTOR_PATH: &str = "/sign-in/second-factor";
/// Where a recovery code is asked for.
const RECOVERY_PATH: &str = "/sign-in/recovery";
/// Where the password is changed.
const PASSWORD_PATH: &str = "/account/password";
/// Where the second factor is set up.
const SET_UP_PATH: &str = "/account/second-factor";
/// One's own account.
const ACCOUNT_PATH: &str = "/account";
/// Where an invitation is accepted.
const INVITATION_PATH: &str = "/invitation";

/// The routes of this module.
pub(crate) const ROUTES: &[Route] = &[
    Route::get(Kind::Page, PATH, Right::Anyone, "The form to sign in.", || get(form::show)),
    Route::post(Kind::Form, PATH, Right::Anyone, "Sign in with a password.", || post(form::send)),
    Route::get(Kind::Page, SECOND_FACTOR_PATH, Right::SigningIn, "The form for a code.", || get(second_factor::show)),
    Route::post(Kind::Form, SECOND_FACTOR_PATH, Right::SigningIn, "Prove the second factor.", || {
        post(second_factor::send)
    }),
    Route::get(Kind::Page, RECOVERY_PATH, Right::SigningIn, "The form for a recovery code.", || {
        get(second_factor::show_recovery)
    }),
    Route::post(Kind::Form, RECOVERY_PATH, Right::SigningIn, "Use a recovery code.", || {
        post(second_factor::send_recovery)
    }),
    Route::get(Kind::Page, "/sign-in/openid", Right::Anyone, "Go to the OpenID provider.", || get(openid::begin)),
    Route::get(Kind::Page, openid::CALLBACK_PATH, Right::Anyone, "Come back from the OpenID provider.", || {
        get(openid::come_back)
    }),
    Route::get(Kind::Page, "/invitation/{secret}", Right::Anyone, "The form of an invitation.", || {
        get(invitation::show)
    }),
    Route::post(Kind::Form, "/invitation/{secret}", Right::Anyone, "Accept an invitation.", || post(invitation::send)),
    Route::get(Kind::Page, PASSWORD_PATH, Right::SigningIn, "The form to change one's password.", || {
        get(change_password::show)
    }),
    Route::post(Kind::Form, PASSWORD_PATH, Right::SigningIn, "Change one's password.", || post(change_password::send)),
    Route::get(Kind::Page, SET_UP_PATH, Right::SigningIn, "Setting up one's second factor.", || get(set_up::show)),
    Route::post(Kind::Form, "/account/second-factor/begin", Right::SigningIn, "Make a key for the app.", || {
        post(set_up::begin)
    }),
    Route::post(Kind::Form, SET_UP_PATH, Right::SigningIn, "Put one's second factor in force.", || {
        post(set_up::confirm)
    }),
    Route::post(Kind::Form, "/account/second-factor/remove", Right::SignedIn, "Take one's second factor away.", || {
        post(set_up::remove)
    }),
    Route::post(Kind::Form, "/account/recovery-codes", Right::SignedIn, "Make new recovery codes.", || {
        post(set_up::renew_codes)
    }),
    Route::get(Kind::Page, ACCOUNT_PATH, Right::SignedIn, "One's own account and sessions.", || get(account::show)),
    Route::post(Kind::Form, "/account/sessions/end-others", Right::SignedIn, "End one's other sessions.", || {
        post(account::end_others)
    }),
    Route::post(Kind::Form, "/account/sessions/end-all", Right::SigningIn, "Sign out everywhere.", || {
        post(account::end_all)
    }),
    Route::post(Kind::Form, "/sign-out", Right::SigningIn, "Sign out.", || post(account::sign_out)),
    Route::get(
        Kind::Page,
        "/people/{person}/login",
        Right::May(Action::View, Resource::Login),
        "How a person signs in.",
        || get(person::show),
    ),
    Route::post(
        Kind::Form,
        "/people/{person}/login",
        Right::May(Action::Change, Resource::Login),
        "Open, invite, unlock or close a person's login.",
        || post(person::send),
    ),
];

/// What signing in needs beside the store.
#[derive(Debug)]
pub struct SignIn {
    /// Hashes passwords.
    pub hasher: Hasher,
    /// Counts attempts.
    pub rates: Rates,
    /// The OpenID provider, when one is configured.
    pub openid: Option<openid::Provider>,
    policy: Kept,
}

impl SignIn {
    /// Nobody has tried anything yet.
    pub fn new(clock: &Clock, openid: Option<openid::Provider>) -> Self {
        Self { hasher: Hasher::default(), rates: Rates::new(clock), openid, policy: Kept::default() }
    }
}

/// Somebody who is signed in, or about to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The person's id.
    pub person: String,
    /// The person's name.
    pub name: String,
    /// What the person types to sign in.
    pub login: String,
    /// The language that the person chose.
    pub language: Option<Language>,
    /// What every form of this session carries.
    pub csrf: String,
    /// What the person may do: nothing while a step is owed.
    pub rights: Rights,
    /// The session.
    pub session: Session,
    /// What must be done before anything else.
    pub step: Option<Step>,
}

/// How often it is noted that a session is used: a write for each request would be too many.
const TOUCH_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// Who sends a request with these headers.
pub(crate) async fn signed_in(
    state: &AppState,
    headers: &HeaderMap,
    visit: &Visit,
) -> Result<Option<SignedIn>, Trouble> {
    let Some(secret_hash) = sessions::of_request(headers, visit.secure) else { return Ok(None) };
    let policy = policy(state, visit.now).await?;
    let found = khien_store::sessions::find(&state.store, &secret_hash, visit.now, policy.idle).await?;
    let Some(session) = found else { return Ok(None) };
    let (Some(login), Some(person)) =
        (logins::find(&state.store, &session.person).await?, people::find(&state.store, &session.person).await?)
    else {
        return Ok(None);
    };
    if visit.now.duration_since(session.last_seen_at) >= TOUCH_AFTER {
        sessions::touch(state, &session, visit.now).await;
    }
    let complete = rights_of(state, &session.person, visit.now).await?;
    let step = steps::next(&login, session.strength, &complete, &policy, visit.now);
    let rights = match step {
        Some(_) => Rights::unfinished(person.id.clone(), complete.today()),
        None => complete,
    };
    Ok(Some(SignedIn {
        person: person.id,
        name: person.name,
        login: login.login,
        language: person.language.as_deref().and_then(Language::from_tag),
        csrf: session.csrf.clone(),
        rights,
        session,
        step,
    }))
}

/// The rights that the appointments of `person` give today.
pub async fn rights_of(state: &AppState, person: &str, now: Timestamp) -> Result<Rights, Trouble> {
    let today = day_of(now);
    let appointments = roles::of_person_on(&state.store, person, today).await?;
    let appointments = appointments.into_iter().map(|role| {
        let validity = role.validity();
        Appointment { role: role.kind, unit: role.unit, validity }
    });
    Ok(Rights::new(person, today, appointments))
}

/// How people sign in here.
pub(crate) async fn policy(state: &AppState, now: Timestamp) -> Result<Arc<Policy>, Trouble> {
    if let Some(policy) = state.sign_in.policy.fresh(now) {
        return Ok(policy);
    }
    let mut policy = Policy::load(&state.store).await?;
    if let Some(directive) = state.store.judge_context().await?.directive() {
        policy = policy.bound_by(directive, now);
    }
    Ok(state.sign_in.policy.keep(policy, now))
}

impl From<HashProblem> for Trouble {
    fn from(problem: HashProblem) -> Self {
        const COME_BACK_SECONDS: u64 = 3;
        match problem {
            HashProblem::Busy => Self::Busy { retry_after_seconds: COME_BACK_SECONDS },
            HashProblem::Failed => Self::Internal { detail: problem.to_string() },
        }
    }
}

/// Counts one attempt, or says when to come again.
fn counted(rate: &rate::Rate, parts: &[&str]) -> Result<(), Trouble> {
    rate.count(parts).map_err(|retry_after_seconds| Trouble::TooOften { retry_after_seconds })
}
