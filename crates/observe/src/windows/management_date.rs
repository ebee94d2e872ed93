//! Dates as Windows Management Instrumentation writes them.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// The moment in `20261123073000.000000+420`: local time, and by how many minutes it is ahead of UTC.
pub(crate) fn moment_of(text: &str) -> Option<Timestamp> {
    let at = text.find(['+', '-'])?;
    let (local, ahead) = text.split_at_checked(at)?;
    let (local, fraction) = local.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (sign, minutes) = ahead.split_at_checked(1)?;
    if local.len() != 14 || !digits(local) || !digits(fraction) || !digits(minutes) {
        return None;
    }
    let minutes: i64 = minutes.parse().ok()?;
    let ahead = SignedDuration::from_mins(if sign == "-" { -minutes } else { minutes });
    let offset = Offset::try_from(ahead).ok()?;
    let local = DateTime::strptime("%Y%m%d%H%M%S", local).ok()?;
    Some(local.to_zoned(TimeZone::fixed(offset)).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn minutes_ahead_of_utc_are_taken_off() {
        for (text, expected) in [
            ("20261123073000.000000+420", Some("2026-11-23T00:30:00Z")),
            ("20261123073000.123456+000", Some("2026-11-23T07:30:00Z")),
            ("20261123073000.000000-060", Some("2026-11-23T08:30:00Z")),
            ("20261323073000.000000+000", None),
            ("20261123073000+000", None),
            ("20261123******.000000+000", None),
            ("2026-11-23T07:30:00.0+000", None),
            ("20261123073000.000000+", None),
            ("20261123073000.000000+99999", None),
            ("", None),
        ] {
            let expected: Option<Timestamp> = expected.map(|text| text.parse().unwrap());
            assert_eq!(moment_of(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in r"[0-9ế.+*-]{0,30}") {
            let _ = moment_of(&text);
        }
    }
}
