//! Where files go that must not be let through: out of reach, with a note of where they came from, so that they can be given
//! back.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use khien_inspect::Inspection;
use khien_texts::labels::printable;
use serde_json::json;

use crate::i18n::{Texts, text};
use crate::output;
use crate::problem::Problem;

/// What a file in quarantine ends in, so that nothing opens it by a double-click.
const SUFFIX: &str = "quarantined";
/// How many files of the same content are kept in one folder.
const MAX_SAME: usize = 1000;

/// Makes the folder if it is not there, for its owner alone.
pub(super) fn prepare(folder: &Path) -> Result<(), Problem> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| cannot(folder, &error))
}

/// Why a file was not taken away.
#[derive(Debug)]
pub(super) enum Refused {
    /// It is a link: to move it would leave the file where it is.
    Link,
    /// The system does not do it.
    Cannot(PathBuf, io::Error),
}

impl Refused {
    /// What the user is told. The file is where it was.
    pub(super) fn problem(self, file: &Path, texts: &Texts) -> Problem {
        match self {
            Self::Link => {
                let leads_to = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
                Problem::Worded {
                    what: text!(texts, "scan-quarantine-link", path = output::shown(file)),
                    hints: vec![text!(texts, "scan-quarantine-link-todo", path = output::shown(&leads_to))],
                }
            }
            Self::Cannot(place, error) => {
                let (path, place, detail) = (output::shown(file), output::shown(&place), printable(&error.to_string()));
                Problem::Worded {
                    what: text!(texts, "scan-quarantine-failed", path = path, place = place, detail = detail),
                    hints: vec![texts.text("scan-quarantine-failed-todo")],
                }
            }
        }
    }
}

/// Moves a file into the folder under its SHA-256, with a note beside it, and gives its new place. The note is written first:
/// no file ever lies there without one; and a note whose file did not come is taken away again. One of the same content that
/// lies there already is never replaced: where it came from, and what was known of it then, is in its own note.
pub(super) fn put(path: &Path, inspection: &Inspection, folder: &Path, now: Timestamp) -> Result<PathBuf, Refused> {
    let at = |place: &Path| {
        let place = place.to_owned();
        |error| Refused::Cannot(place, error)
    };
    if fs::symlink_metadata(path).map_err(at(path))?.is_symlink() {
        return Err(Refused::Link);
    }
    let note = json!({
        "path": fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy(),
        "taken_at": now.to_string(),
        "inspection": inspection,
    });
    let (place, note) = note_at_free_place(folder, &inspection.sha256, format!("{note:#}\n").as_bytes())?;
    if let Err(error) = take(path, &place) {
        let _ = fs::remove_file(&note);
        return Err(Refused::Cannot(path.to_owned(), error));
    }
    Ok(place)
}

/// Writes the note of a file at the first name that is free, and gives the place for the file and that of the note:
/// `SHA256.quarantined`, then `SHA256-2.quarantined` and so on. The note is made as a new file, so that of two who want the same
/// name one gets the next.
fn note_at_free_place(folder: &Path, sha256: &str, note: &[u8]) -> Result<(PathBuf, PathBuf), Refused> {
    for number in 1..=MAX_SAME {
        let stem = if number == 1 { sha256.to_owned() } else { format!("{sha256}-{number}") };
        let place = folder.join(format!("{stem}.{SUFFIX}"));
        let beside = folder.join(format!("{stem}.json"));
        if place.symlink_metadata().is_ok() {
            continue;
        }
        match fs::OpenOptions::new().write(true).create_new(true).open(&beside) {
            Ok(mut file) => {
                if let Err(error) = file.write_all(note).and_then(|()| file.sync_all()) {
                    let _ = fs::remove_file(&beside);
                    return Err(Refused::Cannot(beside, error));
                }
                return Ok((place, beside));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Refused::Cannot(beside, error)),
        }
    }
    let full = io::Error::other(format!("{MAX_SAME} files of the content {sha256} lie there already"));
    Err(Refused::Cannot(folder.to_owned(), full))
}

/// Moves a file; to another disk it is copied whole before the first one goes. Where that fails, the file is where it was.
fn take(path: &Path, place: &Path) -> io::Result<()> {
    match fs::rename(path, place) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let copied = copy(path, place).and_then(|()| fs::remove_file(path));
            if copied.is_err() {
                let _ = fs::remove_file(place);
            }
            copied
        }
        outcome => {
            outcome?;
            // It is out of reach already: that its owner alone may read it is one more bar.
            let _ = close(place);
            Ok(())
        }
    }
}

fn copy(path: &Path, place: &Path) -> io::Result<()> {
    fs::copy(path, place)?;
    fs::File::open(place)?.sync_all()?;
    close(place)
}

/// Leaves the file to its owner alone. If somebody has put a link into its place, what that leads to stays as it is.
fn close(place: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        let flags = (rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK).bits().cast_signed();
        let file = fs::File::options().read(true).custom_flags(flags).open(place)?;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

fn cannot(path: &Path, error: &io::Error) -> Problem {
    Problem::CannotWrite { path: path.to_owned(), detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn whatever_lies_at_a_name_keeps_it() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        let put = |note: &str| note_at_free_place(folder.path(), SHA256, note.as_bytes()).map(|(place, _)| place);
        assert_eq!(put("first").unwrap(), place(&format!("{SHA256}.quarantined")));
        // A file without a note, as a person may leave it there, keeps its name as well.
        fs::write(place(&format!("{SHA256}-2.quarantined")), "").unwrap();
        assert_eq!(put("third").unwrap(), place(&format!("{SHA256}-3.quarantined")));
        assert_eq!(fs::read_to_string(place(&format!("{SHA256}.json"))).unwrap(), "first");
        assert_eq!(fs::read_to_string(place(&format!("{SHA256}-3.json"))).unwrap(), "third");
        for number in 4..=MAX_SAME {
            fs::write(place(&format!("{SHA256}-{number}.json")), "").unwrap();
        }
        assert!(put("one too many").is_err());
    }

    #[test]
    fn a_file_that_does_not_come_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let reason = khien_inspect::Reason::Encrypted;
        let inspection = Inspection::not_begun("version", 1, SHA256.to_owned(), "none".to_owned(), reason);
        // It can be copied, and not be taken away.
        let refused = put(Path::new("/proc/version"), &inspection, folder.path(), Timestamp::UNIX_EPOCH);
        assert!(matches!(refused, Err(Refused::Cannot(..))), "{refused:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
