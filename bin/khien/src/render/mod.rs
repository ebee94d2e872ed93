//! A report as text, JSON or HTML.

pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod text;

use khien_model::{Evidence, State, Subject};

use crate::facts::UNNAMED;
use crate::i18n::{Texts, text};
use crate::report::{DecidingFact, FindingReport, Report, Summary};
use khien_texts::labels::{evidence_words, gap_key, shortened};
use khien_texts::moment;

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
pub(crate) fn to_find_out(finding: &FindingReport, texts: &Texts) -> Vec<String> {
    let mut sentences = Vec::new();
    for fact in &finding.because {
        let Evidence::Reason(gap) = &fact.because.evidence else { continue };
        let sentence = texts.text(&format!("{}-todo", gap_key(gap)));
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences
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
pub(crate) fn conclusion(summary: &Summary, texts: &Texts) -> Vec<String> {
    let (total, fail, unknown, exempt) = (summary.total(), summary.fail, summary.unknown, summary.exempt);
    if total == 0 {
        vec![texts.text("summary-no-controls")]
    } else if fail > 0 {
        vec![text!(texts, "summary-fail", fail = fail, total = total)]
    } else if unknown == total {
        vec![text!(texts, "summary-nothing-judged", total = total), texts.text("summary-nothing-judged-todo")]
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
    let id = if subject.id == UNNAMED { texts.text("subject-unnamed") } else { shortened(&subject.id) };
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
    text!(texts, key, title = texts.pick(&head.title), id = head.id.as_str())
}

/// For which moment the report was made.
pub(crate) fn at(report: &Report, texts: &Texts) -> String {
    text!(texts, "report-at-value", moment = moment::shown(report.at, texts))
}

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
