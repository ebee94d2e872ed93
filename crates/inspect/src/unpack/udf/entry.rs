//! Entries of files of UDF, and the names in directories.

use super::volume::{Place, Volume, tag};
use crate::bytes::{at_most, piece, size, u8_at, u16_le, u32_le, u64_le};
use crate::unpack::extents::Extent;

/// How many pieces of a file are read.
pub(super) const MAX_EXTENTS: usize = 50_000;
/// How much of a directory is read, in bytes.
const MAX_DIRECTORY_BYTES: usize = 32 * 1024 * 1024;

/// Tags of descriptors.
const NAME: u16 = 257;
const ALLOCATION: u16 = 258;
const FILE: u16 = 261;
const EXTENDED_FILE: u16 = 266;

/// The length of a name without what follows.
const NAME_BYTES: usize = 38;

/// The entry of a file or directory.
pub(super) struct Entry {
    pub(super) size: u64,
    pub(super) extents: Vec<Extent>,
    /// All of its pieces were read.
    pub(super) is_whole: bool,
}

/// How the pieces of a file are listed.
#[derive(Clone, Copy)]
enum List {
    /// Eight bytes each, in the partition of the file.
    Short(u16),
    /// Sixteen bytes each, with their partition.
    Long,
}

impl Entry {
    /// The entry at `place`.
    pub(super) fn at(volume: &Volume<'_>, place: Place) -> Option<Self> {
        let block = volume.block(place)?;
        let (attributes, lists) = match tag(block)? {
            FILE => (168, 176),
            EXTENDED_FILE => (208, 216),
            _ => return None,
        };
        let start = size(u32_le(block, attributes)?.into()).checked_add(lists)?;
        let length = size(u32_le(block, attributes + 4)?.into());
        let mut entry = Self { size: u64_le(block, 56)?, extents: Vec::new(), is_whole: true };
        let list = match u16_le(block, 34)? & 7 {
            0 => List::Short(place.partition),
            1 => List::Long,
            3 => {
                // The content stands in the entry itself.
                let at = volume.at(place)?.checked_add(start as u64)?;
                entry.extents.push(Extent { at: Some(at), bytes: length as u64 });
                return Some(entry);
            }
            _ => return None,
        };
        entry.read(volume, list, at_most(block, start, length));
        Some(entry)
    }

    /// Reads a list of pieces and those in which it goes on.
    fn read(&mut self, volume: &Volume<'_>, list: List, first: &[u8]) {
        let step = match list {
            List::Short(_) => 8,
            List::Long => 16,
        };
        let mut descriptors = first.to_vec();
        let mut at = 0;
        let mut steps = 0;
        while let Some(descriptor) = piece(&descriptors, at, step) {
            at += step;
            steps += 1;
            if steps > MAX_EXTENTS {
                self.is_whole = false;
                return;
            }
            let said = u32_le(descriptor, 0).unwrap_or_default();
            let bytes = u64::from(said & 0x3fff_ffff);
            if bytes == 0 {
                return;
            }
            let partition = match list {
                List::Short(partition) => partition,
                List::Long => u16_le(descriptor, 8).unwrap_or_default(),
            };
            let place = Place { partition, block: u32_le(descriptor, 4).unwrap_or_default() };
            match said >> 30 {
                0 => {
                    // A place outside the volume reads as nothing, which is said as a cut.
                    let at = volume.at(place).unwrap_or(u64::MAX);
                    self.extents.push(Extent { at: Some(at), bytes });
                }
                3 => {
                    let Some(block) = volume.block(place).filter(|block| tag(block) == Some(ALLOCATION)) else {
                        return;
                    };
                    let length = size(u32_le(block, 20).unwrap_or_default().into());
                    descriptors = at_most(block, 24, length).to_vec();
                    at = 0;
                }
                _ => self.extents.push(Extent { at: None, bytes }),
            }
        }
    }

    /// What a directory holds.
    fn bytes(&self, volume: &Volume<'_>) -> Vec<u8> {
        let most = size(self.size).min(MAX_DIRECTORY_BYTES);
        let mut bytes = Vec::new();
        for extent in &self.extents {
            let wanted = size(extent.bytes).min(most - bytes.len());
            let Some(at) = extent.at else { continue };
            bytes.extend_from_slice(at_most(volume.bytes, size(at), wanted));
        }
        bytes
    }
}

/// A name in a directory.
pub(super) struct Name {
    pub(super) text: String,
    pub(super) place: Place,
    pub(super) is_directory: bool,
    pub(super) is_hidden: bool,
}

impl Name {
    /// The names in a directory, without those that were deleted and the way back.
    pub(super) fn list(volume: &Volume<'_>, directory: &Entry) -> Vec<Self> {
        let bytes = directory.bytes(volume);
        let mut names = Vec::new();
        let mut at = 0;
        while let Some((name, next)) = Self::at(&bytes, at) {
            names.extend(name);
            at = next;
        }
        names
    }

    /// The name at `at`, if it counts, and where the next one is.
    fn at(bytes: &[u8], at: usize) -> Option<(Option<Self>, usize)> {
        let head = piece(bytes, at, NAME_BYTES)?;
        if tag(head)? != NAME {
            return None;
        }
        let flags = u8_at(head, 18)?;
        let length = usize::from(u8_at(head, 19)?);
        let implementation = usize::from(u16_le(head, 36)?);
        let raw = piece(bytes, at + NAME_BYTES + implementation, length)?;
        let next = at + (NAME_BYTES + implementation + length).next_multiple_of(4);
        if flags & (DELETED | PARENT) != 0 {
            return Some((None, next));
        }
        let name = Self {
            text: text(raw),
            place: Place { block: u32_le(head, 24)?, partition: u16_le(head, 28)? },
            is_directory: flags & DIRECTORY != 0,
            is_hidden: flags & HIDDEN != 0,
        };
        Some((Some(name), next))
    }
}

/// Flags of names.
const HIDDEN: u8 = 1;
const DIRECTORY: u8 = 2;
const DELETED: u8 = 4;
const PARENT: u8 = 8;

/// A name as OSTA compresses it: the first byte says whether one byte or two make a letter.
fn text(raw: &[u8]) -> String {
    match raw.split_first() {
        Some((16, letters)) => encoding_rs::UTF_16BE.decode_without_bom_handling(letters).0.into_owned(),
        Some((_, letters)) => letters.iter().copied().map(char::from).collect(),
        None => String::new(),
    }
}
