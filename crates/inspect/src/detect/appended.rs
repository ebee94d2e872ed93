//! What stands behind the end of pictures and documents.

use crate::bytes::{find_last, place_le, stands, u16_be, u32_be};
use crate::file_type::{self, Category, FileType};
use crate::kinds::types as kinds;
use crate::walk::{Inside, Part};
use crate::{Kind, Location};

/// So many bytes behind the end are the slack of careless writers.
const SLACK_BYTES: usize = 64;

/// The same behind the end of a PDF: its readers allow a kilobyte.
const PDF_SLACK_BYTES: usize = 1024;

/// The most parts of a picture that are stepped over.
const MAX_PARTS: usize = 1_000_000;

/// Looks at what stands behind `end`, and has it looked into.
fn behind(part: &Part<'_>, end: Option<usize>, slack: usize, inside: &mut Inside<'_, '_>) {
    let Some((mut end, mut rest)) = end.and_then(|end| Some((end, part.bytes.get(end..)?))) else { return };
    let is_filling = |byte: &u8| matches!(byte, 0 | 0xff | b' ' | b'\r' | b'\n' | 0x1a);
    let Some(filling) = rest.iter().position(|byte| !is_filling(byte)) else { return };
    let mut types = file_type::identify("", rest);
    if types.is_empty() {
        // Line feeds or zeros in front of it do not hide what it is.
        let behind = rest.get(filling..).unwrap_or_default();
        types = file_type::identify("", behind);
        if !types.is_empty() {
            (end, rest) = (end + filling, behind);
        }
    }
    // Few bytes of nothing known are slack, few bytes of a program are not.
    if rest.len() <= slack && !types.iter().any(|own| is_harmful(*own)) {
        return;
    }
    inside.found(kind_of(part, rest, &types), Location::Offset(end as u64), format!("{} byte", rest.len()));
    let unpacked = inside.slice(rest);
    inside.piece("appended data", "appended", &unpacked);
}

fn is_harmful(own: FileType) -> bool {
    matches!(
        own.category(),
        Category::Program
            | Category::Script
            | Category::Shortcut
            | Category::Archive
            | Category::Web
            | Category::DiskImage
    )
}

fn kind_of(part: &Part<'_>, rest: &[u8], types: &[FileType]) -> &'static Kind {
    let picture = part.types.first().is_some_and(|own| own.category() == Category::Picture);
    if types.iter().any(|own| is_harmful(*own)) {
        return &kinds::APPENDED_PROGRAM;
    }
    // Telephones put a second picture, a film, or their notes behind a picture.
    let camera = types.iter().all(|own| matches!(own, FileType::Jpeg | FileType::Mp4 | FileType::Heif))
        && !types.is_empty()
        || rest.ends_with(b"SEFT")
        || stands(rest, 0, b"\xff\xd8\xff");
    if picture && camera { &kinds::APPENDED_BY_CAMERA } else { &kinds::APPENDED_DATA }
}

/// PNG ends with the part `IEND`.
pub(super) fn png(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    behind(part, png_end(part.bytes), SLACK_BYTES, inside);
}

fn png_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 8usize;
    for _ in 0..MAX_PARTS {
        let length = usize::try_from(u32_be(bytes, at)?).ok()?;
        let end = at.checked_add(12)?.checked_add(length)?;
        if stands(bytes, at + 4, b"IEND") || stands(bytes, at + 4, b"MEND") {
            return Some(end);
        }
        at = end;
    }
    None
}

/// JPEG ends with the marker of its end, behind the last scan.
pub(super) fn jpeg(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    behind(part, jpeg_end(part.bytes), SLACK_BYTES, inside);
}

fn jpeg_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 2usize;
    for _ in 0..MAX_PARTS {
        // Markers may be filled up with 0xff in front.
        while bytes.get(at)? == &0xff && bytes.get(at + 1)? == &0xff {
            at += 1;
        }
        if bytes.get(at)? != &0xff {
            return None;
        }
        match bytes.get(at + 1)? {
            0xd9 => return Some(at + 2),
            0x01 | 0xd0..=0xd8 => at += 2,
            0xda => {
                at = at.checked_add(2)?.checked_add(usize::from(u16_be(bytes, at + 2)?))?;
                at = behind_scan(bytes, at)?;
            }
            _ => at = at.checked_add(2)?.checked_add(usize::from(u16_be(bytes, at + 2)?.max(2)))?,
        }
    }
    None
}

/// The marker behind the packed data of a scan.
fn behind_scan(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        match bytes.get(at + 1)? {
            0 | 0xd0..=0xd7 => at += 2,
            0xff => at += 1,
            _ => return Some(at),
        }
    }
}

/// GIF ends with a byte of its own, behind its blocks.
pub(super) fn gif(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    behind(part, gif_end(part.bytes), SLACK_BYTES, inside);
}

fn gif_end(bytes: &[u8]) -> Option<usize> {
    let colours = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3usize << ((flags & 7) + 1) };
    let mut at = 13 + colours(*bytes.get(10)?);
    for _ in 0..MAX_PARTS {
        match bytes.get(at)? {
            0x3b => return Some(at + 1),
            0x21 => at = behind_blocks(bytes, at.checked_add(2)?)?,
            0x2c => {
                let table = colours(*bytes.get(at.checked_add(9)?)?);
                at = behind_blocks(bytes, at.checked_add(11)?.checked_add(table)?)?;
            }
            _ => return None,
        }
    }
    None
}

/// Behind blocks that each say their length, up to the empty one.
fn behind_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at = at.checked_add(1 + length)?;
        if length == 0 {
            return Some(at);
        }
    }
}

/// BMP says its length, which careless writers leave at zero or too small.
pub(super) fn bmp(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let end = bmp_end(part.bytes);
    behind(part, end, SLACK_BYTES, inside);
}

fn bmp_end(bytes: &[u8]) -> Option<usize> {
    let (said, pixels, packed) = (place_le(bytes, 2)?, place_le(bytes, 10)?, place_le(bytes, 34)?);
    let (width, height) = (
        u64::try_from(place_le(bytes, 18)?).ok()?,
        u64::from(crate::bytes::u32_le(bytes, 22)?.cast_signed().unsigned_abs()),
    );
    let bits = u64::from(crate::bytes::u16_le(bytes, 28)?);
    let row = width.checked_mul(bits)?.div_ceil(32).checked_mul(4)?;
    let drawn = usize::try_from(row.checked_mul(height)?).ok()?.max(packed);
    Some(said.max(pixels.checked_add(drawn)?))
}

/// RIFF says its length at the beginning.
pub(super) fn riff(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let end = place_le(part.bytes, 4).and_then(|length| length.checked_add(8)).map(|end| end + end % 2);
    behind(part, end, SLACK_BYTES, inside);
}

/// PDF ends with a word, each time it was changed; the last one counts.
pub(super) fn pdf(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let end = find_last(part.bytes, b"%%EOF").map(|at| at + 5);
    behind(part, end, PDF_SLACK_BYTES, inside);
}

#[cfg(test)]
mod tests;
