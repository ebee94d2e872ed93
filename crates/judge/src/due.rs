//! Until when something must be mended.

use jiff::Timestamp;
use khien_directive::Due;
use khien_model::{NotCovered, WorkingDays};

/// When something that turned red at `since` must be mended.
///
/// Working days count from the day after, and end with the last one. Other lengths of time are clock hours.
pub fn due(since: Timestamp, rule: Due, calendar: &WorkingDays) -> Result<Timestamp, NotCovered> {
    match rule {
        Due::AtOnce => Ok(since),
        // The end of time is as good as never.
        Due::After(length) => Ok(since.checked_add(length).unwrap_or(Timestamp::MAX)),
        Due::WorkingDays(count) => calendar.deadline(since, count),
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn each_rule_has_its_clock() {
        let text = include_str!("../../../content/calendars/vn.json");
        let calendar = WorkingDays::new(serde_json::from_str(text).expect("it reads")).expect("it is in order");
        let friday: Timestamp = "2026-11-13T16:00:00+07:00".parse().expect("a timestamp");
        let cases = [
            (Due::AtOnce, "2026-11-13T16:00:00+07:00"),
            (Due::After(SignedDuration::from_hours(72)), "2026-11-16T16:00:00+07:00"),
            (Due::WorkingDays(1), "2026-11-17T00:00:00+07:00"),
            (Due::WorkingDays(3), "2026-11-19T00:00:00+07:00"),
        ];
        for (rule, expected) in cases {
            let expected: Timestamp = expected.parse().expect("a timestamp");
            assert_eq!(due(friday, rule, &calendar), Ok(expected), "{rule}");
        }
        assert!(due(friday, Due::WorkingDays(300), &calendar).is_err(), "beyond the calendar there is no answer");
        assert_eq!(due(friday, Due::After(SignedDuration::MAX), &calendar), Ok(Timestamp::MAX));
    }
}
