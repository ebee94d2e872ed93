//! A drop folder: what is put into it and is clean goes on, everything else goes into quarantine.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use khien_inspect::{Inspection, Verdict};
use khien_scan::{Scanner, Upload};

use super::engine::Current;
use super::{quarantine, scan, show};
use crate::Session;
use crate::i18n::{Texts, text};
use crate::input;
use crate::output::{self, Outcome};
use crate::problem::Problem;

/// How often the folder is looked into. A file is taken when it has not changed between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How many names are tried for a file whose name is taken in the folder of clean files.
const MAX_NAMES: u32 = 1_000;

/// How browsers and programs that copy call what has not come whole yet.
const UNFINISHED: [&str; 2] = [".part", ".crdownload"];
/// What the name of a file begins with in which Office says who has another one open.
const OWNER_FILE: &str = "~$";

/// The three folders.
pub(super) struct Folders<'f> {
    pub(super) watched: &'f Path,
    pub(super) clean: &'f Path,
    pub(super) quarantine: &'f Path,
}

/// What is seen of a file from outside: its size and when it was written.
type State = (u64, Option<SystemTime>);

/// What lies in the folder.
#[derive(Default)]
struct Seen {
    /// The files that are to be taken.
    files: BTreeMap<PathBuf, State>,
    /// Folders, links, pipes and the like, which are left where they are.
    left: BTreeSet<PathBuf>,
}

impl Folders<'_> {
    /// Makes the folders that files go to, and looks that they are three: what is clean must not come back to be looked into,
    /// and must not lie among what is not.
    ///
    /// # Errors
    ///
    /// Which of them cannot be used, before any file is looked into.
    pub(super) fn prepare(&self, texts: &Texts) -> Result<(), Problem> {
        input::require_folder(self.watched)?;
        fs::create_dir_all(self.clean)
            .map_err(|error| Problem::CannotWrite { path: self.clean.to_owned(), detail: error.to_string() })?;
        quarantine::prepare(self.quarantine)?;
        let [watched, clean, quarantine] = [self.watched, self.clean, self.quarantine]
            .map(|folder| fs::canonicalize(folder).map_err(|error| input::problem(folder, &error)));
        let (watched, clean, quarantine) = (watched?, clean?, quarantine?);
        let refused = |path: &Path, key: &str| {
            let hints = vec![texts.text("scan-folders-apart-todo")];
            Err(Problem::Worded { what: text!(texts, key, path = output::shown(path)), hints })
        };
        if clean.starts_with(&watched) {
            return refused(self.clean, "scan-folder-in-watched");
        }
        if quarantine.starts_with(&watched) {
            return refused(self.quarantine, "scan-folder-in-watched");
        }
        if clean.starts_with(&quarantine) || quarantine.starts_with(&clean) {
            return refused(self.clean, "scan-clean-in-quarantine");
        }
        Ok(())
    }
}

/// Looks after the folders until the program is ended. A file is moved in one step, so it may be ended at any time.
pub(super) fn run(folders: &Folders<'_>, current: &Current, passwords: &[String], session: &Session) -> Outcome {
    let [watched, clean] = [folders.watched, folders.clean].map(output::shown);
    output::print(&format!("{}\n", text!(session.texts, "scan-watching", watched = watched, clean = clean)))?;
    let mut before = BTreeMap::new();
    // What could not be moved is said once, and tried again in silence.
    let mut complained = BTreeMap::new();
    let mut left = BTreeSet::new();
    loop {
        let Seen { files: now, left: left_now } = look(folders.watched)?;
        for path in left_now.difference(&left) {
            output::complain(&format!("{}\n", text!(session.texts, "scan-left", path = output::shown(path))));
        }
        left = left_now;
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

/// What lies in the folder now.
fn look(folder: &Path) -> Result<Seen, Problem> {
    let entries = fs::read_dir(folder).map_err(|error| input::problem(folder, &error))?;
    let mut seen = Seen::default();
    for entry in entries.filter_map(Result::ok) {
        // One that has gone in the meantime is not there any more.
        let Ok(metadata) = fs::symlink_metadata(entry.path()) else { continue };
        if !metadata.is_file() {
            seen.left.insert(entry.path());
        } else if !is_unfinished(&entry.file_name()) {
            seen.files.insert(entry.path(), (metadata.len(), metadata.modified().ok()));
        }
    }
    Ok(seen)
}

/// Whether a program has not finished with the file and will give it another name, or take it away.
fn is_unfinished(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_lowercase();
    name.starts_with(OWNER_FILE) || UNFINISHED.iter().any(|ending| name.ends_with(ending))
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
        quarantine::put(path, &inspection, folders.quarantine, now())
            .map_err(|refused| refused.problem(path, &session.texts))?
    };
    let moved = text!(session.texts, "scan-moved", path = output::shown(&place));
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
    let mut file = input::open_file(path)?;
    io::copy(&mut file, copy.as_file_mut()).map_err(cannot)?;
    output::keep_rights(copy.as_file(), &file.metadata().map_err(unreadable)?).map_err(cannot)?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, texts};

    #[test]
    fn what_is_not_finished_is_left_until_it_has_its_name() {
        let unfinished =
            ["a.docx.part", "a.PART", "Unconfirmed 1.crdownload", "~$bao-cao.docx"].map(|name| (name, true));
        let finished = ["a.docx", "part", "a.part.docx", "~bao-cao.docx", "$~a"].map(|name| (name, false));
        for (name, is) in unfinished.into_iter().chain(finished) {
            assert_eq!(is_unfinished(OsStr::new(name)), is, "{name}");
        }
    }

    #[test]
    fn only_three_folders_that_lie_apart_are_taken() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        fs::create_dir(place("in")).unwrap();
        for (clean, quarantine, works) in [
            ("out", "kept", true),
            ("a/b/out", "a/b/kept", true),
            ("in", "kept", false),
            ("in/out", "kept", false),
            ("out", "in/kept", false),
            ("kept", "kept", false),
            ("kept/out", "kept", false),
            ("out/../in", "kept", false),
        ] {
            let (watched, clean, quarantine) = (place("in"), place(clean), place(quarantine));
            let folders = Folders { watched: &watched, clean: &clean, quarantine: &quarantine };
            assert_eq!(folders.prepare(&texts(Language::Vi)).is_ok(), works, "{clean:?} {quarantine:?}");
        }
    }

    #[test]
    fn what_is_no_file_is_left_and_told() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        fs::create_dir(place("d")).unwrap();
        for name in ["a.txt", "b.txt.part"] {
            fs::write(place(name), "").unwrap();
        }
        std::os::unix::fs::symlink("a.txt", place("l")).unwrap();
        let seen = look(folder.path()).unwrap();
        assert_eq!(seen.files.into_keys().collect::<Vec<_>>(), [place("a.txt")]);
        assert_eq!(seen.left.into_iter().collect::<Vec<_>>(), [place("d"), place("l")]);
    }
}
