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

/// The sizes of the pieces, largest first.
const SIZES: [usize; 5] = [256, 64, 16, 4, 1];
/// How many parameters a statement has at most. To bind one, the library looks through the names of those before it: the time
/// grows with the square of their number, and beyond some hundreds this is most of what a row costs.
const MAX_PARAMETERS: usize = 320;

/// `rows` of so many columns, in pieces that have one of the sizes.
pub(crate) fn pieces<T>(rows: &[T], columns: usize) -> impl Iterator<Item = &[T]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let fits = |size: &usize| *size <= rest.len() && (*size == 1 || size * columns <= MAX_PARAMETERS);
        let size = SIZES.into_iter().find(fits)?;
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
    for piece in pieces(rows, columns) {
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
    for piece in pieces(keys, 1) {
        let text = sql(&members(piece.len(), first.len() + 1));
        let query = first.iter().fold(query(text), |query, text| query.bind(*text));
        rows.extend(piece.iter().fold(query, &bind).fetch_all(&mut *connection).await?);
    }
    Ok(rows)
}

/// Changes the rows that belong to any of `keys`, piece by piece. `sql` gets the placeholders of a piece.
pub(crate) async fn change_rows<'k, K>(
    connection: &mut AnyConnection,
    keys: &'k [K],
    sql: impl Fn(&str) -> String,
    bind: impl Fn(Bound<'k>, &'k K) -> Bound<'k>,
) -> Result<(), StoreError> {
    for piece in pieces(keys, 1) {
        let text = sql(&members(piece.len(), 1));
        piece.iter().fold(query(text), &bind).execute(&mut *connection).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_one_piece_of_a_known_size() {
        for count in [0, 1, 3, 5, 255, 256, 257, 1_000] {
            for columns in [1, 5, 9, MAX_PARAMETERS + 1] {
                let rows: Vec<usize> = (0..count).collect();
                let cut: Vec<&[usize]> = pieces(&rows, columns).collect();
                assert_eq!(cut.concat(), rows);
                for piece in cut {
                    assert!(SIZES.contains(&piece.len()));
                    assert!(piece.len() == 1 || piece.len() * columns <= MAX_PARAMETERS);
                }
            }
        }
    }

    #[test]
    fn placeholders_count_through_rows() {
        assert_eq!(placeholders(2, 2, 3), "($3, $4), ($5, $6)");
        assert_eq!(members(3, 1), "($1, $2, $3)");
    }
}
