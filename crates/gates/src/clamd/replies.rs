//! The answers, in the words of clamd.

use khien_inspect::Verdict;

use crate::{Decision, NotInspected};

/// To who comes when all connections are in use.
pub(super) const ALL_IN_USE: &[u8] = b"all connections are in use. ERROR\n";

/// To a file that is too large.
pub(super) const TOO_LARGE: &str = "INSTREAM size limit exceeded. ERROR";

/// To a command that is not known.
pub(super) const UNKNOWN: &str = "UNKNOWN COMMAND. ERROR";

/// To a client that pauses for too long.
pub(super) const TIMED_OUT: &str = "COMMAND READ TIMED OUT. ERROR";

/// To `FILDES` without an open file.
pub(super) const NO_DESCRIPTOR: &str = "No file descriptor received. ERROR";

/// To an open file that is no ordinary one.
pub(super) const NO_REGULAR_FILE: &str = "Not a regular file. ERROR";

/// The commands, in the form of clamd.
const COMMANDS: &str = "PING VERSION VERSIONCOMMANDS STATS INSTREAM FILDES IDSESSION END";

/// `Khien 0.1.0/RULES`: where clamd has the number of its signatures, programs read the rules.
pub(super) fn version(rules_id: &str) -> String {
    let tame: String = rules_id.chars().map(|letter| if letter.is_ascii_graphic() { letter } else { '_' }).collect();
    format!("Khien {}/{tame}", env!("CARGO_PKG_VERSION"))
}

/// The version and the commands.
pub(super) fn version_commands(rules_id: &str) -> String {
    format!("{}| COMMANDS: {COMMANDS}", version(rules_id))
}

/// The least that programs which show the state of clamd can read.
pub(super) fn stats(live: usize, most: usize) -> String {
    let idle = most.saturating_sub(live);
    format!(
        "POOLS: 1\n\nSTATE: VALID PRIMARY\nTHREADS: live {live}  idle {idle} max {most} idle-timeout 0\nQUEUE: 0 items\n\n\
         MEMSTATS: heap N/A mmap N/A used N/A free N/A releasable N/A pools 1 pools_used N/A pools_total N/A\nEND"
    )
}

/// To a command that asks for a path to be read.
pub(super) fn no_paths(path: &str) -> String {
    let tame: String = path.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect();
    format!("{tame}: paths are not read here, send the file (clamdscan --stream or --fdpass). ERROR")
}

/// To a command that only who runs the gate may ask for.
pub(super) fn forbidden(word: &str) -> String {
    format!("{word} is not allowed here. ERROR")
}

/// What is said of a file, called `what` in the answer. Only what was looked into and goes on is `OK`.
pub(super) fn verdict(what: &str, decision: &Decision, not_inspected: NotInspected) -> String {
    let threat = decision.threat.as_deref().unwrap_or(decision.verdict.as_str());
    match decision.verdict {
        Verdict::NotInspected if not_inspected != NotInspected::Block => {
            format!("{what}: could not be inspected, {threat}. ERROR")
        }
        Verdict::Clean | Verdict::Suspicious if decision.passes => format!("{what}: OK"),
        _ => format!("{what}: {threat} FOUND"),
    }
}
