//! Where files go that must not be let through: out of reach, with a note of where they came from, so that they can be given
//! back.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use khien_inspect::Inspection;
use serde_json::json;

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

/// Moves a file into the folder under its SHA-256, with a note beside it, and gives its new place. The note is written first:
/// no file ever lies there without one. One of the same content that lies there already is never replaced: where it came from,
/// and what was known of it then, is in its own note.
pub(super) fn put(path: &Path, inspection: &Inspection, folder: &Path, now: Timestamp) -> Result<PathBuf, Problem> {
    let note = json!({
        "path": fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy(),
        "taken_at": now.to_string(),
        "inspection": inspection,
    });
    let place = note_at_free_place(folder, &inspection.sha256, format!("{note:#}\n").as_bytes())?;
    take(path, &place).map_err(|error| cannot(path, &error))?;
    Ok(place)
}

/// Writes the note of a file at the first name that is free, and gives the place for the file: `SHA256.quarantined`, then
/// `SHA256-2.quarantined` and so on. The note is made as a new file, so that of two who want the same name one gets the next.
fn note_at_free_place(folder: &Path, sha256: &str, note: &[u8]) -> Result<PathBuf, Problem> {
    for number in 1..=MAX_SAME {
        let stem = if number == 1 { sha256.to_owned() } else { format!("{sha256}-{number}") };
        let place = folder.join(format!("{stem}.{SUFFIX}"));
        let beside = folder.join(format!("{stem}.json"));
        if place.symlink_metadata().is_ok() {
            continue;
        }
        match fs::OpenOptions::new().write(true).create_new(true).open(&beside) {
            Ok(mut file) => {
                file.write_all(note).and_then(|()| file.sync_all()).map_err(|error| cannot(&beside, &error))?;
                return Ok(place);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(cannot(&beside, &error)),
        }
    }
    Err(cannot(folder, &io::Error::other(format!("{MAX_SAME} files of the content {sha256} lie there already"))))
}

/// Moves a file; to another disk it is copied whole before the first one goes.
fn take(path: &Path, place: &Path) -> io::Result<()> {
    match fs::rename(path, place) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            fs::copy(path, place)?;
            fs::File::open(place)?.sync_all()?;
            fs::remove_file(path)?;
        }
        outcome => outcome?,
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(place, fs::Permissions::from_mode(0o600))?;
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
        let put = |note: &str| note_at_free_place(folder.path(), SHA256, note.as_bytes());
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
}
