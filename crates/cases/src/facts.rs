//! Counts as facts of a unit.

use jiff::{SignedDuration, Timestamp};
use khien_model::facts::CaseData;
use khien_model::{Gap, GapCode, Observed};

use crate::columns::Column;
use crate::report::Tally;

/// The facts that the cases of a unit hold, out of a list that lacks the canonical columns `lacking`. What a list cannot show
/// is a gap with its reason and never zero. `late_by_system` of the late cases were delayed by the software, as the unit has
/// recorded: they are counted apart. The head's review is not in a list.
pub fn case_data(all: &Tally, lacking: &[impl AsRef<str>], late_by_system: u32, exported_at: Timestamp) -> CaseData {
    let lacks = |column: Column| lacking.iter().any(|lacking| lacking.as_ref() == column.id());
    let no_column = |column: Column| format!("no column {}", column.id());
    // A count above zero is known whatever else is not.
    let count = |count: u32, gap: Option<String>| match gap {
        Some(detail) if count == 0 => Observed::unknown(GapCode::Malformed, detail),
        _ => Observed::Known(count),
    };
    let unsourced = (all.unsourced > 0).then(|| {
        format!(
            "{} cases have a time limit that no source gives, or whose columns or calendar are missing",
            all.unsourced
        )
    });
    let first_lacking =
        |columns: &[Column]| columns.iter().find(|column| lacks(**column)).map(|column| no_column(*column));
    let required = [Column::Judgment, Column::Judged, Column::Officer];
    let lag = |days: Option<i64>, column: Column| match days {
        Some(days) => Observed::Known(SignedDuration::from_hours(24 * days)),
        None => Observed::unknown(GapCode::Malformed, no_column(column)),
    };
    let late_by_system = late_by_system.min(all.late);
    CaseData {
        exported_at: Observed::Known(exported_at),
        open_cases: Observed::Known(all.open),
        timely_cases: Observed::Known(all.timely),
        late_cases: count(all.late - late_by_system, unsourced),
        late_by_system_cases: Observed::Known(late_by_system),
        undecided_cases: Observed::Known(all.undated),
        unsourced_cases: Observed::Known(all.unsourced),
        median_entry_lag: lag(all.median_lag_days(), Column::Entered),
        // What is known is at most what it is.
        median_entry_lag_at_most: lag(all.median_lag_days().or(all.median_lag_days_at_most()), Column::Updated),
        stale_cases: count(all.stale, first_lacking(&[Column::Updated])),
        incomplete_cases: count(all.incomplete, first_lacking(&required)),
        inconsistent_cases: Observed::Known(all.inconsistent),
        head_reviewed_at: Observed::Unknown(Gap::new(GapCode::NotObserved)),
    }
}
