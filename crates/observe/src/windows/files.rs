//! The files of a Windows system: those of the running one, or of its disk mounted elsewhere.

use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;
use khien_model::{Gap, Listing};

/// One name in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// The name as the file system has it.
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Whether it is a link (a junction, a symbolic link), which a walk does not follow.
    pub is_link: bool,
    /// When it was last modified.
    pub modified_at: Option<Timestamp>,
}

/// Reading files by the paths that Windows writes: `C:\Users\An`, or beneath the system drive `Windows\System32`.
///
/// Capitals do not matter. Absent is `Ok(None)`, not readable is a [`Gap`]; no read goes beyond its bound.
pub trait Files: fmt::Debug + Send + Sync {
    /// The bytes of a regular file of at most `limit` bytes.
    fn read(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, Gap>;

    /// The names in a folder.
    fn list(&self, path: &str) -> Result<Option<Listing<FileEntry>>, Gap>;

    /// Whether something is there.
    fn exists(&self, path: &str) -> Result<bool, Gap>;

    /// Where something lies, as those take it who read files by other paths than those of Windows.
    fn find(&self, path: &str) -> Result<Option<PathBuf>, Gap>;

    /// The bytes of a named stream of a file, such as `Zone.Identifier`. A [`Gap`] where the file system, or the way it is
    /// mounted, shows no streams.
    fn stream(&self, path: &str, name: &str, limit: u64) -> Result<Option<Vec<u8>>, Gap>;
}
