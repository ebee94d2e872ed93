//! All words of the table in one pass over a script: where each stands first.

use std::sync::OnceLock;

use super::table::{SIGNS, Sign};

/// One place for each pair of bytes that a word can begin with.
const PAIRS: usize = 1 << 16;

/// The words, ordered by their first two bytes.
struct Index {
    words: Vec<&'static str>,
    /// For each pair of bytes: where its words begin; the next place is where they end.
    begins: Vec<u16>,
}

/// Where each word stands first; only words that are not the end of a longer one count.
pub(super) struct Places {
    first: Vec<Option<usize>>,
}

fn pair(word: &[u8]) -> Option<usize> {
    let [first, second, ..] = word else { return None };
    Some(usize::from(*first) << 8 | usize::from(*second))
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut words: Vec<&'static str> =
            SIGNS.iter().flat_map(|sign| sign.all.iter().flat_map(|group| group.iter().copied())).collect();
        words.sort_unstable();
        words.dedup();
        let mut begins = vec![0; PAIRS + 1];
        for word in &words {
            if let Some(count) = pair(word.as_bytes()).and_then(|pair| begins.get_mut(pair + 1)) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for begin in &mut begins {
            sum += *begin;
            *begin = sum;
        }
        Index { words, begins }
    })
}

impl Places {
    /// Looks for every word.
    pub(super) fn of(text: &str) -> Self {
        let index = index();
        let mut first = vec![None; index.words.len()];
        let bytes = text.as_bytes();
        for at in 0..bytes.len() {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(pair) = pair(rest) else { break };
            let range = index.begins.get(pair).zip(index.begins.get(pair + 1));
            let Some((from, to)) = range.map(|(from, to)| (usize::from(*from), usize::from(*to))) else { continue };
            for number in from..to {
                let (Some(word), Some(place)) = (index.words.get(number), first.get_mut(number)) else { continue };
                if place.is_none() && rest.starts_with(word.as_bytes()) && is_whole(text, at, word) {
                    *place = Some(at);
                }
            }
        }
        Self { first }
    }

    /// Where a word of the table stands first.
    fn of_word(&self, word: &str) -> Option<usize> {
        let number = index().words.binary_search(&word).ok()?;
        self.first.get(number).copied().flatten()
    }

    /// Where the first word of the first group stands, if a word of every group is there.
    pub(super) fn of_sign(&self, sign: &Sign) -> Option<usize> {
        let mut first = None;
        for group in sign.all {
            let at = group.iter().filter_map(|word| self.of_word(word)).min()?;
            first = first.or(Some(at));
        }
        first
    }
}

/// Whether a word at a place is not the end of a longer one.
pub(super) fn is_whole(text: &str, at: usize, word: &str) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    !word.starts_with(char::is_alphanumeric) || before.is_none_or(|letter| !letter.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of the table are in the spelling that scripts are brought into, or they would never be found.
    #[test]
    fn every_word_of_the_table_is_found_where_it_stands() {
        for word in &index().words {
            let plain = super::super::plain::Plain::of(&format!("; {word} ;"));
            assert_eq!(Places::of(&plain.text).of_word(word), Some(2), "{word}");
            assert!(word.len() >= 2, "{word}");
        }
    }

    #[test]
    fn the_ends_of_longer_words_do_not_count() {
        let places = Places::of("abcvssadmin delete shadows; vssadmin delete shadows");
        assert_eq!(places.of_word("vssadmin delete shadows"), Some(28));
        assert_eq!(places.of_word("certutil -urlcache"), None);
    }
}
