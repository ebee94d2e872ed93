//! "No difficulties this month": what a unit says that has nothing to ask.

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::query;

use super::facts;
use crate::columns::{Columns as _, micros};
use crate::{Change, Store, StoreError};

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The unit.
    pub unit: String,
    /// Who said so.
    pub person: String,
    /// When.
    pub said_at: Timestamp,
}

/// The month of a day: `2026-11`.
pub(super) fn month_of(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// A unit says that it has no difficulties this month. Saying it again changes nothing.
pub async fn say_none(change: &mut Change, unit: &str, person: &str) -> Result<(), StoreError> {
    let (now, month) = (micros(change.now()), month_of(khien_model::day_of(change.now())));
    query(
        "INSERT INTO difficulty_statements (unit, month, person, said_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (unit, month) DO NOTHING",
    )
    .bind(unit)
    .bind(&month)
    .bind(person)
    .bind(now)
    .execute(change.connection())
    .await?;
    change.audit("unit.no_difficulties", "unit", unit, serde_json::json!({ "month": month, "by": person })).await?;
    facts::say_of(change, unit).await
}

/// The units that said so in the month of `day`.
pub async fn of_month(store: &Store, day: Date) -> Result<Vec<Statement>, StoreError> {
    let rows = query("SELECT * FROM difficulty_statements WHERE month = $1 ORDER BY unit")
        .bind(month_of(day))
        .fetch_all(store.readers())
        .await?;
    let statement = |row: &sqlx::any::AnyRow| {
        Ok(Statement { unit: row.text("unit")?, person: row.text("person")?, said_at: row.moment("said_at")? })
    };
    rows.iter().map(statement).collect()
}
