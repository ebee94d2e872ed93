//! Bytes -> text that YAML can be read from.

use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use crate::Texts;
use crate::diagnostic::{Code, Mistake, Report};
use crate::limits::MAX_FILE_BYTES;
use crate::source::{File, Files, Span};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// A file that was added to the others.
pub(crate) struct Decoded {
    /// Its index.
    pub(crate) file: u16,
    /// Whether YAML can be read from it; why not was reported.
    pub(crate) readable: bool,
}

/// Reads a file's bytes as text and adds it to `files`. A byte order mark is dropped and Windows line ends are as good as
/// others: Notepad writes both, and neither changes the meaning. Letters become NFC.
pub(crate) fn decode(name: &str, bytes: Vec<u8>, files: &mut Files, report: &mut Report) -> Decoded {
    let length = bytes.len();
    if length > MAX_FILE_BYTES {
        let file = files.add(File::new(name, String::new()));
        report.add(Mistake::new(Code::FileTooLarge, Span::new(file, 0, 0)).with("limit", MAX_FILE_BYTES));
        return Decoded { file, readable: false };
    }
    let (text, broken_at) = match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let broken_at = error.utf8_error().valid_up_to();
            (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(broken_at))
        }
    };
    if let Some(broken_at) = broken_at {
        let file = files.add(File::new(name, text));
        report.add(Mistake::new(Code::NotUtf8, Span::new(file, broken_at, broken_at)));
        return Decoded { file, readable: false };
    }
    let text = match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    if is_nfc(&text) {
        let file = files.add(File::new(name, text));
        let readable = is_readable(file, files, report);
        return Decoded { file, readable };
    }
    let composed: String = text.nfc().collect();
    let same: usize =
        text.chars().zip(composed.chars()).take_while(|(old, new)| old == new).map(|(old, _)| old.len_utf8()).sum();
    let file = files.add(File::new(name, composed));
    report.add(Mistake::new(Code::NotNfc, Span::new(file, same, same)));
    let readable = is_readable(file, files, report);
    Decoded { file, readable }
}

/// Whether YAML can be read from the file at all. What stands in the way is reported, once per line.
fn is_readable(index: u16, files: &Files, report: &mut Report) -> bool {
    let Some(file) = files.get(index) else { return false };
    let mut readable = true;
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        if let Some((at, character)) = line.char_indices().find(|(_, character)| is_invisible(*character)) {
            readable = false;
            let name = format!("U+{:04X}", u32::from(character));
            let span = Span::new(index, start + at, start + at + character.len_utf8());
            report.add(Mistake::new(Code::InvisibleCharacter, span).with("character", name));
        }
        let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
        let indentation = line.get(..blank).unwrap_or("");
        // A line of nothing but blanks means nothing.
        if let Some(tab) = indentation.find('\t')
            && !line.trim().is_empty()
        {
            readable = false;
            report.add(Mistake::new(Code::TabIndent, Span::new(index, start + tab, start + tab + 1)));
        }
        start += line.len();
    }
    let has_content = file.text.lines().any(|line| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#') && line != "---"
    });
    if readable && !has_content {
        readable = false;
        let hint = Texts::new("tệp bắt đầu bằng `khien: 1`", "the file begins with `khien: 1`");
        report.add(Mistake::new(Code::EmptyFile, Span::new(index, 0, 0)).hint(hint));
    }
    readable
}

/// Control characters, and those that turn the direction of a text around.
fn is_invisible(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => false,
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | BYTE_ORDER_MARK => true,
        _ => character.is_control(),
    }
}
