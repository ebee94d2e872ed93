//! Brotli (RFC 7932): a single stream without a mark.

use std::io::{self, Read};

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};

use super::Stream;
use crate::Reason;
use crate::walk::Counted;

/// The whole file.
pub(super) struct Whole<'p> {
    packed: Counted<'p>,
    state: Box<BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>>,
    total: usize,
    ended: bool,
}

/// How many packed bytes are handed to the reader at a time: so many at most are counted before they are used.
const STEP_BYTES: usize = 64 * 1024;

impl Read for Whole<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut written = 0;
        while written == 0 && !self.ended {
            let rest = self.packed.rest();
            let input = rest.get(..STEP_BYTES).unwrap_or(rest);
            let (mut available, mut taken, mut room) = (input.len(), 0, buffer.len());
            let result = BrotliDecompressStream(
                &mut available,
                &mut taken,
                input,
                &mut room,
                &mut written,
                buffer,
                &mut self.total,
                &mut self.state,
            );
            io::BufRead::consume(&mut self.packed, taken);
            match result {
                BrotliResult::ResultSuccess => self.ended = true,
                BrotliResult::ResultFailure => return Err(io::Error::other("the Brotli stream")),
                BrotliResult::NeedsMoreInput if self.packed.rest().is_empty() && written == 0 => {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                BrotliResult::NeedsMoreOutput if buffer.is_empty() => return Ok(0),
                BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => {}
            }
        }
        Ok(written)
    }
}

impl<'p> Stream<'p> for Whole<'p> {
    /// Without a mark, only the first stream is one: what stands behind it is behind it.
    const ALONE: bool = true;

    fn begins(packed: &[u8]) -> bool {
        !packed.is_empty()
    }

    fn begin(packed: Counted<'p>) -> Result<Self, Reason> {
        let allocator = StandardAlloc::default;
        // Windows beyond 16 MiB are not of the standard, and are refused.
        let state = Box::new(BrotliState::new_strict(allocator(), allocator(), allocator()));
        Ok(Self { packed, state, total: 0, ended: false })
    }

    fn end(self) -> Result<usize, Reason> {
        Ok(self.packed.rest().len())
    }
}
