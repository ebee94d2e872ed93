//! What a workbook unpacks to, before anything of it is believed.

use std::io::{Read, Seek};

use zip::ZipArchive;

use crate::{FileProblem, Limits};

/// How much of a part is unpacked at a time.
const CHUNK_BYTES: usize = 64 * 1024;
/// How far apart two tags may be: what lies between is one text or one tag, and is held in memory as a whole. A cell of
/// Excel holds at most 32,767 letters.
const MAX_BETWEEN_TAGS: u64 = 256 * 1024;
/// A region of merged cells, as sheets write it.
const MERGED: &[u8] = b"mergeCell ";
/// How references to cells begin, in the last bytes that were seen: ` r="` and ` ref="`.
const REFERENCES: [&[u8]; 2] = [b" r=\"", b" ref=\""];
/// How many letters a column has, and how many digits a row: the last cell there can be is `XFD1048576`.
const REFERENCE_RUN: (u32, u32) = (3, 7);
/// The part with the texts that cells share.
const SHARED_TEXTS: &str = "sharedstrings.xml";
/// Where the parts lie that become rows.
const SHEETS: &str = "worksheets/";
/// What is in the archives that are workbooks of another kind: Excel's binary one, OpenDocument.
const OF_ANOTHER_KIND: [&str; 2] = ["xl/workbook.bin", "content.xml"];

/// What was seen while everything was unpacked.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Measured {
    pub(super) merged_regions: usize,
}

/// Unpacks every part to nowhere and counts: what the archive itself says about its sizes may be wrong.
pub(super) fn measure(source: &mut (impl Read + Seek), limits: &Limits) -> Result<Measured, FileProblem> {
    let mut archive = ZipArchive::new(source).map_err(|_| FileProblem::Damaged)?;
    if OF_ANOTHER_KIND.iter().any(|part| archive.index_for_name(part).is_some()) {
        return Err(FileProblem::OtherWorkbook);
    }
    let too_large = FileProblem::UnpacksTooLarge { most: limits.unpacked_bytes };
    if archive.len() > limits.parts {
        return Err(too_large);
    }
    let (mut left, mut merged_regions, mut is_damaged) = (limits.unpacked_bytes, 0, false);
    let mut chunk = vec![0; CHUNK_BYTES];
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).map_err(|_| FileProblem::Damaged)?;
        let name = part.name().map_err(|_| FileProblem::Damaged)?.to_ascii_lowercase();
        let is_shared = name.ends_with(SHARED_TEXTS);
        let mut scan = (is_shared || name.contains(SHEETS)).then(Scan::default);
        let mut left_of_part = if is_shared { limits.shared_bytes } else { left };
        loop {
            let read = part.read(&mut chunk).map_err(|_| FileProblem::Damaged)?;
            let bytes = chunk.get(..read).unwrap_or_default();
            if bytes.is_empty() {
                break;
            }
            left = left.checked_sub(bytes.len() as u64).ok_or_else(|| too_large.clone())?;
            left_of_part = left_of_part.checked_sub(bytes.len() as u64).ok_or_else(|| too_large.clone())?;
            if let Some(scan) = &mut scan {
                scan.take(bytes);
            }
        }
        merged_regions += scan.as_ref().map_or(0, |scan| scan.merged_regions);
        is_damaged |= scan.is_some_and(|scan| scan.is_damaged);
        if merged_regions > limits.merged_regions {
            return Err(FileProblem::TooManyMerged { most: limits.merged_regions });
        }
    }
    // Said last: of a bomb it matters more that it is one.
    if is_damaged { Err(FileProblem::Damaged) } else { Ok(Measured { merged_regions }) }
}

/// Looks at the XML of a sheet as it goes by. No spreadsheet program writes comments, sections of raw text or types of
/// documents there, but each can hide a text of any length.
#[derive(Default)]
struct Scan {
    since_tag: u64,
    after_bracket: bool,
    matched: usize,
    merged_regions: usize,
    is_damaged: bool,
    recent: [u8; 6],
    in_reference: bool,
    run: (u32, u32),
}

impl Scan {
    fn take(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().copied() {
            self.is_damaged |= self.after_bracket && byte == b'!';
            self.after_bracket = byte == b'<';
            self.since_tag = if self.after_bracket { 0 } else { self.since_tag + 1 };
            self.is_damaged |= self.since_tag > MAX_BETWEEN_TAGS;
            self.reference(byte);
            // The first letter of the word does not occur in it again, so a mismatch starts over.
            let expected = MERGED.get(self.matched).copied();
            self.matched = if expected == Some(byte) { self.matched + 1 } else { usize::from(byte == MERGED[0]) };
            if self.matched == MERGED.len() {
                self.merged_regions += 1;
                self.matched = 0;
            }
        }
    }

    /// Whoever reckons with a reference that is too long reckons past what numbers can hold.
    fn reference(&mut self, byte: u8) {
        self.recent.rotate_left(1);
        self.recent[5] = byte;
        if byte == b'"' {
            self.in_reference = REFERENCES.iter().any(|beginning| self.recent.ends_with(beginning));
            self.run = (0, 0);
        } else if self.in_reference {
            self.run = match byte {
                b'0'..=b'9' => (0, self.run.1 + 1),
                letter if letter.is_ascii_alphabetic() => (self.run.0 + 1, 0),
                _ => (0, 0),
            };
            self.is_damaged |= self.run.0 > REFERENCE_RUN.0 || self.run.1 > REFERENCE_RUN.1;
            self.in_reference = !self.is_damaged;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanned(text: &str) -> Option<usize> {
        let mut scan = Scan::default();
        // Cut anywhere: chunks end where they end.
        for byte in text.as_bytes() {
            scan.take(&[*byte]);
        }
        (!scan.is_damaged).then_some(scan.merged_regions)
    }

    #[test]
    fn merged_regions_are_counted_and_hiding_places_refused() {
        assert_eq!(scanned("<mergeCells count=\"2\"><mergeCell ref=\"A1:B1\"/><x:mergeCell ref=\"A2:B2\"/>"), Some(2));
        assert_eq!(scanned("<c><!-- x --></c>"), None);
        assert_eq!(scanned("<c r=\"XFD1048576\" s=\"12345678\"><v>12345678</v>"), Some(0));
        for beyond in ["<row r=\"4300000000\">", "<c r=\"ABCD1\">", "<dimension ref=\"A1:B12345678\"/>"] {
            assert_eq!(scanned(beyond), None, "{beyond}");
        }
        let most = usize::try_from(MAX_BETWEEN_TAGS).expect("it fits");
        assert_eq!(scanned(&format!("<{}<", "a".repeat(most))), Some(0));
        assert_eq!(scanned(&format!("<{}", "a".repeat(most + 1))), None);
    }
}
