//! Lengths of time as they are written in directive files: `90d`, `1h30m`.

use jiff::SignedDuration;

use crate::Lang;
use crate::limits::MAX_DURATION_DAYS;

/// The units, longest first: letter, seconds, Vietnamese word, English word.
const UNITS: &[(char, i64, &str, &str)] = &[
    ('w', 7 * 24 * 3600, "tuần", "week"),
    ('d', 24 * 3600, "ngày", "day"),
    ('h', 3600, "giờ", "hour"),
    ('m', 60, "phút", "minute"),
    ('s', 1, "giây", "second"),
];

/// Reads numbers with units, each unit shorter than the one before; `None` for anything else.
pub(crate) fn parse(text: &str) -> Option<SignedDuration> {
    let mut seconds: i64 = 0;
    let mut last_unit = i64::MAX;
    let mut digits = String::new();
    for character in text.chars() {
        if character.is_ascii_digit() {
            digits.push(character);
            continue;
        }
        let (_, unit, ..) = UNITS.iter().find(|(letter, ..)| *letter == character)?;
        if *unit >= last_unit {
            return None;
        }
        last_unit = *unit;
        let count: i64 = digits.parse().ok()?;
        digits.clear();
        seconds = seconds.checked_add(count.checked_mul(*unit)?)?;
    }
    let complete = digits.is_empty() && last_unit != i64::MAX;
    (complete && seconds <= MAX_DURATION_DAYS * 24 * 3600).then(|| SignedDuration::from_secs(seconds))
}

fn parts(length: SignedDuration) -> Vec<(i64, usize)> {
    let mut seconds = length.as_secs();
    let mut parts = Vec::new();
    // Weeks are read but not written: 90 days is what the law says, not 12 weeks and 6 days.
    for (index, (_, unit, ..)) in UNITS.iter().enumerate().skip(1) {
        let count = seconds / unit;
        seconds %= unit;
        if count != 0 {
            parts.push((count, index));
        }
    }
    if parts.is_empty() {
        parts.push((0, UNITS.len() - 1));
    }
    parts
}

/// The length as it is written in a file.
pub(crate) fn write(length: SignedDuration) -> String {
    let parts: Vec<String> =
        parts(length).into_iter().map(|(count, unit)| format!("{count}{}", UNITS[unit].0)).collect();
    parts.concat()
}

/// The length for a person.
pub(crate) fn describe(length: SignedDuration, lang: Lang) -> String {
    let words: Vec<String> = parts(length)
        .into_iter()
        .map(|(count, unit)| {
            let (_, _, vi, en) = UNITS[unit];
            match lang {
                Lang::Vi => format!("{count} {vi}"),
                Lang::En if count == 1 => format!("{count} {en}"),
                Lang::En => format!("{count} {en}s"),
            }
        })
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, seconds: Option<i64>) {
        assert_eq!(parse(text).map(|length| length.as_secs()), seconds, "{text:?}");
    }

    #[test]
    fn lengths() {
        check("90d", Some(90 * 86_400));
        check("1w2d3h4m5s", Some(9 * 86_400 + 3 * 3_600 + 4 * 60 + 5));
        check("0s", Some(0));
        for wrong in ["", "d", "5", "5 d", "-5d", "1h1d", "1d1d", "5x", "1.5h", "9999999999999999999d", "5d ", "٣d"] {
            check(wrong, None);
        }
    }

    #[test]
    fn a_hundred_years_is_the_limit() {
        check("36525d", Some(36_525 * 86_400));
        check("36525d1s", None);
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["90d", "1h30m", "0s", "1d1s"] {
            let length = parse(text).expect("a length");
            assert_eq!(write(length), text);
        }
        let fortnight = parse("2w").expect("a length");
        assert_eq!(write(fortnight), "14d");
        assert_eq!(describe(fortnight, Lang::Vi), "14 ngày");
        assert_eq!(describe(parse("1d2h").expect("a length"), Lang::En), "1 day 2 hours");
    }
}
