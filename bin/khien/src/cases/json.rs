//! The result for programs.

use khien_cases::limits::LIMITS;
use khien_cases::report::{LimitTally, Tally};
use serde_json::{Value, json};

use super::Checked;

/// The result as one JSON object. Officers are in it only when the list is of one unit.
pub(super) fn render(checked: &Checked<'_>) -> String {
    let report = &checked.report;
    let is_of_one = report.units.len() == 1;
    let units: Vec<Value> = report
        .units
        .iter()
        .map(|(unit, tally)| {
            let mut value = tally_of(&tally.all);
            value["unit"] = json!(unit);
            if is_of_one {
                let officers = tally.officers.iter().map(|(officer, tally)| {
                    let mut value = tally_of(tally);
                    value["officer"] = json!(officer);
                    value
                });
                value["officers"] = officers.collect();
            }
            value
        })
        .collect();
    let remarks: Vec<Value> = report
        .remarks()
        .into_iter()
        .map(|remark| {
            json!({
                "row": remark.row, "case": remark.case, "year": remark.year, "kind": remark.kind.word(), "column": remark.column,
                "other": remark.other, "days": remark.days, "first_row": remark.first_row,
            })
        })
        .collect();
    let limits: Vec<Value> =
        LIMITS.iter().zip(&report.limits).map(|(limit, tally)| limit_of(limit.id, tally)).collect();
    let findings: Vec<Value> = checked
        .findings
        .iter()
        .map(|finding| json!({ "clause": finding.clause, "control": finding.control, "state": finding.state }))
        .collect();
    let totals: Vec<Value> = report
        .totals
        .iter()
        .map(|total| json!({ "row": total.row, "column": total.column, "said": total.said, "summed": total.summed }))
        .collect();
    let value = json!({
        "file": checked.path.to_string_lossy(),
        "sheet": checked.origin.sheet,
        "converted": checked.origin.converted,
        "exported_at": checked.exported_at,
        "exported_at_from": if checked.is_export_told { "argument" } else { "file" },
        "all": tally_of(&report.all),
        "units": units,
        "limits": limits,
        "columns": { "lacking": report.lacking, "parties_left_out": report.dropped, "unused": report.unused },
        "totals": totals,
        "remark_count": report.remark_count(),
        "remarks": remarks,
        "facts": checked.document,
        "directive": checked.directive.id,
        "findings": findings,
    });
    format!("{value:#}\n")
}

fn tally_of(tally: &Tally) -> Value {
    json!({
        "cases": tally.cases, "open": tally.open, "timely": tally.timely, "late": tally.late, "undated": tally.undated,
        "unsourced": tally.unsourced, "stale": tally.stale, "ageing": tally.ageing, "incomplete": tally.incomplete,
        "inconsistent": tally.inconsistent, "on_time_per_mille": tally.share_on_time(),
        "median_entry_lag_days": tally.median_lag_days(),
        "median_entry_lag_days_at_most": tally.median_lag_days_at_most(),
    })
}

fn limit_of(id: &str, tally: &LimitTally) -> Value {
    json!({
        "limit": id, "kept": tally.kept, "missed": tally.missed, "undated": tally.undated,
        "unsourced": tally.unsourced, "uncovered": tally.uncovered, "no_column": tally.no_column,
    })
}
