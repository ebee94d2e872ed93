//! Many rows in one statement.
//!
//! A statement of any number of rows would be prepared anew for each number. So a list is cut into pieces of a few sizes, and
//! each size is prepared once per connection.

use std::fmt::Write as _;

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe};

use crate::StoreError;

/// A query whose parameters are being bound.
pub(crate) type Bound<'q> = Query<'q, Any, AnyArguments>;

/// The sizes of the pieces, largest first. The largest times the columns of a row stays far below the 32,766 parameters that
/// SQLite takes.
const SIZES: [usize; 5] = [256, 64, 16, 4, 1];

/// `rows` in pieces that have one of the sizes.
pub(crate) fn pieces<T>(rows: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= rest.len())?;
        let (piece, others) = rest.split_at_checked(size)?;
        rest = others;
        Some(piece)
    })
}

/// `($1, $2), ($3, $4)`: placeholders for `rows` rows of `columns` columns, the first of which is `$first`.
pub(crate) fn placeholders(rows: usize, columns: usize, first: usize) -> String {
    let mut text = String::with_capacity(rows * columns * 6);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            let comma = if column == 0 { "" } else { ", " };
            let _ = write!(text, "{comma}${}", first + row * columns + column);
        }
        text.push(')');
    }
    text
}

/// `($1, $2, $3)`: placeholders for the members of an `IN`, the first of which is `$first`.
pub(crate) fn members(count: usize, first: usize) -> String {
    placeholders(1, count, first)
}

/// A query whose text was put together from parts that stand in this crate: never from anything that came from outside.
pub(crate) fn query<'q>(sql: String) -> Bound<'q> {
    sqlx::query(AssertSqlSafe(sql))
}

/// Runs a statement over all `rows`, piece by piece. `sql` gets the placeholders of a piece, `bind` binds one row.
pub(crate) async fn write_rows<'r, T>(
    connection: &mut AnyConnection,
    rows: &'r [T],
    columns: usize,
    sql: impl Fn(&str) -> String,
    bind: impl Fn(Bound<'r>, &'r T) -> Bound<'r>,
) -> Result<(), StoreError> {
    for piece in pieces(rows) {
        let text = sql(&placeholders(piece.len(), columns, 1));
        piece.iter().fold(query(text), &bind).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Reads the rows that belong to any of `keys`, piece by piece. `sql` gets the placeholders of a piece, which come after the
/// parameters `first`.
pub(crate) async fn read_rows<'k, K>(
    connection: &mut AnyConnection,
    first: &'k [&'k str],
    keys: &'k [K],
    sql: impl Fn(&str) -> String,
    bind: impl Fn(Bound<'k>, &'k K) -> Bound<'k>,
) -> Result<Vec<AnyRow>, StoreError> {
    let mut rows = Vec::new();
    for piece in pieces(keys) {
        let text = sql(&members(piece.len(), first.len() + 1));
        let query = first.iter().fold(query(text), |query, text| query.bind(*text));
        rows.extend(piece.iter().fold(query, &bind).fetch_all(&mut *connection).await?);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_one_piece_of_a_known_size() {
        for count in [0, 1, 3, 5, 255, 256, 257, 1_000] {
            let rows: Vec<usize> = (0..count).collect();
            let cut: Vec<&[usize]> = pieces(&rows).collect();
            assert_eq!(cut.concat(), rows);
            assert!(cut.iter().all(|piece| SIZES.contains(&piece.len())));
        }
    }

    #[test]
    fn placeholders_count_through_rows() {
        assert_eq!(placeholders(2, 2, 3), "($3, $4), ($5, $6)");
        assert_eq!(members(3, 1), "($1, $2, $3)");
    }
}
