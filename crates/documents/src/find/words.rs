//! A text cut into words.

use khien_model::text::fold;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// As it is looked for: lower case, no marks, đ as d.
    pub(super) folded: String,
    /// As it was written, in lower case.
    pub(super) written: String,
    /// Where it begins, in bytes.
    pub(super) start: usize,
}

/// The words of `text`, which is in NFC.
pub(super) fn words(text: &str) -> impl Iterator<Item = Word> {
    Words { text, letters: text.char_indices() }
}

struct Words<'t> {
    text: &'t str,
    letters: std::str::CharIndices<'t>,
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        loop {
            let (start, _) = self.letters.find(|(_, letter)| is_of_word(*letter))?;
            let end = end_of(self.text, start);
            while self.letters.clone().next().is_some_and(|(at, _)| at < end) {
                self.letters.next();
            }
            let written: String = self
                .text
                .get(start..end)?
                .chars()
                .filter(|letter| !is_invisible(*letter))
                .collect::<String>()
                .to_lowercase();
            let folded = fold(&written);
            // A mark that stands alone folds to nothing: it is no word.
            if !folded.is_empty() {
                return Some(Word { folded, written, start });
            }
        }
    }
}

/// The end of the word that begins at `start`, in bytes.
pub(super) fn end_of(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    rest.find(|letter| !is_of_word(letter) && !is_invisible(letter)).map_or(text.len(), |length| start + length)
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&letter)
}

/// What a reader does not see, and what programs put into the middle of words: soft hyphens, joiners.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}
