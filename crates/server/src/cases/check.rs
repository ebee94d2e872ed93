//! Checking a list that lies on the disk, on a thread of its own, and keeping what it comes to.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use khien_cases::{CheckProblem, Options, Report, Rules, UnitTally, check};
use khien_model::text::same_ignoring_case;
use khien_model::{SubjectKind, day_of, start_of_day};
use khien_store::cases::{self, CaseResult, Upload};
use khien_store::{Actor, JudgeContext, StoreError, assignments, people};
use khien_tables::titles::plain;
use khien_tables::{FileProblem, Limits, Spreadsheet};
use khien_texts::{Language, Texts};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::compare::{self, Compared, WhenInDoubt};
use crate::admin::import::known::{Found, Known, KnownUnit, UnitNames};
use crate::admin::import::load;
use crate::spool;
use crate::state::AppState;
use crate::trouble::Trouble;

/// How often it is written down how far the check is.
const SAID_EVERY: Duration = Duration::from_secs(2);
/// How many parts of a list that were not taken are named.
const MAX_NOT_TAKEN: usize = 100;

/// Whose cases whoever sends a list may send.
#[derive(Debug, Clone)]
pub(super) enum Taking {
    /// Everybody's.
    Everything,
    /// Those of these units.
    Units(BTreeSet<String>),
}

impl Taking {
    fn contains(&self, unit: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Units(units) => units.contains(unit),
        }
    }
}

/// What became of a list, as the store keeps it: nothing of what its rows say.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Outcome {
    /// Why it was not checked: what is wrong and what to do, by language.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) problem: BTreeMap<String, (String, String)>,
    /// Cases in it.
    pub(super) cases: u32,
    /// The units of which something was kept.
    pub(super) units: Vec<String>,
    /// Rows that count for nobody.
    pub(super) not_taken: Vec<NotTaken>,
    /// How many columns about parties were left out.
    pub(super) parties_left_out: usize,
    /// Sums that the list gives and that its rows do not: row, canonical column, said, summed.
    pub(super) wrong_totals: Vec<(u32, String, f64, f64)>,
    /// The units that had a list before.
    pub(super) compared: Vec<Compared>,
    /// Whether somebody must say first that it counts.
    pub(super) must_be_confirmed: bool,
}

/// Rows that count for nobody. What they call their unit is not kept: it may be anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NotTaken {
    /// The first of them.
    pub(super) row: u32,
    /// How many.
    pub(super) cases: u32,
    /// Why.
    pub(super) why: WhyNot,
}

/// Why rows count for nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum WhyNot {
    /// No unit is called so.
    UnknownUnit,
    /// Whoever sent the list does not look after the unit.
    OutOfReach,
}

impl Outcome {
    /// Out of the store.
    pub(super) fn of(upload: &Upload) -> Self {
        upload.outcome.clone().and_then(|outcome| serde_json::from_value(outcome).ok()).unwrap_or_default()
    }

    /// Why it was not checked, for a reader.
    pub(super) fn problem_in(&self, language: Language) -> Option<&(String, String)> {
        self.problem.get(language.tag())
    }
}

/// Who the units and officers are that a list names.
struct Directory {
    units: Vec<KnownUnit>,
    /// A name without marks → the people called so, with their units.
    people: HashMap<String, Vec<(String, String, Option<String>)>>,
}

impl Directory {
    async fn load(state: &AppState, now: Timestamp) -> Result<Self, StoreError> {
        let today = day_of(now);
        let Known { units, .. } = load::known(&state.store, today).await?;
        let homes = assignments::homes_on(&state.store, SubjectKind::Person, today).await?;
        let mut people_by_name: HashMap<String, Vec<_>> = HashMap::new();
        for person in people::all(&state.store).await? {
            let home = homes.get(&person.id).cloned();
            people_by_name.entry(plain(&person.name)).or_default().push((person.name, person.id, home));
        }
        Ok(Self { units, people: people_by_name })
    }

    /// The person whom a list calls `name` in a unit. Of namesakes the one of that unit; when that does not tell, nobody.
    fn officer(&self, unit: Option<&str>, name: &str) -> Option<String> {
        let called = self.people.get(&plain(name))?;
        let exactly: Vec<_> = called.iter().filter(|(known, ..)| same_ignoring_case(known, name)).collect();
        let called = if exactly.is_empty() { called.iter().collect() } else { exactly };
        let of_unit: Vec<_> = called.iter().filter(|(.., home)| unit.is_some() && home.as_deref() == unit).collect();
        match (of_unit.as_slice(), called.as_slice()) {
            ([(_, id, _)], _) | ([], [(_, id, _)]) => Some(id.clone()),
            _ => None,
        }
    }
}

/// The unit that a list means: the one it names, otherwise the one that was chosen for the whole list.
fn unit_of(names: &UnitNames<'_>, written: &str, chosen: Option<&str>) -> Option<String> {
    match names.find(written) {
        Found::One(unit) if !written.is_empty() => Some(unit.id.clone()),
        _ => chosen.map(str::to_owned),
    }
}

/// How far a check is, and whether anybody still wants it.
#[derive(Default)]
struct Progress {
    rows: AtomicU32,
    is_unwanted: AtomicBool,
}

/// Goes with whoever waits for a check: without them it ends at the next opportunity.
struct Wanted(Arc<Progress>);

impl Drop for Wanted {
    fn drop(&mut self) {
        self.0.is_unwanted.store(true, Ordering::Relaxed);
    }
}

/// Reads the whole list. Blocks.
fn read(
    path: &Path,
    upload: &Upload,
    context: &JudgeContext,
    directory: &Directory,
    progress: &Progress,
    now: Timestamp,
) -> Result<Option<Report>, CheckProblem> {
    let Some(directive) = context.directive() else { return Ok(None) };
    let file = File::open(path).map_err(FileProblem::from)?;
    let mut table = Spreadsheet::open(BufReader::new(file), Limits::CASES)?;
    let calendar = khien_content::calendar();
    let mut rules = Rules::new(directive, &calendar);
    let names = UnitNames::new(&directory.units);
    let officers =
        |unit: &str, name: &str| directory.officer(unit_of(&names, unit, upload.unit.as_deref()).as_deref(), name);
    let mut tick = |rows| {
        progress.rows.store(rows, Ordering::Relaxed);
        if progress.is_unwanted.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let profile = upload.mapping.iter().map(|(column, title)| (column.clone(), title.clone())).collect();
    let options = Options { profile, unit: None, today: day_of(now), officers: Some(&officers), progress: &mut tick };
    check(&mut table, &mut rules, options).map(Some)
}

/// Checks a list that is noted in the store and lies at `path`, and keeps what it comes to or why it was not checked. What
/// is kept is kept in one change.
pub(super) async fn carry_out(
    state: &AppState,
    upload: Upload,
    path: PathBuf,
    taking: &Taking,
    in_doubt: WhenInDoubt,
    actor: Actor,
) -> Result<Outcome, Trouble> {
    let lost = |what: &str| Trouble::Internal { detail: format!("checking a list: {what}") };
    let _place = state.lists.acquire().await.map_err(|_| lost("the places are gone"))?;
    let now = (state.clock)();
    let context = state.store.judge_context().await?;
    let directory = Arc::new(Directory::load(state, now).await?);
    let progress = Arc::new(Progress::default());
    let _wanted = Wanted(Arc::clone(&progress));
    let mut reading = tokio::task::spawn_blocking({
        let (upload, directory, progress) = (upload.clone(), Arc::clone(&directory), Arc::clone(&progress));
        move || read(&path, &upload, &context, &directory, &progress, now)
    });
    let report = loop {
        tokio::select! {
            report = &mut reading => break report.map_err(|error| lost(&error.to_string()))?,
            () = tokio::time::sleep(SAID_EVERY) => {
                let mut change = state.store.begin(Actor::System, (state.clock)()).await?;
                let rows = progress.rows.load(Ordering::Relaxed);
                if !cases::say_progress(&mut change, &upload.id, u64::from(rows)).await? {
                    progress.is_unwanted.store(true, Ordering::Relaxed);
                }
                change.commit().await?;
            }
        }
    };
    let now = (state.clock)();
    if let Ok(Some(report)) = report {
        let (results, outcome) = split(report, &upload, &directory, taking, now);
        return conclude(state, &upload.id, &results, outcome, in_doubt, &directory, actor).await;
    }
    let mut change = state.store.begin(actor, now).await?;
    let outcome = match report {
        Err(problem) => fail(&mut change, &upload.id, |texts| said(&problem, texts), state).await?,
        Ok(_) => fail(&mut change, &upload.id, problem_without_directive, state).await?,
    };
    change.commit().await?;
    Ok(outcome)
}

/// Keeps what a list comes to, unless it is older than what is held or has noticeably fewer cases: then somebody is asked
/// first, or it is refused.
async fn conclude(
    state: &AppState,
    id: &str,
    results: &[CaseResult],
    mut outcome: Outcome,
    in_doubt: WhenInDoubt,
    directory: &Directory,
    actor: Actor,
) -> Result<Outcome, Trouble> {
    outcome.compared = compare::with_newest(state, results).await?;
    outcome.must_be_confirmed = compare::must_ask(&outcome.compared, in_doubt);
    let names: BTreeMap<String, String> =
        directory.units.iter().map(|unit| (unit.id.clone(), unit.name.clone())).collect();
    for language in Language::ALL {
        let refusal = compare::refusal(&outcome.compared, in_doubt, &names, state.texts(language));
        outcome.problem.extend(refusal.map(|refusal| (language.tag().to_owned(), refusal)));
    }
    let mut change = state.store.begin(actor, (state.clock)()).await?;
    let rows = u64::from(outcome.cases);
    if !outcome.problem.is_empty() {
        outcome.units.clear();
        cases::fail(&mut change, id, rows, &json!(outcome)).await?;
    } else if outcome.must_be_confirmed {
        cases::ask(&mut change, id, rows, &json!(outcome)).await?;
    } else {
        cases::keep(&mut change, id, rows, results, &json!(outcome)).await?;
    }
    change.commit().await?;
    Ok(outcome)
}

async fn fail(
    change: &mut khien_store::Change,
    id: &str,
    say: impl Fn(&Texts) -> (String, String),
    state: &AppState,
) -> Result<Outcome, StoreError> {
    let problem = Language::ALL.map(|language| (language.tag().to_owned(), say(state.texts(language))));
    let outcome = Outcome { problem: problem.into(), ..Outcome::default() };
    cases::fail(change, id, 0, &json!(outcome)).await?;
    Ok(outcome)
}

fn problem_without_directive(texts: &Texts) -> (String, String) {
    (texts.text("exemption-no-directive"), texts.text("case-no-directive-todo"))
}

/// What is wrong with a list and what to do, without anything that stands in it.
pub(super) fn said(problem: &CheckProblem, texts: &Texts) -> (String, String) {
    let problem = match problem {
        CheckProblem::File(FileProblem::LostLetters { row, .. }) => {
            CheckProblem::File(FileProblem::LostLetters { row: *row, sample: "…".to_owned() })
        }
        CheckProblem::File(FileProblem::LegacyFont { row, .. }) => {
            CheckProblem::File(FileProblem::LegacyFont { row: *row, sample: "…".to_owned() })
        }
        CheckProblem::WrongProfile(entries) => {
            let columns = entries.iter().filter_map(|entry| entry.split(':').next());
            CheckProblem::WrongProfile(columns.map(|column| khien_cases::say::column(column, texts)).collect())
        }
        other => other.clone(),
    };
    let todo = match &problem {
        CheckProblem::File(problem) => khien_tables::say::file_problem(problem, texts).todo,
        CheckProblem::NoCases => khien_cases::say::no_cases_todo(texts),
        _ => texts.text("case-columns-todo"),
    };
    (khien_cases::say::problem(&problem, texts), todo)
}

/// What the list comes to for each unit, and what of it counts for nobody.
fn split(
    report: Report,
    upload: &Upload,
    directory: &Directory,
    taking: &Taking,
    now: Timestamp,
) -> (Vec<CaseResult>, Outcome) {
    let names = UnitNames::new(&directory.units);
    let mut outcome = Outcome { cases: report.all.cases, parties_left_out: report.dropped.len(), ..Outcome::default() };
    let wrong = report.totals.iter().filter(|total| (total.said - total.summed).abs() >= 0.5);
    outcome.wrong_totals =
        wrong.take(MAX_NOT_TAKEN).map(|it| (it.row, it.column.to_owned(), it.said, it.summed)).collect();
    // A list that tells of a change is no older than the change, whatever was said about it.
    let last_change = report.last_change.map(start_of_day);
    let exported_at = last_change.map_or(upload.exported_at, |day| upload.exported_at.max(day)).min(now);
    let mut tallies: BTreeMap<String, UnitTally> = BTreeMap::new();
    let mut left = report.all.cases;
    for (written, tally) in report.units {
        left = left.saturating_sub(tally.all.cases);
        let unit = unit_of(&names, &written, upload.unit.as_deref());
        match unit.filter(|unit| taking.contains(unit)) {
            Some(unit) => tallies.entry(unit).or_default().add(tally),
            None => {
                let is_known = unit_of(&names, &written, upload.unit.as_deref()).is_some();
                let why = if is_known { WhyNot::OutOfReach } else { WhyNot::UnknownUnit };
                outcome.not_taken.push(NotTaken { row: tally.first_row, cases: tally.all.cases, why });
            }
        }
    }
    if left > 0 {
        outcome.not_taken.push(NotTaken { row: 0, cases: left, why: WhyNot::UnknownUnit });
    }
    outcome.not_taken.sort_by_key(|part| part.row);
    outcome.not_taken.truncate(MAX_NOT_TAKEN);
    outcome.units = tallies.keys().cloned().collect();
    let results = tallies
        .into_iter()
        .map(|(unit, tally)| CaseResult::new(&upload.id, &unit, tally, &report.lacking, exported_at, now));
    (results.collect(), outcome)
}

/// Checks a list in the background and removes its file, unless somebody must first say that it counts. Whoever sent it sees on
/// the page how far it is.
pub(super) fn begin(state: &AppState, upload: Upload, taking: Taking, in_doubt: WhenInDoubt, actor: Actor) {
    let state = state.clone();
    tokio::spawn(async move {
        let id = upload.id.clone();
        let path = spool::path_of(&state.settings.data, &id);
        let outcome = carry_out(&state, upload, path, &taking, in_doubt, actor).await;
        if outcome.as_ref().is_ok_and(|outcome| outcome.must_be_confirmed) {
            return;
        }
        if let Err(trouble) = outcome {
            tracing::warn!(upload = id, %trouble, "a list was not checked");
            let failed = interrupted(&state, &id).await;
            if let Err(error) = failed {
                // The job that looks for what was left behind says it later.
                tracing::warn!(upload = id, %error, "that a list was not checked cannot be noted");
            }
        }
        spool::forget(&state.settings.data, &id).await;
    });
}

/// How long nothing is heard of a check until it is taken for broken off.
pub(super) const SILENT_FOR: SignedDuration = SignedDuration::from_mins(10);

/// Notes that the check of a list broke off: nothing of it counts.
pub(super) async fn interrupted(state: &AppState, id: &str) -> Result<(), StoreError> {
    let mut change = state.store.begin(Actor::System, (state.clock)()).await?;
    let say = |texts: &Texts| (texts.text("case-interrupted"), texts.text("case-interrupted-todo"));
    fail(&mut change, id, say, state).await?;
    change.commit().await
}
