//! Counts day by day. Today's are those so far; a day that is over is counted from the intervals of findings as they were at
//! its end, under the units of that day.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use khien_judge::Counts;
use khien_model::{State, Subject, day_of, start_of_day};
use sqlx::{AnyConnection, Row as _, query};

use crate::context::{JudgeContext, context};
use crate::judging::{FIELD, ITEM, SEPARATORS, unit_on};
use crate::tally::counts;
use crate::times::{day, micros};
use crate::values::write_rows;
use crate::{Store, StoreError, subjects};

/// The clause under which all clauses are counted together.
pub const ALL_CLAUSES: &str = "";

/// The most days that are written at once.
pub const MAX_DAYS: usize = 4_000;

/// The counts of one unit itself on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCounts {
    /// The day.
    pub day: Date,
    /// The unit; empty for subjects without one.
    pub unit: String,
    /// How many findings of each state.
    pub counts: Counts,
}

/// The counts of every unit on the days from `from` to `to`, both included, under one clause or under [`ALL_CLAUSES`].
pub async fn days(store: &Store, clause: &str, from: Date, to: Date) -> Result<Vec<DayCounts>, StoreError> {
    let rows = query(
        "SELECT day, unit, pass, fail, unknown, exempt FROM tally_days WHERE clause = $1 AND day >= $2 AND day <= $3 \
         ORDER BY day, unit",
    )
    .bind(clause)
    .bind(from.to_string())
    .bind(to.to_string())
    .fetch_all(store.readers())
    .await?;
    rows.iter()
        .map(|row| Ok(DayCounts { day: day(row.try_get(0)?)?, unit: row.try_get(1)?, counts: counts(row, 2)? }))
        .collect()
}

/// Writes down the counts of today so far. When the last day written is an earlier one, it and the days since are over: they
/// are counted as they were at their end.
pub(crate) async fn write_days(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let today = day_of(now);
    let row = query("SELECT MAX(day) FROM tally_days").fetch_one(store.readers()).await?;
    let last: Option<&str> = row.try_get(0)?;
    if let Some(last) = last.map(day).transpose()?.filter(|last| *last < today)
        && let Ok(yesterday) = today.yesterday()
    {
        rebuild_days(store, last, yesterday).await?;
    }
    let mut transaction = store.transaction().await?;
    // Another server may be about to write the same.
    store.core().engine.lock_table(&mut transaction, "tally_days").await?;
    query("DELETE FROM tally_days WHERE day = $1").bind(today.to_string()).execute(&mut *transaction).await?;
    query(
        "INSERT INTO tally_days (clause, day, unit, pass, fail, unknown, exempt) \
         SELECT clause, $1, unit, pass, fail, unknown, exempt FROM tally",
    )
    .bind(today.to_string())
    .execute(&mut *transaction)
    .await?;
    // PostgreSQL adds BIGINTs up to NUMERIC.
    query(
        "INSERT INTO tally_days (clause, day, unit, pass, fail, unknown, exempt) \
         SELECT '', $1, unit, CAST(SUM(pass) AS BIGINT), CAST(SUM(fail) AS BIGINT), CAST(SUM(unknown) AS BIGINT), \
         CAST(SUM(exempt) AS BIGINT) FROM tally GROUP BY unit",
    )
    .bind(today.to_string())
    .execute(&mut *transaction)
    .await?;
    Ok(transaction.commit().await?)
}

/// Counts the days from `from` to `to`, both included, from the intervals of findings: each as it was at its end, under the
/// units of that day.
pub async fn rebuild_days(store: &Store, from: Date, to: Date) -> Result<(), StoreError> {
    let mut next = Some(from);
    let mut written = 0;
    while let Some(day) = next.filter(|day| *day <= to) {
        written += 1;
        if written > MAX_DAYS {
            return Err(StoreError::TooMany { limit: MAX_DAYS });
        }
        let mut transaction = store.transaction().await?;
        store.core().engine.lock_table(&mut transaction, "tally_days").await?;
        let context = context(store.core(), &mut transaction).await?;
        rebuild_day(&mut transaction, &context, day).await?;
        transaction.commit().await?;
        next = day.tomorrow().ok();
    }
    Ok(())
}

/// What is counted: per unit and clause.
type DayRows = BTreeMap<String, BTreeMap<String, Counts>>;

async fn rebuild_day(connection: &mut AnyConnection, context: &JudgeContext, day: Date) -> Result<(), StoreError> {
    let end = day.tomorrow().map_or(Timestamp::MAX, start_of_day);
    // Subjects are few, findings many: the engine counts the findings of each and joins them into one text, and the units are
    // looked up here.
    let sql = "SELECT kind, id, string_agg(clause || $1 || state || $1 || CAST(findings AS TEXT), $2) FROM \
               (SELECT s.number, s.kind, s.id, f.clause, f.state, COUNT(*) AS findings FROM findings f \
               JOIN subjects s ON s.number = f.subject WHERE f.valid_from < $3 AND f.valid_to >= $3 \
               GROUP BY s.number, s.kind, s.id, f.clause, f.state) counted GROUP BY number, kind, id";
    let separated = SEPARATORS.iter().fold(query(sql), |query, separator| query.bind(*separator));
    let rows = separated.bind(micros(end)).fetch_all(&mut *connection).await?;
    let mut counted = DayRows::new();
    for row in &rows {
        let subject = Subject { kind: subjects::kind(row.try_get(0)?)?, id: row.try_get(1)? };
        let clauses = counted.entry(unit_on(context, &subject, day)).or_default();
        let mut all = Counts::default();
        for item in row.try_get::<&str, _>(2)?.split(ITEM) {
            let (clause, state, count) = clause_count(item)
                .ok_or_else(|| StoreError::corrupt(format!("the findings of {} {}", subject.kind, subject.id)))?;
            add(clauses.entry(clause.to_owned()).or_default(), state, count);
            add(&mut all, state, count);
        }
        *clauses.entry(ALL_CLAUSES.to_owned()).or_default() += all;
    }
    query("DELETE FROM tally_days WHERE day = $1").bind(day.to_string()).execute(&mut *connection).await?;
    let sql =
        |rows: &str| format!("INSERT INTO tally_days (clause, day, unit, pass, fail, unknown, exempt) VALUES {rows}");
    let rows: Vec<DayRow<'_>> = counted.iter().flat_map(|(unit, clauses)| day_rows(unit, clauses)).collect();
    let text = day.to_string();
    write_rows(connection, &rows, 7, sql, |query, (clause, unit, numbers)| {
        let query = query.bind(*clause).bind(text.clone()).bind(*unit);
        numbers.iter().fold(query, |query, number| query.bind(*number))
    })
    .await
}

/// A clause, a unit, and the number of findings of each state.
type DayRow<'c> = (&'c str, &'c str, [i64; State::ALL.len()]);

fn day_rows<'c>(unit: &'c str, clauses: &'c BTreeMap<String, Counts>) -> Vec<DayRow<'c>> {
    let row = |(clause, counts): (&'c String, &Counts)| {
        let numbers = [counts.pass, counts.fail, counts.unknown, counts.exempt];
        (clause.as_str(), unit, numbers.map(|count| i64::try_from(count).unwrap_or(i64::MAX)))
    };
    clauses.iter().map(row).collect()
}

/// A clause, a state and how many findings, as the engine joined them.
fn clause_count(item: &str) -> Option<(&str, State, u64)> {
    let mut fields = item.split(FIELD);
    Some((fields.next()?, fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

fn add(counts: &mut Counts, state: State, count: u64) {
    *match state {
        State::Pass => &mut counts.pass,
        State::Fail => &mut counts.fail,
        State::Unknown => &mut counts.unknown,
        State::Exempt => &mut counts.exempt,
    } += count;
}
