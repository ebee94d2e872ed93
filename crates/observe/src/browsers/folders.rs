//! Folders of profiles, known by the files in them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use khien_model::{Gap, GapCode, Listing};

use crate::reader::{EntryKind, Reader};
use crate::text::shown;

/// How many profiles one user may have in one browser.
pub(crate) const MAX_PROFILES: usize = 200;

/// The folders in `parent` in which one of `files` is, sorted; at most [`MAX_PROFILES`].
pub(super) fn folders_with(
    reader: &dyn Reader,
    parent: &Path,
    files: &[&str],
    ignored: &[&str],
) -> Result<Listing<PathBuf>, Gap> {
    let mut found = Listing::default();
    let Some(folder) = reader.list(parent)? else {
        return Ok(found);
    };
    found.incomplete = folder.incomplete;
    for entry in &folder.entries {
        let may_be_folder = matches!(entry.kind, EntryKind::Folder | EntryKind::Link);
        if !may_be_folder || ignored.iter().any(|name| OsStr::new(name) == entry.file_name) {
            continue;
        }
        let path = parent.join(&entry.file_name);
        match has_any(reader, &path, files) {
            Ok(true) if found.items.len() == MAX_PROFILES => {
                found.note_gap(Gap::with_detail(
                    GapCode::TooLarge,
                    format!("{}: more than {MAX_PROFILES} profiles", shown(parent)),
                ));
                break;
            }
            Ok(true) => found.items.push(path),
            Ok(false) => {}
            Err(gap) => found.note_gap(gap),
        }
    }
    Ok(found)
}

pub(super) fn has_any(reader: &dyn Reader, folder: &Path, files: &[&str]) -> Result<bool, Gap> {
    for file in files {
        let path = folder.join(file);
        // A link to nothing is there: what it leads to is looked for, and not found, when the profile is read.
        if reader.exists(&path)? || reader.leads_nowhere(&path)? {
            return Ok(true);
        }
    }
    Ok(false)
}
