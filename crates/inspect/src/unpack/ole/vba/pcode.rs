//! The compiled form that Office keeps beside the source of a module, and runs instead of it where its version fits.
//!
//! Only what betrays a source that was exchanged is read: the texts that the compiled form holds.

use super::super::bytes::{at_most, decode, size_at, u16_at};
use crate::bytes::find;

/// What begins the table of compiled lines.
const LINES: &[u8] = b"\xfe\xca";
/// The instruction that holds a text, in the lowest ten bits.
const TEXT_INSTRUCTION: u16 = 185;
/// A text shorter than this says nothing about where it comes from.
const MIN_LETTERS: usize = 4;
/// How many lines and texts are looked at.
const MAX_LINES: usize = 65_536;
const MAX_TEXTS: usize = 4096;

/// What the compiled form of a module holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Compiled {
    /// How many of its lines do something.
    pub(super) lines: usize,
    /// The texts in them.
    pub(super) texts: Vec<String>,
}

/// Reads what stands in front of the source in the stream of a module.
pub(super) fn compiled(cache: &[u8], page: u16) -> Compiled {
    let mut compiled = Compiled::default();
    let Some(table) = find(cache, LINES).map(|place| place + 4) else { return compiled };
    let count = u16_at(cache, table).map_or(0, usize::from);
    let code = table + 2 + count * 12 + 10;
    for line in 0..count.min(MAX_LINES) {
        let entry = table + 2 + line * 12;
        let (Some(length), Some(offset)) = (u16_at(cache, entry + 4), size_at(cache, entry + 8)) else { break };
        let bytes =
            code.checked_add(offset).map(|place| at_most(cache, place, usize::from(length))).unwrap_or_default();
        if !bytes.is_empty() {
            compiled.lines += 1;
            texts(bytes, page, &mut compiled.texts);
        }
    }
    compiled
}

/// Adds the texts of one line.
fn texts(line: &[u8], page: u16, found: &mut Vec<String>) {
    let mut place = 0;
    while let Some(instruction) = u16_at(line, place) {
        place += 2;
        if instruction & 0x03FF != TEXT_INSTRUCTION {
            continue;
        }
        let Some(length) = u16_at(line, place).map(usize::from) else { break };
        let text = at_most(line, place + 2, length);
        let printable = text.iter().all(|byte| *byte >= 0x20 && *byte != 0x7F);
        if text.len() == length && length >= MIN_LETTERS && printable && found.len() < MAX_TEXTS {
            found.push(decode(text, page));
            place += 2 + length.next_multiple_of(2);
        }
    }
}

/// The texts of the compiled form that the source does not have, if they are so many that the source was exchanged.
pub(super) fn missing_from<'c>(compiled: &'c Compiled, source: &str) -> Vec<&'c str> {
    let missing: Vec<&str> = compiled
        .texts
        .iter()
        .map(String::as_str)
        .filter(|text| !source.contains(*text) && !source.contains(&text.replace('"', "\"\"")))
        .collect();
    if missing.len() * 2 > compiled.texts.len() { missing } else { Vec::new() }
}

#[cfg(test)]
pub(in crate::unpack::ole) mod tests {
    use super::*;

    /// A compiled form with one line for each text.
    pub(crate) fn cache_of(lines: &[&str]) -> Vec<u8> {
        let mut cache = vec![0; 60];
        cache.extend(LINES);
        cache.extend([1, 0]);
        cache.extend(u16::try_from(lines.len()).unwrap().to_le_bytes());
        let mut code = Vec::new();
        for line in lines {
            let mut bytes = vec![0xB9, 0];
            bytes.extend(u16::try_from(line.len()).unwrap().to_le_bytes());
            bytes.extend(line.as_bytes());
            bytes.resize(bytes.len().next_multiple_of(2), 0);
            cache.extend([0; 4]);
            cache.extend(u16::try_from(bytes.len()).unwrap().to_le_bytes());
            cache.extend([0; 2]);
            cache.extend(u32::try_from(code.len()).unwrap().to_le_bytes());
            code.extend(bytes);
        }
        cache.extend([0; 10]);
        cache.extend(code);
        cache
    }

    #[test]
    fn texts_of_compiled_lines_are_compared_with_the_source() {
        let compiled = compiled(&cache_of(&["calc.exe /harmless", "say \"x\""]), 1252);
        assert_eq!(compiled, Compiled { lines: 2, texts: vec!["calc.exe /harmless".into(), "say \"x\"".into()] });
        assert_eq!(missing_from(&compiled, "a = \"calc.exe /harmless\" & \"say \"\"x\"\"\""), Vec::<&str>::new());
        assert_eq!(missing_from(&compiled, "MsgBox 1").len(), 2);
    }

    #[test]
    fn any_cache_is_read() {
        bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
            let mut cache = LINES.to_vec();
            cache.extend(bytes);
            let _ = compiled(&cache, 1252);
        });
    }
}
