//! The form to sign in.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use khien_store::Actor;
use khien_store::logins::{self, Login};
use khien_store::sessions::Strength;
use khien_texts::text;
use serde::Deserialize;

use super::password::Checked;
use super::{counted, lockout, opened, policy, rate};
use crate::forms::Form;
use crate::page::{Frame, Onward, Page, in_address, safe_return};
use crate::rights::Standing;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ReturnTo {
    /// A path of this server; anything else counts as the first page.
    #[serde(default)]
    pub(super) return_to: String,
}

#[derive(Deserialize)]
pub(super) struct Fields {
    login: String,
    password: String,
    #[serde(default)]
    return_to: String,
}

#[derive(Template)]
#[template(path = "sign_in/form.html")]
struct SignInPage<'a> {
    frame: Frame<'a>,
    login: &'a str,
    return_to: &'a str,
    openid: Option<(String, String)>,
    refused: Option<String>,
}

/// Shows the form, or leads on whoever needs it no more.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(wanted): Query<ReturnTo>,
) -> Result<Response, Trouble> {
    let return_to = safe_return(&wanted.return_to);
    match (visit.rights.standing(), visit.signed_in.as_ref().and_then(|person| person.step)) {
        (Standing::Complete, _) => Ok(Onward::to(return_to).into_response()),
        (Standing::Unfinished, Some(step)) => Ok(Onward::to(with_return(step.path(), return_to)).into_response()),
        _ => Ok(page(&state, &visit, "", return_to, None)?.into_response()),
    }
}

/// The form, with what went wrong with the last attempt.
pub(super) fn page(
    state: &AppState,
    visit: &Visit,
    login: &str,
    return_to: &str,
    refused: Option<String>,
) -> Result<Page, Trouble> {
    let texts = state.texts(visit.language);
    let openid = state.sign_in.openid.as_ref().map(|provider| {
        let label = text!(texts, "sign-in-openid", name = provider.name());
        (label, format!("/sign-in/openid?return_to={}", in_address(return_to)))
    });
    let frame = Frame::new(state, visit, texts.text("sign-in-title"));
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(Page::new(&SignInPage { frame, login, return_to, openid, refused })?.with_status(status))
}

/// `path` with the place to return to afterwards.
pub(super) fn with_return(path: &str, return_to: &str) -> String {
    if return_to == "/" { path.to_owned() } else { format!("{path}?return_to={}", in_address(return_to)) }
}

/// Signs in with a password, or says that it did not work: in the same words and after the same work, whether there is such
/// a login or not.
pub(super) async fn send(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Trouble> {
    let return_to = safe_return(&fields.return_to);
    let typed = logins::normalised(&fields.login);
    let place = rate::place(visit.address);
    counted(&state.sign_in.rates.sign_in_address, &[&place])?;
    counted(&state.sign_in.rates.sign_in_account, &[&place, &typed])?;

    let login = logins::find_by_login(&state.store, &typed).await?;
    let hash = login.as_ref().and_then(|login| login.password_hash.as_deref());
    let checked = state.sign_in.hasher.check(&fields.password, hash).await?;
    let usable = login.filter(|login| login.disabled_at.is_none());
    let locked = usable.as_ref().and_then(|login| login.locked_until).is_some_and(|until| visit.now < until);
    match (usable, checked) {
        (Some(login), Checked::Right { outdated }) if !locked => {
            let fresh = if outdated { Some(state.sign_in.hasher.hash(&fields.password).await?) } else { None };
            let policy = policy(&state, visit.now).await?;
            let mut change = state.store.begin(Actor::Person(login.person.clone()), visit.now).await?;
            if let Some(hash) = fresh {
                logins::rehash(&mut change, &login.person, &hash).await?;
            }
            let signing_in = opened::SigningIn { login: &login, strength: Strength::Password, policy: &policy };
            opened::opened(&state, &visit, change, &headers, signing_in, return_to).await
        }
        (login, _) => {
            refuse(&state, &visit, login.filter(|_| !locked).as_ref()).await?;
            let refused = state.texts(visit.language).text("sign-in-refused");
            Ok(page(&state, &visit, &fields.login, return_to, Some(refused))?.into_response())
        }
    }
}

/// Writes a refused attempt down, and locks a login that has had too many. What was typed for a login that does not exist is
/// not written: it may be a password in the wrong field.
pub(super) async fn refuse(state: &AppState, visit: &Visit, login: Option<&Login>) -> Result<(), Trouble> {
    let mut change = state.store.begin(Actor::System, visit.now).await?;
    match login {
        Some(login) => {
            let failures = logins::record_failure(&mut change, &login.person).await?;
            if let Some(lock) = lockout::lock_after(failures) {
                let until = visit.now.saturating_add(lock).unwrap_or(visit.now);
                logins::lock(&mut change, &login.person, until).await?;
            }
        }
        None => {
            let place = serde_json::json!({ "from": rate::place(visit.address) });
            change.audit("login.refused", "login", "", place).await?;
        }
    }
    change.commit().await?;
    Ok(())
}
