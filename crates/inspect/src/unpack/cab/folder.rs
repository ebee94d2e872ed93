//! A folder of a cabinet: its blocks, unpacked one after the other.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use flate2::bufread::DeflateDecoder;

use crate::Reason;
use crate::bytes::{piece, u16_le, u32_le};
use crate::unpack::lzx::{FRAME_BYTES, Lzx};

/// The length of what stands in front of a block.
const BLOCK_HEAD_BYTES: usize = 8;
/// What a block of MSZIP begins with.
const MSZIP: &[u8] = b"CK";

/// How a folder is packed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Stored,
    Mszip,
    /// With a window of two to this power.
    Lzx(u8),
}

impl Way {
    /// The way with this number.
    pub(super) fn of(number: u16) -> Result<Self, Reason> {
        let [low, high] = number.to_le_bytes();
        match low & 0x0f {
            0 => Ok(Self::Stored),
            1 => Ok(Self::Mszip),
            2 => Err(Reason::unsupported("cab method Quantum")),
            3 if Lzx::new(high & 0x1f).is_some() => Ok(Self::Lzx(high & 0x1f)),
            _ => Err(Reason::unsupported(format!("cab method {number:#06x}"))),
        }
    }
}

/// The packed blocks of a folder.
#[derive(Clone)]
pub(super) struct Blocks<'c> {
    pub(super) bytes: &'c [u8],
    /// How many are left.
    pub(super) left: u16,
    /// How much other data stands in front of each.
    pub(super) reserve: usize,
    pub(super) way: Way,
}

/// A folder that is being unpacked.
pub(super) struct Folder<'c> {
    blocks: Blocks<'c>,
    lzx: Option<Lzx>,
    /// What the last block came to; MSZIP refers to it.
    unpacked: Vec<u8>,
    /// How much of it was read.
    read: usize,
    at: u64,
    taken: Rc<Cell<u64>>,
}

impl<'c> Folder<'c> {
    pub(super) fn of(blocks: Blocks<'c>) -> Self {
        let lzx = match blocks.way {
            Way::Lzx(bits) => Lzx::new(bits),
            _ => None,
        };
        Self { blocks, lzx, unpacked: Vec::new(), read: 0, at: 0, taken: Rc::default() }
    }

    /// How much was read.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Counts how many packed bytes were used.
    pub(super) fn taken_counter(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.taken)
    }

    /// Unpacks the next block; false if there is none.
    fn next(&mut self) -> io::Result<bool> {
        let Some(left) = self.blocks.left.checked_sub(1) else { return Ok(false) };
        self.blocks.left = left;
        let bytes = self.blocks.bytes;
        let head = piece(bytes, 0, BLOCK_HEAD_BYTES).ok_or(io::ErrorKind::UnexpectedEof)?;
        let length = usize::from(u16_le(head, 4).unwrap_or_default());
        let comes_to = usize::from(u16_le(head, 6).unwrap_or_default());
        let start = BLOCK_HEAD_BYTES + self.blocks.reserve;
        let packed = piece(bytes, start, length).ok_or(io::ErrorKind::UnexpectedEof)?;
        self.blocks.bytes = bytes.get(start + length..).unwrap_or_default();
        self.taken.set(self.taken.get() + (start + length) as u64);
        let said = u32_le(head, 0).unwrap_or_default();
        if said != 0 && said != checksum(head.get(4..).unwrap_or_default(), checksum(packed, 0)) {
            return Err(io::Error::other("a block does not fit its checksum"));
        }
        if comes_to == 0 {
            return Err(io::Error::other("a block goes on in another cabinet"));
        }
        self.unpacked = match (&self.blocks.way, &mut self.lzx) {
            (Way::Lzx(_), Some(lzx)) => lzx.frame(packed, comes_to).map_err(io::Error::other)?,
            (Way::Mszip, _) => mszip(packed, &self.unpacked, comes_to)?,
            _ => packed.to_vec(),
        };
        self.read = 0;
        if self.unpacked.len() == comes_to {
            Ok(true)
        } else {
            Err(io::Error::other("a block does not come to its size"))
        }
    }
}

impl Read for Folder<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read == self.unpacked.len() {
            if buffer.is_empty() || !self.next()? {
                return Ok(0);
            }
        }
        let mut rest = self.unpacked.get(self.read..).unwrap_or_default();
        let read = rest.read(buffer)?;
        self.read += read;
        self.at += read as u64;
        Ok(read)
    }
}

/// Unpacks a block of MSZIP: deflate that refers to the block `before`, which is put in front of it as a stored block.
fn mszip(packed: &[u8], before: &[u8], comes_to: usize) -> io::Result<Vec<u8>> {
    let deflated = packed.strip_prefix(MSZIP).ok_or_else(|| io::Error::other("a block is not MSZIP"))?;
    let length = u16::try_from(before.len()).map_err(io::Error::other)?;
    let mut head = vec![0];
    head.extend(length.to_le_bytes());
    head.extend((!length).to_le_bytes());
    let whole = head.as_slice().chain(before).chain(deflated);
    let most = before.len() + comes_to.min(FRAME_BYTES) + 1;
    let mut unpacked = Vec::with_capacity(most);
    DeflateDecoder::new(whole).take(most as u64).read_to_end(&mut unpacked)?;
    Ok(unpacked.split_off(before.len().min(unpacked.len())))
}

/// The checksum of cabinets: all words together by exclusive or, the last one turned around.
fn checksum(bytes: &[u8], seed: u32) -> u32 {
    bytes.chunks(4).fold(seed, |sum, chunk| {
        sum ^ match chunk {
            [a, b, c, d] => u32::from_le_bytes([*a, *b, *c, *d]),
            rest => rest.iter().fold(0, |word, byte| (word << 8) | u32::from(*byte)),
        }
    })
}
