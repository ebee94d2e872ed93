//! Sessions: a random secret in a cookie, its digest in the store.

use std::time::Duration;

use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use khien_store::sessions::{self as stored, Session, Strength};
use khien_store::{Actor, Change};

use super::policy::Policy;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;
use crate::{cookies, secrets};

/// The digest of the session's secret that a request carries.
pub(super) fn of_request(headers: &HeaderMap, secure: bool) -> Option<String> {
    cookies::read(headers, cookies::SESSION, secure).map(secrets::kept)
}

/// What the browser calls itself.
pub(super) fn user_agent(headers: &HeaderMap) -> Option<String> {
    headers.get(USER_AGENT).and_then(|name| name.to_str().ok()).map(str::to_owned)
}

/// Begins a session of `person` and ends the one that the visit came with: a secret that somebody knew before the sign-in,
/// or before it became stronger, is worth nothing after it. Gives the cookie.
pub(super) async fn begin(
    change: &mut Change,
    visit: &Visit,
    person: &str,
    strength: Strength,
    user_agent: Option<String>,
    policy: &Policy,
) -> Result<HeaderValue, Trouble> {
    if let Some(before) = &visit.signed_in {
        stored::end(change, &before.session.secret_hash).await?;
    }
    let secret = secrets::fresh()?;
    let longest = policy.longest;
    let session = Session {
        secret_hash: secrets::kept(&secret),
        person: person.to_owned(),
        csrf: secrets::fresh()?,
        strength,
        created_at: visit.now,
        last_seen_at: visit.now,
        expires_at: visit.now.saturating_add(longest).unwrap_or(Timestamp::MAX),
        user_agent,
    };
    stored::insert(change, &session).await?;
    let lives = Duration::from_secs(u64::try_from(longest.as_secs()).unwrap_or_default());
    Ok(cookies::write(cookies::SESSION, &secret, lives, visit.secure))
}

/// Notes that a session is used. When that cannot be written the request is answered all the same: a disk that is full must
/// not keep anybody from reading.
pub(super) async fn touch(state: &AppState, session: &Session, now: Timestamp) {
    let touched = async {
        let mut change = state.store.begin(Actor::System, now).await?;
        stored::touch(&mut change, &session.secret_hash).await?;
        change.commit().await
    };
    if let Err(error) = touched.await {
        tracing::warn!(%error, "the use of a session was not noted");
    }
}
