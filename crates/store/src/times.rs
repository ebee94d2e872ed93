//! Points in time and days as the database holds them.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::StoreError;

/// The open end of an interval: later than any time.
pub(crate) const OPEN_END: i64 = i64::MAX;

/// A moment as microseconds since 1970 UTC.
pub(crate) fn micros(moment: Timestamp) -> i64 {
    moment.as_microsecond()
}

/// The moment at `micros`.
pub(crate) fn moment(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|_| StoreError::corrupt(format!("{micros} is no point in time")))
}

/// The moment at `micros`, where the open end stands for never.
pub(crate) fn moment_or_never(micros: i64) -> Result<Option<Timestamp>, StoreError> {
    if micros == OPEN_END { Ok(None) } else { moment(micros).map(Some) }
}

/// A moment that may be missing.
pub(crate) fn optional_moment(micros: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    micros.map(moment).transpose()
}

/// The day written in `text`.
pub(crate) fn day(text: &str) -> Result<Date, StoreError> {
    text.parse().map_err(|_| StoreError::corrupt(format!("{text:?} is no day")))
}
