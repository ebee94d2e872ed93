//! Packages of Windows Installer: names of streams are packed two letters in one, tables tell what is run.

use super::Taken;
use super::compound::{Compound, EntryKind};
use super::letters::decode;
use crate::Location;
use crate::bytes::{at_most, u16_le, u32_le};
use crate::kinds::office::MSI_CUSTOM_ACTION;
use crate::walk::Inside;

/// The letters that are packed, by their numbers.
const LETTERS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";
/// Where the numbers of two letters in one, of one letter, and the mark of a table begin.
const TWO: u32 = 0x3800;
const ONE: u32 = 0x4800;
const TABLE: u32 = 0x4840;
/// How much of a table is read.
const MAX_TABLE_BYTES: u64 = 32 * 1024 * 1024;
/// How many actions are told, and how many texts are read.
const MAX_ACTIONS: usize = 256;
const MAX_TEXTS: usize = 1_000_000;

/// The name that stands packed in the name of a stream; other names as they are.
pub(super) fn readable(name: &str) -> String {
    let letter = |number: u32| {
        LETTERS.get(usize::try_from(number & 0x3F).unwrap_or(0)).map_or('?', |letter| char::from(*letter))
    };
    let mut readable = String::new();
    for packed in name.chars() {
        match u32::from(packed) {
            number @ TWO..ONE => readable.extend([letter(number - TWO), letter((number - TWO) >> 6)]),
            number @ ONE..TABLE => readable.push(letter(number - ONE)),
            TABLE => readable.push('!'),
            _ => readable.push(packed),
        }
    }
    readable
}

/// Looks at the actions that a package brings.
pub(super) fn open(file: &Compound<'_>, inside: &mut Inside<'_, '_>, _: &mut Taken) {
    let table = |wanted: &str| {
        let entry =
            file.entries.iter().find(|entry| entry.kind == EntryKind::Stream && readable(&entry.name) == wanted)?;
        Some(file.content(entry, MAX_TABLE_BYTES).bytes)
    };
    let (Some(pool), Some(data), Some(actions)) =
        (table("!_StringPool"), table("!_StringData"), table("!CustomAction"))
    else {
        return;
    };
    let texts = texts(&pool, &data);
    // References are longer where there are many texts.
    let reference_bytes = if u16_le(&pool, 2).is_some_and(|flags| flags & 0x8000 != 0) { 3 } else { 2 };
    let text = |bytes: &[u8]| {
        let number = bytes.iter().rev().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
        number.checked_sub(1).and_then(|number| texts.get(number)).map_or("", String::as_str).to_owned()
    };
    // Tables lie column by column: action, type, source, target, and in newer ones a further type.
    let narrow = reference_bytes * 3 + 2;
    let row_bytes = if actions.len().is_multiple_of(narrow + 4) { narrow + 4 } else { narrow };
    let rows = actions.len() / row_bytes;
    for row in 0..rows.min(MAX_ACTIONS) {
        let cell = |before: usize, width: usize| at_most(&actions, before * rows + row * width, width);
        let kind = u16_le(cell(reference_bytes, 2), 0).unwrap_or(0) & 0x3F;
        if !matches!(kind, 1 | 2 | 5 | 6 | 17 | 18 | 21 | 22 | 34 | 37 | 38 | 50 | 53 | 54) {
            continue;
        }
        let action = text(cell(0, reference_bytes));
        let source = text(cell(reference_bytes + 2, reference_bytes));
        let target = text(cell(2 * reference_bytes + 2, reference_bytes));
        let what = match kind {
            1 | 17 => "library",
            2 | 18 | 34 | 50 => "program",
            _ => "script",
        };
        inside.found(
            &MSI_CUSTOM_ACTION,
            Location::Field("CustomAction".to_owned()),
            format!("{action}: {what} {source} {target}"),
        );
    }
}

/// The texts of a package: the pool has their lengths, the data their letters.
fn texts(pool: &[u8], data: &[u8]) -> Vec<String> {
    let page = u16_le(pool, 0).unwrap_or(0);
    let (mut texts, mut place, mut slot) = (Vec::new(), 0_usize, 4_usize);
    while let (Some(length), Some(count)) = (u16_le(pool, slot), u16_le(pool, slot + 2)) {
        slot += 4;
        let mut length = usize::from(length);
        if length == 0 && count != 0 {
            // A long text has its length in the next slot, in four bytes.
            length = u32_le(pool, slot).and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
            slot += 4;
        }
        texts.push(decode(at_most(data, place, length), page));
        place = place.saturating_add(length);
        if texts.len() >= MAX_TEXTS {
            break;
        }
    }
    texts
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A name, packed as Windows Installer does.
    pub(crate) fn packed(name: &str) -> String {
        let number =
            |letter: u8| LETTERS.iter().position(|known| *known == letter).map(|number| u32::try_from(number).unwrap());
        let mut packed = String::new();
        let mut letters = name.bytes().peekable();
        while let Some(letter) = letters.next() {
            let one = number(letter);
            let two = letters.peek().and_then(|next| number(*next));
            let (packed_letter, taken) = match (one, two) {
                (Some(one), Some(two)) => (TWO + one + (two << 6), true),
                (Some(one), None) => (ONE + one, false),
                (None, _) => (TABLE, false),
            };
            packed.push(char::from_u32(packed_letter).unwrap());
            if taken {
                letters.next();
            }
        }
        packed
    }

    #[test]
    fn packed_names_are_read() {
        // The names of three tables as Windows Installer writes them.
        assert_eq!(readable("\u{4840}\u{3f3f}\u{4577}\u{446c}\u{3e6a}\u{44b2}\u{482f}"), "!_StringPool");
        assert_eq!(readable("\u{4840}\u{3f3f}\u{4577}\u{446c}\u{3b6a}\u{45e4}\u{4824}"), "!_StringData");
        assert_eq!(readable(&packed("!CustomAction")), "!CustomAction");
        assert_eq!(readable("\u{5}SummaryInformation"), "\u{5}SummaryInformation");
    }
}
