//! How values stand in columns: the only types are BIGINT and TEXT (see the head of the first migration).

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use khien_model::Validity;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::StoreError;
pub(crate) use crate::times::micros;

/// A point in time that may be missing.
pub(crate) fn micros_or_none(moment: Option<Timestamp>) -> Option<i64> {
    moment.map(micros)
}

/// A civil date as `YYYY-MM-DD`.
pub(crate) fn day_text(day: Date) -> String {
    day.to_string()
}

/// A civil date that may be missing.
pub(crate) fn day_text_or_none(day: Option<Date>) -> Option<String> {
    day.map(day_text)
}

/// A document as JSON.
pub(crate) fn json_text<T: Serialize>(document: &T) -> Result<String, StoreError> {
    serde_json::to_string(document).map_err(|error| StoreError::corrupt(error.to_string()))
}

/// Reads one row by the names of its columns. What does not fit the schema's contract is [`StoreError::Corrupt`].
pub(crate) trait Columns {
    /// A TEXT.
    fn text(&self, column: &str) -> Result<String, StoreError>;
    /// A TEXT or NULL.
    fn text_or_none(&self, column: &str) -> Result<Option<String>, StoreError>;
    /// A BIGINT.
    fn number(&self, column: &str) -> Result<i64, StoreError>;
    /// A BIGINT or NULL.
    fn number_or_none(&self, column: &str) -> Result<Option<i64>, StoreError>;

    /// How many: a BIGINT that is not negative.
    fn count(&self, column: &str) -> Result<u64, StoreError> {
        let number = self.number(column)?;
        u64::try_from(number).map_err(|_| wrong(column, &number))
    }

    /// Yes or no.
    fn flag(&self, column: &str) -> Result<bool, StoreError> {
        match self.number(column)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(wrong(column, &other)),
        }
    }

    /// A point in time.
    fn moment(&self, column: &str) -> Result<Timestamp, StoreError> {
        let number = self.number(column)?;
        Timestamp::from_microsecond(number).map_err(|_| wrong(column, &number))
    }

    /// A point in time or NULL.
    fn moment_or_none(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        let Some(number) = self.number_or_none(column)? else { return Ok(None) };
        Timestamp::from_microsecond(number).map(Some).map_err(|_| wrong(column, &number))
    }

    /// A word of a closed list, a date: whatever is read from a text.
    fn parsed<T: FromStr>(&self, column: &str) -> Result<T, StoreError> {
        let text = self.text(column)?;
        text.parse().map_err(|_| wrong(column, &text))
    }

    /// A word, a date … or NULL.
    fn parsed_or_none<T: FromStr>(&self, column: &str) -> Result<Option<T>, StoreError> {
        let Some(text) = self.text_or_none(column)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| wrong(column, &text))
    }

    /// The columns `valid_from` and `valid_to`.
    fn validity(&self) -> Result<Validity, StoreError> {
        Ok(Validity { from: self.parsed("valid_from")?, to: self.parsed_or_none("valid_to")? })
    }

    /// A JSON document.
    fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        let text = self.text(column)?;
        serde_json::from_str(&text).map_err(|error| StoreError::corrupt(format!("column {column}: {error}")))
    }
}

fn wrong(column: &str, value: &dyn std::fmt::Debug) -> StoreError {
    StoreError::corrupt(format!("column {column} holds {value:?}"))
}

impl Columns for AnyRow {
    fn text(&self, column: &str) -> Result<String, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn text_or_none(&self, column: &str) -> Result<Option<String>, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn number(&self, column: &str) -> Result<i64, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn number_or_none(&self, column: &str) -> Result<Option<i64>, StoreError> {
        Ok(self.try_get(column)?)
    }
}
