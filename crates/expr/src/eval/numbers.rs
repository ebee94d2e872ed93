//! Numbers of the three kinds, compared with each other.

use std::cmp::Ordering;

use super::value::V;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Number {
    Int(i64),
    Uint(u64),
    Double(f64),
}

impl Number {
    pub(crate) fn of(value: V<'_>) -> Option<Self> {
        match value {
            V::Int(value) => Some(Self::Int(value)),
            V::Uint(value) => Some(Self::Uint(value)),
            V::Double(value) => Some(Self::Double(value)),
            _ => None,
        }
    }

    /// The integer of the same value, when there is one.
    pub(crate) fn to_int(self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(value),
            Self::Uint(value) => i64::try_from(value).ok(),
            Self::Double(value) => double_to_int(value).filter(|_| value.fract() == 0.0),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
    fn to_double(self) -> f64 {
        match self {
            Self::Int(value) => value as f64,
            Self::Uint(value) => value as f64,
            Self::Double(value) => value,
        }
    }

    fn whole(self) -> Option<i128> {
        match self {
            Self::Int(value) => Some(value.into()),
            Self::Uint(value) => Some(value.into()),
            Self::Double(_) => None,
        }
    }
}

/// 2^63, the first double above every int; exact.
const INT_END: f64 = 9_223_372_036_854_775_808.0;
/// 2^64, the first double above every uint; exact.
const UINT_END: f64 = 18_446_744_073_709_551_616.0;

/// The integer part, when it fits. By the CEL specification the lowest int is out of reach.
#[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
pub(crate) fn double_to_int(value: f64) -> Option<i64> {
    (value > -INT_END && value < INT_END).then_some(value as i64)
}

/// The integer part, when it fits.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range was checked")]
pub(crate) fn double_to_uint(value: f64) -> Option<u64> {
    (value > -1.0 && value < UINT_END).then_some(value as u64)
}

/// The order of two numbers; `None` when one is NaN.
///
/// Whole numbers are compared exactly. Beside a double, a whole number counts as the nearest double, as the
/// specification asks.
pub(crate) fn compare(left: Number, right: Number) -> Option<Ordering> {
    match (left.whole(), right.whole()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.to_double().partial_cmp(&right.to_double()),
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering::{Equal, Greater, Less};

    use super::{Number, compare, double_to_int, double_to_uint};

    #[test]
    fn numbers_are_compared_by_value() {
        use Number::{Double, Int, Uint};
        for (left, right, order) in [
            (Int(1), Uint(1), Equal),
            (Int(-1), Uint(u64::MAX), Less),
            (Uint(u64::MAX), Double(18_446_744_073_709_551_616.0), Equal),
            (Int(i64::MAX), Double(9_223_372_036_854_775_808.0), Equal),
            (Int(i64::MAX), Uint(9_223_372_036_854_775_808), Less),
            (Int(i64::MIN), Double(-9_223_372_036_854_775_808.0), Equal),
            (Double(1.5), Int(1), Greater),
            (Double(-1.5), Int(-1), Less),
            (Double(-1.5), Int(-2), Greater),
            (Double(f64::INFINITY), Uint(u64::MAX), Greater),
            (Double(f64::NEG_INFINITY), Int(i64::MIN), Less),
        ] {
            assert_eq!(compare(left, right), Some(order), "{left:?} against {right:?}");
            assert_eq!(compare(right, left), Some(order.reverse()), "{right:?} against {left:?}");
        }
        assert_eq!(compare(Double(f64::NAN), Int(0)), None);
    }

    #[test]
    fn doubles_that_do_not_fit_are_refused() {
        assert_eq!(double_to_int(9_223_372_036_854_775_808.0), None);
        assert_eq!(double_to_int(-9_223_372_036_854_775_808.0), None);
        assert_eq!(double_to_int(f64::NAN), None);
        assert_eq!(double_to_int(-1.9), Some(-1));
        assert_eq!(double_to_uint(18_446_744_073_709_551_616.0), None);
        assert_eq!(double_to_uint(-1.0), None);
        assert_eq!(double_to_uint(1.9), Some(1));
    }
}
