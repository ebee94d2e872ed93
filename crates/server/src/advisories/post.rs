//! Writing, changing and withdrawing a post of the office.

use axum::extract::{Form as Sent, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use khien_model::TreeOnDay;
use khien_store::advisories::{self, Advisory, MAX_TEXT, MAX_TITLE, Post};
use khien_store::ids;
use khien_texts::text;
use serde::Deserialize;

use super::{address, chosen, follow, may_keep, role_choices};
use crate::admin::desk::{Desk, filled, unit_choices};
use crate::admin::sheet::{self, Block, Field, Form, Link};
use crate::page::{Onward, Page};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// What is typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    title: String,
    text: String,
    unit: String,
    role: String,
}

impl Typed {
    /// The post, and what is wrong with it.
    fn post(&self, desk: &Desk<'_>) -> (Post, Vec<(String, String)>) {
        let text = self.text.replace("\r\n", "\n");
        let post = Post { title: filled(&self.title).unwrap_or_default(), text: filled(&text).unwrap_or_default() };
        let mut mistakes = Vec::new();
        let is_good = |text: &str, most: usize| !text.is_empty() && text.chars().count() <= most;
        if !is_good(&post.title, MAX_TITLE) {
            mistakes.push(("title".to_owned(), text!(desk.texts, "advisories-wrong-title", most = MAX_TITLE)));
        }
        if !is_good(&post.text, MAX_TEXT) {
            mistakes.push(("text".to_owned(), text!(desk.texts, "advisories-wrong-text", most = MAX_TEXT)));
        }
        (post, mistakes)
    }
}

/// The form for a new one.
pub(super) async fn new(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    page(&desk, None, &Typed::default(), &[], &tree.on(desk.today))
}

/// The form for one that is there.
pub(super) async fn edit(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let advisory = kept(&desk, &id, &on).await?;
    if advisory.feed.is_some() {
        return Err(Trouble::NotFound);
    }
    let typed = Typed { title: advisory.title.clone(), text: advisory.text.clone(), ..Typed::default() };
    page(&desk, Some(&advisory), &typed, &[], &on)
}

/// The advisory with the id `id`, if the visitor looks after it.
async fn kept(desk: &Desk<'_>, id: &str, on: &TreeOnDay<'_>) -> Result<Advisory, Trouble> {
    let advisory = advisories::find(&desk.state.store, id).await?.ok_or(Trouble::NotFound)?;
    if may_keep(desk, &advisory.audience, on) { Ok(advisory) } else { Err(Trouble::NotAllowed) }
}

fn page(
    desk: &Desk<'_>,
    advisory: Option<&Advisory>,
    typed: &Typed,
    mistakes: &[(String, String)],
    on: &TreeOnDay<'_>,
) -> Result<Page, Trouble> {
    let mut fields = vec![
        Field::line("title", desk.t("advisories-name"), &typed.title).required(),
        Field::lines("text", desk.t("advisories-text"), &typed.text).required().hint(desk.t("advisories-text-hint")),
    ];
    let (action, title, about) = match advisory {
        Some(advisory) => {
            (format!("{}/edit", address(&advisory.id)), desk.t("advisories-edit"), desk.t("advisories-edit-about"))
        }
        None => {
            let may = |id: &str| desk.may(Action::Change, Resource::Advisory, Some(id), on);
            let units = unit_choices(on, filled(&typed.unit).as_deref(), None, may);
            fields
                .push(Field::choice("unit", desk.t("advisories-audience"), units).hint(desk.t("advisories-unit-hint")));
            fields.push(Field::choice("role", desk.t("advisories-who"), role_choices(desk, &typed.role)));
            ("/advisories/new".to_owned(), desk.t("advisories-write"), desk.t("advisories-write-about"))
        }
    };
    let submit = if advisory.is_some() { desk.t("admin-save") } else { desk.t("advisories-publish") };
    let form = Form::post(desk.visit, action, submit, fields).with_mistakes(mistakes);
    let mut blocks = vec![Block::Text(about)];
    if !mistakes.is_empty() {
        blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
    }
    blocks.push(Block::Form(form));
    let mut way = vec![Link::new("/advisories", desk.t("advisories-title"))];
    way.extend(advisory.map(|advisory| Link::new(address(&advisory.id), &advisory.title)));
    let page = sheet::page(desk.state, desk.visit, title, &way, &blocks)?;
    Ok(if mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

/// Publishes one.
pub(super) async fn publish(
    State(state): State<AppState>,
    visit: Visit,
    Sent(typed): Sent<Typed>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let audience = chosen(&desk, &typed.unit, &typed.role, &on).ok_or(Trouble::NotAllowed)?;
    let (post, mistakes) = typed.post(&desk);
    if !mistakes.is_empty() {
        return Ok(page(&desk, None, &typed, &mistakes, &on)?.into_response());
    }
    let id = ids::fresh(visit.now)?;
    let mut change = desk.begin().await?;
    advisories::publish(&mut change, &id, &post, &audience).await?;
    change.commit().await?;
    follow(&state, visit.now).await?;
    Ok(Onward::to(address(&id)).saying("advisories-was-published", &visit).into_response())
}

/// Changes one.
pub(super) async fn save(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(typed): Sent<Typed>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let advisory = kept(&desk, &id, &on).await?;
    let (post, mistakes) = typed.post(&desk);
    if !mistakes.is_empty() {
        return Ok(page(&desk, Some(&advisory), &typed, &mistakes, &on)?.into_response());
    }
    let mut change = desk.begin().await?;
    advisories::edit(&mut change, &id, &post).await?;
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("admin-saved", &visit).into_response())
}

/// Withdraws one.
pub(super) async fn withdraw(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    kept(&desk, &id, &tree.on(desk.today)).await?;
    let mut change = desk.begin().await?;
    advisories::withdraw(&mut change, &id).await?;
    change.commit().await?;
    follow(&state, visit.now).await?;
    Ok(Onward::to("/advisories").saying("advisories-was-withdrawn", &visit))
}
