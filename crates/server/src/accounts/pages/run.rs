//! What a reading came to: counts, and what differs.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, State};
use khien_store::accounts::{AccountDifference, Changed, Joined, Sort};
use khien_store::connectors::{self, Counts, MAX_DIFFERENCES, RunKind};
use khien_store::people;
use khien_texts::text;

use super::one::{run_kind, said};
use super::{address, asked_by, found, way};
use crate::access;
use crate::admin::desk::Desk;
use crate::admin::sheet::{Block, Cell, Field, Form, Table};
use crate::page::Page;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many differences are shown; the others are counted.
const SHOWN: usize = 300;
/// How many readings are looked through.
const RUNS_READ: u32 = 1_000;

/// Shows it.
pub(crate) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path((id, run)): Path<(String, String)>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let connector = found(&desk, &id).await?;
    let runs = connectors::runs_of(&state.store, &id, RUNS_READ).await?;
    let newest = runs.first().map(|newest| newest.id.clone());
    let run = runs.into_iter().find(|one| one.id == run).ok_or(Trouble::NotFound)?;
    let mut blocks = vec![Block::Facts(vec![
        (desk.t("connector-run-kind"), Cell::Text(run_kind(&desk, &run))),
        (desk.t("connector-run-by"), Cell::Text(asked_by(&desk, &run.asked_by).await?)),
        (desk.t("connector-run-when"), Cell::Text(desk.moment(run.started_at))),
        (desk.t("connector-run-ended"), Cell::Text(desk.moment(run.ended_at))),
    ])];
    if let Some(problem) = &run.problem {
        let (what, todo) = said(&desk, problem);
        blocks.push(Block::Notice("fail", text!(desk.texts, "connector-test-failed", what = what, todo = todo)));
    }
    let was_read = run.problem.is_none() || run.counts != Counts::default();
    if was_read {
        blocks.extend(differences(&desk, &run.counts, &run.differences).await?);
    }
    let may_take = run.kind == RunKind::Look
        && run.problem.is_none()
        && newest.as_deref() == Some(run.id.as_str())
        && visit.rights.could(Action::Change, Resource::Connector);
    if may_take {
        let fields = vec![Field::hidden("what", RunKind::Take.as_str())];
        let form = Form::post(&visit, format!("{}/read", address(&connector)), desk.t("connector-take-over"), fields);
        blocks.push(Block::Text(desk.t("connector-take-over-about")));
        blocks.push(Block::Form(form));
    }
    desk.page(
        text!(desk.texts, "connector-run-title", moment = desk.moment(run.started_at)),
        &way(&desk, &connector),
        &blocks,
    )
}

/// Counts and differences, as a reading or a list shows them. Whoever sees names of people in them is written down.
pub(crate) async fn differences(
    desk: &Desk<'_>,
    counts: &Counts,
    differences: &[AccountDifference],
) -> Result<Vec<Block>, Trouble> {
    let count = |key: &str, number: usize| (desk.t(key), Cell::Text(number.to_string()));
    let mut blocks = vec![Block::Facts(vec![
        count("connector-count-read", counts.read),
        count("connector-count-new", counts.new),
        count("connector-count-changed", counts.changed),
        count("connector-count-gone", counts.gone),
        count("connector-unjoined", counts.unjoined),
        count("connector-count-skipped", counts.skipped),
    ])];
    if differences.is_empty() {
        blocks.push(Block::Notice("pass", desk.t("connector-no-difference")));
        return Ok(blocks);
    }
    let shown = differences.get(..differences.len().min(SHOWN)).unwrap_or_default();
    let names = names(desk, shown).await?;
    let all = counts.new + counts.changed + counts.gone;
    blocks.push(Block::Table(Table {
        caption: if all > shown.len() {
            text!(desk.texts, "connector-differences-cut", shown = shown.len(), count = all)
        } else {
            desk.t("connector-differences")
        },
        heads: [
            "connector-difference-login",
            "connector-difference-sort",
            "connector-owner",
            "connector-difference-what",
        ]
        .map(|key| desk.t(key))
        .into(),
        rows: shown.iter().map(|difference| row(desk, difference, &names)).collect(),
        ..Table::default()
    }));
    if all > MAX_DIFFERENCES {
        blocks.push(Block::Text(text!(desk.texts, "connector-differences-kept", most = MAX_DIFFERENCES)));
    }
    Ok(blocks)
}

/// The names of the people in differences, and that they were seen.
async fn names(desk: &Desk<'_>, shown: &[AccountDifference]) -> Result<BTreeMap<String, String>, Trouble> {
    let owners = |difference: &AccountDifference| {
        let changed = difference.changed.iter().filter(|changed| changed.what == "owner");
        let changed = changed.flat_map(|changed| [changed.before.clone(), changed.after.clone()]).flatten();
        changed.chain(difference.person.clone()).collect::<Vec<_>>()
    };
    let seen: BTreeSet<String> = shown.iter().flat_map(owners).collect();
    let list = access::NamedList { resource: Resource::Connector, unit: "", words: "" };
    access::listed(desk.state, desk.visit, list, seen.iter().map(String::as_str)).await?;
    let all = people::all(&desk.state.store).await?.into_iter();
    Ok(all.filter(|person| seen.contains(&person.id)).map(|person| (person.id, person.name)).collect())
}

fn row(desk: &Desk<'_>, difference: &AccountDifference, names: &BTreeMap<String, String>) -> Vec<Cell> {
    let class = match difference.sort {
        Sort::New | Sort::Back => "pass",
        Sort::Changed => "exempt",
        Sort::Gone => "unknown",
    };
    let changed = difference.changed.iter().map(|changed| Cell::Text(said_change(desk, changed, names))).collect();
    vec![
        Cell::Code(difference.login.clone()),
        Cell::Badge(class, desk.t(&format!("connector-sort-{}", difference.sort))),
        owner_cell(desk, difference.person.as_deref(), difference.joined, names),
        Cell::Several(changed),
    ]
}

/// Whose an account is, and how that was found.
pub(super) fn owner_cell(
    desk: &Desk<'_>,
    person: Option<&str>,
    joined: Joined,
    names: &BTreeMap<String, String>,
) -> Cell {
    let how = desk.t(&format!("connector-joined-{joined}"));
    match person {
        Some(person) => {
            let name = names.get(person).map_or(person, String::as_str);
            Cell::Several(vec![Cell::text(name), Cell::Badge("quiet", how)])
        }
        None => Cell::Several(vec![Cell::Badge("fail", desk.t("connector-not-joined")), Cell::Text(how)]),
    }
}

fn said_change(desk: &Desk<'_>, changed: &Changed, names: &BTreeMap<String, String>) -> String {
    let shown = |value: &Option<String>| match (changed.what.as_str(), value) {
        (_, None) => desk.t("connector-not-known"),
        ("owner", Some(person)) => names.get(person).unwrap_or(person).clone(),
        ("enabled" | "administrator", Some(word)) => {
            desk.t(if word == "true" { "connector-yes" } else { "connector-no" })
        }
        ("password_changed_at", Some(moment)) => {
            moment.parse().map_or_else(|_| moment.clone(), |moment| desk.moment(moment))
        }
        (_, Some(text)) => text.clone(),
    };
    let what = desk.t(&format!("connector-changed-{}", changed.what.replace('_', "-")));
    let (before, after) = (shown(&changed.before), shown(&changed.after));
    text!(desk.texts, "connector-changed", what = what, before = before, after = after)
}
