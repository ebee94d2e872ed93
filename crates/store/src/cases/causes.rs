//! That the software is the cause of a late case: recorded by the unit, counted apart, never hidden.

use jiff::Timestamp;
use khien_cases::limits::LIMITS;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use super::facts::say_again;
use crate::checks::{bounded, refused};
use crate::columns::{Columns as _, micros};
use crate::{Change, Store, StoreError};

/// The longest note, in letters.
pub const MAX_CAUSE_NOTE: usize = 500;
/// The longest number of a case, in letters.
const MAX_CASE_NUMBER: usize = 60;
/// The most causes of one unit.
pub const MAX_CAUSES: u64 = 10_000;

/// A cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The unit.
    pub unit: String,
    /// The number of the case.
    pub case: String,
    /// The year of its registration; 0 when it is not known.
    pub year: i16,
    /// The limit that was missed.
    pub limit: String,
    /// What happened, e.g. the number of the ticket about the outage.
    pub note: String,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: Timestamp,
}

impl Cause {
    pub(super) fn key(&self) -> (&str, i16, &str) {
        (&self.case, self.year, &self.limit)
    }
}

fn cause(row: &AnyRow) -> Result<Cause, StoreError> {
    let year = row.number("case_year")?;
    Ok(Cause {
        unit: row.text("unit")?,
        case: row.text("case_number")?,
        year: i16::try_from(year).map_err(|_| StoreError::corrupt(format!("case_year: {year}")))?,
        limit: row.text("limit_id")?,
        note: row.text("note")?,
        recorded_by: row.text("recorded_by")?,
        recorded_at: row.moment("recorded_at")?,
    })
}

/// Records a cause and says anew what is known of the unit. Recording it again changes the note.
pub async fn record_cause(change: &mut Change, cause: &Cause) -> Result<(), StoreError> {
    bounded("note", &cause.note, MAX_CAUSE_NOTE)?;
    bounded("case", &cause.case, MAX_CASE_NUMBER)?;
    if !LIMITS.iter().any(|limit| limit.id == cause.limit) {
        return Err(refused("limit", "there is no such limit"));
    }
    let known = query("SELECT COUNT(*) AS causes FROM case_causes WHERE unit = $1")
        .bind(&cause.unit)
        .fetch_one(change.connection())
        .await?
        .count("causes")?;
    if known >= MAX_CAUSES {
        return Err(StoreError::TooMany { limit: usize::try_from(MAX_CAUSES).unwrap_or(usize::MAX) });
    }
    query(
        "INSERT INTO case_causes (unit, case_number, case_year, limit_id, note, recorded_by, recorded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (unit, case_number, case_year, limit_id) DO UPDATE
         SET note = excluded.note, recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at",
    )
    .bind(&cause.unit)
    .bind(&cause.case)
    .bind(i64::from(cause.year))
    .bind(&cause.limit)
    .bind(&cause.note)
    .bind(&cause.recorded_by)
    .bind(micros(cause.recorded_at))
    .execute(change.connection())
    .await?;
    say_again(change, &cause.unit).await?;
    let detail = json!({ "case": cause.case, "year": cause.year, "limit": cause.limit, "note": cause.note });
    change.audit("cases.cause", "unit", &cause.unit, detail).await
}

/// Takes a cause back and says anew what is known of the unit.
pub async fn take_cause_back(
    change: &mut Change,
    unit: &str,
    case: &str,
    year: i16,
    limit: &str,
) -> Result<(), StoreError> {
    let gone =
        query("DELETE FROM case_causes WHERE unit = $1 AND case_number = $2 AND case_year = $3 AND limit_id = $4")
            .bind(unit)
            .bind(case)
            .bind(i64::from(year))
            .bind(limit)
            .execute(change.connection())
            .await?;
    if gone.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    say_again(change, unit).await?;
    let detail = json!({ "case": case, "year": year, "limit": limit });
    change.audit("cases.cause_back", "unit", unit, detail).await
}

pub(super) async fn read(connection: &mut AnyConnection, unit: &str) -> Result<Vec<Cause>, StoreError> {
    let rows = query("SELECT * FROM case_causes WHERE unit = $1 ORDER BY recorded_at DESC, case_number, limit_id")
        .bind(unit)
        .fetch_all(connection)
        .await?;
    rows.iter().map(cause).collect()
}

/// The causes that a unit has recorded, newest first.
pub async fn causes_of(store: &Store, unit: &str) -> Result<Vec<Cause>, StoreError> {
    read(&mut *store.reader().await?, unit).await
}
