//! Text that is not Unicode although it pretends to be.
//!
//! Fonts of the nineties (TCVN3: `.VnTime`; VNI: `VNI-Times`) draw Vietnamese letters in the place of others, so that the
//! bytes of `Nguyễn Văn An` read `NguyÔn V¨n An` or `Nguyeãn Vaên An`. Old lists still hold such text. And Excel's plain
//! "CSV" replaces what its code page does not have: `Nguy?n V?n An`.

use super::{FileProblem, Row};

/// Letters of Latin-1 that no Vietnamese word has, but TCVN3 and VNI text does.
const FOREIGN: &str = "ÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïðñö÷øûüþÿ¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾";
/// Pairs in which VNI writes a marked vowel, and which no Vietnamese word has.
const VNI_PAIRS: [&str; 20] = [
    "aù", "aõ", "aê", "aâ", "aé", "aè", "aú", "aà", "aá", "aã", "eù", "eõ", "eã", "eá", "eà", "eâ", "oõ", "uõ", "iõ",
    "oâ",
];

/// Refuses rows of which a good part is written in such a font, or has lost its letters. A foreign name alone is none.
pub(super) fn check(rows: &[Row]) -> Result<(), FileProblem> {
    let cells = || rows.iter().flat_map(|row| row.cells.iter().map(move |cell| (row.number, cell)));
    let marked = cells().filter(|(_, cell)| !cell.is_ascii()).count();
    if let Some((row, sample, count)) = first_and_count(cells(), is_legacy)
        && count * 5 >= marked
    {
        return Err(FileProblem::LegacyFont { row, sample });
    }
    if let Some((row, sample, count)) = first_and_count(cells(), has_lost_letters)
        && count * 4 >= marked
    {
        return Err(FileProblem::LostLetters { row, sample });
    }
    Ok(())
}

fn first_and_count<'c>(
    cells: impl Iterator<Item = (u32, &'c String)>,
    is: fn(&str) -> bool,
) -> Option<(u32, String, usize)> {
    let mut found = cells.filter(|(_, cell)| is(cell));
    let (row, sample) = found.next()?;
    Some((row, sample.clone(), 1 + found.count()))
}

fn is_legacy(cell: &str) -> bool {
    cell.split(' ').any(|word| {
        let has_plain = word.chars().any(|letter| letter.is_ascii_alphabetic());
        let has_foreign = word.chars().any(|letter| FOREIGN.contains(letter));
        let lower = word.to_lowercase();
        has_plain && (has_foreign || VNI_PAIRS.iter().any(|pair| lower.contains(pair)))
    })
}

/// A question mark between two letters.
fn has_lost_letters(cell: &str) -> bool {
    let letters: Vec<char> = cell.chars().collect();
    // The link of a web page has such a mark too.
    !cell.contains('/')
        && letters
            .windows(3)
            .any(|three| matches!(three, [before, '?', after] if before.is_alphabetic() && after.is_alphabetic()))
}
