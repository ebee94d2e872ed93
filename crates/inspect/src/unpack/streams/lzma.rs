//! LZMA in its two plain containers: alone behind a header of 13 bytes, and lzip with a checksum behind it.

use std::io::{self, Read};

use flate2::Crc;
use lzma_rust2::LzmaReader;

use super::{Stream, reason_of, too_large_dictionary, xz};
use crate::Reason;
use crate::bytes::{u32_le, u64_le};
use crate::walk::Counted;

/// The length of the header of LZMA alone.
const HEADER: usize = 13;

/// The length of the header of lzip, and of what stands behind its data.
const LZIP_HEADER: usize = 6;
const LZIP_TRAILER: usize = 20;

/// How many bytes stand behind what a reader has used: it reads ahead.
fn left(reader: LzmaReader<Counted<'_>>) -> usize {
    let (packed, unused) = reader.into_parts();
    packed.rest().len() + unused.len()
}

/// LZMA alone.
pub(super) struct Alone<'p>(LzmaReader<Counted<'p>>);

impl Read for Alone<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<'p> Stream<'p> for Alone<'p> {
    fn begins(packed: &[u8]) -> bool {
        packed.len() > HEADER
            && packed.first().is_some_and(|properties| *properties < 225)
            && packed.get(HEADER) == Some(&0)
    }

    fn begin(packed: Counted<'p>) -> Result<Self, Reason> {
        too_large_dictionary(u32_le(packed.rest(), 1).map_or(0, u64::from))?;
        LzmaReader::new_mem_limit(packed, xz::memory_kib(), None).map(Self).map_err(|error| reason_of(&error))
    }

    fn end(self) -> Result<usize, Reason> {
        Ok(left(self.0))
    }
}

/// One member of lzip.
pub(super) struct Lzip<'p> {
    reader: LzmaReader<Counted<'p>>,
    packed: &'p [u8],
    sum: Crc,
    size: u64,
}

impl Read for Lzip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.sum.update(buffer.get(..read).unwrap_or_default());
        self.size += read as u64;
        Ok(read)
    }
}

impl<'p> Stream<'p> for Lzip<'p> {
    fn begins(packed: &[u8]) -> bool {
        packed.starts_with(b"LZIP")
    }

    fn begin(mut packed: Counted<'p>) -> Result<Self, Reason> {
        let whole = packed.rest();
        let (Some(version), Some(coded)) = (whole.get(4), whole.get(5)) else {
            return Err(Reason::incomplete("the header of lzip"));
        };
        if *version != 1 {
            return Err(Reason::unsupported(format!("lzip version {version}")));
        }
        // A power of two, less some sixteenths of it.
        let power = 1u32.checked_shl(u32::from(coded & 0x1f)).unwrap_or(0);
        let dictionary = power - power / 16 * u32::from(coded >> 5);
        too_large_dictionary(u64::from(dictionary))?;
        packed.go_on_with(whole.len() - LZIP_HEADER);
        let reader = LzmaReader::new(packed, u64::MAX, 3, 0, 2, dictionary, None).map_err(|error| reason_of(&error))?;
        Ok(Self { reader, packed: whole, sum: Crc::new(), size: 0 })
    }

    fn end(self) -> Result<usize, Reason> {
        let left = left(self.reader);
        let trailer = self.packed.get(self.packed.len().saturating_sub(left)..).unwrap_or_default();
        let (Some(sum), Some(size)) = (u32_le(trailer, 0), u64_le(trailer, 4)) else {
            return Err(Reason::incomplete("the checksum of lzip"));
        };
        if sum != self.sum.sum() || size != self.size {
            return Err(Reason::damaged("the checksum of lzip"));
        }
        left.checked_sub(LZIP_TRAILER).ok_or_else(|| Reason::incomplete("the checksum of lzip"))
    }
}
