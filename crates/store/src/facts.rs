//! Facts of any subject: what connectors and people bring in, and what is known now and was known before.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use khien_model::facts::{DeviceFacts, FactDocument, areas_of};
use khien_model::{Subject, SubjectKind};
use khien_protocol::Digest;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _, query};

use crate::check_in::check_facts;
use crate::judging::{self, BATCH_SUBJECTS, StoredFact, document_of, read_facts, tell_silence, write_facts};
use crate::times::{micros, moment, optional_moment};
use crate::values::change_rows;
use crate::{Change, Store, StoreError, subjects};

/// What somebody says about one area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFact {
    /// The area.
    pub area: String,
    /// The fact without `observed_at`, as JSON: `{"value": …, "source": …}` or `{"error": …, "source": …}`. `None`: nobody
    /// says anything about it any more.
    pub fact: Option<String>,
    /// When it was observed.
    pub observed_at: Timestamp,
}

/// An area as it was from some time on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactChange {
    /// The area.
    pub area: String,
    /// From when.
    pub changed_at: Timestamp,
    /// When it was observed.
    pub observed_at: Timestamp,
    /// The fact without `observed_at`, as JSON; `None` when it went.
    pub fact: Option<String>,
}

/// Keeps facts about a subject that is known, and judges it in the same change. Areas that are not named stay as they are.
/// Saying the same again confirms it.
pub async fn put(change: &mut Change, subject: &Subject, facts: Vec<NewFact>) -> Result<(), StoreError> {
    put_all(change, vec![(subject.clone(), facts)]).await
}

/// The same about many subjects, each named once.
pub async fn put_all(change: &mut Change, said: Vec<(Subject, Vec<NewFact>)>) -> Result<(), StoreError> {
    for batch in said.chunks(BATCH_SUBJECTS) {
        put_batch(change, batch).await?;
    }
    Ok(())
}

/// What is said about one subject, as it will be kept.
type Said<'s> = HashMap<i64, &'s (Subject, Vec<NewFact>)>;

async fn put_batch(change: &mut Change, batch: &[(Subject, Vec<NewFact>)]) -> Result<(), StoreError> {
    let now = micros(change.now());
    for (subject, facts) in batch {
        check(subject, facts, now)?;
    }
    let subjects: Vec<Subject> = batch.iter().map(|(subject, _)| subject.clone()).collect();
    let known = subjects::numbers(change.connection(), &subjects).await?;
    let mut said: Said<'_> = HashMap::with_capacity(batch.len());
    for one in batch {
        let number = *known.get(&one.0).ok_or(StoreError::NotFound)?;
        if said.insert(number, one).is_some() {
            return Err(StoreError::invalid(format!("{}: it is named twice", one.0.id)));
        }
    }
    let mut numbers: Vec<i64> = said.keys().copied().collect();
    numbers.sort_unstable();
    let (store, moment) = (change.store().clone(), change.now());
    let held = judging::lock(store.core(), change.connection(), &numbers).await?;
    let mut before = read_facts(change.connection(), &numbers).await?;
    let (mut written, mut changed) = (Vec::new(), Vec::new());
    for standing in held {
        let Some((_, facts)) = said.get(&standing.number) else { continue };
        let at = standing.next_moment(moment);
        let merged = merge(facts, before.remove(&standing.number).unwrap_or_default(), standing.confirmed_at, at, now);
        for area in merged.gone {
            remove(change.connection(), standing.number, area, at).await?;
        }
        written.extend(merged.written.into_iter().map(|fact| (standing.number, fact)));
        changed.extend(merged.changed.into_iter().map(|fact| (standing.number, fact)));
    }
    write_facts(change.connection(), &written, &changed).await?;
    change_rows(
        change.connection(),
        &numbers,
        |members| {
            format!(
                "UPDATE subjects SET confirmed_at = CAST(NULL AS BIGINT), report_digest = NULL \
                 WHERE (confirmed_at IS NOT NULL OR report_digest IS NOT NULL) AND number IN {members}"
            )
        },
        |query, number| query.bind(*number),
    )
    .await?;
    subjects::judge_now(change, &numbers).await
}

/// A fact as it is kept. `None`: nobody says anything any more.
fn stored(new: &NewFact, now: i64) -> Option<StoredFact> {
    let fact = new.fact.clone()?;
    let hash = Digest::of(fact.as_bytes()).to_string();
    let observed_at = micros(new.observed_at).min(now);
    Some(StoredFact { area: new.area.clone(), fact, hash, observed_at, changed_at: now })
}

/// Refuses facts that a subject of this kind cannot have.
fn check(subject: &Subject, facts: &[NewFact], now: i64) -> Result<(), StoreError> {
    let known = areas_of(subject.kind);
    for (place, fact) in facts.iter().enumerate() {
        let is_ours = subject.kind == SubjectKind::Device && fact.area == DeviceFacts::REPORTING;
        if known.field(&fact.area).is_none() || is_ours {
            let (kind, area) = (subject.kind, &fact.area);
            return Err(StoreError::invalid(format!("{area}: nobody can say this about a subject of kind {kind}")));
        }
        if facts.iter().take(place).any(|other| other.area == fact.area) {
            return Err(StoreError::invalid(format!("{}: it is said twice", fact.area)));
        }
    }
    check_facts(subject.kind, &subject.id, facts.iter().filter_map(|new| stored(new, now)))
        .map_err(|(area, problem)| StoreError::invalid(format!("{area}: {problem}")))
}

/// What becomes of the facts of one subject.
struct Merged<'f> {
    /// Those whose row must be written.
    written: Vec<StoredFact>,
    /// Those that changed.
    changed: Vec<StoredFact>,
    /// Areas of which nobody says anything any more.
    gone: Vec<&'f str>,
}

fn merge(facts: &[NewFact], before: Vec<StoredFact>, confirmed_at: Option<i64>, at: i64, now: i64) -> Merged<'_> {
    let mut before: BTreeMap<String, StoredFact> = before.into_iter().map(|fact| (fact.area.clone(), fact)).collect();
    let mut written: BTreeMap<String, StoredFact> = BTreeMap::new();
    let mut merged = Merged { written: Vec::new(), changed: Vec::new(), gone: Vec::new() };
    // A report confirmed all areas at once; from here on each has its own time.
    if let Some(confirmed_at) = confirmed_at {
        for fact in before.values_mut() {
            fact.observed_at = fact.observed_at.max(confirmed_at);
        }
        written.clone_from(&before);
    }
    for new in facts {
        let old = before.remove(&new.area);
        match (stored(new, now), old) {
            (Some(fact), Some(old)) if fact.hash == old.hash => {
                let so_far = if old.observed_at > now { i64::MIN } else { old.observed_at };
                let observed_at = fact.observed_at.max(so_far);
                written.insert(new.area.clone(), StoredFact { observed_at, ..old });
            }
            (Some(fact), _) => {
                let fact = StoredFact { changed_at: at, ..fact };
                merged.changed.push(fact.clone());
                written.insert(new.area.clone(), fact);
            }
            (None, old) => {
                written.remove(&new.area);
                merged.gone.extend(old.map(|_| new.area.as_str()));
            }
        }
    }
    merged.written = written.into_values().collect();
    merged
}

async fn remove(connection: &mut AnyConnection, subject: i64, area: &str, at: i64) -> Result<(), StoreError> {
    query("DELETE FROM facts WHERE subject = $1 AND area = $2")
        .bind(subject)
        .bind(area)
        .execute(&mut *connection)
        .await?;
    query("INSERT INTO fact_changes (subject, area, changed_at, observed_at, fact) VALUES ($1, $2, $3, $3, NULL)")
        .bind(subject)
        .bind(area)
        .bind(at)
        .execute(connection)
        .await?;
    Ok(())
}

/// What is known about a subject, as it was last judged. `None` when there is no such subject.
pub async fn document(store: &Store, subject: &Subject) -> Result<Option<FactDocument>, StoreError> {
    read_document(store, subject, None).await
}

/// What is known about a subject, as it would be judged at `now`. `None` when there is no such subject.
pub async fn document_at(store: &Store, subject: &Subject, now: Timestamp) -> Result<Option<FactDocument>, StoreError> {
    read_document(store, subject, Some(now)).await
}

async fn read_document(
    store: &Store,
    subject: &Subject,
    now: Option<Timestamp>,
) -> Result<Option<FactDocument>, StoreError> {
    let sql = "SELECT number, confirmed_at, silent_since, judged_at FROM subjects WHERE kind = $1 AND id = $2";
    let row = query(sql).bind(subject.kind.as_str()).bind(&subject.id).fetch_optional(store.readers()).await?;
    let Some(row) = row else { return Ok(None) };
    let number: i64 = row.try_get(0)?;
    let mut connection = store.reader().await?;
    let facts = read_facts(&mut connection, &[number]).await?.remove(&number).unwrap_or_default();
    let mut document = document_of(subject.kind, &subject.id, &facts, row.try_get(1)?);
    let judged_at = optional_moment(row.try_get(3)?)?.unwrap_or(Timestamp::MIN);
    tell_silence(&mut document, row.try_get(2)?, now.unwrap_or(judged_at));
    Ok(Some(document))
}

/// How an area of a subject came to be what it is, latest first, at most `limit` changes; of all areas when `area` is `None`.
pub async fn changes(
    store: &Store,
    subject: i64,
    area: Option<&str>,
    limit: u32,
) -> Result<Vec<FactChange>, StoreError> {
    let rows = query(
        "SELECT area, changed_at, observed_at, fact FROM fact_changes WHERE subject = $1 AND ($2 = '' OR area = $2) \
         ORDER BY changed_at DESC, area LIMIT $3",
    )
    .bind(subject)
    .bind(area.unwrap_or_default())
    .bind(i64::from(limit))
    .fetch_all(store.readers())
    .await?;
    rows.iter().map(fact_change).collect()
}

/// The areas of a subject as they were at a time.
pub async fn as_of(store: &Store, subject: i64, at: Timestamp) -> Result<Vec<FactChange>, StoreError> {
    let rows = query(
        "SELECT c.area, c.changed_at, c.observed_at, c.fact FROM fact_changes c JOIN \
         (SELECT area, MAX(changed_at) AS changed_at FROM fact_changes WHERE subject = $1 AND changed_at <= $2 GROUP BY area) \
         l ON l.area = c.area AND l.changed_at = c.changed_at WHERE c.subject = $1 AND c.fact IS NOT NULL ORDER BY c.area",
    )
    .bind(subject)
    .bind(micros(at))
    .fetch_all(store.readers())
    .await?;
    rows.iter().map(fact_change).collect()
}

fn fact_change(row: &AnyRow) -> Result<FactChange, StoreError> {
    Ok(FactChange {
        area: row.try_get(0)?,
        changed_at: moment(row.try_get(1)?)?,
        observed_at: moment(row.try_get(2)?)?,
        fact: row.try_get(3)?,
    })
}
