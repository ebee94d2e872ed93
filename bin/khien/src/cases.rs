//! `khien cases check`: an exported list of cases, checked without a server.

mod json;
mod problem;
mod show;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::Path;

use jiff::Timestamp;
use khien_cases::{Options, Report, Rules, case_data, check};
use khien_directive::Directive;
use khien_judge::judge;
use khien_model::facts::{Fact, FactDocument, SubjectFacts, UnitFacts};
use khien_model::{Exemptions, Finding, Organisation, State, day_of};
use khien_tables::{Limits, Origin, Spreadsheet};

use crate::cli::CasesCheckArguments;
use crate::exit::Exit;
use crate::i18n::{Texts, text};
use crate::output::{Answer, Outcome};
use crate::problem::Problem;
use crate::progress::Progress;
use crate::{Session, content, facts, input};
use khien_result::Summary;

/// The clause about case data.
const CLAUSE: &str = "1.4";
/// The largest profile of columns, in bytes.
const MAX_PROFILE_BYTES: u64 = 64 * 1024;
/// Where the facts come from, as they say themselves.
const SOURCE: &str = "import:cases";

/// What was found out about a list.
struct Checked<'c> {
    path: &'c Path,
    origin: Origin,
    report: Report,
    directive: &'c Directive,
    document: FactDocument,
    findings: Vec<Finding>,
    exported_at: Timestamp,
    /// Whether whoever asks has said so; otherwise it is when the file was written.
    is_export_told: bool,
}

/// `khien cases check FILE`.
pub(crate) fn run(arguments: &CasesCheckArguments, session: &Session) -> Outcome {
    let at = arguments.at.as_deref().map(facts::moment_of).transpose()?.unwrap_or(session.now);
    let directive = content::directive(arguments.directive.as_deref(), at, session)?;
    let profile = arguments.mapping.as_deref().map(profile).transpose()?.unwrap_or_default();
    let path = arguments.file.as_path();
    input::require_file(path)?;
    let cannot = |error: std::io::Error| Problem::CannotRead { path: path.to_owned(), detail: error.to_string() };
    let file = File::open(path).map_err(cannot)?;
    let written_at = file.metadata().and_then(|metadata| metadata.modified()).map_err(cannot)?;
    let exported_at = match &arguments.exported {
        Some(written) => exported(written, at, &session.texts)?,
        // A list that was only copied is as old as it was.
        None => Timestamp::try_from(written_at).unwrap_or(at).min(at),
    };
    let calendar = khien_content::calendar();
    let mut rules = Rules::new(&directive, &calendar);
    let mut progress = Progress::default();
    let mut tick = |rows: u32| {
        progress.show(|| text!(session.texts, "cases-progress", rows = rows));
        ControlFlow::Continue(())
    };
    let of_problem = |problem| problem::of(&problem, path, &session.texts);
    let opened = Spreadsheet::open(BufReader::new(file), Limits::CASES);
    let mut table = opened.map_err(|problem| of_problem(problem.into()))?;
    let unit = arguments.unit.clone();
    let options = Options { profile, unit, today: day_of(at), officers: None, progress: &mut tick };
    let report = check(&mut table, &mut rules, options);
    progress.finish();
    let report = report.map_err(of_problem)?;
    let document = document(&report, arguments.unit.as_deref(), exported_at, at);
    let findings = judge(&directive, &document, &Exemptions::default(), &Organisation::default(), at);
    let findings: Vec<Finding> = findings.into_iter().filter(|finding| finding.clause == CLAUSE).collect();
    let exit = Exit::of(&summary(&findings));
    let origin = table.origin().clone();
    let checked = Checked {
        path,
        origin,
        report,
        directive: &directive,
        document,
        findings,
        exported_at,
        is_export_told: arguments.exported.is_some(),
    };
    let text =
        if arguments.json { json::render(&checked) } else { show::render(&checked, &session.texts, arguments.all) };
    Ok(Answer { text, exit })
}

/// When the list was exported, as it was typed: on no day that is still to come.
fn exported(written: &str, at: Timestamp, texts: &Texts) -> Result<Timestamp, Problem> {
    let exported_at = facts::moment_of(written)?;
    if day_of(exported_at) <= day_of(at) {
        // A day stands for its end, which today is yet to come.
        return Ok(exported_at.min(at));
    }
    let day = |moment| khien_texts::moment::day_shown(day_of(moment), texts);
    let what = text!(texts, "cases-exported-future", day = day(exported_at), today = day(at));
    Err(Problem::Worded { what, hints: vec![texts.text("cases-exported-future-todo")] })
}

/// The facts of the unit that the list is about.
fn document(report: &Report, unit: Option<&str>, exported_at: Timestamp, at: Timestamp) -> FactDocument {
    let only = report.units.keys().next().filter(|_| report.units.len() == 1).cloned();
    let id = unit.map(str::to_owned).or(only).filter(|name| !name.is_empty());
    // What the software delayed is recorded on the pages of the server; a list does not say it.
    let case_data = case_data(&report.all, &report.lacking, 0, exported_at);
    let case_data = Fact { outcome: Ok(case_data), observed_at: at, source: SOURCE.to_owned() };
    let facts = UnitFacts { case_data: Some(case_data), ..UnitFacts::default() };
    FactDocument::Unit(Box::new(SubjectFacts { id: id.unwrap_or_else(|| khien_result::UNNAMED.to_owned()), facts }))
}

fn summary(findings: &[Finding]) -> Summary {
    let count = |state| findings.iter().filter(|finding| finding.state == state).count();
    Summary {
        pass: count(State::Pass),
        fail: count(State::Fail),
        unknown: count(State::Unknown),
        exempt: count(State::Exempt),
    }
}

/// A profile: an object of canonical columns and the titles that hold them.
fn profile(path: &Path) -> Result<Vec<(String, String)>, Problem> {
    let bytes = input::read_bytes(path, MAX_PROFILE_BYTES)?;
    let source = input::text_of(bytes, path)?;
    let entries: BTreeMap<String, String> = serde_json::from_str(source.trim_start_matches('\u{feff}'))
        .map_err(|error| Problem::CannotRead { path: path.to_owned(), detail: error.to_string() })?;
    Ok(entries.into_iter().collect())
}
