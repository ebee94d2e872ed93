//! Days and the periods in which something is valid.
//!
//! Law, units and exemptions are dated by the day. Facts and findings are dated by the moment. The two meet here: a day
//! begins at midnight in Vietnam, wherever the machine that reckons stands.

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// The offset at which a day begins: UTC+07:00, all year (Vietnam has no summer time).
pub const DAY_OFFSET: Offset = Offset::constant(7);

/// The moment at which `day` begins.
///
/// The first and last days that a [`Date`] can hold begin outside what a [`Timestamp`] can hold; they are moved to the
/// nearest moment that it can.
pub fn start_of_day(day: Date) -> Timestamp {
    let midnight = day.at(0, 0, 0, 0);
    match TimeZone::fixed(DAY_OFFSET).to_timestamp(midnight) {
        Ok(start) => start,
        Err(_) if day.year() < 0 => Timestamp::MIN,
        Err(_) => Timestamp::MAX,
    }
}

/// The last second of `day`: what holds then holds on that day, and is shown as of it.
pub fn end_of_day(day: Date) -> Timestamp {
    let next = day.tomorrow().map_or(Timestamp::MAX, start_of_day);
    next.checked_sub(SignedDuration::from_secs(1)).unwrap_or(next)
}

/// The day that `moment` falls on.
pub fn day_of(moment: Timestamp) -> Date {
    DAY_OFFSET.to_datetime(moment).date()
}

/// From the start of one day to the start of another: `[from, to)`. Without `to` it has no end yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first day.
    pub from: Date,
    /// The first day after the last one.
    pub to: Option<Date>,
}

impl Validity {
    /// Whether it has at least one day.
    pub fn is_ordered(self) -> bool {
        self.to.is_none_or(|to| self.from < to)
    }

    /// Whether `day` is one of its days.
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }

    /// Whether every day of `inner` is one of its days.
    pub fn encloses(self, inner: Self) -> bool {
        let ends_in_time = match (self.to, inner.to) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(outer_end), Some(inner_end)) => inner_end <= outer_end,
        };
        self.from <= inner.from && ends_in_time
    }

    /// Whether some day belongs to both.
    pub fn overlaps(self, other: Self) -> bool {
        let first_common = self.from.max(other.from);
        self.is_ordered() && other.is_ordered() && self.contains(first_common) && other.contains(first_common)
    }

    /// The first day after `day` on which [`contains`](Self::contains) changes its answer.
    pub fn next_border(self, day: Date) -> Option<Date> {
        if day < self.from { Some(self.from) } else { self.to.filter(|to| day < *to) }
    }
}

impl std::fmt::Display for Validity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.to {
            Some(to) => write!(formatter, "{} until before {to}", self.from),
            None => write!(formatter, "{} onwards", self.from),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn period(from: i16, to: Option<i16>) -> Validity {
        Validity { from: date(from, 1, 1), to: to.map(|year| date(year, 1, 1)) }
    }

    #[test]
    fn a_day_begins_at_midnight_in_vietnam() {
        assert_eq!(start_of_day(date(2026, 7, 1)).to_string(), "2026-06-30T17:00:00Z");
        let last_second: Timestamp = "2026-06-30T16:59:59Z".parse().expect("a timestamp");
        assert_eq!(day_of(last_second), date(2026, 6, 30));
        assert_eq!(end_of_day(date(2026, 6, 30)), last_second);
        assert_eq!(day_of(start_of_day(date(2026, 7, 1))), date(2026, 7, 1));
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        assert!(start_of_day(Date::MIN) <= start_of_day(Date::MAX));
        assert!(start_of_day(Date::MAX) <= end_of_day(Date::MAX));
        assert!(day_of(Timestamp::MIN) <= day_of(Timestamp::MAX));
    }

    #[test]
    fn periods_are_half_open() {
        let years = period(2024, Some(2026));
        assert!(years.contains(date(2024, 1, 1)));
        assert!(years.contains(date(2025, 12, 31)));
        assert!(!years.contains(date(2026, 1, 1)));
        assert!(!years.contains(date(2023, 12, 31)));
        assert_eq!(years.next_border(date(2020, 1, 1)), Some(date(2024, 1, 1)));
        assert_eq!(years.next_border(date(2024, 1, 1)), Some(date(2026, 1, 1)));
        assert_eq!(years.next_border(date(2026, 1, 1)), None);
        assert_eq!(period(2024, None).next_border(date(2024, 1, 1)), None);
    }

    #[test]
    fn periods_that_touch_do_not_overlap() {
        assert!(!period(2024, Some(2025)).overlaps(period(2025, None)));
        assert!(period(2024, Some(2026)).overlaps(period(2025, None)));
        assert!(period(2024, None).overlaps(period(2020, None)));
        assert!(!period(2026, Some(2024)).overlaps(period(2020, None)), "an empty period has no day");
    }

    #[test]
    fn enclosing_needs_both_ends() {
        assert!(period(2024, None).encloses(period(2024, None)));
        assert!(period(2024, Some(2026)).encloses(period(2024, Some(2026))));
        assert!(!period(2024, Some(2026)).encloses(period(2024, None)));
        assert!(!period(2024, None).encloses(period(2023, Some(2026))));
    }
}
