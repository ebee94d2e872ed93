//! `.txt`: UTF-8, or UTF-16 with its mark.

use super::TextProblem;

pub(super) fn text(bytes: &[u8]) -> Result<String, TextProblem> {
    let unknown = TextProblem::UnknownLetters;
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(unit).collect();
        if bytes.len().is_multiple_of(2) { String::from_utf16(&units).map_err(|_| unknown) } else { Err(unknown) }
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => std::str::from_utf8(rest).map(str::to_owned).map_err(|_| unknown),
        all => std::str::from_utf8(all).map(str::to_owned).map_err(|_| unknown),
    }
}
