//! OneNote sections: attached files lie in objects that begin with a mark of sixteen bytes ([MS-ONESTORE] 2.6.13).
//!
//! The objects are sought, not reached through the lists of the file: what is damaged or was cut off from a page is found too.

use super::ole::bytes::{at_most, size_at, u8_at, u64_at, utf16};
use crate::kinds::office::{ONENOTE_ATTACHMENT, ONENOTE_PROGRAM};
use crate::unpack::ole::runs;
use crate::walk::{Inside, Part};
use crate::{Limit, Location, Reason};

/// What begins an object with a file, and what ends it.
const OBJECT: [u8; 16] =
    [0xE7, 0x16, 0xE3, 0xBD, 0x65, 0x26, 0x11, 0x45, 0xA4, 0xC4, 0x8D, 0x4D, 0x0B, 0x7A, 0x9E, 0xAC];
/// How far behind the mark the file begins: its length, and two numbers that are not used.
const HEADER_BYTES: usize = 36;
/// How many files and names are handed on.
const MAX_OBJECTS: usize = 4096;
/// How long the name of an attached file is, in letters.
const NAME_LETTERS: std::ops::RangeInclusive<usize> = 3..=255;
/// How long the ending of such a name is at most, in letters.
const MAX_ENDING_LETTERS: usize = 5;

/// Hands on the files in a section.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let names = names(part.bytes);
    for (place, name) in &names {
        let kind = if runs(name, &[]) { &ONENOTE_PROGRAM } else { &ONENOTE_ATTACHMENT };
        inside.found(kind, Location::Offset(*place as u64), name);
    }
    let (mut objects, mut from) = (0, 0);
    while let Some(found) = find_object(part.bytes, from) {
        if objects >= MAX_OBJECTS {
            return Err(Reason::limit(Limit::Reader, MAX_OBJECTS as u64));
        }
        objects += 1;
        let length = u64_at(part.bytes, found + OBJECT.len())
            .and_then(|length| usize::try_from(length).ok())
            .unwrap_or(usize::MAX);
        let data = at_most(part.bytes, found + HEADER_BYTES, length);
        if runs("", data) {
            inside.found(&ONENOTE_PROGRAM, Location::Offset(found as u64), format!("object-{objects}"));
        }
        let mut unpacked = inside.slice(data);
        if data.len() < length {
            unpacked = unpacked.cut_short(Reason::damaged("the section ends within the file"));
        }
        inside.piece(&format!("object-{objects}"), "onenote file", &unpacked);
        // A length that is wrong must not hide the object behind it.
        from = found + OBJECT.len();
    }
    Ok(())
}

fn find_object(bytes: &[u8], from: usize) -> Option<usize> {
    crate::bytes::find(bytes.get(from..)?, &OBJECT).map(|place| from + place)
}

/// The names of attached files, with their places: texts of two bytes a letter behind their length that end as the names of
/// files do.
fn names(bytes: &[u8]) -> Vec<(usize, String)> {
    let mut names: Vec<(usize, String)> = Vec::new();
    for (place, pair) in bytes.windows(2).enumerate() {
        if names.len() >= MAX_OBJECTS {
            break;
        }
        // A dot, from which the name is sought in both directions.
        if pair != b".\0" {
            continue;
        }
        // The last dot of a name only, so that no letter is looked at over and over.
        let after = (1..=MAX_ENDING_LETTERS + 1)
            .take_while(|on| is_letter(bytes, place + on * 2) && u8_at(bytes, place + on * 2) != Some(b'.'))
            .count();
        if !(1..=MAX_ENDING_LETTERS).contains(&after) || is_letter(bytes, place + (after + 1) * 2) {
            continue;
        }
        let before = (1..=*NAME_LETTERS.end())
            .take_while(|back| place.checked_sub(back * 2).is_some_and(|at| is_letter(bytes, at)))
            .count();
        let begin = place - before * 2;
        let length = (before + 1 + after) * 2;
        let stated = begin.checked_sub(4).and_then(|at| size_at(bytes, at));
        // With or without the letter of number 0 at its end.
        if !stated.is_some_and(|stated| stated == length || stated == length + 2)
            || !NAME_LETTERS.contains(&(length / 2))
        {
            continue;
        }
        let name = utf16(at_most(bytes, begin, length));
        let is_name = name.rsplit_once('.').is_some_and(|(stem, ending)| {
            !stem.is_empty()
                && (1..=5).contains(&ending.len())
                && ending.chars().all(|letter| letter.is_ascii_alphanumeric())
        });
        if is_name && !names.iter().any(|(_, known)| *known == name) {
            names.push((begin, name));
        }
    }
    names
}

/// Whether a letter of a name stands at `place`.
fn is_letter(bytes: &[u8], place: usize) -> bool {
    match (u8_at(bytes, place), u8_at(bytes, place + 1)) {
        (Some(low), Some(0)) => (matches!(low, 0x20..0x7F | 0xA0..)) && !b"<>:\"/|?*".contains(&low),
        // Vietnamese letters and their marks, and what turns the direction of writing.
        (Some(_), Some(high)) => matches!(high, 1..=3 | 0x1E | 0x20),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileType, Verdict};

    /// A section with attached files.
    fn section(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut bytes =
            vec![0xE4, 0x52, 0x5C, 0x7B, 0x8C, 0xD8, 0xA7, 0x4D, 0xAE, 0xB1, 0x53, 0x78, 0xD0, 0x29, 0x96, 0xD3];
        bytes.resize(1024, 0);
        for (name, data) in files {
            let units: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
            bytes.extend(u32::try_from(units.len()).unwrap().to_le_bytes());
            bytes.extend(units);
            bytes.extend(OBJECT);
            bytes.extend((data.len() as u64).to_le_bytes());
            bytes.extend([0; 12]);
            bytes.extend(*data);
            bytes.resize(bytes.len().next_multiple_of(8), 0);
            bytes.extend([
                0x22, 0xA7, 0xFB, 0x71, 0x79, 0x0F, 0x0B, 0x4A, 0xBB, 0x13, 0x89, 0x92, 0x56, 0x42, 0x6B, 0x24,
            ]);
        }
        bytes
    }

    #[test]
    fn attached_files_come_out_and_programs_are_told() {
        let bytes = section(&[("ghi chú.txt", b"xin chao"), ("hoa don.pdf.hta", b"KHIEN-HARMLESS-TEST")]);
        let inspection = crate::walk::testing::inspected_stated(FileType::OneNote, "a.one", &bytes, &[]);
        let nodes: Vec<(String, Option<u64>)> =
            inspection.nodes.iter().map(|node| (node.name.clone(), node.size)).collect();
        assert_eq!(nodes[1..], [("object-1".to_owned(), Some(8)), ("object-2".to_owned(), Some(19))]);
        let told: Vec<(&str, &str)> =
            inspection.findings.iter().map(|found| (found.id.as_str(), found.evidence.as_str())).collect();
        assert_eq!(told, [("onenote-attachment", "ghi chú.txt"), ("onenote-program", "hoa don.pdf.hta")]);
        assert_eq!(inspection.verdict, Verdict::Blocked);
        let cut = crate::walk::testing::inspected_stated(FileType::OneNote, "a.one", &bytes[..bytes.len() - 40], &[]);
        assert!(cut.not_inspected().next().is_some());
    }

    #[test]
    fn any_bytes_are_a_section() {
        bolero::check!().with_type::<(u16, Vec<u8>)>().for_each(|(place, bytes)| {
            let mut section = section(&[("a.txt", b"x")]);
            let place = usize::from(*place) % section.len();
            section.splice(place.., bytes.iter().copied());
            let _ = crate::walk::testing::inspected_stated(FileType::OneNote, "a.one", &section, &[]);
        });
    }
}
