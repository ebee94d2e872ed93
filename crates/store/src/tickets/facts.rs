//! What tickets make known about units: the area `difficulties`.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use khien_model::{Subject, SubjectKind, day_of, start_of_day};
use serde_json::{Value, json};
use sqlx::{AnyConnection, query};

use super::statements::month_of;
use crate::columns::{Columns as _, micros};
use crate::facts::{NewFact, put};
use crate::{Actor, Change, Store, StoreError};

/// Who says so.
const SOURCE: &str = "web:tickets";
/// The area of facts.
const AREA: &str = "difficulties";
/// How old what is known may become before it is said again: well below what the directive takes for stale.
const SAID_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(3 * 24);
/// For how long an answered ticket is told.
const TOLD_FOR: SignedDuration = SignedDuration::from_hours(365 * 24);
/// The most tickets of a unit that are told, the latest first.
const MAX_TOLD: i64 = 500;
/// How many units are said in one change: nobody else writes meanwhile.
const SAID_PER_CHANGE: usize = 50;
/// How many units one run of [`refresh`] says at most; the next one goes on.
pub const MAX_SAID: usize = 2_000;

fn subject(unit: &str) -> Subject {
    Subject { kind: SubjectKind::Unit, id: unit.to_owned() }
}

/// What is known of a unit on the day of `now`, as a fact.
async fn written(connection: &mut AnyConnection, unit: &str, now: Timestamp) -> Result<String, StoreError> {
    let today = day_of(now);
    let since = micros(now.saturating_sub(TOLD_FOR).unwrap_or(Timestamp::MIN));
    let rows = query(
        "SELECT number, asked_at, answered_at, closed_at, answer_due_at FROM tickets
         WHERE unit = $1 AND (state IN ('new', 'taken', 'waiting') OR COALESCE(answered_at, closed_at) >= $2)
         ORDER BY asked_at DESC, id LIMIT $3",
    )
    .bind(unit)
    .bind(since)
    .bind(MAX_TOLD)
    .fetch_all(&mut *connection)
    .await?;
    let mut reports = Vec::new();
    for row in &rows {
        // What was withdrawn owes no answer either.
        let done = row.moment_or_none("answered_at")?.or(row.moment_or_none("closed_at")?);
        let mut report = json!({ "ticket": row.text("number")?, "reported_at": row.moment("asked_at")?, "answered": done.is_some() });
        if let (Some(due), Some(fields)) = (row.moment_or_none("answer_due_at")?, report.as_object_mut()) {
            fields.insert("answer_due_at".to_owned(), json!(due));
        }
        reports.push(report);
    }
    let said = json!({ "reported_this_month": has_reported(connection, unit, today).await?, "reports": reports });
    Ok(json!({ "value": said, "source": SOURCE }).to_string())
}

/// Whether the unit has asked something this month, or said that it has nothing to ask.
async fn has_reported(connection: &mut AnyConnection, unit: &str, today: Date) -> Result<bool, StoreError> {
    let first = micros(start_of_day(today.first_of_month()));
    let asked = query("SELECT COUNT(*) AS asked FROM tickets WHERE unit = $1 AND asked_at >= $2")
        .bind(unit)
        .bind(first)
        .fetch_one(&mut *connection)
        .await?
        .count("asked")?;
    let said = query("SELECT COUNT(*) AS said FROM difficulty_statements WHERE unit = $1 AND month = $2")
        .bind(unit)
        .bind(month_of(today))
        .fetch_one(connection)
        .await?
        .count("said")?;
    Ok(asked + said > 0)
}

/// Says anew what is known of a unit. Of a unit that is no subject (any more), nothing is said.
pub(super) async fn say_of(change: &mut Change, unit: &str) -> Result<(), StoreError> {
    let now = change.now();
    let fact: String = written(change.connection(), unit, now).await?;
    let said = vec![NewFact { area: AREA.to_owned(), fact: Some(fact), observed_at: now }];
    match put(change, &subject(unit), said).await {
        Err(StoreError::NotFound) => Ok(()),
        other => other,
    }
}

/// Says anew what is known of every unit for which it has changed with the month, or would be taken for stale. How many were
/// said; as long as it is [`MAX_SAID`], there may be more.
pub async fn refresh(store: &Store, now: Timestamp) -> Result<usize, StoreError> {
    let again = micros(now.saturating_sub(SAID_AGAIN_AFTER).unwrap_or(Timestamp::MIN));
    let rows = query(
        "SELECT subjects.id AS id, facts.fact AS fact, facts.observed_at AS observed_at
         FROM subjects LEFT JOIN facts ON facts.subject = subjects.number AND facts.area = 'difficulties'
         WHERE subjects.kind = 'unit' AND subjects.retired_at IS NULL ORDER BY subjects.number",
    )
    .fetch_all(store.readers())
    .await?;
    let mut said = Vec::new();
    let mut connection = store.reader().await?;
    for row in &rows {
        let unit = row.text("id")?;
        let is_old = row.number_or_none("observed_at")?.is_none_or(|at| at < again);
        let known: Option<Value> = row.text_or_none("fact")?.and_then(|fact| serde_json::from_str(&fact).ok());
        let fact = written(&mut connection, &unit, now).await?;
        if is_old || known != serde_json::from_str(&fact).ok() {
            said.push(unit);
        }
        if said.len() == MAX_SAID {
            break;
        }
    }
    drop(connection);
    for piece in said.chunks(SAID_PER_CHANGE) {
        let mut change = store.begin(Actor::System, now).await?;
        for unit in piece {
            say_of(&mut change, unit).await?;
        }
        change.commit().await?;
    }
    Ok(said.len())
}
