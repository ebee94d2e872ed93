//! Invitations: a one-time link by which somebody chooses a password. The first one makes the first administrator.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use jiff::{SignedDuration, Timestamp};
use khien_model::day_of;
use khien_model::text::nfc;
use khien_store::invitations::{self as stored, Invitation};
use khien_store::logins::{self, Login};
use khien_store::people::{self, Person};
use khien_store::roles::{self, Role as Appointed, RoleKind};
use khien_store::sessions::Strength;
use khien_store::{Actor, Change, Store, StoreError, ids};
use khien_texts::text;
use serde::Deserialize;

use super::change_password::{Mistake, all_flaws, flaws_shown, rules_shown, set};
use super::{INVITATION_PATH, counted, opened, policy, rate};
use crate::forms::Form;
use crate::page::{Frame, Page};
use crate::secrets;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// The shortest account name.
const LEAST_LOGIN_LETTERS: usize = 2;

#[derive(Default, Deserialize)]
pub(super) struct Fields {
    new: String,
    again: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    login: String,
    #[serde(default)]
    email: String,
}

#[derive(Template)]
#[template(path = "sign_in/invitation.html")]
struct InvitationPage<'a> {
    frame: Frame<'a>,
    what: String,
    /// The person's login; `None`: the first administrator chooses one.
    login: Option<&'a str>,
    typed: &'a Fields,
    rules: Vec<String>,
    mistakes: Vec<Mistake>,
}

#[derive(Template)]
#[template(path = "sign_in/invitation_gone.html")]
struct GonePage<'a> {
    frame: Frame<'a>,
}

/// Invites `person` to set a password. Gives the path of the link, which is known to nobody else from now on.
pub async fn invite(change: &mut Change, person: &str, hours: i64) -> Result<String, Trouble> {
    invited(change, Some(person), hours).await
}

/// The path of a link that makes the first administrator; `None` when there is somebody who can sign in already.
pub async fn invite_first(store: &Store, hours: i64, now: Timestamp) -> Result<Option<String>, Trouble> {
    if logins::count_usable(store).await? > 0 {
        return Ok(None);
    }
    let mut change = store.begin(Actor::System, now).await?;
    let path = invited(&mut change, None, hours).await?;
    change.commit().await?;
    Ok(Some(path))
}

async fn invited(change: &mut Change, person: Option<&str>, hours: i64) -> Result<String, Trouble> {
    let secret = secrets::fresh()?;
    let now = change.now();
    let invitation = Invitation {
        secret_hash: secrets::kept(&secret),
        person: person.map(str::to_owned),
        created_by: change.actor().to_string(),
        created_at: now,
        expires_at: now.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(now),
    };
    stored::insert(change, &invitation).await?;
    Ok(format!("{INVITATION_PATH}/{secret}"))
}

/// Who is invited by a link.
enum Invited {
    /// Somebody who has a login.
    Known(Box<(Person, Login)>),
    /// Whoever sets the place up.
    First,
}

async fn who(state: &AppState, secret: &str, now: Timestamp) -> Result<Option<Invited>, Trouble> {
    let Some(invitation) = stored::find(&state.store, &secrets::kept(secret), now).await? else { return Ok(None) };
    let Some(person) = invitation.person else {
        // As soon as anybody can sign in, the first link is worth nothing.
        return Ok((logins::count_usable(&state.store).await? == 0).then_some(Invited::First));
    };
    let person = people::find(&state.store, &person).await?;
    let login = match &person {
        Some(person) => logins::find(&state.store, &person.id).await?.filter(|login| login.disabled_at.is_none()),
        None => None,
    };
    Ok(person.zip(login).map(|known| Invited::Known(Box::new(known))))
}

/// Shows the form of an invitation.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(secret): Path<String>,
) -> Result<Response, Trouble> {
    counted(&state.sign_in.rates.invitation, &[&rate::place(visit.address)])?;
    match who(&state, &secret, visit.now).await? {
        Some(invited) => Ok(page(&state, &visit, &invited, &Fields::default(), Vec::new()).await?.into_response()),
        None => gone(&state, &visit),
    }
}

fn gone(state: &AppState, visit: &Visit) -> Result<Response, Trouble> {
    let frame = Frame::new(state, visit, state.texts(visit.language).text("invitation-gone-title"));
    Ok(Page::new(&GonePage { frame })?.with_status(StatusCode::GONE).into_response())
}

async fn page(
    state: &AppState,
    visit: &Visit,
    invited: &Invited,
    typed: &Fields,
    mistakes: Vec<Mistake>,
) -> Result<Page, Trouble> {
    let texts = state.texts(visit.language);
    let rules = policy(state, visit.now).await?.rules;
    let (title, what, login, second_factor) = match invited {
        Invited::Known(known) => {
            let (person, login) = known.as_ref();
            let what = text!(texts, "invitation-what", name = person.name.as_str(), login = login.login.as_str());
            ("invitation-title", what, Some(login.login.as_str()), login.totp_confirmed_at.is_some())
        }
        Invited::First => ("invitation-title-first", texts.text("invitation-what-first"), None, false),
    };
    let rules = rules_shown(&rules, second_factor, texts);
    let status = if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = Frame::new(state, visit, texts.text(title));
    Ok(Page::new(&InvitationPage { frame, what, login, typed, rules, mistakes })?.with_status(status))
}

/// Accepts an invitation: sets the password and signs in.
pub(super) async fn send(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    Path(secret): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Trouble> {
    counted(&state.sign_in.rates.invitation, &[&rate::place(visit.address)])?;
    let Some(invited) = who(&state, &secret, visit.now).await? else { return gone(&state, &visit) };
    let texts = state.texts(visit.language);
    let policy = policy(&state, visit.now).await?;
    let mut mistakes = Vec::new();
    let (newcomer, mut login) = match &invited {
        Invited::Known(known) => (None, known.1.clone()),
        Invited::First => {
            let person = newcomer(&fields, visit.now)?;
            mistakes.extend(newcomer_flaws(&person, &fields).into_iter().map(|(field, key)| (field, texts.text(key))));
            let login = Login::new(&person.id, &logins::normalised(&fields.login));
            (Some(person), login)
        }
    };
    let flaws = all_flaws(&state, &login, &policy.rules, &fields.new, &fields.again).await?;
    mistakes.extend(flaws_shown(&flaws, texts));
    if !mistakes.is_empty() {
        return Ok(page(&state, &visit, &invited, &fields, mistakes).await?.into_response());
    }
    let hash = state.sign_in.hasher.hash(&fields.new).await?;
    let mut change = state.store.begin(Actor::Person(login.person.clone()), visit.now).await?;
    if stored::take(&mut change, &secrets::kept(&secret)).await?.is_none() {
        return gone(&state, &visit);
    }
    if let Some(person) = &newcomer {
        match enter_first(&mut change, person, &login).await {
            Ok(()) => {}
            Err(StoreError::Conflict { .. }) => {
                let taken = vec![("login", texts.text("invitation-login-taken"))];
                return Ok(page(&state, &visit, &invited, &fields, taken).await?.into_response());
            }
            Err(error) => return Err(error.into()),
        }
    }
    set(&mut change, &login.person, &hash, &policy.rules, None).await?;
    login.password_hash = Some(hash);
    login.password_changed_at = Some(visit.now);
    login.must_change_password = false;
    if newcomer.is_some() {
        // The appointment must be there when the next step is worked out, which reads it from the store.
        change.commit().await?;
        change = state.store.begin(Actor::Person(login.person.clone()), visit.now).await?;
    }
    let signing_in = opened::SigningIn { login: &login, strength: Strength::Password, policy: &policy };
    opened::opened(&state, &visit, change, &headers, signing_in, "/").await
}

fn newcomer(fields: &Fields, now: Timestamp) -> Result<Person, Trouble> {
    let email = fields.email.trim();
    Ok(Person {
        id: ids::fresh(now)?,
        name: nfc(fields.name.trim()).into_owned(),
        position: None,
        email: (!email.is_empty()).then(|| email.to_owned()),
        language: None,
        created_at: now,
    })
}

fn newcomer_flaws(person: &Person, fields: &Fields) -> Vec<(&'static str, &'static str)> {
    let mut flaws = Vec::new();
    if person.name.is_empty() || person.name.chars().count() > people::MAX_NAME {
        flaws.push(("name", "invitation-name-missing"));
    }
    if !is_login(&logins::normalised(&fields.login)) {
        flaws.push(("login", "invitation-login-bad"));
    }
    flaws
}

/// Whether `login` is what an account may be called.
pub(super) fn is_login(login: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-' | '@');
    let letters = login.chars().count();
    (LEAST_LOGIN_LETTERS..=logins::MAX_LOGIN).contains(&letters) && login.chars().all(plain)
}

async fn enter_first(change: &mut Change, person: &Person, login: &Login) -> Result<(), StoreError> {
    people::insert(change, person).await?;
    logins::insert(change, login).await?;
    let appointed = Appointed {
        id: ids::fresh(change.now())?,
        person: person.id.clone(),
        kind: RoleKind::Administrator,
        unit: None,
        decision: None,
        qualified: None,
        valid_from: day_of(change.now()),
        valid_to: None,
    };
    roles::grant(change, &appointed).await
}
