//! A report as facts of a unit.

use jiff::{SignedDuration, Timestamp};
use khien_model::facts::CaseData;
use khien_model::{Gap, GapCode, Observed};

use crate::columns::Column;
use crate::report::Report;

/// The facts that `report` holds. What a list cannot show is a gap with its reason and never zero. The head's review is not
/// in a list.
pub fn case_data(report: &Report, exported_at: Timestamp) -> CaseData {
    let all = &report.all;
    let lacks = |column: Column| report.lacking.contains(&column.id());
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
    CaseData {
        exported_at: Observed::Known(exported_at),
        open_cases: Observed::Known(all.open),
        timely_cases: Observed::Known(all.timely),
        late_cases: count(all.late, unsourced),
        undecided_cases: Observed::Known(all.undated),
        unsourced_cases: Observed::Known(all.unsourced),
        median_entry_lag: match all.median_lag_days() {
            Some(days) => Observed::Known(SignedDuration::from_hours(24 * days)),
            None => Observed::unknown(GapCode::Malformed, no_column(Column::Updated)),
        },
        stale_cases: count(all.stale, first_lacking(&[Column::Updated])),
        incomplete_cases: count(all.incomplete, first_lacking(&required)),
        inconsistent_cases: Observed::Known(all.inconsistent),
        head_reviewed_at: Observed::Unknown(Gap::new(GapCode::NotObserved)),
    }
}
