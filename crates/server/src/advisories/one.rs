//! One advisory, and that the reader has read it to its end.

use askama::Template;
use axum::extract::{Path, State};
use khien_model::TreeOnDay;
use khien_store::advisories::{self, Advisory};
use khien_texts::text;

use super::lines::{Part, parts};
use super::list::Sources;
use super::{address, audience_words, may_keep, watches};
use crate::admin::desk::Desk;
use crate::admin::sheet::{Form, Link};
use crate::assets;
use crate::page::{Crumb, Frame, Onward, Page};
use crate::rights::{Action, Place, Resource, may};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "advisories/advisory.html")]
struct View<'a> {
    frame: Frame<'a>,
    about: Vec<String>,
    /// That it was withdrawn, or when the reader has read it.
    notice: Option<(bool, String)>,
    parts: Vec<Part>,
    link: Option<String>,
    /// The button that says that the reader has read it.
    mark: Option<Form>,
    script: String,
    ways: Vec<Link>,
    withdraw: Option<Form>,
}

/// The advisory with the id `id`, if it is for the visitor, or the visitor looks after those for whom it is.
pub(super) async fn found(desk: &Desk<'_>, id: &str, on: &TreeOnDay<'_>) -> Result<Advisory, Trouble> {
    let store = &desk.state.store;
    let advisory = advisories::find(store, id).await?.ok_or(Trouble::NotFound)?;
    if may_keep(desk, &advisory.audience, on) {
        return Ok(advisory);
    }
    if advisory.withdrawn_at.is_some() {
        return Err(Trouble::NotFound);
    }
    let sees = watches(desk, &advisory.audience, on)
        || advisories::sees(store, desk.visit.rights.person(), &advisory.audience, desk.visit.now).await?;
    // Whether there is such an advisory is nobody's business for whom it is not.
    if sees { Ok(advisory) } else { Err(Trouble::NotFound) }
}

/// Whether the visitor may say of themselves that they have read something.
fn may_sign(desk: &Desk<'_>, on: &TreeOnDay<'_>) -> bool {
    let own = [desk.visit.rights.person()];
    let place = Place { people: &own, ..Place::default() };
    may(&desk.visit.rights, Action::Sign, Resource::AdvisoryReads, &place, on).is_ok()
}

/// Shows it, and writes down that it was opened.
pub(super) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let advisory = found(&desk, &id, &on).await?;
    let person = visit.rights.person();
    let marked = advisories::mark_of(&state.store, &id, person).await?;
    let reads = advisory.withdrawn_at.is_none()
        && may_sign(&desk, &on)
        && advisories::sees(&state.store, person, &advisory.audience, visit.now).await?;
    if reads && marked.is_none() {
        let mut change = desk.begin().await?;
        advisories::open(&mut change, &id).await?;
        change.commit().await?;
    }
    let read_at = marked.and_then(|(_, read_at)| read_at);
    let notice = match (advisory.withdrawn_at, read_at) {
        (Some(at), _) => Some((true, text!(desk.texts, "advisories-withdrawn-at", moment = desk.moment(at)))),
        (None, Some(at)) => Some((false, text!(desk.texts, "advisories-own-read", moment = desk.moment(at)))),
        (None, None) => None,
    };
    let at = |what: &str| format!("{}/{what}", address(&id));
    let mark = (reads && read_at.is_none()).then(|| Form::post(&visit, at("read"), desk.t("advisories-mark"), vec![]));
    let keeps = may_keep(&desk, &advisory.audience, &on) && advisory.withdrawn_at.is_none();
    let mut ways = Vec::new();
    if keeps && advisory.feed.is_none() {
        ways.push(Link::new(at("edit"), desk.t("advisories-edit")));
    }
    if watches(&desk, &advisory.audience, &on) {
        ways.push(Link::new(at("readers"), desk.t("advisories-readers")));
    }
    let withdraw = keeps.then(|| Form::post(&visit, at("withdraw"), desk.t("advisories-withdraw"), vec![]).dangerous());
    Page::new(&View {
        about: about(&desk, &advisory, &on).await?,
        notice,
        parts: parts(&advisory.text),
        link: advisory.link.clone(),
        mark,
        script: assets::url("advisory.js"),
        ways,
        withdraw,
        frame: Frame::new(&state, &visit, advisory.title.clone())
            .below(vec![Crumb::new(desk.t("advisories-title"), "/advisories")]),
    })
}

/// Who says it, since when, to whom.
async fn about(desk: &Desk<'_>, advisory: &Advisory, on: &TreeOnDay<'_>) -> Result<Vec<String>, Trouble> {
    let source = Sources::load(desk).await?.words(desk, advisory).await?;
    let published = desk.moment(advisory.published_at);
    let mut about = vec![text!(desk.texts, "advisories-by", source = source, moment = published)];
    if let Some(dated) = advisory.dated_at {
        about.push(text!(desk.texts, "advisories-dated", moment = desk.moment(dated)));
    }
    if let Some(changed) = advisory.changed_at {
        about.push(text!(desk.texts, "advisories-changed", moment = desk.moment(changed)));
    }
    about.push(text!(desk.texts, "advisories-sent-to", audience = audience_words(desk, &advisory.audience, on)));
    Ok(about)
}

/// Writes down that the reader has read it to its end. Said by the script of the page, or by its button.
pub(super) async fn read(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    found(&desk, &id, &on).await?;
    if !may_sign(&desk, &on) {
        return Err(Trouble::NotAllowed);
    }
    let mut change = desk.begin().await?;
    advisories::mark_read(&mut change, &id).await?;
    change.commit().await?;
    Ok(Onward::to("/advisories").saying("advisories-was-read", &visit))
}
