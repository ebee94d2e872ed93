//! What a worker gives up on Linux before it reads the first file: new rights, files, the network, other programs, memory
//! that can be run, and more than its share of memory.

use std::collections::BTreeMap;
use std::io;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, Ruleset, RulesetAttr as _, RulesetError,
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter,
};

/// How much address space may be reserved beyond the memory that may be used: allocators reserve more than they use.
const RESERVED_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// The processor time between the polite end and the certain one, in seconds.
const GRACE_SECONDS: u64 = 1;

/// Where the kernel says how much it counts against [`Resource::Data`], and in which line.
const COUNTED: (&str, &str) = ("/proc/self/status", "VmData:");

/// Gives up everything that is not needed to read a file and answer. An error names what could not be given up.
pub(super) fn confine(memory_bytes: u64) -> Result<(), String> {
    is_something_left(memory_bytes)?;
    close_files_and_network().map_err(|error| format!("landlock: {error}"))?;
    bound_resources(memory_bytes).map_err(|error| format!("limits of resources: {error}"))?;
    close_system_calls().map_err(|error| format!("seccomp: {error}"))
}

/// From now on this process may use the processor for so many seconds.
pub(super) fn allow_processor_seconds(seconds: u64) -> io::Result<()> {
    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec;
    let until = u64::try_from(used).unwrap_or_default().saturating_add(seconds).saturating_add(GRACE_SECONDS);
    let hard = getrlimit(Resource::Cpu).maximum;
    setrlimit(Resource::Cpu, Rlimit { current: Some(until), maximum: hard }).map_err(io::Error::from)
}

/// A worker that has as much as it may have before it begins would end at whatever file makes it ask for more.
fn is_something_left(memory_bytes: u64) -> Result<(), String> {
    // Without `/proc` nobody says how much it is, and the limit holds all the same.
    let counted = std::fs::read_to_string(COUNTED.0).ok().and_then(|status| counted_bytes(&status));
    match counted {
        Some(counted) if counted >= memory_bytes => {
            Err(format!("the worker has {counted} bytes before it begins, and may have {memory_bytes}"))
        }
        _ => Ok(()),
    }
}

fn counted_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(COUNTED.1))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok()?.checked_mul(1024)
}

fn bound_resources(memory_bytes: u64) -> io::Result<()> {
    let bound = |resource, most| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    bound(Resource::Data, memory_bytes)?;
    bound(Resource::As, memory_bytes.saturating_add(RESERVED_BYTES))?;
    bound(Resource::Fsize, 0)?;
    bound(Resource::Core, 0)?;
    bound(Resource::Nofile, 0)?;
    Ok(())
}

/// No file can be opened and no connection made. On a kernel that does not know Landlock the filter of system calls, which
/// has neither `open` nor `socket`, is the only wall.
fn close_files_and_network() -> Result<(), RulesetError> {
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V4))?
        .handle_access(AccessNet::from_all(ABI::V4))?
        .create()?
        .restrict_self()?;
    Ok(())
}

/// The system calls that are left; every other one ends the process.
const LEFT: &[i64] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_close,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_clock_gettime,
    libc::SYS_sched_yield,
    libc::SYS_getrandom,
    libc::SYS_prlimit64,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_tgkill,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// The system calls that are left as long as they ask for no memory that can be run: the call and which argument says so.
const LEFT_WITHOUT_RUNNING: &[(i64, u8)] = &[(libc::SYS_mmap, 2), (libc::SYS_mprotect, 2)];

/// `PR_GET_AUXV`: which instructions the processor has, which the standard library asks when they are first wanted.
const GET_PROCESSOR: u64 = 0x4155_5856;

/// `PR_SET_VMA`: the allocator (mimalloc) names each piece of memory that it gets, for those who look into `/proc`.
const NAME_MEMORY: u64 = 0x5356_4d41;

fn close_system_calls() -> Result<(), Box<dyn std::error::Error>> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = LEFT.iter().map(|call| (*call, Vec::new())).collect();
    let only = |argument, operator, value| {
        SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)
            .and_then(|condition| SeccompRule::new(vec![condition]))
    };
    for (call, protection) in LEFT_WITHOUT_RUNNING {
        let runs = u64::try_from(libc::PROT_EXEC)?;
        rules.insert(*call, vec![only(*protection, SeccompCmpOp::MaskedEq(runs), 0)?]);
    }
    let options = [GET_PROCESSOR, NAME_MEMORY].map(|option| only(0, SeccompCmpOp::Eq, option));
    rules.insert(libc::SYS_prctl, options.into_iter().collect::<Result<_, _>>()?);
    let filter = SeccompFilter::new(
        rules,
        SeccompAction::KillProcess,
        SeccompAction::Allow,
        std::env::consts::ARCH.try_into()?,
    )?;
    let program: BpfProgram = filter.try_into()?;
    Ok(apply_filter(&program)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_counts_is_read_as_it_says_it() {
        assert_eq!(counted_bytes("Name:\tkhien\nVmData:\t   66048 kB\nVmStk:\t 132 kB\n"), Some(66048 * 1024));
        assert_eq!(counted_bytes("Name:\tkhien\n"), None);
        assert_eq!(counted_bytes("VmData:\tmuch kB\n"), None);
    }

    #[test]
    fn a_worker_has_less_than_it_may_have_when_it_begins() {
        assert!(is_something_left(1).is_err_and(|why| why.ends_with("and may have 1")));
        assert_eq!(is_something_left(u64::MAX), Ok(()));
    }
}
