//! The inside of text and byte literals: where they end, and their escapes.

use std::ops::Range;

/// The bytes up to the closing `quote`, or `None` when it is missing. A short quote does not reach over a line end.
pub(crate) fn body_length(rest: &str, quote: &str, raw: bool) -> Option<usize> {
    let mut at = 0;
    loop {
        let here = rest.get(at..)?;
        if here.starts_with(quote) {
            return Some(at);
        }
        let character = here.chars().next()?;
        match character {
            '\n' | '\r' if quote.len() == 1 => return None,
            '\\' if !raw => at += 1 + here.chars().nth(1)?.len_utf8(),
            _ => at += character.len_utf8(),
        }
    }
}

/// What one escape stands for.
enum Escape {
    Character(char),
    /// `\x41`, `\101`: a character in a text, a byte in bytes.
    Octet(u8),
}

/// Text with its escapes replaced; the place of the first wrong one otherwise.
pub(crate) fn unescape(body: &str) -> Result<String, Range<usize>> {
    let mut text = String::with_capacity(body.len());
    walk(body, true, |escape| match escape {
        Escape::Character(character) => text.push(character),
        Escape::Octet(octet) => text.push(char::from(octet)),
    })?;
    Ok(text)
}

/// Bytes with their escapes replaced; the place of the first wrong one otherwise.
pub(crate) fn unescape_bytes(body: &str) -> Result<Vec<u8>, Range<usize>> {
    let mut bytes = Vec::with_capacity(body.len());
    walk(body, false, |escape| match escape {
        Escape::Character(character) => {
            bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
        Escape::Octet(octet) => bytes.push(octet),
    })?;
    Ok(bytes)
}

fn walk(body: &str, unicode: bool, mut emit: impl FnMut(Escape)) -> Result<(), Range<usize>> {
    let mut at = 0;
    while let Some(here) = body.get(at..)
        && let Some(character) = here.chars().next()
    {
        if character != '\\' {
            emit(Escape::Character(character));
            at += character.len_utf8();
            continue;
        }
        let Some((escape, length)) = escape(here, unicode) else {
            let second = here.chars().nth(1).map_or(0, char::len_utf8);
            return Err(at..at + 1 + second);
        };
        emit(escape);
        at += length;
    }
    Ok(())
}

/// The escape at the start of `here`, and its length.
fn escape(here: &str, unicode: bool) -> Option<(Escape, usize)> {
    let kind = here.chars().nth(1)?;
    let plain = |character| Some((Escape::Character(character), 2));
    match kind {
        '\\' | '"' | '\'' | '`' | '?' => plain(kind),
        'a' => plain('\u{7}'),
        'b' => plain('\u{8}'),
        'f' => plain('\u{c}'),
        'n' => plain('\n'),
        'r' => plain('\r'),
        't' => plain('\t'),
        'v' => plain('\u{b}'),
        'x' | 'X' => {
            let value = u8::try_from(digits(here, 2..4, 16)?).ok()?;
            Some((Escape::Octet(value), 4))
        }
        '0'..='3' => {
            let value = u8::try_from(digits(here, 1..4, 8)?).ok()?;
            Some((Escape::Octet(value), 4))
        }
        'u' if unicode => Some((Escape::Character(char::from_u32(digits(here, 2..6, 16)?)?), 6)),
        'U' if unicode => Some((Escape::Character(char::from_u32(digits(here, 2..10, 16)?)?), 10)),
        _ => None,
    }
}

fn digits(here: &str, range: Range<usize>, radix: u32) -> Option<u32> {
    let digits = here.get(range)?;
    // `from_str_radix` would take a sign.
    digits.chars().all(|c| c.is_digit(radix)).then(|| u32::from_str_radix(digits, radix).ok())?
}

/// The literal that stands for `text`.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            _ if character.is_control() => {
                quoted.push_str(&format!("\\U{:08x}", u32::from(character)));
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// The literal that stands for `bytes`.
pub(crate) fn quote_bytes(bytes: &[u8]) -> String {
    let mut quoted = String::from("b\"");
    for byte in bytes {
        match byte {
            b'"' => quoted.push_str("\\\""),
            b'\\' => quoted.push_str("\\\\"),
            0x20..0x7f => quoted.push(char::from(*byte)),
            _ => quoted.push_str(&format!("\\x{byte:02x}")),
        }
    }
    quoted.push('"');
    quoted
}
