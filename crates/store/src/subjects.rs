//! Subjects: everything that facts are held about.

use std::collections::HashMap;

use jiff::Timestamp;
use khien_model::text::{fold, nfc, same_ignoring_case};
use khien_model::{Subject, SubjectKind};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _, query};

use crate::checks::bounded;
use crate::columns::{Columns as _, micros};
use crate::times::{OPEN_END, optional_moment};
use crate::values::read_rows;
use crate::{Change, Store, StoreError, ids, judging};

/// The longest name, in letters.
pub const MAX_NAME: usize = 255;

/// A subject as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectRecord {
    /// Its number, by which other tables name it.
    pub number: i64,
    /// Which one.
    pub subject: Subject,
    /// Host name, account name, address, a person's or a unit's name.
    pub name: String,
    /// When it was entered.
    pub created_at: Timestamp,
    /// When it was taken out of use.
    pub retired_at: Option<Timestamp>,
    /// All facts of the last report were seen to be as they are at this time.
    pub confirmed_at: Option<Timestamp>,
    /// When it was last judged.
    pub judged_at: Option<Timestamp>,
}

fn record(row: &AnyRow) -> Result<SubjectRecord, StoreError> {
    Ok(SubjectRecord {
        number: row.number("number")?,
        subject: Subject { kind: row.parsed("kind")?, id: row.text("id")? },
        name: row.text("name")?,
        created_at: row.moment("created_at")?,
        retired_at: row.moment_or_none("retired_at")?,
        confirmed_at: row.moment_or_none("confirmed_at")?,
        judged_at: row.moment_or_none("judged_at")?,
    })
}

/// Enters a subject and says its number; of one that is known already the name is brought up to date. It is judged by the
/// next sweep, facts or no facts: what nobody has looked at is unknown, not absent.
pub async fn enter(change: &mut Change, subject: &Subject, name: &str) -> Result<i64, StoreError> {
    let name = nfc(name.trim()).into_owned();
    bounded("name", &name, MAX_NAME)?;
    let (now, number) = (micros(change.now()), ids::fresh_number(change.now())?);
    let row = query(
        "INSERT INTO subjects (number, kind, id, name, name_folded, created_at, counted_unit, next_judge_at, judge_on_report)
         VALUES ($1, $2, $3, $4, $5, $6, '', $6, 0)
         ON CONFLICT (kind, id) DO UPDATE SET name = excluded.name, name_folded = excluded.name_folded RETURNING number",
    )
    .bind(number)
    .bind(subject.kind.as_str())
    .bind(&subject.id)
    .bind(&name)
    .bind(fold(&name))
    .bind(now)
    .fetch_one(change.connection())
    .await?;
    row.number("number")
}

/// The subject.
pub async fn find(store: &Store, subject: &Subject) -> Result<Option<SubjectRecord>, StoreError> {
    let row = query("SELECT * FROM subjects WHERE kind = $1 AND id = $2")
        .bind(subject.kind.as_str())
        .bind(&subject.id)
        .fetch_optional(store.readers())
        .await?;
    row.as_ref().map(record).transpose()
}

/// The numbers of subjects, of those among them that are there.
pub(crate) async fn numbers(
    connection: &mut AnyConnection,
    subjects: &[Subject],
) -> Result<HashMap<Subject, i64>, StoreError> {
    let mut numbers = HashMap::with_capacity(subjects.len());
    for kind in SubjectKind::ALL {
        let of_kind: Vec<&Subject> = subjects.iter().filter(|subject| subject.kind == *kind).collect();
        let sql = |members: &str| format!("SELECT id, number FROM subjects WHERE kind = $1 AND id IN {members}");
        let first = [kind.as_str()];
        let rows =
            read_rows(connection, &first, &of_kind, sql, |query, subject| query.bind(subject.id.as_str())).await?;
        for row in &rows {
            numbers.insert(Subject { kind: *kind, id: row.text("id")? }, row.number("number")?);
        }
    }
    Ok(numbers)
}

/// The subjects of a kind that are in use, by name.
pub async fn of_kind(store: &Store, kind: SubjectKind) -> Result<Vec<SubjectRecord>, StoreError> {
    let rows = query("SELECT * FROM subjects WHERE kind = $1 AND retired_at IS NULL ORDER BY name_folded, id")
        .bind(kind.as_str())
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(record).collect()
}

/// The other subjects in use of the same kind that are called the same, whatever the case, in the order they were entered.
pub async fn namesakes(store: &Store, subject: &SubjectRecord) -> Result<Vec<SubjectRecord>, StoreError> {
    let rows = query(
        "SELECT * FROM subjects WHERE kind = $1 AND name_folded = $2 AND number <> $3 AND retired_at IS NULL
         ORDER BY number",
    )
    .bind(subject.subject.kind.as_str())
    .bind(fold(&subject.name))
    .bind(subject.number)
    .fetch_all(store.readers())
    .await?;
    let mut found: Vec<SubjectRecord> = rows.iter().map(record).collect::<Result<_, _>>()?;
    // Folding takes marks away too; names that differ in them are different names.
    found.retain(|other| same_ignoring_case(&other.name, &subject.name));
    Ok(found)
}

/// The subject with this number, in use or not.
pub async fn by_number(store: &Store, number: i64) -> Result<Option<SubjectRecord>, StoreError> {
    let row = query("SELECT * FROM subjects WHERE number = $1").bind(number).fetch_optional(store.readers()).await?;
    row.as_ref().map(record).transpose()
}

/// Takes a subject out of use: what is open about it is closed and no longer counted; its history stays.
pub async fn retire(change: &mut Change, subject: &Subject) -> Result<(), StoreError> {
    let now = micros(change.now());
    let row = query(
        "UPDATE subjects SET retired_at = $1 WHERE kind = $2 AND id = $3 AND retired_at IS NULL RETURNING number",
    )
    .bind(now)
    .bind(subject.kind.as_str())
    .bind(&subject.id)
    .fetch_optional(change.connection())
    .await?;
    let number = row.ok_or(StoreError::NotFound)?.number("number")?;
    judge_now(change, &[number]).await?;
    change.audit("subject.retire", subject.kind.as_str(), &subject.id, serde_json::json!({})).await
}

/// Takes a subject that was taken out of use in again.
pub async fn take_back(change: &mut Change, subject: &Subject) -> Result<(), StoreError> {
    let row = query(
        "UPDATE subjects SET retired_at = NULL WHERE kind = $1 AND id = $2 AND retired_at IS NOT NULL RETURNING number",
    )
    .bind(subject.kind.as_str())
    .bind(&subject.id)
    .fetch_optional(change.connection())
    .await?;
    let number = row.ok_or(StoreError::NotFound)?.number("number")?;
    judge_now(change, &[number]).await?;
    change.audit("subject.take_back", subject.kind.as_str(), &subject.id, serde_json::json!({})).await
}

/// Judges these subjects within the change, whatever time it is for them.
pub async fn judge_now(change: &mut Change, numbers: &[i64]) -> Result<(), StoreError> {
    let (store, now) = (change.store().clone(), change.now());
    judging::judge_numbers(store.core(), change.connection(), numbers, now).await
}

/// Lets the next sweep judge a subject, whatever time it is for it.
pub async fn mark(change: &mut Change, subject: &Subject) -> Result<(), StoreError> {
    query("UPDATE subjects SET next_judge_at = 0 WHERE kind = $1 AND id = $2")
        .bind(subject.kind.as_str())
        .bind(&subject.id)
        .execute(change.connection())
        .await?;
    Ok(())
}

/// When time alone next changes something; `None` when never.
pub async fn next_judge_at(store: &Store) -> Result<Option<Timestamp>, StoreError> {
    let row = query("SELECT MIN(next_judge_at) FROM subjects WHERE retired_at IS NULL AND next_judge_at < $1")
        .bind(OPEN_END)
        .fetch_one(store.readers())
        .await?;
    optional_moment(row.try_get(0)?)
}

/// Dates the silence of devices of whom that is not known: they come from a database in which it was not kept.
pub(crate) async fn date_silence(connection: &mut AnyConnection) -> Result<(), StoreError> {
    query(
        "UPDATE subjects SET silent_since =
             (SELECT COALESCE(d.last_seen_at, d.enrolled_at) FROM devices d WHERE d.subject = subjects.number)
         WHERE silent_since IS NULL",
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The kind written in `text`.
pub(crate) fn kind(text: &str) -> Result<SubjectKind, StoreError> {
    text.parse().map_err(|error: khien_model::UnknownWord| StoreError::corrupt(error.to_string()))
}
