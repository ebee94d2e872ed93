//! The door that every way of signing in ends at.

use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use khien_store::Change;
use khien_store::logins::{self, Login};
use khien_store::sessions::Strength;

use super::form::with_return;
use super::policy::Policy;
use super::{rights_of, sessions, steps};
use crate::page::Onward;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Who signs in, and how.
#[derive(Clone, Copy)]
pub(super) struct SigningIn<'a> {
    /// The login, as it is after what `change` holds.
    pub(super) login: &'a Login,
    /// How far it has got.
    pub(super) strength: Strength,
    /// The rules.
    pub(super) policy: &'a Policy,
}

/// Begins the session, commits `change`, and leads to the next step or to where the person wanted to go.
///
/// Refused attempts are forgotten only when nothing but a new password or setting up is owed: whoever knows the password and
/// guesses codes does not start afresh by signing in again.
pub(super) async fn opened(
    state: &AppState,
    visit: &Visit,
    mut change: Change,
    headers: &HeaderMap,
    signing_in: SigningIn<'_>,
    return_to: &str,
) -> Result<Response, Trouble> {
    let SigningIn { login, strength, policy } = signing_in;
    let rights = rights_of(state, &login.person, visit.now).await?;
    let step = steps::next(login, strength, &rights, policy, visit.now);
    let user_agent = sessions::user_agent(headers);
    let cookie = sessions::begin(&mut change, visit, &login.person, strength, user_agent, policy).await?;
    if step != Some(steps::Step::SecondFactor) {
        logins::record_success(&mut change, &login.person, strength.as_str()).await?;
    }
    change.commit().await?;
    let to = step.map_or_else(|| return_to.to_owned(), |step| with_return(step.path(), return_to));
    Ok(Onward::to(to).with_cookie(cookie).into_response())
}
