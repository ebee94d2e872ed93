//! Methods of 7z that are unpacked here: deflate64, and those of the branch of 7-Zip with Zstandard.

use std::io::{self, Read};

use brotli_decompressor::Decompressor;
use deflate64::Deflate64Decoder;
use lz4_flex::frame::FrameDecoder;
use ruzstd::decoding::StreamingDecoder;
use sevenz_rust2::EncoderMethod;

use crate::bytes::{piece, size, stands, u32_le};

/// What stands in front of each piece of a stream that was packed by several threads.
const PIECE_MARK: &[u8] = b"\x50\x2a\x4d\x18";
/// The buffer for brotli.
const BUFFER_BYTES: usize = 64 * 1024;

/// A method of packing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Deflate64,
    Zstd,
    Brotli,
    Lz4,
}

impl Method {
    /// The method with this id, if it is unpacked here.
    pub(super) fn of(id: &[u8]) -> Option<Self> {
        match id {
            EncoderMethod::ID_DEFLATE64 => Some(Self::Deflate64),
            EncoderMethod::ID_ZSTD => Some(Self::Zstd),
            EncoderMethod::ID_BROTLI => Some(Self::Brotli),
            EncoderMethod::ID_LZ4 => Some(Self::Lz4),
            _ => None,
        }
    }

    /// What unpacks `packed`.
    pub(super) fn decoder(self, packed: &[u8]) -> Box<dyn Read + '_> {
        match self {
            Self::Deflate64 => Box::new(Deflate64Decoder::with_buffer(packed)),
            _ => Box::new(Pieces { method: self, rest: packed, current: None }),
        }
    }

    fn piece(self, packed: &[u8]) -> io::Result<Box<dyn Read + '_>> {
        Ok(match self {
            Self::Deflate64 => Box::new(Deflate64Decoder::with_buffer(packed)),
            Self::Zstd => Box::new(StreamingDecoder::new(packed).map_err(io::Error::other)?),
            Self::Brotli => Box::new(Decompressor::new(packed, BUFFER_BYTES)),
            Self::Lz4 => Box::new(FrameDecoder::new(packed)),
        })
    }
}

/// A stream in pieces, one after the other.
struct Pieces<'p> {
    method: Method,
    rest: &'p [u8],
    current: Option<Box<dyn Read + 'p>>,
}

impl<'p> Pieces<'p> {
    /// The next piece: of the length that stands in front of it, or all that is left.
    fn next(&mut self) -> Option<&'p [u8]> {
        if !stands(self.rest, 0, PIECE_MARK) {
            return Some(std::mem::take(&mut self.rest)).filter(|rest| !rest.is_empty());
        }
        // Behind the mark: how long this head still is, and how long the piece.
        let head = 8_usize.saturating_add(size(u32_le(self.rest, 4)?.into()));
        let length = size(u32_le(self.rest, 8)?.into());
        let piece = piece(self.rest, head, length)?;
        self.rest = self.rest.get(head.saturating_add(length)..)?;
        Some(piece)
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(current) = &mut self.current {
                let read = current.read(buffer)?;
                if read > 0 || buffer.is_empty() {
                    return Ok(read);
                }
                self.current = None;
            }
            let Some(piece) = self.next() else { return Ok(0) };
            self.current = Some(self.method.piece(piece)?);
        }
    }
}
