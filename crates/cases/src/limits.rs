//! Time limits: which event must follow which, and within how long by the directive on the day of the event.

use std::collections::HashMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use khien_directive::{Directive, Parameter};
use khien_expr::Value;
use khien_model::{WorkingDays, start_of_day};

use crate::columns::Column;

/// In what days a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// Days on which offices work.
    WorkingDays,
    /// Days of the calendar.
    Days,
}

/// A time limit of the law, without its length: that is a parameter of the directive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The name, and the key of its texts.
    pub id: &'static str,
    /// The columns of the event from which it runs; the latest of those that are filled in counts.
    pub from: &'static [Column],
    /// The column of what must be done in time.
    pub to: Column,
    /// In what it counts.
    pub counting: Counting,
    /// The parameter with its length.
    pub parameter: &'static str,
    /// Whether it runs for every case. Otherwise an event that is not there has not happened yet.
    pub for_all: bool,
}

/// The limits whose events a list of cases holds. The court's own limit for handing a judgment over is not among them: it
/// runs from the day on which the judgment takes effect, which the register does not hold, and is not the unit's.
pub const LIMITS: &[Limit] = &[
    Limit {
        id: "decision",
        from: &[Column::JudgmentReceived, Column::RequestReceived],
        to: Column::Decided,
        counting: Counting::WorkingDays,
        parameter: "case_decision_working_days",
        for_all: true,
    },
    Limit {
        id: "assignment",
        from: &[Column::Decided],
        to: Column::Assigned,
        counting: Counting::WorkingDays,
        parameter: "case_assignment_working_days",
        for_all: false,
    },
    Limit {
        id: "notice",
        from: &[Column::Decided],
        to: Column::Notified,
        counting: Counting::WorkingDays,
        parameter: "case_notice_working_days",
        for_all: false,
    },
    Limit {
        id: "verification",
        from: &[Column::VoluntaryEnd],
        to: Column::Verified,
        counting: Counting::Days,
        parameter: "case_verification_days",
        for_all: false,
    },
];

/// What the directive says about case data, and the calendar it counts by.
#[derive(Debug)]
pub struct Rules<'d> {
    directive: &'d Directive,
    calendar: &'d WorkingDays,
    lengths: Vec<Option<&'d Parameter>>,
    ends: HashMap<(Date, u32), Option<Date>>,
}

/// The parameter that says how many days an open case may be left untouched.
const STALE_AFTER: &str = "case_stale_days";
/// The parameter that says after how many days an untouched open case should be looked at.
const AGEING_AFTER: &str = "case_ageing_days";
/// The same for a case without means to enforce on.
const STALE_WITHOUT_MEANS_AFTER: &str = "case_stale_without_means_days";

/// By when something must be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadline {
    /// By the end of this day.
    On(Date),
    /// No source gives a limit for events of this day: to be compared with the law (cần đối chiếu).
    NoSource,
    /// The calendar of working days does not cover these days.
    NoCalendar,
}

impl<'d> Rules<'d> {
    /// The rules of `directive`.
    pub fn new(directive: &'d Directive, calendar: &'d WorkingDays) -> Self {
        let lengths = LIMITS.iter().map(|limit| parameter(directive, limit.parameter)).collect();
        Self { directive, calendar, lengths, ends: HashMap::new() }
    }

    /// By when the limit at `place` of [`LIMITS`] wants its event, when it runs from `day`.
    pub fn deadline(&mut self, place: usize, day: Date) -> Deadline {
        let length = self.lengths.get(place).copied().flatten().and_then(|length| days_on(length, day));
        let (Some(limit), Some(length)) = (LIMITS.get(place), length) else { return Deadline::NoSource };
        match limit.counting {
            Counting::Days => day.checked_add(i64::from(length).days()).map_or(Deadline::NoCalendar, Deadline::On),
            Counting::WorkingDays => {
                let calendar = self.calendar;
                let reckon = || calendar.add_working_days(day, length).ok().map(|reckoned| reckoned.day);
                self.ends.entry((day, length)).or_insert_with(reckon).map_or(Deadline::NoCalendar, Deadline::On)
            }
        }
    }

    /// After how many days an untouched open case is stale on `today`; `None` when the directive does not say.
    pub fn stale_after(&self, without_means: bool, today: Date) -> Option<u32> {
        let name = if without_means { STALE_WITHOUT_MEANS_AFTER } else { STALE_AFTER };
        days_on(parameter(self.directive, name)?, today)
    }

    /// After how many days an untouched open case should be looked at on `today`; `None` when the directive does not say.
    pub fn ageing_after(&self, today: Date) -> Option<u32> {
        days_on(parameter(self.directive, AGEING_AFTER)?, today)
    }
}

fn parameter<'d>(directive: &'d Directive, name: &str) -> Option<&'d Parameter> {
    directive.parameters.iter().find(|parameter| parameter.name == name)
}

/// The number of days that is valid on `day`.
fn days_on(parameter: &Parameter, day: Date) -> Option<u32> {
    match parameter.at(start_of_day(day))?.value {
        Value::Int(days) => u32::try_from(days).ok(),
        _ => None,
    }
}
