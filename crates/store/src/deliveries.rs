//! What was sent to whom for which period, so that nothing is sent twice.

use jiff::Timestamp;
use sqlx::query;

use crate::columns::{Columns as _, micros};
use crate::{Change, Store, StoreError};

/// The longest error that is kept, in letters.
const MAX_ERROR: usize = 1_000;

/// One thing sent or tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What, e.g. `digest`.
    pub kind: String,
    /// To whom.
    pub person: String,
    /// For which period, e.g. `2026-W47`.
    pub period: String,
    /// When it went out; `None` while it has not.
    pub sent_at: Option<Timestamp>,
    /// Why it could not, the last time.
    pub error: Option<String>,
}

/// Claims a delivery before it is sent. `false`: somebody sends it or has sent it.
///
/// A server that dies between this and [`record`] has perhaps sent it: nobody gets the same letter twice, at the price that
/// in this case somebody gets none.
pub async fn claim(change: &mut Change, kind: &str, person: &str, period: &str) -> Result<bool, StoreError> {
    let claimed = query(
        "INSERT INTO deliveries (kind, person, period) VALUES ($1, $2, $3)
         ON CONFLICT (kind, person, period) DO UPDATE SET error = NULL
         WHERE deliveries.sent_at IS NULL AND deliveries.error IS NOT NULL",
    )
    .bind(kind)
    .bind(person)
    .bind(period)
    .execute(change.connection())
    .await?;
    Ok(claimed.rows_affected() == 1)
}

/// Notes that a delivery went out, or why not. One that failed can be claimed again.
pub async fn record(
    change: &mut Change,
    kind: &str,
    person: &str,
    period: &str,
    outcome: Result<(), &str>,
) -> Result<(), StoreError> {
    let sent_at = outcome.is_ok().then(|| micros(change.now()));
    let error = outcome.err().map(|error| error.chars().take(MAX_ERROR).collect::<String>());
    query("UPDATE deliveries SET sent_at = $4, error = $5 WHERE kind = $1 AND person = $2 AND period = $3")
        .bind(kind)
        .bind(person)
        .bind(period)
        .bind(sent_at)
        .bind(error)
        .execute(change.connection())
        .await?;
    let action = if outcome.is_ok() { "delivery.sent" } else { "delivery.failed" };
    change.audit(action, "person", person, serde_json::json!({ "kind": kind, "period": period })).await
}

/// What was sent or tried for a period.
pub async fn of_period(store: &Store, kind: &str, period: &str) -> Result<Vec<Delivery>, StoreError> {
    let rows = query("SELECT * FROM deliveries WHERE kind = $1 AND period = $2 ORDER BY person")
        .bind(kind)
        .bind(period)
        .fetch_all(store.readers())
        .await?;
    let delivery = |row: &sqlx::any::AnyRow| {
        Ok(Delivery {
            kind: row.text("kind")?,
            person: row.text("person")?,
            period: row.text("period")?,
            sent_at: row.moment_or_none("sent_at")?,
            error: row.text_or_none("error")?,
        })
    };
    rows.iter().map(delivery).collect()
}
