//! Points in time as people write and read them. Vietnamese time throughout, wherever the machine stands.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use khien_model::{DAY_OFFSET, end_of_day};

use crate::{Language, Texts, text};

/// The moment that `written` means.
///
/// RFC 3339 (`2026-06-30T08:00:00+07:00`) is that moment. Date and time without an offset are Vietnamese time. A date
/// alone (`2026-06-30`, `30/06/2026`) is the last second of that day, so that everything that happened on it counts.
pub fn parse(written: &str) -> Option<Timestamp> {
    let written = written.trim();
    if let Ok(moment) = written.parse::<Timestamp>() {
        return Some(moment);
    }
    if let Some(day) = parse_day(written) {
        return Some(end_of_day(day));
    }
    let (day, time) = written.split_once(['T', ' '])?;
    let day = parse_day(day)?;
    let time = time.trim().parse::<jiff::civil::Time>().ok()?;
    TimeZone::fixed(DAY_OFFSET).to_timestamp(DateTime::from_parts(day, time)).ok()
}

/// `2026-06-30`, `30/06/2026` or `30/6/2026`.
fn parse_day(written: &str) -> Option<Date> {
    let mut parts = written.split('/');
    if let (Some(day), Some(month), Some(year), None) = (parts.next(), parts.next(), parts.next(), parts.next()) {
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || ![day, month, year].into_iter().all(all_digits) {
            return None;
        }
        return Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok();
    }
    // Strictly `YYYY-MM-DD`: jiff alone would also take a date and time and drop the time.
    if written.len() == "YYYY-MM-DD".len() { written.parse().ok() } else { None }
}

/// `moment` for a reader.
pub fn shown(moment: Timestamp, texts: &Texts) -> String {
    let local = DAY_OFFSET.to_datetime(moment);
    let (day, time) = (local.date(), local.time());
    let time = format!("{:02}:{:02}", time.hour(), time.minute());
    text!(texts, "moment", day = day_shown(day, texts), time = time)
}

/// `day` for a reader.
pub fn day_shown(day: Date, texts: &Texts) -> String {
    match texts.language() {
        Language::Vi => format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year()),
        Language::En => format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day()),
    }
}

/// Since when and until when something is valid. `to` is the first day on which it is no longer; people are told the last.
pub fn validity(from: Date, to: Option<Date>, texts: &Texts) -> String {
    let from = day_shown(from, texts);
    match to {
        None => text!(texts, "valid-from", from = from),
        Some(to) => {
            let last = to.yesterday().unwrap_or(to);
            text!(texts, "valid-between", from = from, to = day_shown(last, texts))
        }
    }
}

/// A length of time as people say it: whole days from two days on, whole hours from two hours on, else minutes.
pub fn about(length: SignedDuration, texts: &Texts) -> String {
    let (hours, minutes) = (length.as_hours(), length.as_mins());
    if hours >= 48 {
        text!(texts, "length-days", count = hours / 24)
    } else if hours >= 2 {
        text!(texts, "length-hours", count = hours)
    } else {
        text!(texts, "length-minutes", count = minutes)
    }
}

/// A length of time in the largest unit that says it exactly.
pub fn length(length: SignedDuration, texts: &Texts) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    let seconds = length.as_secs();
    for (unit, key) in [(DAY, "length-days"), (HOUR, "length-hours"), (MINUTE, "length-minutes")] {
        if seconds != 0 && seconds % unit == 0 {
            return text!(texts, key, count = seconds / unit);
        }
    }
    text!(texts, "length-seconds", count = seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_many_ways() {
        for (written, meant) in [
            ("2026-06-30T08:00:00+07:00", "2026-06-30T01:00:00Z"),
            ("2026-06-30T01:00:00Z", "2026-06-30T01:00:00Z"),
            ("2026-06-30T08:00", "2026-06-30T01:00:00Z"),
            ("2026-06-30 08:00:05", "2026-06-30T01:00:05Z"),
            ("30/06/2026 08:00", "2026-06-30T01:00:00Z"),
            ("2026-06-30", "2026-06-30T16:59:59Z"),
            ("30/06/2026", "2026-06-30T16:59:59Z"),
            (" 1/7/2026 ", "2026-07-01T16:59:59Z"),
        ] {
            assert_eq!(parse(written).map(|moment| moment.to_string()).as_deref(), Some(meant), "{written}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for written in [
            "",
            "hôm qua",
            "31/06/2026",
            "2026-02-30",
            "06/30/2026",
            "30/06/26",
            "+1/+2/2026",
            "2026",
            "9999-12-31T",
            "1/2/3/4",
        ] {
            assert_eq!(parse(written), None, "{written}");
        }
    }

    #[test]
    fn lengths_take_the_largest_exact_unit() {
        let texts = Texts::new(Language::En, &[]);
        let shown = |text: &str| length(text.parse().expect("a length"), &texts);
        assert_eq!(shown("PT2160H"), "90 days");
        assert_eq!(shown("PT24H"), "1 day");
        assert_eq!(shown("PT15M"), "15 minutes");
        assert_eq!(shown("PT25H"), "25 hours");
        assert_eq!(shown("PT61S"), "61 seconds");
        assert_eq!(shown("PT0S"), "0 seconds");
    }
}
