//! From a path to a handle, as if the root folder were `/`.
//!
//! The kernel does it in one call where it can (`openat2` with `RESOLVE_IN_ROOT`, Linux 5.6); older kernels and sandboxes
//! that forbid the call get a walk, component by component, with the same meaning.

use std::ffi::{OsStr, OsString};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{FileType, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

/// How many symbolic links one path may cross. The kernel allows as many.
pub(crate) const MAX_LINKS: usize = 40;

/// How many components one path may have, those of its links included.
const MAX_COMPONENTS: usize = 4096;

/// How often a resolution that a concurrent rename disturbed is tried again.
const MAX_TRIES: usize = 16;

const NAME_ONLY: OFlags = OFlags::PATH.union(OFlags::CLOEXEC);

/// Resolves paths beneath one folder.
#[derive(Debug)]
pub(crate) struct Resolver {
    root: OwnedFd,
    /// Cleared when the kernel does not know `openat2`.
    kernel_resolves: AtomicBool,
}

impl Resolver {
    pub(crate) fn new(root: OwnedFd) -> Self {
        Self { root, kernel_resolves: AtomicBool::new(true) }
    }

    pub(crate) fn root(&self) -> &OwnedFd {
        &self.root
    }

    /// Makes this resolver walk, as on an old kernel.
    #[cfg(test)]
    pub(crate) fn walk_only(&self) {
        self.kernel_resolves.store(false, Ordering::Relaxed);
    }

    /// A handle that names `path`; the last component is followed when it is a link and `follow` says so.
    pub(crate) fn resolve(&self, path: &Path, follow: bool) -> Result<OwnedFd, Errno> {
        if self.kernel_resolves.load(Ordering::Relaxed) {
            let flags = if follow { NAME_ONLY } else { NAME_ONLY | OFlags::NOFOLLOW };
            for _ in 0..MAX_TRIES {
                match rustix::fs::openat2(&self.root, relative(path), flags, Mode::empty(), ResolveFlags::IN_ROOT) {
                    Err(Errno::AGAIN) => {}
                    // A sandbox answers EPERM to calls it does not know; the walk then says what is really forbidden.
                    Err(Errno::NOSYS | Errno::PERM) => {
                        self.kernel_resolves.store(false, Ordering::Relaxed);
                        break;
                    }
                    other => return other,
                }
            }
        }
        self.walk(path, follow)
    }

    /// Opens for reading what `handle` names: through `/proc`, so that nobody can swap the file meanwhile; where `/proc`
    /// is not mounted, by its path again.
    pub(crate) fn reopen(&self, handle: &OwnedFd, path: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
        let flags = flags | OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY;
        let by_handle = format!("/proc/self/fd/{}", handle.as_raw_fd());
        match rustix::fs::open(by_handle.as_str(), flags, Mode::empty()) {
            Err(Errno::NOENT) => {
                let again = self.resolve(path, true)?;
                // `openat` with "." works for folders only; a file is opened by its name in its parent.
                if flags.contains(OFlags::DIRECTORY) {
                    return rustix::fs::openat(&again, ".", flags, Mode::empty());
                }
                rustix::fs::openat2(&self.root, relative(path), flags, Mode::empty(), ResolveFlags::IN_ROOT)
            }
            other => other,
        }
    }

    /// The walk: a stack of open folders, so that `..` means the folder we came through, and never above the root.
    fn walk(&self, path: &Path, follow: bool) -> Result<OwnedFd, Errno> {
        let mut folders: Vec<OwnedFd> = Vec::new();
        let mut left: Vec<OsString> = components(path);
        let (mut links, mut steps) = (0, 0);
        loop {
            let Some(name) = left.pop() else {
                let here = folders.pop();
                return here.map_or_else(|| rustix::io::fcntl_dupfd_cloexec(&self.root, 0), Ok);
            };
            steps += 1;
            if steps > MAX_COMPONENTS {
                return Err(Errno::LOOP);
            }
            if name == ".." {
                folders.pop();
                continue;
            }
            let here = folders.last().unwrap_or(&self.root);
            let next = rustix::fs::openat(here, &name, NAME_ONLY | OFlags::NOFOLLOW, Mode::empty())?;
            let kind = FileType::from_raw_mode(rustix::fs::fstat(&next)?.st_mode);
            let last = left.is_empty();
            if kind == FileType::Symlink && (follow || !last) {
                links += 1;
                if links > MAX_LINKS {
                    return Err(Errno::LOOP);
                }
                let target = rustix::fs::readlinkat(&next, "", Vec::new())?;
                let target = PathBuf::from(OsString::from_vec(target.into_bytes()));
                if target.is_absolute() {
                    folders.clear();
                }
                left.extend(components(&target));
            } else if kind != FileType::Directory && !last {
                return Err(Errno::NOTDIR);
            } else {
                folders.push(next);
            }
        }
    }
}

/// The components of a path in the order in which `pop` gives them, without `.` and empty ones.
fn components(path: &Path) -> Vec<OsString> {
    let bytes = path.as_os_str().as_bytes();
    let named = bytes.split(|byte| *byte == b'/').filter(|name| !name.is_empty() && *name != b".");
    named.rev().map(|name| OsStr::from_bytes(name).to_owned()).collect()
}

/// `openat2` takes an absolute path as beneath the root too, but refuses an empty one.
fn relative(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}
