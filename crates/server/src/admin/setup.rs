//! The first steps of a new installation: what is done, what is still to do, and where.

use axum::extract::{Form as Sent, State};
use khien_model::{Founded, Reform, Subject, SubjectKind};
use khien_store::{ids, people, settings, subjects, tokens, units};
use khien_texts::text;
use serde::Deserialize;

use super::desk::{Desk, filled};
use super::sheet::{Block, Cell, Field, Form, Link};
use crate::page::{Onward, Page};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// One step: the key of what to do, whether it is done, and where it is done.
struct Step {
    key: &'static str,
    is_done: bool,
    to: &'static str,
}

async fn steps(desk: &Desk<'_>) -> Result<Vec<Step>, Trouble> {
    let store = &desk.state.store;
    let tree = desk.tree().await?;
    let step = |key, is_done, to| Step { key, is_done, to };
    Ok(vec![
        step("setup-name", !settings::ORGANISATION_NAME.get(store).await?.is_empty(), "/admin/setup"),
        step("setup-units", tree.on(desk.today).units().len() > 1, "/admin/import"),
        step("setup-people", people::all(store).await?.len() > 1, "/admin/import"),
        step("setup-directive", store.judge_context().await?.directive().is_some(), "/admin/directives"),
        step("setup-devices", !tokens::all(store).await?.is_empty(), "/admin/tokens"),
        step("setup-digest", settings::DIGEST_ON.get(store).await?, "/admin/settings"),
    ])
}

/// On the first page of the administrator: what is still to do, until it is done or somebody says that it is enough.
pub(super) async fn reminder(desk: &Desk<'_>) -> Result<Vec<Block>, Trouble> {
    if settings::SET_UP.get(&desk.state.store).await? {
        return Ok(vec![]);
    }
    let steps = steps(desk).await?;
    let left = steps.iter().filter(|step| !step.is_done).count();
    if left == 0 {
        return Ok(vec![]);
    }
    let said = text!(desk.texts, "setup-left", left = left, all = steps.len());
    Ok(vec![Block::Notice("pass", said), Block::Actions(vec![Link::new("/admin/setup", desk.t("setup-go-on"))])])
}

/// Shows the steps.
pub(crate) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let list = steps(&desk).await?.into_iter().map(|step| {
        let (class, word) = if step.is_done { ("pass", "setup-done") } else { ("unknown", "setup-to-do") };
        Cell::Several(vec![Cell::Badge(class, desk.t(word)), Cell::link(step.to, desk.t(step.key))])
    });
    let mut blocks = vec![Block::Text(desk.t("setup-about")), Block::Steps(list.collect())];
    let store = &state.store;
    let name = settings::ORGANISATION_NAME.get(store).await?;
    let has_units = !desk.tree().await?.on(desk.today).units().is_empty();
    let mut fields = vec![Field::line("name", desk.t("setting-organisation-name"), name).required()];
    if !has_units {
        fields.push(Field::tick("found", desk.t("setup-found"), true).hint(desk.t("setup-found-hint")));
    }
    fields.push(digest_time(&desk).await?);
    blocks.push(Block::Heading(desk.t("setup-first")));
    blocks.push(Block::Form(Form::post(&visit, "/admin/setup", desk.t("admin-save"), fields)));
    blocks.push(Block::Heading(desk.t("setup-enough")));
    blocks.push(Block::Text(desk.t("setup-enough-about")));
    blocks.push(Block::Form(Form::post(&visit, "/admin/setup/enough", desk.t("setup-skip"), vec![])));
    desk.page(desk.t("setup-title"), &[], &blocks)
}

async fn digest_time(desk: &Desk<'_>) -> Result<Field, Trouble> {
    let hour = settings::DIGEST_HOUR.get(&desk.state.store).await?;
    Ok(Field::whole("hour", desk.t("setting-digest-hour"), 0, 23, hour.to_string()).hint(desk.t("setup-hour-hint")))
}

/// The first answers.
#[derive(Debug, Deserialize)]
pub(crate) struct Answers {
    name: String,
    #[serde(default)]
    found: String,
    #[serde(default)]
    hour: String,
}

/// Takes the first answers.
pub(crate) async fn save(
    State(state): State<AppState>,
    visit: Visit,
    Sent(answers): Sent<Answers>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let Some(name) = filled(&answers.name) else {
        return Ok(Onward::to("/admin/setup").saying("reform-wrong-name", &visit));
    };
    let is_empty = desk.tree().await?.units().len() == 0;
    let mut change = desk.begin().await?;
    settings::ORGANISATION_NAME.set(&mut change, &name).await?;
    if let Ok(hour) = answers.hour.trim().parse::<i64>()
        && (0..=23).contains(&hour)
    {
        settings::DIGEST_HOUR.set(&mut change, &hour).await?;
    }
    if is_empty && !answers.found.is_empty() {
        let id = ids::fresh(visit.now)?;
        let founded = Founded { id: id.clone(), kind: None, name: name.clone(), abbreviation: None, parent: None };
        let founded = units::carry_out(&mut change, &Reform::Found(founded), desk.today).await?;
        founded.map_err(|problem| Trouble::Conflict { what: problem.to_string() })?;
        subjects::enter(&mut change, &Subject { kind: SubjectKind::Unit, id }, &name).await?;
    }
    change.commit().await?;
    Ok(Onward::to("/admin/setup").saying("admin-saved", &visit))
}

/// Somebody says that it is enough: the reminder goes away.
pub(crate) async fn enough(State(state): State<AppState>, visit: Visit) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let mut change = desk.begin().await?;
    settings::SET_UP.set(&mut change, &true).await?;
    change.commit().await?;
    Ok(Onward::to("/admin"))
}
