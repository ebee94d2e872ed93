//! Changing one's own password.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use khien_password::{Due, Flaw, Rules};
use khien_store::logins::{self, Login};
use khien_store::{Actor, Change};
use khien_texts::{Texts, text};
use serde::Deserialize;

use super::form::{ReturnTo, refuse};
use super::password::Checked;
use super::second_factor::may_change;
use super::steps::Step;
use super::{ACCOUNT_PATH, SignedIn, counted, opened, policy};
use crate::forms::Form;
use crate::limits::FLASH_COOKIE_TIME;
use crate::page::{Frame, Onward, Page, safe_return};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;
use crate::{cookies, sign_in};

#[derive(Deserialize)]
pub(super) struct Fields {
    current: String,
    new: String,
    again: String,
    #[serde(default)]
    return_to: String,
}

/// The rules of passwords as a list for people.
pub(super) fn rules_shown(rules: &Rules, second_factor: bool, texts: &Texts) -> Vec<String> {
    let demand = rules.demand(second_factor);
    let mut shown = vec![
        text!(texts, "password-rule-letters", number = demand.letters),
        text!(texts, "password-rule-classes", number = demand.classes),
        texts.text("password-rule-login"),
    ];
    if rules.not_reused > 0 {
        shown.push(text!(texts, "password-rule-reuse", number = rules.not_reused));
    }
    shown.push(texts.text("password-rule-common"));
    shown
}

/// A mistake in a form: the id of the field, and the sentence.
pub(super) type Mistake = (&'static str, String);

/// Flaws as mistakes of the form.
pub(super) fn flaws_shown(flaws: &[Flaw], texts: &Texts) -> Vec<Mistake> {
    let field = |flaw: &Flaw| if *flaw == Flaw::NotRepeated { "again" } else { "new" };
    flaws.iter().map(|flaw| (field(flaw), text!(texts, flaw.key(), number = flaw.number()))).collect()
}

/// Everything that is wrong with a new password for `login`, reuse included.
pub(super) async fn all_flaws(
    state: &AppState,
    login: &Login,
    rules: &Rules,
    new: &str,
    again: &str,
) -> Result<Vec<Flaw>, Trouble> {
    let mut flaws = rules.flaws(new, &login.login, login.totp_confirmed_at.is_some());
    if new != again {
        flaws.push(Flaw::NotRepeated);
    }
    // Comparing with the earlier ones is dear; it waits until nothing else is wrong.
    if flaws.is_empty() {
        let earlier = login.earlier_passwords.iter().take(rules.not_reused.saturating_sub(1));
        let hashes: Vec<String> = login.password_hash.iter().chain(earlier).cloned().collect();
        if state.sign_in.hasher.is_one_of(new, &hashes).await? {
            flaws.push(Flaw::UsedBefore { last: rules.not_reused.max(1) });
        }
    }
    Ok(flaws)
}

/// Sets the password and ends every other session of the person.
pub(super) async fn set(
    change: &mut Change,
    person: &str,
    hash: &str,
    rules: &Rules,
    this_session: Option<&str>,
) -> Result<(), Trouble> {
    logins::set_password(change, person, hash, false, rules.not_reused).await?;
    khien_store::sessions::end_all(change, person, this_session).await?;
    Ok(())
}

#[derive(Template)]
#[template(path = "sign_in/change_password.html")]
struct PasswordPage<'a> {
    frame: Frame<'a>,
    login: &'a str,
    why: Option<String>,
    rules: Vec<String>,
    mistakes: Vec<Mistake>,
    return_to: &'a str,
}

/// Who may change their password now: nothing else is owed.
fn changing(visit: &Visit) -> Result<Option<&SignedIn>, Trouble> {
    let person = visit.person()?;
    Ok(may_change(person, |step| matches!(step, Step::ChangePassword(_))).then_some(person))
}

/// Shows the form.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(wanted): Query<ReturnTo>,
) -> Result<Response, Trouble> {
    let Some(person) = changing(&visit)? else { return Ok(Onward::to(sign_in::PATH).into_response()) };
    let login = logins::find(&state.store, &person.person).await?.ok_or(Trouble::SignInNeeded)?;
    if login.password_hash.is_none() {
        return Ok(Onward::to(ACCOUNT_PATH).saying("change-password-not-here", &visit).into_response());
    }
    Ok(page(&state, &visit, &login, safe_return(&wanted.return_to), Vec::new()).await?.into_response())
}

async fn page(
    state: &AppState,
    visit: &Visit,
    login: &Login,
    return_to: &str,
    mistakes: Vec<Mistake>,
) -> Result<Page, Trouble> {
    let texts = state.texts(visit.language);
    let why = match visit.person()?.step {
        Some(Step::ChangePassword(Due::Initial)) => Some(texts.text("change-password-initial")),
        Some(Step::ChangePassword(Due::TooOld { days })) => Some(text!(texts, "change-password-too-old", days = days)),
        _ => None,
    };
    let rules = policy(state, visit.now).await?.rules;
    let rules = rules_shown(&rules, login.totp_confirmed_at.is_some(), texts);
    let frame = Frame::new(state, visit, texts.text("change-password-title"));
    let status = if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = PasswordPage { frame, login: &login.login, why, rules, mistakes, return_to };
    Ok(Page::new(&page)?.with_status(status))
}

/// Changes the password, or says what is wrong with it.
pub(super) async fn send(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Trouble> {
    let return_to = safe_return(&fields.return_to);
    let Some(person) = changing(&visit)? else { return Ok(Onward::to(sign_in::PATH).into_response()) };
    counted(&state.sign_in.rates.sign_in_account, &["password", &person.person])?;
    let mut login = logins::find(&state.store, &person.person).await?.ok_or(Trouble::SignInNeeded)?;
    let texts = state.texts(visit.language);
    let checked = state.sign_in.hasher.check(&fields.current, login.password_hash.as_deref()).await?;
    let locked = login.locked_until.is_some_and(|until| visit.now < until);
    if checked == Checked::Wrong || locked {
        // Whoever sits at an open session and guesses the password is counted like anybody who guesses.
        if !locked {
            refuse(&state, &visit, Some(&login)).await?;
        }
        let mistakes = vec![("current", texts.text("change-password-wrong-current"))];
        return Ok(page(&state, &visit, &login, return_to, mistakes).await?.into_response());
    }
    let policy = policy(&state, visit.now).await?;
    let flaws = all_flaws(&state, &login, &policy.rules, &fields.new, &fields.again).await?;
    if !flaws.is_empty() {
        let mistakes = flaws_shown(&flaws, texts);
        return Ok(page(&state, &visit, &login, return_to, mistakes).await?.into_response());
    }
    let hash = state.sign_in.hasher.hash(&fields.new).await?;
    let mut change = state.store.begin(Actor::Person(person.person.clone()), visit.now).await?;
    set(&mut change, &person.person, &hash, &policy.rules, Some(&person.session.secret_hash)).await?;
    login.must_change_password = false;
    login.password_changed_at = Some(visit.now);
    let strength = person.session.strength;
    let signing_in = opened::SigningIn { login: &login, strength, policy: &policy };
    let onward = if person.step.is_none() && return_to == "/" { ACCOUNT_PATH } else { return_to };
    let mut response = opened::opened(&state, &visit, change, &headers, signing_in, onward).await?;
    let said = cookies::write(cookies::FLASH, "change-password-done", FLASH_COOKIE_TIME, visit.secure);
    response.headers_mut().append(axum::http::header::SET_COOKIE, said);
    Ok(response)
}
