//! Text that is not Unicode although it pretends to be.
//!
//! Fonts of the nineties (TCVN3: `.VnTime`; VNI: `VNI-Times`) draw Vietnamese letters in the place of others, so that the
//! bytes of `Nguyễn Văn An` read `NguyÔn V¨n An` or `Nguyeãn Vaên An`. Old lists still hold such text. And Excel's plain
//! "CSV" replaces what its code page does not have: `Nguy?n V?n An`.

mod syllable;
mod tcvn3;
mod vni;

use serde::{Deserialize, Serialize};

use self::syllable::is_syllable;
use crate::{FileProblem, Row};

/// A way in which old fonts draw Vietnamese.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Font {
    /// TCVN 5712 VN3, the letters of `.VnTime` and its family (ABC).
    Tcvn3,
    /// The letters of `VNI-Times` and its family.
    Vni,
}

impl Font {
    /// Every font there is.
    pub const ALL: [Self; 2] = [Self::Tcvn3, Self::Vni];

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcvn3 => "TCVN3 (ABC)",
            Self::Vni => "VNI",
        }
    }

    /// What `text` shows when it is drawn in this font. Text with letters that such a font does not have is Unicode already,
    /// and stays as it is.
    pub fn convert(self, text: &str) -> String {
        if text.is_ascii() || text.chars().any(|letter| letter > '\u{ff}' && letter.is_alphabetic()) {
            return text.to_owned();
        }
        match self {
            Self::Tcvn3 => tcvn3::convert(text),
            Self::Vni => vni::convert(text),
        }
    }
}

/// That a file is converted, and what shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversion {
    /// The font the file was written in.
    pub font: Font,
    /// The row of the example.
    pub row: u32,
    /// Its column, from 0.
    pub column: usize,
    /// The cell as it is in the file.
    pub before: String,
    /// The cell as it is read.
    pub after: String,
}

/// Letters of Latin-1 that no Vietnamese word has, but TCVN3 and VNI text does.
const FOREIGN: &str = "ÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïðñö÷øûüþÿ¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾";
/// Pairs in which VNI writes a marked vowel, and which no Vietnamese word has.
const VNI_PAIRS: [&str; 20] = [
    "aù", "aõ", "aê", "aâ", "aé", "aè", "aú", "aà", "aá", "aã", "eù", "eõ", "eã", "eá", "eà", "eâ", "oõ", "uõ", "iõ",
    "oâ",
];
/// How many words more must be Vietnamese after the conversion than before it: one can be chance.
const LEAST_GAIN: usize = 2;

/// Says in which old font a good part of the rows is written; refuses rows that have lost their letters, or of which nobody
/// can tell the font. A foreign name alone is none. A file of a code page is `certainly` not Unicode.
pub(crate) fn look_at(rows: &[Row], certainly: bool) -> Result<Option<Conversion>, FileProblem> {
    let cells =
        || rows.iter().flat_map(|row| row.cells.iter().enumerate().map(|(column, cell)| ((row.number, column), cell)));
    let marked = cells().filter(|(_, cell)| !cell.is_ascii()).count();
    if let Some(((row, column), sample, count)) = first_and_count(cells(), is_legacy)
        && (certainly || count * 5 >= marked)
    {
        return match likeliest(cells().map(|(_, cell)| cell.as_str())) {
            Some(font) => Ok(Some(Conversion { font, row, column, after: font.convert(&sample), before: sample })),
            None if certainly => Err(FileProblem::NotUnicode),
            None => Err(FileProblem::LegacyFont { row, sample }),
        };
    }
    if certainly && marked > 0 {
        return Err(FileProblem::NotUnicode);
    }
    if let Some(((row, _), sample, count)) = first_and_count(cells(), has_lost_letters)
        && count * 4 >= marked
    {
        return Err(FileProblem::LostLetters { row, sample });
    }
    Ok(None)
}

/// The font in which the most words are Vietnamese; none when that is hardly more than without one.
fn likeliest<'c>(cells: impl Iterator<Item = &'c str>) -> Option<Font> {
    let (mut before, mut after, mut words) = (0, [0; Font::ALL.len()], 0);
    for cell in cells.filter(|cell| !cell.is_ascii()) {
        let count = |text: &str| text.split(' ').filter(|word| !word.is_ascii() && is_syllable(word)).count();
        words += cell.split(' ').filter(|word| !word.is_ascii()).count();
        before += count(cell);
        for (total, font) in after.iter_mut().zip(Font::ALL) {
            *total += count(&font.convert(cell));
        }
    }
    let (best, font) = after.into_iter().zip(Font::ALL).max_by_key(|(count, _)| *count)?;
    let is_better = best >= before + LEAST_GAIN && best * 2 >= words;
    let is_alone = after.iter().filter(|count| **count == best).count() == 1;
    (is_better && is_alone).then_some(font)
}

fn first_and_count<'c>(
    cells: impl Iterator<Item = ((u32, usize), &'c String)>,
    is: fn(&str) -> bool,
) -> Option<((u32, usize), String, usize)> {
    let mut found = cells.filter(|(_, cell)| is(cell));
    let (place, sample) = found.next()?;
    Some((place, sample.clone(), 1 + found.count()))
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

/// Whether a text is written in capitals: old fonts with capital letters of their own use the codes of small ones.
fn is_in_capitals(text: &str) -> bool {
    let has_inner_capital = text.split(' ').any(|word| word.chars().skip(1).any(|letter| letter.is_ascii_uppercase()));
    has_inner_capital && !text.chars().any(|letter| letter.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_fonts_show_what_they_drew() {
        let cases = [
            (Font::Tcvn3, "Hä vµ tªn", "Họ và tên"),
            (Font::Tcvn3, "§¬n vÞ", "Đơn vị"),
            (Font::Tcvn3, "Sè thô lý", "Số thụ lý"),
            (Font::Tcvn3, "NguyÔn V¨n An", "Nguyễn Văn An"),
            (Font::Tcvn3, "Quy\u{d5}t ®\u{de}nh ngµy 01 th¸ng 7", "Quyết định ngày 01 tháng 7"),
            (Font::Tcvn3, "Th\u{ad}¬ng D\u{ad} ¦íc", "Thương Dư Ước"),
            (Font::Tcvn3, "NGUYÔN V¡N HïNG", "NGUYỄN VĂN HÙNG"),
            (Font::Tcvn3, "Lª Hµ", "Lê Hà"),
            (Font::Tcvn3, "Văn phòng", "Văn phòng"),
            (Font::Vni, "Hoï vaø teân", "Họ và tên"),
            (Font::Vni, "Ñôn vò", "Đơn vị"),
            (Font::Vni, "Nguyeãn Vaên An", "Nguyễn Văn An"),
            (Font::Vni, "NGUYEÃN VAÊN AN", "NGUYỄN VĂN AN"),
            (Font::Vni, "Quyeát ñònh thi haønh aùn", "Quyết định thi hành án"),
            (Font::Vni, "Höông Thuûy, Myõ, lyù, kyî", "Hương Thủy, Mỹ, lý, kyỵ"),
        ];
        for (font, written, expected) in cases {
            assert_eq!(font.convert(written), expected, "{written}");
        }
    }

    fn rows(text: &str) -> Vec<Row> {
        let row = |(line, number): (&str, u32)| Row { number, cells: line.split(';').map(str::to_owned).collect() };
        text.lines().zip(1..).map(row).collect()
    }

    #[test]
    fn the_font_is_told_by_the_words_it_makes() {
        let font = |text: &str| look_at(&rows(text), false).map(|found| found.map(|conversion| conversion.font));
        assert_eq!(font("Hä vµ tªn;§¬n vÞ\nNguyÔn V¨n An;V¨n phßng"), Ok(Some(Font::Tcvn3)));
        assert_eq!(font("Hoï vaø teân;Ñôn vò\nNguyeãn Vaên An;Vaên phoøng"), Ok(Some(Font::Vni)));
        assert_eq!(font("Họ và tên;Đơn vị\nJürgen Müller;Văn phòng\nLê Hà;Tổ 1\nĐỗ Tú;Tổ 2\nBùi Ấn;Tổ 3"), Ok(None));
        let lost = font("Họ tên;Đơn vị\nNguy?n V?n An;V?n phòng\nTr?n Bình;Phòng k? toán\nL? Hà;T? 1");
        assert_eq!(lost, Err(FileProblem::LostLetters { row: 2, sample: "Nguy?n V?n An".to_owned() }));
        let unclear = font("Ägypten;Øre;Þing");
        assert_eq!(unclear, Err(FileProblem::LegacyFont { row: 1, sample: "Ägypten".to_owned() }));
    }

    #[test]
    fn what_was_converted_is_shown() {
        let found = look_at(&rows("TT;Hä vµ tªn;§¬n vÞ"), false).expect("it can be told").expect("it is old");
        assert_eq!(
            (found.row, found.column, found.before.as_str(), found.after.as_str()),
            (1, 1, "Hä vµ tªn", "Họ và tên")
        );
    }
}
