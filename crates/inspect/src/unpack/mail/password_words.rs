//! Words of a mail that may be the password of what is attached to it.

/// How many words of one mail are tried.
pub(super) const MAX_WORDS: usize = 24;

/// How many words behind the word for "password" are taken.
const WORDS_BEHIND: usize = 6;

/// The longest word that is taken, in bytes.
const MAX_WORD_BYTES: usize = 128;

/// How many words for "password" are followed.
const MAX_MARKS: usize = 100;

/// How much of a text is read, in bytes.
const MAX_TEXT_BYTES: usize = 1024 * 1024;

/// Words for "password", folded; those of two words follow each other.
const MARKS: &[&str] = &["password", "passwd", "pass", "pwd", "pw", "mk", "matkhau", "passcode", "passphrase", "pin"];

/// The words near a word for "password" in `text`, the nearest first, each once.
pub(super) fn candidates(text: &str, found: &mut Vec<String>) {
    let text = text.get(..text.floor_char_boundary(MAX_TEXT_BYTES)).unwrap_or_default();
    let mut marks = 0;
    // `mật khẩu:abc` and `pass=abc` are two words.
    let words: Vec<&str> = text
        .split(|letter: char| letter.is_whitespace() || matches!(letter, ':' | '=' | '：'))
        .filter(|word| !word.is_empty())
        .collect();
    for (place, word) in words.iter().enumerate() {
        let own = khien_model::text::fold(trimmed(word));
        let next = words.get(place + 1).map(|next| khien_model::text::fold(trimmed(next)));
        let two = own == "mat" && next.as_deref() == Some("khau");
        if !two && !MARKS.contains(&own.as_str()) {
            continue;
        }
        marks += 1;
        let behind = words.iter().skip(place + 1 + usize::from(two)).take(WORDS_BEHIND);
        for word in behind {
            add(trimmed(word), found);
            // Of `abc123.` the full stop may belong to it.
            add(word.trim_matches(['"', '\'', '“', '”', '<', '>', '(', ')']), found);
        }
        // `"two words"`: what is in quotes is one password.
        let rest = text.split_once(word).map(|(_, rest)| rest).unwrap_or_default();
        if let Some(quoted) = rest
            .get(..rest.floor_char_boundary(MAX_WORD_BYTES))
            .and_then(|rest| rest.split(['"', '“', '”', '\'']).nth(1))
        {
            add(quoted.trim(), found);
        }
        if found.len() >= MAX_WORDS || marks >= MAX_MARKS {
            return;
        }
    }
}

fn trimmed(word: &str) -> &str {
    word.trim_matches(|letter: char| {
        matches!(
            letter,
            '.' | ','
                | ';'
                | ':'
                | '!'
                | '?'
                | '"'
                | '\''
                | '('
                | ')'
                | '['
                | ']'
                | '<'
                | '>'
                | '“'
                | '”'
                | '‘'
                | '’'
                | '*'
                | '_'
                | '`'
        )
    })
}

fn add(word: &str, found: &mut Vec<String>) {
    const FILLERS: &[&str] =
        &["la", "is", "file", "giai", "nen", "mo", "de", "the", "for", "to", "open", "tep", "cua", "of", "khau"];
    let fits = (1..=MAX_WORD_BYTES).contains(&word.len());
    if !fits || FILLERS.contains(&khien_model::text::fold(word).as_str()) {
        return;
    }
    for form in [khien_model::text::nfc(word).into_owned(), khien_model::text::nfd(word)] {
        if found.len() < MAX_WORDS && !found.contains(&form) {
            found.push(form);
        }
    }
}

/// HTML as text: its tags left out, its commonest entities read.
pub(super) fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            _ if inside => {}
            _ => text.push(letter),
        }
    }
    text.replace("&nbsp;", " ").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        candidates(text, &mut found);
        found
    }

    #[test]
    fn passwords_are_found_in_both_languages() {
        for (text, password) in [
            ("Mật khẩu giải nén: THADS@2026.", "THADS@2026"),
            ("mat khau la 123456", "123456"),
            ("Mật khẩu: \"bí mật\"", "bí mật"),
            ("Password=infected", "infected"),
            ("MK:abc", "abc"),
            ("The pass is x.", "x."),
            ("pwd\n\n  Zz9", "Zz9"),
            ("mật khẩu: Việt", "Việt"),
        ] {
            assert!(found(text).contains(&password.to_owned()), "{text}: {:?}", found(text));
        }
        assert_eq!(found("hộ chiếu passport và compass 123"), Vec::<String>::new());
    }

    #[test]
    fn as_many_as_may_be_are_taken() {
        let many = (0..100).map(|number| format!("pass w{number} ")).collect::<String>();
        assert_eq!(found(&many).len(), MAX_WORDS);
    }

    #[test]
    fn tags_are_left_out() {
        assert_eq!(without_tags("<b>mật khẩu</b>:&nbsp;<i>a&amp;b</i> 1 < 2"), " mật khẩu :  a&b  1 ");
    }
}
