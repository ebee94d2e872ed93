//! Counts for the heat map and the trends, from the tables that every change keeps current.

use jiff::civil::Date;
use khien_judge::Counts;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Scope, count};
use crate::times::day;
use crate::values::query;
use crate::{Store, StoreError};

/// How many findings of one unit (without those below it) and one clause are in which state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The unit; empty for subjects that belong to none.
    pub unit: String,
    /// The clause.
    pub clause: String,
    /// How many.
    pub counts: Counts,
}

fn counts(row: &AnyRow) -> Result<Counts, StoreError> {
    Ok(Counts {
        pass: count(row.try_get("pass")?)?,
        fail: count(row.try_get("fail")?)?,
        unknown: count(row.try_get("unknown")?)?,
        exempt: count(row.try_get("exempt")?)?,
    })
}

fn tally_of(row: &AnyRow) -> Result<Tally, StoreError> {
    Ok(Tally { unit: row.try_get("unit")?, clause: row.try_get("clause")?, counts: counts(row)? })
}

/// How it stands now: one row for each unit and clause of which anything is counted.
pub async fn now(store: &Store) -> Result<Vec<Tally>, StoreError> {
    let sql = "SELECT unit, clause, pass, fail, unknown, exempt FROM tally WHERE clause <> ''";
    sqlx::query(sql).fetch_all(store.readers()).await?.iter().map(tally_of).collect()
}

/// How it stood at the end of `at`.
pub async fn on(store: &Store, at: Date) -> Result<Vec<Tally>, StoreError> {
    let sql = "SELECT unit, clause, pass, fail, unknown, exempt FROM tally_days WHERE clause <> '' AND day = $1";
    sqlx::query(sql).bind(at.to_string()).fetch_all(store.readers()).await?.iter().map(tally_of).collect()
}

/// How all clauses together stood at the end of each day from `from` to `to`, summed over the units of `scope`, oldest first.
/// Days of which nothing was counted are left out.
pub async fn trend(store: &Store, scope: Scope<'_>, from: Date, to: Date) -> Result<Vec<(Date, Counts)>, StoreError> {
    let sql = format!(
        "SELECT day, CAST(SUM(pass) AS BIGINT) AS pass, CAST(SUM(fail) AS BIGINT) AS fail,
                CAST(SUM(unknown) AS BIGINT) AS unknown, CAST(SUM(exempt) AS BIGINT) AS exempt
         FROM tally_days WHERE clause = '' AND day >= $1 AND day <= $2{}
         GROUP BY day ORDER BY day",
        scope.condition("unit", 3)
    );
    let query = scope.bind(query(sql).bind(from.to_string()).bind(to.to_string()));
    let rows = query.fetch_all(store.readers()).await?;
    rows.iter().map(|row| Ok((day(row.try_get("day")?)?, counts(row)?))).collect()
}

/// The first day of which anything was counted.
pub async fn first_day(store: &Store) -> Result<Option<Date>, StoreError> {
    let sql = "SELECT MIN(day) AS day FROM tally_days WHERE clause = ''";
    let row = sqlx::query(sql).fetch_one(store.readers()).await?;
    let first: Option<String> = row.try_get("day")?;
    first.as_deref().map(day).transpose()
}
