//! Dates as people and spreadsheets write them.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

/// From which day a workbook counts: Excel on a Mac used to begin in 1904.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DateSystem {
    /// 1 is the first of January 1900.
    #[default]
    From1900,
    /// 0 is the first of January 1904.
    From1904,
}

/// The first year of a date that is believed: what is older is a slip of the keyboard.
pub const FIRST_YEAR: i16 = 1950;
/// The last one.
pub const LAST_YEAR: i16 = 2100;
/// How many letters a date can have, a time of day included.
const MAX_LETTERS: usize = 40;

/// The day that a cell means: `31/07/2026`, `2026-07-31`, `ngày 31 tháng 7 năm 2026`, each with a time of day or without,
/// or a plain number that counts days in `system`. The day comes before the month, as in Vietnam; a year has four digits.
pub fn parse(text: &str, system: DateSystem) -> Option<Date> {
    if text.len() > MAX_LETTERS {
        return None;
    }
    if let Ok(serial) = text.parse::<f64>() {
        return from_serial(serial, system);
    }
    // "08:30 31/07/2026" is the form of many programs of the state.
    let words = text.split([' ', 'T']).filter(|word| !word.contains(':'));
    let mut numbers = Vec::new();
    for word in words {
        for part in word.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty()) {
            numbers.push(part);
        }
    }
    let is_separated = text.contains(['/', '-', '.']) || text.to_lowercase().contains("th");
    let [first, month, last] = numbers.as_slice() else { return None };
    let (day, year) = if first.len() == 4 { (last, first) } else { (first, last) };
    if !is_separated || year.len() != 4 || day.len() > 2 || month.len() > 2 {
        return None;
    }
    believed(Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?)
}

fn from_serial(serial: f64, system: DateSystem) -> Option<Date> {
    let first = match system {
        // Excel believes that 1900 had a 29 February; the days that are believed lie behind it.
        DateSystem::From1900 => date(1899, 12, 30),
        DateSystem::From1904 => date(1904, 1, 1),
    };
    let whole = serial.floor();
    if !(0.0..=f64::from(i32::from(LAST_YEAR) * 366)).contains(&whole) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a whole number between 0 and LAST_YEAR * 366")]
    let days = whole as i64;
    believed(first.checked_add(days.days()).ok()?)
}

fn believed(day: Date) -> Option<Date> {
    (FIRST_YEAR..=LAST_YEAR).contains(&day.year()).then_some(day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_are_read_however_they_are_written() {
        let day = Some(date(2026, 7, 5));
        let written = [
            "05/07/2026",
            "5/7/2026",
            "05-07-2026",
            "5.7.2026",
            "2026-07-05",
            "2026/7/5",
            "05/07/2026 08:30",
            "08:30:15 05/07/2026",
            "2026-07-05T08:30:00",
            "2026-07-05T08:30:00+07:00",
            "ngày 05 tháng 7 năm 2026",
            "46208",
            "46208.354",
        ];
        for text in written {
            assert_eq!(parse(text, DateSystem::From1900), day, "{text}");
        }
        assert_eq!(parse("44746", DateSystem::From1904), day);
    }

    #[test]
    fn what_is_no_date_or_could_be_two_is_none() {
        for text in [
            "",
            "x",
            "07/31/2026",
            "31/02/2026",
            "05/07/26",
            "12",
            "7/2026",
            "05072026",
            "1/1/1900",
            "5 7 2026",
            "1e300",
        ] {
            assert_eq!(parse(text, DateSystem::From1900), None, "{text}");
        }
        let bounds = [("01/01/1950", true), ("31/12/1949", false), ("31/12/2100", true), ("01/01/2101", false)];
        for (text, is_believed) in bounds {
            assert_eq!(parse(text, DateSystem::From1900).is_some(), is_believed, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[0-9/:.Te+ -]{0,45}|\\PC{0,20}") {
            let _ = parse(&text, DateSystem::From1904);
        }

        #[test]
        fn every_day_survives_each_form(days in 0..40_000_i64) {
            let day = date(1970, 1, 1).checked_add(days.days()).expect("a day");
            let serial = (day - date(1899, 12, 30)).get_days();
            for text in [day.strftime("%d/%m/%Y").to_string(), day.to_string(), serial.to_string()] {
                prop_assert_eq!(parse(&text, DateSystem::From1900), Some(day), "{}", text);
            }
        }
    }
}
