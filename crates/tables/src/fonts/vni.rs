//! VNI: a vowel is followed by a code for its mark and tone; a few letters have codes of their own.

use khien_model::text::nfc;

/// The codes that follow a vowel, as Windows-1252 draws them, and the combining marks that they are.
const MARKS: [(char, &str); 17] = [
    ('ù', "\u{301}"),
    ('ø', "\u{300}"),
    ('û', "\u{309}"),
    ('õ', "\u{303}"),
    ('ï', "\u{323}"),
    ('â', "\u{302}"),
    ('á', "\u{302}\u{301}"),
    ('à', "\u{302}\u{300}"),
    ('å', "\u{302}\u{309}"),
    ('ã', "\u{302}\u{303}"),
    ('ä', "\u{302}\u{323}"),
    ('ê', "\u{306}"),
    ('é', "\u{306}\u{301}"),
    ('è', "\u{306}\u{300}"),
    ('ú', "\u{306}\u{309}"),
    ('ü', "\u{306}\u{303}"),
    ('ë', "\u{306}\u{323}"),
];

/// The codes that are letters by themselves.
const LETTERS: [(char, char); 8] =
    [('ô', 'ơ'), ('ö', 'ư'), ('ñ', 'đ'), ('æ', 'ỉ'), ('ó', 'ĩ'), ('ò', 'ị'), ('î', 'ỵ'), ('í', 'í')];

pub(super) fn convert(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() * 2);
    let mut after_vowel = false;
    for code in text.chars() {
        let small = lower(code);
        if let Some((_, marks)) = MARKS.iter().find(|(known, _)| after_vowel && *known == small) {
            shown.push_str(marks);
            after_vowel = false;
            continue;
        }
        after_vowel = "aeouyôö".contains(small);
        match LETTERS.iter().find(|(known, _)| *known == small) {
            Some((_, letter)) if small == code => shown.push(*letter),
            Some((_, letter)) => shown.extend(letter.to_uppercase()),
            None => shown.push(code),
        }
    }
    nfc(&shown).into_owned()
}

fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}
