//! A report as one page to read and to print: no script, nothing fetched, works from a USB stick.

use askama::Template;
use khien_model::{Severity, State};

use crate::model::{ClauseReport, FindingReport, Report, Summary, WORST_FIRST};
use crate::terminal::UNBROKEN_SPACE;
use crate::words::{
    Bounded, FactLine, at, collected, conclusion, directive, exemption, offenders, only, state, subject, to_find_out,
    why,
};
use khien_texts::{Language, Texts, text};

/// What the template `report.html` shows.
#[derive(Template)]
#[template(path = "report.html")]
struct Page<'r> {
    texts: &'r Texts,
    language: Language,
    directive: String,
    whom: String,
    system: Option<&'r str>,
    at: String,
    collected: Option<String>,
    only: Option<String>,
    conclusion: Vec<String>,
    counts: Vec<Count>,
    /// Every clause, in the order of the directive.
    overview: Vec<OverviewRow<'r>>,
    /// The clauses that need work, worst first.
    work: Vec<ClauseBlock<'r>>,
    /// What passes, in the order of the directive.
    passes: Vec<Pass<'r>>,
}

/// How many findings are in one state.
struct Count {
    class: &'static str,
    name: String,
    findings: usize,
}

/// One clause in the table of all clauses.
struct OverviewRow<'r> {
    id: &'r str,
    title: &'r str,
    counts: Vec<Count>,
    /// Whether there is a block of the clause to go to.
    linked: bool,
}

/// One clause that needs work.
struct ClauseBlock<'r> {
    id: &'r str,
    name: String,
    title: &'r str,
    basis: Vec<String>,
    findings: Vec<FindingBlock<'r>>,
}

/// One finding that needs work, or is excused from it.
struct FindingBlock<'r> {
    control: &'r str,
    class: &'static str,
    state: String,
    severity: String,
    severity_class: &'static str,
    title: &'r str,
    why: Bounded<FactLine>,
    offenders: Bounded<String>,
    steps_name: String,
    steps: Vec<String>,
    due: Option<String>,
    exemption: Option<String>,
    without_exemption: Option<String>,
    other: OtherLanguage<'r>,
}

/// The same finding for a reader of the other language.
struct OtherLanguage<'r> {
    title: &'r str,
    steps: &'r [String],
}

/// One requirement that is met.
struct Pass<'r> {
    clause: &'r str,
    title: &'r str,
}

/// The report as HTML.
///
/// # Panics
/// When the template cannot be rendered, which the tests rule out: it has no filter of ours that can fail.
pub fn render(report: &Report, texts: &Texts) -> String {
    let language = texts.language();
    let sorted = report.clone().worst_first();
    let summary = report.summary();
    let needs_work = |clause: &&ClauseReport| clause.findings.iter().any(|finding| finding.state != State::Pass);
    let passing = report.clauses.iter().flat_map(|clause| {
        let passing = clause.findings.iter().filter(|finding| finding.state == State::Pass);
        passing.map(|finding| Pass { clause: &clause.id, title: texts.pick(&finding.title) })
    });
    let page = Page {
        texts,
        language,
        directive: directive(report, texts),
        whom: subject(&report.subject, texts),
        system: report.system.as_deref(),
        at: at(report, texts),
        collected: collected(report, texts),
        only: only(report, texts),
        conclusion: conclusion(report, texts).iter().map(|sentence| with_plain_spaces(sentence)).collect(),
        counts: counts(&summary, texts),
        overview: report.clauses.iter().map(|clause| OverviewRow::new(clause, texts)).collect(),
        work: sorted.clauses.iter().filter(needs_work).map(|clause| ClauseBlock::new(clause, report, texts)).collect(),
        passes: passing.collect(),
    };
    // The template has no filter of ours that can fail, and a String takes everything.
    page.render().expect("the page renders")
}

impl Page<'_> {
    fn text(&self, key: &str) -> String {
        self.texts.text(key)
    }

    fn footer(&self) -> String {
        text!(self.texts, "html-footer", version = env!("CARGO_PKG_VERSION"))
    }
}

fn counts(summary: &Summary, texts: &Texts) -> Vec<Count> {
    let count = |shown| Count { class: class(shown), name: state(shown, texts), findings: summary.of(shown) };
    WORST_FIRST.into_iter().map(count).collect()
}

impl<'r> OverviewRow<'r> {
    fn new(clause: &'r ClauseReport, texts: &'r Texts) -> Self {
        let summary = clause.summary();
        Self {
            id: &clause.id,
            title: texts.pick(&clause.title),
            counts: counts(&summary, texts),
            linked: summary.pass < summary.total(),
        }
    }
}

impl<'r> ClauseBlock<'r> {
    fn new(clause: &'r ClauseReport, report: &'r Report, texts: &'r Texts) -> Self {
        let findings = clause.findings.iter().filter(|finding| finding.state != State::Pass);
        Self {
            id: &clause.id,
            name: text!(texts, "clause", id = clause.id.as_str()),
            title: texts.pick(&clause.title),
            basis: clause.basis.iter().map(|basis| basis.in_full(texts)).collect(),
            findings: findings.map(|finding| FindingBlock::new(finding, report, texts)).collect(),
        }
    }
}

impl<'r> FindingBlock<'r> {
    fn new(finding: &'r FindingReport, report: &'r Report, texts: &'r Texts) -> Self {
        let fails = finding.state == State::Fail;
        let severity = texts.text(&format!("severity-{}", finding.severity));
        let applied = finding.exemption.as_ref().filter(|_| finding.state == State::Exempt);
        let (steps_name, steps) = match finding.state {
            State::Fail => ("finding-fix", finding.fix.get(texts.language().into()).to_vec()),
            // What holds for all is said above, once.
            State::Unknown if report.reason_for_everything().is_some() => ("finding-todo", Vec::new()),
            State::Unknown => ("finding-todo", to_find_out(finding, report, texts)),
            State::Exempt | State::Pass => ("finding-fix", Vec::new()),
        };
        let other = texts.language().other();
        Self {
            control: &finding.control,
            class: class(finding.state),
            state: state(finding.state, texts),
            severity: text!(texts, "finding-severity", severity = severity),
            severity_class: severity_class(finding.severity),
            title: texts.pick(&finding.title),
            why: match report.reason_for_everything() {
                Some(_) => Bounded { shown: Vec::new(), more: None },
                None => why(finding, texts),
            },
            offenders: offenders(finding, texts),
            steps_name: texts.text(steps_name),
            steps: steps.iter().map(|step| with_plain_spaces(step)).collect(),
            due: fails.then(|| finding.due.describe(texts.language().into())),
            exemption: exemption(finding, texts),
            without_exemption: applied
                .map(|applied| text!(texts, "finding-exemption-without", state = state(applied.without, texts))),
            other: OtherLanguage {
                title: finding.title.get(other.into()),
                steps: if fails { finding.fix.get(other.into()) } else { &[] },
            },
        }
    }
}

/// A browser breaks lines as it likes; who copies a command wants spaces.
fn with_plain_spaces(text: &str) -> String {
    text.replace(UNBROKEN_SPACE, " ")
}

/// The class of a state in the style sheet.
const fn class(state: State) -> &'static str {
    state.as_str()
}

const fn severity_class(severity: Severity) -> &'static str {
    severity.as_str()
}
