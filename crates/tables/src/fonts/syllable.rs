//! Whether a word can be Vietnamese: one syllable of an onset, a nucleus and a coda, with one tone at most.

use khien_model::text::{nfc, nfd};

const ONSETS: [&str; 28] = [
    "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p", "ph", "qu",
    "r", "s", "t", "th", "tr", "v", "x",
];
const NUCLEI: [&str; 57] = [
    "a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y", "ai", "ao", "au", "ay", "âu", "ây", "eo", "êu", "ia",
    "iê", "iêu", "iu", "oa", "oă", "oai", "oay", "oe", "oeo", "oi", "ôi", "ơi", "ua", "uâ", "uây", "uê", "ui", "uô",
    "uôi", "uơ", "uy", "uya", "uyê", "uyu", "ưa", "ưi", "ươ", "ươi", "ươu", "ưu", "yê", "yêu", "uă", "uai", "uay",
    "ue",
];
const CODAS: [&str; 9] = ["", "c", "ch", "m", "n", "ng", "nh", "p", "t"];
/// The combining marks of the tones.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

/// Whether `word`, less what is written around it, is a syllable.
pub(super) fn is_syllable(word: &str) -> bool {
    let word = word.trim_matches(|letter: char| letter.is_ascii_punctuation() || letter.is_ascii_digit());
    let decomposed = nfd(&word.to_lowercase());
    let tones = decomposed.chars().filter(|letter| TONES.contains(letter)).count();
    let bare: String = decomposed.chars().filter(|letter| !TONES.contains(letter)).collect();
    let bare = nfc(&bare);
    let rest_is_syllable = |onset: &str| {
        let Some(rest) = bare.strip_prefix(onset) else { return false };
        CODAS.iter().any(|coda| rest.strip_suffix(coda).is_some_and(|nucleus| NUCLEI.contains(&nucleus)))
    };
    // `gì` and `quý`: the vowel of the onset is the nucleus.
    tones <= 1 && (ONSETS.iter().any(|onset| rest_is_syllable(onset)) || bare.as_ref() == "gi")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_told_from_other_words() {
        let syllables =
            "Nguyễn Văn Thị Đặng Quyết định thi hành án phường nghiêng gì giữa quý khuỷu Huế, (trường) ăn ý";
        for word in syllables.split(' ') {
            assert!(is_syllable(word), "{word}");
        }
        for word in ["Müller", "François", "Ägypten", "NguyÔn", "tªn", "vaø", "", "str", "wạ", "ạạ", "aâ"]
        {
            assert!(!is_syllable(word), "{word}");
        }
    }
}
