//! Rules compile and scan where no file can be opened and no code can be made: that is how workers run them.

#![allow(clippy::unwrap_used, reason = "a failure in a test is its message")]
#![cfg(all(target_os = "linux", target_pointer_width = "64"))]

use std::collections::BTreeMap;

use khien_inspect::{FileType, Rules as _};
use khien_rules::{Mode, RuleSet, shipped};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter,
};

/// `EPERM`.
const NOT_PERMITTED: u32 = 1;
/// `PROT_EXEC`, and where `mmap` and `mprotect` take it.
const EXECUTABLE: u64 = 4;
const PLACE_OF_PROTECTION: u8 = 2;

#[cfg(target_arch = "x86_64")]
mod calls {
    pub(super) const ARCH: seccompiler::TargetArch = seccompiler::TargetArch::x86_64;
    pub(super) const WITH_PROTECTION: [i64; 3] = [9, 10, 329];
    /// open, openat, openat2, creat, socket, execve, execveat, memfd_create, fork, vfork.
    pub(super) const FORBIDDEN: [i64; 10] = [2, 257, 437, 85, 41, 59, 322, 319, 57, 58];
}
#[cfg(target_arch = "aarch64")]
mod calls {
    pub(super) const ARCH: seccompiler::TargetArch = seccompiler::TargetArch::aarch64;
    pub(super) const WITH_PROTECTION: [i64; 3] = [222, 226, 288];
    /// openat, openat2, socket, execve, execveat, memfd_create.
    pub(super) const FORBIDDEN: [i64; 6] = [56, 437, 198, 221, 281, 279];
}

/// A filter that lets everything through but opening files, starting programs, and memory that can be executed.
fn filter() -> BpfProgram {
    let executable = SeccompCondition::new(
        PLACE_OF_PROTECTION,
        SeccompCmpArgLen::Dword,
        SeccompCmpOp::MaskedEq(EXECUTABLE),
        EXECUTABLE,
    )
    .unwrap();
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = calls::FORBIDDEN.iter().map(|call| (*call, Vec::new())).collect();
    for call in calls::WITH_PROTECTION {
        rules.insert(call, vec![SeccompRule::new(vec![executable.clone()]).unwrap()]);
    }
    SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Errno(NOT_PERMITTED), calls::ARCH)
        .unwrap()
        .try_into()
        .unwrap()
}

#[test]
fn rules_work_without_files_and_without_executable_memory() {
    let filter = filter();
    // A filter cannot be taken off again, so it is put on a thread of its own.
    let worker = std::thread::spawn(move || {
        apply_filter(&filter).unwrap();
        let opened = std::fs::read("/proc/self/status");
        let (rules, problems) = RuleSet::compile(&shipped(), Mode::Whole);
        let text = format!("REGEDIT4 vssad{} delete shadows /all", "min");
        let hits = rules.unwrap().scan(text.as_bytes(), &[FileType::Batch], "a.bat").unwrap();
        (opened.map_err(|error| error.kind()), problems, hits.into_iter().map(|hit| hit.rule).collect::<Vec<_>>())
    });
    let (opened, problems, hits) = worker.join().unwrap();
    assert_eq!(opened, Err(std::io::ErrorKind::PermissionDenied), "the filter is not in force");
    assert_eq!(problems, []);
    assert_eq!(hits, ["script_deletes_shadow_copies"]);
}
