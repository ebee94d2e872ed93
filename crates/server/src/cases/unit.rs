//! The case data of one unit: what its newest list comes to beside the one before, limits, rows to correct, officers, causes,
//! reviews.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, Query, State};
use khien_cases::limits::LIMITS;
use khien_cases::report::{MAX_REMARKS_OF_UNIT, Tally};
use khien_cases::{Remark, RemarkKind, say};
use khien_model::TreeOnDay;
use khien_store::cases::{self, CaseResult, Cause};
use khien_store::people;
use khien_texts::text;
use serde::Deserialize;

use super::list::share_of;
use super::{causes, review};
use crate::access;
use crate::admin::desk::{Desk, paged, unit_name};
use crate::admin::sheet::{self, Block, Cell, Link, Table};
use crate::page::{Page, in_address};
use crate::pages::numbers::count;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many earlier lists are named.
const SHOWN_RESULTS: u32 = 12;

/// Which rows are looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    kind: String,
    page: String,
}

/// A unit of today that the visitor may do this to.
pub(super) fn unit_within_reach(
    desk: &Desk<'_>,
    action: Action,
    resource: Resource,
    id: &str,
    on: &TreeOnDay<'_>,
) -> Result<(), Trouble> {
    on.tree().find(id).filter(|unit| on.contains(*unit)).ok_or(Trouble::NotFound)?;
    desk.check(action, resource, Some(id), on)
}

/// Shows it.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    unit_within_reach(&desk, Action::View, Resource::CaseData, &id, &on)?;
    let results = cases::of_unit(&state.store, &id, SHOWN_RESULTS).await?;
    let causes = cases::causes_of(&state.store, &id).await?;
    let mut blocks = Vec::new();
    match results.split_first() {
        None => blocks.push(Block::Notice("unknown", desk.t("case-never-sent-about"))),
        Some((newest, earlier)) => {
            blocks.extend(figures(&desk, newest, earlier.first(), &causes));
            blocks.push(limits(&desk, newest));
            if desk.may(Action::View, Resource::CaseDetail, Some(&id), &on) {
                blocks.extend(rows(&desk, &id, newest, &causes, &asked));
                blocks.extend(officers(&desk, &id, newest).await?);
            } else {
                blocks.push(counts(&desk, newest));
            }
        }
    }
    blocks.extend(review::blocks(&desk, &id, results.first(), &on).await?);
    if results.len() > 1 {
        blocks.push(earlier_lists(&desk, &results));
    }
    let way = [Link::new("/cases", desk.t("case-title"))];
    let title = text!(desk.texts, "case-unit-title", unit = unit_name(&on, &id));
    sheet::page(&state, &visit, title, &way, &blocks)
}

/// A figure: the key of its name, and where it stands.
type Figure = (&'static str, fn(&Tally) -> u32);

const COUNTS: &[Figure] = &[
    ("case-cases", |all| all.cases),
    ("case-open", |all| all.open),
    ("case-timely", |all| all.timely),
    ("case-late", |all| all.late),
    ("case-undated", |all| all.undated),
    ("case-unsourced", |all| all.unsourced),
    ("case-ageing", |all| all.ageing),
    ("case-stale", |all| all.stale),
    ("case-incomplete", |all| all.incomplete),
    ("case-inconsistent", |all| all.inconsistent),
];

/// The counts of the newest list beside those of the one before.
fn figures(desk: &Desk<'_>, newest: &CaseResult, before: Option<&CaseResult>, causes: &[Cause]) -> Vec<Block> {
    let (all, language) = (&newest.figures.all, desk.visit.language);
    let by_system = newest.late_by_system(causes);
    let mut facts = vec![
        (desk.t("case-exported"), Cell::Text(desk.moment(newest.exported_at))),
        (desk.t("case-share"), Cell::Text(say::share(all, desk.texts))),
        (desk.t("case-entry-lag"), Cell::Text(say::entry_lag(all, desk.texts))),
        (desk.t("case-incomplete"), Cell::Text(share_of(desk, all.incomplete, all.cases))),
        (desk.t("case-late-by-system"), Cell::Text(count(u64::from(by_system), language))),
    ];
    if let Some(before) = before {
        facts.push((desk.t("case-corrected"), Cell::Text(corrected(desk, newest, before))));
    }
    let heads = ["case-figure", "case-now", "case-before", "case-difference"].map(|key| desk.t(key));
    let rows = COUNTS.iter().map(|(key, figure)| {
        let now = figure(all);
        let then = before.map(|before| figure(&before.figures.all));
        let shown = |value: u32| count(u64::from(value), language);
        let difference = then.map_or_else(String::new, |then| match now.cmp(&then) {
            std::cmp::Ordering::Greater => format!("+{}", shown(now - then)),
            std::cmp::Ordering::Less => format!("−{}", shown(then - now)),
            std::cmp::Ordering::Equal => "0".to_owned(),
        });
        vec![
            Cell::Text(desk.t(key)),
            Cell::Number(shown(now)),
            Cell::Number(then.map_or_else(|| "–".to_owned(), shown)),
            Cell::Number(difference),
        ]
    });
    let caption = match before {
        Some(before) => text!(desk.texts, "case-compared", moment = desk.moment(before.exported_at)),
        None => desk.t("case-first-list"),
    };
    let table = Table { caption, heads: heads.into(), rows: rows.collect(), empty: String::new(), around: vec![] };
    vec![Block::Facts(facts), Block::Table(table)]
}

/// How many of the rows to correct of the list before are corrected, and how many are new. When not all rows are listed,
/// nobody can tell.
fn corrected(desk: &Desk<'_>, newest: &CaseResult, before: &CaseResult) -> String {
    let most = MAX_REMARKS_OF_UNIT as usize;
    let are_all_listed = |result: &CaseResult| {
        let count: u64 = result.figures.remark_counts.values().map(|count| u64::from(*count)).sum();
        result.remarks.len() < most && u64::try_from(result.remarks.len()) == Ok(count)
    };
    if !are_all_listed(newest) || !are_all_listed(before) {
        return desk.t("case-corrected-unknown");
    }
    let keys = |result: &CaseResult| -> BTreeSet<(String, Option<i16>, RemarkKind, String)> {
        let key = |it: &Remark| (it.case.clone(), it.year, it.kind, it.column.to_string());
        result.remarks.iter().map(key).collect()
    };
    let (now, then) = (keys(newest), keys(before));
    let (gone, new) = (then.difference(&now).count(), now.difference(&then).count());
    text!(desk.texts, "case-corrected-value", gone = gone, new = new)
}

fn limits(desk: &Desk<'_>, newest: &CaseResult) -> Block {
    let number = |value: u32| Cell::Number(count(u64::from(value), desk.visit.language));
    let rows = LIMITS.iter().zip(&newest.figures.limits).map(|(limit, tally)| {
        let mut row = vec![Cell::Text(say::limit(limit.id, desk.texts))];
        if tally.no_column {
            row.push(Cell::Badge("unknown", desk.t("case-limit-no-column")));
            row.extend(std::iter::repeat_n(Cell::text(""), 3));
        } else {
            row.extend([tally.kept, tally.missed, tally.undated, tally.unsourced + tally.uncovered].map(number));
        }
        row
    });
    Block::Table(Table {
        caption: desk.t("case-limits"),
        heads: ["case-limit", "case-timely", "case-late", "case-undated", "case-unsourced"]
            .map(|key| desk.t(key))
            .into(),
        rows: rows.collect(),
        empty: String::new(),
        around: vec![],
    })
}

fn count_of(desk: &Desk<'_>, newest: &CaseResult, kind: RemarkKind, count: u32) -> String {
    say::count_of(kind, count, newest.figures.remark_cases.get(&kind).copied(), desk.texts)
}

/// What whoever is not of the unit sees of the rows to correct: how many.
fn counts(desk: &Desk<'_>, newest: &CaseResult) -> Block {
    let counts = newest.figures.remark_counts.iter();
    let mut said: Vec<Cell> = counts.map(|(kind, count)| Cell::Text(count_of(desk, newest, *kind, *count))).collect();
    said.push(Cell::Text(say::about_counts(desk.texts)));
    said.push(Cell::Text(desk.t("case-rows-inside")));
    Block::List(said)
}

/// What is wrong with a row, in words: the column, what it is seen against, by how much.
pub(super) fn what(desk: &Desk<'_>, remark: &Remark) -> String {
    let column = say::column(&remark.column, desk.texts);
    let parts = [Some(column), say::other(remark, desk.texts), say::how_far(remark, desk.texts)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" – ")
}

/// What is wrong with rows of a kind, without a number.
pub(super) fn kind_name(desk: &Desk<'_>, kind: RemarkKind) -> String {
    desk.t(&format!("case-kind-{}", kind.word().replace('_', "-")))
}

fn rows(desk: &Desk<'_>, unit: &str, newest: &CaseResult, known: &[Cause], asked: &Asked) -> Vec<Block> {
    let address = format!("/cases/units/{}", in_address(unit));
    let mut blocks = vec![Block::Heading(desk.t("case-rows"))];
    if newest.remarks.is_empty() {
        let is_clean = newest.figures.remark_counts.is_empty();
        let said = if is_clean { "case-rows-none" } else { "case-rows-forgotten" };
        blocks.push(Block::Notice(if is_clean { "pass" } else { "unknown" }, desk.t(said)));
        return blocks;
    }
    let wanted = RemarkKind::ALL.into_iter().find(|kind| kind.word() == asked.kind);
    let kinds = newest.figures.remark_counts.iter().map(|(kind, count)| {
        Cell::link(format!("{address}?kind={}", kind.word()), count_of(desk, newest, *kind, *count))
    });
    blocks.extend([
        Block::Text(desk.t("case-rows-about")),
        Block::List(kinds.collect()),
        Block::Text(say::about_counts(desk.texts)),
    ]);
    let chosen: Vec<&Remark> =
        newest.remarks.iter().filter(|remark| wanted.is_none_or(|kind| remark.kind == kind)).collect();
    let filter = wanted.map(|kind| format!("?kind={}", kind.word())).unwrap_or_default();
    let (shown, around) = paged(&chosen, asked.page.parse().unwrap_or(1), desk, &format!("{address}{filter}"));
    let table_rows = shown.iter().map(|remark| {
        let mut state = vec![Cell::Text(kind_name(desk, remark.kind))];
        if causes::of_remark(known, remark).is_some() {
            state.push(Cell::Badge("exempt", desk.t("case-by-system")));
        }
        vec![
            Cell::Number(remark.row.to_string()),
            Cell::text(&remark.case),
            Cell::Several(state),
            Cell::Text(what(desk, remark)),
        ]
    });
    let listed = newest.figures.remark_counts.values().map(|count| u64::from(*count)).sum::<u64>();
    let caption = text!(desk.texts, "case-rows-count", shown = newest.remarks.len(), count = listed);
    blocks.push(Block::Table(Table {
        caption,
        heads: ["import-row", "case-number", "case-kind", "case-what"].map(|key| desk.t(key)).into(),
        rows: table_rows.collect(),
        empty: desk.t("case-rows-none"),
        around,
    }));
    blocks.push(Block::Actions(vec![Link::new(format!("{address}/rows.xlsx"), desk.t("case-rows-download"))]));
    blocks.extend(causes::blocks(desk, unit, shown, known));
    blocks
}

/// The counts by enforcement officer. Looking at them leaves an entry in the audit log.
async fn officers(desk: &Desk<'_>, unit: &str, newest: &CaseResult) -> Result<Vec<Block>, Trouble> {
    if newest.officers.is_empty() {
        return Ok(Vec::new());
    }
    let names: BTreeMap<String, String> =
        people::all(&desk.state.store).await?.into_iter().map(|person| (person.id, person.name)).collect();
    let list = access::NamedList { resource: Resource::CaseDetail, unit, words: "" };
    let seen = newest.officers.keys().filter(|id| !id.is_empty()).map(String::as_str);
    access::listed(desk.state, desk.visit, list, seen).await?;
    let name_of = |id: &String| names.get(id).cloned().unwrap_or_else(|| desk.t("case-officer-unknown"));
    let mut named: Vec<(String, &Tally)> = newest.officers.iter().map(|(id, tally)| (name_of(id), tally)).collect();
    // By name, never by who is better or worse.
    named.sort_by(|one, other| khien_model::text::compare_names(&one.0, &other.0));
    let number = |value: u32| Cell::Number(count(u64::from(value), desk.visit.language));
    let rows = named.into_iter().map(|(name, tally)| {
        vec![
            Cell::Text(name),
            number(tally.cases),
            Cell::Number(say::share(tally, desk.texts)),
            Cell::Number(say::entry_lag(tally, desk.texts)),
            number(tally.stale),
            Cell::Number(share_of(desk, tally.incomplete, tally.cases)),
        ]
    });
    let table = Table {
        caption: desk.t("case-officers-about"),
        heads: ["case-officer", "case-cases", "case-share", "case-entry-lag", "case-stale", "case-incomplete"]
            .map(|key| desk.t(key))
            .into(),
        rows: rows.collect(),
        empty: String::new(),
        around: vec![],
    };
    Ok(vec![Block::Heading(desk.t("case-officers")), Block::Table(table)])
}

fn earlier_lists(desk: &Desk<'_>, results: &[CaseResult]) -> Block {
    let rows = results.iter().map(|result| {
        let mut row = vec![Cell::Text(desk.moment(result.exported_at))];
        row.extend(super::list::figure_cells(desk, &result.figures));
        row
    });
    let mut heads = super::list::heads(desk, &[]);
    if let Some(first) = heads.first_mut() {
        *first = desk.t("case-exported");
    }
    Block::Table(Table {
        caption: desk.t("case-earlier"),
        heads,
        rows: rows.collect(),
        empty: String::new(),
        around: vec![],
    })
}
