//! Where files go that must not be let through: out of reach, with a note of where they came from, so that they can be given
//! back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use khien_inspect::Inspection;
use serde_json::json;

use crate::output;
use crate::problem::Problem;

/// What a file in quarantine ends in, so that nothing opens it by a double-click.
const SUFFIX: &str = "quarantined";

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
/// no file ever lies there without one.
pub(super) fn put(path: &Path, inspection: &Inspection, folder: &Path, now: Timestamp) -> Result<PathBuf, Problem> {
    let place = folder.join(format!("{}.{SUFFIX}", inspection.sha256));
    let note = json!({
        "path": fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy(),
        "taken_at": now.to_string(),
        "inspection": inspection,
    });
    output::write_file(&place.with_extension("json"), &format!("{note:#}\n"))?;
    take(path, &place).map_err(|error| cannot(path, &error))?;
    Ok(place)
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
