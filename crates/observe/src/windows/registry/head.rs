//! The head that a hive begins with, and that each of its logs repeats.

use super::bytes::{long_at, number_at};

/// How much of a hive its head takes.
pub(super) const HEAD_BYTES: usize = 4096;

/// How much of the head a log repeats.
pub(super) const SECTOR_BYTES: usize = 512;

/// The part of the head that its checksum covers.
pub(super) const CHECKED_BYTES: usize = 508;

/// What the head says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// Raised before Windows writes into the hive.
    pub(super) first: u32,
    /// Raised after that. Where the two differ, the last changes are in the logs only.
    pub(super) second: u32,
    /// When the hive was last written to, as Windows counts time.
    pub(super) written: u64,
    pub(super) major: u32,
    /// 0 for a hive, other numbers for logs.
    pub(super) kind: u32,
    /// Where the root key lies among the cells.
    pub(super) root: u32,
    /// How many bytes of cells follow the head.
    pub(super) size: u32,
}

impl Head {
    /// Reads a head whose checksum is right.
    pub(super) fn parse(file: &[u8]) -> Result<Self, &'static str> {
        let too_short = "too short to be a hive";
        let head = file.get(..SECTOR_BYTES).ok_or(too_short)?;
        if !head.starts_with(b"regf") {
            return Err("not a hive");
        }
        let number = |at: usize| number_at(head, at).ok_or(too_short);
        if checksum(head.get(..CHECKED_BYTES).unwrap_or_default()) != number(CHECKED_BYTES)? {
            return Err("the checksum of its head is wrong");
        }
        Ok(Self {
            first: number(4)?,
            second: number(8)?,
            written: long_at(head, 12).ok_or(too_short)?,
            major: number(20)?,
            kind: number(28)?,
            root: number(36)?,
            size: number(40)?,
        })
    }

    /// Whether everything that Windows meant to write is in the hive itself.
    pub(super) fn is_finished(&self) -> bool {
        self.first == self.second
    }
}

/// The exclusive or of all numbers in the head; two results are kept for other meanings.
pub(super) fn checksum(head: &[u8]) -> u32 {
    let sum = head.chunks_exact(4).filter_map(|chunk| number_at(chunk, 0)).fold(0, |sum, number| sum ^ number);
    match sum {
        0 => 1,
        u32::MAX => u32::MAX - 1,
        other => other,
    }
}
