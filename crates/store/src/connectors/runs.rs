//! What readings came to.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::query;

use super::RunKind;
use crate::accounts::AccountDifference;
use crate::columns::{Columns as _, json_text, micros};
use crate::{Change, Store, StoreError};

/// How many differences of a reading are kept; the others are counted.
pub const MAX_DIFFERENCES: usize = 1_000;
/// The longest detail of a problem, in letters.
const MAX_DETAIL: usize = 500;

/// How many accounts of which sort a reading came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// That were read.
    pub read: usize,
    /// That are there for the first time.
    pub new: usize,
    /// Of which something is different.
    pub changed: usize,
    /// That the source has no longer.
    pub gone: usize,
    /// Whose owner is not known.
    pub unjoined: usize,
    /// Entries of the source that are no account.
    pub skipped: usize,
}

/// A reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The id.
    pub id: String,
    /// The connector.
    pub connector: String,
    /// What it was for.
    pub kind: RunKind,
    /// Who asked: `person:ID`, or `system`.
    pub asked_by: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// What it came to.
    pub counts: Counts,
    /// What differs, up to [`MAX_DIFFERENCES`].
    pub differences: Vec<AccountDifference>,
    /// Why it failed: the key of a sentence, and what stands in it.
    pub problem: Option<(String, String)>,
}

fn run(row: &AnyRow) -> Result<Run, StoreError> {
    let detail = row.text_or_none("detail")?.unwrap_or_default();
    Ok(Run {
        id: row.text("id")?,
        connector: row.text("connector")?,
        kind: row.parsed("kind")?,
        asked_by: row.text("asked_by")?,
        started_at: row.moment("started_at")?,
        ended_at: row.moment("ended_at")?,
        counts: row.json("counts")?,
        differences: row.json("differences")?,
        problem: row.text_or_none("problem")?.map(|key| (key, detail)),
    })
}

/// Writes a reading down.
pub(crate) async fn record(change: &mut Change, run: &Run) -> Result<(), StoreError> {
    let kept = run.differences.get(..run.differences.len().min(MAX_DIFFERENCES)).unwrap_or_default();
    let detail = |text: &String| text.chars().take(MAX_DETAIL).collect::<String>();
    query(
        "INSERT INTO connector_runs (id, connector, kind, asked_by, started_at, ended_at, counts, differences, problem, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&run.id)
    .bind(&run.connector)
    .bind(run.kind.as_str())
    .bind(&run.asked_by)
    .bind(micros(run.started_at))
    .bind(micros(run.ended_at))
    .bind(json_text(&run.counts)?)
    .bind(json_text(&kept)?)
    .bind(run.problem.as_ref().map(|(key, _)| key.as_str()))
    .bind(run.problem.as_ref().map(|(_, text)| detail(text)))
    .execute(change.connection())
    .await?;
    Ok(())
}

/// The readings of a connector, the latest first, at most `limit`.
pub async fn runs_of(store: &Store, connector: &str, limit: u32) -> Result<Vec<Run>, StoreError> {
    let rows = query("SELECT * FROM connector_runs WHERE connector = $1 ORDER BY started_at DESC, id DESC LIMIT $2")
        .bind(connector)
        .bind(i64::from(limit))
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(run).collect()
}
