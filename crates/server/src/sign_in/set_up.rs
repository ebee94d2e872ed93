//! Setting up the second factor, taking it away, and the recovery codes.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use khien_model::day_of;
use khien_store::logins::{self, Login};
use khien_store::sessions::Strength;
use khien_store::{Actor, recovery_codes};
use khien_texts::{moment, text};
use serde::Deserialize;

use super::form::{ReturnTo, with_return};
use super::second_factor::{code_step, may_change};
use super::steps::{self, Step};
use super::{ACCOUNT_PATH, SET_UP_PATH, SignedIn, counted, policy, recovery, rights_of, sessions, totp};
use crate::forms::Form;
use crate::page::{Frame, Onward, Page, safe_return};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

#[derive(Deserialize)]
pub(super) struct CodeFields {
    code: String,
    #[serde(default)]
    return_to: String,
}

#[derive(Template)]
#[template(path = "sign_in/set_up.html")]
struct SetUpPage<'a> {
    frame: Frame<'a>,
    required: bool,
    return_to: &'a str,
    /// The picture and the key for typing, once a key is made.
    key: Option<(String, String)>,
    refused: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in/recovery_codes.html")]
struct CodesPage<'a> {
    frame: Frame<'a>,
    codes: Vec<String>,
    login: String,
    made: String,
    onward: &'a str,
}

/// Who may set up a second factor: nothing else is owed, and there is none yet.
async fn setting_up<'v>(state: &AppState, visit: &'v Visit) -> Result<Option<(&'v SignedIn, Login)>, Trouble> {
    let person = visit.person()?;
    if !may_change(person, |step| step == Step::SetUpSecondFactor) {
        return Ok(None);
    }
    let login = logins::find(&state.store, &person.person).await?.ok_or(Trouble::SignInNeeded)?;
    Ok(login.totp_confirmed_at.is_none().then_some((person, login)))
}

/// Shows how far setting up has got.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(wanted): Query<ReturnTo>,
) -> Result<Response, Trouble> {
    let return_to = safe_return(&wanted.return_to);
    match setting_up(&state, &visit).await? {
        Some((_, login)) => Ok(page(&state, &visit, &login, return_to, None)?.into_response()),
        None => Ok(Onward::to(elsewhere(&visit)?).into_response()),
    }
}

/// Where somebody belongs who has nothing to set up.
fn elsewhere(visit: &Visit) -> Result<&'static str, Trouble> {
    Ok(visit.person()?.step.map_or(ACCOUNT_PATH, Step::path))
}

fn page(
    state: &AppState,
    visit: &Visit,
    login: &Login,
    return_to: &str,
    refused: Option<&str>,
) -> Result<Page, Trouble> {
    let texts = state.texts(visit.language);
    let key = login.totp_secret.as_deref().map(|secret| {
        let address = totp::address(secret, &texts.text("frame-program"), &login.login);
        let picture = address.and_then(|address| totp::picture(&address, &texts.text("set-up-qr")));
        (picture.unwrap_or_default(), totp::for_typing(secret))
    });
    let refused = refused.map(|key| texts.text(key));
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = Frame::new(state, visit, texts.text("set-up-title"));
    let required = visit.person()?.step == Some(Step::SetUpSecondFactor);
    Ok(Page::new(&SetUpPage { frame, required, return_to, key, refused })?.with_status(status))
}

/// Makes a key; an earlier one that was never proven is forgotten.
pub(super) async fn begin(
    State(state): State<AppState>,
    visit: Visit,
    Form(wanted): Form<ReturnTo>,
) -> Result<Onward, Trouble> {
    let Some((person, _)) = setting_up(&state, &visit).await? else { return Ok(Onward::to(elsewhere(&visit)?)) };
    let secret = totp::fresh_secret().ok_or_else(no_random_bytes)?;
    let mut change = state.store.begin(Actor::Person(person.person.clone()), visit.now).await?;
    logins::begin_totp(&mut change, &person.person, &secret).await?;
    change.commit().await?;
    Ok(Onward::to(with_return(SET_UP_PATH, safe_return(&wanted.return_to))))
}

/// Puts the key in force once the app has shown a right code, and hands out the recovery codes.
pub(super) async fn confirm(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    Form(fields): Form<CodeFields>,
) -> Result<Response, Trouble> {
    let return_to = safe_return(&fields.return_to);
    let Some((person, login)) = setting_up(&state, &visit).await? else {
        return Ok(Onward::to(elsewhere(&visit)?).into_response());
    };
    counted(&state.sign_in.rates.second_factor, &[&person.person])?;
    let step = login.totp_secret.as_deref().and_then(|secret| totp::step_of(secret, &fields.code, visit.now, None));
    let Some(step) = step else {
        return Ok(page(&state, &visit, &login, return_to, Some("set-up-refused"))?.into_response());
    };
    let policy = policy(&state, visit.now).await?;
    let mut change = state.store.begin(Actor::Person(person.person.clone()), visit.now).await?;
    logins::confirm_totp(&mut change, &person.person, step).await?;
    let codes = new_codes(&mut change, &person.person).await?;
    // Sessions that began with the password alone are not as strong as this one from now on.
    khien_store::sessions::end_all(&mut change, &person.person, Some(&person.session.secret_hash)).await?;
    let user_agent = sessions::user_agent(&headers);
    let cookie =
        sessions::begin(&mut change, &visit, &person.person, Strength::SecondFactor, user_agent, &policy).await?;
    change.commit().await?;
    Ok(codes_page(&state, &visit, codes, return_to)?.with_cookie(cookie).into_response())
}

/// Takes the second factor away from somebody who still has it and need not have it.
pub(super) async fn remove(
    State(state): State<AppState>,
    visit: Visit,
    Form(fields): Form<CodeFields>,
) -> Result<Onward, Trouble> {
    let person = visit.person()?;
    counted(&state.sign_in.rates.second_factor, &[&person.person])?;
    let login = logins::find(&state.store, &person.person).await?.ok_or(Trouble::SignInNeeded)?;
    let rights = rights_of(&state, &person.person, visit.now).await?;
    if steps::needs_second_factor(&rights, &*policy(&state, visit.now).await?) {
        return Ok(Onward::to(ACCOUNT_PATH).saying("account-second-factor-keep", &visit));
    }
    let Some(step) = code_step(&login, &fields.code, &visit) else {
        return Ok(Onward::to(ACCOUNT_PATH).saying("second-factor-refused", &visit));
    };
    let mut change = state.store.begin(Actor::Person(person.person.clone()), visit.now).await?;
    if !logins::use_totp_step(&mut change, &person.person, step).await? {
        return Ok(Onward::to(ACCOUNT_PATH).saying("second-factor-refused", &visit));
    }
    logins::remove_totp(&mut change, &person.person).await?;
    change.commit().await?;
    Ok(Onward::to(ACCOUNT_PATH).saying("account-second-factor-removed", &visit))
}

/// Makes new recovery codes for somebody who proves to have the app.
pub(super) async fn renew_codes(
    State(state): State<AppState>,
    visit: Visit,
    Form(fields): Form<CodeFields>,
) -> Result<Response, Trouble> {
    let person = visit.person()?;
    counted(&state.sign_in.rates.second_factor, &[&person.person])?;
    let login = logins::find(&state.store, &person.person).await?.ok_or(Trouble::SignInNeeded)?;
    let refused = || Onward::to(ACCOUNT_PATH).saying("second-factor-refused", &visit).into_response();
    let Some(step) = code_step(&login, &fields.code, &visit) else { return Ok(refused()) };
    let mut change = state.store.begin(Actor::Person(person.person.clone()), visit.now).await?;
    if !logins::use_totp_step(&mut change, &person.person, step).await? {
        return Ok(refused());
    }
    let codes = new_codes(&mut change, &person.person).await?;
    change.commit().await?;
    Ok(codes_page(&state, &visit, codes, ACCOUNT_PATH)?.into_response())
}

async fn new_codes(change: &mut khien_store::Change, person: &str) -> Result<Vec<String>, Trouble> {
    let codes = recovery::fresh().ok_or_else(no_random_bytes)?;
    let kept: Vec<String> = codes.iter().map(|code| recovery::kept(person, code)).collect();
    recovery_codes::replace(change, person, &kept).await?;
    Ok(codes)
}

fn codes_page(state: &AppState, visit: &Visit, codes: Vec<String>, onward: &str) -> Result<Page, Trouble> {
    let texts = state.texts(visit.language);
    let login = text!(texts, "recovery-codes-for", login = visit.person()?.login.as_str());
    let made = text!(texts, "recovery-codes-made", day = moment::day_shown(day_of(visit.now), texts));
    let frame = Frame::new(state, visit, texts.text("recovery-codes-title"));
    Page::new(&CodesPage { frame, codes, login, made, onward })
}

fn no_random_bytes() -> Trouble {
    Trouble::Internal { detail: "the system gives no random bytes".to_owned() }
}
