//! Moments and lengths of time: their ranges, their parts, their texts.

use jiff::SignedDuration;
use jiff::civil::DateTime;

use super::fault::Fault;
use super::machine::{Machine, Stop};
use super::trace::Trace;
use super::value::{Moving, V};
use crate::functions::Function;

const SECOND: i128 = 1_000_000_000;
const MINUTE: i128 = 60 * SECOND;
const HOUR: i128 = 60 * MINUTE;
const DAY: i128 = 24 * HOUR;

/// 0001-01-01T00:00:00Z, the first moment of CEL.
const FIRST_MOMENT: i128 = -62_135_596_800 * SECOND;
/// 9999-12-31T23:59:59.999999999Z, the last.
const LAST_MOMENT: i128 = 253_402_300_800 * SECOND - 1;
/// About 10,000 years, the longest length of time in CEL.
const LONGEST: i128 = 315_576_000_000 * SECOND;

impl<'a, T: Trace> Machine<'a, T> {
    pub(crate) fn in_time_range(&mut self, time: Moving) -> Result<Moving, Fault> {
        self.in_range(time, FIRST_MOMENT, LAST_MOMENT)
    }

    pub(crate) fn in_length_range(&mut self, length: Moving) -> Result<Moving, Fault> {
        self.in_range(length, -LONGEST, LONGEST)
    }

    #[inline]
    pub(super) fn check_length_range(&mut self, length: Moving) -> Result<(), Fault> {
        self.check_range(length, -LONGEST, LONGEST)
    }

    #[inline]
    fn in_range(&mut self, moving: Moving, low: i128, high: i128) -> Result<Moving, Fault> {
        self.check_range(moving, low, high).map(|()| moving)
    }

    #[inline]
    fn check_range(&mut self, moving: Moving, low: i128, high: i128) -> Result<(), Fault> {
        if moving.slope != 0 {
            for bound in [low, high] {
                let distance = if moving.slope > 0 { bound - moving.at() } else { moving.at() - bound };
                if distance >= 0 {
                    self.may_change_after(paced(distance, moving.slope));
                }
            }
        }
        if moving.at() < low || moving.at() > high { Err(Fault::TimeRange) } else { Ok(()) }
    }

    /// Notes when the part of a moving time that counts in units of `unit` nanoseconds changes next.
    fn note_part(&mut self, local: i128, slope: i32, unit: i128) {
        let beyond = local.rem_euclid(unit);
        match slope {
            0 => {}
            // Below zero the parts of a length are rounded up, so that a whole unit lasts but a nanosecond.
            _ if beyond == 0 && local <= 0 => self.may_change_at_once(),
            1.. => self.may_change_after(paced(unit - beyond, slope)),
            _ => self.may_change_after(paced(beyond, slope)),
        }
    }

    /// A part of a moment (`getHours` …) in a time zone, or of a length.
    pub(crate) fn time_part(&mut self, function: Function, time: V<'a>, zone: Option<V<'a>>) -> Result<V<'a>, Stop> {
        let part = match (time, zone) {
            (V::Length(length), None) => {
                let unit = length_unit(function)?;
                self.note_part(length.at(), length.slope, unit);
                let whole = length.at() / unit;
                if function == Function::Milliseconds { whole % 1000 } else { whole }
            }
            (V::Time(time), zone) => {
                let offset = match zone {
                    None => 0,
                    Some(V::Text(zone)) => zone_offset(zone).ok_or(Fault::BadZone)?,
                    Some(_) => return Err(Fault::WrongTypes.into()),
                };
                let local = time.at() + offset;
                self.note_part(local, time.slope, moment_unit(function));
                i128::from(moment_part(function, local)?)
            }
            _ => return Err(Fault::WrongTypes.into()),
        };
        Ok(V::Int(i64::try_from(part).map_err(|_| Fault::Overflow)?))
    }
}

/// The whole nanoseconds until a distance is covered, at least one; never too many.
#[inline]
fn paced(distance: i128, slope: i32) -> i128 {
    match slope.unsigned_abs() {
        0 | 1 => distance.max(1),
        speed => (distance / i128::from(speed)).max(1),
    }
}

fn length_unit(function: Function) -> Result<i128, Fault> {
    match function {
        Function::Hours => Ok(HOUR),
        Function::Minutes => Ok(MINUTE),
        Function::Seconds => Ok(SECOND),
        Function::Milliseconds => Ok(SECOND / 1000),
        _ => Err(Fault::WrongTypes),
    }
}

fn moment_unit(function: Function) -> i128 {
    match function {
        Function::Hours => HOUR,
        Function::Minutes => MINUTE,
        Function::Seconds => SECOND,
        Function::Milliseconds => SECOND / 1000,
        _ => DAY,
    }
}

fn moment_part(function: Function, local: i128) -> Result<i64, Fault> {
    let moment = civil(local).ok_or(Fault::TimeRange)?;
    Ok(match function {
        Function::FullYear => moment.year().into(),
        Function::Month => i64::from(moment.month()) - 1,
        Function::Date => moment.day().into(),
        Function::DayOfMonth => i64::from(moment.day()) - 1,
        Function::DayOfWeek => moment.weekday().to_sunday_zero_offset().into(),
        Function::DayOfYear => i64::from(moment.day_of_year()) - 1,
        Function::Hours => moment.hour().into(),
        Function::Minutes => moment.minute().into(),
        Function::Seconds => moment.second().into(),
        Function::Milliseconds => moment.millisecond().into(),
        _ => return Err(Fault::WrongTypes),
    })
}

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

fn civil(nanoseconds: i128) -> Option<DateTime> {
    EPOCH.checked_add(length(nanoseconds)?).ok()
}

/// As a length of time outside the check language.
pub(crate) fn length(nanoseconds: i128) -> Option<SignedDuration> {
    let seconds = i64::try_from(nanoseconds / SECOND).ok()?;
    let rest = i32::try_from(nanoseconds % SECOND).ok()?;
    Some(SignedDuration::new(seconds, rest))
}

/// `+07:00`, `-02:30`, `07:00`, `UTC` in nanoseconds.
fn zone_offset(zone: &str) -> Option<i128> {
    if matches!(zone, "UTC" | "Z") {
        return Some(0);
    }
    let (sign, rest) = match zone.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, zone.strip_prefix('+').unwrap_or(zone)),
    };
    let (hours, minutes) = rest.split_once(':')?;
    let two_digits = |text: &str, limit: i128| {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i128>().ok().filter(|value| is_number && *value < limit)
    };
    Some(sign * (two_digits(hours, 24)? * HOUR + two_digits(minutes, 60)? * MINUTE))
}

/// RFC 3339 text to nanoseconds since 1970.
pub(crate) fn parse_moment(text: &str) -> Result<i128, Fault> {
    let moment = moment_of(text).ok_or(Fault::BadText)?;
    if (FIRST_MOMENT..=LAST_MOMENT).contains(&moment) { Ok(moment) } else { Err(Fault::TimeRange) }
}

fn moment_of(text: &str) -> Option<i128> {
    let (local, zone) = match text.strip_suffix(['Z', 'z']) {
        Some(local) => (local, "UTC"),
        None => text.split_at_checked(text.len().checked_sub("+00:00".len())?)?,
    };
    if zone != "UTC" && !zone.starts_with(['+', '-']) {
        return None;
    }
    let (whole, fraction) = local.split_once('.').unwrap_or((local, "0"));
    let shape = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        10 => matches!(byte, b'T' | b't'),
        13 | 16 => byte == b':',
        _ => byte.is_ascii_digit(),
    };
    let fraction_fits = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|b| b.is_ascii_digit());
    if whole.len() != "2026-01-31T00:00:00".len() || !whole.bytes().enumerate().all(shape) || !fraction_fits {
        return None;
    }
    // A leap second is not a moment of CEL; jiff would take it as the second before.
    if whole.ends_with(":60") {
        return None;
    }
    let moment: DateTime = whole.parse().ok()?;
    let fraction: i128 = format!("{fraction:0<9}").parse().ok()?;
    Some(moment.duration_since(EPOCH).as_nanos() + fraction - zone_offset(zone)?)
}

/// `1h30m`, `-1.5s`, `7d` to nanoseconds. Days and weeks are an addition to CEL.
pub(crate) fn parse_length(text: &str) -> Result<i128, Fault> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(Fault::BadText);
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let (part, after) = length_part(rest).ok_or(Fault::BadText)?;
        total = total.checked_add(part).filter(|total| *total <= LONGEST).ok_or(Fault::TimeRange)?;
        rest = after;
    }
    Ok(sign * total)
}

/// One number with its unit, and what follows.
fn length_part(text: &str) -> Option<(i128, &str)> {
    let number_end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, rest) = text.split_at_checked(number_end)?;
    let unit_end = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
    let (unit, rest) = rest.split_at_checked(unit_end)?;
    let unit = match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => SECOND,
        "m" => MINUTE,
        "h" => HOUR,
        "d" => DAY,
        "w" => 7 * DAY,
        _ => return None,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let mut nanoseconds = whole.checked_mul(unit)?;
    let mut place = unit;
    for digit in fraction.chars() {
        place /= 10;
        nanoseconds = nanoseconds.checked_add(i128::from(digit.to_digit(10)?) * place)?;
    }
    Some((nanoseconds, rest))
}

/// RFC 3339, in UTC, with as many digits of the second as it needs.
pub(crate) fn moment_text(nanoseconds: i128) -> Option<String> {
    Some(format!("{}Z", civil(nanoseconds)?))
}

/// `90.5s`
pub(crate) fn length_text(nanoseconds: i128) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let (seconds, rest) = (nanoseconds.unsigned_abs() / 1_000_000_000, nanoseconds.unsigned_abs() % 1_000_000_000);
    if rest == 0 {
        return format!("{sign}{seconds}s");
    }
    let fraction = format!("{rest:09}");
    format!("{sign}{seconds}.{}s", fraction.trim_end_matches('0'))
}

/// The whole seconds since 1970, rounded towards the past.
pub(crate) fn moment_seconds(nanoseconds: i128) -> Option<i64> {
    i64::try_from(nanoseconds.div_euclid(SECOND)).ok()
}

/// A moment from whole seconds since 1970.
pub(crate) fn moment_from_seconds(seconds: i64) -> Result<i128, Fault> {
    let moment = i128::from(seconds) * SECOND;
    if (FIRST_MOMENT..=LAST_MOMENT).contains(&moment) { Ok(moment) } else { Err(Fault::TimeRange) }
}

#[cfg(test)]
mod tests {
    use super::{length_text, parse_length, parse_moment, zone_offset};

    #[test]
    fn lengths_round_trip() {
        for (text, shown) in [
            ("0", "0s"),
            ("1h30m", "5400s"),
            ("-1.5s", "-1.5s"),
            ("7d", "604800s"),
            ("2w", "1209600s"),
            ("1ns", "0.000000001s"),
            (".5m", "30s"),
            ("+10ms", "0.01s"),
        ] {
            assert_eq!(parse_length(text).map(length_text).as_deref(), Ok(shown), "{text}");
        }
        for text in ["", "-", "1", "h", "1x", ".s", "1h 2m", "1e3s", "soon", "1..5s"] {
            assert!(parse_length(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn moments_are_rfc_3339_only() {
        assert_eq!(parse_moment("1970-01-01T07:00:00.5+07:00"), Ok(500_000_000));
        for text in [
            "2026-01-01",
            "2026-01-01T00:00Z",
            "2026-01-01 00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T00:00:60Z",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00+7",
            "ngày mai",
            "+",
        ] {
            assert!(parse_moment(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn zones_are_offsets() {
        assert_eq!(zone_offset("+07:00"), Some(25_200_000_000_000));
        assert_eq!(zone_offset("-02:30"), Some(-9_000_000_000_000));
        for zone in ["Asia/Ho_Chi_Minh", "+7", "+07:60", "+24:00", "", "+-7:00", "+ 7:00"] {
            assert_eq!(zone_offset(zone), None, "{zone:?}");
        }
    }
}
