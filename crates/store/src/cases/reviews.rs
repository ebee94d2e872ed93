//! The head of a unit has looked at its case data.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use super::facts::say_again;
use crate::checks::bounded_option;
use crate::columns::{Columns as _, json_text, micros};
use crate::{Change, Store, StoreError};

/// The longest note, in letters.
pub const MAX_REVIEW_NOTE: usize = 2_000;

/// A review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The unit.
    pub unit: String,
    /// When.
    pub reviewed_at: Timestamp,
    /// Who.
    pub reviewed_by: String,
    /// What the head wrote, e.g. who corrects what until when.
    pub note: Option<String>,
    /// The counts that were looked at.
    pub figures: Value,
}

fn of_row(row: &AnyRow) -> Result<Review, StoreError> {
    Ok(Review {
        unit: row.text("unit")?,
        reviewed_at: row.moment("reviewed_at")?,
        reviewed_by: row.text("reviewed_by")?,
        note: row.text_or_none("note")?,
        figures: row.json("figures")?,
    })
}

/// Records a review and says anew what is known of the unit.
pub async fn review(change: &mut Change, review: &Review) -> Result<(), StoreError> {
    bounded_option("note", review.note.as_deref(), MAX_REVIEW_NOTE)?;
    query("INSERT INTO case_reviews (unit, reviewed_at, reviewed_by, note, figures) VALUES ($1, $2, $3, $4, $5)")
        .bind(&review.unit)
        .bind(micros(review.reviewed_at))
        .bind(&review.reviewed_by)
        .bind(review.note.as_deref())
        .bind(json_text(&review.figures)?)
        .execute(change.connection())
        .await?;
    say_again(change, &review.unit).await?;
    let detail = json!({ "note": review.note, "figures": review.figures });
    change.audit("cases.review", "unit", &review.unit, detail).await
}

pub(super) async fn last(connection: &mut AnyConnection, unit: &str) -> Result<Option<Timestamp>, StoreError> {
    let row = query("SELECT MAX(reviewed_at) AS reviewed_at FROM case_reviews WHERE unit = $1")
        .bind(unit)
        .fetch_one(connection)
        .await?;
    row.moment_or_none("reviewed_at")
}

/// The last `limit` reviews of a unit, newest first.
pub async fn reviews_of(store: &Store, unit: &str, limit: u32) -> Result<Vec<Review>, StoreError> {
    let rows = query("SELECT * FROM case_reviews WHERE unit = $1 ORDER BY reviewed_at DESC LIMIT $2")
        .bind(unit)
        .bind(i64::from(limit))
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(of_row).collect()
}

/// When the head of each unit has looked at its data last.
pub async fn latest_reviews(store: &Store) -> Result<BTreeMap<String, Timestamp>, StoreError> {
    let rows = query("SELECT unit, MAX(reviewed_at) AS reviewed_at FROM case_reviews GROUP BY unit")
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(|row| Ok((row.text("unit")?, row.moment("reviewed_at")?))).collect()
}
