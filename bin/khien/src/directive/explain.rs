//! `khien directive explain CONTROL`: everything there is to know about one control, for the person who must defend it.

use jiff::Timestamp;
use khien_directive::{Clause, Control, Directive, Parameter, ParameterType};
use khien_model::facts::areas_of;
use khien_model::reflect::{RecordShape, Shape};

use super::{no_such_control, validity};
use crate::check::basis_of;
use crate::i18n::{Texts, text};
use crate::labels::field_key;
use crate::output::{Answer, Outcome};
use crate::terminal::{Emphasis, Terminal};
use crate::{Session, content, facts, moment};

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
        let read = control.pass.program.params_read();
        let offenders = control.offenders.as_ref().map_or(&[][..], |check| check.program.params_read());
        let mut indices: Vec<usize> = read.iter().chain(offenders).copied().collect();
        indices.sort_unstable();
        indices.dedup();
        if indices.is_empty() {
            return;
        }
        self.heading("explain-params");
        for parameter in indices.iter().filter_map(|index| directive.parameters.get(*index)) {
            self.parameter(directive, parameter, at);
        }
    }

    fn parameter(&mut self, directive: &Directive, parameter: &Parameter, at: Timestamp) {
        self.wrapped("  • ", "    ", &format!("param.{}: {}", parameter.name, self.texts.pick(&parameter.about)));
        let Some(value) = parameter.at(at) else {
            let none = self.texts.text("explain-param-none");
            self.wrapped("    ", "    ", &none);
            return;
        };
        let source = directive.document(&value.source).map_or(value.source.as_str(), |document| &document.number);
        let source = text!(self.texts, "explain-param-source", source = source);
        let since = validity(value.valid_from, value.valid_to, self.texts);
        let value = in_words(&value.value.to_string(), parameter.kind, self.texts);
        self.wrapped("    = ", "      ", &format!("{value} ({source}; {since})"));
    }

    /// The areas that may be read, with what is known of their fields.
    fn facts(&mut self, control: &Control) {
        let areas = areas_of(control.subject);
        let mentioned = |name: &str| mentions(&control.pass.source, name);
        self.heading("explain-facts");
        for area in control.pass.program.areas_read().iter().filter_map(|index| areas.fields.get(*index)) {
            let name = self.texts.text(&field_key(areas, area));
            self.wrapped("  • ", "    ", &format!("{}: {name}", area.name));
            if let Shape::Record(record) = area.shape {
                self.fields(record, area.name, &mentioned);
            }
        }
    }

    /// The fields of `record` that the check names, and those of the records inside.
    fn fields(&mut self, record: &RecordShape, path: &str, mentioned: &dyn Fn(&str) -> bool) {
        for field in record.fields.iter().filter(|field| mentioned(field.name)) {
            let (mut shape, mut path) = (field.shape, format!("{path}.{}", field.name));
            while let Shape::List(item) = shape {
                shape = *item;
                path.push_str("[]");
            }
            let name = self.texts.text(&field_key(record, field));
            self.wrapped("      ", "        ", &format!("{path}: {name}"));
            let doc: Vec<&str> = field.doc.split_whitespace().collect();
            self.wrapped("        ", "        ", &doc.join(" "));
            if let Shape::Record(inner) = shape {
                self.fields(inner, &path, mentioned);
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

/// The value of a parameter, written as the check language writes it, in words.
fn in_words(written: &str, kind: ParameterType, texts: &Texts) -> String {
    let words = match kind {
        ParameterType::Duration => written.parse().ok().map(|length| moment::length(length, texts)),
        ParameterType::Timestamp => written.parse().ok().map(|at| moment::shown(at, texts)),
        _ => None,
    };
    words.unwrap_or_else(|| written.to_owned())
}

/// Whether the expression `source` names the field `name`.
fn mentions(source: &str, name: &str) -> bool {
    source.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|word| word == name)
}
