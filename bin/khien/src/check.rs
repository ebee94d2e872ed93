//! `khien check`: collect or read facts, judge them, show the result.

use std::path::Path;

use khien_directive::{Clause, Directive};
use khien_judge::{judge, told_steps};
use khien_model::facts::FactDocument;
use khien_model::{Exemptions, Finding, Organisation};

use crate::cli::{CheckArguments, Format};
use crate::exit::Exit;
use crate::follow_up::FollowUp;
use crate::output::{self, Answer, Outcome};
use crate::problem::Problem;
use crate::report::{ClauseReport, DecidingFact, DirectiveHead, FindingReport, Report};
use crate::terminal::Terminal;
use crate::{Session, content, facts, render};
use khien_texts::basis::basis_of;
use khien_texts::labels::Label;

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
    let findings = judge(&directive, &document, &Exemptions::default(), &Organisation::default(), at);
    let judged = Judged { directive: &directive, document: &document, at };
    let report = judged.report(findings, &only, arguments);
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
        Format::Json => render::json::render(report),
        Format::Html => render::html::render(report, &session.texts),
        Format::Text => {
            let coloured = session.terminal.coloured && output_file(arguments).is_none();
            let terminal = Terminal { coloured, ..session.terminal };
            render::text::render(report, &session.texts, terminal, arguments.all)
        }
    }
}

/// Which clauses are wanted: all, or those named and the ones below them.
struct Only<'a> {
    clauses: &'a [String],
}

impl<'a> Only<'a> {
    /// Checks that each named clause has a control about subjects of this kind.
    fn new(clauses: &'a [String], directive: &Directive, document: &FactDocument) -> Result<Self, Problem> {
        let kind = document.subject().kind;
        let about = |clause: &&Clause| clause.controls.iter().any(|control| control.subject == kind);
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

/// What was judged by what, for which moment.
struct Judged<'a> {
    directive: &'a Directive,
    document: &'a FactDocument,
    at: jiff::Timestamp,
}

impl Judged<'_> {
    /// Puts findings together with what the directive says about their controls.
    fn report(&self, findings: Vec<Finding>, only: &Only<'_>, arguments: &CheckArguments) -> Report {
        let Self { directive, document, at } = *self;
        let mut clauses: Vec<ClauseReport> = Vec::new();
        for finding in findings.into_iter().filter(|finding| only.wants(&finding.clause)) {
            let Some((clause, control)) = directive.control(&finding.control) else { continue };
            let label = |path: &str| Label::of(path, document.facts(), directive);
            let because = finding.because.into_iter();
            let reported = FindingReport {
                control: finding.control,
                title: control.title.clone(),
                state: finding.state,
                severity: finding.severity,
                because: because.map(|because| DecidingFact { label: label(&because.path), because }).collect(),
                offenders: finding.offenders,
                offenders_left_out: finding.offenders_left_out,
                fix: told_steps(control, document),
                due: control.due,
                holds_until: finding.holds_until,
                exemption: finding.exemption,
            };
            match clauses.last_mut() {
                Some(last) if last.id == clause.id => last.findings.push(reported),
                _ => clauses.push(clause_report(directive, clause, reported)),
            }
        }
        Report {
            directive: DirectiveHead {
                id: directive.id.clone(),
                title: directive.title.clone(),
                in_force: directive.valid_from_at() <= at && directive.valid_to_at().is_none_or(|end| at < end),
            },
            subject: document.subject(),
            system: facts::system_of(document),
            at,
            collected_at: arguments.facts.as_ref().and_then(|_| facts::collected_at(document)),
            only: arguments.only.clone(),
            clauses,
            follow_up: FollowUp::after(arguments),
        }
    }
}

fn clause_report(directive: &Directive, clause: &Clause, first: FindingReport) -> ClauseReport {
    ClauseReport {
        id: clause.id.clone(),
        title: clause.title.clone(),
        basis: basis_of(directive, clause),
        findings: vec![first],
    }
}
