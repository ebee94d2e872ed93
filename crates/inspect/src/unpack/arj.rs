//! ARJ archives: the headers are read here, the packed contents by the decoder for LHA, whose form they share.

use std::io::{self, Read};

use delharc::decode::{Decoder, Lh7Decoder};

use super::archive::Archive;
use super::code_page;
use crate::bytes::{at_most, crc32, find_in, piece, size, stands, u8_at, u16_le, u32_le};
use crate::walk::{Inside, Part};
use crate::{Limit, Reason};

/// What each header begins with.
const MARK: &[u8] = b"\x60\xea";
/// The longest header, in bytes.
const MAX_HEADER_BYTES: usize = 2600;
/// How many entries are read.
const MAX_ENTRIES: usize = 50_000;
/// Flag: the content is encrypted.
const ENCRYPTED: u8 = 0x01;
/// Flag: the content goes on in another volume.
const GOES_ON: u8 = 0x04;
/// Flag: the content began in another volume.
const CAME_FROM: u8 = 0x08;
/// The kind of entry that is a folder.
const FOLDER: u8 = 3;

/// A header.
struct Header<'a> {
    flags: u8,
    method: u8,
    kind: u8,
    packed: usize,
    unpacked: u64,
    checksum: u32,
    raw_name: &'a [u8],
    /// Where the content begins.
    data_at: usize,
}

impl<'a> Header<'a> {
    /// The header at `at`; none at the end of the archive.
    fn at(bytes: &'a [u8], at: usize) -> Result<Option<Self>, Reason> {
        let damaged = || Reason::damaged(format!("arj: there is no header at {at}"));
        if !stands(bytes, at, MARK) {
            return Err(damaged());
        }
        let length = usize::from(u16_le(bytes, at + 2).ok_or_else(damaged)?);
        if length == 0 {
            return Ok(None);
        }
        let fields = piece(bytes, at + 4, length).filter(|_| length <= MAX_HEADER_BYTES).ok_or_else(damaged)?;
        if u32_le(bytes, at + 4 + length) != Some(crc32(fields)) {
            return Err(Reason::damaged(format!("arj: the header at {at} does not fit its checksum")));
        }
        // Further headers may follow, each with its length and checksum, up to one of no length.
        let mut data_at = at + 4 + length + 4;
        loop {
            match usize::from(u16_le(bytes, data_at).ok_or_else(damaged)?) {
                0 => break,
                more => data_at += 2 + more + 4,
            }
        }
        Self::of(fields, data_at + 2).map(Some).ok_or_else(damaged)
    }

    fn of(fields: &'a [u8], data_at: usize) -> Option<Self> {
        let name_at = usize::from(u8_at(fields, 0)?);
        let name_end = find_in(fields, b"\0", name_at..fields.len())?;
        Some(Self {
            flags: u8_at(fields, 4)?,
            method: u8_at(fields, 5)?,
            kind: u8_at(fields, 6)?,
            packed: size(u32_le(fields, 12)?.into()),
            unpacked: u32_le(fields, 16)?.into(),
            checksum: u32_le(fields, 20)?,
            raw_name: fields.get(name_at..name_end)?,
            data_at,
        })
    }
}

/// Opens an archive, also one behind a program that unpacks it.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let bytes = part.bytes;
    let mut from = 0;
    let main = loop {
        let at = find_in(bytes, MARK, from..bytes.len()).ok_or_else(|| Reason::damaged("arj: there is no header"))?;
        if let Ok(Some(main)) = Header::at(bytes, at) {
            break main;
        }
        from = at + 1;
    };
    let mut archive = Archive::default();
    let mut at = main.data_at;
    for _ in 0..MAX_ENTRIES {
        let Some(header) = Header::at(bytes, at)? else {
            archive.hidden(inside, bytes, at + 4..bytes.len());
            return Ok(());
        };
        if inside.is_full() {
            return Ok(());
        }
        entry(bytes, &header, &mut archive, inside);
        at = header.data_at.saturating_add(header.packed);
    }
    Err(Reason::limit(Limit::Reader, MAX_ENTRIES as u64))
}

/// Looks into one entry.
fn entry(bytes: &[u8], header: &Header<'_>, archive: &mut Archive, inside: &mut Inside<'_, '_>) {
    let name = code_page::name(header.raw_name);
    archive.check_name(inside, &name);
    if header.kind == FOLDER {
        return;
    }
    let packed = at_most(bytes, header.data_at, header.packed);
    let reason = if header.flags & ENCRYPTED != 0 {
        archive.tell_encrypted(inside, &name);
        Some(Reason::Encrypted)
    } else if header.flags & (GOES_ON | CAME_FROM) != 0 {
        Some(Reason::incomplete("the other volumes of the ARJ"))
    } else if header.method > 3 {
        Some(Reason::unsupported(format!("arj method {}", header.method)))
    } else {
        None
    };
    if let Some(reason) = reason {
        inside.unopened(&name, "arj", Some(header.unpacked), reason);
        return;
    }
    let mut unpacked = if header.method == 0 {
        inside.slice(packed)
    } else {
        inside.unpack(packed, |packed| Unpacking { decoder: Lh7Decoder::new(packed), left: header.unpacked })
    };
    if packed.len() < header.packed {
        unpacked = unpacked.cut_short(Reason::incomplete("the end of its content"));
    } else if crc32(unpacked.bytes()) != header.checksum {
        unpacked = unpacked.cut_short(Reason::damaged("it does not fit its checksum"));
    }
    archive.check_same_name(inside, &name, header.checksum.into());
    inside.child(&name, "arj", &unpacked);
}

/// Reads what a decoder unpacks, up to the size that the header says: the form itself has no end.
struct Unpacking<R> {
    decoder: Lh7Decoder<R>,
    left: u64,
}

impl<R: Read> Read for Unpacking<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = size(self.left).min(buffer.len());
        let Some(wanted) = buffer.get_mut(..wanted) else { return Ok(0) };
        self.decoder.fill_buffer(wanted).map_err(|error| io::Error::other(error.to_string()))?;
        self.left -= wanted.len() as u64;
        Ok(wanted.len())
    }
}

#[cfg(test)]
mod tests;
