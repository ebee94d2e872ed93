//! A Windows disk mounted under a folder: names found whatever their capitals, and nothing outside the folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use khien_model::{Gap, GapCode, Listing};

use super::files::{FileEntry, Files};
use crate::reader::Reader;
use crate::root::{EntryKind, Root, shown};

/// The file by which a Windows system is recognised.
const SOFTWARE_HIVE: &str = r"Windows\System32\config\SOFTWARE";

/// How many names a path may have.
const MAX_NAMES: usize = 128;

/// The drive that the folder stands for. Windows calls the volume it runs from so unless somebody took pains.
const SYSTEM_DRIVES: [&str; 3] = ["C:", "%SystemDrive%", "%SystemRoot%"];

/// The folder that stands for the system drive.
#[derive(Debug)]
pub struct Disk {
    root: Arc<Root>,
}

impl Disk {
    /// The disk under `root`.
    pub fn new(root: Root) -> Self {
        Self { root: Arc::new(root) }
    }

    /// Whether a Windows system lies here.
    pub fn is_windows(&self) -> Result<bool, Gap> {
        self.exists(SOFTWARE_HIVE)
    }

    /// The folder.
    pub(crate) fn root(&self) -> &Root {
        &self.root
    }

    /// The folder, to read what [`Files::find`] found in it.
    pub(crate) fn reader(&self) -> Arc<dyn Reader> {
        Arc::<Root>::clone(&self.root)
    }

    /// A name in a folder: as it is written, else the first that differs in capitals only.
    fn find_name(&self, folder: &Path, name: &str) -> Result<Option<PathBuf>, Gap> {
        let exact = folder.join(name);
        if self.root.exists(&exact)? {
            return Ok(Some(exact));
        }
        let Some(listed) = self.root.list(folder)? else {
            return Ok(None);
        };
        let wanted = name.to_uppercase();
        let same = listed.entries.iter().find(|entry| {
            entry
                .file_name
                .to_str()
                .is_some_and(|found| found.eq_ignore_ascii_case(name) || found.to_uppercase() == wanted)
        });
        match (same, listed.incomplete) {
            (Some(entry), _) => {
                let found = folder.join(&entry.file_name);
                // A link that leads nowhere is no proof that there is nothing.
                self.root.expect_absent(&found)?;
                Ok(Some(found))
            }
            (None, None) => Ok(None),
            (None, Some(gap)) => Err(gap),
        }
    }
}

/// The names of a path, without its drive.
fn names_of(path: &str) -> Result<Vec<&str>, Gap> {
    let mut names: Vec<&str> = path.split(['\\', '/']).filter(|name| !name.is_empty() && *name != ".").collect();
    let refused = |why: &str| Err(Gap::with_detail(GapCode::Unsupported, format!("{path}: {why}")));
    if let Some(first) = names.first().copied() {
        let is_system = SYSTEM_DRIVES.iter().any(|drive| drive.eq_ignore_ascii_case(first));
        if is_system && first.eq_ignore_ascii_case("%SystemRoot%") {
            names.splice(..1, ["Windows"]);
        } else if is_system {
            names.remove(0);
        } else if first.ends_with(':') || first.starts_with('%') {
            return refused("it does not lie on the drive that this folder stands for");
        }
    }
    if names.contains(&"..") || names.len() > MAX_NAMES {
        return refused("no path that Windows would write");
    }
    Ok(names)
}

impl Files for Disk {
    fn read(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, Gap> {
        match self.find(path)? {
            Some(found) => self.root.read(found, limit),
            None => Ok(None),
        }
    }

    fn list(&self, path: &str) -> Result<Option<Listing<FileEntry>>, Gap> {
        let Some(found) = self.find(path)? else {
            return Ok(None);
        };
        let Some(folder) = self.root.list(&found)? else {
            return Ok(None);
        };
        let mut entries = Listing { items: Vec::with_capacity(folder.entries.len()), incomplete: folder.incomplete };
        for entry in folder.entries {
            let modified_at = match entry.kind {
                EntryKind::File => self.root.metadata(found.join(&entry.file_name))?.and_then(|data| data.modified_at),
                _ => None,
            };
            match entry.file_name.to_str() {
                Some(name) => entries.items.push(FileEntry {
                    name: name.to_owned(),
                    is_folder: entry.kind == EntryKind::Folder,
                    is_link: entry.kind == EntryKind::Link,
                    modified_at,
                }),
                // NTFS has names of UTF-16 only; another mount may show others, which no path of Windows can name.
                None => entries.note_gap(Gap::with_detail(
                    GapCode::Unreadable,
                    format!("{}: a name that is no text", shown(&found.join(&entry.file_name))),
                )),
            }
        }
        Ok(Some(entries))
    }

    fn exists(&self, path: &str) -> Result<bool, Gap> {
        Ok(self.find(path)?.is_some())
    }

    /// Where it lies beneath the root, with the capitals of the disk.
    fn find(&self, path: &str) -> Result<Option<PathBuf>, Gap> {
        let mut here = PathBuf::new();
        for name in names_of(path)? {
            match self.find_name(&here, name)? {
                Some(below) => here = below,
                None => return Ok(None),
            }
        }
        Ok(Some(here))
    }

    fn stream(&self, path: &str, name: &str, limit: u64) -> Result<Option<Vec<u8>>, Gap> {
        match self.find(path)? {
            Some(found) => self.root.stream(found, name, limit),
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(files: &[&str]) -> (tempfile::TempDir, Disk) {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file).unwrap();
        }
        let disk = Disk::new(Root::open(folder.path()).unwrap());
        (folder, disk)
    }

    #[test]
    fn capitals_do_not_matter() {
        for folder in ["Windows/System32/config/SOFTWARE", "WINDOWS/system32/CONFIG/software"] {
            let (_folder, disk) = disk(&[folder]);
            assert_eq!(disk.is_windows(), Ok(true), "{folder}");
        }
        let (_folder, disk) = disk(&["Users/Nguyễn/a", "Windows/b"]);
        assert_eq!(disk.is_windows(), Ok(false));
        for path in [r"C:\users\NGUYỄN\A", r"c:/Users/nguyễn/a", r"%systemdrive%\Users\Nguyễn\a", r"%SystemRoot%\B"]
        {
            assert_eq!(disk.exists(path), Ok(true), "{path}");
        }
        assert_eq!(disk.exists(r"C:\Users\Tran"), Ok(false));
        let entries = disk.list("users").unwrap().unwrap();
        assert!(entries.items.iter().all(|entry| entry.is_folder && entry.name == "Nguyễn"));
    }

    #[test]
    fn no_path_leaves_the_folder() {
        let (folder, disk) = disk(&["Windows/a"]);
        for path in [r"..\..\etc\passwd", r"C:\Windows\..\..\etc", r"D:\Users", r"%USERPROFILE%\a"] {
            assert_eq!(disk.exists(path).unwrap_err().code, GapCode::Unsupported, "{path}");
        }
        let outside = tempfile::NamedTempFile::new().unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("Windows/link")).unwrap();
        assert_ne!(disk.read(r"Windows\link", 10), Ok(Some(vec![])));
        assert_eq!(disk.exists(r"Windows\LINK").unwrap_err().code, GapCode::Unreadable);
        let many = "a\\".repeat(MAX_NAMES + 1);
        assert_eq!(disk.exists(&many).unwrap_err().code, GapCode::Unsupported);
        assert_eq!(disk.exists(&"a\\".repeat(MAX_NAMES)), Ok(false));
    }
}
