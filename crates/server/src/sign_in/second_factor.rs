//! Proving the second factor: a code of the authenticator app, or a recovery code.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use khien_store::logins::{self, Login};
use khien_store::sessions::Strength;
use khien_store::{Actor, recovery_codes};
use serde::Deserialize;

use super::form::{ReturnTo, refuse, with_return};
use super::steps::Step;
use super::{SignedIn, counted, opened, policy, recovery, totp};
use crate::cookies;
use crate::forms::Form;
use crate::limits::FLASH_COOKIE_TIME;
use crate::page::{Frame, Onward, Page, safe_return};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

#[derive(Deserialize)]
pub(super) struct Fields {
    code: String,
    #[serde(default)]
    return_to: String,
}

/// The two forms differ in their words and in how the code is typed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    App,
    Recovery,
}

#[derive(Template)]
#[template(path = "sign_in/second_factor.html")]
struct CodePage<'a> {
    frame: Frame<'a>,
    recovery: bool,
    return_to: &'a str,
    /// The other form.
    other: String,
    refused: Option<String>,
}

pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(wanted): Query<ReturnTo>,
) -> Result<Response, Trouble> {
    asked(&state, &visit, Way::App, safe_return(&wanted.return_to))
}

pub(super) async fn show_recovery(
    State(state): State<AppState>,
    visit: Visit,
    Query(wanted): Query<ReturnTo>,
) -> Result<Response, Trouble> {
    asked(&state, &visit, Way::Recovery, safe_return(&wanted.return_to))
}

fn asked(state: &AppState, visit: &Visit, way: Way, return_to: &str) -> Result<Response, Trouble> {
    if visit.person()?.step == Some(Step::SecondFactor) {
        Ok(page(state, visit, way, return_to, None)?.into_response())
    } else {
        Ok(Onward::to(return_to).into_response())
    }
}

fn page(state: &AppState, visit: &Visit, way: Way, return_to: &str, refused: Option<&str>) -> Result<Page, Trouble> {
    let texts = state.texts(visit.language);
    let title = texts.text(if way == Way::App { "second-factor-title" } else { "recovery-title" });
    let refused = refused.map(|key| texts.text(key));
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = Frame::new(state, visit, title);
    let other = with_return(if way == Way::App { super::RECOVERY_PATH } else { super::SECOND_FACTOR_PATH }, return_to);
    Ok(Page::new(&CodePage { frame, recovery: way == Way::Recovery, return_to, other, refused })?.with_status(status))
}

/// Checks a code of the app.
pub(super) async fn send(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Trouble> {
    prove(&state, &visit, &headers, &fields, Way::App).await
}

/// Checks a recovery code.
pub(super) async fn send_recovery(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Trouble> {
    prove(&state, &visit, &headers, &fields, Way::Recovery).await
}

async fn prove(
    state: &AppState,
    visit: &Visit,
    headers: &HeaderMap,
    fields: &Fields,
    way: Way,
) -> Result<Response, Trouble> {
    let return_to = safe_return(&fields.return_to);
    let person = visit.person()?;
    if person.step != Some(Step::SecondFactor) {
        return Ok(Onward::to(return_to).into_response());
    }
    let rates = &state.sign_in.rates;
    counted(if way == Way::App { &rates.second_factor } else { &rates.recovery }, &[&person.person])?;
    let login = logins::find(&state.store, &person.person).await?.ok_or(Trouble::SignInNeeded)?;
    if login.locked_until.is_some_and(|until| visit.now < until) {
        return Ok(page(state, visit, way, return_to, Some("second-factor-locked"))?.into_response());
    }
    let mut change = state.store.begin(Actor::Person(person.person.clone()), visit.now).await?;
    let right = match way {
        Way::App => match code_step(&login, &fields.code, visit) {
            Some(step) => logins::use_totp_step(&mut change, &login.person, step).await?,
            None => false,
        },
        Way::Recovery => {
            let kept = recovery::kept(&login.person, &fields.code);
            recovery_codes::use_code(&mut change, &login.person, &kept).await?
        }
    };
    if !right {
        drop(change);
        refuse(state, visit, Some(&login)).await?;
        let refused = if way == Way::App { "second-factor-refused" } else { "recovery-refused" };
        return Ok(page(state, visit, way, return_to, Some(refused))?.into_response());
    }
    let policy = policy(state, visit.now).await?;
    let signing_in = opened::SigningIn { login: &login, strength: Strength::SecondFactor, policy: &policy };
    let mut response = opened::opened(state, visit, change, headers, signing_in, return_to).await?;
    if way == Way::Recovery {
        let said = cookies::write(cookies::FLASH, "recovery-used", FLASH_COOKIE_TIME, visit.secure);
        response.headers_mut().append(axum::http::header::SET_COOKIE, said);
    }
    Ok(response)
}

/// The time step of a code that is right and was not used before.
pub(super) fn code_step(login: &Login, code: &str, visit: &Visit) -> Option<i64> {
    let secret = login.totp_secret.as_deref().filter(|_| login.totp_confirmed_at.is_some())?;
    totp::step_of(secret, code, visit.now, login.totp_last_step)
}

/// Whether the visit belongs to somebody who may change how they sign in: nothing is owed, or exactly `step`.
pub(super) fn may_change(person: &SignedIn, is_step: impl Fn(Step) -> bool) -> bool {
    person.step.is_none_or(is_step)
}
