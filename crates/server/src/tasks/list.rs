//! The tasks within reach: what is open, what is overdue, by unit; requests for more time that wait.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use khien_model::{TreeOnDay, UnitIndex};
use khien_store::tasks::{self, Standing, Task};
use khien_texts::text;
use serde::Deserialize;

use super::{address, standing_cell};
use crate::access;
use crate::admin::desk::{Desk, paged, unit_choices};
use crate::admin::sheet::{self, Block, Cell, Field, Form, Link, Table};
use crate::duties::Names;
use crate::page::{Page, in_address};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// What the list can be narrowed to.
const SHOWN: [&str; 5] = ["open", "overdue", "done", "mine", "all"];

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Listed {
    unit: String,
    show: String,
    page: String,
}

/// A task with the unit that has to do it now.
struct Row {
    task: Task,
    unit: Option<UnitIndex>,
    standing: Standing,
}

/// Shows them.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(listed): Query<Listed>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let shown = SHOWN.into_iter().find(|word| *word == listed.show).unwrap_or("open");
    let mut rows = within_reach(&desk, &on).await?;
    let top = tree.find(&listed.unit).filter(|unit| on.contains(*unit));
    if let Some(top) = top {
        rows.retain(|row| row.unit.is_some_and(|unit| on.is_within(unit, top)));
    }
    let names = Names::of(&desk).await?;
    let mut blocks = vec![Block::Text(desk.t("tasks-about"))];
    let mut ways = Vec::new();
    if visit.rights.could(Action::Change, Resource::TaskAssignment) {
        ways.push(Link::new(format!("/tasks/new?unit={}", in_address(&listed.unit)), desk.t("tasks-assign")));
    }
    if visit.rights.could(Action::View, Resource::UnitPlan) {
        ways.push(Link::new("/tasks/plans", desk.t("plans-title")));
    }
    blocks.push(Block::Actions(ways));
    blocks.extend(by_unit(&desk, &rows, &on));
    blocks.extend(waiting(&desk, &rows, &names, &on).await?);
    blocks.push(Block::Heading(desk.t(&format!("tasks-show-{shown}"))));
    blocks.push(Block::Form(narrow(&desk, &listed, shown, &on)));
    rows.retain(|row| match shown {
        "open" => row.task.is_open(),
        "overdue" => row.standing == Standing::Overdue,
        "done" => !row.task.is_open(),
        "mine" => row.task.owner.as_deref() == Some(visit.rights.person()),
        _ => true,
    });
    let here = format!("/tasks?unit={}&show={shown}", in_address(&listed.unit));
    let (some, around) = paged(&rows, listed.page.parse().unwrap_or(1), &desk, &here);
    let list = access::NamedList { resource: Resource::Task, unit: &listed.unit, words: "" };
    access::listed(&state, &visit, list, some.iter().filter_map(|row| row.task.owner.as_deref())).await?;
    blocks.push(Block::Table(Table {
        caption: text!(desk.texts, "tasks-count", count = rows.len()),
        heads: ["task-title", "person-unit", "task-owner", "task-due", "task-progress", "task-standing"]
            .map(|key| desk.t(key))
            .into(),
        rows: some.iter().map(|row| cells(&desk, row, &names, &on)).collect(),
        empty: desk.t("tasks-none"),
        around,
    }));
    sheet::page(&state, &visit, desk.t("tasks-title"), &[], &blocks)
}

/// The tasks that the visitor may see: of the units within reach, and those they answer for themselves.
async fn within_reach(desk: &Desk<'_>, on: &TreeOnDay<'_>) -> Result<Vec<Row>, Trouble> {
    let reach = desk.visit.rights.reach(Action::View, Resource::Task, on);
    let own = desk.visit.rights.person();
    let mut rows = Vec::new();
    for task in tasks::all(&desk.state.store).await? {
        let unit = tasks::carried_by(&task.unit, on);
        if reach.contains(unit) || task.owner.as_deref() == Some(own) {
            rows.push(Row { standing: task.standing(desk.today), unit, task });
        }
    }
    Ok(rows)
}

fn name_of(on: &TreeOnDay<'_>, unit: Option<UnitIndex>) -> String {
    unit.and_then(|unit| on.name(unit)).map(|name| name.name.clone()).unwrap_or_default()
}

fn cells(desk: &Desk<'_>, row: &Row, names: &Names, on: &TreeOnDay<'_>) -> Vec<Cell> {
    let owner = match &row.task.owner {
        Some(owner) => Cell::Text(names.name(owner)),
        None => Cell::Badge("unknown", desk.t("task-no-owner")),
    };
    vec![
        Cell::link(address(&row.task.id), &row.task.title),
        Cell::Text(name_of(on, row.unit)),
        owner,
        Cell::Text(desk.day(row.task.due)),
        Cell::Text(desk.t(&format!("task-progress-{}", row.task.progress))),
        standing_cell(desk, row.standing),
    ]
}

/// How many tasks each unit has, when there is more than one unit to compare.
fn by_unit(desk: &Desk<'_>, rows: &[Row], on: &TreeOnDay<'_>) -> Option<Block> {
    let mut counts: BTreeMap<usize, (UnitIndex, [usize; 4])> = BTreeMap::new();
    let order: BTreeMap<UnitIndex, usize> = on.units().iter().enumerate().map(|(place, unit)| (*unit, place)).collect();
    for row in rows {
        if let Some((unit, place)) = row.unit.and_then(|unit| Some((unit, *order.get(&unit)?))) {
            let (_, counts) = counts.entry(place).or_insert((unit, [0; 4]));
            counts[row.standing as usize] += 1;
        }
    }
    if counts.len() < 2 {
        return None;
    }
    let row = |(unit, counts): &(UnitIndex, [usize; 4])| {
        let id = &on.tree().unit(*unit).id;
        let name = name_of(on, Some(*unit));
        let mut cells = vec![Cell::link(format!("/tasks?unit={}&show=all", in_address(id)), name)];
        cells.extend(counts.map(|count| Cell::Number(count.to_string())));
        cells
    };
    let mut heads = vec![desk.t("person-unit")];
    heads.extend(Standing::ALL.iter().map(|standing| desk.t(&format!("task-standing-{standing}"))));
    Some(Block::Table(Table {
        caption: desk.t("tasks-by-unit"),
        heads,
        rows: counts.values().map(row).collect(),
        empty: String::new(),
        around: vec![],
    }))
}

/// The requests for more time about which the visitor decides.
async fn waiting(desk: &Desk<'_>, rows: &[Row], names: &Names, on: &TreeOnDay<'_>) -> Result<Vec<Block>, Trouble> {
    let reach = desk.visit.rights.reach(Action::Decide, Resource::Task, on);
    let mut waiting = Vec::new();
    for asked in tasks::waiting_extensions(&desk.state.store).await? {
        let Some(row) = rows.iter().find(|row| row.task.id == asked.task) else { continue };
        if reach.contains(row.unit) {
            waiting.push(vec![
                Cell::link(address(&row.task.id), &row.task.title),
                Cell::Text(name_of(on, row.unit)),
                Cell::Text(desk.day(asked.due_before)),
                Cell::Text(desk.day(asked.wanted)),
                Cell::Text(names.name(&asked.asked_by)),
                Cell::Text(asked.reason),
            ]);
        }
    }
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![Block::Table(Table {
        caption: desk.t("extensions-waiting"),
        heads: ["task-title", "person-unit", "task-due", "extension-wanted", "extension-by", "extension-reason"]
            .map(|key| desk.t(key))
            .into(),
        rows: waiting,
        empty: String::new(),
        around: vec![],
    })])
}

fn narrow(desk: &Desk<'_>, listed: &Listed, shown: &str, on: &TreeOnDay<'_>) -> Form {
    let reach = desk.visit.rights.reach(Action::View, Resource::Task, on);
    let units =
        unit_choices(on, Some(&listed.unit), Some(desk.t("task-every-unit")), |id| reach.contains(on.tree().find(id)));
    let words = SHOWN.map(|word| (word.to_owned(), desk.t(&format!("tasks-show-{word}")), word == shown));
    let mut fields = Vec::new();
    if units.len() > 2 {
        fields.push(Field::choice("unit", desk.t("person-unit"), units));
    }
    fields.push(Field::choice("show", desk.t("tasks-show"), words.into()));
    Form::search("/tasks", desk.t("admin-filter"), fields)
}
