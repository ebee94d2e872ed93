//! What a list of cases amounts to.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::limits::LIMITS;

/// How many rows to correct are listed of all units together; the rest is counted.
pub const MAX_REMARKS: usize = 20_000;
/// How many rows to correct are listed of one unit.
pub const MAX_REMARKS_OF_UNIT: u32 = 2_000;
/// How many units are told apart; the rows of further ones count in the whole alone.
pub const MAX_UNITS: usize = 500;
/// How many enforcement officers of a unit are told apart.
pub const MAX_OFFICERS: usize = 200;

/// What is wrong with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemarkKind {
    /// F1: a time limit was missed.
    Late,
    /// F1: a day is missing without which nobody can say whether a limit was kept.
    Undated,
    /// F3: an open case that nobody touched for too long.
    Stale,
    /// F4: a required field is empty.
    Incomplete,
    /// F5: a cell that should hold a day or an amount holds something else.
    Unreadable,
    /// F5: a day in the future.
    Future,
    /// F5: something that comes later happened earlier.
    Order,
    /// F5: more was collected than was owed.
    Overpaid,
    /// F5: the same number in the same year.
    Duplicate,
    /// F5: an open case of an enforcement officer whom nobody knows.
    UnknownOfficer,
}

impl RemarkKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Late,
        Self::Undated,
        Self::Stale,
        Self::Incomplete,
        Self::Unreadable,
        Self::Future,
        Self::Order,
        Self::Overpaid,
        Self::Duplicate,
        Self::UnknownOfficer,
    ];

    /// The word in results for programs, and the key of its texts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Undated => "undated",
            Self::Stale => "stale",
            Self::Incomplete => "incomplete",
            Self::Unreadable => "unreadable",
            Self::Future => "future",
            Self::Order => "order",
            Self::Overpaid => "overpaid",
            Self::Duplicate => "duplicate",
            Self::UnknownOfficer => "unknown_officer",
        }
    }

    /// Whether a case with it contradicts itself.
    pub const fn is_inconsistent(self) -> bool {
        matches!(
            self,
            Self::Unreadable | Self::Future | Self::Order | Self::Overpaid | Self::Duplicate | Self::UnknownOfficer
        )
    }
}

/// Something to correct.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// The row as the spreadsheet numbers it.
    pub row: u32,
    /// The number of the case; empty when what stands there looks like no number.
    pub case: String,
    /// The year in which it was registered: numbers begin anew each year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i16>,
    /// The kind.
    pub kind: RemarkKind,
    /// The canonical column it is about.
    pub column: Cow<'static, str>,
    /// The column it is seen against: what came before, the limit that was missed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<Cow<'static, str>>,
    /// By how many days, where that means something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<i64>,
    /// The first row with the same number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_row: Option<u32>,
}

/// Counts of some cases.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// Cases.
    pub cases: u32,
    /// Of these, not closed.
    pub open: u32,
    /// Cases that kept every limit that applies to them, all of them known.
    pub timely: u32,
    /// Cases that missed a limit.
    pub late: u32,
    /// Cases that missed none, and of which a day is missing.
    pub undated: u32,
    /// Cases that missed none, lack no day, and to which a limit applies that no source gives.
    pub unsourced: u32,
    /// Open cases left untouched for so long that it is a fault.
    pub stale: u32,
    /// Open cases left untouched for so long that they should be looked at, and not yet so long that it is a fault.
    pub ageing: u32,
    /// Cases that lack a required field.
    pub incomplete: u32,
    /// Cases that contradict themselves.
    pub inconsistent: u32,
    /// How many cases were entered how many days after their event, among those that say when they were entered.
    lags: Lags,
    /// How many cases were last changed how many days after their last event. They were entered no later.
    latest_lags: Lags,
}

/// Days → how many cases.
type Lags = BTreeMap<i64, u32>;

/// The middle of the days; of two middle ones the longer.
fn median(lags: &Lags) -> Option<i64> {
    let count: u64 = lags.values().map(|count| u64::from(*count)).sum();
    let mut left = count / 2;
    for (days, count) in lags {
        let count = u64::from(*count);
        if left < count {
            return Some(*days);
        }
        left -= count;
    }
    None
}

impl Tally {
    pub(crate) fn note_lag(&mut self, days: i64) {
        *self.lags.entry(days).or_default() += 1;
    }

    pub(crate) fn note_latest_lag(&mut self, days: i64) {
        *self.latest_lags.entry(days).or_default() += 1;
    }

    /// The middle of the days from an event to its entry; of two middle ones the longer. `None` when no case says when it
    /// was entered.
    pub fn median_lag_days(&self) -> Option<i64> {
        median(&self.lags)
    }

    /// The same, but at most: from the last event to the last change. A case that was changed again later was entered
    /// earlier than this says.
    pub fn median_lag_days_at_most(&self) -> Option<i64> {
        median(&self.latest_lags)
    }

    /// Adds the cases of `other`, none of which is among these.
    pub fn add(&mut self, other: &Self) {
        for (count, more) in [
            (&mut self.cases, other.cases),
            (&mut self.open, other.open),
            (&mut self.timely, other.timely),
            (&mut self.late, other.late),
            (&mut self.undated, other.undated),
            (&mut self.unsourced, other.unsourced),
            (&mut self.stale, other.stale),
            (&mut self.ageing, other.ageing),
            (&mut self.incomplete, other.incomplete),
            (&mut self.inconsistent, other.inconsistent),
        ] {
            *count += more;
        }
        for (lags, more) in [(&mut self.lags, &other.lags), (&mut self.latest_lags, &other.latest_lags)] {
            for (days, count) in more {
                *lags.entry(*days).or_default() += count;
            }
        }
    }

    /// The share of cases in time, in tenths of a percent. `None` while it depends on cases of which that is not known: those
    /// that are known to be late would count for too much.
    pub fn share_on_time(&self) -> Option<u32> {
        self.share_bounds().filter(|(least, most)| least == most).map(|(least, _)| least)
    }

    /// What the share of cases in time is at least and at most, in tenths of a percent: were all of which that is not known
    /// late, or in time. `None` when there are none.
    pub fn share_bounds(&self) -> Option<(u32, u32)> {
        let open = u64::from(self.undated) + u64::from(self.unsourced);
        let (timely, late) = (u64::from(self.timely), u64::from(self.late));
        let all = timely + late + open;
        let tenths = |cases: u64| u32::try_from((cases * 1000 + all / 2).checked_div(all)?).ok();
        Some((tenths(timely)?, tenths(timely + open)?))
    }
}

/// The cases of a unit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnitTally {
    /// The row of the first.
    pub first_row: u32,
    /// All of them.
    pub all: Tally,
    /// By enforcement officer, as the list or whoever knows the officers calls them; nobody's name for those who are not
    /// known. For use inside the unit only.
    pub officers: BTreeMap<String, Tally>,
    /// Each limit, in the order of [`LIMITS`].
    pub limits: Vec<LimitTally>,
    /// How many remarks of each kind there are.
    pub remark_counts: BTreeMap<RemarkKind, u32>,
    /// How many cases have any of a kind.
    pub remark_cases: BTreeMap<RemarkKind, u32>,
    /// The first [`MAX_REMARKS_OF_UNIT`] rows to correct.
    pub remarks: Vec<Remark>,
}

impl UnitTally {
    /// How many remarks there are.
    pub fn remark_count(&self) -> u64 {
        self.remark_counts.values().map(|count| u64::from(*count)).sum()
    }

    /// Adds the cases that the list has under another name of the same unit.
    pub fn add(&mut self, other: Self) {
        self.first_row = if self.first_row == 0 { other.first_row } else { self.first_row.min(other.first_row) };
        self.all.add(&other.all);
        for (officer, tally) in &other.officers {
            if self.officers.contains_key(officer) || self.officers.len() < MAX_OFFICERS {
                self.officers.entry(officer.clone()).or_default().add(tally);
            }
        }
        self.limits.resize(LIMITS.len(), LimitTally::default());
        for (limit, more) in self.limits.iter_mut().zip(&other.limits) {
            limit.add(more);
        }
        for (kind, count) in other.remark_counts {
            *self.remark_counts.entry(kind).or_default() += count;
        }
        for (kind, count) in other.remark_cases {
            *self.remark_cases.entry(kind).or_default() += count;
        }
        self.remarks.extend(other.remarks);
        self.remarks.sort_by_key(|remark| remark.row);
        self.remarks.truncate(MAX_REMARKS_OF_UNIT as usize);
    }
}

/// Sums of the rows beside the sums that the list itself gives in its last row (F6).
#[derive(Debug, Clone, PartialEq)]
pub struct Total {
    /// The row of the totals.
    pub row: u32,
    /// The canonical column.
    pub column: &'static str,
    /// What the list says.
    pub said: f64,
    /// What its rows add up to.
    pub summed: f64,
}

/// What became of each limit of [`LIMITS`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LimitTally {
    /// Cases that kept it, or have time left.
    pub kept: u32,
    /// Cases that missed it.
    pub missed: u32,
    /// Cases of which a day is missing.
    pub undated: u32,
    /// Cases whose event falls on days for which no source gives a limit (cần đối chiếu).
    pub unsourced: u32,
    /// Cases whose event falls on days that the calendar of working days does not cover.
    pub uncovered: u32,
    /// Whether the list lacks its columns, so that it was not looked at.
    pub no_column: bool,
}

/// What became of one limit in one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LimitOutcome {
    Kept,
    Missed,
    Undated,
    Unsourced,
    Uncovered,
}

impl LimitTally {
    pub(crate) fn note(&mut self, outcome: LimitOutcome) {
        *match outcome {
            LimitOutcome::Kept => &mut self.kept,
            LimitOutcome::Missed => &mut self.missed,
            LimitOutcome::Undated => &mut self.undated,
            LimitOutcome::Unsourced => &mut self.unsourced,
            LimitOutcome::Uncovered => &mut self.uncovered,
        } += 1;
    }

    fn add(&mut self, other: &Self) {
        self.kept += other.kept;
        self.missed += other.missed;
        self.undated += other.undated;
        self.unsourced += other.unsourced;
        self.uncovered += other.uncovered;
        self.no_column |= other.no_column;
    }
}

/// What a list of cases amounts to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// All cases.
    pub all: Tally,
    /// By unit, as the list names it; one without a name for a list without such a column.
    pub units: BTreeMap<String, UnitTally>,
    /// Each limit, in the order of [`LIMITS`].
    pub limits: [LimitTally; LIMITS.len()],
    /// How many remarks are listed with their units.
    pub(crate) listed: usize,
    /// How many remarks of each kind there are.
    pub remark_counts: BTreeMap<RemarkKind, u32>,
    /// How many cases have any of a kind.
    pub remark_cases: BTreeMap<RemarkKind, u32>,
    /// The latest day on which anything in the list was changed, no day in the future. No export is older.
    pub last_change: Option<Date>,
    /// Totals that the list gives.
    pub totals: Vec<Total>,
    /// The canonical columns that a rule needs and the list does not have.
    pub lacking: Vec<&'static str>,
    /// The titles of the columns about parties, which were left out.
    pub dropped: Vec<String>,
    /// The titles of other columns that no rule reads.
    pub unused: Vec<String>,
}

impl Report {
    /// Takes what is to correct in one case of a unit. Both lists are bounded, and what is beyond is counted.
    pub(crate) fn take_remarks(&mut self, unit: Option<&str>, remarks: Vec<Remark>) {
        let mut unit = unit.and_then(|unit| self.units.get_mut(unit));
        let kinds: BTreeSet<RemarkKind> = remarks.iter().map(|remark| remark.kind).collect();
        for kind in kinds {
            *self.remark_cases.entry(kind).or_default() += 1;
            if let Some(unit) = &mut unit {
                *unit.remark_cases.entry(kind).or_default() += 1;
            }
        }
        for remark in remarks {
            *self.remark_counts.entry(remark.kind).or_default() += 1;
            if let Some(unit) = &mut unit {
                *unit.remark_counts.entry(remark.kind).or_default() += 1;
                if unit.remarks.len() < MAX_REMARKS_OF_UNIT as usize && self.listed < MAX_REMARKS {
                    unit.remarks.push(remark);
                    self.listed += 1;
                }
            }
        }
    }

    /// The rows to correct that are listed, from the first row on.
    pub fn remarks(&self) -> Vec<&Remark> {
        let mut remarks: Vec<&Remark> = self.units.values().flat_map(|unit| &unit.remarks).collect();
        remarks.sort_by_key(|remark| remark.row);
        remarks
    }

    /// How many remarks there are.
    pub fn remark_count(&self) -> u64 {
        self.remark_counts.values().map(|count| u64::from(*count)).sum()
    }
}
