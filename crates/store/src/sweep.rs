//! The sweep judges what time alone changes, and what changed for everybody: another directive, other units, other exemptions.
//!
//! Several servers may sweep at once. Each takes subjects that nobody else holds, so that they share the work.

use jiff::Timestamp;
use sqlx::{AnyConnection, query};

use crate::context::Generations;
use crate::judging::{BATCH_SUBJECTS, Standing, judge, read_facts, standing, standing_columns, write_tally};
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

/// Judges the subjects for which it is time, at most `limit`, and writes down the counts of today.
pub async fn sweep(store: &Store, now: Timestamp, limit: usize) -> Result<Swept, StoreError> {
    mark_after_changes(store).await?;
    mark_after_clock_was_set_back(store, now).await?;
    let mut swept = Swept::default();
    while swept.judged < limit {
        let size = BATCH_SUBJECTS.min(limit - swept.judged);
        let (judged, changed) = sweep_some(store, now, size).await?;
        swept.judged += judged;
        swept.changed += changed;
        if judged < size {
            history::write_days(store, now).await?;
            return Ok(swept);
        }
    }
    swept.is_cut_short = true;
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

/// Judges up to `size` subjects in one transaction: how many there were, and how many findings changed.
async fn sweep_some(store: &Store, now: Timestamp, size: usize) -> Result<(usize, usize), StoreError> {
    let core = store.core();
    let mut transaction = store.transaction().await?;
    let standings = due(&mut transaction, core.engine.lock_free_rows(), now, size).await?;
    let count = standings.len();
    let numbers: Vec<i64> = standings.iter().map(|standing| standing.number).collect();
    let mut facts = read_facts(&mut transaction, &numbers).await?;
    let subjects = standings.into_iter().map(|standing| {
        let facts = facts.remove(&standing.number).unwrap_or_default();
        (standing, facts)
    });
    let judged = judge(core, &mut transaction, subjects.collect(), now).await?;
    write_tally(&mut transaction, &judged.deltas).await?;
    transaction.commit().await?;
    Ok((count, judged.changed))
}

async fn due(
    connection: &mut AnyConnection,
    lock: &str,
    now: Timestamp,
    size: usize,
) -> Result<Vec<Standing>, StoreError> {
    let columns = standing_columns!();
    let sql = format!(
        "SELECT {columns} FROM subjects s WHERE s.next_judge_at <= $1 AND s.retired_at IS NULL ORDER BY s.number LIMIT $2{lock}"
    );
    let rows = values::query(sql)
        .bind(micros(now))
        .bind(i64::try_from(size).unwrap_or(i64::MAX))
        .fetch_all(&mut *connection)
        .await?;
    rows.iter().map(|row| standing(row, 0)).collect()
}
