//! What a report says, in words that every form of it shares.

use khien_model::{Evidence, Gap, GapCode, State, Subject};

use crate::follow_up::{Rights, Source};
use crate::model::{DecidingFact, FindingReport, Origin, Report};
use khien_texts::labels::{Label, evidence_words, gap_key, shortened};
use khien_texts::moment;
use khien_texts::{Texts, text};

/// How many offenders a page shows for one finding. JSON has them all.
const MAX_OFFENDERS_SHOWN: usize = 10;
/// How many deciding facts a page shows for one finding. JSON has them all.
const MAX_FACTS_SHOWN: usize = 5;

/// A list cut to what a reader takes in, and a line that says how much was left out.
pub(crate) struct Bounded<T> {
    pub(crate) shown: Vec<T>,
    pub(crate) more: Option<String>,
}

impl<T> Bounded<T> {
    /// Up to `limit` of `all`. `unlisted` items are known to exist beside them; `more` says how many are left out.
    fn new(
        all: impl ExactSizeIterator<Item = T>,
        limit: usize,
        unlisted: usize,
        more: impl FnOnce(usize) -> String,
    ) -> Self {
        // A line that says "1 more" is no shorter than the item itself.
        let limit = if all.len() + unlisted == limit + 1 { limit + 1 } else { limit };
        let left_out = all.len().saturating_sub(limit) + unlisted;
        Self { shown: all.take(limit).collect(), more: (left_out > 0).then(|| more(left_out)) }
    }
}

/// A value that decided, in words.
pub(crate) struct FactLine {
    /// What it is called.
    pub(crate) name: String,
    /// Its value, or why there is none.
    pub(crate) value: String,
    /// Where it stands.
    pub(crate) path: String,
}

/// The values that decided, in words.
pub(crate) fn why(finding: &FindingReport, texts: &Texts) -> Bounded<FactLine> {
    let line = |fact: &DecidingFact| FactLine {
        name: fact.label.words(&fact.because.path, texts),
        value: evidence_words(&fact.because.evidence, &fact.label, texts),
        path: fact.because.path.clone(),
    };
    let facts = finding.because.iter().map(line);
    Bounded::new(facts, MAX_FACTS_SHOWN, 0, |count| text!(texts, "because-more", count = count))
}

/// What offends, safe to print.
pub(crate) fn offenders(finding: &FindingReport, texts: &Texts) -> Bounded<String> {
    let names = finding.offenders.iter().map(|offender| shortened(offender));
    let more = |count| text!(texts, "offenders-more", count = count);
    Bounded::new(names, MAX_OFFENDERS_SHOWN, finding.offenders_left_out, more)
}

/// What to do so that an unknown becomes known: one sentence per kind of reason.
pub(crate) fn to_find_out(finding: &FindingReport, report: &Report, texts: &Texts) -> Vec<String> {
    let mut sentences = Vec::new();
    for fact in &finding.because {
        let Evidence::Reason(gap) = &fact.because.evidence else { continue };
        let sentence = match fact.label {
            // No look at the machine can mend it.
            Label::Parameter(_) => texts.text("parameter-todo"),
            _ => advice(gap, report, texts),
        };
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences
}

/// What to do about a fact that is missing for this reason.
fn advice(gap: &Gap, report: &Report, texts: &Texts) -> String {
    match (gap.code, report.follow_up.source) {
        (GapCode::PermissionDenied, Source::File) => texts.text("permission-denied-then-todo"),
        (GapCode::PermissionDenied, Source::ThisMachine) if report.follow_up.rights == Rights::AdministratorWindow => {
            text!(texts, "permission-denied-window-todo", command = report.follow_up.check(false))
        }
        (GapCode::Unsupported, Source::Folder) => texts.text("hint-is-no-folder"),
        _ => text!(texts, &format!("{}-todo", gap_key(gap)), command = report.follow_up.check(false)),
    }
}

/// Why a finding is exempt, or would be.
pub(crate) fn exemption(finding: &FindingReport, texts: &Texts) -> Option<String> {
    let exemption = finding.exemption.as_ref()?;
    // The reader is told the last day on which it counts, not the first on which it no longer does.
    let last_day = exemption.until.yesterday().unwrap_or(exemption.until);
    Some(text!(
        texts,
        "finding-exemption-value",
        reason = shortened(&exemption.reason),
        by = shortened(&exemption.approved_by),
        until = moment::day_shown(last_day, texts),
        id = shortened(&exemption.id),
    ))
}

/// The whole report in one sentence, and what to do when nothing could be judged.
pub(crate) fn conclusion(report: &Report, texts: &Texts) -> Vec<String> {
    let summary = report.summary();
    let (total, fail, unknown, exempt) = (summary.total(), summary.fail, summary.unknown, summary.exempt);
    if total == 0 {
        vec![texts.text("summary-no-controls")]
    } else if fail > 0 {
        vec![text!(texts, "summary-fail", fail = fail, total = total)]
    } else if unknown == total {
        let mut sentences = vec![text!(texts, "summary-nothing-judged", total = total)];
        if let Some(gap) = report.reason_for_everything() {
            let reason = evidence_words(&Evidence::Reason(gap.clone()), &Label::Path, texts);
            sentences.push(text!(texts, "summary-one-reason", reason = reason));
            sentences.push(advice(gap, report, texts));
        } else {
            sentences.push(texts.text("summary-nothing-judged-todo"));
        }
        sentences
    } else if unknown > 0 {
        vec![text!(texts, "summary-none-fail", unknown = unknown, total = total)]
    } else if exempt > 0 {
        vec![text!(texts, "summary-none-fail-exempt", exempt = exempt, total = total)]
    } else {
        vec![text!(texts, "summary-all-pass", total = total)]
    }
}

/// Whom the report is about.
pub(crate) fn subject(subject: &Subject, texts: &Texts) -> String {
    let id = if subject.id == crate::UNNAMED { texts.text("subject-unnamed") } else { shortened(&subject.id) };
    text!(texts, &format!("subject-{}", subject.kind), id = id)
}

/// The name of a state.
pub(crate) fn state(state: State, texts: &Texts) -> String {
    texts.text(&format!("state-{state}"))
}

/// What the report judges by; says so when that is not in force at the moment.
pub(crate) fn directive(report: &Report, texts: &Texts) -> String {
    let head = &report.directive;
    let key = if head.in_force { "report-directive-value" } else { "report-directive-not-in-force" };
    let told = text!(texts, key, title = texts.pick(&head.title), id = head.id.as_str());
    match head.origin {
        None => told,
        Some(Origin::Server) => format!("{told}, {}", texts.text("report-directive-from-server")),
        Some(Origin::Program) => format!("{told}, {}", texts.text("report-directive-from-program")),
    }
}

/// Which clauses were asked for, when not all were.
pub(crate) fn only(report: &Report, texts: &Texts) -> Option<String> {
    let clauses: Vec<String> = report.only.iter().map(|clause| shortened(clause)).collect();
    (!clauses.is_empty()).then(|| text!(texts, "report-only-value", clauses = clauses.join(", ")))
}

/// How old facts from a file are at the moment that is judged.
pub(crate) fn collected(report: &Report, texts: &Texts) -> Option<String> {
    let collected_at = report.collected_at?;
    let age = report.at.duration_since(collected_at);
    let key = if age.is_negative() { "report-collected-after" } else { "report-collected-before" };
    let length = moment::about(age.abs(), texts);
    Some(text!(texts, key, moment = moment::shown(collected_at, texts), length = length))
}

/// For which moment the report was made.
pub(crate) fn at(report: &Report, texts: &Texts) -> String {
    text!(texts, "report-at-value", moment = moment::shown(report.at, texts))
}
