//! The plan of a unit for a year: its number and its day, once it is approved.

use jiff::Timestamp;
use jiff::civil::Date;
use khien_model::day_of;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::{bounded, refused};
use crate::columns::{Columns as _, day_text, micros};
use crate::{Change, Store, StoreError, unit_facts};

/// The longest number of a document, in letters.
pub const MAX_NUMBER: usize = 120;

/// A plan that is approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The unit.
    pub unit: String,
    /// For which year.
    pub year: i16,
    /// Number and sign.
    pub number: String,
    /// The day on which it was approved.
    pub approved_on: Date,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: Timestamp,
}

fn plan(row: &AnyRow) -> Result<Plan, StoreError> {
    let year = row.number("year")?;
    Ok(Plan {
        unit: row.text("unit")?,
        year: i16::try_from(year).map_err(|_| StoreError::corrupt(format!("the year {year}")))?,
        number: row.text("number")?,
        approved_on: row.parsed("approved_on")?,
        recorded_by: row.text("recorded_by")?,
        recorded_at: row.moment("recorded_at")?,
    })
}

/// Records the plan of a unit for a year, in the place of what was recorded before.
pub async fn record_plan(change: &mut Change, plan: &Plan) -> Result<(), StoreError> {
    bounded("number", &plan.number, MAX_NUMBER)?;
    // A plan is approved in its year or towards the end of the one before.
    if plan.approved_on > day_of(change.now()) || !(plan.year - 1..=plan.year).contains(&plan.approved_on.year()) {
        return Err(refused("approved_on", "it lies in the future, or in another year"));
    }
    query(
        "INSERT INTO unit_plans (unit, year, number, approved_on, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (unit, year) DO UPDATE SET number = excluded.number, approved_on = excluded.approved_on,
             recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at",
    )
    .bind(&plan.unit)
    .bind(i64::from(plan.year))
    .bind(&plan.number)
    .bind(day_text(plan.approved_on))
    .bind(&plan.recorded_by)
    .bind(micros(plan.recorded_at))
    .execute(change.connection())
    .await?;
    unit_facts::say_tasks(change, &plan.unit).await?;
    let detail = serde_json::json!({ "year": plan.year, "number": plan.number, "approved_on": plan.approved_on });
    change.audit("plan.record", "unit", &plan.unit, detail).await
}

/// The plans for a year, by unit.
pub async fn plans_of_year(store: &Store, year: i16) -> Result<Vec<Plan>, StoreError> {
    let rows = query("SELECT * FROM unit_plans WHERE year = $1 ORDER BY unit")
        .bind(i64::from(year))
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(plan).collect()
}
