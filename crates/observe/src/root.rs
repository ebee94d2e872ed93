//! The one way this crate reads: beneath a root folder, bounded, and never through a link out of it.

mod reader;
mod resolve;

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use khien_model::{Gap, GapCode};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat, StatxFlags};
use rustix::io::Errno;

use self::resolve::Resolver;
use crate::bounded::{Bounded, is_beyond_bound};
use crate::reader::MAX_ENTRIES;
pub(crate) use crate::reader::{Entry, EntryKind, Folder};
use crate::text;
pub(crate) use crate::text::shown;

/// The number of file systems in user space: NTFS-3G is one, and shows streams unless it is told not to.
const SHOWS_STREAMS: i128 = 0x6573_5546;

/// The folder that stands for `/` of the observed machine.
///
/// Absent things are `Ok(None)`, so that "not there" and "could not look" never mix.
#[derive(Debug)]
pub struct Root {
    resolver: Resolver,
    path: PathBuf,
}

impl EntryKind {
    fn of(file_type: FileType) -> Self {
        match file_type {
            FileType::RegularFile => Self::File,
            FileType::Directory => Self::Folder,
            FileType::Symlink => Self::Link,
            _ => Self::Special,
        }
    }
}

/// What the file system says about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// What it is.
    pub kind: EntryKind,
    /// The size in bytes.
    pub size: u64,
    /// The owner.
    pub uid: u32,
    /// The twelve permission bits.
    pub mode: u32,
    /// When it was last modified. `None` when the clock that wrote it was beyond all calendars.
    pub modified_at: Option<Timestamp>,
    /// When it was last read; for a terminal, when somebody last typed.
    pub accessed_at: Option<Timestamp>,
    /// When anything about it last changed, in seconds and nanoseconds: nobody but the kernel can set it, so two looks that
    /// find the same saw the same file.
    pub changed: (i64, i64),
    /// The device and inode: two paths with the same identity are one file.
    pub identity: (u64, u64),
}

impl Metadata {
    fn of(stat: &Stat) -> Self {
        // The widths of these fields differ between architectures.
        #[allow(
            clippy::unnecessary_cast,
            clippy::cast_sign_loss,
            clippy::cast_possible_wrap,
            clippy::cast_lossless,
            reason = "see above"
        )]
        Self {
            kind: EntryKind::of(FileType::from_raw_mode(stat.st_mode)),
            size: stat.st_size as u64,
            uid: stat.st_uid,
            mode: stat.st_mode as u32 & 0o7777,
            modified_at: Timestamp::from_second(stat.st_mtime as i64).ok(),
            accessed_at: Timestamp::from_second(stat.st_atime as i64).ok(),
            changed: (stat.st_ctime as i64, stat.st_ctime_nsec as i64),
            identity: (stat.st_dev as u64, stat.st_ino as u64),
        }
    }
}

/// An open regular file that gives at most so many bytes.
#[derive(Debug)]
pub struct RootFile {
    file: Bounded<File>,
    metadata: Metadata,
}

impl RootFile {
    /// What the file system says about it.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Fills `buffer` from the byte at `offset` on, whatever was read before.
    pub(crate) fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(self.file.inner(), buffer, offset)
    }
}

impl Read for RootFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

/// Why reading `path` failed.
pub(crate) fn gap_of_io(path: &Path, error: &io::Error) -> Gap {
    if is_beyond_bound(error) {
        return too_large(path);
    }
    match error.raw_os_error() {
        Some(number) => gap_of(path, Errno::from_raw_os_error(number)),
        None if error.kind() == io::ErrorKind::Unsupported => {
            Gap::with_detail(GapCode::Unsupported, format!("{}: {error}", shown(path)))
        }
        None if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) => {
            Gap::with_detail(GapCode::Malformed, format!("{}: {error}", shown(path)))
        }
        None => Gap::with_detail(GapCode::Unreadable, format!("{}: {error}", shown(path))),
    }
}

/// Why opening `path` failed.
fn gap_of(path: &Path, errno: Errno) -> Gap {
    let (code, what) = match errno {
        Errno::ACCESS | Errno::PERM => (GapCode::PermissionDenied, "no right to read it".to_owned()),
        Errno::LOOP => (GapCode::Unreadable, "its symbolic links lead in a circle".to_owned()),
        // The name of an error is translated by the C library in some systems; its number never is.
        other => (GapCode::Unreadable, format!("errno {}", other.raw_os_error())),
    };
    Gap::with_detail(code, format!("{}: {what}", shown(path)))
}

fn too_large(path: &Path) -> Gap {
    Gap::with_detail(GapCode::TooLarge, shown(path))
}

fn not_a_file(path: &Path) -> Gap {
    Gap::with_detail(GapCode::Unreadable, format!("{}: not a regular file", shown(path)))
}

/// `Ok(None)` for what is not there.
fn found<T>(path: &Path, result: Result<T, Errno>) -> Result<Option<T>, Gap> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Errno::NOENT | Errno::NOTDIR) => Ok(None),
        Err(errno) => Err(gap_of(path, errno)),
    }
}

impl Root {
    /// Opens the folder that stands for `/`.
    pub fn open(path: &Path) -> Result<Self, Gap> {
        let flags = OFlags::DIRECTORY | OFlags::PATH | OFlags::CLOEXEC;
        let folder = rustix::fs::open(path, flags, Mode::empty()).map_err(|errno| match errno {
            Errno::NOENT => Gap::with_detail(GapCode::Unreadable, format!("{}: no such folder", shown(path))),
            Errno::NOTDIR => Gap::with_detail(GapCode::Unreadable, format!("{}: not a folder", shown(path))),
            other => gap_of(path, other),
        })?;
        Ok(Self { resolver: Resolver::new(folder), path: path.to_owned() })
    }

    /// The folder, as it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether this is the root of the running system itself.
    pub fn is_running_system(&self) -> bool {
        let here = rustix::fs::fstat(self.resolver.root());
        let system = rustix::fs::stat("/");
        matches!((here, system), (Ok(a), Ok(b)) if (a.st_dev, a.st_ino) == (b.st_dev, b.st_ino))
    }

    /// A handle that names `path` without opening it, links followed inside the root.
    fn handle(&self, path: &Path) -> Result<Option<OwnedFd>, Gap> {
        found(path, self.resolver.resolve(path, true))
    }

    /// Opens a regular file of at most `limit` bytes. Devices, pipes and sockets are never opened: looking at some of
    /// them has effects (`/dev/watchdog` restarts the machine), and any user can place a link to one.
    pub fn open_file(&self, path: impl AsRef<Path>, limit: u64) -> Result<Option<RootFile>, Gap> {
        let path = path.as_ref();
        let Some(handle) = self.handle(path)? else {
            return Ok(None);
        };
        let metadata = Metadata::of(&rustix::fs::fstat(&handle).map_err(|errno| gap_of(path, errno))?);
        match metadata.kind {
            EntryKind::File if metadata.size > limit => return Err(too_large(path)),
            EntryKind::File => {}
            EntryKind::Folder | EntryKind::Link | EntryKind::Special => return Err(not_a_file(path)),
        }
        let Some(opened) = found(path, self.resolver.reopen(&handle, path, OFlags::NONBLOCK))? else {
            return Ok(None);
        };
        Ok(Some(RootFile { file: Bounded::new(File::from(opened), limit), metadata }))
    }

    /// The bytes of a regular file of at most `limit` bytes.
    pub fn read(&self, path: impl AsRef<Path>, limit: u64) -> Result<Option<Vec<u8>>, Gap> {
        let path = path.as_ref();
        let Some(mut file) = self.open_file(path, limit)? else {
            return Ok(None);
        };
        // Files of /proc and /sys say that they are empty; `read_to_end` grows as needed.
        let mut bytes = Vec::with_capacity(usize::try_from(file.metadata.size).unwrap_or(0));
        file.read_to_end(&mut bytes).map_err(|error| gap_of_io(path, &error))?;
        Ok(Some(bytes))
    }

    /// The text of a UTF-8 file of at most `limit` bytes.
    pub fn read_text(&self, path: impl AsRef<Path>, limit: u64) -> Result<Option<String>, Gap> {
        let path = path.as_ref();
        let Some(bytes) = self.read(path, limit)? else {
            return Ok(None);
        };
        text::decode(bytes)
            .map(Some)
            .map_err(|gap| Gap::with_detail(gap.code, format!("{}: {}", shown(path), gap.detail)))
    }

    /// The names in a folder, at most [`MAX_ENTRIES`].
    pub fn list(&self, path: impl AsRef<Path>) -> Result<Option<Folder>, Gap> {
        let path = path.as_ref();
        let Some(handle) = self.handle(path)? else {
            return Ok(None);
        };
        let Some(opened) = found(path, self.resolver.reopen(&handle, path, OFlags::DIRECTORY))? else {
            return Ok(None);
        };
        let mut folder = Folder::default();
        let reader = Dir::new(opened).map_err(|errno| gap_of(path, errno))?;
        for entry in reader {
            use std::os::unix::ffi::OsStrExt as _;
            let entry = entry.map_err(|errno| gap_of(path, errno))?;
            let name = entry.file_name().to_bytes();
            if name == b"." || name == b".." {
                continue;
            }
            if folder.entries.len() == MAX_ENTRIES {
                let detail = format!("{}: more than {MAX_ENTRIES} entries", shown(path));
                folder.incomplete = Some(Gap::with_detail(GapCode::TooLarge, detail));
                break;
            }
            let kind = match entry.file_type() {
                FileType::Unknown => match rustix::fs::statat(&handle, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW) {
                    Ok(stat) => EntryKind::of(FileType::from_raw_mode(stat.st_mode)),
                    // It was removed while we looked.
                    Err(_) => continue,
                },
                known => EntryKind::of(known),
            };
            folder.entries.push(Entry { file_name: std::ffi::OsStr::from_bytes(name).to_owned(), kind });
        }
        folder.entries.sort_unstable_by(|a, b| a.file_name.cmp(&b.file_name));
        Ok(Some(folder))
    }

    /// What the file system says about a file, links followed inside the root.
    pub fn metadata(&self, path: impl AsRef<Path>) -> Result<Option<Metadata>, Gap> {
        let path = path.as_ref();
        let Some(handle) = self.handle(path)? else {
            return Ok(None);
        };
        let stat = rustix::fs::fstat(&handle).map_err(|errno| gap_of(path, errno))?;
        Ok(Some(Metadata::of(&stat)))
    }

    /// When a file was made, where the file system records it.
    pub fn created_at(&self, path: impl AsRef<Path>) -> Result<Option<Timestamp>, Gap> {
        let path = path.as_ref();
        let Some(handle) = self.handle(path)? else {
            return Ok(None);
        };
        let Ok(stat) = rustix::fs::statx(handle.as_fd(), "", AtFlags::EMPTY_PATH, StatxFlags::BTIME) else {
            return Ok(None);
        };
        let recorded = stat.stx_mask & StatxFlags::BTIME.bits() != 0;
        Ok(recorded.then(|| Timestamp::from_second(stat.stx_btime.tv_sec).ok()).flatten())
    }

    /// Whether something is there, links followed inside the root.
    pub fn exists(&self, path: impl AsRef<Path>) -> Result<bool, Gap> {
        Ok(self.handle(path.as_ref())?.is_some())
    }

    /// Whether something is there that is a link to nothing: its target may lie on a disk that is not here, so that what it
    /// leads to is unknown rather than absent.
    pub(crate) fn leads_nowhere(&self, path: impl AsRef<Path>) -> Result<bool, Gap> {
        let path = path.as_ref();
        Ok(!self.exists(path)? && self.read_link(path)?.is_some())
    }

    /// Why a settings file that was not found is not simply absent: a link that leads nowhere says that there was one.
    pub(crate) fn expect_absent(&self, path: impl AsRef<Path>) -> Result<(), Gap> {
        let path = path.as_ref();
        if self.leads_nowhere(path)? {
            return Err(Gap::with_detail(GapCode::Unreadable, format!("{}: a link that leads nowhere", shown(path))));
        }
        Ok(())
    }

    /// The bytes of a named stream of a file on NTFS, as the drivers of Linux show it: an extended attribute of that name.
    /// That there is none counts where streams are shown: a disk that was copied to another file system has lost them.
    pub(crate) fn stream(&self, path: impl AsRef<Path>, name: &str, limit: u64) -> Result<Option<Vec<u8>>, Gap> {
        let path = path.as_ref();
        let Some(file) = self.open_file(path, u64::MAX)? else {
            return Ok(None);
        };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut bytes = vec![0_u8; limit];
        match rustix::fs::fgetxattr(file.file.inner(), format!("user.{name}"), bytes.as_mut_slice()) {
            Ok(read) => {
                bytes.truncate(read);
                Ok(Some(bytes))
            }
            Err(Errno::RANGE) => Err(too_large(path)),
            Err(Errno::NODATA | Errno::OPNOTSUPP) => {
                let file_system = rustix::fs::fstatfs(file.file.inner()).map_err(|errno| gap_of(path, errno))?;
                if i128::from(file_system.f_type) == SHOWS_STREAMS {
                    return Ok(None);
                }
                let detail = format!("{}: the file system shows no streams", shown(path));
                Err(Gap::with_detail(GapCode::Unsupported, detail))
            }
            Err(other) => Err(gap_of(path, other)),
        }
    }

    /// Where a symbolic link points, as it is written in the link.
    pub fn read_link(&self, path: impl AsRef<Path>) -> Result<Option<PathBuf>, Gap> {
        use std::os::unix::ffi::OsStringExt as _;
        let path = path.as_ref();
        let Some(handle) = found(path, self.resolver.resolve(path, false))? else {
            return Ok(None);
        };
        let target = match rustix::fs::readlinkat(&handle, "", Vec::new()) {
            // This is how the kernel says "not a link" of a handle.
            Err(Errno::NOENT | Errno::INVAL) => return Ok(None),
            other => other.map_err(|errno| gap_of(path, errno))?,
        };
        Ok(Some(PathBuf::from(std::ffi::OsString::from_vec(target.into_bytes()))))
    }
}

#[cfg(test)]
mod tests;
