//! What a person's own programs may read: counts, units, findings. The same rights count as on the pages, and seeing what
//! is about a person is written down in the same way.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use khien_judge::Counts;
use khien_model::{State as FindingState, SubjectKind, TreeOnDay, UnitIndex};
use khien_store::JudgeContext;
use khien_store::pages::findings::{self, FindingRow, Wanted};
use khien_store::pages::{MAX_ROWS, Scope, overview};
use schemars::{JsonSchema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::openapi::Described;
use crate::access;
use crate::rights::{Action, Place, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many findings are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Count {
    pass: u64,
    fail: u64,
    unknown: u64,
    exempt: u64,
}

impl From<Counts> for Count {
    fn from(counts: Counts) -> Self {
        Self { pass: counts.pass, fail: counts.fail, unknown: counts.unknown, exempt: counts.exempt }
    }
}

/// The findings of one unit, without the units below it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UnitOverview {
    /// The id of the unit.
    unit: String,
    /// Clause → counts.
    clauses: BTreeMap<String, Count>,
}

/// How every unit stands that whoever asks may see.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Overview {
    /// The id of the directive in force.
    directive: Option<String>,
    /// Each unit of which anything is counted.
    units: Vec<UnitOverview>,
}

/// A unit of today.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UnitEntry {
    /// The id.
    id: String,
    /// The name.
    name: String,
    /// The id of the unit above, if it may be seen.
    parent: Option<String>,
}

/// A finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingEntry {
    /// device, person, account, unit, mailbox or system.
    kind: String,
    /// The id of the subject.
    subject: String,
    /// What the subject is called.
    name: String,
    /// The control.
    control: String,
    /// Its clause.
    clause: String,
    /// pass, fail, unknown or exempt.
    state: String,
    /// critical, high, medium or low.
    severity: String,
    /// Since when (RFC 3339).
    since: String,
    /// When a fail must be mended (RFC 3339).
    due: Option<String>,
}

/// Findings, worst first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Findings {
    /// The findings.
    findings: Vec<FindingEntry>,
    /// Whether there are more than are given at once.
    more: bool,
}

/// Which findings.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    unit: String,
    state: Option<String>,
}

/// The tree of today.
fn today<'a>(context: &'a JudgeContext, visit: &Visit) -> TreeOnDay<'a> {
    context.organisation().tree().on(visit.rights.today())
}

/// `GET /api/v1/overview`.
pub(crate) async fn overview(State(state): State<AppState>, visit: Visit) -> Result<Json<Overview>, Trouble> {
    let context = state.store.judge_context().await?;
    let tree = today(&context, &visit);
    let reach = visit.rights.reach(Action::View, Resource::Overview, &tree);
    let mut units: BTreeMap<String, BTreeMap<String, Count>> = BTreeMap::new();
    for tally in overview::now(&state.store).await? {
        if reach.contains(tree.tree().find(&tally.unit)) {
            units.entry(tally.unit).or_default().insert(tally.clause, tally.counts.into());
        }
    }
    let units = units.into_iter().map(|(unit, clauses)| UnitOverview { unit, clauses }).collect();
    Ok(Json(Overview { directive: context.directive().map(|directive| directive.id.clone()), units }))
}

/// `GET /api/v1/units`.
pub(crate) async fn units(State(state): State<AppState>, visit: Visit) -> Result<Json<Vec<UnitEntry>>, Trouble> {
    let context = state.store.judge_context().await?;
    let tree = today(&context, &visit);
    let reach = visit.rights.reach(Action::View, Resource::Overview, &tree);
    let id = |unit: UnitIndex| tree.tree().unit(unit).id.clone();
    let entry = |unit: UnitIndex| UnitEntry {
        id: id(unit),
        name: tree.name(unit).map(|name| name.name.clone()).unwrap_or_default(),
        parent: tree.parent(unit).filter(|parent| reach.contains(Some(*parent))).map(id),
    };
    Ok(Json(tree.units().iter().copied().filter(|unit| reach.contains(Some(*unit))).map(entry).collect()))
}

/// `GET /api/v1/findings?unit=&state=`.
pub(crate) async fn findings(
    State(state): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Json<Findings>, Trouble> {
    let context = state.store.judge_context().await?;
    let tree = today(&context, &visit);
    let unit = tree.tree().find(&asked.unit).ok_or(Trouble::NotFound)?;
    access::check(&visit, Action::View, Resource::Unit, &Place::unit(unit), &tree)?;
    let states = match asked.state.as_deref() {
        None => FindingState::ALL.to_vec(),
        Some(word) => {
            vec![
                word.parse()
                    .map_err(|_| Trouble::BadRequest { detail: "state: pass, fail, unknown or exempt".into() })?,
            ]
        }
    };
    let units = [asked.unit];
    let wanted = Wanted {
        scope: Scope::Units(&units),
        clause: None,
        control: None,
        states: &states,
        at: None,
        now: visit.now,
        skip: 0,
        limit: MAX_ROWS,
    };
    let rows = findings::list(&state.store, wanted).await?;
    let people: Vec<&str> =
        rows.iter().filter(|row| row.kind == SubjectKind::Person).map(|row| row.id.as_str()).collect();
    access::seen(&state, &visit, Resource::Unit, &people).await?;
    let more = rows.len() == MAX_ROWS;
    Ok(Json(Findings { findings: rows.into_iter().map(entry).collect(), more }))
}

fn entry(row: FindingRow) -> FindingEntry {
    FindingEntry {
        kind: row.kind.to_string(),
        subject: row.id,
        name: row.name,
        control: row.control,
        clause: row.clause,
        state: row.state.to_string(),
        severity: row.severity.to_string(),
        since: row.since.to_string(),
        due: row.due.map(|due| due.to_string()),
    }
}

pub(crate) fn described_overview(schemas: &mut SchemaGenerator) -> Described {
    Described::of::<Overview>(schemas)
}

pub(crate) fn described_units(schemas: &mut SchemaGenerator) -> Described {
    Described::of::<Vec<UnitEntry>>(schemas)
}

pub(crate) fn described_findings(schemas: &mut SchemaGenerator) -> Described {
    Described::of::<Findings>(schemas)
        .asking("unit", "The id of a unit.")
        .asking("state", "pass, fail, unknown or exempt; without it, all.")
}
