//! Nguyên nhân "hệ thống": the unit says that the software delayed a case. Such cases are counted apart.

use axum::extract::{Form as Sent, Path, State};
use khien_cases::{Remark, RemarkKind, say};
use khien_store::cases::{self, Cause, MAX_CAUSE_NOTE};
use khien_texts::text;
use serde::Deserialize;

use super::unit::unit_within_reach;
use crate::admin::desk::{Desk, filled};
use crate::admin::sheet::{Block, Cell, Field, Form, Table};
use crate::page::{Onward, in_address};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many recorded causes are shown.
const SHOWN: usize = 50;

/// The cause that was recorded for a late row.
pub(super) fn of_remark<'c>(causes: &'c [Cause], remark: &Remark) -> Option<&'c Cause> {
    let (year, limit) = (remark.year.unwrap_or_default(), remark.other.as_deref()?);
    let is_it = |cause: &&Cause| cause.case == remark.case && cause.year == year && cause.limit == limit;
    (remark.kind == RemarkKind::Late).then(|| causes.iter().find(is_it)).flatten()
}

/// A late row as a form sends it: limit, year, number of the case. The number comes last, for it may hold anything.
fn written(remark: &Remark) -> Option<String> {
    let limit = remark.other.as_deref().filter(|_| remark.kind == RemarkKind::Late && !remark.case.is_empty())?;
    Some(format!("{limit} {} {}", remark.year.unwrap_or_default(), remark.case))
}

/// The part of a unit's page about causes: the late rows of this page to choose from, and what was recorded.
pub(super) fn blocks(desk: &Desk<'_>, unit: &str, shown: &[&Remark], known: &[Cause]) -> Vec<Block> {
    let address = format!("/cases/units/{}/causes", in_address(unit));
    let mut blocks = Vec::new();
    let late = shown.iter().filter(|remark| of_remark(known, remark).is_none()).filter_map(|remark| {
        let what = super::unit::what(desk, remark);
        let label = text!(desk.texts, "case-cause-row", row = remark.row, case = remark.case.as_str(), what = what);
        Some((written(remark)?, label, false))
    });
    let late: Vec<_> = late.collect();
    if !late.is_empty() {
        let fields = vec![
            Field::several("case", desk.t("case-cause-cases"), late),
            Field::line("note", desk.t("case-cause-note"), "").required().hint(desk.t("case-cause-note-hint")),
        ];
        let form = Form::post(desk.visit, address.clone(), desk.t("case-cause-record"), fields);
        blocks.push(Block::Folded(desk.t("case-cause-about"), form));
    }
    if !known.is_empty() {
        let rows = known.iter().take(SHOWN).map(|cause| {
            let back = vec![
                Field::hidden("case", &cause.case),
                Field::hidden("year", cause.year.to_string()),
                Field::hidden("limit", &cause.limit),
            ];
            let back = Form::post(desk.visit, format!("{address}/back"), desk.t("case-cause-back"), back).inline();
            vec![
                Cell::text(&cause.case),
                Cell::Text(say::limit(&cause.limit, desk.texts)),
                Cell::text(&cause.note),
                Cell::Text(desk.moment(cause.recorded_at)),
                Cell::Button(back),
            ]
        });
        blocks.push(Block::Heading(desk.t("case-causes")));
        blocks.push(Block::Table(Table {
            caption: text!(desk.texts, "case-causes-count", count = known.len()),
            heads: ["case-number", "case-limit", "case-cause-note", "sheet-recorded-at", "role-action"]
                .map(|key| desk.t(key))
                .into(),
            rows: rows.collect(),
            empty: String::new(),
            around: vec![],
        }));
    }
    blocks
}

/// Records that the software delayed some cases of the newest list.
pub(super) async fn record(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    unit_within_reach(&desk, Action::Change, Resource::CaseDetail, &id, &tree.on(desk.today))?;
    let bad = |detail: &str| Trouble::BadRequest { detail: detail.to_owned() };
    let note = sent.iter().find(|(name, _)| name == "note").and_then(|(_, note)| filled(note));
    let note = note.filter(|note| note.chars().count() <= MAX_CAUSE_NOTE).ok_or_else(|| bad("note"))?;
    let newest = cases::of_unit(&state.store, &id, 1).await?;
    let newest = newest.first().ok_or(Trouble::NotFound)?;
    let chosen: Vec<&str> = sent.iter().filter(|(name, _)| name == "case").map(|(_, value)| value.as_str()).collect();
    if chosen.is_empty() {
        return Err(bad("case"));
    }
    let mut change = desk.begin().await?;
    for wanted in chosen {
        // Only what the list really calls late can have a cause.
        let is_it = |remark: &&Remark| written(remark).as_deref() == Some(wanted);
        let remark = newest.remarks.iter().find(is_it).ok_or(Trouble::NotFound)?;
        let cause = Cause {
            unit: id.clone(),
            case: remark.case.clone(),
            year: remark.year.unwrap_or_default(),
            limit: remark.other.clone().unwrap_or_default().into_owned(),
            note: note.clone(),
            recorded_by: desk.person()?.to_owned(),
            recorded_at: visit.now,
        };
        cases::record_cause(&mut change, &cause).await?;
    }
    change.commit().await?;
    Ok(Onward::to(format!("/cases/units/{}?kind=late", in_address(&id))).saying("case-cause-recorded", &visit))
}

/// What is sent to take a cause back.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Back {
    case: String,
    year: String,
    limit: String,
}

/// Takes a cause back.
pub(super) async fn take_back(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(back): Sent<Back>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    unit_within_reach(&desk, Action::Change, Resource::CaseDetail, &id, &tree.on(desk.today))?;
    let year = back.year.parse().map_err(|_| Trouble::BadRequest { detail: "year".to_owned() })?;
    let mut change = desk.begin().await?;
    cases::take_cause_back(&mut change, &id, &back.case, year, &back.limit).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/cases/units/{}", in_address(&id))).saying("case-cause-was-taken-back", &visit))
}
