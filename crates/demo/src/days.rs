//! The days of the demonstration: the last of them is today.

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Span, Timestamp};
use khien_model::{day_of, start_of_day};

/// How many days before today the first agent enrols.
pub(crate) const DAYS: i64 = 90;

/// The calendar of the demonstration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Days {
    /// The moment at which it is made: nothing happens later.
    pub(crate) now: Timestamp,
    today: Date,
}

impl Days {
    /// The days up to `now`.
    pub(crate) fn up_to(now: Timestamp) -> Self {
        Self { now, today: day_of(now) }
    }

    /// The day `ago` days before today.
    pub(crate) fn date(self, ago: i64) -> Date {
        self.today.saturating_sub(Span::new().days(ago))
    }

    /// A moment of that day in Vietnam, but never later than now.
    pub(crate) fn at(self, ago: i64, minute_of_day: i64) -> Timestamp {
        let moment = start_of_day(self.date(ago)).saturating_add(SignedDuration::from_mins(minute_of_day));
        moment.map_or(self.now, |moment| moment.min(self.now))
    }

    /// Whether offices work on that day.
    pub(crate) fn is_working(self, ago: i64) -> bool {
        !matches!(self.date(ago).weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// Whether that day is a Monday.
    pub(crate) fn is_monday(self, ago: i64) -> bool {
        self.date(ago).weekday() == Weekday::Monday
    }

    /// Whether that day is the second Tuesday of its month, on which Microsoft publishes its updates.
    pub(crate) fn is_patch_day(self, ago: i64) -> bool {
        let date = self.date(ago);
        date.weekday() == Weekday::Tuesday && (8..=14).contains(&date.day())
    }
}

/// Minutes since midnight.
pub(crate) const fn clock(hour: i64, minute: i64) -> i64 {
    hour * 60 + minute
}
