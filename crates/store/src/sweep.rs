//! The sweep judges what time alone changes, and what changed for everybody: another directive, other units, other exemptions.
//!
//! Several servers may sweep at once. Each takes subjects that nobody else holds, so that they share the work.

use jiff::Timestamp;
use sqlx::{Row as _, query};
use tokio::task::JoinSet;

use crate::context::Generations;
use crate::judging::{BATCH_SUBJECTS, Foreseen, Judged, foresee, write_tally};
use crate::times::micros;
use crate::values;
use crate::{Store, StoreError, history};

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// How many subjects were judged.
    pub judged: usize,
    /// How many findings changed their state, came or went.
    pub changed: usize,
    /// Whether it stopped at the limit: there may be more to do.
    pub is_cut_short: bool,
}

/// How many lots of subjects are read and judged while others are written.
const AHEAD: usize = 3;

/// Judges the subjects for which it is time, at most `limit`, and writes down the counts of today.
pub async fn sweep(store: &Store, now: Timestamp, limit: usize) -> Result<Swept, StoreError> {
    mark_after_changes(store).await?;
    mark_after_clock_was_set_back(store, now).await?;
    let numbers = due(store, now, limit).await?;
    let mut swept = Swept { is_cut_short: numbers.len() >= limit, ..Swept::default() };
    let mut lots = numbers.chunks(BATCH_SUBJECTS);
    let mut ahead = JoinSet::new();
    loop {
        for lot in lots.by_ref().take(AHEAD - ahead.len()) {
            ahead.spawn(foresee(store.clone(), lot.to_vec(), now));
        }
        let Some(foreseen) = ahead.join_next().await else { break };
        let foreseen = foreseen.map_err(|error| StoreError::invalid(format!("the sweep broke off: {error}")))??;
        let judged = settle(store, foreseen, now).await?;
        swept.judged += judged.subjects;
        swept.changed += judged.changed;
    }
    history::write_days(store, now).await?;
    Ok(swept)
}

/// When the directive, the units or the exemptions have changed since everybody was last marked, everybody is to be judged
/// anew. One server marks; the row of `generations` says that it was done.
async fn mark_after_changes(store: &Store) -> Result<(), StoreError> {
    let mut transaction = store.transaction().await?;
    let sum = Generations::read(&mut transaction).await?.sum();
    let taken = query("UPDATE generations SET value = $1 WHERE name = 'swept' AND value < $1")
        .bind(sum)
        .execute(&mut *transaction)
        .await?;
    if taken.rows_affected() > 0 {
        // In the order of the numbers, as reports do, so that nobody waits for each other in a circle.
        let lock = store.core().engine.lock_rows();
        let sql = format!(
            "UPDATE subjects SET next_judge_at = 0 WHERE number IN (SELECT number FROM subjects \
             WHERE retired_at IS NULL AND next_judge_at > 0 ORDER BY number{lock})"
        );
        values::query(sql).execute(&mut *transaction).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// When the clock was set back, what was judged by the later clock may rest on facts that now claim to be from the future, which
/// nobody believes. Those subjects are due. While the clock stays behind they are due at every sweep.
async fn mark_after_clock_was_set_back(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let mut transaction = store.transaction().await?;
    let lock = store.core().engine.lock_rows();
    let sql = format!(
        "UPDATE subjects SET next_judge_at = 0 WHERE number IN (SELECT number FROM subjects \
         WHERE judged_at > $1 AND retired_at IS NULL AND next_judge_at > 0 ORDER BY number{lock})"
    );
    let marked = values::query(sql).bind(micros(now)).execute(&mut *transaction).await?;
    if marked.rows_affected() > 0 {
        transaction.commit().await?;
    }
    Ok(())
}

/// Writes what was foreseen about some subjects, in one transaction.
async fn settle(store: &Store, foreseen: Foreseen, now: Timestamp) -> Result<Judged, StoreError> {
    if foreseen.is_empty() {
        return Ok(Judged::default());
    }
    let mut transaction = store.transaction().await?;
    let judged = foreseen.settle(store.core(), &mut transaction, now).await?;
    write_tally(&mut transaction, &judged.deltas).await?;
    transaction.commit().await?;
    Ok(judged)
}

/// The numbers of the subjects for which it is time, in order.
async fn due(store: &Store, now: Timestamp, limit: usize) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT number FROM subjects WHERE next_judge_at <= $1 AND retired_at IS NULL ORDER BY number LIMIT $2";
    let rows =
        query(sql).bind(micros(now)).bind(i64::try_from(limit).unwrap_or(i64::MAX)).fetch_all(store.readers()).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}
