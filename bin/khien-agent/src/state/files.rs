//! Files that are whole or not there, readable by their owner only.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::Problem;

/// The ending of a file that is not finished.
pub(super) const UNFINISHED: &str = "unfinished";

/// Writes a file so that a reader finds either what was there before or all of `bytes`, whenever the power goes.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    write_whole(path, bytes).map_err(|error| unusable(path, &error))
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = unfinished(path);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&unfinished, path)?;
    sync_folder(path)
}

/// Makes what happened in the folder of `path` last.
fn sync_folder(path: &Path) -> io::Result<()> {
    // Windows has no such thing: a renamed file is in its folder.
    if cfg!(unix)
        && let Some(folder) = path.parent()
    {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn unfinished(path: &Path) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(".");
    name.push(UNFINISHED);
    name.into()
}

/// Reads a file of at most `max` bytes; `None` when it is not there.
pub(crate) fn read(path: &Path, max: usize) -> Result<Option<Vec<u8>>, Problem> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(path, &error)),
    };
    let mut bytes = Vec::new();
    file.take(max as u64 + 1).read_to_end(&mut bytes).map_err(|error| unusable(path, &error))?;
    if bytes.len() > max {
        return Err(Problem::StateBroken { path: path.to_owned(), detail: format!("more than {max} bytes") });
    }
    Ok(Some(bytes))
}

/// Removes a file; one that is not there is no mistake.
pub(crate) fn remove(path: &Path) -> Result<(), Problem> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unusable(path, &error)),
        _ => sync_folder(path).map_err(|error| unusable(path, &error)),
    }
}

/// Makes a folder that only its owner may look into, with those above it.
#[cfg(not(windows))]
pub(crate) fn make_folder(path: &Path) -> Result<(), Problem> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| unusable(path, &error))
}

/// Makes a folder that only the system and its administrators may look into. One that somebody else made is refused: on
/// Windows anybody may make folders where programs keep their state.
#[cfg(windows)]
pub(crate) fn make_folder(path: &Path) -> Result<(), Problem> {
    if let Some(parent) = path.parent().filter(|parent| !parent.exists()) {
        make_folder(parent)?;
    }
    khien_windows_calls::create_private_folder(path).map_err(|error| unusable(path, &error))
}

/// Removes a folder with everything in it; one that is not there is no mistake.
pub(crate) fn remove_folder(path: &Path) -> Result<(), Problem> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unusable(path, &error)),
        _ => Ok(()),
    }
}

/// What went wrong with a file of the state.
pub(crate) fn unusable(path: &Path, error: &io::Error) -> Problem {
    Problem::StateUnusable { path: path.to_owned(), detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_whole_and_its_owners_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        assert_eq!(read(&path, 10).expect("readable"), None);
        write(&path, b"0123456789").expect("written");
        write(&path, b"abc").expect("written again");
        assert_eq!(read(&path, 3).expect("readable").as_deref(), Some(b"abc".as_slice()));
        assert!(matches!(read(&path, 2), Err(Problem::StateBroken { .. })));
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing unfinished is left");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        }
        remove(&path).expect("removed");
        remove(&path).expect("removed twice");
        assert_eq!(read(&path, 10).expect("readable"), None);
    }
}
