//! `khien directive explain CONTROL`: everything there is to know about one control, for the person who must defend it.

use jiff::Timestamp;
use khien_directive::{Clause, Control, Directive};
use khien_texts::basis::basis_of;
use khien_texts::explain::{self, AreaInWords, ValueInWords};
use khien_texts::moment;

use super::no_such_control;
use crate::i18n::{Texts, text};
use crate::output::{Answer, Outcome};
use crate::terminal::{Emphasis, Terminal};
use crate::{Session, content, facts};

/// Carries out `khien directive explain`.
pub(super) fn run(control: &str, directive: Option<&str>, at: Option<&str>, session: &Session) -> Outcome {
    let at = at.map(facts::moment_of).transpose()?.unwrap_or(session.now);
    let directive = content::directive(directive, at, session)?;
    let Some((clause, control)) = directive.control(control) else {
        return Err(no_such_control(&directive, control));
    };
    let mut page = Page { text: String::new(), texts: &session.texts, terminal: session.terminal };
    page.control(control);
    page.clause(&directive, clause);
    page.parameters(&directive, control, at);
    page.facts(control);
    page.check(control);
    page.fix(control);
    Ok(Answer::good(page.text))
}

struct Page<'t> {
    text: String,
    texts: &'t Texts,
    terminal: Terminal,
}

impl Page<'_> {
    fn control(&mut self, control: &Control) {
        let title = format!("{}  {}", control.id, self.texts.pick(&control.title));
        self.line(&self.terminal.paint(Emphasis::Strong, &title));
        self.named("explain-subject", &self.texts.text(&format!("subject-kind-{}", control.subject)));
        self.named("explain-severity", &self.texts.text(&format!("severity-{}", control.severity)));
        self.named("finding-due", &control.due.describe(self.texts.language().into()));
        let length = moment::length(control.fresh_within, self.texts);
        self.wrapped("", "  ", &text!(self.texts, "explain-fresh", length = length));
    }

    fn clause(&mut self, directive: &Directive, clause: &Clause) {
        self.heading("explain-clause");
        self.wrapped("  ", "  ", &format!("{}. {}", clause.id, self.texts.pick(&clause.title)));
        self.wrapped("  ", "  ", self.texts.pick(&clause.text));
        if !clause.basis.is_empty() {
            self.heading("finding-basis");
        }
        for basis in basis_of(directive, clause) {
            self.wrapped("  • ", "    ", &basis.in_full(self.texts));
        }
    }

    fn parameters(&mut self, directive: &Directive, control: &Control, at: Timestamp) {
        let parameters = explain::parameters(directive, control, at, self.texts);
        if parameters.is_empty() {
            return;
        }
        self.heading("explain-params");
        for parameter in parameters {
            self.wrapped("  • ", "    ", &format!("{}: {}", parameter.path, self.texts.pick(&parameter.about)));
            match parameter.value {
                None => self.wrapped("    ", "    ", &self.texts.text("explain-param-none")),
                Some(ValueInWords { value, source, validity }) => {
                    self.wrapped("    = ", "      ", &format!("{value} ({source}; {validity})"));
                }
            }
        }
    }

    /// The areas that may be read, with what is known of their fields.
    fn facts(&mut self, control: &Control) {
        self.heading("explain-facts");
        for AreaInWords { area, fields } in explain::facts(control, self.texts) {
            self.wrapped("  • ", "    ", &format!("{}: {}", area.path, area.name));
            for field in fields {
                self.wrapped("      ", "        ", &format!("{}: {}", field.path, field.name));
                self.wrapped("        ", "        ", &field.about);
            }
        }
    }

    fn check(&mut self, control: &Control) {
        self.heading("explain-check");
        for line in control.pass.source.lines() {
            self.line(&format!("  {line}"));
        }
    }

    fn fix(&mut self, control: &Control) {
        self.heading("finding-fix");
        for (index, step) in control.fix.told(None).get(self.texts.language().into()).iter().enumerate() {
            let first = format!("  {}. ", index + 1);
            let rest = " ".repeat(first.len());
            self.wrapped(&first, &rest, step);
        }
    }

    fn heading(&mut self, key: &str) {
        self.line("");
        let name = self.texts.text(key);
        self.line(&self.terminal.paint(Emphasis::Strong, &name));
    }

    fn named(&mut self, key: &str, value: &str) {
        let name = self.texts.text(key);
        self.wrapped("", "  ", &format!("{name}: {value}"));
    }

    fn wrapped(&mut self, first: &str, rest: &str, text: &str) {
        for line in self.terminal.wrap(first, rest, text) {
            self.line(&line);
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }
}
