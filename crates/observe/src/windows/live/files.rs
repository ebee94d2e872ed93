//! The files of the running system. No link or junction is followed, and no read goes beyond its bound.

use std::fs::{self, File, OpenOptions};
use std::hash::{DefaultHasher, Hasher as _};
use std::io::{self, Read};
use std::os::windows::fs::OpenOptionsExt as _;
use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
use khien_model::{Gap, GapCode, Listing};
use tempfile::TempDir;

use crate::bounded::{Bounded, is_beyond_bound};
use crate::reader::{Entry, EntryKind, Folder, MAX_ENTRIES, Mark, Reader};
use crate::text::shown;
use crate::windows::files::{FileEntry, Files};

/// How many names a path may have.
const MAX_NAMES: usize = 128;

/// `FILE_FLAG_BACKUP_SEMANTICS`, without which no folder is opened, and `FILE_FLAG_OPEN_REPARSE_POINT`, which opens a link
/// itself.
const OPEN_AS_IT_IS: u32 = 0x0200_0000 | 0x0020_0000;

/// `GENERIC_READ`, and `FILE_READ_ATTRIBUTES`: the right to look at a file but not into it, which nobody can keep to himself.
pub(super) const READ: u32 = 0x8000_0000;
const LOOK: u32 = 0x80;

/// Others may read, write and remove meanwhile.
const SHARE_ALL: u32 = 7;

/// The numbers of Windows for "no right" and "somebody else uses it".
const ACCESS_DENIED: i32 = 5;
const IN_USE: [i32; 2] = [32, 33];

/// How much is read at once where nothing but a sum over it is wanted.
const CHUNK: usize = 64 << 10;

/// Files as Windows itself gives them.
#[derive(Debug)]
pub(super) struct LiveFiles {
    /// Where private copies are made; `None` is the user's folder for temporary files.
    private_folder: Option<PathBuf>,
}

impl LiveFiles {
    pub(super) fn new(private_folder: Option<PathBuf>) -> Self {
        Self { private_folder }
    }

    /// Opens a regular file; says where it is not one.
    fn open_file(path: &str) -> Result<Option<File>, Gap> {
        let Some((file, _)) = Self::open(path, READ)? else { return Ok(None) };
        let is_file = file.metadata().map_err(|error| gap_of(path, &error))?.is_file();
        if is_file {
            return Ok(Some(file));
        }
        Err(Gap::with_detail(GapCode::Unreadable, format!("{path}: not a regular file")))
    }

    /// Opens what is there, as it is, to read it or to look at it.
    pub(super) fn open(path: &str, access: u32) -> Result<Option<(File, PathBuf)>, Gap> {
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
        options.access_mode(access).share_mode(SHARE_ALL).custom_flags(OPEN_AS_IT_IS);
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
    if is_beyond_bound(error) {
        return Gap::with_detail(GapCode::TooLarge, path.to_owned());
    }
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
fn bytes_of(path: &str, file: File, limit: u64) -> Result<Vec<u8>, Gap> {
    let mut bytes = Vec::new();
    Bounded::new(file, limit).read_to_end(&mut bytes).map_err(|error| gap_of(path, &error))?;
    Ok(bytes)
}

/// A sum over all bytes of a file. Windows writes down the time of a change when the writer closes the file, which is too late
/// for who wants to know whether somebody wrote just now.
fn sum_of(mut file: File) -> io::Result<i64> {
    let mut sum = DefaultHasher::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = file.read(&mut chunk)?;
        let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else {
            return Ok(sum.finish().cast_signed());
        };
        sum.write(bytes);
    }
}

/// A path of the browsers' readers, which began as a text.
fn text_of(path: &Path) -> Result<&str, Gap> {
    let refused = || Gap::with_detail(GapCode::Unsupported, format!("{}: a name that is no text", shown(path)));
    path.to_str().ok_or_else(refused)
}

impl LiveFiles {
    /// The names in a folder, each with what the file system says of it, sorted.
    fn entries(path: &str) -> Result<Option<Listing<(fs::DirEntry, fs::Metadata)>>, Gap> {
        // Held while it is listed.
        let Some((_folder, full)) = Self::open(path, READ)? else { return Ok(None) };
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
            entries.items.push((entry, metadata));
        }
        entries.items.sort_by_cached_key(|(entry, _): &(fs::DirEntry, _)| entry.file_name());
        Ok(Some(entries))
    }
}

impl Files for LiveFiles {
    fn read(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, Gap> {
        Self::open_file(path)?.map(|file| bytes_of(path, file, limit)).transpose()
    }

    fn list(&self, path: &str) -> Result<Option<Listing<FileEntry>>, Gap> {
        let Some(entries) = Self::entries(path)? else { return Ok(None) };
        let items = entries.items.into_iter().map(|(entry, metadata)| FileEntry {
            name: entry.file_name().to_string_lossy().into_owned(),
            is_folder: metadata.is_dir(),
            is_link: metadata.file_type().is_symlink(),
            modified_at: metadata.modified().ok().and_then(|at| Timestamp::try_from(at).ok()),
        });
        Ok(Some(Listing { items: items.collect(), incomplete: entries.incomplete }))
    }

    fn exists(&self, path: &str) -> Result<bool, Gap> {
        Ok(Self::open(path, LOOK)?.is_some())
    }

    /// Where Windows itself says it lies.
    fn find(&self, path: &str) -> Result<Option<PathBuf>, Gap> {
        Ok(Self::open(path, LOOK)?.map(|_| path.into()))
    }

    fn stream(&self, path: &str, name: &str, limit: u64) -> Result<Option<Vec<u8>>, Gap> {
        // Held while its stream is opened, so that the name stays that of this file.
        let Some((_file, full)) = Self::open(path, LOOK)? else { return Ok(None) };
        let mut of_stream = full.into_os_string();
        of_stream.push(":");
        of_stream.push(name);
        let opened = OpenOptions::new().read(true).share_mode(SHARE_ALL).open(of_stream);
        let Some(stream) = found(path, opened)? else { return Ok(None) };
        bytes_of(path, stream, limit).map(Some)
    }
}

impl Reader for LiveFiles {
    fn open(&self, path: &Path, limit: u64) -> Result<Option<Box<dyn Read>>, Gap> {
        let path = text_of(path)?;
        let Some(file) = Self::open_file(path)? else { return Ok(None) };
        let size = file.metadata().map_err(|error| gap_of(path, &error))?.len();
        if size > limit {
            return Err(Gap::with_detail(GapCode::TooLarge, path.to_owned()));
        }
        Ok(Some(Box::new(Bounded::new(file, limit))))
    }

    fn list(&self, path: &Path) -> Result<Option<Folder>, Gap> {
        let Some(entries) = Self::entries(text_of(path)?)? else { return Ok(None) };
        let items = entries.items.into_iter().map(|(entry, metadata)| {
            let kind = match metadata.file_type() {
                kind if kind.is_symlink() => EntryKind::Link,
                kind if kind.is_dir() => EntryKind::Folder,
                kind if kind.is_file() => EntryKind::File,
                _ => EntryKind::Special,
            };
            Entry { file_name: entry.file_name(), kind }
        });
        Ok(Some(Folder { entries: items.collect(), incomplete: entries.incomplete }))
    }

    fn exists(&self, path: &Path) -> Result<bool, Gap> {
        Files::exists(self, text_of(path)?)
    }

    /// Links are refused, wherever they lead.
    fn leads_nowhere(&self, _: &Path) -> Result<bool, Gap> {
        Ok(false)
    }

    fn mark(&self, path: &Path, limit: u64) -> Result<Option<Mark>, Gap> {
        let path = text_of(path)?;
        let Some(file) = Self::open_file(path)? else { return Ok(None) };
        let refused = |error: io::Error| gap_of(path, &error);
        let identity = khien_windows_calls::identity(&file).map_err(refused)?;
        let metadata = file.metadata().map_err(refused)?;
        let written = i64::try_from(std::os::windows::fs::MetadataExt::last_write_time(&metadata)).unwrap_or(i64::MAX);
        let size = metadata.len();
        let sum = if size > limit { 0 } else { sum_of(file).map_err(refused)? };
        Ok(Some(Mark { size, identity: (identity.volume.into(), identity.file), change: (written, sum) }))
    }

    fn gap_of(&self, path: &Path, error: &io::Error) -> Gap {
        gap_of(&shown(path), error)
    }

    fn private_folder(&self) -> io::Result<TempDir> {
        let mut folder = tempfile::Builder::new();
        folder.prefix("khien-copy-");
        match &self.private_folder {
            // What lies in a private folder is as private.
            Some(private) => folder.tempdir_in(private),
            None => folder.tempdir(),
        }
    }
}
