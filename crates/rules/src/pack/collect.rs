//! Files of rules out of what an operator hands over: a folder that was read, or a ZIP archive as projects publish it.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::{MAX_FILE_BYTES, MAX_FILES, MAX_PATH_BYTES, MAX_TEXT_BYTES, PackProblem};
use crate::RuleFile;

/// The most entries of an archive that are looked at; repositories have many files that are no rules.
const MAX_ENTRIES: usize = 200_000;

/// The largest licence file that is kept, in bytes.
const MAX_LICENCE_BYTES: usize = 64 << 10;

/// What was found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Collected {
    /// Files of rules, in the order of their paths.
    pub files: Vec<RuleFile>,
    /// Texts of licences, with their paths: for the manifest's list, and to be read by whoever packs.
    pub licences: Vec<RuleFile>,
    /// Whether nothing in them has another encoding than UTF-8; otherwise such a file was read as Latin-1.
    pub all_utf8: bool,
}

/// What a file is to us, by its name.
enum Part {
    Rules,
    Licence,
}

fn part_of(path: &str) -> Option<Part> {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    if name.ends_with(".yar") || name.ends_with(".yara") || name.ends_with(".yr") {
        Some(Part::Rules)
    } else if name.starts_with("license") || name.starts_with("licence") || name.starts_with("copying") {
        Some(Part::Licence)
    } else {
        None
    }
}

/// Whether a file of this path is one of rules, or the text of a licence.
pub fn belongs(path: &str) -> bool {
    part_of(path).is_some()
}

/// The rules and licences among `files`, each a path and its bytes.
pub fn collect(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<Collected, PackProblem> {
    let mut collected = Collected { all_utf8: true, ..Collected::default() };
    let mut total = 0_usize;
    for (path, bytes) in files {
        let path = path.replace('\\', "/");
        let Some(part) = part_of(&path).filter(|_| path.len() <= MAX_PATH_BYTES) else { continue };
        if bytes.len() > MAX_FILE_BYTES {
            return Err(PackProblem::too_large("file", bytes.len(), MAX_FILE_BYTES));
        }
        total = total.saturating_add(bytes.len());
        if total > MAX_TEXT_BYTES {
            return Err(PackProblem::too_large("files", total, MAX_TEXT_BYTES));
        }
        let text = String::from_utf8(bytes).unwrap_or_else(|error| {
            collected.all_utf8 = false;
            error.as_bytes().iter().map(|byte| char::from(*byte)).collect()
        });
        match part {
            Part::Rules => collected.files.push(RuleFile { path, text }),
            Part::Licence if text.len() <= MAX_LICENCE_BYTES => collected.licences.push(RuleFile { path, text }),
            Part::Licence => {}
        }
        if collected.files.len() > MAX_FILES {
            return Err(PackProblem::too_large("files", collected.files.len(), MAX_FILES));
        }
    }
    collected.files.sort();
    collected.licences.sort();
    Ok(collected)
}

/// The rules and licences in a ZIP archive.
pub fn from_zip(bytes: &[u8]) -> Result<Collected, PackProblem> {
    let damaged = |error: &dyn std::fmt::Display| PackProblem::Damaged { what: format!("zip: {error}") };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    if archive.len() > MAX_ENTRIES {
        return Err(PackProblem::too_large("entries", archive.len(), MAX_ENTRIES));
    }
    let mut files = Vec::new();
    let mut total = 0_usize;
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(|error| damaged(&error))?;
        let Some(path) = entry.enclosed_name().and_then(|path| path.to_str().map(str::to_owned)) else { continue };
        if entry.is_dir() || part_of(&path.replace('\\', "/")).is_none() {
            continue;
        }
        let mut content = Vec::new();
        // The size that the archive names is not believed.
        entry.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut content).map_err(|error| damaged(&error))?;
        total = total.saturating_add(content.len());
        if total > MAX_TEXT_BYTES {
            return Err(PackProblem::too_large("files", total, MAX_TEXT_BYTES));
        }
        files.push((path, content));
    }
    collect(files)
}
