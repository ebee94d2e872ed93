//! What the pages show.
//!
//! Counts come from `tally` and `tally_days`, which every change keeps current; only lists of single findings read
//! `findings`, through an index and with a bound. A scope ([`Scope`]) says which units somebody may see.

pub mod findings;
pub mod overview;
pub mod subjects;

use sqlx::Any;
use sqlx::any::AnyArguments;
use sqlx::query::Query;

use crate::StoreError;
use crate::values::members;

/// The most rows that one list of a page takes from the database.
pub const MAX_ROWS: usize = 1_000;

/// Which units a reader may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'a> {
    /// All units, and what belongs to none.
    Everything,
    /// These units.
    Units(&'a [String]),
}

impl<'a> Scope<'a> {
    /// ` AND column IN ($first, …)`, or nothing. No unit at all matches nothing.
    fn condition(self, column: &str, first: usize) -> String {
        match self {
            Self::Everything => String::new(),
            Self::Units([]) => " AND 1 = 0".to_owned(),
            Self::Units(units) => format!(" AND {column} IN {}", members(units.len(), first)),
        }
    }

    /// The units as the values of [`Scope::condition`].
    fn bind<'q>(self, mut query: Query<'q, Any, AnyArguments>) -> Query<'q, Any, AnyArguments>
    where
        'a: 'q,
    {
        if let Self::Units(units) = self {
            for unit in units {
                query = query.bind(unit.as_str());
            }
        }
        query
    }
}

/// A bound or an offset as the database takes it.
fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// How many there are.
fn count(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::corrupt(format!("{number} is no count")))
}

/// A pattern for LIKE that finds `folded` anywhere. What would be a sign of the pattern is taken literally.
fn anywhere(folded: &str) -> String {
    let mut pattern = String::from("%");
    for letter in folded.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests;
