//! What the laws are checked on.

pub(crate) mod directive;
pub(crate) mod facts;
pub(crate) mod organisation;

use jiff::Timestamp;
use jiff::civil::date;

/// The moment around which everything random happens.
pub(crate) fn base() -> Timestamp {
    khien_model::start_of_day(date(2026, 11, 22))
}
