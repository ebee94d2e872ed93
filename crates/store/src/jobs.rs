//! Work for later, taken by one server at a time.
//!
//! A job is taken for a while; a server that dies with it loses it, and another one takes it over. So a job may run twice
//! and must be such that this does no harm.

use jiff::{SignedDuration, Timestamp};
use sqlx::any::AnyRow;

use crate::columns::{Columns as _, json_text, micros};
use crate::{Change, Store, StoreError};

/// How long a failed job waits at first; each further time twice as long.
pub const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(30);

/// The longest wait between two attempts.
pub const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(6);

/// Attempts after which a job is given up. It stays, with its last error, until it is asked for again.
pub const MAX_ATTEMPTS: u64 = 12;

/// The longest error that is kept, in letters.
const MAX_ERROR: usize = 1_000;

/// A job as it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The id.
    pub id: String,
    /// What to do.
    pub kind: String,
    /// At most one open job per kind and key.
    pub key: String,
    /// What it needs to know, as JSON.
    pub payload: serde_json::Value,
    /// When it is due.
    pub run_at: Timestamp,
    /// How often it was begun, this time included.
    pub attempts: u64,
    /// Who has it.
    pub taken_by: Option<String>,
    /// Until when it is taken.
    pub taken_until: Option<Timestamp>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

fn job(row: &AnyRow) -> Result<Job, StoreError> {
    Ok(Job {
        id: row.text("id")?,
        kind: row.text("kind")?,
        key: row.text("key")?,
        payload: row.json("payload")?,
        run_at: row.moment("run_at")?,
        attempts: row.count("attempts")?,
        taken_by: row.text_or_none("taken_by")?,
        taken_until: row.moment_or_none("taken_until")?,
        last_error: row.text_or_none("last_error")?,
    })
}

/// Asks for a job of `kind` at `run_at`. Is there an open one with this key, it stays, and runs at the earlier time; one
/// that was given up begins anew.
pub async fn add(
    change: &mut Change,
    kind: &str,
    key: &str,
    payload: &serde_json::Value,
    run_at: Timestamp,
) -> Result<(), StoreError> {
    let id = crate::ids::fresh(change.now())?;
    sqlx::query(
        "INSERT INTO jobs (id, kind, key, payload, run_at, attempts) VALUES ($1, $2, $3, $4, $5, 0)
         ON CONFLICT (kind, key) DO UPDATE SET
             run_at = CASE WHEN jobs.run_at < excluded.run_at THEN jobs.run_at ELSE excluded.run_at END,
             attempts = CASE WHEN jobs.attempts >= $6 THEN 0 ELSE jobs.attempts END",
    )
    .bind(id)
    .bind(kind)
    .bind(key)
    .bind(json_text(payload)?)
    .bind(micros(run_at))
    .bind(i64::try_from(MAX_ATTEMPTS).unwrap_or(i64::MAX))
    .execute(change.connection())
    .await?;
    Ok(())
}

/// Takes the job of one of the `kinds` that has been due longest, for `hold`. Nobody else gets it meanwhile; a server that
/// waits for the row of another one would only stand in its way, so such rows are passed over.
pub async fn take(
    change: &mut Change,
    kinds: &[&str],
    server: &str,
    hold: SignedDuration,
) -> Result<Option<Job>, StoreError> {
    if kinds.is_empty() {
        return Ok(None);
    }
    let now = change.now();
    let until = now.saturating_add(hold).unwrap_or(Timestamp::MAX);
    let (kinds_wanted, skip) = (crate::values::members(kinds.len(), 5), change.store().core().engine.lock_free_rows());
    let sql = format!(
        "UPDATE jobs SET taken_by = $1, taken_until = $2, attempts = attempts + 1 WHERE id = (
             SELECT id FROM jobs
             WHERE run_at <= $3 AND (taken_until IS NULL OR taken_until <= $3) AND attempts < $4
                 AND kind IN {kinds_wanted}
             ORDER BY run_at, id LIMIT 1 {skip}) RETURNING *"
    );
    let mut query = crate::values::query(sql)
        .bind(server.to_owned())
        .bind(micros(until))
        .bind(micros(now))
        .bind(i64::try_from(MAX_ATTEMPTS).unwrap_or(i64::MAX));
    for kind in kinds {
        query = query.bind((*kind).to_owned());
    }
    let row = query.fetch_optional(change.connection()).await?;
    row.as_ref().map(job).transpose()
}

/// Keeps a job that takes longer than thought. `false`: another server has taken it over, so stop.
pub async fn hold(change: &mut Change, id: &str, server: &str, hold: SignedDuration) -> Result<bool, StoreError> {
    let until = change.now().saturating_add(hold).unwrap_or(Timestamp::MAX);
    let held = sqlx::query("UPDATE jobs SET taken_until = $3 WHERE id = $1 AND taken_by = $2")
        .bind(id)
        .bind(server)
        .bind(micros(until))
        .execute(change.connection())
        .await?;
    Ok(held.rows_affected() == 1)
}

/// Takes a job off the list: it is done. `false`: another server has taken it over; what was done is done twice.
pub async fn done(change: &mut Change, id: &str, server: &str) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM jobs WHERE id = $1 AND taken_by = $2")
        .bind(id)
        .bind(server)
        .execute(change.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts a job that is done back on the list for `run_at`: one that comes again and again.
pub async fn again(change: &mut Change, id: &str, server: &str, run_at: Timestamp) -> Result<bool, StoreError> {
    let put_back = sqlx::query(
        "UPDATE jobs SET run_at = $3, attempts = 0, taken_by = NULL, taken_until = NULL, last_error = NULL
         WHERE id = $1 AND taken_by = $2",
    )
    .bind(id)
    .bind(server)
    .bind(micros(run_at))
    .execute(change.connection())
    .await?;
    Ok(put_back.rows_affected() == 1)
}

/// Puts a job back that failed: it is tried again after a while that doubles each time.
pub async fn failed(change: &mut Change, job: &Job, server: &str, error: &str) -> Result<bool, StoreError> {
    let next = change.now().saturating_add(wait(job.attempts)).unwrap_or(Timestamp::MAX);
    let put_back = sqlx::query(
        "UPDATE jobs SET run_at = $3, taken_by = NULL, taken_until = NULL, last_error = $4
         WHERE id = $1 AND taken_by = $2",
    )
    .bind(&job.id)
    .bind(server)
    .bind(micros(next))
    .bind(error.chars().take(MAX_ERROR).collect::<String>())
    .execute(change.connection())
    .await?;
    Ok(put_back.rows_affected() == 1)
}

/// Puts a job back that comes again and again and has failed. It is never given up: what stands in its way will go, and
/// nobody else asks for it.
pub async fn put_off(
    change: &mut Change,
    job: &Job,
    server: &str,
    run_at: Timestamp,
    error: &str,
) -> Result<bool, StoreError> {
    let put_off = sqlx::query(
        "UPDATE jobs SET run_at = $3, taken_by = NULL, taken_until = NULL, last_error = $4,
             attempts = CASE WHEN attempts < $5 THEN attempts ELSE $5 END
         WHERE id = $1 AND taken_by = $2",
    )
    .bind(&job.id)
    .bind(server)
    .bind(micros(run_at))
    .bind(error.chars().take(MAX_ERROR).collect::<String>())
    .bind(i64::try_from(MAX_ATTEMPTS - 1).unwrap_or(i64::MAX))
    .execute(change.connection())
    .await?;
    Ok(put_off.rows_affected() == 1)
}

/// How long to wait after so many attempts: each time twice as long, up to [`LONGEST_WAIT`].
pub fn wait(attempts: u64) -> SignedDuration {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
    let factor = 2_i32.checked_pow(doublings).unwrap_or(i32::MAX);
    FIRST_WAIT.checked_mul(factor).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT)
}

/// Every job that is not done, the one due next first.
pub async fn open(store: &Store) -> Result<Vec<Job>, StoreError> {
    let rows = sqlx::query("SELECT * FROM jobs ORDER BY run_at, id").fetch_all(store.readers()).await?;
    rows.iter().map(job).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_its_bound() {
        assert_eq!(wait(1), SignedDuration::from_secs(30));
        assert_eq!(wait(2), SignedDuration::from_secs(60));
        assert_eq!(wait(5), SignedDuration::from_mins(8));
        assert_eq!(wait(MAX_ATTEMPTS), LONGEST_WAIT);
        assert_eq!(wait(u64::MAX), LONGEST_WAIT);
    }
}
