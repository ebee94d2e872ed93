//! `khien scan`: whether files are safe to upload, in plain words.

pub(crate) mod engine;
pub(crate) mod files;
mod quarantine;
mod receipt;
mod settings;
mod show;
mod watch;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use khien_inspect::{Inspection, Verdict};
use khien_scan::receipt::RuleSource;
use khien_scan::{ScanProblem, Scanner, Upload, worker};
use serde_json::json;

use crate::cli::ScanArguments;
use crate::exit::Exit;
use crate::i18n::{Texts, text};
use crate::output::{self, Answer, Outcome};
use crate::problem::Problem;
use crate::progress::Progress;
use crate::{Session, input};

use self::engine::{Engine, on_terminal};
use self::files::Unread;
pub(crate) use self::receipt::{read as read_key, verify as verify_receipt, write_key};
use self::settings::MAX_SETTINGS_BYTES;
pub(crate) use self::settings::{ScanSettings, settings};

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

/// What was found out about one file.
struct Scanned<'p> {
    path: &'p Path,
    inspection: Arc<Inspection>,
}

/// What became of everything that was asked for.
#[derive(Default)]
struct Done<'p> {
    /// The files that were looked into.
    scanned: Vec<Scanned<'p>>,
    /// What could not be looked into.
    unread: Vec<Unread>,
    /// The links in folders, which were not followed.
    links: Vec<PathBuf>,
    /// Why blocked files lie where they lay, though they were to be taken away.
    undone: Vec<Problem>,
}

/// `khien scan PATH…`.
pub(crate) fn run(arguments: &ScanArguments, session: &Session) -> Outcome {
    let texts = &session.texts;
    let settings = settings(arguments.settings.as_deref(), texts)?;
    let passwords = passwords(arguments.passwords.as_deref())?;
    if let (Some(watched), Some(clean), Some(quarantine)) = (&arguments.watch, &arguments.clean, &arguments.quarantine)
    {
        let folders = watch::Folders { watched, clean, quarantine };
        folders.prepare(texts)?;
        let current = engine::Current::start(&settings, arguments.rules.as_deref(), texts, on_terminal)?;
        return watch::run(&folders, &current, &passwords, session);
    }
    if let Some(quarantine) = &arguments.quarantine {
        quarantine::prepare(quarantine)?;
    }
    let mut listed = files::list(&arguments.paths, arguments.recursive)?;
    if let Some(receipt) = &arguments.receipt {
        receipt::require_free(receipt, &listed.files, texts)?;
    }
    let folders = engine::folders(&settings.rules, arguments.rules.as_deref());
    let engine = Engine::start(&settings, &folders, texts, on_terminal)?;
    let mut progress = Progress::default();
    let mut done = Done::default();
    let files = std::mem::take(&mut listed.files);
    for (number, path) in files.iter().enumerate() {
        progress.show(|| {
            let file = khien_texts::labels::shortened(&path.to_string_lossy());
            text!(texts, "scan-progress", number = number + 1, count = files.len(), file = file)
        });
        match scan(path, &engine.scanner, &passwords) {
            Ok(inspection) => {
                let one = Scanned { path, inspection };
                progress.finish();
                done.undone.extend(after(&one, arguments, session)?);
                done.scanned.push(one);
            }
            Err(problem) => listed.unread.push(Unread { path: path.clone(), problem }),
        }
    }
    progress.finish();
    (done.unread, done.links) = (listed.unread, listed.links);
    // Asked after the files: signatures may have been renewed meanwhile.
    let sources = engine.aged_rule_sources(session.now);
    if let Some(path) = &arguments.receipt {
        receipt::write(path, arguments.key.as_deref(), &done, (&engine.scanner, &sources), session)?;
    }
    for problem in done.unread.iter().map(|one| &one.problem).chain(&done.undone) {
        output::complain(&problem.message(texts));
    }
    let text = if arguments.json {
        json_of(&done, &engine.scanner, &sources, texts)
    } else if arguments.sarif {
        sarif_of(&done, texts)
    } else {
        let mut page = show::summary(&done, texts);
        page.push_str(&engine::old(&sources, settings.rules.max_age_days, texts));
        page
    };
    Ok(Answer { text, exit: done.exit() })
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
                let place = output::shown(&place);
                output::print(&format!("  {}\n", text!(session.texts, "scan-quarantined", path = place)))?;
            }
            Ok(None)
        }
        Err(refused) => Ok(Some(refused.problem(one.path, &session.texts))),
    }
}

impl Done<'_> {
    /// The paths that nothing was read from, each with why.
    fn not_looked_into(&self, texts: &Texts) -> Vec<(String, String)> {
        let shown = |path: &Path| path.to_string_lossy().into_owned();
        let unread = self.unread.iter().map(|one| (shown(&one.path), one.problem.what(texts)));
        unread.chain(self.links.iter().map(|link| (shown(link), texts.text("scan-link")))).collect()
    }

    /// How the program ends: as the gravest verdict. What could not be read, or not be taken away, is never left out of it.
    fn exit(&self) -> Exit {
        if !self.undone.is_empty() {
            return Exit::Misuse;
        }
        match self.scanned.iter().map(|one| one.inspection.verdict).max() {
            Some(Verdict::Blocked) => Exit::Fails,
            _ if !self.unread.is_empty() => Exit::Misuse,
            Some(Verdict::Clean) if self.links.is_empty() => Exit::Good,
            // Where there was nothing to look into, nothing is known to be clean.
            Some(_) | None => Exit::Undecided,
        }
    }
}

/// Looks into one file.
fn scan(path: &Path, scanner: &Scanner, passwords: &[String]) -> Result<Arc<Inspection>, Problem> {
    let cannot = |detail: String| Problem::CannotRead { path: path.to_owned(), detail };
    let mut file = input::open_file(path)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let upload = Upload::of_file(&name, &mut file).map_err(|error| cannot(error.to_string()))?;
    scanner.scan(&mut upload.with_passwords(passwords)).map_err(|problem| match problem {
        ScanProblem::Unreadable(error) => cannot(error.to_string()),
        ScanProblem::NoWorker(why) => cannot(why),
    })
}

/// The passwords to try, one on each line.
fn passwords(path: Option<&Path>) -> Result<Vec<String>, Problem> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let source = input::text_of(input::read_bytes(path, MAX_SETTINGS_BYTES)?, path)?;
    let lines = source.trim_start_matches('\u{feff}').lines();
    Ok(lines.filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

fn json_of(done: &Done<'_>, scanner: &Scanner, sources: &[RuleSource], texts: &Texts) -> String {
    let files = done
        .scanned
        .iter()
        .map(|one| json!({ "path": one.path.to_string_lossy(), "inspection": one.inspection.as_ref() }));
    let not_read =
        done.unread.iter().map(|one| json!({ "path": one.path.to_string_lossy(), "problem": one.problem.what(texts) }));
    let document = json!({
        "rules": scanner.rules_id(),
        "rule_sources": sources,
        "limits": scanner.settings().limits,
        "files": files.collect::<Vec<_>>(),
        "not_read": not_read.collect::<Vec<_>>(),
        "links_not_followed": done.links.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>(),
        "not_quarantined": done.undone.iter().map(|problem| problem.what(texts)).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

fn sarif_of(done: &Done<'_>, texts: &Texts) -> String {
    let paths: Vec<String> = done.scanned.iter().map(|one| one.path.to_string_lossy().into_owned()).collect();
    let files: Vec<(&str, &Inspection)> =
        paths.iter().zip(&done.scanned).map(|(path, one)| (path.as_str(), one.inspection.as_ref())).collect();
    let unread = done.not_looked_into(texts);
    let unread: Vec<(&str, &str)> = unread.iter().map(|(path, why)| (path.as_str(), why.as_str())).collect();
    format!("{:#}\n", khien_scan::sarif(env!("CARGO_PKG_VERSION"), &files, &unread))
}
