//! The result for a reader.

use std::fmt::Write as _;

use khien_cases::limits::LIMITS;
use khien_cases::report::{LimitTally, Tally};
use khien_cases::{Remark, RemarkKind, say};
use khien_model::{State, day_of};
use khien_texts::labels::{Label, evidence_words};

use super::Checked;
use crate::i18n::{Texts, text};

/// How many rows to correct are shown of each kind, unless all are asked for.
const SHOWN_OF_A_KIND: usize = 10;

/// The whole result. Officers are shown only when the list is of one unit.
pub(super) fn render(checked: &Checked<'_>, texts: &Texts, all: bool) -> String {
    let report = &checked.report;
    let mut page = String::new();
    let file = checked.path.to_string_lossy();
    let mut line = |text: String| {
        page.push_str(&text);
        page.push('\n');
    };
    line(text!(texts, "cases-head", file = file.as_ref(), cases = report.all.cases, open = report.all.open));
    line(exported(checked, texts));
    if let Some(converted) = &checked.origin.converted {
        line(khien_tables::say::conversion(converted, texts));
    }
    if !report.dropped.is_empty() {
        line(text!(texts, "cases-dropped", titles = report.dropped.join(", ")));
    }
    line(String::new());
    line(summary(&report.all, texts));
    line(say::about_counts(texts));
    for (limit, tally) in LIMITS.iter().zip(&report.limits) {
        line(format!("  {}", of_limit(limit.id, tally, texts)));
    }
    for total in report.totals.iter().filter(|total| (total.said - total.summed).abs() >= 0.5) {
        let column = say::column(total.column, texts);
        let (said, summed) = (format!("{:.0}", total.said), format!("{:.0}", total.summed));
        line(text!(texts, "cases-total", row = total.row, column = column, said = said, summed = summed));
    }
    if report.units.len() > 1 {
        line(String::new());
        line(texts.text("cases-units"));
        for (unit, tally) in &report.units {
            line(format!("  {}: {}", named(unit, texts), summary(&tally.all, texts)));
        }
    } else if let Some(unit) = report.units.values().next().filter(|unit| !unit.officers.is_empty()) {
        line(String::new());
        line(texts.text("cases-officers"));
        for (officer, tally) in &unit.officers {
            line(format!("  {officer}: {}", summary(tally, texts)));
        }
    }
    page.push_str(&remarks(checked, texts, all));
    page.push_str(&findings(checked, texts));
    page
}

/// The day of the export, and where it was taken from.
fn exported(checked: &Checked<'_>, texts: &Texts) -> String {
    let day = khien_texts::moment::day_shown(day_of(checked.exported_at), texts);
    let key = if checked.is_export_told { "cases-exported-told" } else { "cases-exported-of-file" };
    text!(texts, key, day = day)
}

fn named(unit: &str, texts: &Texts) -> String {
    if unit.is_empty() { texts.text("cases-no-unit") } else { unit.to_owned() }
}

fn summary(tally: &Tally, texts: &Texts) -> String {
    let (share, lag) = (say::share(tally, texts), say::entry_lag(tally, texts));
    text!(
        texts,
        "cases-summary",
        timely = tally.timely,
        late = tally.late,
        undated = tally.undated,
        unsourced = tally.unsourced,
        share = share,
        lag = lag,
        stale = tally.stale,
        ageing = tally.ageing,
        incomplete = tally.incomplete,
        inconsistent = tally.inconsistent
    )
}

fn of_limit(id: &str, tally: &LimitTally, texts: &Texts) -> String {
    let name = say::limit(id, texts);
    if tally.no_column {
        return text!(texts, "cases-limit-no-column", limit = name);
    }
    let mut line =
        text!(texts, "cases-limit", limit = name, kept = tally.kept, missed = tally.missed, undated = tally.undated);
    for (count, key) in [(tally.unsourced, "cases-limit-unsourced"), (tally.uncovered, "cases-limit-uncovered")] {
        if count > 0 {
            let _ = write!(line, " {}", text!(texts, key, count = count));
        }
    }
    line
}

fn remarks(checked: &Checked<'_>, texts: &Texts, all: bool) -> String {
    let report = &checked.report;
    let mut page = String::new();
    let listed = report.remarks();
    for kind in RemarkKind::ALL {
        let Some(count) = report.remark_counts.get(&kind) else { continue };
        let cases = report.remark_cases.get(&kind).copied();
        let _ = writeln!(page, "\n{}", say::count_of(kind, *count, cases, texts));
        let most = if all { usize::MAX } else { SHOWN_OF_A_KIND };
        let of_kind = || listed.iter().filter(|remark| remark.kind == kind);
        for remark in of_kind().take(most) {
            let _ = writeln!(page, "  {}", of_remark(remark, texts));
        }
        let shown = u32::try_from(of_kind().take(most).count()).unwrap_or(u32::MAX);
        if shown < *count {
            let _ = writeln!(page, "  {}", text!(texts, "cases-more", count = *count - shown));
        }
    }
    page
}

fn of_remark(remark: &Remark, texts: &Texts) -> String {
    let column = say::column(&remark.column, texts);
    let mut line = text!(texts, "cases-remark", row = remark.row, case = remark.case.as_str(), column = column);
    if let Some(other) = say::other(remark, texts) {
        let _ = write!(line, " ({other})");
    }
    if let Some(far) = say::how_far(remark, texts) {
        let _ = write!(line, ", {far}");
    }
    line
}

fn findings(checked: &Checked<'_>, texts: &Texts) -> String {
    let mut page = format!("\n{}\n", text!(texts, "cases-findings", directive = checked.directive.id.as_str()));
    for finding in &checked.findings {
        let Some((_, control)) = checked.directive.control(&finding.control) else { continue };
        let state = texts.text(&format!("state-{}", finding.state));
        let _ = writeln!(page, "  {state}: {}", texts.pick(&control.title));
        if finding.state == State::Pass {
            continue;
        }
        let facts = checked.document.facts();
        for because in &finding.because {
            let label = Label::of(&because.path, facts, checked.directive);
            let (name, value) = (label.words(&because.path, texts), evidence_words(&because.evidence, &label, texts));
            let _ = writeln!(page, "    {}", text!(texts, "cases-because", name = name, value = value));
        }
    }
    page
}
