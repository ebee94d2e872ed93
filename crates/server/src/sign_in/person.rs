//! How a person signs in, as an administrator sees and changes it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::response::{IntoResponse as _, Response};
use jiff::SignedDuration;
use khien_model::{Organisation, Subject, SubjectKind, day_of};
use khien_store::logins::{self, Login};
use khien_store::people::{self, Person};
use khien_store::{Change, StoreError, invitations};
use khien_texts::{moment, text};
use serde::Deserialize;

use super::invitation::{invite, is_login};
use super::policy;
use crate::access;
use crate::forms::Form;
use crate::page::{Frame, Onward, Page};
use crate::rights::{Action, Place, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// What is done to a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Doing {
    Open,
    Invite,
    Unlock,
    RemoveSecondFactor,
    EndSessions,
    Disable,
    Enable,
}

#[derive(Deserialize)]
pub(super) struct Fields {
    #[serde(rename = "do")]
    doing: Doing,
    #[serde(default)]
    login: String,
}

#[derive(Template)]
#[template(path = "sign_in/person.html")]
struct LoginPage<'a> {
    frame: Frame<'a>,
    action: String,
    login: Option<&'a Login>,
    proposed: String,
    last: String,
    sessions: usize,
    notes: Vec<String>,
    locked: bool,
    may_change: bool,
    too_high: bool,
    invite_what: String,
}

#[derive(Template)]
#[template(path = "sign_in/link.html")]
struct LinkPage<'a> {
    frame: Frame<'a>,
    what: String,
    login: String,
    address: String,
    back: String,
}

/// Shows it.
pub(super) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let context = state.store.judge_context().await?;
    let organisation = context.organisation();
    let tree = organisation.tree().on(visit.rights.today());
    let person = people::find(&state.store, &id).await?.ok_or(Trouble::NotFound)?;
    let own = [id.as_str()];
    let place = place(organisation, &visit, &own);
    access::view(&state, &visit, Resource::Login, &place, &tree).await?;
    let login = logins::find(&state.store, &id).await?;
    let texts = state.texts(visit.language);
    let policy = policy(&state, visit.now).await?;
    let invitation = invitations::of_person(&state.store, &id, visit.now).await?;
    let locked_until = login.as_ref().and_then(|login| login.locked_until).filter(|until| visit.now < *until);
    let mut notes = Vec::new();
    if let Some(until) = locked_until {
        notes.push(text!(texts, "login-locked", moment = moment::shown(until, texts)));
    }
    if let Some(at) = login.as_ref().and_then(|login| login.disabled_at) {
        notes.push(text!(texts, "login-disabled", moment = moment::shown(at, texts)));
    }
    if let Some(invitation) = invitation {
        notes.push(text!(texts, "login-invited", moment = moment::shown(invitation.expires_at, texts)));
    }
    let last = login.as_ref().and_then(|login| login.last_login_at);
    let too_high = !access::reaches_roles_of(&state, &visit, &id, &tree).await?;
    let allowed = access::check(&visit, Action::Change, Resource::Login, &place, &tree).is_ok();
    Page::new(&LoginPage {
        frame: Frame::new(&state, &visit, text!(texts, "login-title", name = person.name.as_str())),
        action: format!("/people/{id}/login"),
        proposed: proposed(&person),
        last: last.map_or_else(|| texts.text("login-never"), |at| moment::shown(at, texts)),
        sessions: khien_store::sessions::of_person(&state.store, &id)
            .await?
            .iter()
            .filter(|session| {
                visit.now < session.expires_at && visit.now.duration_since(session.last_seen_at) < policy.idle
            })
            .count(),
        notes,
        locked: locked_until.is_some(),
        may_change: allowed && !too_high,
        too_high: allowed && too_high,
        invite_what: text!(texts, "login-invite-what", hours = policy.invitation_hours),
        login: login.as_ref(),
    })
}

/// Does what an administrator asks.
pub(super) async fn send(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Trouble> {
    let context = state.store.judge_context().await?;
    let organisation = context.organisation();
    let tree = organisation.tree().on(visit.rights.today());
    let person = people::find(&state.store, &id).await?.ok_or(Trouble::NotFound)?;
    let own = [id.as_str()];
    let place = place(organisation, &visit, &own);
    access::check(&visit, Action::Change, Resource::Login, &place, &tree)?;
    let back = format!("/people/{id}/login");
    if !access::reaches_roles_of(&state, &visit, &id, &tree).await? {
        return Err(Trouble::NotAllowed);
    }
    let mut change = state.store.begin(visit.actor(), visit.now).await?;
    match fields.doing {
        Doing::Open => {
            let typed = logins::normalised(&fields.login);
            if !is_login(&typed) {
                return Ok(Onward::to(back).saying("invitation-login-bad", &visit).into_response());
            }
            match logins::insert(&mut change, &Login::new(&id, &typed)).await {
                Ok(()) => {}
                Err(StoreError::Conflict { .. }) => {
                    return Ok(Onward::to(back).saying("invitation-login-taken", &visit).into_response());
                }
                Err(error) => return Err(error.into()),
            }
            return link(&state, &visit, &headers, change, &person, &typed).await;
        }
        Doing::Invite => {
            let login = logins::find(&state.store, &id).await?.ok_or(Trouble::NotFound)?;
            return link(&state, &visit, &headers, change, &person, &login.login).await;
        }
        Doing::Unlock => logins::unlock(&mut change, &id).await?,
        Doing::RemoveSecondFactor => {
            logins::remove_totp(&mut change, &id).await?;
            khien_store::sessions::end_all(&mut change, &id, None).await?;
        }
        Doing::EndSessions => {
            khien_store::sessions::end_all(&mut change, &id, None).await?;
        }
        Doing::Disable => logins::set_disabled(&mut change, &id, true).await?,
        Doing::Enable => logins::set_disabled(&mut change, &id, false).await?,
    }
    change.commit().await?;
    Ok(Onward::to(back).saying("login-done", &visit).into_response())
}

/// Makes the link and shows it, once.
async fn link(
    state: &AppState,
    visit: &Visit,
    headers: &HeaderMap,
    mut change: Change,
    person: &Person,
    login: &str,
) -> Result<Response, Trouble> {
    let hours = policy(state, visit.now).await?.invitation_hours;
    let path = invite(&mut change, &person.id, hours).await?;
    change.commit().await?;
    let texts = state.texts(visit.language);
    let expires_at = visit.now.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(visit.now);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let scheme = if visit.secure { "https" } else { "http" };
    let until = moment::shown(expires_at, texts);
    let page = LinkPage {
        frame: Frame::new(state, visit, texts.text("login-link-title")),
        what: text!(texts, "login-link-what", name = person.name.as_str(), moment = until),
        login: text!(texts, "login-link-login", login = login),
        address: format!("{scheme}://{host}{path}"),
        back: format!("/people/{}/login", person.id),
    };
    Ok(Page::new(&page)?.into_response())
}

fn place<'a>(organisation: &Organisation, visit: &Visit, own: &'a [&'a str; 1]) -> Place<'a> {
    let subject = Subject { kind: SubjectKind::Person, id: own[0].to_owned() };
    Place::people(organisation.unit_of(&subject, day_of(visit.now)), own)
}

/// The account name that is proposed: the local part of the official mailbox.
fn proposed(person: &Person) -> String {
    person.email.as_deref().and_then(|email| email.split('@').next()).unwrap_or_default().to_owned()
}
