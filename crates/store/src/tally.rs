//! Counts of open findings per unit and clause, kept in the transaction that changes the findings.

use std::collections::BTreeMap;

use khien_judge::Counts;
use khien_model::State;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _, query};

use crate::judging::{Deltas, place, write_tally};
use crate::{Store, StoreError};

/// The counts of one unit itself under one clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The unit; empty for subjects without one.
    pub unit: String,
    /// The clause.
    pub clause: String,
    /// How many open findings of each state.
    pub counts: Counts,
}

/// A count that was not what the open findings say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The unit.
    pub unit: String,
    /// The clause.
    pub clause: String,
    /// What was kept.
    pub kept: Counts,
    /// What was counted.
    pub counted: Counts,
}

/// The counts in the columns from `first` on: pass, fail, unknown, exempt.
pub(crate) fn counts(row: &AnyRow, first: usize) -> Result<Counts, StoreError> {
    let count = |place: usize| {
        let count: i64 = row.try_get(first + place)?;
        u64::try_from(count).map_err(|_| StoreError::corrupt(format!("a count of {count}")))
    };
    Ok(Counts { pass: count(0)?, fail: count(1)?, unknown: count(2)?, exempt: count(3)? })
}

/// All counts, by unit and clause.
pub async fn all(store: &Store) -> Result<Vec<Tally>, StoreError> {
    let sql = "SELECT unit, clause, pass, fail, unknown, exempt FROM tally ORDER BY unit, clause";
    let rows = query(sql).fetch_all(store.readers()).await?;
    rows.iter()
        .map(|row| Ok(Tally { unit: row.try_get(0)?, clause: row.try_get(1)?, counts: counts(row, 2)? }))
        .collect()
}

/// Counts the open findings anew, puts right what was kept, and says what was not right: nothing, unless somebody changed the
/// database behind our back.
pub async fn recount(store: &Store) -> Result<Vec<Difference>, StoreError> {
    let mut transaction = store.transaction().await?;
    // Nobody may move a count while it is counted; findings are moved only by who holds their subject.
    store.core().engine.lock_table(&mut transaction, "subjects").await?;
    let counted = count_open(&mut transaction).await?;
    let kept = kept(&mut transaction).await?;
    let keys: std::collections::BTreeSet<_> = counted.keys().chain(kept.keys()).cloned().collect();
    let (mut differences, mut deltas) = (Vec::new(), Deltas::new());
    for key in keys {
        let (kept, counted) =
            (kept.get(&key).copied().unwrap_or_default(), counted.get(&key).copied().unwrap_or_default());
        if kept == counted {
            continue;
        }
        let mut delta = [0; State::ALL.len()];
        for (place, step) in delta.iter_mut().enumerate() {
            *step = counted[place] - kept[place];
        }
        deltas.insert(key.clone(), delta);
        let (unit, clause) = key;
        differences.push(Difference { unit, clause, kept: of(kept), counted: of(counted) });
    }
    write_tally(&mut transaction, &deltas).await?;
    transaction.commit().await?;
    Ok(differences)
}

/// Counts by state as they are moved.
type Row = [i64; State::ALL.len()];

fn of(row: Row) -> Counts {
    let count = |state| u64::try_from(row[place(state)]).unwrap_or_default();
    Counts {
        pass: count(State::Pass),
        fail: count(State::Fail),
        unknown: count(State::Unknown),
        exempt: count(State::Exempt),
    }
}

async fn count_open(connection: &mut AnyConnection) -> Result<BTreeMap<(String, String), Row>, StoreError> {
    let rows = query(
        "SELECT s.counted_unit, f.clause, f.state, COUNT(*) FROM findings f JOIN subjects s ON s.number = f.subject \
         WHERE f.valid_to = 9223372036854775807 GROUP BY s.counted_unit, f.clause, f.state",
    )
    .fetch_all(connection)
    .await?;
    let mut counted: BTreeMap<(String, String), Row> = BTreeMap::new();
    for row in &rows {
        let state: State = row
            .try_get::<&str, _>(2)?
            .parse()
            .map_err(|error: khien_model::UnknownWord| StoreError::corrupt(error.to_string()))?;
        counted.entry((row.try_get(0)?, row.try_get(1)?)).or_default()[place(state)] = row.try_get(3)?;
    }
    Ok(counted)
}

async fn kept(connection: &mut AnyConnection) -> Result<BTreeMap<(String, String), Row>, StoreError> {
    let rows = query("SELECT unit, clause, pass, fail, unknown, exempt FROM tally").fetch_all(connection).await?;
    let kept = rows.iter().map(|row| {
        let counts = [row.try_get(2)?, row.try_get(3)?, row.try_get(4)?, row.try_get(5)?];
        Ok(((row.try_get(0)?, row.try_get(1)?), counts))
    });
    kept.collect()
}
