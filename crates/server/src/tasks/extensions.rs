//! More time: asked by the unit, decided by the office.

use axum::extract::{Form as Sent, Path, State};
use axum::response::{IntoResponse as _, Response};
use khien_model::TreeOnDay;
use khien_store::tasks::{self, Extension, MAX_REASON};
use khien_texts::text;
use serde::Deserialize;

use super::task::{Again, page};
use super::{Found, address};
use crate::admin::desk::{Desk, day_of_form, filled};
use crate::page::Onward;
use crate::rights::{Action, Place, Resource, may};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Whoever decides is another one than who asked, and not the one who answers for the task.
pub(super) fn may_decide(desk: &Desk<'_>, found: &Found, asked: &Extension, on: &TreeOnDay<'_>) -> bool {
    let owner: Vec<&str> = found.task.owner.as_deref().into_iter().collect();
    let place = Place { unit: found.unit, people: &owner, asked_by: Some(&asked.asked_by) };
    may(&desk.visit.rights, Action::Decide, Resource::Task, &place, on).is_ok()
}

/// What is sent to ask.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    wanted: String,
    reason: String,
}

/// Asks for more time.
pub(super) async fn ask(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(sent): Sent<Wanted>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let found = Found::of(&desk, &id, &on).await?;
    found.check(&desk, Action::Ask, &on)?;
    let mut mistakes = Vec::new();
    let wanted = day_of_form(&sent.wanted).filter(|wanted| *wanted > found.task.due && *wanted >= desk.today);
    if wanted.is_none() {
        mistakes.push(("wanted".to_owned(), desk.t("extension-wrong-day")));
    }
    let reason = filled(&sent.reason).filter(|reason| reason.chars().count() <= MAX_REASON);
    if reason.is_none() {
        mistakes.push(("reason".to_owned(), text!(desk.texts, "task-wrong-reason", most = MAX_REASON)));
    }
    let (Some(wanted), Some(reason)) = (wanted, reason) else {
        let typed = vec![("wanted", sent.wanted), ("reason", sent.reason)];
        let again = Again { form: "extensions", typed, mistakes };
        return Ok(page(&desk, &found, &again, &on).await?.into_response());
    };
    let mut change = desk.begin().await?;
    tasks::ask_extension(&mut change, &id, wanted, &reason, desk.person()?).await?;
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("extension-was-asked", &visit).into_response())
}

/// What is sent to decide.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Decision {
    until: String,
    note: String,
}

/// The request, once it is known that the visitor decides about it.
async fn to_decide(desk: &Desk<'_>, found: &Found, id: &str, on: &TreeOnDay<'_>) -> Result<Extension, Trouble> {
    let asked = tasks::find_extension(&desk.state.store, id).await?;
    let asked = asked.filter(|asked| asked.task == found.task.id).ok_or(Trouble::NotFound)?;
    if may_decide(desk, found, &asked, on) { Ok(asked) } else { Err(Trouble::NotAllowed) }
}

/// Grants more time.
pub(super) async fn grant(
    State(state): State<AppState>,
    visit: Visit,
    Path((id, extension)): Path<(String, String)>,
    Sent(sent): Sent<Decision>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let found = Found::of(&desk, &id, &on).await?;
    let asked = to_decide(&desk, &found, &extension, &on).await?;
    let note = filled(&sent.note);
    let mut mistakes = Vec::new();
    let until = day_of_form(&sent.until).filter(|until| *until > found.task.due);
    if until.is_none() {
        mistakes.push(("until".to_owned(), desk.t("extension-wrong-day")));
    }
    mistakes.extend(too_long(&desk, note.as_deref()));
    let (Some(until), true) = (until, mistakes.is_empty()) else {
        let again = Again { form: "grant", typed: vec![("until", sent.until), ("note", sent.note)], mistakes };
        return Ok(page(&desk, &found, &again, &on).await?.into_response());
    };
    let mut change = desk.begin().await?;
    tasks::grant_extension(&mut change, &asked.id, until, desk.person()?, note.as_deref()).await?;
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("extension-was-granted", &visit).into_response())
}

/// Refuses more time.
pub(super) async fn refuse(
    State(state): State<AppState>,
    visit: Visit,
    Path((id, extension)): Path<(String, String)>,
    Sent(sent): Sent<Decision>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let found = Found::of(&desk, &id, &on).await?;
    let asked = to_decide(&desk, &found, &extension, &on).await?;
    let note = filled(&sent.note);
    if let Some(mistake) = too_long(&desk, note.as_deref()) {
        let again = Again { form: "refuse", typed: vec![("note", sent.note)], mistakes: vec![mistake] };
        return Ok(page(&desk, &found, &again, &on).await?.into_response());
    }
    let mut change = desk.begin().await?;
    tasks::refuse_extension(&mut change, &asked.id, desk.person()?, note.as_deref()).await?;
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("extension-was-refused", &visit).into_response())
}

fn too_long(desk: &Desk<'_>, note: Option<&str>) -> Option<(String, String)> {
    let is_too_long = note.is_some_and(|note| note.chars().count() > MAX_REASON);
    is_too_long.then(|| ("note".to_owned(), text!(desk.texts, "task-wrong-detail", most = MAX_REASON)))
}
