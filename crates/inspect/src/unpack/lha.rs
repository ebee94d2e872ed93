//! LHA archives, entry by entry, by the decoders of `delharc`.

use delharc::LhaDecodeReader;
use delharc::decode::DecoderAny;
use delharc::header::LhaHeader;

use super::archive::Archive;
use super::code_page;
use crate::bytes::{at_most, crc32, size};
use crate::walk::{Inside, Part};
use crate::{Limit, Reason};

/// How many entries are read.
const MAX_ENTRIES: usize = 50_000;

/// Opens an archive.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let mut archive = Archive::default();
    let mut rest = part.bytes;
    for number in 0..MAX_ENTRIES {
        if rest.is_empty() && number > 0 {
            // Some programs leave out the zero at the end.
            return Ok(());
        }
        let header = match LhaHeader::read(&mut rest) {
            Ok(Some(header)) => header,
            Ok(None) if number == 0 => return Err(Reason::damaged("lha: there is no entry")),
            Ok(None) => {
                let end = part.bytes.len() - rest.len();
                archive.hidden(inside, part.bytes, end..part.bytes.len());
                return Ok(());
            }
            Err(error) => return Err(Reason::damaged(format!("lha: {error}"))),
        };
        let packed = at_most(rest, 0, size(header.compressed_size));
        rest = rest.get(packed.len()..).unwrap_or_default();
        if inside.is_full() {
            return Ok(());
        }
        entry(header, packed, &mut archive, inside);
    }
    Err(Reason::limit(Limit::Reader, MAX_ENTRIES as u64))
}

/// Looks into one entry.
fn entry(header: LhaHeader, packed: &[u8], archive: &mut Archive, inside: &mut Inside<'_, '_>) {
    let name = name_of(&header);
    archive.check_name(inside, &name);
    if header.is_directory() {
        return;
    }
    let (said, length) = (header.compressed_size, header.original_size);
    let method = String::from_utf8_lossy(&header.compression).into_owned();
    let decoder = DecoderAny::new_from_header(&header, packed);
    let mut reader = LhaDecodeReader::default();
    reader.begin_with_header_and_decoder(header, decoder);
    if !reader.is_decoder_supported() {
        inside.unopened(&name, "lha", Some(length), Reason::unsupported(format!("lha method {method}")));
        return;
    }
    let mut unpacked = inside.read(&mut reader, || packed.len() as u64);
    if (packed.len() as u64) < said {
        unpacked = unpacked.cut_short(Reason::incomplete("the end of its content"));
    } else if unpacked.cut().is_none() && !reader.crc_is_ok() {
        unpacked = unpacked.cut_short(Reason::damaged("it does not fit its checksum"));
    }
    archive.check_same_name(inside, &name, crc32(unpacked.bytes()).into());
    inside.child(&name, "lha", &unpacked);
}

/// The name of an entry. `delharc` shows what is no ASCII as `%xx`, so that names of one byte a letter can be told.
fn name_of(header: &LhaHeader) -> String {
    if !header.filename.is_empty() && header.extra_headers.is_empty() {
        return code_page::name(&header.filename);
    }
    header.parse_pathname_to_str()
}

#[cfg(test)]
mod tests;
