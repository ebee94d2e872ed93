//! The files of the running system. No link or junction is followed, and no read goes beyond its bound.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::os::windows::fs::OpenOptionsExt as _;
use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
use khien_model::{Gap, GapCode, Listing};

use crate::windows::files::{FileEntry, Files};

/// How many names a path may have.
const MAX_NAMES: usize = 128;

/// How many entries of one folder are read.
const MAX_ENTRIES: usize = 20_000;

/// `FILE_FLAG_BACKUP_SEMANTICS`, without which no folder is opened, and `FILE_FLAG_OPEN_REPARSE_POINT`, which opens a link
/// itself.
const OPEN_AS_IT_IS: u32 = 0x0200_0000 | 0x0020_0000;

/// Others may read, write and remove meanwhile.
const SHARE_ALL: u32 = 7;

/// The numbers of Windows for "no right" and "somebody else uses it".
const ACCESS_DENIED: i32 = 5;
const IN_USE: [i32; 2] = [32, 33];

/// Files as Windows itself gives them.
#[derive(Debug, Default)]
pub(super) struct LiveFiles;

impl LiveFiles {
    /// Opens what is there, as it is.
    pub(super) fn open(path: &str) -> Result<Option<(File, PathBuf)>, Gap> {
        let full = full_path(path)?;
        let mut here = PathBuf::new();
        for part in full.components() {
            here.push(part);
            if !matches!(part, Component::Normal(_)) {
                continue;
            }
            let Some(metadata) = found(path, fs::symlink_metadata(&here))? else { return Ok(None) };
            if metadata.file_type().is_symlink() {
                return Err(led_astray(path));
            }
        }
        let mut options = OpenOptions::new();
        options.read(true).share_mode(SHARE_ALL).custom_flags(OPEN_AS_IT_IS);
        let Some(file) = found(path, options.open(&full))? else { return Ok(None) };
        // What was looked at above may have been put in place of something else since: what counts is what was opened.
        let real = khien_windows_calls::final_path(&file).map_err(|error| gap_of(path, &error))?;
        if is_same(&full, &real) { Ok(Some((file, full))) } else { Err(led_astray(path)) }
    }
}

fn led_astray(path: &str) -> Gap {
    Gap::with_detail(GapCode::Unreadable, format!("{path}: a link or junction on the way, which is not followed"))
}

/// Whether two paths name the same place, but for capitals and names in the short form (`PROGRA~1`).
fn is_same(asked: &Path, real: &Path) -> bool {
    let names = |path: &Path| -> Vec<String> {
        path.components().map(|part| part.as_os_str().to_string_lossy().to_lowercase()).collect()
    };
    let (asked, real) = (names(asked), names(real));
    asked.len() == real.len() && asked.iter().zip(&real).all(|(asked, real)| asked == real || asked.contains('~'))
}

/// The path in the form that Windows takes word for word: no device has a name in it, and no `..` leads anywhere.
fn full_path(path: &str) -> Result<PathBuf, Gap> {
    let refused = || Gap::with_detail(GapCode::Unsupported, format!("{path}: no path that Windows would write"));
    let mut names: Vec<&str> = path.split(['\\', '/']).filter(|name| !name.is_empty() && *name != ".").collect();
    let windows = khien_windows_calls::windows_folder().map_err(|error| gap_of(path, &error))?;
    let windows = windows.to_str().ok_or_else(refused)?.to_owned();
    let drive = windows.split('\\').next().unwrap_or_default();
    let mut full = match names.first().copied() {
        Some(first) if first.eq_ignore_ascii_case("%SystemRoot%") => {
            names.remove(0);
            format!(r"\\?\{windows}")
        }
        Some(first) if first.eq_ignore_ascii_case("%SystemDrive%") => {
            names.remove(0);
            format!(r"\\?\{drive}")
        }
        Some(first) if first.ends_with(':') && first.len() == 2 => {
            names.remove(0);
            format!(r"\\?\{first}")
        }
        Some(first) if first.starts_with('%') => return Err(refused()),
        _ => format!(r"\\?\{drive}"),
    };
    if names.len() > MAX_NAMES || names.iter().any(|name| *name == ".." || name.contains(':')) {
        return Err(refused());
    }
    if names.is_empty() && full.ends_with(':') {
        full.push('\\');
    }
    for name in names {
        full.push('\\');
        full.push_str(name);
    }
    Ok(full.into())
}

/// `Ok(None)` for what is not there.
fn found<T>(path: &str, result: io::Result<T>) -> Result<Option<T>, Gap> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(gap_of(path, &error)),
    }
}

/// The reason by its number, never by its translated text.
fn gap_of(path: &str, error: &io::Error) -> Gap {
    let number = error.raw_os_error().unwrap_or_default();
    if number == ACCESS_DENIED {
        return Gap::with_detail(GapCode::PermissionDenied, format!("{path}: no right to read it"));
    }
    let what = if IN_USE.contains(&number) {
        "another program keeps it to itself".to_owned()
    } else {
        format!("error {number}")
    };
    Gap::with_detail(GapCode::Unreadable, format!("{path}: {what}"))
}

/// At most `limit` bytes.
fn bytes_of(path: &str, file: &File, limit: u64) -> Result<Vec<u8>, Gap> {
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| gap_of(path, &error))?;
    if bytes.len() as u64 > limit {
        return Err(Gap::with_detail(GapCode::TooLarge, path.to_owned()));
    }
    Ok(bytes)
}

impl Files for LiveFiles {
    fn read(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, Gap> {
        let Some((file, _)) = Self::open(path)? else { return Ok(None) };
        let is_file = file.metadata().map_err(|error| gap_of(path, &error))?.is_file();
        if !is_file {
            return Err(Gap::with_detail(GapCode::Unreadable, format!("{path}: not a regular file")));
        }
        bytes_of(path, &file, limit).map(Some)
    }

    fn list(&self, path: &str) -> Result<Option<Listing<FileEntry>>, Gap> {
        // Held while it is listed.
        let Some((_folder, full)) = Self::open(path)? else { return Ok(None) };
        let Some(listed) = found(path, fs::read_dir(full))? else { return Ok(None) };
        let mut entries = Listing::default();
        for entry in listed {
            let entry = entry.map_err(|error| gap_of(path, &error))?;
            if entries.items.len() == MAX_ENTRIES {
                let detail = format!("{path}: more than {MAX_ENTRIES} entries");
                entries.note_gap(Gap::with_detail(GapCode::TooLarge, detail));
                break;
            }
            let metadata = entry.metadata().map_err(|error| gap_of(path, &error))?;
            entries.items.push(FileEntry {
                name: entry.file_name().to_string_lossy().into_owned(),
                is_folder: metadata.is_dir(),
                is_link: metadata.file_type().is_symlink(),
                modified_at: metadata.modified().ok().and_then(|at| Timestamp::try_from(at).ok()),
            });
        }
        entries.items.sort_unstable_by(|a: &FileEntry, b| a.name.cmp(&b.name));
        Ok(Some(entries))
    }

    fn exists(&self, path: &str) -> Result<bool, Gap> {
        Ok(Self::open(path)?.is_some())
    }

    fn stream(&self, path: &str, name: &str, limit: u64) -> Result<Option<Vec<u8>>, Gap> {
        // Held while its stream is opened, so that the name stays that of this file.
        let Some((_file, full)) = Self::open(path)? else { return Ok(None) };
        let mut of_stream = full.into_os_string();
        of_stream.push(":");
        of_stream.push(name);
        let opened = OpenOptions::new().read(true).share_mode(SHARE_ALL).open(of_stream);
        let Some(stream) = found(path, opened)? else { return Ok(None) };
        bytes_of(path, &stream, limit).map(Some)
    }
}
