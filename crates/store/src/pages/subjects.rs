//! Subjects: what is known of one, who answers for it, its facts and how they changed; lists of many.

use jiff::Timestamp;
use jiff::civil::Date;
use khien_model::SubjectKind;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::findings::word;
use super::{MAX_ROWS, Scope, anywhere, count, number};
use crate::times::{OPEN_END, moment, optional_moment};
use crate::values::{members, query};
use crate::{Store, StoreError};

/// A subject with what a page says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectRow {
    /// Its number in the store.
    pub number: i64,
    /// Its kind.
    pub kind: SubjectKind,
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The unit it is counted under; empty for none.
    pub unit: String,
    /// When it was taken out of use.
    pub retired_at: Option<Timestamp>,
    /// When everything was last seen to be as reported.
    pub confirmed_at: Option<Timestamp>,
    /// Of a device: its operating system.
    pub os: Option<String>,
    /// Of a device: when it last reported.
    pub last_seen_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "s.number, s.kind, s.id, s.name, s.counted_unit, s.retired_at, s.confirmed_at, d.os, d.last_seen_at";
const TABLES: &str = "subjects s LEFT JOIN devices d ON d.subject = s.number";

fn subject(row: &AnyRow) -> Result<SubjectRow, StoreError> {
    Ok(SubjectRow {
        number: row.try_get("number")?,
        kind: word(row.try_get("kind")?)?,
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        unit: row.try_get("counted_unit")?,
        retired_at: optional_moment(row.try_get("retired_at")?)?,
        confirmed_at: optional_moment(row.try_get("confirmed_at")?)?,
        os: row.try_get("os")?,
        last_seen_at: optional_moment(row.try_get("last_seen_at")?)?,
    })
}

/// The subject of this kind and id.
pub async fn find(store: &Store, kind: SubjectKind, id: &str) -> Result<Option<SubjectRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM {TABLES} WHERE s.kind = $1 AND s.id = $2");
    let row = query(sql).bind(kind.as_str()).bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(subject).transpose()
}

/// Which subjects a list shows.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Of which units.
    pub scope: Scope<'a>,
    /// Of which kind; `None` for all but units.
    pub kind: Option<SubjectKind>,
    /// A part of the name, folded; empty for all.
    pub folded: &'a str,
    /// How many are left out at the beginning.
    pub skip: usize,
    /// How many at most, up to [`MAX_ROWS`].
    pub limit: usize,
}

/// The subjects that are wanted, by name.
pub async fn list(store: &Store, wanted: Wanted<'_>) -> Result<Vec<SubjectRow>, StoreError> {
    let kind = if wanted.kind.is_some() { "s.kind = $2" } else { "s.kind <> $2" };
    let sql = format!(
        "SELECT {COLUMNS} FROM {TABLES}
         WHERE s.retired_at IS NULL AND s.name_folded LIKE $1 ESCAPE '\\' AND {kind}{}
         ORDER BY s.name_folded, s.number LIMIT {} OFFSET {}",
        wanted.scope.condition("s.counted_unit", 3),
        number(wanted.limit.min(MAX_ROWS)),
        number(wanted.skip),
    );
    let kind = wanted.kind.unwrap_or(SubjectKind::Unit);
    let query = wanted.scope.bind(query(sql).bind(anywhere(wanted.folded)).bind(kind.as_str()));
    query.fetch_all(store.readers()).await?.iter().map(subject).collect()
}

/// How many findings of each of these subjects fail and are unknown now: (number, fail, unknown).
pub async fn troubles(store: &Store, numbers: &[i64]) -> Result<Vec<(i64, u64, u64)>, StoreError> {
    let numbers = numbers.get(..numbers.len().min(MAX_ROWS)).unwrap_or_default();
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT subject, CAST(SUM(CASE WHEN state = 'fail' THEN 1 ELSE 0 END) AS BIGINT) AS fail,
                CAST(SUM(CASE WHEN state = 'unknown' THEN 1 ELSE 0 END) AS BIGINT) AS unknown
         FROM findings WHERE valid_to = $1 AND subject IN {} GROUP BY subject",
        members(numbers.len(), 2)
    );
    let mut query = query(sql).bind(OPEN_END);
    for number in numbers {
        query = query.bind(number);
    }
    let rows = query.fetch_all(store.readers()).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("subject")?, count(row.try_get("fail")?)?, count(row.try_get("unknown")?)?)))
        .collect()
}

/// What somebody answers for on `today`: the person as a subject, and the devices, accounts and mailboxes held.
pub async fn held_by(store: &Store, person: &str, today: Date) -> Result<Vec<SubjectRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {TABLES}
         WHERE s.retired_at IS NULL AND ((s.kind = 'person' AND s.id = $1) OR EXISTS (
             SELECT 1 FROM holders h WHERE h.kind = s.kind AND h.id = s.id AND h.person = $1 AND h.valid_from <= $2
             AND (h.valid_to IS NULL OR h.valid_to > $2)))
         ORDER BY s.kind, s.name_folded, s.number LIMIT {MAX_ROWS}"
    );
    let rows = query(sql).bind(person).bind(today.to_string()).fetch_all(store.readers()).await?;
    rows.iter().map(subject).collect()
}

/// One area of facts as it was from `changed_at` on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactRow {
    /// The area.
    pub area: String,
    /// Since when it has been so.
    pub changed_at: Timestamp,
    /// When it was first observed so.
    pub observed_at: Timestamp,
    /// The document without `observed_at`; `None` when the area was no longer reported.
    pub fact: Option<String>,
}

fn fact(row: &AnyRow) -> Result<FactRow, StoreError> {
    Ok(FactRow {
        area: row.try_get("area")?,
        changed_at: moment(row.try_get("changed_at")?)?,
        observed_at: moment(row.try_get("observed_at")?)?,
        fact: row.try_get("fact")?,
    })
}

/// The latest of each area.
pub async fn facts(store: &Store, subject: i64) -> Result<Vec<FactRow>, StoreError> {
    let sql = "SELECT area, changed_at, observed_at, fact FROM facts WHERE subject = $1 ORDER BY area";
    sqlx::query(sql).bind(subject).fetch_all(store.readers()).await?.iter().map(fact).collect()
}
