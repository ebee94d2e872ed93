//! `khien check`: collect or read facts, judge them, show the result.

use std::path::Path;

use khien_directive::{Clause, Directive};
use khien_judge::judge;
use khien_model::facts::FactDocument;
use khien_model::{Exemptions, Organisation};
use khien_result::{Report, applies, html, json, text};

use crate::cli::{CheckArguments, Format};
use crate::exit::Exit;
use crate::output::{self, Answer, Outcome};
use crate::problem::Problem;
use crate::terminal::Terminal;
use crate::{Session, content, facts, follow_up};

/// What stands for standard output in place of a file.
const STANDARD_OUTPUT: &str = "-";

/// Carries out `khien check`.
pub(crate) fn run(arguments: &CheckArguments, session: &Session) -> Outcome {
    let at = arguments.at.as_deref().map(facts::moment_of).transpose()?.unwrap_or(session.now);
    let directive = content::directive(arguments.directive.as_deref(), at, session)?;
    let document = match (&arguments.facts, &arguments.root) {
        (Some(file), _) => facts::read(file)?,
        // What lies in a folder has no time of its own: it is looked at as of the moment asked for.
        (None, Some(root)) => facts::collect(Some(root), at, session)?,
        // The running machine is always looked at now, whatever moment it is judged for.
        (None, None) => facts::collect(None, session.now, session)?,
    };
    let only = Only::new(&arguments.only, &directive, &document)?;
    let mut findings = judge(&directive, &document, &Exemptions::default(), &Organisation::default(), at);
    findings.retain(|finding| only.wants(&finding.clause));
    let report = Report {
        collected_at: arguments.facts.as_ref().and_then(|_| facts::collected_at(&document)),
        only: arguments.only.clone(),
        ..Report::of(&directive, &document, findings, at, follow_up::after(arguments))
    };
    let exit = Exit::of(&report.summary());
    let text = show(&report, arguments, session);
    match output_file(arguments) {
        None => Ok(Answer { text, exit }),
        Some(path) => {
            output::write_file(path, &text)?;
            Ok(Answer { text: String::new(), exit })
        }
    }
}

/// The file that the report goes to; `None` for standard output.
fn output_file(arguments: &CheckArguments) -> Option<&Path> {
    arguments.output.as_deref().filter(|path| path.as_os_str() != STANDARD_OUTPUT)
}

fn show(report: &Report, arguments: &CheckArguments, session: &Session) -> String {
    match arguments.format {
        Format::Json => json::render(report),
        Format::Html => html::render(report, &session.texts),
        Format::Text => {
            let coloured = session.terminal.coloured && output_file(arguments).is_none();
            let terminal = Terminal { coloured, ..session.terminal };
            text::render(report, &session.texts, terminal, arguments.all)
        }
    }
}

/// Which clauses are wanted: all, or those named and the ones below them.
struct Only<'a> {
    clauses: &'a [String],
}

impl<'a> Only<'a> {
    /// Checks that each named clause has a control that says something about this subject.
    fn new(clauses: &'a [String], directive: &Directive, document: &FactDocument) -> Result<Self, Problem> {
        let kind = document.subject().kind;
        let about = |clause: &&Clause| {
            clause.controls.iter().any(|control| control.subject == kind && applies(control, document))
        };
        let known: Vec<&str> = directive.clauses.iter().filter(about).map(|clause| clause.id.as_str()).collect();
        let unknown = clauses.iter().find(|wanted| !known.iter().any(|clause| is_within(clause, wanted)));
        match unknown {
            Some(clause) => Err(Problem::UnknownClause { clause: clause.clone(), known: known.join(", ") }),
            None => Ok(Self { clauses }),
        }
    }

    fn wants(&self, clause: &str) -> bool {
        self.clauses.is_empty() || self.clauses.iter().any(|wanted| is_within(clause, wanted))
    }
}

/// Whether `clause` is `wanted` or a part of it: 4.1 is a part of 4, 41 is not.
fn is_within(clause: &str, wanted: &str) -> bool {
    clause.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
