//! Headers of mails and of their parts: fields, encoded words (RFC 2047), parameters (RFC 2231).

use std::borrow::Cow;
use std::collections::BTreeMap;

use encoding_rs::Encoding;

use super::transfer;
use crate::text;

/// How many fields of a header are kept.
pub(super) const MAX_FIELDS: usize = 2_000;

/// The longest encoded word, in bytes: the standard allows 75, programs write more.
const MAX_WORD_BYTES: usize = 1024;

/// How many values of one parameter are kept.
const MAX_VALUES: usize = 16;

/// How many pieces one parameter may be written in.
const MAX_PIECES: u32 = 1_000;

/// The fields of a header, in their order.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// Names in lower case, and values with their folds taken out.
    fields: Vec<(String, Vec<u8>)>,
    /// There were more of them.
    pub(super) cut: bool,
}

impl Header {
    /// The header at the beginning of `bytes`, and the body behind it. A line that is no field ends a header too.
    pub(super) fn read(bytes: &[u8]) -> (Self, &[u8]) {
        let mut header = Self::default();
        let mut rest = bytes;
        loop {
            let (line, behind) = line(rest);
            if line.is_empty() {
                return (header, behind);
            }
            if matches!(line, [b' ' | b'\t', ..]) && !header.fields.is_empty() {
                if let Some((_, value)) = header.fields.last_mut() {
                    value.extend_from_slice(line);
                }
            } else if let Some((name, value)) = field(line) {
                if header.fields.len() < MAX_FIELDS {
                    header.fields.push((name, value.to_vec()));
                } else {
                    header.cut = true;
                }
            } else if !is_envelope(line) || !header.fields.is_empty() {
                return (header, rest);
            }
            rest = behind;
        }
    }

    /// Whether there are no fields.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The values of a field, each different one once, as text.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        let mut values = Vec::new();
        for (_, value) in self.fields.iter().filter(|(own, _)| own == name) {
            let value = text::decoded(value).trim().to_owned();
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values
    }

    /// The first value of a field, as text.
    pub(super) fn first(&self, name: &str) -> Option<String> {
        self.fields.iter().find(|(own, _)| own == name).map(|(_, value)| text::decoded(value).trim().to_owned())
    }
}

/// The line that begins here without its end, and what is behind it. A lone CR ends a line too.
pub(super) fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len());
    let (line, rest) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
    let rest = match rest {
        [b'\r', b'\n', rest @ ..] | [_, rest @ ..] => rest,
        [] => rest,
    };
    (line, rest)
}

fn field(line: &[u8]) -> Option<(String, &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = line.split_at_checked(colon)?;
    let name = name.trim_ascii_end();
    let known = !name.is_empty() && name.iter().all(|byte| (33..127).contains(byte));
    known.then(|| (String::from_utf8_lossy(name).to_ascii_lowercase(), value.get(1..).unwrap_or_default()))
}

/// The line that a mailbox, or a program that delivers mail, puts before a mail.
fn is_envelope(line: &[u8]) -> bool {
    line.starts_with(b"From ") || line.starts_with(b">From ")
}

/// Bytes in the encoding of this name as letters; as they look if the name is not known.
pub(super) fn letters<'b>(charset: &str, bytes: &'b [u8]) -> Cow<'b, str> {
    if charset.eq_ignore_ascii_case("utf-7") {
        return Cow::Owned(transfer::utf7(bytes));
    }
    match Encoding::for_label(charset.trim().as_bytes()) {
        Some(encoding) => encoding.decode(bytes).0,
        None => text::decoded(bytes),
    }
}

/// `value` with its encoded words read; those that follow each other are one text.
pub(super) fn words(value: &str) -> String {
    let mut read = String::new();
    // What encoded words in a row hold: one letter may lie in two of them.
    let mut held: Option<(String, Vec<u8>)> = None;
    let mut rest = value;
    while let Some((before, behind)) = rest.split_once("=?") {
        let Some((charset, bytes, after)) = word(behind) else {
            flush(&mut held, &mut read);
            read.push_str(before);
            read.push_str("=?");
            rest = behind;
            continue;
        };
        if held.is_none() || !before.trim().is_empty() {
            flush(&mut held, &mut read);
            read.push_str(before);
        }
        match &mut held {
            Some((own, more)) if *own == charset => more.extend_from_slice(&bytes),
            _ => {
                flush(&mut held, &mut read);
                held = Some((charset, bytes));
            }
        }
        rest = after;
    }
    flush(&mut held, &mut read);
    read.push_str(rest);
    khien_model::text::nfc(&read).into_owned()
}

fn flush(held: &mut Option<(String, Vec<u8>)>, read: &mut String) {
    if let Some((charset, bytes)) = held.take() {
        read.push_str(&letters(&charset, &bytes));
    }
}

/// The encoded word whose `=?` stands before `text`: its charset, its bytes, and what is behind it.
fn word(text: &str) -> Option<(String, Vec<u8>, &str)> {
    let near = text.get(..text.floor_char_boundary(MAX_WORD_BYTES))?;
    let (charset, rest) = near.split_once('?')?;
    let (way, rest) = rest.split_once('?')?;
    let (encoded, after) = rest.split_once("?=")?;
    let after = text.get(near.len() - after.len()..)?;
    let bytes = match way {
        "B" | "b" => transfer::base64(encoded.as_bytes()),
        "Q" | "q" => transfer::quoted_printable(encoded.replace('_', "=20").as_bytes()),
        _ => return None,
    };
    // `charset*language` (RFC 2231).
    let charset = charset.split('*').next().unwrap_or_default();
    (!charset.is_empty() && charset.len() < 64).then(|| (charset.to_ascii_lowercase(), bytes, after))
}

/// A value with parameters, as `attachment; filename="a.pdf"`.
#[derive(Debug, Default)]
pub(super) struct Value {
    /// What stands before the parameters, in lower case.
    pub(super) main: String,
    parameters: BTreeMap<String, Vec<String>>,
}

impl Value {
    /// Reads a value.
    pub(super) fn read(text: &str) -> Self {
        let mut parts = split(text).into_iter();
        let main = parts.next().unwrap_or_default().trim().to_lowercase();
        let mut value = Self { main, ..Self::default() };
        let mut pieces: BTreeMap<String, BTreeMap<u32, (bool, String)>> = BTreeMap::new();
        for part in parts {
            let Some((name, said)) = part.split_once('=') else { continue };
            let (name, said) = (name.trim().to_lowercase(), unquoted(said.trim()));
            match name.split_once('*') {
                None => value.add(&name, &words(&said)),
                Some((base, "")) => value.add(base, &extended(&[(true, said)])),
                Some((base, piece)) => {
                    let (number, encoded) = piece.strip_suffix('*').map_or((piece, false), |number| (number, true));
                    let Some(number) = number.parse().ok().filter(|number| *number < MAX_PIECES) else { continue };
                    pieces.entry(base.to_owned()).or_default().entry(number).or_insert((encoded, said));
                }
            }
        }
        for (base, pieces) in pieces {
            let pieces: Vec<(bool, String)> = pieces.into_values().collect();
            value.add(&base, &extended(&pieces));
        }
        value
    }

    fn add(&mut self, name: &str, said: &str) {
        let said = khien_model::text::nfc(said).into_owned();
        let known = self.parameters.entry(name.to_owned()).or_default();
        if known.len() < MAX_VALUES && !known.contains(&said) {
            known.push(said);
        }
    }

    /// Every value of a parameter, each different one once.
    pub(super) fn all(&self, name: &str) -> &[String] {
        self.parameters.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The first value of a parameter.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.all(name).first().map(String::as_str)
    }
}

/// `text` between its semicolons; those in quotes do not count.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for letter in text.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    parts
}

/// A quoted text without its quotes; a backslash before anything but a quote or backslash stays, as in paths.
fn unquoted(text: &str) -> String {
    let Some(inner) = text.strip_prefix('"') else { return text.to_owned() };
    let mut said = String::new();
    let mut letters = inner.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => break,
            '\\' => match letters.peek() {
                Some('"' | '\\') => said.extend(letters.next()),
                _ => said.push(letter),
            },
            _ => said.push(letter),
        }
    }
    said
}

/// The pieces of a parameter of RFC 2231 as text: the first one tells the charset.
fn extended(pieces: &[(bool, String)]) -> String {
    let mut charset = String::new();
    let mut bytes = Vec::new();
    for (place, (encoded, said)) in pieces.iter().enumerate() {
        let mut said = said.as_str();
        if place == 0
            && *encoded
            && let Some((own, rest)) = said.split_once('\'')
        {
            own.clone_into(&mut charset);
            said = rest.split_once('\'').map_or(rest, |(_, text)| text);
        }
        if *encoded { bytes.extend(percent(said.as_bytes())) } else { bytes.extend_from_slice(said.as_bytes()) }
    }
    letters(&charset, &bytes).into_owned()
}

/// `%XX` read; everything else stays.
pub(super) fn percent(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, behind @ ..] = rest {
        let code = behind.first_chunk::<2>().and_then(|two| transfer::hexadecimal(*two));
        match code.filter(|_| *first == b'%') {
            Some(code) => {
                bytes.push(code);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_are_read() {
        for (value, text) in [
            ("=?utf-8?B?VGnhur9uZyBWaeG7h3Q=?=", "Tiếng Việt"),
            ("=?UTF-8?Q?Ti=E1=BA=BFng_Vi=E1=BB?= =?utf-8?Q?=87t?=.pdf", "Tiếng Việt.pdf"),
            ("=?windows-1258?Q?Vi=EA=F2t?=", "Việt"),
            ("=?utf-8?q?e=CC=82?=", "ê"),
            ("a =?x?y?z?= b", "a =?x?y?z?= b"),
            ("a =?utf-8?B?eA==?= b =?utf-8?B?eQ==?=", "a x b y"),
            ("=?=?=?", "=?=?=?"),
        ] {
            assert_eq!(words(value), text, "{value}");
        }
    }

    /// Each of many beginnings without an end is looked at so far and no further: the work is so many times their number.
    #[test]
    fn an_encoded_word_is_looked_for_only_so_far() {
        let filled = |letters: usize| format!("utf-8?Q?{}?= b", "a".repeat(letters));
        let overhead = "utf-8?Q?".len() + "?=".len();
        assert!(word(&filled(MAX_WORD_BYTES - overhead)).is_some());
        assert!(word(&filled(MAX_WORD_BYTES - overhead + 1)).is_none());
    }

    #[test]
    fn parameters_are_read_in_every_writing() {
        for (value, name) in [
            (r#"attachment; filename="a;b\".pdf""#, "a;b\".pdf"),
            ("attachment; filename=hóa đơn.pdf ", "hóa đơn.pdf"),
            ("attachment; FileName*=UTF-8''h%C3%B3a%20%C4%91%C6%A1n.pdf", "hóa đơn.pdf"),
            ("attachment; filename*1*=%C4%91%C6%A1n; filename*0*=UTF-8'vi'h%C3%B3a%20; filename*2=.pdf", "hóa đơn.pdf"),
            ("attachment; filename*0=\"a\"; filename*1=\"b.exe\"", "ab.exe"),
            ("attachment; filename=\"=?utf-8?B?xJHGoW4ucGRm?=\"", "đơn.pdf"),
            (r#"form-data; filename="C:\thu\a.doc""#, r"C:\thu\a.doc"),
        ] {
            assert_eq!(Value::read(value).first("filename"), Some(name), "{value}");
        }
        assert_eq!(Value::read("a; x=1; x=2; x=1").all("x"), ["1", "2"]);
    }

    #[test]
    fn headers_end_where_they_end() {
        let cases: &[(&[u8], usize, &[u8])] = &[
            (b"A: 1\r\nB: 2\r\n 3\r\n\r\nbody", 2, b"body"),
            (b"A: 1\nB: 2\n\nbody", 2, b"body"),
            (b"A: 1\rB: 2\r\rbody", 2, b"body"),
            (b"From x\nA: 1\nno field\n", 1, b"no field\n"),
            (b"\r\nbody", 0, b"body"),
        ];
        for (bytes, fields, body) in cases {
            let (header, rest) = Header::read(bytes);
            assert_eq!((header.fields.len(), rest), (*fields, *body), "{bytes:?}");
        }
        assert_eq!(Header::read(b"B: 2\r\n\t3\r\n\r\n").0.first("b").as_deref(), Some("2\t3"));
    }
}
