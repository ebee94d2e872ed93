//! Signing in elsewhere: one OpenID Connect provider, asked by the code flow with PKCE.
//!
//! The provider says who somebody is and nothing else. An account is found by the subject that it was joined with, or, the
//! first time, by an e-mail address that the provider has verified; it must be there already, and rights come from our roles.

mod provider;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use khien_store::logins::{self, Login};
use khien_store::openid_flows::{self, MAX_FLOW, OpenidFlow};
use khien_store::sessions::Strength;
use khien_store::{Actor, people};
use khien_texts::text;
use serde::Deserialize;
use std::time::Duration;

pub use self::provider::{OpenidProblem, Provider, Who};
use super::form::{self, ReturnTo, refuse};
use super::{counted, opened, policy, rate};
use crate::page::{Onward, safe_return};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;
use crate::{cookies, secrets};

/// Where the provider sends people back to.
pub const CALLBACK_PATH: &str = "/sign-in/openid/callback";

/// Ties a round trip to the browser that began it.
const COOKIE: &str = "khien_openid";

/// What the provider sends back.
#[derive(Debug, Deserialize)]
pub(super) struct CameBack {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    /// Who the provider is (RFC 9207), if it says so.
    iss: Option<String>,
}

/// Sends the visitor to the provider.
pub(super) async fn begin(
    State(state): State<AppState>,
    visit: Visit,
    Query(wanted): Query<ReturnTo>,
) -> Result<Response, Trouble> {
    let return_to = safe_return(&wanted.return_to);
    let Some(provider) = state.sign_in.openid.clone() else { return Err(Trouble::NotFound) };
    counted(&state.sign_in.rates.openid, &[&rate::place(visit.address)])?;
    let secret = secrets::fresh()?;
    let started = {
        let (secret, nonce) = (secret.clone(), secrets::fresh()?);
        blocking(move || provider.start(secret, nonce)).await?
    };
    let started = match started {
        Ok(started) => started,
        Err(problem) => return trouble(&state, &visit, return_to, &problem, "sign-in-openid-away"),
    };
    let flow = OpenidFlow {
        state_hash: secrets::kept(&secret),
        nonce: started.nonce,
        verifier: started.verifier,
        return_to: return_to.to_owned(),
        created_at: visit.now,
    };
    let mut change = state.store.begin(Actor::System, visit.now).await?;
    openid_flows::begin(&mut change, &flow).await?;
    change.commit().await?;
    let lives = Duration::from_secs(u64::try_from(MAX_FLOW.as_secs()).unwrap_or_default());
    Ok(Onward::to(started.address).with_cookie(cookies::write(COOKIE, &secret, lives, visit.secure)).into_response())
}

/// Takes up what the provider says.
pub(super) async fn come_back(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    Query(said): Query<CameBack>,
) -> Result<Response, Trouble> {
    let Some(provider) = state.sign_in.openid.clone() else { return Err(Trouble::NotFound) };
    counted(&state.sign_in.rates.openid, &[&rate::place(visit.address)])?;
    let ours = cookies::read(&headers, COOKIE, visit.secure);
    let bound = said.state.as_deref().zip(ours).is_some_and(|(theirs, ours)| secrets::same(theirs, ours));
    let flow = if bound {
        let mut change = state.store.begin(Actor::System, visit.now).await?;
        let flow = openid_flows::take(&mut change, &secrets::kept(said.state.as_deref().unwrap_or_default())).await?;
        change.commit().await?;
        flow
    } else {
        None
    };
    let Some(flow) = flow else {
        return trouble(&state, &visit, "/", &OpenidProblem::NotBegunHere, "sign-in-openid-refused");
    };
    let return_to = safe_return(&flow.return_to).to_owned();
    let other_issuer = said.iss.as_deref().is_some_and(|issuer| issuer != provider.issuer());
    let code = match (said.code, said.error) {
        (Some(code), None) if !other_issuer => code,
        (_, error) => {
            let problem = OpenidProblem::Refused { error: error.unwrap_or_default() };
            return trouble(&state, &visit, &return_to, &problem, "sign-in-openid-refused");
        }
    };
    let issuer = provider.issuer().to_owned();
    let who = match blocking(move || provider.exchange(code, flow.verifier, flow.nonce)).await? {
        Ok(who) => who,
        Err(problem) => {
            let key = if problem.is_away() { "sign-in-openid-away" } else { "sign-in-openid-refused" };
            return trouble(&state, &visit, &return_to, &problem, key);
        }
    };
    let Some((login, is_joined)) = account(&state, &issuer, &who).await? else {
        refuse(&state, &visit, None).await?;
        return trouble(&state, &visit, &return_to, &OpenidProblem::NoAccount, "sign-in-openid-refused");
    };
    let policy = policy(&state, visit.now).await?;
    let mut change = state.store.begin(Actor::Person(login.person.clone()), visit.now).await?;
    if !is_joined {
        logins::set_openid(&mut change, &login.person, &issuer, &who.subject).await?;
    }
    let signing_in = opened::SigningIn { login: &login, strength: Strength::Openid, policy: &policy };
    let mut response = opened::opened(&state, &visit, change, &headers, signing_in, &return_to).await?;
    let spent = cookies::remove(COOKIE, visit.secure);
    response.headers_mut().append(axum::http::header::SET_COOKIE, spent);
    Ok(response)
}

/// The account of whoever the provider names, and whether it is joined with that subject already.
async fn account(state: &AppState, issuer: &str, who: &Who) -> Result<Option<(Login, bool)>, Trouble> {
    let usable = |login: &Login| login.disabled_at.is_none();
    if let Some(login) = logins::find_by_openid(&state.store, issuer, &who.subject).await? {
        return Ok(Some(login).filter(usable).map(|login| (login, true)));
    }
    let Some(email) = &who.verified_email else { return Ok(None) };
    let Some(person) = people::find_by_email(&state.store, email).await? else { return Ok(None) };
    let login = logins::find(&state.store, &person.id).await?.filter(usable);
    // An account that is joined with another subject belongs to that one: addresses are handed on, subjects are not.
    Ok(login.filter(|login| login.openid_subject.is_none()).map(|login| (login, false)))
}

/// The form to sign in with what went wrong; the particulars are for the log alone.
fn trouble(
    state: &AppState,
    visit: &Visit,
    return_to: &str,
    problem: &OpenidProblem,
    key: &str,
) -> Result<Response, Trouble> {
    tracing::warn!(%problem, "signing in with OpenID Connect failed");
    let name = state.sign_in.openid.as_ref().map(Provider::name).unwrap_or_default();
    let said = text!(state.texts(visit.language), key, name = name);
    Ok(form::page(state, visit, "", return_to, Some(said))?.into_response())
}

/// Speaking with the provider blocks; it must not hold up others.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Trouble> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Trouble::Internal { detail: format!("OpenID Connect: {error}") })
}
