//! The text of a file, whatever the file is called: its first bytes say what it is.

mod docx;
mod pdf;
mod plain;
#[cfg(test)]
mod tests;

use std::panic::catch_unwind;

use khien_model::text::nfc;

/// How large a file may be.
pub const MAX_FILE_BYTES: usize = 10 * 1024 * 1024;
/// How many letters a text may have: ten times the longest law.
pub const MAX_LETTERS: usize = 4_000_000;
/// How many pages a PDF may have.
pub const MAX_PAGES: usize = 2_000;
/// How large one part of a file may be when it is unpacked.
const MAX_UNPACKED_BYTES: usize = 64 * 1024 * 1024;
/// Fewer letters than this on a page, on average, are no text but the number of the page: the page is a picture.
const LEAST_LETTERS_OF_PAGE: usize = 8;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// `.pdf`.
    Pdf,
    /// `.docx`.
    Docx,
    /// `.txt`.
    Text,
}

impl FileKind {
    /// The ending of its name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Text => "txt",
        }
    }
}

/// Why there is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextProblem {
    /// There is nothing in the file.
    Empty,
    /// The file is larger than [`MAX_FILE_BYTES`].
    TooLarge,
    /// The text is longer than [`MAX_LETTERS`], the PDF has more than [`MAX_PAGES`] pages, or a part unpacks to more than is
    /// reasonable.
    TooMuch,
    /// It is none of the kinds that are read.
    UnknownKind,
    /// It is a `.doc` of before 2007.
    OldWord,
    /// A password is needed to open it.
    Protected,
    /// It cannot be read.
    Damaged,
    /// It is a text, and its letters are not written in UTF-8 or UTF-16.
    UnknownLetters,
    /// There are only pictures of pages in it: it was scanned.
    Scanned,
}

impl TextProblem {
    /// Every problem there is.
    pub const ALL: [Self; 9] = [
        Self::Empty,
        Self::TooLarge,
        Self::TooMuch,
        Self::UnknownKind,
        Self::OldWord,
        Self::Protected,
        Self::Damaged,
        Self::UnknownLetters,
        Self::Scanned,
    ];

    /// The word by which a program finds its sentence.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too-large",
            Self::TooMuch => "too-much",
            Self::UnknownKind => "unknown-kind",
            Self::OldWord => "old-word",
            Self::Protected => "protected",
            Self::Damaged => "damaged",
            Self::UnknownLetters => "unknown-letters",
            Self::Scanned => "scanned",
        }
    }
}

impl std::fmt::Display for TextProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.code())
    }
}

impl std::error::Error for TextProblem {}

/// The text of a file, in NFC, a line for each paragraph, and what the file is.
pub fn text_of(bytes: &[u8]) -> Result<(FileKind, String), TextProblem> {
    if bytes.is_empty() {
        return Err(TextProblem::Empty);
    }
    if bytes.len() > MAX_FILE_BYTES {
        return Err(TextProblem::TooLarge);
    }
    let kind = kind_of(bytes)?;
    // The readers of others are well tried, and a file that makes one of them panic must still cost its sender only a
    // message.
    let read = catch_unwind(|| match kind {
        FileKind::Pdf => pdf::text(bytes),
        FileKind::Docx => docx::text(bytes),
        FileKind::Text => plain::text(bytes),
    });
    let text = tidy(&read.unwrap_or(Err(TextProblem::Damaged))?);
    if text.chars().count() > MAX_LETTERS {
        return Err(TextProblem::TooMuch);
    }
    if !text.chars().any(char::is_alphanumeric) {
        return Err(if kind == FileKind::Pdf { TextProblem::Scanned } else { TextProblem::Empty });
    }
    Ok((kind, text))
}

fn kind_of(bytes: &[u8]) -> Result<FileKind, TextProblem> {
    const HEAD: usize = 1024;
    const OLD_OFFICE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    let head = bytes.get(..HEAD.min(bytes.len())).unwrap_or_default();
    if head.windows(5).any(|window| window == b"%PDF-") {
        return Ok(FileKind::Pdf);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(FileKind::Docx);
    }
    if bytes.starts_with(OLD_OFFICE) {
        return Err(TextProblem::OldWord);
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Ok(FileKind::Text);
    }
    // No text has the bytes that pictures and programs are full of.
    let is_binary = head.iter().any(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31));
    if is_binary { Err(TextProblem::UnknownKind) } else { Ok(FileKind::Text) }
}

/// In NFC, without what cannot be seen, no blank lines one after the other.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for line in nfc(text).lines() {
        let words = line.split(|letter: char| letter.is_whitespace() || letter.is_control());
        let mut words = words.filter(|word| !word.is_empty()).peekable();
        if words.peek().is_none() {
            continue;
        }
        for (place, word) in words.enumerate() {
            if place > 0 {
                tidy.push(' ');
            }
            tidy.push_str(word);
        }
        tidy.push('\n');
    }
    tidy
}
