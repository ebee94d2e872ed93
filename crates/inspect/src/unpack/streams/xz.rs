//! xz: streams of blocks, with one of several checks behind each.

use std::io::{self, Read};

use lzma_rust2::XzReader;

use super::{MAX_DICTIONARY_BYTES, Stream};
use crate::Reason;
use crate::walk::Counted;

/// What a reader needs besides its dictionary, in KiB.
const OVERHEAD_KIB: u32 = 1024;

/// One stream.
pub(super) struct Member<'p>(XzReader<Counted<'p>>);

impl Read for Member<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

/// The most memory a reader may take, in KiB.
pub(super) fn memory_kib() -> u32 {
    u32::try_from(MAX_DICTIONARY_BYTES / 1024).unwrap_or(u32::MAX - OVERHEAD_KIB) + OVERHEAD_KIB
}

impl<'p> Stream<'p> for Member<'p> {
    fn begins(packed: &[u8]) -> bool {
        packed.starts_with(b"\xfd7zXZ\0")
    }

    /// Streams are filled up with zeros, four at a time.
    fn between(packed: &[u8]) -> Option<(usize, std::ops::Range<usize>)> {
        let zeros = packed.iter().take_while(|byte| **byte == 0).count();
        Some((zeros / 4 * 4, 0..0))
    }

    fn begin(packed: Counted<'p>) -> Result<Self, Reason> {
        Ok(Self(XzReader::new_mem_limit(packed, false, memory_kib())))
    }

    fn end(self) -> Result<usize, Reason> {
        Ok(self.0.into_inner().rest().len())
    }
}
