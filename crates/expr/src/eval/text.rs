//! Functions of texts. Positions count characters, not bytes.

use super::fault::Fault;
use super::machine::{Machine, Stop};
use super::trace::Trace;
use super::value::{Built, List, V};
use crate::functions::Function;

impl<'a, T: Trace> Machine<'a, T> {
    /// A function whose first argument is `text`.
    pub(crate) fn text_function(
        &mut self,
        function: Function,
        text: &'a str,
        arguments: &[V<'a>],
    ) -> Result<V<'a>, Stop> {
        use Function as F;
        self.charge_work(text.len())?;
        match (function, arguments) {
            (F::Contains, [_, V::Text(part)]) => Ok(V::Bool(text.contains(part))),
            (F::StartsWith, [_, V::Text(part)]) => Ok(V::Bool(text.starts_with(part))),
            (F::EndsWith, [_, V::Text(part)]) => Ok(V::Bool(text.ends_with(part))),
            (F::CharAt, [_, V::Int(at)]) => {
                let start = offset(text, *at).ok_or(Fault::IndexRange)?;
                let rest = text.get(start..).unwrap_or("");
                let length = rest.chars().next().map_or(0, char::len_utf8);
                Ok(V::Text(rest.get(..length).unwrap_or("")))
            }
            (F::IndexOf, [_, V::Text(part), from @ ..]) => index_of(text, part, from.first().copied()),
            (F::LastIndexOf, [_, V::Text(part), from @ ..]) => last_index_of(text, part, from.first().copied()),
            (F::Substring, [_, V::Int(from), to @ ..]) => {
                let end = match to.first() {
                    None => text.len(),
                    Some(V::Int(to)) if to >= from => offset(text, *to).ok_or(Fault::IndexRange)?,
                    Some(_) => return Err(Fault::IndexRange.into()),
                };
                let start = offset(text, *from).ok_or(Fault::IndexRange)?;
                Ok(V::Text(text.get(start..end).ok_or(Fault::IndexRange)?))
            }
            (F::Trim, [_]) => Ok(V::Text(text.trim())),
            (F::LowerAscii, [_]) => self.text(&text.to_ascii_lowercase()),
            (F::UpperAscii, [_]) => self.text(&text.to_ascii_uppercase()),
            (F::Reverse, [_]) => {
                let reversed: String = text.chars().rev().collect();
                self.text(&reversed)
            }
            (F::Quote, [_]) => self.text(&quote(text)),
            (F::Replace, [_, V::Text(from), V::Text(to)]) => self.replace(text, from, to, usize::MAX),
            (F::Replace, [_, V::Text(from), V::Text(to), V::Int(count)]) => {
                // A negative count means all.
                self.replace(text, from, to, usize::try_from(*count).unwrap_or(usize::MAX))
            }
            (F::Split, [_, V::Text(separator)]) => self.split(text, separator, usize::MAX),
            (F::Split, [_, V::Text(separator), V::Int(count)]) => {
                self.split(text, separator, usize::try_from(*count).unwrap_or(usize::MAX))
            }
            _ => Err(Fault::WrongTypes.into()),
        }
    }

    fn replace(&mut self, text: &str, from: &str, to: &str, count: usize) -> Result<V<'a>, Stop> {
        // The longest possible result is charged before it is built.
        let places = text.len().checked_div(from.len()).unwrap_or(text.len() + 1).min(count);
        self.charge_memory(places.saturating_mul(to.len()))?;
        self.text(&text.replacen(from, to, count))
    }

    fn split(&mut self, text: &'a str, separator: &str, count: usize) -> Result<V<'a>, Stop> {
        let mut items = bumpalo::collections::Vec::new_in(self.bump);
        // Without a separator the text falls into its characters.
        let mut push = |part: &'a str| items.push(V::Text(part));
        match (count, separator) {
            (0, _) => {}
            (_, "") => {
                let mut rest = text;
                let mut left = count;
                while let Some(character) = rest.chars().next()
                    && left > 1
                {
                    let (first, after) = rest.split_at_checked(character.len_utf8()).unwrap_or((rest, ""));
                    push(first);
                    rest = after;
                    left -= 1;
                }
                if !rest.is_empty() {
                    push(rest);
                }
            }
            _ => text.splitn(count, separator).for_each(push),
        }
        let items = items.into_bump_slice();
        self.built(Built {
            items,
            item_reasons: if T::ON { self.bump.alloc_slice_fill_copy(items.len(), &[][..]) } else { &[] },
            shape_reasons: &[],
            complete: true,
        })
    }

    pub(crate) fn join(&mut self, list: List<'a>, separator: V<'a>) -> Result<V<'a>, Stop> {
        let V::Text(separator) = separator else { return Err(Fault::WrongTypes.into()) };
        let complete = self.complete(list);
        let mut joined = String::new();
        let mut unknown = !complete;
        for at in 0..list.len() {
            match self.item(list, at) {
                V::Text(part) => {
                    self.charge_memory(part.len() + separator.len() + 1)?;
                    joined.push_str(if at == 0 { "" } else { separator });
                    joined.push_str(part);
                }
                V::Unknown => unknown = true,
                _ => return Err(Fault::WrongTypes.into()),
            }
        }
        if unknown { Err(Stop::Gap) } else { self.text(&joined) }
    }
}

/// The byte at which the character at a position starts; the length is the position after the last.
fn offset(text: &str, position: i64) -> Option<usize> {
    let position = usize::try_from(position).ok()?;
    let mut starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    starts.nth(position)
}

fn position(text: &str, offset: usize) -> V<'static> {
    let count = text.get(..offset).map_or(0, |before| before.chars().count());
    V::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

const NOWHERE: V<'static> = V::Int(-1);

fn index_of<'a>(text: &str, part: &str, from: Option<V<'a>>) -> Result<V<'a>, Stop> {
    let from = match from {
        None => 0,
        Some(V::Int(from)) => offset(text, from).ok_or(Fault::IndexRange)?,
        Some(_) => return Err(Fault::WrongTypes.into()),
    };
    let found = text.get(from..).and_then(|rest| rest.find(part));
    Ok(found.map_or(NOWHERE, |at| position(text, from + at)))
}

fn last_index_of<'a>(text: &str, part: &str, from: Option<V<'a>>) -> Result<V<'a>, Stop> {
    let from = match from {
        None => text.len(),
        Some(V::Int(from)) => offset(text, from).ok_or(Fault::IndexRange)?,
        Some(_) => return Err(Fault::WrongTypes.into()),
    };
    // The part may start at `from`, so it may end that much later.
    let mut end = from.saturating_add(part.len()).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let found = text.get(..end).and_then(|rest| rest.rfind(part));
    Ok(found.map_or(NOWHERE, |at| position(text, at)))
}

/// The text as a literal of CEL.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{b}' => quoted.push_str("\\v"),
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\\""),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}
