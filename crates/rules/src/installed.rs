//! Our rules and those of installed packs as one set, and the bytes by which a worker process gets them.

use khien_inspect::Rules;

use crate::problem::{Level, Problem};
use crate::shipped::{FOLDER, shipped};
use crate::{Mode, Pack, RuleFile, RuleSet};

/// How many digits of a pack's content id tell its files from those of a pack of the same name.
const DIGITS: usize = 12;

/// How long a length is.
const LENGTH_BYTES: usize = 4;

/// The files of `packs`, each beneath the name of its pack.
pub fn files_of(packs: &[Pack]) -> Vec<RuleFile> {
    let files = packs.iter().flat_map(|pack| {
        let id = pack.content_id.get(..DIGITS).unwrap_or_default();
        let named = move |file: &RuleFile| format!("{}-{id}/{}", pack.manifest.name, file.path);
        pack.files.iter().map(move |file| RuleFile { path: named(file), text: file.text.clone() })
    });
    files.collect()
}

/// Our own rules together with `files`. Ours are whole; of the others those without a mistake are in the set.
///
/// # Errors
///
/// When one of our own rules has a mistake, or a bound is reached: the problems say which.
pub fn installed(files: &[RuleFile]) -> Result<(RuleSet, Vec<Problem>), Vec<Problem>> {
    let mut all = shipped();
    all.extend_from_slice(files);
    let (set, problems) = RuleSet::compile(&all, Mode::Usable);
    let is_ours = |problem: &Problem| problem.level() == Level::Error && problem.file.starts_with(FOLDER);
    match set {
        Some(set) if !problems.iter().any(is_ours) => Ok((set, problems)),
        _ => Err(problems),
    }
}

/// `files` as bytes for [`load`]: path and text of each, with their lengths before them.
pub fn to_bytes(files: &[RuleFile]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for text in files.iter().flat_map(|file| [&file.path, &file.text]) {
        // The bounds of files are far below.
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        bytes.extend(length.to_be_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes
}

/// The set of our own rules and of what [`to_bytes`] wrote; no bytes are no further rules.
///
/// # Errors
///
/// What is wrong, for a technician.
pub fn load(bytes: &[u8]) -> Result<Box<dyn Rules>, String> {
    let files = from_bytes(bytes).ok_or("the rules are cut off")?;
    match installed(&files) {
        Ok((set, _)) => Ok(Box::new(set)),
        Err(problems) => Err(problems.first().map_or_else(String::new, Problem::en)),
    }
}

fn from_bytes(mut bytes: &[u8]) -> Option<Vec<RuleFile>> {
    let mut files = Vec::new();
    while !bytes.is_empty() {
        let path = take_text(&mut bytes)?;
        files.push(RuleFile { path, text: take_text(&mut bytes)? });
    }
    Some(files)
}

fn take_text(bytes: &mut &[u8]) -> Option<String> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH_BYTES>()?;
    let (text, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    *bytes = rest;
    String::from_utf8(text.to_vec()).ok()
}
