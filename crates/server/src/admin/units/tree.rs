//! The tree of a day.

use std::collections::HashMap;

use axum::extract::{Query, State};
use jiff::civil::Date;
use khien_model::{SubjectKind, TreeOnDay};
use khien_store::assignments;
use khien_texts::text;
use serde::Deserialize;

use super::forms;
use crate::admin::desk::{Desk, day_of_form};
use crate::admin::sheet::{Block, Cell, Field, Form, Link, Table};
use crate::page::Page;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many days on which the tree changed are listed, the latest first.
const SHOWN_CHANGES: usize = 30;

/// Which day is looked at.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    on: String,
}

/// Shows it.
pub(crate) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let day = day_of_form(&asked.on).unwrap_or(desk.today);
    let tree = desk.tree().await?;
    let on = tree.on(day);
    let count = async |kind| -> Result<HashMap<String, usize>, Trouble> {
        let mut counts = HashMap::new();
        for unit in assignments::homes_on(&state.store, kind, day).await?.into_values() {
            *counts.entry(unit).or_insert(0) += 1;
        }
        Ok(counts)
    };
    let (people, devices) = (count(SubjectKind::Person).await?, count(SubjectKind::Device).await?);
    let may_change = visit.rights.could(Action::Change, Resource::Organisation);
    let mut blocks = vec![
        Block::Text(desk.t("units-about")),
        Block::Form(Form::search(
            "/admin/units",
            desk.t("units-show-day"),
            vec![Field::date("on", desk.t("units-day"), day.to_string())],
        )),
    ];
    if may_change {
        blocks.push(Block::Actions(vec![Link::new("/admin/import", desk.t("units-import"))]));
    }
    blocks.push(Block::Table(table(&desk, &on, &people, &devices)));
    blocks.push(Block::Heading(desk.t("units-changes")));
    blocks.push(Block::List(changes(&desk, &on)));
    if may_change {
        blocks.push(Block::Heading(desk.t("units-found-root")));
        blocks.push(Block::Form(forms::found(&desk, None)));
    }
    desk.page(text!(desk.texts, "units-title-on", day = desk.day(day)), &[], &blocks)
}

fn table(
    desk: &Desk<'_>,
    on: &TreeOnDay<'_>,
    people: &HashMap<String, usize>,
    devices: &HashMap<String, usize>,
) -> Table {
    let rows = on.units().iter().map(|index| {
        let unit = on.tree().unit(*index);
        let name = on.name(*index);
        let called = name.map_or(unit.id.as_str(), |name| name.name.as_str());
        let depth = on.path(*index).len().saturating_sub(1).min(4);
        let counted = |counts: &HashMap<String, usize>| {
            Cell::Number(counts.get(&unit.id).copied().unwrap_or_default().to_string())
        };
        vec![
            Cell::Indented(depth, Box::new(Cell::link(format!("/admin/units/{}", unit.id), called))),
            Cell::text(name.and_then(|name| name.abbreviation.clone()).unwrap_or_default()),
            Cell::text(unit.kind.clone().unwrap_or_default()),
            counted(people),
            counted(devices),
        ]
    });
    Table {
        caption: text!(desk.texts, "units-count", count = on.units().len()),
        heads: ["units-name", "units-abbreviation", "units-kind", "units-people", "units-devices"]
            .map(|key| desk.t(key))
            .into(),
        rows: rows.collect(),
        empty: desk.t("units-none"),
        around: vec![],
    }
}

/// The days on which the tree changed or will, the latest first.
fn changes(desk: &Desk<'_>, on: &TreeOnDay<'_>) -> Vec<Cell> {
    let mut days: Vec<Date> = Vec::new();
    let mut next = on.tree().next_change(Date::MIN);
    while let Some(day) = next {
        days.push(day);
        next = on.tree().next_change(day);
    }
    let latest = days.into_iter().rev().take(SHOWN_CHANGES);
    latest.map(|day| Cell::link(format!("/admin/units?on={day}"), desk.day(day))).collect()
}
