//! The files of the observed system, as the readers of browsers and databases see them: beneath a root folder, or those of
//! the Windows that runs.

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Read};
use std::path::Path;

use khien_model::{Gap, GapCode};
use tempfile::TempDir;

use crate::text::{self, shown};

/// How many entries of one folder are read.
pub(crate) const MAX_ENTRIES: usize = 20_000;

/// What a name in a folder is, links not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, or a junction of Windows.
    Link,
    /// A device, pipe or socket.
    Special,
}

/// One name in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name, as the file system has it.
    pub file_name: OsString,
    /// What it is, links not followed.
    pub kind: EntryKind,
}

impl Entry {
    /// The name as people see it.
    pub fn name(&self) -> String {
        text::name(self.file_name.as_encoded_bytes())
    }
}

/// The names in a folder, sorted by their bytes.
#[derive(Debug, Default)]
pub struct Folder {
    /// The names.
    pub entries: Vec<Entry>,
    /// Why there may be more.
    pub incomplete: Option<Gap>,
}

/// What tells that nobody wrote to a file between two looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The size in bytes.
    pub(crate) size: u64,
    /// Which file it is: its volume, and its number there.
    pub(crate) identity: (u64, u64),
    /// What no writer can leave as it was: the kernel's time of the last change, or a sum over all that is in it.
    pub(crate) change: (i64, i64),
}

/// Reading files by their paths. Absent is `Ok(None)`, not readable is a [`Gap`]; no read goes beyond its bound, and nothing
/// on the observed disk can lead a reader astray.
pub(crate) trait Reader: fmt::Debug + Send + Sync {
    /// Opens a regular file of at most `limit` bytes.
    fn open(&self, path: &Path, limit: u64) -> Result<Option<Box<dyn Read>>, Gap>;

    /// The names in a folder, at most [`MAX_ENTRIES`].
    fn list(&self, path: &Path) -> Result<Option<Folder>, Gap>;

    /// Whether something is there.
    fn exists(&self, path: &Path) -> Result<bool, Gap>;

    /// Whether a link is there that leads to nothing: its target may lie on a disk that is not here, so that what it leads to
    /// is unknown rather than absent.
    fn leads_nowhere(&self, path: &Path) -> Result<bool, Gap>;

    /// How a file is now; files that hold more than `limit` bytes are told apart by less than all of it.
    fn mark(&self, path: &Path, limit: u64) -> Result<Option<Mark>, Gap>;

    /// Why reading an open file failed.
    fn gap_of(&self, path: &Path, error: &io::Error) -> Gap;

    /// A new folder for copies that nobody else may look into, removed when it is dropped.
    fn private_folder(&self) -> io::Result<TempDir>;

    /// The bytes of a regular file of at most `limit` bytes.
    fn read(&self, path: &Path, limit: u64) -> Result<Option<Vec<u8>>, Gap> {
        let Some(mut file) = self.open(path, limit)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|error| self.gap_of(path, &error))?;
        Ok(Some(bytes))
    }

    /// The text of a UTF-8 file of at most `limit` bytes.
    fn read_text(&self, path: &Path, limit: u64) -> Result<Option<String>, Gap> {
        let Some(bytes) = self.read(path, limit)? else { return Ok(None) };
        let decoded = text::decode(bytes).map(Some);
        decoded.map_err(|gap| Gap::with_detail(gap.code, format!("{}: {}", shown(path), gap.detail)))
    }

    /// Why a file that was not found is not simply absent: a link that leads nowhere says that there was one.
    fn expect_absent(&self, path: &Path) -> Result<(), Gap> {
        if self.leads_nowhere(path)? {
            return Err(Gap::with_detail(GapCode::Unreadable, format!("{}: a link that leads nowhere", shown(path))));
        }
        Ok(())
    }
}
