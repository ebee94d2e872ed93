//! The descriptors of a UDF volume: where its partitions are, and where its files begin.

use super::entry::Entry;
use crate::Reason;
use crate::bytes::{piece, size, stands, u8_at, u16_le, u32_le};
use crate::unpack::extents::Extent;

/// The size of a sector of the discs that such images are made of, in bytes.
const SECTOR_BYTES: usize = 2048;
/// The sectors that say that UDF is there follow the descriptors of ISO 9660.
const RECOGNITION: std::ops::Range<usize> = 16..64;
/// How many descriptors of a volume are read.
const MAX_DESCRIPTORS: usize = 64;
/// How many partitions are read.
const MAX_PARTITIONS: usize = 16;

/// Tags of descriptors.
const ANCHOR: u16 = 2;
const PARTITION: u16 = 5;
const LOGICAL_VOLUME: u16 = 6;
const TERMINATOR: u16 = 8;
const FILE_SET: u16 = 256;

/// A block of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) partition: u16,
    pub(super) block: u32,
}

/// How the blocks of a partition lie in the image.
enum Map {
    /// One after the other, from this byte on.
    Plain(u64),
    /// In the pieces of a file.
    Metadata(Vec<Extent>),
}

/// A volume.
pub(super) struct Volume<'i> {
    pub(super) bytes: &'i [u8],
    pub(super) block_bytes: usize,
    maps: Vec<Map>,
    pub(super) root: Place,
}

/// Whether a volume says that it is UDF.
pub(super) fn is_there(bytes: &[u8]) -> bool {
    RECOGNITION.clone().any(|sector| {
        let mark = sector * SECTOR_BYTES + 1;
        stands(bytes, mark, b"NSR02") || stands(bytes, mark, b"NSR03")
    })
}

/// The tag of a descriptor, if its checksum fits.
pub(super) fn tag(descriptor: &[u8]) -> Option<u16> {
    let head = piece(descriptor, 0, 16)?;
    let sum = head.iter().enumerate().filter(|(at, _)| *at != 4);
    let sum = sum.fold(0_u8, |sum, (_, byte)| sum.wrapping_add(*byte));
    (u8_at(head, 4) == Some(sum)).then(|| u16_le(head, 0)).flatten()
}

impl<'i> Volume<'i> {
    /// Reads the descriptors of the image.
    pub(super) fn of(bytes: &'i [u8]) -> Result<Self, Reason> {
        let (anchor, sector_bytes) = anchor(bytes).ok_or_else(|| Reason::damaged("udf: there is no anchor"))?;
        let start = size(u32_le(anchor, 20).unwrap_or_default().into()).saturating_mul(sector_bytes);
        let length = size(u32_le(anchor, 16).unwrap_or_default().into());
        let mut partitions: Vec<(u16, u64)> = Vec::new();
        let mut logical = None;
        for number in 0..(length / sector_bytes).min(MAX_DESCRIPTORS) {
            let Some(descriptor) = piece(bytes, start.saturating_add(number * sector_bytes), sector_bytes) else {
                break;
            };
            match tag(descriptor) {
                Some(PARTITION) if partitions.len() < MAX_PARTITIONS => {
                    let at = u64::from(u32_le(descriptor, 188).unwrap_or_default()) * sector_bytes as u64;
                    partitions.push((u16_le(descriptor, 22).unwrap_or_default(), at));
                }
                Some(LOGICAL_VOLUME) => logical = Some(descriptor),
                Some(TERMINATOR) => break,
                _ => {}
            }
        }
        let logical = logical.ok_or_else(|| Reason::damaged("udf: there is no logical volume"))?;
        Self::with(bytes, logical, &partitions).ok_or_else(|| Reason::damaged("udf: there is no set of files"))?
    }

    fn with(bytes: &'i [u8], logical: &[u8], partitions: &[(u16, u64)]) -> Option<Result<Self, Reason>> {
        let block_bytes = size(u32_le(logical, 212)?.into());
        if !(512..=32_768).contains(&block_bytes) {
            return None;
        }
        let start = Place { partition: 0, block: 0 };
        let mut volume = Self { bytes, block_bytes, maps: Vec::new(), root: start };
        let mut at = 440;
        for _ in 0..size(u32_le(logical, 268)?.into()).min(MAX_PARTITIONS) {
            let length = usize::from(u8_at(logical, at + 1)?);
            let map = piece(logical, at, length)?;
            at += length.max(1);
            match volume.map(map, partitions) {
                Ok(map) => volume.maps.push(map),
                Err(reason) => return Some(Err(reason)),
            }
        }
        let set = Place { block: u32_le(logical, 252)?, partition: u16_le(logical, 256)? };
        let descriptor = volume.block(set)?;
        if tag(descriptor) != Some(FILE_SET) {
            return None;
        }
        volume.root = Place { block: u32_le(descriptor, 404)?, partition: u16_le(descriptor, 408)? };
        Some(Ok(volume))
    }

    /// Reads how one partition lies in the image.
    fn map(&self, map: &[u8], partitions: &[(u16, u64)]) -> Result<Map, Reason> {
        let start = |number: Option<u16>| {
            let found = partitions.iter().find(|(own, _)| Some(*own) == number);
            found.map(|(_, at)| *at).ok_or_else(|| Reason::damaged("udf: a partition is not there"))
        };
        if u8_at(map, 0) == Some(1) {
            return Ok(Map::Plain(start(u16_le(map, 4))?));
        }
        let kind = map.get(5..28).unwrap_or_default();
        if kind.starts_with(b"*UDF Sparable Partition") {
            return Ok(Map::Plain(start(u16_le(map, 38))?));
        }
        if !kind.starts_with(b"*UDF Metadata Partition") {
            let kind = String::from_utf8_lossy(kind).into_owned();
            return Err(Reason::unsupported(format!("udf: partition of the kind {}", kind.trim_end_matches('\0'))));
        }
        // The blocks of this partition are those of a file in another one.
        let below = Map::Plain(start(u16_le(map, 38))?);
        let inner = Self {
            bytes: self.bytes,
            block_bytes: self.block_bytes,
            maps: vec![below],
            root: Place { partition: 0, block: 0 },
        };
        let place = Place { partition: 0, block: u32_le(map, 40).unwrap_or_default() };
        let file = Entry::at(&inner, place).ok_or_else(|| Reason::damaged("udf: the file of metadata is not there"))?;
        Ok(Map::Metadata(file.extents))
    }

    /// Where a block begins in the image.
    pub(super) fn at(&self, place: Place) -> Option<u64> {
        let offset = u64::from(place.block).checked_mul(self.block_bytes as u64)?;
        match self.maps.get(usize::from(place.partition))? {
            Map::Plain(start) => start.checked_add(offset),
            Map::Metadata(extents) => {
                let mut left = offset;
                for extent in extents {
                    if left < extent.bytes {
                        return extent.at?.checked_add(left);
                    }
                    left -= extent.bytes;
                }
                None
            }
        }
    }

    /// One block.
    pub(super) fn block(&self, place: Place) -> Option<&'i [u8]> {
        piece(self.bytes, size(self.at(place)?), self.block_bytes)
    }
}

/// The descriptor that leads to all others, and the size of sectors by it.
fn anchor(bytes: &[u8]) -> Option<(&[u8], usize)> {
    for sector_bytes in [SECTOR_BYTES, 512, 4096] {
        let sectors = bytes.len() / sector_bytes;
        for sector in [256, 512, sectors.saturating_sub(257), sectors.saturating_sub(1)] {
            let Some(descriptor) = piece(bytes, sector * sector_bytes, 512) else { continue };
            if tag(descriptor) == Some(ANCHOR) && u32_le(descriptor, 12).map(|at| size(at.into())) == Some(sector) {
                return Some((descriptor, sector_bytes));
            }
        }
    }
    None
}
