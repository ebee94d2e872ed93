//! Every bound of an inspection. Reaching one is a [`Reason`](crate::Reason) with its number, never a silent cut.

use serde::{Deserialize, Serialize};

/// Kibi.
const KIB: u64 = 1024;
/// Mebi.
const MIB: u64 = 1024 * KIB;

/// How much is looked at. Every inspection says which limits it had.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// The largest file that is taken, in bytes.
    pub input_bytes: u64,
    /// How much may be unpacked out of one file, all together, in bytes.
    pub unpacked_bytes: u64,
    /// How much may be unpacked for nothing, in bytes, before `ratio` counts.
    pub free_bytes: u64,
    /// How many bytes may be unpacked for each byte of the file, beyond `free_bytes`.
    pub ratio: u64,
    /// The largest single thing unpacked, in bytes.
    pub node_bytes: u64,
    /// How deeply things may lie in one another; the file itself is at depth 0.
    pub depth: usize,
    /// How many things may be in a file, all together.
    pub nodes: usize,
    /// The longest name of a part, in bytes.
    pub name_bytes: usize,
    /// How many passwords are tried, all together.
    pub password_tries: usize,
    /// How many findings are kept. One more takes the place of the mildest that is kept if it is graver, and is left out if it
    /// is not: what is told are the gravest, and what would block does so beyond the limit too. That it was reached is said
    /// at the node where it was, as not inspected: a full list is never taken for all there is.
    pub findings: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            input_bytes: 200 * MIB,
            unpacked_bytes: 1024 * MIB,
            free_bytes: 8 * MIB,
            ratio: 200,
            node_bytes: 256 * MIB,
            depth: 12,
            nodes: 20_000,
            name_bytes: 4096,
            password_tries: 64,
            findings: 1_000,
        }
    }
}

impl Limits {
    /// How much may be unpacked out of a file of `input` bytes.
    pub(crate) fn unpacked_of(&self, input: u64) -> u64 {
        self.unpacked_bytes.min(self.free_bytes.saturating_add(self.ratio.saturating_mul(input)))
    }
}
