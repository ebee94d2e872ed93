//! Judging subjects in the transaction that has changed what they are judged by.
//!
//! Whoever comes here holds the rows of the subjects ([`Standing`]): what is read about them holds until the transaction ends.
//! Everything is read for many subjects at once, judged on all processors, and only what differs is written.

mod decide;
mod foresee;
mod read;
mod write;

use std::sync::Arc;

use jiff::Timestamp;
use khien_model::{Severity, State, SubjectKind};
use sqlx::AnyConnection;

use crate::StoreError;
use crate::context::{JudgeContext, context};
use crate::store::Core;
use crate::times::micros;

use self::decide::Threads;
pub(crate) use self::decide::{Deltas, document_of, place, tell_silence, text_of, unit_on};
pub(crate) use self::foresee::{Foreseen, foresee};
pub(crate) use self::read::{FIELD, ITEM, SEPARATORS, lock, read_facts, standing, standing_columns};
pub(crate) use self::write::{write_facts, write_tally};

/// How many subjects are judged in one transaction by whoever judges many.
pub(crate) const BATCH_SUBJECTS: usize = 256;

/// The row of a subject, as far as judging needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) number: i64,
    pub(crate) kind: SubjectKind,
    pub(crate) id: String,
    pub(crate) counted_unit: String,
    pub(crate) confirmed_at: Option<i64>,
    pub(crate) report_digest: Option<String>,
    pub(crate) judged_at: Option<i64>,
    pub(crate) next_judge_at: i64,
    pub(crate) judge_on_report: bool,
    pub(crate) is_retired: bool,
    /// When the agent of a device last reported, or enrolled if it never has.
    pub(crate) silent_since: Option<i64>,
}

impl Standing {
    /// The moment from which on a judgement counts: now, but always after the one before, even if the clock was set back.
    pub(crate) fn next_moment(&self, now: Timestamp) -> i64 {
        self.judged_at.map_or(micros(now), |before| micros(now).max(before.saturating_add(1)))
    }
}

/// The latest of one area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredFact {
    pub(crate) area: String,
    /// The fact without its `observed_at`, a JSON object.
    pub(crate) fact: String,
    pub(crate) hash: String,
    pub(crate) observed_at: i64,
    pub(crate) changed_at: i64,
}

/// A finding whose interval is open.
#[derive(Debug, Clone)]
pub(crate) struct OpenFinding {
    pub(crate) control: String,
    pub(crate) clause: String,
    pub(crate) valid_from: i64,
    pub(crate) state: State,
    pub(crate) severity: Severity,
    pub(crate) due: Option<i64>,
    pub(crate) detail: String,
}

/// A subject that is to be judged, with what is known about it.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) standing: Standing,
    pub(crate) facts: Vec<StoredFact>,
    pub(crate) open: Vec<OpenFinding>,
}

/// What became of a [`Case`]: the differences.
#[derive(Debug)]
struct Verdict {
    number: i64,
    at: i64,
    unit: String,
    next_judge_at: i64,
    judge_on_report: bool,
    closed: Vec<(String, i64)>,
    edited: Vec<OpenFinding>,
    opened: Vec<OpenFinding>,
    /// What it moves the counts by.
    moves: Vec<decide::Move>,
}

/// What judging has changed.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    /// How many subjects were judged.
    pub(crate) subjects: usize,
    /// How many findings changed their state, came or went.
    pub(crate) changed: usize,
    /// What `tally` has to be moved by. Whoever judges writes it last: nobody holds those rows for long.
    pub(crate) deltas: Deltas,
}

impl Judged {
    /// Takes in what else was judged.
    fn add(&mut self, other: Self) {
        self.subjects += other.subjects;
        self.changed += other.changed;
        for (key, counts) in other.deltas {
            for (sum, count) in self.deltas.entry(key).or_default().iter_mut().zip(counts) {
                *sum += count;
            }
        }
    }
}

/// Judges subjects whose rows the transaction holds, with the facts given. The tally is left to the caller.
pub(crate) async fn judge(
    core: &Core,
    connection: &mut AnyConnection,
    subjects: Vec<(Standing, Vec<StoredFact>)>,
    now: Timestamp,
) -> Result<Judged, StoreError> {
    if subjects.is_empty() {
        return Ok(Judged::default());
    }
    let context = context(core, connection).await?;
    let verdicts = weigh(core, connection, context, subjects, now, Threads::All).await?;
    pass(connection, &verdicts).await
}

/// Judges without writing anything: what would have to be written.
async fn weigh(
    core: &Core,
    connection: &mut AnyConnection,
    context: Arc<JudgeContext>,
    subjects: Vec<(Standing, Vec<StoredFact>)>,
    now: Timestamp,
    threads: Threads,
) -> Result<Vec<Verdict>, StoreError> {
    let numbers: Vec<i64> = subjects.iter().map(|(standing, _)| standing.number).collect();
    let mut open = read::read_open(connection, &numbers).await?;
    let cases: Vec<Case> = subjects
        .into_iter()
        .map(|(standing, facts)| {
            let open = open.remove(&standing.number).unwrap_or_default();
            Case { standing, facts, open }
        })
        .collect();
    let calendar = core.options.calendar.clone();
    let work = move || decide::decide(&context, calendar.as_deref(), cases, now, threads);
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StoreError::invalid(format!("a subject could not be judged: {error}")))
}

/// Writes what was concluded. The tally is left to the caller.
async fn pass(connection: &mut AnyConnection, verdicts: &[Verdict]) -> Result<Judged, StoreError> {
    let changed = verdicts.iter().map(|verdict| verdict.closed.len().max(verdict.opened.len())).sum();
    write::write_verdicts(connection, verdicts).await?;
    Ok(Judged { subjects: verdicts.len(), changed, deltas: decide::deltas(verdicts) })
}

/// Locks these subjects, judges them and writes everything, the tally included.
pub(crate) async fn judge_numbers(
    core: &Arc<Core>,
    connection: &mut AnyConnection,
    numbers: &[i64],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    for numbers in numbers.chunks(BATCH_SUBJECTS) {
        let standings = read::lock(core, connection, numbers).await?;
        let subjects = with_facts(connection, standings).await?;
        let judged = judge(core, connection, subjects, now).await?;
        write_tally(connection, &judged.deltas).await?;
    }
    Ok(())
}

/// Each subject with its facts.
async fn with_facts(
    connection: &mut AnyConnection,
    standings: Vec<Standing>,
) -> Result<Vec<(Standing, Vec<StoredFact>)>, StoreError> {
    let numbers: Vec<i64> = standings.iter().map(|standing| standing.number).collect();
    let mut facts = read_facts(connection, &numbers).await?;
    let subjects = standings.into_iter().map(|standing| {
        let facts = facts.remove(&standing.number).unwrap_or_default();
        (standing, facts)
    });
    Ok(subjects.collect())
}
