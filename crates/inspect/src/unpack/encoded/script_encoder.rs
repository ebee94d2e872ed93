//! Scripts encoded by the tool of Microsoft (`.vbe`, `.jse`, `VBScript.Encode` in pages): letters exchanged by three
//! tables that take turns.

use crate::bytes::find;
use crate::{Limit, Reason};

/// What an encoded script begins and ends with.
const BEGIN: &[u8] = b"#@~^";
const END: &[u8] = b"^#~@";

/// The length before the script, and the sum behind it: six letters and `==`.
const NUMBER: usize = 8;

/// How many encoded scripts of one file are read.
const MAX_SCRIPTS: usize = 100;

/// What the letters from the blank on stand for, in each of the three tables.
const TABLES: [&[u8; 96]; 3] = [
    b".GzVBj/&IA42[vrC89pEhqO\tbD#uJ~J^@wJa]\"KoN;LPg*}tT+-,0nkf5%!dMRc?{x)(sY3\x7fmUS|:_eFX1ilZH'\\=$y7`Q 6",
    b"-uR`q^I\\b})6 |z\x7fkc3+hQfv1dTCL:L~LE,*t'7DyY/o&rj9{?8wgSG4x]0#Z[lHUpi.L!$NP\tVs5aKX;W\"mM%(FJ2A=_OBe",
    b"20!)[83=X:5e9\\VsfNEkbYx^}JmqA`AS@B'Hru17MR\"TjGd- \x7f.L]~loytC&v%$+(#A4\t*D?w;UiacPgQIOFh|6pnz/_KZ,W",
];

/// The same for the tabulator, which stands before the blank.
const TABULATOR: [u8; 3] = *b"Wn{";

/// Which table takes its turn.
const TURNS: &[u8; 64] = b"0120121221210212021200122102122100212120200120210212001220012021";

/// Whether an encoded script is in a file.
pub(super) fn begins(bytes: &[u8]) -> bool {
    find(bytes, BEGIN).is_some()
}

/// The encoded scripts in a file, and why not all of them are read.
pub(super) fn decoded(bytes: &[u8]) -> (Vec<Vec<u8>>, Option<Reason>) {
    let mut scripts = Vec::new();
    let mut rest = bytes;
    while let Some(at) = find(rest, BEGIN) {
        if scripts.len() >= MAX_SCRIPTS {
            return (scripts, Some(Reason::limit(Limit::Reader, MAX_SCRIPTS as u64)));
        }
        let body = rest.get(at + BEGIN.len() + NUMBER..).unwrap_or_default();
        let Some(end) = find(body, END) else {
            scripts.push(script(body));
            return (scripts, Some(Reason::incomplete("the end of an encoded script")));
        };
        scripts.push(script(body.get(..end.saturating_sub(NUMBER)).unwrap_or_default()));
        rest = body.get(end + END.len()..).unwrap_or_default();
    }
    let reason = scripts.is_empty().then(|| Reason::damaged("no encoded script is in it"));
    (scripts, reason)
}

/// Decodes one script.
fn script(encoded: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(encoded.len());
    let mut turn = 0;
    let mut bytes = encoded.iter().copied();
    while let Some(byte) = bytes.next() {
        let letter = match byte {
            b'@' => match bytes.next() {
                Some(b'&') => b'\n',
                Some(b'#') => b'\r',
                Some(b'*') => b'>',
                Some(b'!') => b'<',
                Some(b'$') => b'@',
                Some(other) => other,
                None => byte,
            },
            _ => exchanged(byte, turn),
        };
        if letter < 128 {
            turn += 1;
        }
        plain.push(letter);
    }
    plain
}

/// What a byte stands for when so many letters came before it.
fn exchanged(byte: u8, turn: usize) -> u8 {
    let table = TURNS.get(turn % TURNS.len()).map_or(0, |table| usize::from(table.saturating_sub(b'0')));
    if byte == b'\t' {
        return TABULATOR.get(table).copied().unwrap_or(byte);
    }
    let place = usize::from(byte).checked_sub(usize::from(b' '));
    let letter = place.and_then(|place| TABLES.get(table).and_then(|letters| letters.get(place)));
    letter.copied().unwrap_or(byte)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Encodes a script, by turning the tables around.
    pub(in crate::unpack::encoded) fn encoded(script: &[u8]) -> Vec<u8> {
        let mut bytes = b"#@~^AAAAAA==".to_vec();
        for (turn, &letter) in script.iter().enumerate() {
            match letter {
                b'\n' => bytes.extend(b"@&"),
                b'\r' => bytes.extend(b"@#"),
                b'>' => bytes.extend(b"@*"),
                b'<' => bytes.extend(b"@!"),
                b'@' => bytes.extend(b"@$"),
                _ => {
                    let candidates = (9..=127u8).filter(|byte| !matches!(byte, 10..=31 | b'<' | b'>' | b'@'));
                    bytes.extend(candidates.filter(|byte| exchanged(*byte, turn) == letter).take(1));
                }
            }
        }
        bytes.extend(b"AAAAAA==^#~@");
        bytes
    }

    /// Each table exchanges letters one for one: a slip in it would give one letter twice.
    #[test]
    fn tables_exchange_every_letter_once() {
        for table in 0..3 {
            let turn = TURNS.iter().position(|own| usize::from(own - b'0') == table).unwrap();
            let mut letters: Vec<u8> = (9..=127u8)
                .filter(|byte| !matches!(byte, 10..=31 | b'<' | b'>' | b'@'))
                .map(|byte| exchanged(byte, turn))
                .collect();
            letters.sort_unstable();
            let before = letters.len();
            letters.dedup();
            assert_eq!(letters.len(), before, "{table}");
        }
    }

    /// The words that scripts begin with, as the tool of Microsoft writes them: files are known by these letters.
    #[test]
    fn what_the_tool_wrote_is_read() {
        for (encoded, plain) in [("-mD~", "var "), ("9b:~", "Dim ")] {
            let (scripts, _) = decoded(format!("#@~^FQAAAA=={encoded}AAAAAA==^#~@").as_bytes());
            assert_eq!(String::from_utf8_lossy(&scripts[0]), plain);
        }
    }

    #[test]
    fn what_was_encoded_is_decoded() {
        let script = b"Set a = CreateObject(\"WScript.Shell\")\r\nIf 1 < 2 Then a.Popup \"KHIEN@HARMLESS>TEST\", 0, \"abc\"\t'xyz{|}~";
        let (scripts, reason) = decoded(&encoded(script));
        assert_eq!(String::from_utf8_lossy(&scripts[0]), String::from_utf8_lossy(script));
        assert_eq!(reason, None);
    }

    #[test]
    fn what_is_cut_off_is_said() {
        let bytes = encoded(b"a = 1");
        let (scripts, reason) = decoded(bytes.get(..bytes.len() - 4).unwrap());
        assert_eq!(scripts.len(), 1);
        assert!(matches!(reason, Some(Reason::Incomplete { .. })));
    }

    #[test]
    fn any_bytes_are_decoded() {
        bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
            let _ = decoded(bytes);
            let _ = decoded(&[BEGIN, bytes, END, bytes].concat());
        });
    }
}
