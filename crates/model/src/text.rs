//! Vietnamese text: one Unicode form inside, searching without marks, sorting as a Vietnamese reader expects.
//!
//! The same word can be written with one code point per letter (NFC) or with marks of their own (NFD, as macOS and some
//! keyboards write it). Inside Khiên text is NFC; what comes from outside goes through [`nfc`] first.

use std::borrow::Cow;
use std::cmp::Ordering;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// `text` in NFC, without copying when it already is.
pub fn nfc(text: &str) -> Cow<'_, str> {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// `text` in NFD: each mark by itself behind its letter.
pub fn nfd(text: &str) -> String {
    text.nfd().collect()
}

/// Whether two texts differ in Unicode form and in capitals at most.
pub fn same_ignoring_case(one: &str, other: &str) -> bool {
    let lower = |text: &str| text.to_lowercase().nfc().collect::<String>();
    lower(one) == lower(other)
}

/// `text` for searching: lower case, without tones and marks, `đ` as `d`. `Thi hành án` is found by `thi hanh an`.
pub fn fold(text: &str) -> String {
    text.nfd()
        .filter(|letter| !is_mark(*letter))
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'đ' { 'd' } else { letter })
        .collect()
}

/// Whether `letter` is a combining mark of the block that Vietnamese (and Latin script at large) uses.
fn is_mark(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

/// The order of two texts in Vietnamese: by letters (a ă â b c d đ e ê …), then by tones (ngang, huyền, hỏi, ngã, sắc,
/// nặng), then lower case first. Equal only for texts that differ in Unicode form at most.
pub fn compare(one: &str, other: &str) -> Ordering {
    sort_key(one).cmp(&sort_key(other))
}

/// The order of two persons' names: by given name (the last word), then by the words between, then by family name.
pub fn compare_names(one: &str, other: &str) -> Ordering {
    sort_key(&given_name_first(one)).cmp(&sort_key(&given_name_first(other)))
}

fn given_name_first(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    match words.as_slice() {
        [family, between @ .., given] => {
            let mut order = vec![*given];
            order.extend(between);
            order.push(family);
            order.join(" ")
        }
        one_or_none => one_or_none.concat(),
    }
}

/// Letters, then tones, then case, then the text itself.
type SortKey = (Vec<(char, u8)>, Vec<u8>, Vec<bool>, String);

/// Builds the key that sorts `text`: each letter as its base and the mark that makes it a letter of its own, with the
/// tone kept apart, as the alphabet does.
fn sort_key(text: &str) -> SortKey {
    let (mut letters, mut tones, mut capitals) = (Vec::<(char, u8)>::new(), Vec::new(), Vec::new());
    for letter in text.nfd() {
        if is_mark(letter) {
            if let (Some((_, quality)), Some(tone)) = (letters.last_mut(), tones.last_mut()) {
                match letter {
                    '\u{306}' => *quality = 1,
                    '\u{302}' => *quality = 2,
                    '\u{31b}' => *quality = 3,
                    '\u{300}' => *tone = 1,
                    '\u{309}' => *tone = 2,
                    '\u{303}' => *tone = 3,
                    '\u{301}' => *tone = 4,
                    '\u{323}' => *tone = 5,
                    _ => {}
                }
            }
            continue;
        }
        for lower in letter.to_lowercase() {
            // đ has no decomposition: it is a letter after d.
            letters.push(if lower == 'đ' { ('d', 1) } else { (lower, 0) });
            tones.push(0);
            capitals.push(letter.is_uppercase());
        }
    }
    (letters, tones, capitals, text.nfc().collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_unicode_forms_become_one() {
        let decomposed = "Vie\u{323}\u{302}t";
        assert_eq!(nfc(decomposed), "Việt");
        assert!(matches!(nfc("Việt"), Cow::Borrowed(_)));
        assert!(same_ignoring_case(decomposed, "VIỆT"));
        assert!(!same_ignoring_case("Việt", "Viết"));
    }

    #[test]
    fn searching_needs_no_marks() {
        assert_eq!(fold("Phòng Thi hành án dân sự Đồng Tháp"), "phong thi hanh an dan su dong thap");
        assert_eq!(fold("NGUYỄN THỊ ƯỚC"), "nguyen thi uoc");
        assert_eq!(fold("Vie\u{323}\u{302}t"), "viet");
        assert_eq!(fold("PC-07 №3"), "pc-07 №3");
    }

    #[test]
    fn letters_follow_the_vietnamese_alphabet() {
        let alphabet = "a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y";
        let mut letters: Vec<&str> = alphabet.split(' ').collect();
        letters.reverse();
        letters.sort_by(|one, other| compare(one, other));
        assert_eq!(letters.join(" "), alphabet);
    }

    #[test]
    fn tones_decide_only_between_equal_letters() {
        let mut words = ["mạ", "má", "mã", "mả", "mà", "ma", "mai", "Ma"];
        words.sort_by(|one, other| compare(one, other));
        assert_eq!(words, ["ma", "Ma", "mà", "mả", "mã", "má", "mạ", "mai"]);
    }

    #[test]
    fn names_sort_by_given_name() {
        let mut names =
            ["Trần Văn Bình", "Nguyễn Thị Ánh", "Lê Ân", "Phạm An", "Đỗ Văn Bình", "Hoàng Anh", "Dương Văn Bình", ""];
        names.sort_by(|one, other| compare_names(one, other));
        assert_eq!(
            names,
            ["", "Phạm An", "Hoàng Anh", "Nguyễn Thị Ánh", "Lê Ân", "Dương Văn Bình", "Đỗ Văn Bình", "Trần Văn Bình"]
        );
    }

    proptest! {
        #[test]
        fn the_unicode_form_never_changes_order_or_search(one in "\\PC{0,12}", other in "\\PC{0,12}") {
            let decomposed: String = one.nfd().collect();
            prop_assert_eq!(compare(&decomposed, &other), compare(&one.nfc().collect::<String>(), &other));
            prop_assert_eq!(fold(&decomposed), fold(&one.nfc().collect::<String>()));
        }

        #[test]
        fn the_order_is_antisymmetric(one in "[aăâàảãáạdđ ]{0,6}", other in "[aăâàảãáạdđ ]{0,6}") {
            prop_assert_eq!(compare(&one, &other), compare(&other, &one).reverse());
            prop_assert_eq!(compare(&one, &other) == Ordering::Equal, one == other);
        }
    }
}
