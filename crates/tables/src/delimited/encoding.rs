//! Which encoding a text file has.

use crate::FileProblem;

/// How the letters of a file are written as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-8, with a byte order mark or without.
    Utf8 { marked: bool },
    /// UTF-16, low byte first.
    Utf16Le { marked: bool },
    /// UTF-16, high byte first.
    Utf16Be { marked: bool },
    /// One byte for each letter, as Windows-1252 draws them.
    CodePage,
}

impl Encoding {
    /// How many bytes at the beginning are a mark.
    pub(super) const fn mark_bytes(self) -> usize {
        match self {
            Self::Utf8 { marked: true } => 3,
            Self::Utf16Le { marked: true } | Self::Utf16Be { marked: true } => 2,
            _ => 0,
        }
    }
}

/// The encoding of a file that begins with `sample`.
pub(super) fn recognize(sample: &[u8]) -> Result<Encoding, FileProblem> {
    let encoding = if sample.starts_with(b"\xef\xbb\xbf") {
        Encoding::Utf8 { marked: true }
    } else if sample.starts_with(b"\xff\xfe") {
        Encoding::Utf16Le { marked: true }
    } else if sample.starts_with(b"\xfe\xff") {
        Encoding::Utf16Be { marked: true }
    } else if let Some(wide) = without_mark(sample) {
        wide
    } else if sample.contains(&0) {
        return Err(FileProblem::NotAList);
    } else {
        Encoding::Utf8 { marked: false }
    };
    match encoding {
        Encoding::Utf8 { .. } => match std::str::from_utf8(sample) {
            Ok(_) => Ok(encoding),
            // The sample may end inside a letter.
            Err(error) if error.error_len().is_none() => Ok(encoding),
            Err(_) if looks_like_text(sample) => Ok(Encoding::CodePage),
            Err(_) => Err(FileProblem::NotAList),
        },
        wide => Ok(wide),
    }
}

/// UTF-16 without a mark: titles have letters and separators below U+0100, so half of the bytes are zero.
fn without_mark(sample: &[u8]) -> Option<Encoding> {
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).take(SAMPLE_PAIRS).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let sampled = sample.len().min(2 * SAMPLE_PAIRS) / 2;
    if odd * 4 > sampled && even == 0 && sampled > 1 {
        return Some(Encoding::Utf16Le { marked: false });
    }
    (even * 4 > sampled && odd == 0 && sampled > 1).then_some(Encoding::Utf16Be { marked: false })
}

/// How many pairs of bytes are looked at to see whether they are UTF-16.
const SAMPLE_PAIRS: usize = 2_048;

/// Text in some code page has hardly any control characters; pictures and programs have many.
fn looks_like_text(bytes: &[u8]) -> bool {
    let controls = bytes.iter().filter(|byte| **byte < 0x20 && !matches!(**byte, b'\t' | b'\r' | b'\n')).count();
    controls * 100 <= bytes.len()
}
