//! Which Unicode form a text file has.

use super::FileProblem;

/// The text of a file in UTF-8 or UTF-16, with or without a byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<String, FileProblem> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return utf8(rest);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return utf16(rest, u16::from_be_bytes);
    }
    // UTF-16 without a mark: titles have letters and separators below U+0100, so half of the bytes are zero.
    let zeros = |odd: usize| bytes.iter().skip(odd).step_by(2).take(SAMPLE_BYTES).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let sampled = bytes.len().min(2 * SAMPLE_BYTES) / 2;
    if odd * 4 > sampled && even == 0 && sampled > 1 {
        return utf16(bytes, u16::from_le_bytes);
    }
    if even * 4 > sampled && odd == 0 && sampled > 1 {
        return utf16(bytes, u16::from_be_bytes);
    }
    utf8(bytes)
}

/// How many pairs of bytes are looked at to see whether they are UTF-16.
const SAMPLE_BYTES: usize = 2_048;

fn utf8(bytes: &[u8]) -> Result<String, FileProblem> {
    if bytes.contains(&0) {
        return Err(FileProblem::NotAList);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) if looks_like_text(bytes) => Err(FileProblem::NotUnicode),
        Err(_) => Err(FileProblem::NotAList),
    }
}

/// Text in some code page has hardly any control characters; pictures and programs have many.
fn looks_like_text(bytes: &[u8]) -> bool {
    let controls = bytes.iter().filter(|byte| **byte < 0x20 && !matches!(**byte, b'\t' | b'\r' | b'\n')).count();
    controls * 100 <= bytes.len()
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, FileProblem> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text = String::from_utf16(&pairs.iter().map(|pair| unit(*pair)).collect::<Vec<u16>>());
    match text {
        Ok(text) if rest.is_empty() && !text.contains('\0') => Ok(text),
        _ => Err(FileProblem::NotAList),
    }
}
