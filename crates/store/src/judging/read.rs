//! What is known about many subjects, one row each: the library's cost is by the row and the column, so the engine joins the
//! areas and findings of a subject into one text, and it is cut here.

use std::collections::HashMap;
use std::str::FromStr;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::{OpenFinding, Standing, StoredFact};
use crate::store::Core;
use crate::values::read_rows;
use crate::{StoreError, subjects};

/// Between the fields of one item, and between items. Neither stands in JSON, where control characters are escaped, nor in
/// ids, numbers and words.
pub(crate) const FIELD: char = '\u{1f}';
pub(crate) const ITEM: char = '\u{1e}';
/// The same as parameters of a query.
pub(crate) const SEPARATORS: &[&str] = &["\u{1f}", "\u{1e}"];

/// The columns of a [`Standing`], from `subjects` under the name `s`.
macro_rules! standing_columns {
    () => {
        "s.number, s.kind, s.id, s.counted_unit, s.confirmed_at, s.report_digest, s.judged_at, s.next_judge_at, \
         s.judge_on_report, s.retired_at, s.silent_since"
    };
}
pub(crate) use standing_columns;

/// The standing in a row whose columns from `first` on are [`standing_columns`].
pub(crate) fn standing(row: &AnyRow, first: usize) -> Result<Standing, StoreError> {
    Ok(Standing {
        number: row.try_get(first)?,
        kind: subjects::kind(row.try_get(first + 1)?)?,
        id: row.try_get(first + 2)?,
        counted_unit: row.try_get(first + 3)?,
        confirmed_at: row.try_get(first + 4)?,
        report_digest: row.try_get(first + 5)?,
        judged_at: row.try_get(first + 6)?,
        next_judge_at: row.try_get(first + 7)?,
        judge_on_report: row.try_get::<i64, _>(first + 8)? != 0,
        is_retired: row.try_get::<Option<i64>, _>(first + 9)?.is_some(),
        silent_since: row.try_get(first + 10)?,
    })
}

/// The rows of these subjects, in the order of `numbers`, which are sorted.
pub(super) async fn standings(connection: &mut AnyConnection, numbers: &[i64]) -> Result<Vec<Standing>, StoreError> {
    select(connection, numbers, "").await
}

/// Locks the rows of these subjects, in the order of their numbers, so that nobody waits for each other in a circle.
pub(crate) async fn lock(
    core: &Core,
    connection: &mut AnyConnection,
    numbers: &[i64],
) -> Result<Vec<Standing>, StoreError> {
    select(connection, numbers, core.engine.lock_rows()).await
}

/// Locks those of the rows that nobody else holds.
pub(super) async fn lock_free(
    core: &Core,
    connection: &mut AnyConnection,
    numbers: &[i64],
) -> Result<Vec<Standing>, StoreError> {
    select(connection, numbers, core.engine.lock_free_rows()).await
}

async fn select(connection: &mut AnyConnection, numbers: &[i64], lock: &str) -> Result<Vec<Standing>, StoreError> {
    let sql = |members: &str| {
        let columns = standing_columns!();
        format!("SELECT {columns} FROM subjects s WHERE s.number IN {members} ORDER BY s.number{lock}")
    };
    let rows = read_rows(connection, &[], numbers, sql, |query, number| query.bind(*number)).await?;
    rows.iter().map(|row| standing(row, 0)).collect()
}

/// The facts of many subjects.
pub(crate) async fn read_facts(
    connection: &mut AnyConnection,
    numbers: &[i64],
) -> Result<HashMap<i64, Vec<StoredFact>>, StoreError> {
    let sql = |members: &str| {
        format!(
            "SELECT subject, string_agg(area || $1 || hash || $1 || CAST(observed_at AS TEXT) || $1 || \
             CAST(changed_at AS TEXT) || $1 || fact, $2) FROM facts WHERE subject IN {members} GROUP BY subject"
        )
    };
    read_items(connection, numbers, sql, fact).await
}

/// The open findings of many subjects.
pub(super) async fn read_open(
    connection: &mut AnyConnection,
    numbers: &[i64],
) -> Result<HashMap<i64, Vec<OpenFinding>>, StoreError> {
    let sql = |members: &str| {
        format!(
            "SELECT subject, string_agg(control || $1 || clause || $1 || CAST(valid_from AS TEXT) || $1 || state || $1 || \
             severity || $1 || COALESCE(CAST(due AS TEXT), '') || $1 || detail, $2) FROM findings \
             WHERE valid_to = 9223372036854775807 AND subject IN {members} GROUP BY subject"
        )
    };
    read_items(connection, numbers, sql, finding).await
}

async fn read_items<T>(
    connection: &mut AnyConnection,
    numbers: &[i64],
    sql: impl Fn(&str) -> String,
    item: fn(&str) -> Option<T>,
) -> Result<HashMap<i64, Vec<T>>, StoreError> {
    let rows = read_rows(connection, SEPARATORS, numbers, sql, |query, number| query.bind(*number)).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in &rows {
        let number: i64 = row.try_get(0)?;
        let text: &str = row.try_get(1)?;
        let items: Option<Vec<T>> = text.split(ITEM).map(item).collect();
        let items = items.ok_or_else(|| StoreError::corrupt(format!("what is kept about subject {number}")))?;
        found.insert(number, items);
    }
    Ok(found)
}

fn fact(text: &str) -> Option<StoredFact> {
    let mut fields = text.splitn(5, FIELD);
    Some(StoredFact {
        area: fields.next()?.to_owned(),
        hash: fields.next()?.to_owned(),
        observed_at: parse(fields.next()?)?,
        changed_at: parse(fields.next()?)?,
        fact: fields.next()?.to_owned(),
    })
}

fn finding(text: &str) -> Option<OpenFinding> {
    let mut fields = text.splitn(7, FIELD);
    Some(OpenFinding {
        control: fields.next()?.to_owned(),
        clause: fields.next()?.to_owned(),
        valid_from: parse(fields.next()?)?,
        state: parse(fields.next()?)?,
        severity: parse(fields.next()?)?,
        due: match fields.next()? {
            "" => None,
            due => Some(parse(due)?),
        },
        detail: fields.next()?.to_owned(),
    })
}

fn parse<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_keeps_every_sign_that_json_may_hold() {
        let json = r#"{"value":{"name":"\u001e\u001f | , \n"},"source":"agent:linux"}"#;
        let text = ["os", "aGFzaA==", "1", "2", json].join(SEPARATORS[0]);
        let read = fact(&text).expect("a fact");
        assert_eq!((read.area.as_str(), read.observed_at, read.changed_at, read.fact.as_str()), ("os", 1, 2, json));
        assert!(fact("os").is_none(), "what is cut short is not guessed");
    }
}
