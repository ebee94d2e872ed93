//! Small machines for the tests of one area: a folder in which a system is recognised, and no more.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::context::Context;
use crate::collect::Options;

/// When every machine of a test is looked at.
pub(crate) const NOW: &str = "2026-11-22T08:00:00Z";

/// A machine in a temporary folder.
pub(crate) struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    /// A machine on which Debian is recognised, and nothing else is there.
    pub(crate) fn new() -> Self {
        let machine = Self { folder: tempfile::tempdir().unwrap() };
        machine.file("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
        machine
    }

    /// A machine with one user, `an`, who has a home.
    pub(crate) fn with_user() -> Self {
        let machine = Self::new();
        machine.file("etc/passwd", "root:x:0:0::/root:/bin/sh\nan:x:1000:1000::/home/an:/bin/sh\n");
        machine.folder("home/an");
        machine.folder("root");
        machine
    }

    /// Says that the folder carries the state of a running system.
    pub(crate) fn running(self) -> Self {
        self.file("proc/1/comm", "systemd\n");
        self.file("proc/1/cmdline", "/sbin/init\0");
        self
    }

    /// Makes a process run.
    pub(crate) fn process(&self, pid: u32, program: &str) {
        self.file(&format!("proc/{pid}/comm"), program);
        self.file(&format!("proc/{pid}/cmdline"), format!("/usr/bin/{program}\0"));
    }

    /// A path beneath the machine's root as a path of this one.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn folder(&self, path: &str) {
        fs::create_dir_all(self.path(path)).unwrap();
    }

    pub(crate) fn file(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        fs::write(path, content).unwrap();
    }

    /// A symbolic link.
    pub(crate) fn link(&self, path: &str, target: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        std::os::unix::fs::symlink(target, path).unwrap();
    }

    /// A systemd unit that starts with the machine.
    pub(crate) fn enabled_unit(&self, unit: &str) {
        self.file(&format!("lib/systemd/system/{unit}"), "[Install]\nWantedBy=multi-user.target\n");
        self.link(
            &format!("etc/systemd/system/multi-user.target.wants/{unit}"),
            &format!("/lib/systemd/system/{unit}"),
        );
    }

    /// What an area looks through.
    pub(crate) fn context(&self) -> Context {
        let now: Timestamp = NOW.parse().unwrap();
        let options = Options { root: self.folder.path().to_owned(), ..Options::this_machine(now) };
        Context::open(&options).unwrap()
    }
}
