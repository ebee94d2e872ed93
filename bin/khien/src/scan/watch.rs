//! A drop folder: what is put into it and is clean goes on, everything else goes into quarantine.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use khien_inspect::{Inspection, Verdict};
use khien_scan::{Scanner, Upload};

use super::engine::Current;
use super::{quarantine, scan, show};
use crate::Session;
use crate::i18n::text;
use crate::input;
use crate::output::{self, Outcome};
use crate::problem::Problem;

/// How often the folder is looked into. A file is taken when it has not changed between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How many names are tried for a file whose name is taken in the folder of clean files.
const MAX_NAMES: u32 = 1_000;

/// The three folders.
pub(super) struct Folders<'f> {
    pub(super) watched: &'f Path,
    pub(super) clean: &'f Path,
    pub(super) quarantine: &'f Path,
}

/// What is seen of a file from outside: its size and when it was written.
type Seen = (u64, Option<SystemTime>);

/// Looks after the folders until the program is ended. A file is moved in one step, so it may be ended at any time.
pub(super) fn run(folders: &Folders<'_>, current: &Current, passwords: &[String], session: &Session) -> Outcome {
    for folder in [folders.watched, folders.clean] {
        input::require_folder(folder)?;
    }
    let [watched, clean] = [folders.watched, folders.clean].map(|folder| folder.display().to_string());
    output::print(&format!("{}\n", text!(session.texts, "scan-watching", watched = watched, clean = clean)))?;
    let mut before = BTreeMap::new();
    // What could not be moved is said once, and tried again in silence.
    let mut complained = BTreeMap::new();
    loop {
        let now = look(folders.watched)?;
        for (path, seen) in now.iter().filter(|(path, seen)| before.get(*path) == Some(*seen)) {
            match take(path, folders, &current.engine().scanner, passwords, session) {
                Ok(()) => {}
                Err(problem) if complained.get(path) == Some(seen) => drop(problem),
                Err(problem) => {
                    output::complain(&problem.message(&session.texts));
                    complained.insert(path.clone(), *seen);
                }
            }
        }
        complained.retain(|path, _| now.contains_key(path));
        before = now;
        thread::sleep(LOOK_EVERY);
    }
}

/// The files in the folder, links and folders left out.
fn look(folder: &Path) -> Result<BTreeMap<PathBuf, Seen>, Problem> {
    let entries = fs::read_dir(folder).map_err(|error| input::problem(folder, &error))?;
    let files = entries.filter_map(Result::ok).filter_map(|entry| {
        // One that has gone in the meantime is not there any more.
        let metadata = fs::symlink_metadata(entry.path()).ok().filter(fs::Metadata::is_file)?;
        Some((entry.path(), (metadata.len(), metadata.modified().ok())))
    });
    Ok(files.collect())
}

/// Looks into one file and moves it to where it belongs.
fn take(
    path: &Path,
    folders: &Folders<'_>,
    scanner: &Scanner,
    passwords: &[String],
    session: &Session,
) -> Result<(), Problem> {
    let inspection = scan(path, scanner, passwords)?;
    let place = if inspection.verdict == Verdict::Clean {
        pass_on(path, &inspection, folders.clean)?
    } else {
        quarantine::put(path, &inspection, folders.quarantine, now())?
    };
    let moved = text!(session.texts, "scan-moved", path = place.display().to_string());
    output::print(&format!("{}  {moved}\n", show::file(path, &inspection, false, &session.texts)))
}

/// The moment at which a file is taken; the program runs for months.
fn now() -> jiff::Timestamp {
    #[expect(clippy::disallowed_methods, reason = "a command that does not end reads the clock at each file")]
    jiff::Timestamp::now()
}

/// Moves a clean file on: exactly the bytes that were looked into, whatever somebody writes into it meanwhile. One that is
/// there already is never replaced.
fn pass_on(path: &Path, inspection: &Inspection, clean: &Path) -> Result<PathBuf, Problem> {
    let cannot = |error: io::Error| Problem::CannotWrite { path: clean.to_owned(), detail: error.to_string() };
    let unreadable = |error: io::Error| input::problem(path, &error);
    let mut copy = tempfile::NamedTempFile::new_in(clean).map_err(cannot)?;
    io::copy(&mut File::open(path).map_err(unreadable)?, copy.as_file_mut()).map_err(cannot)?;
    copy.as_file().sync_all().map_err(cannot)?;
    let copied = Upload::of_file("", copy.as_file_mut()).and_then(|mut upload| upload.sha256()).map_err(cannot)?;
    if copied != inspection.sha256 {
        return Err(unreadable(io::Error::other("it was changed while it was looked into")));
    }
    for number in 1..=MAX_NAMES {
        match copy.persist_noclobber(clean.join(numbered(path, number))) {
            Ok(_) => {
                fs::remove_file(path).map_err(unreadable)?;
                return Ok(clean.join(numbered(path, number)));
            }
            Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => copy = refused.file,
            Err(refused) => return Err(cannot(refused.error)),
        }
    }
    Err(cannot(io::ErrorKind::AlreadyExists.into()))
}

/// The name of a file, from the second one on with a number: `báo cáo (2).docx`.
fn numbered(path: &Path, number: u32) -> OsString {
    if number == 1 {
        return path.file_name().unwrap_or_default().to_owned();
    }
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!(" ({number})"));
    if let Some(ending) = path.extension() {
        name.push(".");
        name.push(ending);
    }
    name
}
