//! A report for a terminal: what needs work first, one block per finding, nothing wider than the window.

use std::fmt::Write as _;

use khien_model::State;
use unicode_width::UnicodeWidthStr as _;

use crate::model::{ClauseReport, FindingReport, Report, WORST_FIRST};
use crate::terminal::{Emphasis, Terminal};
use crate::words::{
    at, collected, conclusion, directive, exemption, offenders, only, state, subject, to_find_out, why,
};
use khien_texts::labels::shortened;
use khien_texts::moment;
use khien_texts::{Texts, text};

/// How far the parts of a finding stand in.
const INDENT: &str = "    ";

/// The report as text. Passes are counted; with `all` they are listed.
pub fn render(report: &Report, texts: &Texts, terminal: Terminal, all: bool) -> String {
    let report = report.clone().worst_first();
    let mut page = Page { text: String::new(), texts, terminal };
    page.head(&report);
    for clause in &report.clauses {
        page.clause(clause, &report, all);
    }
    page.close(&report, all);
    page.text
}

/// The text so far.
struct Page<'t> {
    text: String,
    texts: &'t Texts,
    terminal: Terminal,
}

impl Page<'_> {
    fn head(&mut self, report: &Report) {
        let title = self.texts.text("report-title");
        self.line(&self.terminal.paint(Emphasis::Strong, &title));
        let mut whom = subject(&report.subject, self.texts);
        if let Some(system) = &report.system {
            let _ = write!(whom, " – {}", shortened(system));
        }
        let mut rows = vec![
            ("report-directive", directive(report, self.texts)),
            ("report-subject", whom),
            ("report-at", at(report, self.texts)),
        ];
        rows.extend(collected(report, self.texts).map(|collected| ("report-collected", collected)));
        rows.extend(only(report, self.texts).map(|only| ("report-only", only)));
        let names: Vec<String> = rows.iter().map(|(key, _)| self.texts.text(key)).collect();
        let width = names.iter().map(|name| name.width()).max().unwrap_or_default() + 2;
        for (name, (_, value)) in names.iter().zip(&rows) {
            let first = format!("{name}{}", " ".repeat(width - name.width()));
            self.wrapped(&first, &" ".repeat(width), value);
        }
    }

    fn clause(&mut self, clause: &ClauseReport, report: &Report, all: bool) {
        let shown = |finding: &&FindingReport| all || finding.state != State::Pass;
        if !clause.findings.iter().any(|finding| shown(&finding)) {
            return;
        }
        self.line("");
        let number = text!(self.texts, "clause", id = clause.id.as_str());
        for line in self.terminal.wrap("", "", &format!("{number}. {}", self.texts.pick(&clause.title))) {
            self.line(&self.terminal.paint(Emphasis::Strong, &line));
        }
        if !clause.basis.is_empty() {
            let basis: Vec<String> = clause.basis.iter().map(|basis| basis.cited(self.texts)).collect();
            let name = self.texts.text("finding-basis");
            self.wrapped(&format!("{name}: "), "  ", &basis.join("; "));
        }
        for finding in clause.findings.iter().filter(shown) {
            self.finding(finding, report);
        }
    }

    fn finding(&mut self, finding: &FindingReport, report: &Report) {
        if finding.state != State::Pass {
            self.line("");
        }
        self.finding_title(finding);
        if report.reason_for_everything().is_some() {
            return;
        }
        match finding.state {
            State::Fail => {
                self.why(finding);
                self.offenders(finding);
                self.steps("finding-fix", finding.fix.get(self.texts.language().into()));
                self.named("finding-due", &finding.due.describe(self.texts.language().into()));
            }
            State::Unknown => {
                self.why(finding);
                self.steps("finding-todo", &to_find_out(finding, report, self.texts));
            }
            State::Exempt | State::Pass => {}
        }
        if let Some(exemption) = exemption(finding, self.texts) {
            self.named("finding-exemption", &exemption);
        }
        if let (State::Exempt, Some(applied)) = (finding.state, &finding.exemption) {
            let without = state(applied.without, self.texts);
            self.wrapped(INDENT, INDENT, &text!(self.texts, "finding-exemption-without", state = without));
        }
        match (finding.state, finding.holds_until) {
            (State::Pass, Some(until)) => self.named("finding-holds-until", &moment::shown(until, self.texts)),
            (State::Pass, None) => {}
            _ => {
                if let Some(command) = report.follow_up.explain(&finding.control) {
                    self.faint(INDENT, &text!(self.texts, "finding-more", command = command));
                }
            }
        }
    }

    /// `✗ KHÔNG ĐẠT  title [mức độ cao]`
    fn finding_title(&mut self, finding: &FindingReport) {
        let (mark, emphasis) = mark(finding.state);
        let verdict = format!("{mark} {}", state(finding.state, self.texts).to_uppercase());
        let mut title = self.texts.pick(&finding.title).to_owned();
        if finding.state == State::Pass {
            let _ = write!(title, " ({})", finding.control);
        } else {
            let severity = self.texts.text(&format!("severity-{}", finding.severity));
            let _ = write!(title, " [{}]", text!(self.texts, "finding-severity", severity = severity));
        }
        let start = self.text.len();
        self.wrapped(&format!("{verdict}  "), INDENT, &title);
        // Colours are put in after wrapping: an escape sequence has no width.
        let painted = self.terminal.paint(emphasis, &verdict);
        self.text.replace_range(start..start + verdict.len(), &painted);
    }

    fn why(&mut self, finding: &FindingReport) {
        let why = why(finding, self.texts);
        if why.shown.is_empty() {
            return;
        }
        self.heading("finding-why");
        for fact in why.shown {
            self.bullet(&format!("{}: {}", fact.name, fact.value));
            if fact.path != fact.name {
                self.path(&fact.path);
            }
        }
        if let Some(more) = why.more {
            self.bullet(&more);
        }
    }

    fn offenders(&mut self, finding: &FindingReport) {
        let offenders = offenders(finding, self.texts);
        if offenders.shown.is_empty() {
            return;
        }
        self.heading("finding-offenders");
        for offender in offenders.shown.iter().chain(&offenders.more) {
            self.bullet(offender);
        }
    }

    fn steps(&mut self, key: &str, steps: &[String]) {
        match steps {
            [] => {}
            [step] => self.named(key, step),
            steps => {
                self.heading(key);
                for (index, step) in steps.iter().enumerate() {
                    let first = format!("{INDENT}{}. ", index + 1);
                    self.wrapped(&first, &" ".repeat(first.width()), step);
                }
            }
        }
    }

    fn close(&mut self, report: &Report, all: bool) {
        let summary = report.summary();
        self.line("");
        for shown in WORST_FIRST {
            let words = format!("{:>4}  {}", summary.of(shown), state(shown, self.texts));
            let (_, emphasis) = mark(shown);
            let line = if summary.of(shown) == 0 { words } else { self.terminal.paint(emphasis, &words) };
            self.line(&line);
        }
        for sentence in conclusion(report, self.texts) {
            self.wrapped("", "", &sentence);
        }
        if !all && summary.pass > 0 {
            let hint = text!(self.texts, "passes-hint", command = report.follow_up.check(true));
            self.faint("", &hint);
        }
    }

    /// `Vì sao:` above a list.
    fn heading(&mut self, key: &str) {
        let name = self.texts.text(key);
        self.line(&format!("{INDENT}{name}:"));
    }

    /// `Hạn khắc phục: trong 3 ngày làm việc`
    fn named(&mut self, key: &str, value: &str) {
        let name = self.texts.text(key);
        self.wrapped(&format!("{INDENT}{name}: "), &format!("{INDENT}  "), value);
    }

    fn bullet(&mut self, text: &str) {
        self.wrapped(&format!("{INDENT}• "), &format!("{INDENT}  "), text);
    }

    /// A path: never broken, so that it can be copied.
    fn path(&mut self, path: &str) {
        let path = self.terminal.paint(Emphasis::Faint, path);
        self.line(&format!("{INDENT}  {path}"));
    }

    fn faint(&mut self, indent: &str, text: &str) {
        for line in self.terminal.wrap("", "", text) {
            let line = self.terminal.paint(Emphasis::Faint, &line);
            self.line(&format!("{indent}{line}"));
        }
    }

    fn wrapped(&mut self, first: &str, rest: &str, text: &str) {
        for line in self.terminal.wrap(first, rest, text) {
            self.line(&line);
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}

fn mark(state: State) -> (&'static str, Emphasis) {
    match state {
        State::Fail => ("✗", Emphasis::Bad),
        State::Unknown => ("?", Emphasis::Unsure),
        State::Exempt => ("–", Emphasis::Excused),
        State::Pass => ("✓", Emphasis::Good),
    }
}
