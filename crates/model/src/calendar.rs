//! The working-day calendar: data with sources, never a rule of thumb.
//!
//! Vietnam's days off follow the lunar calendar and are settled year by year, with days swapped between weeks. So a
//! calendar covers the days it was written for and says so: outside them it gives no answer instead of a guess.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Validity, day_of, start_of_day};

/// The most working days that can be added at once. The law's longest limits are below 200.
pub const MAX_WORKING_DAYS: u32 = 1_000;

words! {
    /// A day of the week.
    pub enum WeekDay {
        /// Thứ Hai.
        Monday = "monday",
        /// Thứ Ba.
        Tuesday = "tuesday",
        /// Thứ Tư.
        Wednesday = "wednesday",
        /// Thứ Năm.
        Thursday = "thursday",
        /// Thứ Sáu.
        Friday = "friday",
        /// Thứ Bảy.
        Saturday = "saturday",
        /// Chủ nhật.
        Sunday = "sunday",
    }
}

impl From<Weekday> for WeekDay {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday => Self::Tuesday,
            Weekday::Wednesday => Self::Wednesday,
            Weekday::Thursday => Self::Thursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
        }
    }
}

/// A calendar as written in its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarDocument {
    /// The id, e.g. `vn`.
    pub id: String,
    /// The first day it answers for.
    pub valid_from: Date,
    /// The first day it no longer answers for.
    pub valid_to: Date,
    /// The weekly days off.
    pub weekend: Vec<WeekDay>,
    /// Days off that are not weekly ones.
    pub days_off: Vec<SpecialDays>,
    /// Weekly days off on which work is done all the same, in exchange for another day.
    pub days_worked: Vec<SpecialDays>,
    /// What the calendar does not know, for the person who keeps it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

/// Days that differ from their week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpecialDays {
    /// The first one.
    pub from: Date,
    /// The last one; without it there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<Date>,
    /// Why, in Vietnamese.
    pub name: String,
    /// The law or notice that says so.
    pub source: String,
    /// Whether somebody compared this entry with its source.
    pub verified: bool,
}

impl SpecialDays {
    fn last(&self) -> Date {
        self.through.unwrap_or(self.from)
    }

    fn contains(&self, day: Date) -> bool {
        self.from <= day && day <= self.last()
    }
}

/// One mistake in a [`CalendarDocument`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CalendarProblem {
    /// It covers no day.
    Empty,
    /// Every day of the week is off.
    NoWorkingWeekday,
    /// An entry ends before it begins.
    Reversed(SpecialDays),
    /// An entry outside the days covered.
    OutsideCoverage(SpecialDays),
    /// An entry without a source.
    NoSource(SpecialDays),
    /// An entry that shares a day with another.
    Overlap(SpecialDays),
    /// A "worked" day that is a working day anyway.
    NotAWeekend(SpecialDays),
}

impl std::fmt::Display for CalendarProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (entry, what) = match self {
            Self::Empty => return write!(formatter, "the calendar covers no day"),
            Self::NoWorkingWeekday => return write!(formatter, "every day of the week is off"),
            Self::Reversed(entry) => (entry, "ends before it begins"),
            Self::OutsideCoverage(entry) => (entry, "lies outside the days that the calendar covers"),
            Self::NoSource(entry) => (entry, "has no source"),
            Self::Overlap(entry) => (entry, "shares a day with another entry"),
            Self::NotAWeekend(entry) => (entry, "is to be worked, but is not a weekly day off"),
        };
        write!(formatter, "{} ({}) {what}", entry.from, entry.name)
    }
}

impl std::error::Error for CalendarProblem {}

/// The calendar does not answer for this day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotCovered {
    /// The first day asked for that it does not answer for.
    pub day: Date,
    /// What it answers for.
    pub covered: Validity,
}

impl std::fmt::Display for NotCovered {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "the working-day calendar covers {}, not {}", self.covered, self.day)
    }
}

impl std::error::Error for NotCovered {}

/// A working day reckoned from another day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reckoned {
    /// The day.
    pub day: Date,
    /// Special days that were counted over or through although nobody has compared them with their source.
    pub unverified: Vec<Date>,
}

/// A calendar that is in order.
#[derive(Debug, Clone)]
pub struct WorkingDays {
    document: CalendarDocument,
}

impl WorkingDays {
    /// The calendar described by `document`, or everything that is wrong with it.
    pub fn new(document: CalendarDocument) -> Result<Self, Vec<CalendarProblem>> {
        let mut problems = Vec::new();
        let covered = Validity { from: document.valid_from, to: Some(document.valid_to) };
        if !covered.is_ordered() {
            problems.push(CalendarProblem::Empty);
        }
        if WeekDay::ALL.iter().all(|day| document.weekend.contains(day)) {
            problems.push(CalendarProblem::NoWorkingWeekday);
        }
        let mut earlier: Vec<&SpecialDays> = Vec::new();
        for entry in document.days_off.iter().chain(&document.days_worked) {
            if entry.last() < entry.from {
                problems.push(CalendarProblem::Reversed(entry.clone()));
            } else if !covered.contains(entry.from) || !covered.contains(entry.last()) {
                problems.push(CalendarProblem::OutsideCoverage(entry.clone()));
            }
            if entry.source.trim().is_empty() {
                problems.push(CalendarProblem::NoSource(entry.clone()));
            }
            if earlier.iter().any(|other| other.from <= entry.last() && entry.from <= other.last()) {
                problems.push(CalendarProblem::Overlap(entry.clone()));
            }
            earlier.push(entry);
        }
        for entry in &document.days_worked {
            // A span longer than the weekend has a working day in it: looking at a week's worth of days finds it.
            let days = entry.from.series(jiff::Span::new().days(1)).take(WeekDay::ALL.len());
            let mut days = days.take_while(|day| *day <= entry.last());
            if days.any(|day| !document.weekend.contains(&day.weekday().into())) {
                problems.push(CalendarProblem::NotAWeekend(entry.clone()));
            }
        }
        if problems.is_empty() { Ok(Self { document }) } else { Err(problems) }
    }

    /// The days it answers for.
    pub fn covered(&self) -> Validity {
        Validity { from: self.document.valid_from, to: Some(self.document.valid_to) }
    }

    /// The document it was made from.
    pub fn document(&self) -> &CalendarDocument {
        &self.document
    }

    /// Whether work is done on `day`.
    pub fn is_working_day(&self, day: Date) -> Result<bool, NotCovered> {
        self.look_up(day).map(|(working, _)| working)
    }

    /// The `count`-th working day after `day`; zero gives `day` itself.
    pub fn add_working_days(&self, day: Date, count: u32) -> Result<Reckoned, NotCovered> {
        let mut reckoned = Reckoned { day, unverified: Vec::new() };
        let mut left = count.min(MAX_WORKING_DAYS);
        while left > 0 {
            let next = reckoned.day.tomorrow().map_err(|_| self.not_covered(reckoned.day))?;
            let (working, special) = self.look_up(next)?;
            if special.is_some_and(|special| !special.verified) {
                reckoned.unverified.push(next);
            }
            left -= u32::from(working);
            reckoned.day = next;
        }
        Ok(reckoned)
    }

    /// The end of the `count`-th working day after the day of `moment`: the limit for what may take that many days.
    pub fn deadline(&self, moment: Timestamp, count: u32) -> Result<Timestamp, NotCovered> {
        let last = self.add_working_days(day_of(moment), count)?.day;
        let after = last.tomorrow().map_err(|_| self.not_covered(last))?;
        Ok(start_of_day(after))
    }

    fn look_up(&self, day: Date) -> Result<(bool, Option<&SpecialDays>), NotCovered> {
        if !self.covered().contains(day) {
            return Err(self.not_covered(day));
        }
        let find = |entries: &'_ [SpecialDays]| entries.iter().position(|entry| entry.contains(day));
        Ok(if let Some(place) = find(&self.document.days_worked) {
            (true, Some(&self.document.days_worked[place]))
        } else if let Some(place) = find(&self.document.days_off) {
            (false, Some(&self.document.days_off[place]))
        } else {
            (!self.document.weekend.contains(&day.weekday().into()), None)
        })
    }

    fn not_covered(&self, day: Date) -> NotCovered {
        NotCovered { day, covered: self.covered() }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// The calendar that is shipped.
    fn vietnam() -> WorkingDays {
        let text = include_str!("../../../content/calendars/vn.json");
        WorkingDays::new(serde_json::from_str(text).expect("the shipped file reads")).expect("it is in order")
    }

    #[test]
    fn the_shipped_calendar_knows_its_days() {
        let calendar = vietnam();
        let cases = [
            (date(2026, 11, 20), true, "a Friday"),
            (date(2026, 11, 22), false, "a Sunday"),
            (date(2026, 2, 16), false, "Tết"),
            (date(2026, 2, 20), false, "Tết"),
            (date(2026, 2, 23), true, "the Monday after Tết"),
            (date(2026, 1, 2), false, "swapped"),
            (date(2026, 1, 10), true, "a Saturday worked in exchange"),
            (date(2026, 4, 27), false, "in lieu of a Sunday"),
            (date(2025, 9, 1), false, "beside Quốc khánh"),
            (date(2024, 1, 1), false, "the first day covered"),
            (date(2027, 1, 31), false, "the last day covered, a Sunday"),
        ];
        for (day, working, what) in cases {
            assert_eq!(calendar.is_working_day(day), Ok(working), "{day}: {what}");
        }
    }

    #[test]
    fn outside_the_covered_days_there_is_no_answer() {
        let calendar = vietnam();
        for day in [date(2023, 12, 31), date(2027, 2, 1)] {
            let not_covered = calendar.is_working_day(day).expect_err("no answer");
            assert_eq!(not_covered.day, day);
        }
        let message = calendar.add_working_days(date(2027, 1, 28), 2).expect_err("no answer").to_string();
        assert_eq!(message, "the working-day calendar covers 2024-01-01 until before 2027-02-01, not 2027-02-01");
        assert!(calendar.add_working_days(Date::MAX, 1).is_err());
        assert_eq!(calendar.add_working_days(Date::MAX, 0).map(|reckoned| reckoned.day), Ok(Date::MAX));
    }

    #[test]
    fn working_days_are_counted_over_holidays() {
        let calendar = vietnam();
        let add = |day, count| calendar.add_working_days(day, count).expect("covered");
        assert_eq!(add(date(2026, 11, 16), 3).day, date(2026, 11, 19));
        assert_eq!(add(date(2026, 2, 13), 1).day, date(2026, 2, 23), "over Tết");
        assert_eq!(add(date(2026, 1, 9), 1).day, date(2026, 1, 10), "a worked Saturday counts");
        assert_eq!(add(date(2026, 11, 21), 0).day, date(2026, 11, 21));
        assert_eq!(add(date(2026, 11, 16), 3).unverified, []);
        let over_an_unverified_day = Reckoned { day: date(2026, 11, 25), unverified: vec![date(2026, 11, 24)] };
        assert_eq!(add(date(2026, 11, 23), 1), over_an_unverified_day);
    }

    #[test]
    fn a_deadline_is_the_end_of_its_day_in_vietnam() {
        // 23:30 on Monday in Vietnam is still Monday there, while it is 16:30 in Greenwich.
        let moment = "2026-11-16T23:30:00+07:00".parse().expect("a timestamp");
        let deadline = vietnam().deadline(moment, 3).expect("covered");
        assert_eq!(deadline, "2026-11-20T00:00:00+07:00".parse().expect("a timestamp"));
    }

    #[test]
    fn more_days_than_the_bound_are_cut_to_it() {
        let mut document = vietnam().document;
        document.valid_to = date(2100, 1, 1);
        let calendar = WorkingDays::new(document).expect("in order");
        let at = |count| calendar.add_working_days(date(2027, 1, 4), count).expect("covered").day;
        assert!(at(MAX_WORKING_DAYS - 1) < at(MAX_WORKING_DAYS));
        assert_eq!(at(u32::MAX), at(MAX_WORKING_DAYS));
    }

    /// Puts one mistake into a calendar.
    type Spoil = fn(&mut CalendarDocument);

    #[test]
    fn wrong_calendars_are_refused() {
        let entry = |from: Date, through: Option<Date>| SpecialDays {
            from,
            through,
            name: "X".into(),
            source: "Y".into(),
            verified: true,
        };
        let friday = entry(date(2026, 11, 20), None);
        let cases: [(&str, Spoil, SpecialDays); 6] = [
            ("the calendar covers no day", |calendar| calendar.valid_to = calendar.valid_from, friday.clone()),
            ("every day of the week is off", |calendar| calendar.weekend = WeekDay::ALL.to_vec(), friday.clone()),
            ("2026-11-20 (X) ends before it begins", |_| (), entry(date(2026, 11, 20), Some(date(2026, 11, 19)))),
            ("2028-01-01 (X) lies outside the days that the calendar covers", |_| (), entry(date(2028, 1, 1), None)),
            (
                "2026-11-20 (X) has no source",
                |calendar| {
                    calendar.days_off.iter_mut().for_each(|entry| entry.source.clear());
                },
                friday.clone(),
            ),
            (
                "2026-11-20 (X) is to be worked, but is not a weekly day off",
                |calendar| std::mem::swap(&mut calendar.days_off, &mut calendar.days_worked),
                friday,
            ),
        ];
        for (expected, spoil, entry) in cases {
            let mut document = CalendarDocument { days_off: vec![entry], days_worked: vec![], ..vietnam().document };
            spoil(&mut document);
            let problems = WorkingDays::new(document).expect_err(expected);
            assert!(problems.iter().any(|problem| problem.to_string() == expected), "{expected}: {problems:?}");
        }
        let mut document = vietnam().document;
        document.days_worked.push(entry(date(2026, 2, 20), Some(date(2026, 2, 21))));
        let problems = WorkingDays::new(document).expect_err("an overlap");
        assert!(matches!(problems.first(), Some(CalendarProblem::Overlap(_))), "{problems:?}");
    }
}
