//! LZ4 frames, and those of the older form. The frames are walked here, so that one without its end, or with empty blocks in
//! its middle, is read as far as it goes and no less. Checksums are stepped over: what was packed is looked at as it is.

use std::io::{self, Read};
use std::ops::Range;

use lz4_flex::block::decompress_into_with_dict;

use super::{Stream, zstd};
use crate::Reason;
use crate::bytes::{tail, u32_le};
use crate::walk::Counted;

/// The mark of a frame, and of one of the older form.
const MARK: u32 = 0x184d_2204;
const OLD_MARK: u32 = 0x184c_2102;

/// How far back a block may refer.
const WINDOW_BYTES: usize = 64 * 1024;

/// How much a block of the older form holds at most.
const OLD_BLOCK_BYTES: usize = 8 * 1024 * 1024;

/// One frame.
#[expect(clippy::struct_excessive_bools, reason = "they are flags of the format")]
pub(super) struct Frame<'p> {
    packed: Counted<'p>,
    old: bool,
    linked: bool,
    block_sums: bool,
    content_sum: bool,
    block: Vec<u8>,
    /// What of `block` is filled, and not handed on yet.
    filled: Range<usize>,
    window: Vec<u8>,
    ended: bool,
}

fn ends_early() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}

impl<'p> Frame<'p> {
    /// Takes so many bytes.
    fn take(&mut self, count: usize) -> io::Result<&'p [u8]> {
        let rest = self.packed.rest();
        let taken = rest.get(..count).ok_or_else(ends_early)?;
        io::BufRead::consume(&mut self.packed, count);
        Ok(taken)
    }

    fn number(&mut self) -> io::Result<u32> {
        u32_le(self.take(4)?, 0).ok_or_else(ends_early)
    }

    /// Reads the next block; none at the end.
    fn advance(&mut self) -> io::Result<()> {
        let rest = self.packed.rest();
        if self.old {
            // Frames of the older form have no end of their own: another frame, or nothing, ends them.
            let next = u32_le(rest, 0);
            if rest.is_empty()
                || next.is_none_or(|size| size == 0 || size as usize > rest.len() - 4)
                || Self::begins(rest)
            {
                self.ended = true;
                return if self.block.is_empty() { Err(ends_early()) } else { Ok(()) };
            }
        }
        let size = self.number()?;
        if size == 0 && !self.old {
            if self.content_sum {
                self.take(4)?;
            }
            self.ended = true;
            return Ok(());
        }
        let stored = size >> 31 == 1 && !self.old;
        let packed = self.take((size & 0x7fff_ffff) as usize)?;
        if self.block_sums {
            self.take(4)?;
        }
        let unpacked = if stored {
            let target =
                self.block.get_mut(..packed.len()).ok_or_else(|| io::Error::other("an LZ4 block that is too long"))?;
            target.copy_from_slice(packed);
            packed.len()
        } else {
            let window: &[u8] = if self.linked { &self.window } else { &[] };
            decompress_into_with_dict(packed, &mut self.block, window).map_err(io::Error::other)?
        };
        if self.linked {
            let block = self.block.get(..unpacked).unwrap_or_default();
            self.window.extend_from_slice(tail(block, WINDOW_BYTES));
            let beyond = self.window.len().saturating_sub(WINDOW_BYTES);
            self.window.drain(..beyond);
        }
        self.filled = 0..unpacked;
        Ok(())
    }
}

impl Read for Frame<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.filled.is_empty() && !self.ended {
            self.advance()?;
        }
        let ready = self.block.get(self.filled.clone()).unwrap_or_default();
        let count = ready.len().min(buffer.len());
        if let (Some(target), Some(source)) = (buffer.get_mut(..count), ready.get(..count)) {
            target.copy_from_slice(source);
        }
        self.filled.start += count;
        Ok(count)
    }
}

impl<'p> Stream<'p> for Frame<'p> {
    fn begins(packed: &[u8]) -> bool {
        matches!(u32_le(packed, 0), Some(MARK | OLD_MARK))
    }

    fn between(packed: &[u8]) -> Option<(usize, Range<usize>)> {
        zstd::skipped_frame(packed)
    }

    fn begin(packed: Counted<'p>) -> Result<Self, Reason> {
        let old = u32_le(packed.rest(), 0) == Some(OLD_MARK);
        let mut frame = Self {
            packed,
            old,
            linked: false,
            block_sums: false,
            content_sum: false,
            block: Vec::new(),
            filled: 0..0,
            window: Vec::new(),
            ended: false,
        };
        frame.header().map_err(|_| Reason::incomplete("the header of the frame")).flatten()?;
        Ok(frame)
    }

    fn end(self) -> Result<usize, Reason> {
        Ok(self.packed.rest().len())
    }
}

impl Frame<'_> {
    fn header(&mut self) -> io::Result<Result<(), Reason>> {
        self.take(4)?;
        if self.old {
            self.block = vec![0; OLD_BLOCK_BYTES];
            return Ok(Ok(()));
        }
        let &[flags, sizes] = self.take(2)? else { return Err(ends_early()) };
        if flags >> 6 != 1 {
            return Ok(Err(Reason::unsupported(format!("LZ4 version {}", flags >> 6))));
        }
        self.linked = flags & 0x20 == 0;
        self.block_sums = flags & 0x10 != 0;
        self.content_sum = flags & 0x04 != 0;
        if flags & 0x08 != 0 {
            self.take(8)?;
        }
        if flags & 0x01 != 0 {
            let dictionary = self.number()?;
            return Ok(Err(Reason::unsupported(format!("LZ4 with dictionary {dictionary}"))));
        }
        self.take(1)?;
        let block = match sizes >> 4 & 7 {
            size @ 4..=7 => 1usize << (8 + 2 * usize::from(size)),
            size => return Ok(Err(Reason::damaged(format!("LZ4 block size {size}")))),
        };
        self.block = vec![0; block];
        Ok(Ok(()))
    }
}
