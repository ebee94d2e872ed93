//! Functions: from their arguments to their module.

use regex::RegexBuilder;

use super::fault::Fault;
use super::machine::{Frame, Machine, Stop};
use super::numbers::{self, Number};
use super::trace::Trace;
use super::value::{List, V};
use crate::functions::{Function, MAX_ARGUMENTS};
use crate::limits::{MAX_DYNAMIC_PATTERN_BYTES, MAX_REGEX_BYTES, REGEX_COMPILE_STEPS};
use crate::{host, version};

impl<'a, T: Trace> Machine<'a, T> {
    pub(crate) fn call_node(
        &mut self,
        function: Function,
        first: u32,
        count: u32,
        frame: Option<&Frame<'_, 'a>>,
    ) -> V<'a> {
        let mark = self.trace.mark();
        let mut arguments = [V::Unknown; MAX_ARGUMENTS];
        let count = count as usize;
        for (position, place) in (first..).zip(arguments.iter_mut().take(count)) {
            if let Some(node) = self.operand(position) {
                *place = self.eval(node, frame);
            }
        }
        let arguments = arguments.get(..count).unwrap_or_default();
        let result = if arguments.iter().any(V::is_unknown) { Err(Stop::Gap) } else { self.call(function, arguments) };
        self.finish(mark, result)
    }

    fn call(&mut self, function: Function, arguments: &[V<'a>]) -> Result<V<'a>, Stop> {
        use Function as F;
        match (function, arguments) {
            (F::Size, [value]) => self.size(*value),
            (F::Matches, [V::Text(text), V::Text(pattern)]) => self.matches_dynamic(text, pattern),
            (F::ToDyn, [value]) => Ok(*value),
            (F::TypeOf, [value]) => Ok(V::Type(value.type_name())),
            (
                F::ToBool
                | F::ToBytes
                | F::ToDouble
                | F::ToDuration
                | F::ToInt
                | F::ToText
                | F::ToTimestamp
                | F::ToUint,
                [value],
            ) => self.convert(function, *value),
            (
                F::FullYear
                | F::Month
                | F::Date
                | F::DayOfMonth
                | F::DayOfWeek
                | F::DayOfYear
                | F::Hours
                | F::Minutes
                | F::Seconds
                | F::Milliseconds,
                [time, zone @ ..],
            ) => self.time_part(function, *time, zone.first().copied()),
            (F::Greatest | F::Least, [V::List(list)]) => self.extreme(function == F::Greatest, *list),
            (F::VersionCompare, [V::Text(left), V::Text(right)]) => {
                self.charge_work(left.len() + right.len())?;
                Ok(V::Int(version::compare(left, right) as i64))
            }
            (F::HostWithin, [V::Text(host), V::Text(domain)]) => {
                self.charge_work(host.len() + domain.len())?;
                Ok(V::Bool(host::within(host, domain)))
            }
            (F::Format, [V::Text(template), V::List(list)]) => self.format(template, *list),
            (F::Join, [V::List(list), separator @ ..]) => {
                self.join(*list, separator.first().copied().unwrap_or(V::Text("")))
            }
            (_, [first, ..]) => match first {
                V::Text(text) => self.text_function(function, text, arguments),
                _ => numbers_function(function, arguments).map_err(Stop::Fault),
            },
            _ => Err(Fault::WrongTypes.into()),
        }
    }

    fn size(&mut self, value: V<'a>) -> Result<V<'a>, Stop> {
        let size = match value {
            V::Text(text) => {
                self.charge_work(text.len())?;
                text.chars().count()
            }
            V::Bytes(bytes) => bytes.len(),
            V::List(list) if self.complete(list) => list.len(),
            V::List(_) => return Err(Stop::Gap),
            V::Map(map) => {
                self.note_map(map);
                map.len()
            }
            _ => return Err(Fault::WrongTypes.into()),
        };
        Ok(V::Int(i64::try_from(size).map_err(|_| Fault::Overflow)?))
    }

    /// `matches` with a pattern compiled beforehand.
    pub(crate) fn matches(&mut self, text: V<'a>, pattern: u32) -> Result<V<'a>, Stop> {
        let text = match text {
            V::Text(text) => text,
            V::Unknown => return Err(Stop::Gap),
            _ => return Err(Fault::WrongTypes.into()),
        };
        self.charge_work(text.len())?;
        let program = self.program;
        match program.patterns.get(pattern as usize) {
            Some(pattern) => Ok(V::Bool(pattern.is_match(text))),
            None => Err(Fault::BadPattern.into()),
        }
    }

    fn matches_dynamic(&mut self, text: &str, pattern: &str) -> Result<V<'a>, Stop> {
        if pattern.len() > MAX_DYNAMIC_PATTERN_BYTES {
            return Err(Fault::BadPattern.into());
        }
        self.charge_steps(REGEX_COMPILE_STEPS)?;
        self.charge_work(text.len())?;
        let pattern = compile_pattern(pattern).map_err(|_| Fault::BadPattern)?;
        Ok(V::Bool(pattern.is_match(text)))
    }

    fn extreme(&mut self, greatest: bool, list: List<'a>) -> Result<V<'a>, Stop> {
        if !self.complete(list) {
            return Err(Stop::Gap);
        }
        let mut best: Option<V<'a>> = None;
        let mut unknown = false;
        for at in 0..list.len() {
            self.charge_steps(1)?;
            let item = self.item(list, at);
            if item.is_unknown() {
                unknown = true;
                continue;
            }
            let number = Number::of(item).ok_or(Fault::WrongTypes)?;
            let better = match best.and_then(Number::of) {
                None => true,
                Some(own) => numbers::compare(number, own)
                    .is_some_and(|order| if greatest { order.is_gt() } else { order.is_lt() }),
            };
            if better {
                best = Some(item);
            }
        }
        if unknown { Err(Stop::Gap) } else { best.ok_or(Stop::Fault(Fault::BadArgument)) }
    }
}

/// A regular expression within the bounds of the check language.
pub(crate) fn compile_pattern(pattern: &str) -> Result<regex::Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(MAX_REGEX_BYTES).dfa_size_limit(MAX_REGEX_BYTES).build()
}

/// The `math` functions.
fn numbers_function<'a>(function: Function, arguments: &[V<'a>]) -> Result<V<'a>, Fault> {
    use Function as F;
    Ok(match (function, arguments) {
        (F::Greatest | F::Least, [value @ (V::Int(_) | V::Uint(_) | V::Double(_))]) => *value,
        (F::Ceil, [V::Double(value)]) => V::Double(value.ceil()),
        (F::Floor, [V::Double(value)]) => V::Double(value.floor()),
        (F::Round, [V::Double(value)]) => V::Double(value.round()),
        (F::Trunc, [V::Double(value)]) => V::Double(value.trunc()),
        (F::Abs, [V::Int(value)]) => V::Int(value.checked_abs().ok_or(Fault::Overflow)?),
        (F::Abs, [V::Uint(value)]) => V::Uint(*value),
        (F::Abs, [V::Double(value)]) => V::Double(value.abs()),
        (F::Sign, [V::Int(value)]) => V::Int(value.signum()),
        (F::Sign, [V::Uint(value)]) => V::Uint((*value).min(1)),
        (F::Sign, [V::Double(value)]) => {
            V::Double(if *value == 0.0 || value.is_nan() { *value } else { value.signum() })
        }
        (F::IsNan, [V::Double(value)]) => V::Bool(value.is_nan()),
        (F::IsInf, [V::Double(value)]) => V::Bool(value.is_infinite()),
        (F::IsFinite, [V::Double(value)]) => V::Bool(value.is_finite()),
        (F::BitNot, [V::Int(value)]) => V::Int(!value),
        (F::BitNot, [V::Uint(value)]) => V::Uint(!value),
        (F::BitAnd, [V::Int(left), V::Int(right)]) => V::Int(left & right),
        (F::BitAnd, [V::Uint(left), V::Uint(right)]) => V::Uint(left & right),
        (F::BitOr, [V::Int(left), V::Int(right)]) => V::Int(left | right),
        (F::BitOr, [V::Uint(left), V::Uint(right)]) => V::Uint(left | right),
        (F::BitXor, [V::Int(left), V::Int(right)]) => V::Int(left ^ right),
        (F::BitXor, [V::Uint(left), V::Uint(right)]) => V::Uint(left ^ right),
        (F::BitShiftLeft | F::BitShiftRight, [value, V::Int(by)]) => {
            let by = u32::try_from(*by).map_err(|_| Fault::BadArgument)?;
            shift(function == F::BitShiftLeft, *value, by)?
        }
        _ => return Err(Fault::WrongTypes),
    })
}

/// Shifts bits; what is shifted out is lost, and right shifts fill with zeros.
fn shift(left: bool, value: V<'_>, by: u32) -> Result<V<'_>, Fault> {
    let moved = |bits: u64| if left { bits.checked_shl(by) } else { bits.checked_shr(by) }.unwrap_or(0);
    match value {
        V::Int(value) => Ok(V::Int(moved(value.cast_unsigned()).cast_signed())),
        V::Uint(value) => Ok(V::Uint(moved(value))),
        _ => Err(Fault::WrongTypes),
    }
}
