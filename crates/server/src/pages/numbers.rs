//! Numbers as people write them: `1.234` and `85%` in Vietnamese, `1,234` and `85%` in English.

use khien_judge::Counts;
use khien_texts::Language;

const GROUP: usize = 3;

/// A count with its thousands marked.
pub(crate) fn count(number: u64, language: Language) -> String {
    let digits = number.to_string();
    let mark = match language {
        Language::Vi => '.',
        Language::En => ',',
    };
    let mut written = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(GROUP) {
            written.push(mark);
        }
        written.push(digit);
    }
    written
}

/// How many in a hundred pass; `None` when there is nothing to count. Rounded down: 100 means all of them.
pub(super) fn share(counts: &Counts) -> Option<u64> {
    (counts.pass * 100).checked_div(counts.total())
}

/// The share of what passes, for a reader; a dash when there is nothing to count.
pub(super) fn share_words(counts: &Counts) -> String {
    share(counts).map_or_else(|| "–".to_owned(), |share| format!("{share}%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_marked_as_the_language_does() {
        for (number, vi, en) in
            [(0, "0", "0"), (999, "999", "999"), (1_000, "1.000", "1,000"), (1_234_567, "1.234.567", "1,234,567")]
        {
            assert_eq!(count(number, Language::Vi), vi);
            assert_eq!(count(number, Language::En), en);
        }
    }

    #[test]
    fn a_hundred_per_cent_means_all() {
        let counts = |pass, fail| Counts { pass, fail, unknown: 0, exempt: 0 };
        assert_eq!(share(&counts(999, 1)), Some(99));
        assert_eq!(share(&counts(3, 0)), Some(100));
        assert_eq!(share(&counts(0, 0)), None);
        assert_eq!(share_words(&counts(0, 0)), "–");
        assert_eq!(share(&Counts { unknown: 1, ..counts(1, 0) }), Some(50), "what is unknown does not pass");
        assert_eq!(share(&Counts { exempt: 1, ..counts(1, 0) }), Some(50), "what is exempt does not pass either");
    }
}
