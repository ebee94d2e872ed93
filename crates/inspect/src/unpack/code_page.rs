//! Names that do not say in which code page they were written.

use encoding_rs::WINDOWS_1258;
use khien_model::text::nfc;

/// The upper half of code page 437, in which DOS wrote names.
const CODE_PAGE_437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// A name as text: UTF-8 if it is that, else the code page of Vietnamese Windows if only letters come out, else code page 437.
pub(super) fn name(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return nfc(text).into_owned();
    }
    let (vietnamese, _) = WINDOWS_1258.decode_without_bom_handling(bytes);
    if vietnamese.chars().all(|letter| letter.is_ascii() || letter.is_alphabetic() || is_tone(letter)) {
        return nfc(&vietnamese).into_owned();
    }
    bytes.iter().map(|byte| letter_of_437(*byte)).collect()
}

/// The tone marks of code page 1258, which stand behind their vowel.
fn is_tone(letter: char) -> bool {
    matches!(letter, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
}

fn letter_of_437(byte: u8) -> char {
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(upper) => CODE_PAGE_437.chars().nth(usize::from(upper)).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_old_systems_are_read() {
        assert_eq!(CODE_PAGE_437.chars().count(), 128);
        assert_eq!(name("công văn.txt".as_bytes()), "công văn.txt");
        assert_eq!(name(b"Ti\xea\xecng Vi\xea\xf2t.doc"), "Tiếng Việt.doc");
        assert_eq!(name(b"\x81ber.txt"), "über.txt");
        assert_eq!(name(b"\xb3\xe1"), "│ß");
    }
}
