//! Hệ thống và cổng kiểm tra: which system is behind which gate, and how each gate fares.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use khien_model::{SubjectKind, TreeOnDay};
use khien_store::gates::{self, COUNTED_DAYS, Gate, SILENT_AFTER, Sums};
use khien_store::{assignments, systems};
use khien_texts::text;

use super::system::Typed;
use super::{gate_address, said, system_address};
use crate::admin::desk::{Desk, filled, unit_choices, unit_name};
use crate::admin::sheet::{Block, Cell, Field, Form, Table};
use crate::page::Page;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Lists them.
pub(super) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    page(&Desk::new(&state, &visit), &Typed::default(), &[]).await
}

/// The page, with what is wrong with what was typed.
pub(super) async fn page(desk: &Desk<'_>, typed: &Typed, mistakes: &[(String, String)]) -> Result<Page, Trouble> {
    let store = &desk.state.store;
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let homes = assignments::homes_on(store, SubjectKind::System, desk.today).await?;
    let sums = gates::sums(store, desk.today).await?;
    let mut before: BTreeMap<String, Vec<Gate>> = BTreeMap::new();
    for gate in gates::all(store).await? {
        if gate.ended_at.is_none() {
            before.entry(gate.system.clone()).or_default().push(gate);
        }
    }
    let mut rows = Vec::new();
    for system in systems::all(store).await? {
        let id = &system.subject.id;
        let unit = homes.get(id).map(String::as_str);
        if !desk.may(Action::View, Resource::Gate, unit, &on) {
            continue;
        }
        let name = Cell::link(system_address(id), &system.name);
        let unit = Cell::Text(unit.map(|unit| unit_name(&on, unit)).unwrap_or_default());
        let gates = before.remove(id).unwrap_or_default();
        if gates.is_empty() {
            let none = Cell::Badge("fail", desk.t("gates-system-without"));
            rows.push(vec![
                name.clone(),
                unit.clone(),
                none,
                Cell::text(""),
                Cell::text(""),
                Cell::text(""),
                Cell::text(""),
            ]);
        }
        for gate in &gates {
            let mut row = vec![name.clone(), unit.clone()];
            row.extend(of_gate(desk, gate, sums.get(&gate.id)).await?);
            rows.push(row);
        }
    }
    let mut blocks = vec![
        Block::Text(text!(desk.texts, "gates-about-silence", minutes = SILENT_AFTER.as_mins())),
        Block::Table(table(desk, rows)),
    ];
    if desk.visit.rights.could(Action::Change, Resource::Gate) {
        let form = new_system(desk, typed, &on).with_mistakes(mistakes);
        if mistakes.is_empty() {
            blocks.push(Block::Heading(desk.t("systems-new")));
        } else {
            blocks.insert(0, Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
        }
        blocks.push(Block::Form(form));
    }
    let page = desk.page(desk.t("gates-title"), &[], &blocks)?;
    Ok(if mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

fn table(desk: &Desk<'_>, rows: Vec<Vec<Cell>>) -> Table {
    let heads = ["systems-name", "systems-unit", "gates-standing", "gates-gate"];
    let mut heads: Vec<String> = heads.map(|key| desk.t(key)).into();
    heads.push(text!(desk.texts, "gates-files", days = COUNTED_DAYS));
    heads.push(text!(desk.texts, "gates-blocked-count", days = COUNTED_DAYS));
    heads.push(desk.t("gates-last-hit"));
    Table { caption: desk.t("gates-title"), heads, rows, empty: desk.t("systems-none"), around: vec![] }
}

/// The cells that tell of a gate.
pub(super) async fn of_gate(desk: &Desk<'_>, gate: &Gate, sums: Option<&Sums>) -> Result<Vec<Cell>, Trouble> {
    let none = Sums::default();
    let sums = sums.unwrap_or(&none);
    let hit = gates::last_hit(&desk.state.store, &gate.id).await?;
    let protocol = Cell::Below(Box::new(Cell::Text(desk.t(&format!("gates-protocol-{}", gate.protocol)))));
    Ok(vec![
        said::standing(desk, gate),
        Cell::Several(vec![Cell::link(gate_address(&gate.id), &gate.name), protocol]),
        Cell::Number(sums.files.to_string()),
        Cell::Number(sums.blocked.to_string()),
        Cell::Text(hit.map_or_else(|| desk.t("gates-no-hit"), |hit| desk.moment(hit.file.at))),
    ])
}

fn new_system(desk: &Desk<'_>, typed: &Typed, on: &TreeOnDay<'_>) -> Form {
    let may = |id: &str| desk.may(Action::Change, Resource::Gate, Some(id), on);
    let units = unit_choices(on, filled(&typed.unit).as_deref(), None, may);
    let fields = vec![
        Field::line("name", desk.t("systems-name"), &typed.name).hint(desk.t("systems-name-hint")).required(),
        Field::choice("unit", desk.t("systems-unit"), units).hint(desk.t("systems-unit-hint")),
    ];
    Form::post(desk.visit, "/admin/gates", desk.t("systems-add"), fields).checked_by_server()
}
