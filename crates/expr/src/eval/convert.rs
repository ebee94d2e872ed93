//! Conversions between types: `int(x)`, `string(x)` …

use super::fault::Fault;
use super::machine::{Machine, Stop};
use super::numbers::{double_to_int, double_to_uint};
use super::time;
use super::trace::Trace;
use super::value::{Moving, V};
use crate::functions::Function;

impl<'a, T: Trace> Machine<'a, T> {
    pub(crate) fn convert(&mut self, function: Function, value: V<'a>) -> Result<V<'a>, Stop> {
        if let V::Time(moving) | V::Length(moving) = value
            && moving.slope != 0
            && !matches!(function, Function::ToTimestamp | Function::ToDuration)
        {
            self.may_change_at_once();
        }
        if let V::Text(text) = value {
            self.charge_work(text.len())?;
        }
        match function {
            Function::ToBool => to_bool(value),
            Function::ToBytes => match value {
                V::Bytes(_) => Ok(value),
                V::Text(text) => Ok(V::Bytes(text.as_bytes())),
                _ => Err(Fault::WrongTypes),
            },
            Function::ToDouble => to_double(value),
            Function::ToDuration => match value {
                V::Length(_) => Ok(value),
                V::Text(text) => Ok(V::Length(Moving::fixed(time::parse_length(text)?))),
                _ => Err(Fault::WrongTypes),
            },
            Function::ToTimestamp => match value {
                V::Time(_) => Ok(value),
                V::Text(text) => Ok(V::Time(Moving::fixed(time::parse_moment(text)?))),
                V::Int(seconds) => Ok(V::Time(Moving::fixed(time::moment_from_seconds(seconds)?))),
                _ => Err(Fault::WrongTypes),
            },
            Function::ToInt => to_int(value),
            Function::ToUint => to_uint(value),
            Function::ToText => return self.convert_to_text(value),
            _ => Err(Fault::WrongTypes),
        }
        .map_err(Stop::Fault)
    }

    fn convert_to_text(&mut self, value: V<'a>) -> Result<V<'a>, Stop> {
        match value {
            V::Text(_) => Ok(value),
            V::Bool(value) => Ok(V::Text(if value { "true" } else { "false" })),
            V::Int(value) => self.text(&value.to_string()),
            V::Uint(value) => self.text(&value.to_string()),
            V::Double(value) => self.text(&double_text(value)),
            V::Bytes(bytes) => {
                self.charge_work(bytes.len())?;
                Ok(V::Text(std::str::from_utf8(bytes).map_err(|_| Fault::BadText)?))
            }
            V::Time(moving) => self.text(&time::moment_text(moving.at()).ok_or(Fault::TimeRange)?),
            V::Length(moving) => self.text(&time::length_text(moving.at())),
            _ => Err(Fault::WrongTypes.into()),
        }
    }
}

/// The shortest text that reads back as the same number.
pub(crate) fn double_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let magnitude = value.abs();
    if value != 0.0 && !(1e-4..1e21).contains(&magnitude) {
        let text = format!("{value:e}");
        // As in other implementations of CEL, the exponent has a sign and two digits at least.
        if let Some((digits, exponent)) = text.split_once('e') {
            let (sign, number) = match exponent.strip_prefix('-') {
                Some(number) => ('-', number),
                None => ('+', exponent),
            };
            return format!("{digits}e{sign}{number:0>2}");
        }
    }
    format!("{value}")
}

fn to_bool(value: V<'_>) -> Result<V<'_>, Fault> {
    match value {
        V::Bool(_) => Ok(value),
        V::Text("1" | "t" | "T" | "true" | "TRUE" | "True") => Ok(V::Bool(true)),
        V::Text("0" | "f" | "F" | "false" | "FALSE" | "False") => Ok(V::Bool(false)),
        V::Text(_) => Err(Fault::BadText),
        _ => Err(Fault::WrongTypes),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a double holds the nearest number, as CEL asks")]
fn to_double(value: V<'_>) -> Result<V<'_>, Fault> {
    match value {
        V::Double(_) => Ok(value),
        V::Int(value) => Ok(V::Double(value as f64)),
        V::Uint(value) => Ok(V::Double(value as f64)),
        V::Text(text) => text.parse().map(V::Double).map_err(|_| Fault::BadText),
        _ => Err(Fault::WrongTypes),
    }
}

fn to_int(value: V<'_>) -> Result<V<'_>, Fault> {
    let int = match value {
        V::Int(value) => Some(value),
        V::Uint(value) => i64::try_from(value).ok(),
        V::Double(value) => double_to_int(value),
        V::Text(text) => return text.parse().map(V::Int).map_err(|_| Fault::BadText),
        V::Time(moving) => time::moment_seconds(moving.at()),
        V::Length(moving) => i64::try_from(moving.at()).ok(),
        _ => return Err(Fault::WrongTypes),
    };
    int.map(V::Int).ok_or(Fault::Overflow)
}

fn to_uint(value: V<'_>) -> Result<V<'_>, Fault> {
    let uint = match value {
        V::Uint(value) => Some(value),
        V::Int(value) => u64::try_from(value).ok(),
        V::Double(value) => double_to_uint(value),
        V::Text(text) => return text.parse().map(V::Uint).map_err(|_| Fault::BadText),
        _ => return Err(Fault::WrongTypes),
    };
    uint.map(V::Uint).ok_or(Fault::Overflow)
}
