//! The methods of packing in a ZIP.

use std::io::{self, BufRead, Read};

use bzip2::bufread::MultiBzDecoder;
use deflate64::Deflate64Decoder;
use flate2::bufread::DeflateDecoder;
use lzma_rust2::{LzmaReader, XzReader};
use ppmd_rust::{Ppmd8Decoder, RestoreMethod};
use ruzstd::decoding::StreamingDecoder;

use crate::Reason;

/// The most memory that a dictionary or model may take, in bytes.
const MAX_MODEL_BYTES: u32 = 256 * 1024 * 1024;

/// A method of packing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Stored,
    Shrink,
    Reduce,
    Implode,
    Deflate,
    Deflate64,
    Bzip2,
    Lzma,
    Zstd,
    Xz,
    Ppmd,
}

impl Method {
    /// The method with this number.
    ///
    /// # Errors
    ///
    /// That it is not read here.
    pub(super) fn of(number: u16) -> Result<Self, Reason> {
        let name = match number {
            0 => return Ok(Self::Stored),
            1 => return Ok(Self::Shrink),
            2..=5 => return Ok(Self::Reduce),
            6 => return Ok(Self::Implode),
            8 => return Ok(Self::Deflate),
            9 => return Ok(Self::Deflate64),
            12 => return Ok(Self::Bzip2),
            14 => return Ok(Self::Lzma),
            20 | 93 => return Ok(Self::Zstd),
            95 => return Ok(Self::Xz),
            98 => return Ok(Self::Ppmd),
            10 => "PKWARE implode",
            16 | 18 => "TERSE",
            94 => "MP3",
            96 => "JPEG",
            97 => "WavPack",
            _ => "unknown",
        };
        Err(Reason::unsupported(format!("zip method {number}, {name}")))
    }

    /// How the content was got out of the ZIP.
    pub(super) fn how(self) -> &'static str {
        match self {
            Self::Stored => "zip stored",
            Self::Shrink => "zip shrink",
            Self::Reduce => "zip reduce",
            Self::Implode => "zip implode",
            Self::Deflate => "zip deflate",
            Self::Deflate64 => "zip deflate64",
            Self::Bzip2 => "zip bzip2",
            Self::Lzma => "zip lzma",
            Self::Zstd => "zip zstd",
            Self::Xz => "zip xz",
            Self::Ppmd => "zip ppmd",
        }
    }

    /// Whether it is one of the eighties, for which [`old`](super::old) is there.
    pub(super) fn is_old(self) -> bool {
        matches!(self, Self::Shrink | Self::Reduce | Self::Implode)
    }

    /// Whether exactly what belongs to the content is taken from the packed bytes.
    pub(super) fn takes_no_more(self) -> bool {
        matches!(self, Self::Stored | Self::Deflate)
    }

    /// What unpacks `packed` to `unpacked` bytes, as far as the header is right.
    pub(super) fn decoder<'p>(self, packed: impl BufRead + 'p, unpacked: u64) -> Box<dyn Read + 'p> {
        match self {
            Self::Stored => Box::new(packed),
            // They borrow what they read from, and so are made where it lies.
            Self::Shrink | Self::Reduce | Self::Implode => Box::new(Failing::with(io::Error::other("an old method"))),
            Self::Deflate => Box::new(DeflateDecoder::new(packed)),
            Self::Deflate64 => Box::new(Deflate64Decoder::with_buffer(packed)),
            Self::Bzip2 => Box::new(MultiBzDecoder::new(packed)),
            Self::Lzma => or_failing(lzma(packed, unpacked)),
            Self::Zstd => or_failing(StreamingDecoder::new(packed).map_err(io::Error::other)),
            Self::Xz => Box::new(XzReader::new_mem_limit(packed, true, MAX_MODEL_BYTES / 1024)),
            // The content does not always say itself where it ends.
            Self::Ppmd => or_failing(ppmd(packed).map(|reader| reader.take(unpacked))),
        }
    }
}

/// LZMA, behind a version of two bytes, the length of its properties and these.
fn lzma<R: Read>(mut packed: R, unpacked: u64) -> io::Result<LzmaReader<R>> {
    let mut head = [0; 9];
    packed.read_exact(&mut head)?;
    let [_, _, 5, 0, properties, dictionary @ ..] = head else {
        return Err(io::Error::other("the properties of LZMA do not have five bytes"));
    };
    let dictionary = u32::from_le_bytes(dictionary);
    // No distance reaches further back than what was unpacked.
    let needed = u32::try_from(unpacked).unwrap_or(u32::MAX).max(1 << 12).min(dictionary);
    if needed > MAX_MODEL_BYTES {
        return Err(io::Error::other(format!("a dictionary of {dictionary} bytes")));
    }
    let mut reader = LzmaReader::new_with_props(packed, unpacked, properties, needed, None)?;
    reader.set_relaxed_end_condition(true);
    Ok(reader)
}

/// PPMd variant I, behind two bytes of its parameters.
fn ppmd<R: Read>(mut packed: R) -> io::Result<Ppmd8Decoder<R>> {
    let mut head = [0; 2];
    packed.read_exact(&mut head)?;
    let parameters = u32::from(u16::from_le_bytes(head));
    let order = (parameters & 0xf) + 1;
    let memory = (((parameters >> 4) & 0xff) + 1) << 20;
    let restore = match parameters >> 12 {
        0 => RestoreMethod::Restart,
        1 => RestoreMethod::CutOff,
        other => return Err(io::Error::other(format!("PPMd with way {other} of restoring its model"))),
    };
    if memory > MAX_MODEL_BYTES {
        return Err(io::Error::other(format!("a model of {memory} bytes")));
    }
    Ppmd8Decoder::new(packed, order, memory, restore).map_err(io::Error::other)
}

fn or_failing<'p, R: Read + 'p>(reader: io::Result<R>) -> Box<dyn Read + 'p> {
    match reader {
        Ok(reader) => Box::new(reader),
        Err(error) => Box::new(Failing::with(error)),
    }
}

/// A decoder that could not even begin.
pub(super) struct Failing(Option<io::Error>);

impl Failing {
    pub(super) fn with(error: io::Error) -> Self {
        Self(Some(error))
    }
}

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(self.0.take().unwrap_or_else(|| io::Error::other("it could not be begun")))
    }
}
