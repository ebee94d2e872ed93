//! The passwords that are guessed first.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use khien_model::text::fold;

/// One a line, lower case without diacritics and spaces; `#` begins a remark.
const LIST: &str = include_str!("common_passwords.txt");

/// A password of fewer different letters is a row of keys, whatever its length.
pub const LEAST_DIFFERENT_LETTERS: usize = 4;

static COMMON: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| LIST.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect());

/// Whether `password` is one of the first guesses: in the list as it stands, or with digits and signs around a word of the
/// list, or made of hardly any different letters.
pub fn is_common(password: &str) -> bool {
    let folded: String = fold(password).chars().filter(|letter| !letter.is_whitespace()).collect();
    if folded.is_empty() {
        return false;
    }
    let word = folded.trim_matches(|letter: char| !letter.is_alphabetic());
    let different: BTreeSet<char> = folded.chars().collect();
    COMMON.contains(folded.as_str())
        || COMMON.contains(word)
        || COMMON.contains(undisguised(word).as_str())
        || different.len() < LEAST_DIFFERENT_LETTERS
}

/// The words of the list.
pub fn words() -> &'static BTreeSet<&'static str> {
    &COMMON
}

/// Digits and signs that stand for letters, as letters: `p@ssw0rd`.
fn undisguised(word: &str) -> String {
    let plain = |letter| match letter {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '5' | '$' => 's',
        other => other,
    };
    word.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_the_form_that_is_compared() {
        for line in COMMON.iter() {
            assert_eq!(fold(line), *line);
            assert!(!line.contains(char::is_whitespace), "{line:?}");
        }
        assert!(COMMON.len() > 150, "{}", COMMON.len());
    }

    #[test]
    fn first_guesses_are_known_in_their_disguises() {
        for guess in [
            "123456789",
            "Password1!",
            "P@ssw0rd",
            "qwerty123",
            "Mật khẩu 123",
            "anhyeuem",
            "Việt Nam 2026",
            "!!!Hanoi!!!",
            "aaaaaaaaaa1",
            "11112222",
            "ThiHanhAn@2026",
            "1qaz2wsx",
        ] {
            assert!(is_common(guess), "{guess:?}");
        }
        for passphrase in ["trời mưa ba ngày", "con-voi-đi-chợ", "Password của Lan là khác", "kQ8#vT2m"] {
            assert!(!is_common(passphrase), "{passphrase:?}");
        }
        assert!(!is_common(""));
    }
}
