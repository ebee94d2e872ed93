//! The forms in which directories write points in time.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// From the beginning of Windows' time (1601) to that of Unix (1970), in microseconds.
const WINDOWS_TO_UNIX_MICROSECONDS: i64 = 11_644_473_600 * 1_000_000;
/// Ticks of a FILETIME (100 ns) in a microsecond.
const TICKS_A_MICROSECOND: i64 = 10;
/// The FILETIME that means "never".
const NEVER: i64 = i64::MAX;
const SECONDS_A_DAY: i64 = 24 * 60 * 60;
const NANOSECOND_DIGITS: usize = 9;

/// What a FILETIME says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileTime {
    /// 0: it has not happened, or does not apply.
    Zero,
    /// The largest number: never.
    Never,
    /// A moment.
    At(Timestamp),
}

/// Reads a FILETIME as Active Directory writes it: ticks of 100 ns since 1601, in decimal. `None` where it is none.
pub fn filetime(written: &str) -> Option<FileTime> {
    match written.trim().parse::<i64>().ok()? {
        0 => Some(FileTime::Zero),
        NEVER => Some(FileTime::Never),
        ticks if ticks < 0 => None,
        ticks => {
            let microseconds = ticks / TICKS_A_MICROSECOND - WINDOWS_TO_UNIX_MICROSECONDS;
            Timestamp::from_microsecond(microseconds).ok().map(FileTime::At)
        }
    }
}

/// Reads a day of `shadow(5)`: days since 1970, in decimal. It means the beginning of that day, in universal time.
pub fn shadow_day(written: &str) -> Option<i64> {
    written.trim().parse::<i64>().ok()
}

/// The beginning of a day of `shadow(5)`. `None` where no calendar goes that far.
pub fn of_shadow_day(day: i64) -> Option<Timestamp> {
    Timestamp::from_second(day.checked_mul(SECONDS_A_DAY)?).ok()
}

/// Reads a generalized time (X.680, RFC 4517 §3.3.13): `20261122083000Z`, `2026112208Z`, `20261122083000.5+0700`. The zone is
/// not optional. `None` where it is none.
pub fn generalized_time(written: &str) -> Option<Timestamp> {
    let mut rest = Letters(written.trim());
    let date =
        Date::new(i16::try_from(rest.number(4)?).ok()?, small(rest.number(2)?)?, small(rest.number(2)?)?).ok()?;
    let hour = small(rest.number(2)?)?;
    let minute = rest.number(2).map_or(Some(0), small)?;
    let second = rest.number(2).map_or(Some(0), small)?;
    let nanosecond = if rest.skip('.') || rest.skip(',') { rest.fraction()? } else { 0 };
    // A leap second is the last second of its minute here.
    let time = Time::new(hour, minute, second.min(59), nanosecond).ok().filter(|_| second <= 60)?;
    let offset = rest.zone()?;
    offset.to_timestamp(DateTime::from_parts(date, time)).ok()
}

fn small(number: u32) -> Option<i8> {
    i8::try_from(number).ok()
}

/// What is left to read.
struct Letters<'a>(&'a str);

impl Letters<'_> {
    /// The next `digits` digits as a number; nothing is taken where there are fewer.
    fn number(&mut self, digits: usize) -> Option<u32> {
        let taken = self.0.get(..digits)?;
        if !taken.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.0 = self.0.get(digits..)?;
        taken.parse().ok()
    }

    fn skip(&mut self, letter: char) -> bool {
        let rest = self.0.strip_prefix(letter);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// Digits after a point, as nanoseconds; finer ones are dropped. Only whole seconds have a fraction here.
    fn fraction(&mut self) -> Option<i32> {
        let end = self.0.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at_checked(end).filter(|(digits, _)| !digits.is_empty())?;
        self.0 = rest;
        let padded: String = digits.chars().chain("000000000".chars()).take(NANOSECOND_DIGITS).collect();
        padded.parse().ok()
    }

    /// `Z`, `+07` or `+0700`, and nothing after it.
    fn zone(&mut self) -> Option<Offset> {
        if self.0 == "Z" {
            return Some(Offset::UTC);
        }
        let sign = if self.skip('+') { 1 } else { self.skip('-').then_some(-1)? };
        let hours = i32::try_from(self.number(2)?).ok().filter(|hours| *hours < 24)?;
        let minutes = self.number(2).map_or(Some(0), |minutes| i32::try_from(minutes).ok())?;
        let offset = Offset::from_seconds(sign * (hours * 60 + minutes) * 60).ok()?;
        (self.0.is_empty() && minutes < 60).then_some(offset)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn filetimes_are_read_and_their_words_for_never_are_known() {
        let cases = [
            ("0", Some(FileTime::Zero)),
            ("9223372036854775807", Some(FileTime::Never)),
            // The moment at which Unix time began, as Microsoft documents it.
            ("116444736000000000", Some(FileTime::At(Timestamp::UNIX_EPOCH))),
            ("134082756129876543", Some(FileTime::At(at("2025-11-22T09:00:12.987654Z")))),
            ("1", Some(FileTime::At(at("1601-01-01T00:00:00Z")))),
            ("-1", None),
            ("", None),
            ("0x1", None),
            ("9223372036854775808", None),
        ];
        for (written, expected) in cases {
            assert_eq!(filetime(written), expected, "{written:?}");
        }
    }

    #[test]
    fn generalized_times_are_read_in_every_form() {
        let cases = [
            ("20261122083000Z", Some("2026-11-22T08:30:00Z")),
            ("20261122083000.0Z", Some("2026-11-22T08:30:00Z")),
            ("20261122083000.25Z", Some("2026-11-22T08:30:00.25Z")),
            ("20261122083000,5+0700", Some("2026-11-22T01:30:00.5Z")),
            ("202611220830Z", Some("2026-11-22T08:30:00Z")),
            ("2026112208-0130", Some("2026-11-22T09:30:00Z")),
            ("20261122083000+07", Some("2026-11-22T01:30:00Z")),
            ("20261231235960Z", Some("2026-12-31T23:59:59Z")),
            ("20261122083000", None),
            ("20261322083000Z", None),
            ("20260230083000Z", None),
            ("20261122243000Z", None),
            ("20261122083061Z", None),
            ("20261122083000.Z", None),
            ("20261122083000Zx", None),
            ("20261122083000+0760", None),
            ("20261122083000+25", None),
            ("00000101000000Z", Some("0000-01-01T00:00:00Z")),
            ("", None),
            ("không", None),
        ];
        for (written, expected) in cases {
            assert_eq!(generalized_time(written), expected.map(at), "{written:?}");
        }
    }

    #[test]
    fn days_of_the_shadow_file_begin_in_universal_time() {
        assert_eq!(shadow_day("20000").and_then(of_shadow_day), Some(at("2024-10-04T00:00:00Z")));
        assert_eq!(shadow_day("-1"), Some(-1));
        assert_eq!(shadow_day("soon"), None);
        assert_eq!(of_shadow_day(i64::MAX), None);
    }

    proptest! {
        #[test]
        fn nothing_that_is_written_stops_the_reader(written in ".{0,30}") {
            let _ = (filetime(&written), generalized_time(&written), shadow_day(&written).and_then(of_shadow_day));
        }

        #[test]
        fn a_generalized_time_means_the_moment_it_was_written_from(seconds in 0_i64..4_000_000_000) {
            let moment = Timestamp::from_second(seconds).unwrap();
            prop_assert_eq!(generalized_time(&moment.strftime("%Y%m%d%H%M%SZ").to_string()), Some(moment));
        }
    }
}
