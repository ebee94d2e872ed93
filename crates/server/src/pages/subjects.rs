//! Thiết bị: the list of what is looked after, by unit, kind and name.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Query, State};
use khien_model::text::fold;
use khien_model::{SubjectKind, UnitIndex, day_of};
use khien_store::pages::Scope;
use khien_store::pages::subjects::{self, SubjectRow, Wanted};
use khien_texts::moment;
use serde::Deserialize;

use super::known::Known;
use super::numbers::count;
use super::subject::subject_href;
use crate::access;
use crate::page::{Crumb, Frame, Page, in_address};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many subjects a page lists.
const ROWS_PER_PAGE: usize = 50;
/// The most letters of a name that are looked for.
const MAX_LETTERS: usize = 100;

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    unit: String,
    page: Option<usize>,
}

#[derive(Template)]
#[template(path = "subjects.html")]
struct View<'a> {
    frame: Frame<'a>,
    q: String,
    kinds: Vec<Choice>,
    units: Vec<Choice>,
    rows: Vec<Row>,
    before: Option<String>,
    after: Option<String>,
}

/// One choice of a list.
struct Choice {
    value: String,
    name: String,
    is_chosen: bool,
}

/// One subject.
struct Row {
    name: String,
    href: String,
    kind: String,
    unit: String,
    os: String,
    seen: String,
    fail: String,
    unknown: String,
    class: &'static str,
}

/// Shows the list.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Page, Trouble> {
    let known = Known::load(&state).await?;
    let today = day_of(visit.now);
    let reached = known.reached(&visit.rights, Action::View, Resource::Subject, today);
    if reached.is_nothing() {
        return Err(Trouble::NotAllowed);
    }
    let tree = known.tree(today);
    let mut ids = Vec::new();
    if let Some(unit) = tree.tree().find(&asked.unit) {
        let below = tree.subtree(unit).iter().filter(|unit| reached.reach.contains(Some(**unit)));
        ids.extend(below.map(|unit| tree.tree().unit(*unit).id.clone()));
    }
    let scope = if asked.unit.is_empty() { reached.scope() } else { Scope::Units(&ids) };
    let kind = asked.kind.parse::<SubjectKind>().ok().filter(|kind| *kind != SubjectKind::Unit);
    let page = asked.page.unwrap_or(1).max(1);
    let q: String = asked.q.chars().take(MAX_LETTERS).collect();
    let wanted = Wanted {
        scope,
        kind,
        folded: &fold(q.trim()),
        skip: (page - 1).saturating_mul(ROWS_PER_PAGE),
        limit: ROWS_PER_PAGE + 1,
    };
    let mut found = subjects::list(&state.store, wanted).await?;
    let has_more = found.len() > ROWS_PER_PAGE;
    found.truncate(ROWS_PER_PAGE);
    let named = found.iter().filter(|row| row.kind == SubjectKind::Person).map(|row| row.id.as_str());
    let list = access::NamedList { resource: Resource::Subject, unit: &asked.unit, words: q.trim() };
    access::listed(&state, &visit, list, named).await?;
    let numbers: Vec<i64> = found.iter().map(|row| row.number).collect();
    let troubles: HashMap<i64, (u64, u64)> = subjects::troubles(&state.store, &numbers)
        .await?
        .into_iter()
        .map(|(number, fail, unknown)| (number, (fail, unknown)))
        .collect();
    let texts = state.texts(visit.language);
    let row = |row: &SubjectRow| {
        let (fail, unknown) = troubles.get(&row.number).copied().unwrap_or_default();
        let seen = row.last_seen_at.or(row.confirmed_at);
        Row {
            name: row.name.clone(),
            href: subject_href(row.kind, &row.id),
            kind: texts.text(&format!("subject-kind-{}", row.kind)),
            unit: if row.unit.is_empty() { "–".to_owned() } else { known.unit_name(&row.unit, today) },
            os: row.os.clone().unwrap_or_default(),
            seen: seen.map(|seen| moment::shown(seen, texts)).unwrap_or_default(),
            fail: count(fail, visit.language),
            unknown: count(unknown, visit.language),
            class: if fail > 0 { "fail" } else { "" },
        }
    };
    let narrowed = [&q, &asked.kind, &asked.unit].map(|part| in_address(part));
    let address = |page: usize| {
        let [q, kind, unit] = &narrowed;
        format!("/subjects?q={q}&kind={kind}&unit={unit}&page={page}")
    };
    let kinds = SubjectKind::ALL.iter().filter(|kind| **kind != SubjectKind::Unit).map(|each| Choice {
        value: each.to_string(),
        name: texts.text(&format!("subject-kind-{each}")),
        is_chosen: kind == Some(*each),
    });
    let unit_choice = |unit: &UnitIndex| {
        let id = tree.tree().unit(*unit).id.clone();
        // Spaces that do not break show how deep a unit stands.
        let indent = "\u{a0}\u{a0}".repeat(tree.path(*unit).len().saturating_sub(1));
        Choice { name: format!("{indent}{}", known.unit_name(&id, today)), is_chosen: id == asked.unit, value: id }
    };
    let units = tree.units().iter().filter(|unit| reached.reach.contains(Some(**unit))).map(unit_choice);
    let view = View {
        rows: found.iter().map(row).collect(),
        kinds: kinds.collect(),
        units: units.collect(),
        before: (page > 1).then(|| address(page - 1)),
        after: has_more.then(|| address(page + 1)),
        frame: Frame::new(&state, &visit, texts.text("subjects-title"))
            .below(vec![Crumb::new(texts.text("places-overview"), "/")]),
        q: q.clone(),
    };
    Page::new(&view)
}
