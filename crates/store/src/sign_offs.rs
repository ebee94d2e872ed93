//! Sign-offs: the head of a unit confirms its state in a month. What was confirmed is kept as it was.

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::{bounded_option, refused};
use crate::columns::{Columns as _, json_text, micros};
use crate::unit_facts::{self, Area};
use crate::{Change, Store, StoreError};

/// The longest note, in letters.
pub const MAX_NOTE: usize = 2_000;

/// One sign-off. A later one in the same month stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOff {
    /// The unit.
    pub unit: String,
    /// The month, `YYYY-MM`.
    pub month: String,
    /// When.
    pub signed_at: Timestamp,
    /// The person.
    pub signed_by: String,
    /// What the head wrote, e.g. difficulties.
    pub note: Option<String>,
    /// The counts that were confirmed, as JSON.
    pub figures: serde_json::Value,
}

fn sign_off(row: &AnyRow) -> Result<SignOff, StoreError> {
    Ok(SignOff {
        unit: row.text("unit")?,
        month: row.text("month")?,
        signed_at: row.moment("signed_at")?,
        signed_by: row.text("signed_by")?,
        note: row.text_or_none("note")?,
        figures: row.json("figures")?,
    })
}

/// Signs a month off.
pub async fn sign(change: &mut Change, sign_off: &SignOff) -> Result<(), StoreError> {
    bounded_option("note", sign_off.note.as_deref(), MAX_NOTE)?;
    if format!("{}-01", sign_off.month).parse::<Date>().is_err() {
        return Err(refused("month", "it is no month"));
    }
    query("INSERT INTO sign_offs (unit, month, signed_at, signed_by, note, figures) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(&sign_off.unit)
        .bind(&sign_off.month)
        .bind(micros(sign_off.signed_at))
        .bind(&sign_off.signed_by)
        .bind(sign_off.note.as_deref())
        .bind(json_text(&sign_off.figures)?)
        .execute(change.connection())
        .await?;
    unit_facts::say(change, &sign_off.unit, &[Area::SignOff]).await?;
    let detail = serde_json::json!({
        "month": sign_off.month, "signed_by": sign_off.signed_by, "note": sign_off.note, "figures": sign_off.figures,
    });
    change.audit("unit.sign_off", "unit", &sign_off.unit, detail).await
}

/// The sign-offs of a unit, newest first.
pub async fn of_unit(store: &Store, unit: &str) -> Result<Vec<SignOff>, StoreError> {
    let rows = query("SELECT * FROM sign_offs WHERE unit = $1 ORDER BY month DESC, signed_at DESC")
        .bind(unit)
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(sign_off).collect()
}

/// The sign-offs of all units for a month, newest first.
pub async fn of_month(store: &Store, month: &str) -> Result<Vec<SignOff>, StoreError> {
    let rows = query("SELECT * FROM sign_offs WHERE month = $1 ORDER BY signed_at DESC, unit")
        .bind(month)
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(sign_off).collect()
}
