//! Assigning the same task to many units at once.

use axum::extract::{Form as Sent, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use khien_model::TreeOnDay;
use khien_store::tasks::{self, MAX_DETAIL, MAX_TITLE, NewTask};
use khien_texts::text;
use serde::Deserialize;

use super::address;
use crate::admin::desk::{Desk, day_of_form, filled, unit_choices};
use crate::admin::sheet::{self, Block, Field, Form, Link};
use crate::page::{Onward, Page};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many days there are unless somebody says otherwise.
const DEFAULT_DAYS: i32 = 30;

/// What was typed.
#[derive(Debug, Default)]
struct Wanted {
    title: String,
    detail: String,
    clause: String,
    due: String,
    units: Vec<String>,
    everybody: bool,
}

impl Wanted {
    fn of(sent: &[(String, String)]) -> Self {
        let field = |name: &str| {
            sent.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        Self {
            title: field("title"),
            detail: field("detail"),
            clause: field("clause"),
            due: field("due"),
            units: sent.iter().filter(|(field, _)| field == "unit").map(|(_, unit)| unit.clone()).collect(),
            everybody: !field("everybody").is_empty(),
        }
    }
}

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    unit: String,
}

/// The form.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let due = desk.today.saturating_add(jiff::Span::new().days(DEFAULT_DAYS)).to_string();
    let wanted = Wanted { due, units: vec![asked.unit], ..Wanted::default() };
    form_page(&desk, &wanted, &[], &tree.on(desk.today)).await
}

async fn form_page(
    desk: &Desk<'_>,
    wanted: &Wanted,
    mistakes: &[(String, String)],
    on: &TreeOnDay<'_>,
) -> Result<Page, Trouble> {
    let reach = desk.visit.rights.reach(Action::Change, Resource::TaskAssignment, on);
    let units = unit_choices(on, None, None, |id| reach.contains(on.tree().find(id)));
    let units = units.into_iter().map(|(id, name, _)| {
        let is_chosen = wanted.units.contains(&id);
        (id, name, is_chosen)
    });
    let context = desk.state.store.judge_context().await?;
    let mut clauses = vec![(String::new(), desk.t("task-no-clause"), wanted.clause.is_empty())];
    clauses.extend(context.directive().into_iter().flat_map(|directive| &directive.clauses).map(|clause| {
        let name = format!("{} {}", clause.id, desk.texts.pick(&clause.title));
        (clause.id.clone(), name, clause.id == wanted.clause)
    }));
    let fields = vec![
        Field::line("title", desk.t("task-title"), &wanted.title).required().hint(desk.t("task-title-hint")),
        Field::lines("detail", desk.t("task-detail"), &wanted.detail).hint(desk.t("task-detail-hint")),
        Field::choice("clause", desk.t("task-clause"), clauses),
        Field::date("due", desk.t("task-due"), &wanted.due).required(),
        Field::tick("everybody", desk.t("task-everybody"), wanted.everybody),
        Field::several("unit", desk.t("task-units"), units.collect()),
    ];
    let form = Form::post(desk.visit, "/tasks/new", desk.t("task-assign-button"), fields).with_mistakes(mistakes);
    let mut blocks = vec![Block::Text(desk.t("task-assign-about"))];
    if !mistakes.is_empty() {
        blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
    }
    blocks.push(Block::Form(form));
    let way = [Link::new("/tasks", desk.t("tasks-title"))];
    let page = sheet::page(desk.state, desk.visit, desk.t("tasks-assign"), &way, &blocks)?;
    Ok(if mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

/// Assigns it.
pub(super) async fn assign(
    State(state): State<AppState>,
    visit: Visit,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let wanted = Wanted::of(&sent);
    let reach = visit.rights.reach(Action::Change, Resource::TaskAssignment, &on);
    let within: Vec<String> = on
        .units()
        .iter()
        .filter(|unit| reach.contains(Some(**unit)))
        .map(|unit| tree.unit(*unit).id.clone())
        .filter(|id| wanted.everybody || wanted.units.contains(id))
        .collect();
    // Whoever names a unit out of reach did not use our form.
    if !wanted.everybody && within.len() < wanted.units.len() {
        return Err(Trouble::NotAllowed);
    }
    let mut mistakes = Vec::new();
    let mut mistake = |field: &str, what: String| mistakes.push((field.to_owned(), what));
    let title = filled(&wanted.title).filter(|title| title.chars().count() <= MAX_TITLE);
    if title.is_none() {
        mistake("title", text!(desk.texts, "task-wrong-title", most = MAX_TITLE));
    }
    if wanted.detail.chars().count() > MAX_DETAIL {
        mistake("detail", text!(desk.texts, "task-wrong-detail", most = MAX_DETAIL));
    }
    let due = day_of_form(&wanted.due).filter(|due| *due >= desk.today);
    if due.is_none() {
        mistake("due", desk.t("task-wrong-due"));
    }
    if within.is_empty() {
        mistake("unit", desk.t("task-wrong-units"));
    }
    let context = state.store.judge_context().await?;
    let clause = filled(&wanted.clause);
    let is_known =
        |id: &str| context.directive().is_some_and(|directive| directive.clauses.iter().any(|clause| clause.id == id));
    if !clause.as_deref().is_none_or(is_known) {
        return Err(Trouble::BadRequest { detail: "no such clause".to_owned() });
    }
    let (Some(title), Some(due), true) = (title, due, mistakes.is_empty()) else {
        return Ok(form_page(&desk, &wanted, &mistakes, &on).await?.into_response());
    };
    let new = NewTask { clause, title, detail: filled(&wanted.detail), due, assigned_by: desk.person()?.to_owned() };
    let mut change = desk.begin().await?;
    let assigned = tasks::assign(&mut change, &new, &within).await?;
    change.commit().await?;
    let to = match assigned.as_slice() {
        [only] => address(only),
        _ => "/tasks".to_owned(),
    };
    Ok(Onward::to(to).saying("task-assigned", &visit).into_response())
}
