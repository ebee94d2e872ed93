//! What runs now, from `/proc`.

use std::path::Path;

use khien_model::{Gap, GapCode, Listing};

use crate::root::{EntryKind, Root};
use crate::text;

/// `comm` has 15 characters and a line end.
const MAX_COMM: u64 = 256;

/// How much of a command line is read: its first argument is the program.
const MAX_COMMAND_LINE: u64 = 1 << 20;

/// One process. Its arguments are not kept: they may hold secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    /// The kernel's name for it, cut to 15 bytes.
    pub(crate) comm: String,
    /// The file name of its first argument; empty for kernel threads.
    pub(crate) program: String,
}

impl Process {
    /// Whether this is the program with that file name.
    pub(crate) fn is(&self, program: &str) -> bool {
        self.program == program || self.comm == program
    }
}

/// All processes; incomplete when `/proc` hides those of other users.
pub(crate) fn read(root: &Root) -> Result<Listing<Process>, Gap> {
    let folder = root.list("proc")?.ok_or_else(|| Gap::with_detail(GapCode::Unreadable, "/proc is not mounted"))?;
    let mut processes = Listing { items: Vec::new(), incomplete: folder.incomplete };
    for entry in &folder.entries {
        if entry.kind != EntryKind::Folder {
            continue;
        }
        let Some(pid) = entry.file_name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        match read_one(root, pid) {
            Ok(Some(process)) => processes.items.push(process),
            // It ended while we looked.
            Ok(None) => {}
            Err(gap) => processes.note_gap(gap),
        }
    }
    if !processes.items.iter().any(|process| process.pid == 1) {
        let detail = "/proc does not show the processes of other users";
        processes.note_gap(Gap::with_detail(GapCode::PermissionDenied, detail));
    }
    Ok(processes)
}

fn read_one(root: &Root, pid: u32) -> Result<Option<Process>, Gap> {
    let folder = Path::new("proc").join(pid.to_string());
    let comm = ended(root.read(folder.join("comm"), MAX_COMM))?;
    let Some(comm) = comm else {
        return Ok(None);
    };
    let command_line = ended(root.read(folder.join("cmdline"), MAX_COMMAND_LINE))?.unwrap_or_default();
    let argument = command_line.split(|byte| *byte == 0).next().unwrap_or_default();
    // A daemon that rewrites its title (`sshd: user`, `smbd: client`) keeps its name before the colon.
    let first_word = argument.split(|byte| matches!(byte, b' ' | b':')).next().unwrap_or_default();
    let program = first_word.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    Ok(Some(Process { pid, comm: text::name(comm.trim_ascii_end()), program: text::name(program) }))
}

/// A process that ends while its files are read gives "no such process".
fn ended(read: Result<Option<Vec<u8>>, Gap>) -> Result<Option<Vec<u8>>, Gap> {
    let no_such_process = format!("errno {}", rustix::io::Errno::SRCH.raw_os_error());
    match read {
        Err(gap) if gap.detail.ends_with(&no_such_process) => Ok(None),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_test_sees_itself() {
        let root = Root::open(Path::new("/")).unwrap();
        let processes = read(&root).unwrap();
        assert!(processes.items.iter().any(|process| process.pid == std::process::id()));
    }

    #[test]
    fn a_snapshot_is_read_like_the_real_thing() {
        let folder = tempfile::tempdir().unwrap();
        for (pid, comm, command_line) in [
            ("1", "systemd\n", &b"/sbin/init\0splash\0"[..]),
            ("200", "clamd\n", b"/usr/sbin/clamd\0--foreground=true\0"),
            ("201", "smbd\n", b"smbd: client [10.0.0.1]\0"),
            ("202", "kworker/0:1\n", b""),
        ] {
            let process = folder.path().join("proc").join(pid);
            std::fs::create_dir_all(&process).unwrap();
            std::fs::write(process.join("comm"), comm).unwrap();
            std::fs::write(process.join("cmdline"), command_line).unwrap();
        }
        let processes = read(&Root::open(folder.path()).unwrap()).unwrap();
        assert_eq!(processes.incomplete, None);
        let names: Vec<_> = processes.items.iter().map(|process| (process.pid, process.program.as_str())).collect();
        assert_eq!(names, [(1, "init"), (200, "clamd"), (201, "smbd"), (202, "")]);
    }
}
