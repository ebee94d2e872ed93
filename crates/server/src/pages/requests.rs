//! Yêu cầu hỗ trợ: what officials ask for, as whoever helps them sees it.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Form, Path, State};
use jiff::Timestamp;
use khien_model::day_of;
use khien_model::text::nfc;
use khien_store::pages::Scope;
use khien_store::requests::{self, MAX_TEXT, Request, RequestKind};
use khien_store::{Actor, people};
use khien_texts::{Texts, moment};
use serde::Deserialize;

use super::finding::{control_href, control_title};
use super::known::Known;
use super::subject::subject_href;
use crate::access;
use crate::page::{Crumb, Frame, Onward, Page};
use crate::rights::{Action, Place, Resource, may};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// A request as it is shown.
pub(crate) struct RequestView {
    pub(crate) id: String,
    pub(crate) person: String,
    pub(crate) unit: String,
    pub(crate) subject: String,
    pub(crate) subject_href: String,
    pub(crate) control: String,
    pub(crate) control_href: String,
    pub(crate) text: Option<String>,
    pub(crate) asked: String,
}

/// What somebody is called; their id when nobody has it any more.
pub(crate) async fn name_of(state: &AppState, person: &str) -> Result<String, Trouble> {
    let found = people::find(&state.store, person).await?;
    Ok(found.map_or_else(|| person.to_owned(), |person| person.name))
}

/// The cries for help in `scope` that nobody has answered, oldest first. What somebody writes is about them: it is written
/// down who read it.
pub(crate) async fn waiting(
    state: &AppState,
    known: &Known,
    scope: Scope<'_>,
    visit: &Visit,
    texts: &Texts,
) -> Result<Vec<RequestView>, Trouble> {
    let mut views = Vec::new();
    let mut people = BTreeSet::new();
    for request in requests::open(&state.store).await? {
        let is_reached = match scope {
            Scope::Everything => true,
            Scope::Units(units) => units.contains(&request.asked.unit),
        };
        if request.asked.kind == RequestKind::Help && is_reached {
            views.push(view(state, known, &request, visit.now, texts).await?);
            people.insert(request.asked.person);
        }
    }
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    access::seen(state, visit, Resource::Request, &people).await?;
    Ok(views)
}

async fn view(
    state: &AppState,
    known: &Known,
    request: &Request,
    now: Timestamp,
    texts: &Texts,
) -> Result<RequestView, Trouble> {
    let asked = &request.asked;
    Ok(RequestView {
        id: asked.id.clone(),
        person: name_of(state, &asked.person).await?,
        unit: known.unit_name(&asked.unit, day_of(now)),
        subject: request.subject_name.clone(),
        subject_href: subject_href(asked.subject.kind, &asked.subject.id),
        control: control_title(known.directive(), &asked.control, texts),
        control_href: control_href(&asked.control),
        text: asked.text.clone(),
        asked: moment::shown(request.asked_at, texts),
    })
}

#[derive(Template)]
#[template(path = "requests.html")]
struct ListView<'a> {
    frame: Frame<'a>,
    help: Vec<RequestView>,
    may_answer: bool,
}

/// Shows the requests that wait, to whoever may see them.
pub(super) async fn list(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let known = Known::load(&state).await?;
    let texts = state.texts(visit.language);
    let reached = known.reached(&visit.rights, Action::View, Resource::Request, day_of(visit.now));
    if reached.is_nothing() {
        return Err(Trouble::NotAllowed);
    }
    let help = waiting(&state, &known, reached.scope(), &visit, texts).await?;
    let may_answer = visit.rights.could(Action::Change, Resource::Request);
    let frame = Frame::new(&state, &visit, texts.text("requests-title"));
    let frame = frame.below(vec![Crumb::new(texts.text("places-overview"), "/")]);
    Page::new(&ListView { frame, help, may_answer })
}

/// What whoever helps sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    answer: String,
    /// The page to return to.
    #[serde(default)]
    back: String,
}

/// Answers a request, which closes it.
pub(super) async fn close(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Form(form): Form<Answer>,
) -> Result<Onward, Trouble> {
    let request = requests::find(&state.store, &id).await?.ok_or(Trouble::NotFound)?;
    let known = Known::load(&state).await?;
    let tree = known.tree(day_of(visit.now));
    let unit = tree.tree().find(&request.asked.unit).filter(|unit| tree.contains(*unit));
    let place = Place { unit, people: &[], asked_by: Some(&request.asked.person) };
    may(&visit.rights, Action::Change, Resource::Request, &place, &tree).map_err(|_| Trouble::NotAllowed)?;
    let answer = nfc(form.answer.trim()).into_owned();
    if answer.is_empty() || answer.chars().count() > MAX_TEXT {
        return Err(Trouble::BadRequest { detail: "answer".to_owned() });
    }
    let person = visit.person()?.person.clone();
    let mut change = state.store.begin(Actor::Person(person.clone()), visit.now).await?;
    requests::close(&mut change, &id, &person, Some(&answer)).await?;
    change.commit().await?;
    let back = if form.back.is_empty() { "/requests" } else { crate::page::safe_return(&form.back) };
    Ok(Onward::to(back).saying("flash-answered", &visit))
}
