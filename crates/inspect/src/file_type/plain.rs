//! Text: whether something is text at all, and of which kind.

use std::borrow::Cow;

use super::{FileType, markup, script};
use crate::bytes::head;
use crate::text;

/// How much of a text is looked at to tell its kind.
const SAMPLE_BYTES: usize = 16 * 1024;

/// Of bytes in an old encoding: so many of a hundred must be letters, digits and signs of ASCII, and white space.
const MIN_PLAIN_PERCENT: usize = 55;

/// Of bytes in an old encoding: at most so many of a thousand may be control characters. Encodings of Vietnamese from the
/// time before Unicode put letters there.
const MAX_CONTROL_PER_MILLE: usize = 20;

/// Fewer bytes than these say nothing about an old encoding.
const MIN_OLD_BYTES: usize = 4;

/// Fewer bytes than these say nothing about an encoding of two bytes for each letter.
const MIN_EASTERN_BYTES: usize = 32;

/// The beginning of a text.
pub(super) struct Sample<'t> {
    /// Its letters.
    pub(super) letters: Cow<'t, str>,
    /// How many bytes there are in all.
    pub(super) size: usize,
}

impl<'t> Sample<'t> {
    /// The beginning of `bytes`, if they are text from beginning to end.
    pub(super) fn of(bytes: &'t [u8]) -> Option<Self> {
        let (encoding, mark) = text::encoding(head(bytes, SAMPLE_BYTES));
        let wide = encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE;
        let is_text = if wide { is_wide_text(bytes, mark, encoding) } else { is_narrow_text(bytes) };
        is_text.then(|| Self { letters: text::decoded(head(bytes, SAMPLE_BYTES)), size: bytes.len() })
    }
}

/// UTF-16: nothing that is no letter, and few that cannot be.
fn is_wide_text(bytes: &[u8], mark: usize, encoding: &'static encoding_rs::Encoding) -> bool {
    let (letters, wrong) =
        encoding.decode_without_bom_handling(head(bytes, SAMPLE_BYTES * 4).get(mark..).unwrap_or_default());
    let controls = letters.chars().filter(|letter| is_control(*letter)).count();
    let unknown = letters.chars().filter(|letter| *letter == char::REPLACEMENT_CHARACTER).count();
    controls == 0 && (!wrong || unknown * 100 <= letters.chars().count())
}

fn is_control(letter: char) -> bool {
    letter.is_control()
        && !matches!(letter, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1b}' | '\u{1a}' | '\u{8}' | '\u{85}')
}

/// UTF-8, or an old encoding of one byte for each letter.
fn is_narrow_text(bytes: &[u8]) -> bool {
    // Old programs end a text with the mark of CP/M, others with zeros.
    let ending = bytes.iter().rev().take_while(|byte| matches!(byte, 0 | 0x1a)).count();
    // Most of what is no text has a zero near its beginning: then no more of it is looked at.
    if ending > bytes.len() / 2 || head(bytes, bytes.len() - ending).contains(&0) {
        return false;
    }
    let (plain, controls) = (count(bytes, is_plain), count(bytes, is_bare_control));
    // Old encodings of Vietnamese have letters where ASCII has control characters.
    let few_controls = controls * 1000 <= bytes.len() * MAX_CONTROL_PER_MILLE;
    if std::str::from_utf8(bytes).is_ok() {
        return few_controls;
    }
    let old = bytes.len() >= MIN_OLD_BYTES && plain * 100 >= bytes.len() * MIN_PLAIN_PERCENT && few_controls;
    old || controls == 0 && bytes.len() >= MIN_EASTERN_BYTES && is_eastern_text(bytes)
}

/// Letters, digits and signs of ASCII, and white space.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b | 0x20..=0x7e)
}

/// Control characters that no text needs; zero is counted nowhere.
fn is_bare_control(byte: u8) -> bool {
    !is_plain(byte) && matches!(byte, 1..0x20 | 0x7f)
}

/// How many of `bytes` are of a kind. In runs whose count fits in a byte, which the processor counts many at a time.
fn count(bytes: &[u8], of: impl Fn(u8) -> bool) -> usize {
    let runs = bytes.chunks(usize::from(u8::MAX));
    runs.map(|run| usize::from(run.iter().map(|byte| u8::from(of(*byte))).sum::<u8>())).sum()
}

/// Encodings of Chinese, Japanese and Korean, in which few bytes are ASCII, but not every pair of bytes is a letter.
fn is_eastern_text(bytes: &[u8]) -> bool {
    use encoding_rs::{BIG5, EUC_JP, EUC_KR, GB18030, SHIFT_JIS};
    let sample = head(bytes, SAMPLE_BYTES);
    [GB18030, SHIFT_JIS, EUC_JP, BIG5, EUC_KR].iter().any(|encoding| {
        let (letters, _) = encoding.decode_without_bom_handling(sample);
        // The sample may end in the middle of a letter.
        letters.chars().filter(|letter| *letter == char::REPLACEMENT_CHARACTER).count() <= 1
    })
}

/// The kind of what begins as a text that is sure of its kind, and goes on as something else: a form with files, a mail with
/// bytes as they are, a page or a script with something behind it. Its readers do not mind.
pub(super) fn begun(extension: &str, bytes: &[u8]) -> Option<FileType> {
    let sample = head(bytes, SAMPLE_BYTES);
    let end = sample.iter().position(|byte| matches!(byte, 0..=8 | 0x0e..=0x1a | 0x1c..=0x1f)).unwrap_or(sample.len());
    if end < MIN_BEGUN_BYTES {
        return None;
    }
    let letters = text::decoded(head(sample, end));
    sure(extension, trimmed(&letters))
}

/// Fewer letters than these begin nothing.
const MIN_BEGUN_BYTES: usize = 16;

/// `text` without what may stand in front of everything.
fn trimmed(text: &str) -> &str {
    text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
}

/// The kind of a text that its first letters, or its form, are sure signs of.
fn sure(extension: &str, text: &str) -> Option<FileType> {
    by_first_line(extension, text)
        .or_else(|| script::by_first_line(text))
        .or_else(|| markup::identify(extension, text))
        .or_else(|| form(text))
        .or_else(|| mail(extension, text))
        .or_else(|| script::by_marks(extension, text))
}

/// The kind of a text.
pub(super) fn identify(extension: &str, sample: &Sample<'_>) -> FileType {
    let text = trimmed(&sample.letters);
    // A name that is run decides over marks in the text, but not over what a reader of that name would refuse.
    script::by_name(extension, text)
        .filter(|own| matches!(own, FileType::Batch | FileType::PowerShell | FileType::Php))
        .or_else(|| sure(extension, text))
        .or_else(|| script::by_name(extension, text))
        .or_else(|| by_name(extension, text, sample.size))
        .or_else(|| script::by_words(extension, text))
        .unwrap_or(FileType::Text)
}

/// Types whose first letters are a mark.
fn by_first_line(extension: &str, text: &str) -> Option<FileType> {
    const MARKS: &[(&str, FileType)] = &[
        ("-----BEGIN PGP", FileType::Pgp),
        ("-----BEGIN ", FileType::Pem),
        ("---- BEGIN SSH2", FileType::Pem),
        ("BEGIN:VCALENDAR", FileType::Ics),
        ("BEGIN:VCARD", FileType::Vcf),
        ("begin:vcard", FileType::Vcf),
        ("WEB\r\n1", FileType::Iqy),
        ("WEB\n1", FileType::Iqy),
        ("Windows Registry Editor Version", FileType::Reg),
        ("REGEDIT4", FileType::Reg),
        ("{\\rt", FileType::Rtf),
        ("%!PS", FileType::PostScript),
        ("/* XPM */", FileType::Xpm),
        ("[InternetShortcut", FileType::UrlShortcut),
        ("[Desktop Entry]", FileType::DesktopEntry),
        ("[Shell]\r\nCommand=", FileType::Scf),
        ("#@~^", FileType::EncodedScript),
        ("ID;P", FileType::Sylk),
    ];
    if let Some((_, own)) = MARKS.iter().find(|(mark, _)| text.starts_with(mark)) {
        return Some(*own);
    }
    let has_line = |line: &str| text.lines().take(MAX_LINES).any(|own| own.trim().eq_ignore_ascii_case(line));
    if has_line("[internetshortcut]") {
        return Some(FileType::UrlShortcut);
    }
    if has_line("[desktop entry]") && matches!(extension, "desktop" | "") {
        return Some(FileType::DesktopEntry);
    }
    if has_line("[version]") && text.to_lowercase().contains("signature") {
        return Some(FileType::Inf);
    }
    if text.lines().take(MAX_LINES).any(|line| line.starts_with("-----BEGIN CERTIFICATE")) {
        return Some(FileType::Pem);
    }
    (text.lines().take(MAX_LINES).any(|line| line.starts_with("full address:s:"))).then_some(FileType::Rdp)
}

/// How many lines are looked at for marks of their own.
const MAX_LINES: usize = 60;

/// A form with files: a boundary, then headers, one of which only forms have.
fn form(text: &str) -> Option<FileType> {
    let boundary = text.lines().next()?.strip_prefix("--")?;
    let is_form = text.lines().skip(1).take(MAX_LINES).take_while(|line| !line.is_empty()).any(|line| {
        let line = line.to_ascii_lowercase();
        line.starts_with("content-disposition:") && line.contains("form-data")
    });
    (is_form && !boundary.is_empty()).then_some(FileType::MultipartForm)
}

/// A mail, or a mailbox of them.
fn mail(extension: &str, text: &str) -> Option<FileType> {
    const KNOWN: &[&str] = &[
        "received",
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "return-path",
        "delivered-to",
        "content-type",
        "content-transfer-encoding",
        "dkim-signature",
        "reply-to",
        "cc",
        "x-mailer",
        "thread-topic",
        "authentication-results",
        "x-received",
        "arc-seal",
        "list-unsubscribe",
        "snapshot-content-location",
        "x-priority",
        "x-unsent",
    ];
    let in_mailbox = text.starts_with("From ");
    let mut known = 0;
    for line in text.lines().skip(usize::from(in_mailbox)).take(MAX_LINES) {
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { break };
        let name = name.trim_end();
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
            break;
        }
        known += usize::from(KNOWN.iter().any(|own| own.eq_ignore_ascii_case(name)));
    }
    let called = FileType::Eml.extensions().contains(&extension);
    if in_mailbox && known >= 1 {
        return Some(FileType::Mbox);
    }
    (known >= 3 || known >= 1 && called || known == 2 && text.to_lowercase().contains("\nmime-version:"))
        .then_some(FileType::Eml)
}

/// Kinds of text that have no mark, but a name and a look.
fn by_name(extension: &str, text: &str, size: usize) -> Option<FileType> {
    let begins = |signs: &[char]| text.starts_with(signs);
    match extension {
        "json" | "geojson" | "ipynb" | "webmanifest" | "map" if begins(&['{', '[', '"']) => Some(FileType::Json),
        "csv" | "tsv" => Some(FileType::Csv),
        "slk" => Some(FileType::Sylk),
        "iqy" => Some(FileType::Iqy),
        "url" | "website" => Some(FileType::UrlShortcut),
        "rdp" => Some(FileType::Rdp),
        "inf" => Some(FileType::Inf),
        "reg" => Some(FileType::Reg),
        "scf" => Some(FileType::Scf),
        "dxf" => Some(FileType::Dxf),
        "application" | "appref-ms" => Some(FileType::ClickOnce),
        "html" | "htm" | "xhtml" | "shtml" => Some(FileType::Html),
        "svg" => Some(FileType::Svg),
        "eml" | "mht" | "mhtml" => Some(FileType::Eml),
        "xbm" | "xpm" => Some(FileType::Xpm),
        "" | "dat" | "bin" if is_json(text) => Some(FileType::Json),
        _ if size > 2 && is_json(text) => Some(FileType::Json),
        _ => None,
    }
}

/// An object with a name in quotes, or a list of objects.
fn is_json(text: &str) -> bool {
    let list = text.strip_prefix('[').map(str::trim_start);
    let object = list.unwrap_or(text).strip_prefix('{').map(str::trim_start);
    object.is_some_and(|inner| {
        inner.starts_with('}')
            || inner
                .strip_prefix('"')
                .and_then(|name| name.split_once('"'))
                .is_some_and(|(_, behind)| behind.trim_start().starts_with(':'))
    })
}
