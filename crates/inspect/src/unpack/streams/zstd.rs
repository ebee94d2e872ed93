//! Zstandard (RFC 8878): frames, and frames that are skipped.

use std::io::{self, Read};
use std::ops::Range;

use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use super::{Stream, too_large_dictionary};
use crate::Reason;
use crate::bytes::{array, place_le, u16_le, u32_le, u64_le};
use crate::walk::Counted;

/// One frame.
pub(super) struct Frame<'p>(StreamingDecoder<Counted<'p>, FrameDecoder>);

impl Read for Frame<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

/// A frame that is skipped: its length, and where its content stands. LZ4 has the same ones.
pub(super) fn skipped_frame(packed: &[u8]) -> Option<(usize, Range<usize>)> {
    if !(0x184d_2a50..=0x184d_2a5f).contains(&u32_le(packed, 0)?) {
        return None;
    }
    let end = place_le(packed, 4)?.checked_add(8)?.min(packed.len());
    Some((end, 8..end))
}

impl<'p> Stream<'p> for Frame<'p> {
    fn begins(packed: &[u8]) -> bool {
        packed.starts_with(b"\x28\xb5\x2f\xfd")
    }

    fn between(packed: &[u8]) -> Option<(usize, Range<usize>)> {
        skipped_frame(packed)
    }

    fn begin(packed: Counted<'p>) -> Result<Self, Reason> {
        let header = Header::of(packed.rest()).ok_or_else(|| Reason::incomplete("the header of the frame"))?;
        too_large_dictionary(header.window)?;
        if header.dictionary != 0 {
            return Err(Reason::unsupported(format!("zstd with dictionary {}", header.dictionary)));
        }
        StreamingDecoder::new(packed).map(Self).map_err(|error| Reason::damaged(error.to_string()))
    }

    fn end(self) -> Result<usize, Reason> {
        Ok(self.0.into_inner().rest().len())
    }
}

/// What the header of a frame asks for.
struct Header {
    window: u64,
    dictionary: u32,
}

impl Header {
    fn of(frame: &[u8]) -> Option<Self> {
        let flags = *frame.get(4)?;
        let single = flags & 0x20 != 0;
        let mut at = 5;
        let mut window = 0;
        if !single {
            let coded = *frame.get(at)?;
            let base = 1u64.checked_shl(10 + u32::from(coded >> 3))?;
            window = base + base / 8 * u64::from(coded & 7);
            at += 1;
        }
        let (dictionary, length) = match flags & 3 {
            0 => (0, 0),
            1 => (u32::from(*frame.get(at)?), 1),
            2 => (u32::from(u16_le(frame, at)?), 2),
            _ => (u32_le(frame, at)?, 4),
        };
        at += length;
        if single {
            window = match flags >> 6 {
                0 => u64::from(array::<1>(frame, at)?[0]),
                1 => u64::from(u16_le(frame, at)?) + 256,
                2 => u64::from(u32_le(frame, at)?),
                _ => u64_le(frame, at)?,
            };
        }
        Some(Self { window, dictionary })
    }
}
