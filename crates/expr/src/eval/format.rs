//! `"…%s…".format([…])`

use std::fmt::Write as _;

use super::convert::double_text;
use super::fault::Fault;
use super::machine::{Machine, Stop};
use super::time;
use super::trace::Trace;
use super::value::{List, V};

/// More digits behind the point than this are refused.
const MAX_PRECISION: usize = 100;

impl<'a, T: Trace> Machine<'a, T> {
    pub(crate) fn format(&mut self, template: &str, list: List<'a>) -> Result<V<'a>, Stop> {
        if !self.complete(list) {
            return Err(Stop::Gap);
        }
        let mut out = String::new();
        let mut unknown = false;
        let mut next = 0;
        let mut rest = template;
        while let Some(at) = rest.find('%') {
            out.push_str(rest.get(..at).unwrap_or(""));
            rest = rest.get(at + 1..).unwrap_or("");
            if let Some(after) = rest.strip_prefix('%') {
                out.push('%');
                rest = after;
                continue;
            }
            let (precision, after) = precision(rest)?;
            let clause = after.chars().next().ok_or(Fault::BadFormat)?;
            rest = after.get(clause.len_utf8()..).unwrap_or("");
            if next >= list.len() {
                return Err(Fault::BadFormat.into());
            }
            let item = self.item(list, next);
            next += 1;
            if item.is_unknown() {
                unknown = true;
                continue;
            }
            let before = out.len();
            self.clause(clause, precision, item, &mut out)?;
            self.charge_memory(out.len() - before)?;
        }
        out.push_str(rest);
        if unknown { Err(Stop::Gap) } else { self.text(&out) }
    }

    fn clause(&mut self, clause: char, precision: Option<usize>, item: V<'a>, out: &mut String) -> Result<(), Stop> {
        let precision = precision.unwrap_or(6);
        let written = match (clause, item) {
            ('s', _) => return self.plain(item, out, 0),
            ('d', V::Int(_) | V::Uint(_)) => return self.plain(item, out, 0),
            ('d' | 'f' | 'e', V::Double(value)) if !value.is_finite() => {
                write!(out, "{}", special(value))
            }
            ('f', V::Double(value)) => write!(out, "{value:.precision$}"),
            ('f' | 'e', V::Int(_) | V::Uint(_)) => {
                let value = to_double(item);
                return self.clause(clause, Some(precision), V::Double(value), out);
            }
            ('e', V::Double(value)) => write!(out, "{}", scientific(value, precision)),
            ('b', V::Int(value)) => signed(out, value, |out, value| write!(out, "{value:b}")),
            ('b', V::Uint(value)) => write!(out, "{value:b}"),
            ('b', V::Bool(value)) => write!(out, "{}", u8::from(value)),
            ('o', V::Int(value)) => signed(out, value, |out, value| write!(out, "{value:o}")),
            ('o', V::Uint(value)) => write!(out, "{value:o}"),
            ('x', V::Int(value)) => signed(out, value, |out, value| write!(out, "{value:x}")),
            ('x', V::Uint(value)) => write!(out, "{value:x}"),
            ('X', V::Int(value)) => signed(out, value, |out, value| write!(out, "{value:X}")),
            ('X', V::Uint(value)) => write!(out, "{value:X}"),
            ('x', V::Text(text)) => text.bytes().try_for_each(|byte| write!(out, "{byte:02x}")),
            ('X', V::Text(text)) => text.bytes().try_for_each(|byte| write!(out, "{byte:02X}")),
            ('x', V::Bytes(bytes)) => bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}")),
            ('X', V::Bytes(bytes)) => bytes.iter().try_for_each(|byte| write!(out, "{byte:02X}")),
            _ => return Err(Fault::BadFormat.into()),
        };
        written.map_err(|_| Stop::Fault(Fault::BadFormat))
    }

    /// `%s`
    fn plain(&mut self, item: V<'a>, out: &mut String, depth: usize) -> Result<(), Stop> {
        self.charge_memory(out.len() / 64 + 1)?;
        if depth > crate::limits::MAX_DEPTH {
            return Err(Fault::BadFormat.into());
        }
        if let V::Time(moving) | V::Length(moving) = item
            && moving.slope != 0
        {
            self.may_change_at_once();
        }
        match item {
            V::Text(text) => {
                self.charge_memory(text.len())?;
                out.push_str(text);
            }
            V::Null => out.push_str("null"),
            V::Bool(value) => out.push_str(if value { "true" } else { "false" }),
            V::Int(value) => out.push_str(&value.to_string()),
            V::Uint(value) => out.push_str(&value.to_string()),
            V::Double(value) if value.is_finite() => out.push_str(&double_text(value)),
            V::Double(value) => out.push_str(special(value)),
            V::Bytes(bytes) => out.push_str(&String::from_utf8_lossy(bytes)),
            V::Time(moving) => out.push_str(&time::moment_text(moving.at()).ok_or(Fault::TimeRange)?),
            V::Length(moving) => out.push_str(&time::length_text(moving.at())),
            V::Type(name) => out.push_str(name),
            V::List(list) => {
                if !self.complete(list) {
                    return Err(Stop::Gap);
                }
                out.push('[');
                for at in 0..list.len() {
                    out.push_str(if at == 0 { "" } else { ", " });
                    let item = self.item(list, at);
                    self.plain(item, out, depth + 1)?;
                }
                out.push(']');
            }
            V::Map(map) => {
                self.note_map(map);
                let mut entries = Vec::new();
                for at in 0..map.len() {
                    let (key, value) = map.entry(at);
                    let mut entry = String::new();
                    self.plain(key, &mut entry, depth + 1)?;
                    let key = entry.clone();
                    entry.push_str(": ");
                    self.plain(value, &mut entry, depth + 1)?;
                    entries.push((key, entry));
                }
                entries.sort();
                let entries: Vec<String> = entries.into_iter().map(|(_, entry)| entry).collect();
                out.push('{');
                out.push_str(&entries.join(", "));
                out.push('}');
            }
            V::Unknown => return Err(Stop::Gap),
            V::Record(..) => return Err(Fault::BadFormat.into()),
        }
        Ok(())
    }
}

/// The precision of a clause (`.3` in `%.3f`), and what follows.
fn precision(rest: &str) -> Result<(Option<usize>, &str), Fault> {
    let Some(digits) = rest.strip_prefix('.') else { return Ok((None, rest)) };
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let (number, after) = digits.split_at_checked(end).ok_or(Fault::BadFormat)?;
    let number: usize = number.parse().map_err(|_| Fault::BadFormat)?;
    if number > MAX_PRECISION { Err(Fault::BadFormat) } else { Ok((Some(number), after)) }
}

fn special(value: f64) -> &'static str {
    if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown rounded anyway")]
fn to_double(value: V<'_>) -> f64 {
    match value {
        V::Int(value) => value as f64,
        V::Uint(value) => value as f64,
        _ => f64::NAN,
    }
}

fn scientific(value: f64, precision: usize) -> String {
    let text = format!("{value:.precision$e}");
    match text.split_once('e') {
        Some((digits, exponent)) => {
            let (sign, number) = match exponent.strip_prefix('-') {
                Some(number) => ('-', number),
                None => ('+', exponent),
            };
            format!("{digits}e{sign}{number:0>2}")
        }
        None => text,
    }
}

fn signed(out: &mut String, value: i64, write: impl FnOnce(&mut String, u64) -> std::fmt::Result) -> std::fmt::Result {
    if value < 0 {
        out.push('-');
    }
    write(out, value.unsigned_abs())
}
