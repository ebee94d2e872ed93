//! Where in a text bytes are written as letters.

use crate::encoded::{base64, hex, is_base64};
use crate::file_type::identify;

/// The shortest run of letters that is taken for data, in bytes.
pub(crate) const MIN_LETTERS: usize = 256;

/// How many such runs of one text are looked at.
pub(crate) const MAX_BLOBS: usize = 1_000;

/// Lines shorter than this do not go on in the next one.
const MIN_LINE: usize = 40;

/// How much white space may stand before a line that goes on.
const MAX_INDENT: usize = 32;

/// The shortest command that is decoded, in letters.
const MIN_COMMAND: usize = 16;

/// Bytes that were written as letters.
pub(crate) struct Blob {
    /// Where the letters begin and end.
    pub(crate) at: usize,
    pub(crate) end: usize,
    pub(crate) how: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// Bytes of known types in a text; whether there are more runs than are looked at.
pub(crate) fn known(text: &str) -> (Vec<Blob>, bool) {
    let mut found = Vec::new();
    let mut looked = 0;
    for (at, end) in runs(text.as_bytes(), MIN_LINE, is_base64, goes_on) {
        looked += 1;
        if looked > MAX_BLOBS {
            return (found, true);
        }
        let run = text.as_bytes().get(at..end).unwrap_or_default();
        let digits = run.iter().all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace());
        let decoded = if digits { hex(run).map(|bytes| ("hex", bytes)) } else { None };
        let decoded =
            decoded.filter(|(_, bytes)| is_known(bytes)).or_else(|| base64(run).map(|bytes| ("base64", bytes)));
        if let Some((how, bytes)) = decoded.filter(|(_, bytes)| is_known(bytes)) {
            found.push(Blob { at, end, how, bytes });
        }
    }
    for (at, end) in runs(text.as_bytes(), MIN_LETTERS, of_digits, |_, _| None) {
        looked += 1;
        if looked > MAX_BLOBS {
            return (found, true);
        }
        let run = text.as_bytes().get(at..end).unwrap_or_default();
        if let Some(bytes) = hex(run).filter(|bytes| is_known(bytes))
            && !found.iter().any(|blob| blob.at < end && at < blob.end)
        {
            found.push(Blob { at, end, how: "hex", bytes });
        }
    }
    found.sort_by_key(|blob| blob.at);
    (found, false)
}

/// Whether bytes are of any type.
fn is_known(bytes: &[u8]) -> bool {
    !identify("", bytes).is_empty()
}

/// A letter of digits with something between them.
fn of_digits(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || byte.is_ascii_whitespace() || matches!(byte, b',' | b'x' | b'X' | b'\\' | b'%')
}

/// The runs of at least [`MIN_LETTERS`] letters: where each begins and ends. Its first line has at least `least` letters, so
/// that one look at every so many bytes is enough where there is none.
fn runs(
    bytes: &[u8],
    least: usize,
    of: fn(u8) -> bool,
    goes_on: fn(&[u8], usize) -> Option<usize>,
) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0_usize;
    while let Some(window) = bytes.get(at..at.saturating_add(least)) {
        let before = window.iter().rposition(|byte| !of(*byte));
        if before == Some(least - 1) {
            at += least;
            continue;
        }
        let start = before.map_or(at, |before| at + before + 1);
        let mut end = start;
        loop {
            let rest = bytes.get(end..).unwrap_or_default();
            let line = rest.iter().take_while(|byte| of(**byte) || **byte == b'=').count();
            end += line;
            match goes_on(bytes.get(end..).unwrap_or_default(), line) {
                Some(skip) => end += skip,
                None => break,
            }
        }
        if end - start >= MIN_LETTERS {
            found.push((start, end));
        }
        at = end.max(start + 1);
    }
    found
}

/// After a line of so many letters: how many bytes lie before the next one that belongs to it.
fn goes_on(rest: &[u8], line: usize) -> Option<usize> {
    if line < MIN_LINE || !matches!(rest.first(), Some(b'\r' | b'\n')) {
        return None;
    }
    let space = rest.iter().take(MAX_INDENT).take_while(|byte| byte.is_ascii_whitespace()).count();
    rest.get(space).is_some_and(|byte| is_base64(*byte)).then_some(space)
}

/// What stands before letters that are a command, whatever their number, in lower case.
const BEFORE_COMMANDS: &[&str] = &["frombase64string(", "b64decode(", "base64_decode(", "atob("];

/// Commands that are written in base64 behind what says so: where each stands, and its bytes; whether there are more than
/// are looked at.
pub(crate) fn commands(text: &str) -> (Vec<(usize, Vec<u8>)>, bool) {
    let lower = text.to_ascii_lowercase();
    let mut places: Vec<usize> = Vec::new();
    for before in BEFORE_COMMANDS {
        places.extend(lower.match_indices(before).map(|(at, found)| at + found.len()));
    }
    for (at, _) in lower.match_indices(['-', '/', '–']) {
        let rest = lower.get(at..).unwrap_or_default();
        let sign = rest.chars().next().map_or(1, char::len_utf8);
        let word: usize = rest.bytes().skip(sign).take_while(u8::is_ascii_lowercase).count();
        let is_apart = rest.as_bytes().get(sign + word).is_some_and(|byte| stands_between(*byte));
        let word = rest.get(sign..sign + word).unwrap_or_default();
        // PowerShell takes every beginning of the word, and `-ec`. Without anything between it and the letters it is no
        // command, and in letters of base64 every `/e` would be another beginning of all of the rest.
        if is_apart && !word.is_empty() && ("encodedcommand".starts_with(word) || word == "ec") {
            places.push(at + sign + word.len());
        }
    }
    places.sort_unstable();
    places.dedup();
    let mut found: Vec<(usize, Vec<u8>)> =
        places.into_iter().filter_map(|place| command(text, place)).take(MAX_BLOBS + 1).collect();
    let more = found.len() > MAX_BLOBS;
    found.truncate(MAX_BLOBS);
    (found, more)
}

/// What may stand between a word that takes a command and the letters of the command.
fn stands_between(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'(' | b'^' | b':')
}

/// The command at a place, if letters of base64 stand there.
fn command(text: &str, place: usize) -> Option<(usize, Vec<u8>)> {
    let rest = text.as_bytes().get(place..)?;
    let skip = rest.iter().take_while(|byte| stands_between(**byte)).count();
    let letters = rest.get(skip..)?;
    let length = letters.iter().take_while(|byte| is_base64(**byte) || **byte == b'=').count();
    let letters = letters.get(..length).filter(|_| length >= MIN_COMMAND)?;
    Some((place + skip, base64(letters)?))
}

/// A block between `-----BEGIN` and `-----END`.
pub(crate) struct Armour {
    pub(crate) at: usize,
    pub(crate) end: usize,
    pub(crate) label: String,
    pub(crate) bytes: Option<Vec<u8>>,
}

/// The armoured blocks of a text; whether there are more than are looked at.
pub(crate) fn armour(text: &str) -> (Vec<Armour>, bool) {
    const BEGIN: &str = "-----BEGIN ";
    const END: &str = "-----END ";
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(BEGIN)).map(|at| at + from) {
        let inner = at + BEGIN.len();
        if found.len() >= MAX_BLOBS {
            return (found, true);
        }
        let Some((label, body)) = text.get(inner..).and_then(|rest| rest.split_once("-----")) else { break };
        let length = body.find(END).unwrap_or(body.len());
        let start = text.len() - body.len();
        let bytes = body.get(..length).and_then(|body| base64(body.as_bytes()));
        found.push(Armour { at, end: start + length, label: label.trim().to_owned(), bytes });
        from = start + length;
    }
    (found, false)
}

#[cfg(test)]
mod tests {
    use base64::Engine;

    use super::*;
    use crate::walk::testing::program;

    /// However many words that take a command a text has, no letter is decoded for two of them: the work is that of its size.
    #[test]
    fn no_letter_belongs_to_two_commands() {
        for word in ["/e", "-e", "-enc ", "/ec:", "-e AAAA", "atob(", "atob(A", "frombase64string('", "/e -e"] {
            for count in [100, 10_000] {
                let text = format!("{}{}", word.repeat(count), "QUJD".repeat(count));
                let (found, _) = commands(&text);
                let decoded: usize = found.iter().map(|(_, bytes)| bytes.len()).sum();
                assert!(decoded <= text.len(), "{word:?}: {decoded} of {}", text.len());
            }
        }
    }

    #[test]
    fn letters_in_lines_and_digits_in_pairs_are_found() {
        let letters = base64::engine::general_purpose::STANDARD.encode(program());
        let lines: Vec<String> =
            letters.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
        let digits: String = program().iter().map(|byte| format!("{byte:02x}")).collect();
        let pairs: String = program().iter().map(|byte| format!("0x{byte:02X}, ")).collect();
        for text in [letters.clone(), lines.join("\n"), lines.join("\r\n  "), digits, pairs] {
            let (found, more) = known(&format!("Kính gửi: \"{text}\" hết"));
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].bytes == program() && !more, "{text}");
        }
    }

    /// Only some bytes are looked at where there is nothing: a run is found wherever it begins, and the shortest that counts.
    #[test]
    fn a_run_is_found_wherever_it_begins() {
        let run = "A".repeat(MIN_LETTERS);
        for before in 0..2 * MIN_LETTERS {
            let text = format!("{}{run}!", "!".repeat(before));
            let expected = vec![(before, before + MIN_LETTERS)];
            assert_eq!(runs(text.as_bytes(), MIN_LINE, is_base64, goes_on), expected, "{before}");
            assert_eq!(runs(text.as_bytes(), MIN_LETTERS, of_digits, |_, _| None), expected, "{before}");
        }
        let shorter = format!("!{}!", "A".repeat(MIN_LETTERS - 1));
        assert_eq!(runs(shorter.as_bytes(), MIN_LINE, is_base64, goes_on), vec![]);
    }

    #[test]
    fn commands_are_found_by_what_stands_before_them() {
        let wide: Vec<u8> = "echo KHIEN".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let letters = base64::engine::general_purpose::STANDARD.encode(&wide);
        for word in ["-e", "-enc", "/EncodedCommand", "-ec", "-EncodedCommand"] {
            let text = format!("powershell -w hidden {word} {letters}");
            assert_eq!(commands(&text).0.first().map(|(_, bytes)| bytes), Some(&wide), "{word}");
        }
        assert!(commands("a -e short").0.is_empty());
    }

    #[test]
    fn any_text_is_searched() {
        bolero::check!().with_type::<String>().for_each(|text| {
            let _ = (known(text), commands(text), armour(text));
            let text = format!("-----BEGIN {text}-----END -e {text}{}{text}", "QUJD".repeat(80));
            let _ = (known(&text), commands(&text), armour(&text));
        });
    }
}
