//! `khien scan`: whether files are safe to upload, in plain words.

pub(crate) mod engine;
pub(crate) mod files;
mod quarantine;
mod receipt;
mod show;
mod watch;

use std::ffi::OsString;
use std::fs::File;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use khien_gates::GatePolicy;
use khien_gates::clamd::ClamdSettings;
use khien_gates::icap::IcapSettings;
use khien_inspect::{Inspection, Verdict};
use khien_scan::receipt::RuleSource;
use khien_scan::{ClamdDetector, RuleSettings, ScanProblem, Scanner, Settings, Upload, worker};
use serde_json::json;

use crate::cli::ScanArguments;
use crate::exit::Exit;
use crate::gate::ReportSettings;
use crate::i18n::text;
use crate::output::{self, Answer, Outcome};
use crate::problem::Problem;
use crate::progress::Progress;
use crate::{Session, input};

/// The largest file of settings, and of passwords, in bytes.
const MAX_SETTINGS_BYTES: u64 = 1024 * 1024;

use self::engine::{Engine, on_terminal};
pub(crate) use self::receipt::{read as read_key, verify as verify_receipt, write_key};

/// Whether this process was started to look into files for another one.
pub(crate) fn is_worker(arguments: &[OsString]) -> bool {
    matches!(arguments, [_, word] if word == worker::ARGUMENT)
}

/// Looks into files until there are no more.
pub(crate) fn work() -> ExitCode {
    match worker::run(khien_rules::load) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever started it sees that it ended, and has nobody to tell more to.
        Err(_) => ExitCode::FAILURE,
    }
}

/// What can be set for scanning and for gates, in one file.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ScanSettings {
    pub(crate) scan: Settings,
    pub(crate) gate: GatePolicy,
    pub(crate) icap: IcapSettings,
    pub(crate) clamd: ClamdSettings,
    pub(crate) report: ReportSettings,
    pub(crate) rules: RuleSettings,
    pub(crate) clamd_detector: Option<ClamdDetector>,
}

/// What was found out about one file.
struct Scanned<'p> {
    path: &'p Path,
    inspection: Arc<Inspection>,
}

/// `khien scan PATH…`.
pub(crate) fn run(arguments: &ScanArguments, session: &Session) -> Outcome {
    let texts = &session.texts;
    let settings = settings(arguments.settings.as_deref())?;
    let passwords = passwords(arguments.passwords.as_deref())?;
    if let Some(quarantine) = &arguments.quarantine {
        quarantine::prepare(quarantine)?;
    }
    if let (Some(watched), Some(clean), Some(quarantine)) = (&arguments.watch, &arguments.clean, &arguments.quarantine)
    {
        let current = engine::Current::start(&settings, arguments.rules.as_deref(), texts, on_terminal)?;
        return watch::run(&watch::Folders { watched, clean, quarantine }, &current, &passwords, session);
    }
    let mut problems = Vec::new();
    let files = files::list(&arguments.paths, arguments.recursive, &mut problems)?;
    let folders = engine::folders(&settings.rules, arguments.rules.as_deref());
    let engine = Engine::start(&settings, &folders, texts, on_terminal)?;
    let mut progress = Progress::default();
    let mut scanned = Vec::new();
    for (number, path) in files.iter().enumerate() {
        progress.show(|| {
            let file = khien_texts::labels::shortened(&path.to_string_lossy());
            text!(texts, "scan-progress", number = number + 1, count = files.len(), file = file)
        });
        match scan(path, &engine.scanner, &passwords) {
            Ok(inspection) => {
                let one = Scanned { path, inspection };
                progress.finish();
                problems.extend(after(&one, arguments, session)?);
                scanned.push(one);
            }
            Err(problem) => problems.push(problem),
        }
    }
    progress.finish();
    // Asked after the files: signatures may have been renewed meanwhile.
    let sources = engine.aged_rule_sources(session.now);
    if let Some(path) = &arguments.receipt {
        receipt::write(path, arguments.key.as_deref(), &scanned, (&engine.scanner, &sources), session)?;
    }
    for problem in &problems {
        output::complain(&problem.message(texts));
    }
    let exit = exit(&scanned, !problems.is_empty());
    let text = if arguments.json {
        json_of(&scanned, &engine.scanner, &sources)
    } else if arguments.sarif {
        sarif_of(&scanned)
    } else {
        let mut page = show::summary(&scanned, problems.len(), texts);
        page.push_str(&engine::old(&sources, settings.rules.max_age_days, texts));
        page
    };
    Ok(Answer { text, exit })
}

/// What is done with a file after it was looked into: it is told, and taken away if it must be.
fn after(one: &Scanned<'_>, arguments: &ScanArguments, session: &Session) -> Result<Option<Problem>, Problem> {
    if !arguments.json && !arguments.sarif {
        output::print(&show::file(one.path, &one.inspection, arguments.all, &session.texts))?;
    }
    let Some(folder) = arguments.quarantine.as_ref().filter(|_| one.inspection.verdict == Verdict::Blocked) else {
        return Ok(None);
    };
    match quarantine::put(one.path, &one.inspection, folder, session.now) {
        Ok(place) => {
            if !arguments.json && !arguments.sarif {
                let place = place.display().to_string();
                output::print(&format!("  {}\n", text!(session.texts, "scan-quarantined", path = place)))?;
            }
            Ok(None)
        }
        Err(problem) => Ok(Some(problem)),
    }
}

/// How the program ends: as the gravest verdict. A file that could not be read is never left out of it.
fn exit(scanned: &[Scanned<'_>], problems: bool) -> Exit {
    match scanned.iter().map(|one| one.inspection.verdict).max() {
        Some(Verdict::Blocked) => Exit::Fails,
        _ if problems => Exit::Misuse,
        Some(Verdict::NotInspected | Verdict::Suspicious) => Exit::Undecided,
        Some(Verdict::Clean) | None => Exit::Good,
    }
}

/// Looks into one file.
fn scan(path: &Path, scanner: &Scanner, passwords: &[String]) -> Result<Arc<Inspection>, Problem> {
    let cannot = |detail: String| Problem::CannotRead { path: path.to_owned(), detail };
    input::require_file(path)?;
    let mut file = File::open(path).map_err(|error| cannot(error.to_string()))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let upload = Upload::of_file(&name, &mut file).map_err(|error| cannot(error.to_string()))?;
    scanner.scan(&mut upload.with_passwords(passwords)).map_err(|problem| match problem {
        ScanProblem::Unreadable(error) => cannot(error.to_string()),
        ScanProblem::NoWorker(why) => cannot(why),
    })
}

/// The settings in a file, or the usual ones.
pub(crate) fn settings(path: Option<&Path>) -> Result<ScanSettings, Problem> {
    let Some(path) = path else { return Ok(ScanSettings::default()) };
    let source = input::text_of(input::read_bytes(path, MAX_SETTINGS_BYTES)?, path)?;
    toml::from_str(source.trim_start_matches('\u{feff}'))
        .map_err(|error| Problem::CannotRead { path: path.to_owned(), detail: error.to_string() })
}

/// The passwords to try, one on each line.
fn passwords(path: Option<&Path>) -> Result<Vec<String>, Problem> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let source = input::text_of(input::read_bytes(path, MAX_SETTINGS_BYTES)?, path)?;
    let lines = source.trim_start_matches('\u{feff}').lines();
    Ok(lines.filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

fn json_of(scanned: &[Scanned<'_>], scanner: &Scanner, sources: &[RuleSource]) -> String {
    let files: Vec<_> = scanned
        .iter()
        .map(|one| json!({ "path": one.path.to_string_lossy(), "inspection": one.inspection.as_ref() }))
        .collect();
    let document = json!({
        "rules": scanner.rules_id(),
        "rule_sources": sources,
        "limits": scanner.settings().limits,
        "files": files,
    });
    format!("{document:#}\n")
}

fn sarif_of(scanned: &[Scanned<'_>]) -> String {
    let paths: Vec<String> = scanned.iter().map(|one| one.path.to_string_lossy().into_owned()).collect();
    let files: Vec<(&str, &Inspection)> =
        paths.iter().zip(scanned).map(|(path, one)| (path.as_str(), one.inspection.as_ref())).collect();
    format!("{:#}\n", khien_scan::sarif(env!("CARGO_PKG_VERSION"), &files))
}
