//! An entry of a directory of FAT, and the long name that may stand before it.

use super::ENTRY_BYTES;
use crate::bytes::{u16_le, u32_le};
use crate::unpack::code_page;

/// The first byte of an entry that was deleted.
const DELETED: u8 = 0xe5;
/// The first byte of a name that begins with the byte for deleted.
const NOT_DELETED: u8 = 0x05;
/// The attributes of a piece of a long name.
const LONG_NAME: u8 = 0x0f;
/// Attributes.
const HIDDEN: u8 = 0x02;
const VOLUME: u8 = 0x08;
const DIRECTORY: u8 = 0x10;
/// Flags of a name that Windows wrote in small letters.
const SMALL_NAME: u8 = 0x08;
const SMALL_EXTENSION: u8 = 0x10;
/// How many letters a piece of a long name has.
const PIECE_LETTERS: usize = 13;
/// How many pieces a long name may have.
const MAX_PIECES: u8 = 20;

/// A file or folder.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) cluster: u32,
    pub(super) size: u64,
    pub(super) is_directory: bool,
    pub(super) is_hidden: bool,
}

/// The pieces of a long name, which stand before the entry, the last one first.
#[derive(Default)]
pub(super) struct LongName {
    letters: Vec<u16>,
    checksum: u8,
    /// The number of the piece that has to come next; 0 if the name is whole.
    next: u8,
}

impl LongName {
    fn take(&mut self, raw: &[u8; ENTRY_BYTES]) {
        let number = raw[0] & 0x3f;
        if raw[0] & 0x40 != 0 && number <= MAX_PIECES {
            *self = Self { letters: Vec::new(), checksum: raw[13], next: number };
        }
        if number == 0 || number != self.next || raw[13] != self.checksum {
            *self = Self::default();
            return;
        }
        let places = (1..11).step_by(2).chain((14..26).step_by(2)).chain((28..32).step_by(2));
        let mut letters: Vec<u16> = places.filter_map(|at| u16_le(raw, at)).take(PIECE_LETTERS).collect();
        letters.append(&mut self.letters);
        self.letters = letters;
        self.next -= 1;
    }

    /// The name, if it is whole and belongs to the short name.
    fn name(&self, short: &[u8]) -> Option<String> {
        let checksum = short.iter().fold(0_u8, |sum, byte| sum.rotate_right(1).wrapping_add(*byte));
        if self.letters.is_empty() || self.next != 0 || self.checksum != checksum {
            return None;
        }
        let letters: Vec<u16> = self.letters.iter().copied().take_while(|letter| *letter != 0).collect();
        Some(String::from_utf16_lossy(&letters))
    }
}

impl Entry {
    /// The entry in `raw`, if it counts: not a piece of a name, not deleted, not the way back.
    pub(super) fn of(raw: &[u8; ENTRY_BYTES], long: &mut LongName) -> Option<Self> {
        let attributes = raw[11];
        if raw[0] == DELETED {
            *long = LongName::default();
            return None;
        }
        if attributes & LONG_NAME == LONG_NAME {
            long.take(raw);
            return None;
        }
        let short = raw.get(..11)?;
        let name = long.name(short).unwrap_or_else(|| short_name(raw));
        *long = LongName::default();
        if attributes & VOLUME != 0 || matches!(name.as_str(), "." | "..") {
            return None;
        }
        let cluster = u32::from(u16_le(raw, 26)?) | (u32::from(u16_le(raw, 20)?) << 16);
        Some(Self {
            name,
            cluster,
            size: u32_le(raw, 28)?.into(),
            is_directory: attributes & DIRECTORY != 0,
            is_hidden: attributes & HIDDEN != 0,
        })
    }
}

/// The name of eight and three letters.
fn short_name(raw: &[u8; ENTRY_BYTES]) -> String {
    let mut bytes = *raw;
    if bytes[0] == NOT_DELETED {
        bytes[0] = DELETED;
    }
    let part = |range: std::ops::Range<usize>, flag: u8| {
        let text = code_page::name(bytes.get(range).unwrap_or_default());
        let text = text.trim_end().to_owned();
        if raw[12] & flag != 0 { text.to_lowercase() } else { text }
    };
    let (name, extension) = (part(0..8, SMALL_NAME), part(8..11, SMALL_EXTENSION));
    if extension.is_empty() { name } else { format!("{name}.{extension}") }
}
