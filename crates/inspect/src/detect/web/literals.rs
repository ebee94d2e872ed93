//! Texts written into scripts: strings and lists of numbers, put together as the script would.

use crate::encoded;

/// The shortest text that is taken for data, in bytes.
pub(super) const MIN_BYTES: usize = 256;

/// How many texts of one script are looked at.
pub(super) const MAX_LITERALS: usize = 2_000;

/// The most that may stand between two strings that are put together, in bytes.
const MAX_GAP: usize = 64;

/// A text, put together.
pub(super) struct Literal {
    /// Where it begins in the script, in bytes.
    pub(super) at: usize,
    /// Its letters; those below 256 stand for bytes if it was written with `\x`.
    pub(super) text: String,
    /// Whether it was written with escapes that stand for bytes.
    pub(super) escaped: bool,
}

/// The long strings of a script; whether there are more than are looked at.
pub(super) fn strings(script: &str) -> (Vec<Literal>, bool) {
    let mut found: Vec<Literal> = Vec::new();
    let mut open: Option<(Literal, usize)> = None;
    let mut at = 0;
    let bytes = script.as_bytes();
    while at < bytes.len() {
        let Some(quote) =
            bytes.get(at..).and_then(|rest| rest.iter().position(|byte| matches!(byte, b'"' | b'\'' | b'`')))
        else {
            break;
        };
        let start = at + quote;
        let (mut text, escaped, end) = string(script, start);
        open = match open.take() {
            Some((mut literal, last)) if joined(script.get(last..start).unwrap_or_default()) => {
                literal.text.push_str(&text);
                literal.escaped |= escaped;
                Some((literal, end))
            }
            other => {
                if keep(other.map(|(literal, _)| literal), &mut found) {
                    return (found, true);
                }
                Some((Literal { at: start, text: std::mem::take(&mut text), escaped }, end))
            }
        };
        at = end;
    }
    let more = keep(open.map(|(literal, _)| literal), &mut found);
    (found, more)
}

/// Keeps a literal that is long enough; says whether there is no room.
fn keep(literal: Option<Literal>, found: &mut Vec<Literal>) -> bool {
    let Some(literal) = literal.filter(|literal| literal.text.len() >= MIN_BYTES) else { return false };
    if found.len() >= MAX_LITERALS {
        return true;
    }
    found.push(literal);
    false
}

/// The string whose quote stands at `start`: its letters, whether it has escapes for bytes, and where it ends.
fn string(script: &str, start: usize) -> (String, bool, usize) {
    let mut text = String::new();
    let mut escaped = false;
    let mut letters = script.get(start..).unwrap_or_default().char_indices();
    let quote = letters.next().map(|(_, letter)| letter);
    while let Some((offset, letter)) = letters.next() {
        let end = start + offset + letter.len_utf8();
        if Some(letter) == quote {
            return (text, escaped, end);
        }
        // A string of one line that is not closed is no string: an apostrophe in a comment.
        if letter == '\n' && quote != Some('`') {
            return (text, escaped, end);
        }
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        match letters.next().map(|(_, letter)| letter) {
            Some('x') => {
                escaped = true;
                text.extend(code(&mut letters, 2));
            }
            Some('u') => {
                escaped = true;
                text.extend(code(&mut letters, 4));
            }
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('0') => text.push('\0'),
            Some('\n') | None => {}
            Some(other) => text.push(other),
        }
    }
    (text, escaped, script.len())
}

/// The letter of so many hexadecimal digits.
fn code(letters: &mut std::str::CharIndices<'_>, digits: usize) -> Option<char> {
    let mut value = 0;
    for _ in 0..digits {
        value = value * 16 + letters.next()?.1.to_digit(16)?;
    }
    char::from_u32(value)
}

/// Whether what stands between two strings puts them together: `+`, `,`, or adding to the same variable.
fn joined(gap: &str) -> bool {
    let sign = gap.contains(['+', ',', '&']) || gap.contains("concat");
    let plain = |letter: char| {
        letter.is_alphanumeric()
            || letter.is_whitespace()
            || matches!(letter, '+' | '=' | ';' | ',' | '_' | '$' | '.' | '(' | ')' | '&' | '[' | ']')
    };
    gap.len() <= MAX_GAP && sign && gap.chars().all(plain)
}

/// Long lists of numbers in a script: where each begins, and its bytes.
pub(super) fn lists(script: &str) -> Vec<(usize, Vec<u8>)> {
    let mut found = Vec::new();
    let of_list =
        |byte: u8| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace() || matches!(byte, b',' | b'x' | b'X' | b'-');
    let bytes = script.as_bytes();
    let mut at = 0;
    while let Some(start) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| matches!(byte, b'[' | b'('))) {
        let start = at + start + 1;
        let length = bytes.get(start..).unwrap_or_default().iter().take_while(|byte| of_list(**byte)).count();
        if length >= MIN_BYTES
            && found.len() < MAX_LITERALS
            && let Some(list) = script.get(start..start + length).and_then(encoded::numbers)
            && list.len() >= MIN_BYTES / 4
        {
            found.push((start, list));
        }
        at = start + length;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_put_together() {
        let long = "S".repeat(200);
        let cases = [
            format!("var a='{long}'+\n\"{long}\";"),
            format!("var a=['{long}','{long}'].join('');"),
            format!("a='{long}';\na+='{long}';"),
            format!("a=`{long}`.concat(`{long}`)"),
        ];
        for script in cases {
            let (found, more) = strings(&script);
            assert_eq!(
                found.first().map(|literal| literal.text.get(..400)),
                Some(Some("S".repeat(400).as_str())),
                "{script}"
            );
            assert!(!more);
        }
        let (found, _) = strings(&format!("f('{long}'); if (x) {{ g('{long}') }}"));
        assert!(found.is_empty());
    }

    #[test]
    fn escapes_are_letters() {
        let (found, _) = strings(&format!("'{}'", "\\x4d\\u005a\\'".repeat(100)));
        assert_eq!(found.first().map(|literal| (literal.text.get(..6), literal.escaped)), Some((Some("MZ'MZ'"), true)));
    }

    #[test]
    fn lists_are_bytes() {
        let script = format!("new Uint8Array([{}])", "77,90, 0x90,".repeat(60));
        assert_eq!(lists(&script).first().map(|(at, list)| (*at, list.len())), Some((16, 180)));
        assert!(lists("[1,2,3]").is_empty());
    }

    #[test]
    fn any_text_is_searched() {
        bolero::check!().with_type::<String>().for_each(|text| {
            let _ = (strings(text), lists(text));
        });
    }
}
