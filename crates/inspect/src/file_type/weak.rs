//! Types whose marks are short or none: asked only when nothing else was recognised.

use super::FileType;
use crate::bytes::{array, place_le, stands, u16_be, u16_le, u32_le, u64_le};

/// The first type whose weak mark fits.
pub(super) fn identify(extension: &str, bytes: &[u8]) -> Option<FileType> {
    CHECKS.iter().find(|(_, fits)| fits(extension, bytes)).map(|(own, _)| *own)
}

/// Whether the ending and the bytes fit a type.
type Check = fn(&str, &[u8]) -> bool;

const CHECKS: &[(FileType, Check)] = &[
    (FileType::Der, is_der),
    (FileType::Mp3, is_mp3),
    (FileType::Aac, |_, bytes| is_adts(bytes)),
    (FileType::Lzma, is_lzma),
    (FileType::Cpio, |_, bytes| is_binary_cpio(bytes)),
    (FileType::Dbf, |_, bytes| is_dbf(bytes)),
    (FileType::Pcx, |_, bytes| is_pcx(bytes)),
    (FileType::Pnm, |_, bytes| is_pnm(bytes)),
    (FileType::Pgp, is_pgp),
    (FileType::OfficeLock, |_, bytes| is_office_lock(bytes)),
];

/// What only the name tells. Programs of DOS of the older form have no mark, and neither has Brotli.
pub(super) fn by_name(extension: &str, bytes: &[u8]) -> Option<FileType> {
    match extension {
        "br" => Some(FileType::Brotli),
        // The fonts of a document are made unreadable by its number.
        "odttf" => Some(FileType::Font),
        "com" if bytes.len() < 0xff00 => Some(FileType::Dos),
        "lzma" | "tlz" if bytes.len() > 13 => Some(FileType::Lzma),
        // Their interpreters run what is called so, whatever else is in it.
        "bat" | "cmd" => Some(FileType::Batch),
        "js" => Some(FileType::JavaScript),
        "vbs" => Some(FileType::VbScript),
        "vbe" | "jse" => Some(FileType::EncodedScript),
        "hta" => Some(FileType::Hta),
        "php" | "phtml" | "phar" => Some(FileType::Php),
        _ => None,
    }
}

/// A sequence that is as long as the file, and begins with what certificates, keys and signatures begin with.
fn is_der(_: &str, bytes: &[u8]) -> bool {
    let (body, length) = match (bytes.first(), bytes.get(1)) {
        (Some(0x30), Some(0x82)) => (4, u16_be(bytes, 2).map(usize::from)),
        (Some(0x30), Some(0x83)) => {
            (5, array::<3>(bytes, 2).map(|[a, b, c]| usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c)))
        }
        (Some(0x30), Some(0x81)) => (3, bytes.get(2).copied().map(usize::from)),
        (Some(0x30), Some(short @ ..0x80)) => (2, Some(usize::from(*short))),
        // Without a length of its own, as signed mails have it.
        (Some(0x30), Some(0x80)) => return bytes.get(2) == Some(&6),
        _ => return false,
    };
    let first = bytes.get(body);
    length.is_some_and(|length| length > 8 && body + length <= bytes.len() && bytes.len() - body - length <= 2)
        && matches!(first, Some(0x02 | 0x06 | 0x30 | 0xa0))
}

/// Two frames of MPEG audio in a row, or one in a file that is called so.
fn is_mp3(extension: &str, bytes: &[u8]) -> bool {
    let Some(length) = frame_length(bytes, 0) else { return false };
    frame_length(bytes, length).is_some() || (extension == "mp3" && bytes.len() <= length)
}

/// The length of the frame of MPEG audio at `at`.
fn frame_length(bytes: &[u8], at: usize) -> Option<usize> {
    const RATES: [usize; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const LOW_RATES: [usize; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let [sync, version, rate, _] = array::<4>(bytes, at)?;
    // Layer III only: the others are not called MP3.
    if sync != 0xff || version & 0xe6 != 0xe2 || version & 0x18 == 0x08 {
        return None;
    }
    let first = version & 0x18 == 0x18;
    let bits = *(if first { RATES } else { LOW_RATES }).get(usize::from(rate >> 4))?;
    let base = *[44_100usize, 48_000, 32_000].get(usize::from(rate >> 2 & 3))?;
    let samples = match version & 0x18 {
        0x18 => base,
        0x10 => base / 2,
        _ => base / 4,
    };
    if bits == 0 {
        return None;
    }
    Some((if first { 144_000 } else { 72_000 }) * bits / samples + usize::from(rate >> 1 & 1))
}

/// Two frames of ADTS in a row.
fn is_adts(bytes: &[u8]) -> bool {
    let frame = |at: usize| {
        let [sync, version, _, high, middle, low] = array::<6>(bytes, at)?;
        let length = usize::from(high & 3) << 11 | usize::from(middle) << 3 | usize::from(low >> 5);
        (sync == 0xff && version & 0xf6 == 0xf0 && length > 7).then_some(length)
    };
    frame(0).and_then(frame).is_some()
}

/// LZMA alone: sane properties, a dictionary of a size that writers choose, a length that can be, and the zero that every
/// such stream begins with.
fn is_lzma(extension: &str, bytes: &[u8]) -> bool {
    let (Some(&properties), Some(dictionary), Some(length)) = (bytes.first(), u32_le(bytes, 1), u64_le(bytes, 5))
    else {
        return false;
    };
    let usual = dictionary >= 0x1000
        && (dictionary.is_power_of_two() || (dictionary / 3).is_power_of_two() && dictionary % 3 == 0)
        || dictionary == u32::MAX;
    let possible = length == u64::MAX || length < 1 << 40;
    let called = matches!(extension, "lzma" | "tlz");
    bytes.get(13) == Some(&0) && possible && usual && (properties == 0x5d || called && properties < 225)
}

/// The old form of cpio: 16-bit numbers in either order, a mode that is one, and a name that ends.
fn is_binary_cpio(bytes: &[u8]) -> bool {
    [u16_le as fn(&[u8], usize) -> Option<u16>, u16_be].iter().any(|read| {
        read(bytes, 0) == Some(0x71c7)
            && read(bytes, 6).is_some_and(|mode| matches!(mode >> 12, 1 | 2 | 4 | 6 | 8 | 10 | 12))
            && read(bytes, 20).is_some_and(|length| {
                (1..=4096).contains(&length) && bytes.get(26 + usize::from(length) - 1) == Some(&0)
            })
    })
}

/// dBase: a version, a date, and a header that is as long as its columns need.
fn is_dbf(bytes: &[u8]) -> bool {
    let date = array::<3>(bytes, 1).is_some_and(|[_, month, day]| (1..=12).contains(&month) && (1..=31).contains(&day));
    let header = u16_le(bytes, 8).map_or(0, usize::from);
    matches!(bytes.first(), Some(0x02 | 0x03 | 0x30 | 0x31 | 0x43 | 0x63 | 0x83 | 0x8b | 0xcb | 0xf5))
        && date
        && header >= 65
        && (bytes.get(header - 1) == Some(&0x0d) || bytes.get(header.saturating_sub(264)) == Some(&0x0d))
        && u16_le(bytes, 10).is_some_and(|record| record > 1)
}

/// PCX: a version, packed, 1 to 8 bits, and a size.
fn is_pcx(bytes: &[u8]) -> bool {
    matches!(array::<4>(bytes, 0), Some([0x0a, 0 | 2 | 3 | 4 | 5, 1, 1 | 2 | 4 | 8]))
        && bytes.len() > 128
        && bytes.get(64) == Some(&0)
        && u16_le(bytes, 8) > u16_le(bytes, 4)
}

/// A portable bitmap: its number, then sizes in digits.
fn is_pnm(bytes: &[u8]) -> bool {
    matches!(array::<4>(bytes, 0), Some([b'P', b'1'..=b'7', b'\n' | b' ' | b'\r', b'0'..=b'9' | b'#' | b'W']))
}

/// The name of a user twice, each behind its length: in bytes, and in UTF-16.
fn is_office_lock(bytes: &[u8]) -> bool {
    let length = bytes.first().copied().unwrap_or(0);
    matches!(bytes.len(), 162 | 165)
        && (1..=52).contains(&length)
        && bytes.get(54) == Some(&length)
        && bytes.get(55) == Some(&0)
}

/// Packets of OpenPGP have a tag and nothing else: the name must say so too.
fn is_pgp(extension: &str, bytes: &[u8]) -> bool {
    FileType::Pgp.extensions().contains(&extension)
        && bytes.first().is_some_and(|tag| tag & 0x80 != 0)
        && place_le(bytes, 0).is_some()
        && !stands(bytes, 0, b"\xff\xfe")
}
