//! Reading what the user hands in: bounded, and with a clear word about what is wrong.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use crate::problem::Problem;

/// The largest file of facts, in bytes. The facts of a machine with 5,000 programs have about 1 MiB.
pub(crate) const MAX_FACTS_BYTES: u64 = 16 * MIB;

/// What stands for standard input in place of a file.
const STANDARD_INPUT: &str = "-";

const MIB: u64 = 1024 * 1024;

/// The bytes of the file at `path`, or of standard input for `-`.
pub(crate) fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Problem> {
    if path.as_os_str() == STANDARD_INPUT {
        return read_bounded(io::stdin().lock(), path, limit);
    }
    let file = File::open(path).map_err(|error| problem(path, &error))?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(Problem::IsFolder { path: path.to_owned() });
    }
    read_bounded(file, path, limit)
}

/// These bytes of the file at `path` as text.
pub(crate) fn text_of(bytes: Vec<u8>, path: &Path) -> Result<String, Problem> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        Problem::NotText { path: path.to_owned(), line: 1 + valid.filter(|byte| **byte == b'\n').count() }
    })
}

fn read_bounded(source: impl io::Read, path: &Path, limit: u64) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    source.take(limit + 1).read_to_end(&mut bytes).map_err(|error| problem(path, &error))?;
    if bytes.len() as u64 > limit {
        return Err(Problem::TooLarge { path: path.to_owned(), limit_mib: limit / MIB });
    }
    Ok(bytes)
}

/// Checks that `path` is a folder that can be looked into.
pub(crate) fn require_folder(path: &Path) -> Result<(), Problem> {
    let metadata = std::fs::metadata(path).map_err(|error| problem(path, &error))?;
    if metadata.is_dir() { Ok(()) } else { Err(Problem::IsNoFolder { path: path.to_owned() }) }
}

/// Checks that `path` is a file that can be opened.
pub(crate) fn require_file(path: &Path) -> Result<(), Problem> {
    let metadata = File::open(path).and_then(|file| file.metadata()).map_err(|error| problem(path, &error))?;
    if metadata.is_dir() { Err(Problem::IsFolder { path: path.to_owned() }) } else { Ok(()) }
}

/// Opens a file with content. A pipe or a device is never opened: that may wait for ever, or do anything.
pub(crate) fn open_file(path: &Path) -> Result<File, Problem> {
    require_regular(path, &std::fs::metadata(path).map_err(|error| problem(path, &error))?)?;
    let mut options = File::options();
    options.read(true);
    // A pipe may have come into its place in the meantime: to open it so does not wait.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    let file = options.open(path).map_err(|error| problem(path, &error))?;
    require_regular(path, &file.metadata().map_err(|error| problem(path, &error))?)?;
    Ok(file)
}

fn require_regular(path: &Path, metadata: &std::fs::Metadata) -> Result<(), Problem> {
    let path = path.to_owned();
    match metadata {
        metadata if metadata.is_dir() => Err(Problem::IsFolder { path }),
        metadata if !metadata.is_file() => Err(Problem::NoRegularFile { path }),
        _ => Ok(()),
    }
}

/// What the operating system's error means to the user.
pub(crate) fn problem(path: &Path, error: &io::Error) -> Problem {
    let path = path.to_owned();
    match error.kind() {
        io::ErrorKind::NotFound => Problem::Missing { path },
        io::ErrorKind::PermissionDenied => Problem::NoRights { path },
        io::ErrorKind::IsADirectory => Problem::IsFolder { path },
        io::ErrorKind::NotADirectory => Problem::IsNoFolder { path },
        _ => Problem::CannotRead { path, detail: error.to_string() },
    }
}
