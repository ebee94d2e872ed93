//! What a list of cases amounts to.

use std::collections::BTreeMap;

use crate::limits::LIMITS;

/// How many rows to correct are listed; the rest is counted.
pub const MAX_REMARKS: usize = 2_000;
/// How many units are told apart; the rows of further ones count in the whole alone.
pub const MAX_UNITS: usize = 500;
/// How many enforcement officers of a unit are told apart.
pub const MAX_OFFICERS: usize = 200;

/// What is wrong with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
}

impl RemarkKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Late,
        Self::Undated,
        Self::Stale,
        Self::Incomplete,
        Self::Unreadable,
        Self::Future,
        Self::Order,
        Self::Overpaid,
        Self::Duplicate,
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
        }
    }

    /// Whether a case with it contradicts itself.
    pub const fn is_inconsistent(self) -> bool {
        matches!(self, Self::Unreadable | Self::Future | Self::Order | Self::Overpaid | Self::Duplicate)
    }
}

/// Something to correct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The row as the spreadsheet numbers it.
    pub row: u32,
    /// The number of the case.
    pub case: String,
    /// The kind.
    pub kind: RemarkKind,
    /// The canonical column it is about.
    pub column: &'static str,
    /// The column it is seen against: what came before, the limit that was missed.
    pub other: Option<&'static str>,
    /// By how many days, where that means something.
    pub days: Option<i64>,
    /// The first row with the same number.
    pub first_row: Option<u32>,
}

/// Counts of some cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
    /// Open cases left untouched.
    pub stale: u32,
    /// Cases that lack a required field.
    pub incomplete: u32,
    /// Cases that contradict themselves.
    pub inconsistent: u32,
    /// How many cases were entered how many days after their last event.
    lags: BTreeMap<i64, u32>,
}

impl Tally {
    pub(crate) fn note_lag(&mut self, days: i64) {
        *self.lags.entry(days).or_default() += 1;
    }

    /// The middle of the days from an event to its entry; of two middle ones the longer.
    pub fn median_lag_days(&self) -> Option<i64> {
        let count: u64 = self.lags.values().map(|count| u64::from(*count)).sum();
        let mut left = count / 2;
        for (days, count) in &self.lags {
            let count = u64::from(*count);
            if left < count {
                return Some(*days);
            }
            left -= count;
        }
        None
    }

    /// The share of cases in time among those of which that is known, in tenths of a percent.
    pub fn share_on_time(&self) -> Option<u32> {
        let known = u64::from(self.timely) + u64::from(self.late);
        let tenths = (u64::from(self.timely) * 1000 + known / 2).checked_div(known)?;
        u32::try_from(tenths).ok()
    }
}

/// The cases of a unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitTally {
    /// All of them.
    pub all: Tally,
    /// By enforcement officer. For use inside the unit only.
    pub officers: BTreeMap<String, Tally>,
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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

/// What a list of cases amounts to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// All cases.
    pub all: Tally,
    /// By unit, as the list names it; one without a name for a list without such a column.
    pub units: BTreeMap<String, UnitTally>,
    /// Each limit, in the order of [`LIMITS`].
    pub limits: [LimitTally; LIMITS.len()],
    /// The first [`MAX_REMARKS`] rows to correct.
    pub remarks: Vec<Remark>,
    /// How many remarks of each kind there are.
    pub remark_counts: BTreeMap<RemarkKind, u32>,
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
    pub(crate) fn remark(&mut self, remark: Remark) {
        *self.remark_counts.entry(remark.kind).or_default() += 1;
        if self.remarks.len() < MAX_REMARKS {
            self.remarks.push(remark);
        }
    }

    /// How many remarks there are.
    pub fn remark_count(&self) -> u64 {
        self.remark_counts.values().map(|count| u64::from(*count)).sum()
    }
}
