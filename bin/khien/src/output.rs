//! What a command answers, and how that reaches the user.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::problem::Problem;

/// How many symbolic links are followed to a file, as many as Linux follows.
const MAX_LINKS: usize = 40;
/// The mode of a new file before the umask is taken off.
#[cfg(unix)]
const NEW_FILE_MODE: u32 = 0o666;

/// What of a mode says who may do what: without the bits that let a program run as its owner.
#[cfg(unix)]
const RIGHTS: u32 = 0o777;

/// The answer of a command, or what the user must put right.
pub(crate) type Outcome = Result<Answer, Problem>;

/// What a command has to say and how the program ends.
#[derive(Debug)]
pub(crate) struct Answer {
    /// For standard output.
    pub(crate) text: String,
    /// How the program ends.
    pub(crate) exit: Exit,
}

impl Answer {
    /// An answer with nothing wrong.
    pub(crate) fn good(text: String) -> Self {
        Self { text, exit: Exit::Good }
    }
}

/// Writes `text` to standard output. A reader that has seen enough (`khien check | head`) is no error.
pub(crate) fn print(text: &str) -> Result<(), Problem> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Problem::CannotWrite { path: "stdout".into(), detail: error.to_string() })
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes `text` to standard error. When that fails too, there is nobody left to tell.
pub(crate) fn complain(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// A path in full, on one line. What it is called is for who made it to choose: nothing of it may reach the terminal as a command.
pub(crate) fn shown(path: &Path) -> String {
    khien_texts::labels::printable(&path.to_string_lossy())
}

/// Writes `text` to the file at `path`, whole or not at all: a reader never finds half a report.
///
/// A symbolic link is followed and stays what it is. What is no regular file (a device, a pipe) is written into: to put
/// a file in the place of `/dev/null` would break the machine.
pub(crate) fn write_file(path: &Path, text: &str) -> Result<(), Problem> {
    // The error's own text names the temporary file, which tells the user nothing.
    let cannot = |error: io::Error| Problem::CannotWrite { path: path.to_owned(), detail: error.kind().to_string() };
    let existing = fs::metadata(path).ok();
    if existing.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(Problem::IsFolder { path: path.to_owned() });
    }
    if existing.as_ref().is_some_and(|existing| !existing.is_file()) {
        let mut file = fs::OpenOptions::new().write(true).open(path).map_err(cannot)?;
        return file.write_all(text.as_bytes()).map_err(cannot);
    }
    let target = target_of(path).map_err(cannot)?;
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    crate::input::require_folder(folder)?;
    let mut file = temporary_in(folder).map_err(cannot)?;
    if let Some(existing) = &existing {
        keep_rights(file.as_file(), existing).map_err(cannot)?;
    }
    file.write_all(text.as_bytes()).map_err(cannot)?;
    file.persist(&target).map_err(|error| cannot(error.error))?;
    Ok(())
}

/// Where `path` leads when all symbolic links are followed, also to a file that is not there yet.
fn target_of(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        if !fs::symlink_metadata(&target).is_ok_and(|metadata| metadata.is_symlink()) {
            return Ok(target);
        }
        let leads_to = fs::read_link(&target)?;
        target = target.parent().map_or_else(|| leads_to.clone(), |folder| folder.join(&leads_to));
    }
    Err(io::Error::other("too many symbolic links"))
}

/// A temporary file with the rights of any new file: those that the user's umask leaves.
#[cfg(unix)]
pub(crate) fn temporary_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    tempfile::Builder::new().permissions(fs::Permissions::from_mode(NEW_FILE_MODE)).tempfile_in(folder)
}

#[cfg(not(unix))]
pub(crate) fn temporary_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::NamedTempFile::new_in(folder)
}

/// Gives `file` the owner and the mode of the file that it replaces, before anything is written into it.
#[cfg(unix)]
pub(crate) fn keep_rights(file: &fs::File, existing: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
    // Only root may give a file away; for anybody else the report belongs to who wrote it.
    let _ = fchown(file, Some(existing.uid()), Some(existing.gid()));
    // Whoever runs this one runs it as who they are: where it could not be given away, it would be as somebody else.
    file.set_permissions(fs::Permissions::from_mode(existing.mode() & RIGHTS))
}

#[cfg(not(unix))]
pub(crate) fn keep_rights(file: &fs::File, existing: &fs::Metadata) -> io::Result<()> {
    file.set_permissions(existing.permissions())
}
