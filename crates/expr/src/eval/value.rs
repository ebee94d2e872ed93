//! Values during an evaluation: small, copied freely, borrowing from facts, program and scratch memory.

use khien_model::reflect::{ListView, Record};

use super::trace::{Member, PathId};
use crate::value::Value;

/// A moment or length of time in nanoseconds, and how fast it moves while `now` moves: `now` itself has slope 1,
/// `now - x` too, `x - now` has slope -1, what does not depend on `now` has slope 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moving {
    /// The nanoseconds in two halves: an i128 in one piece would make every value half as large again.
    high: i64,
    low: u64,
    pub(crate) slope: i32,
}

impl Moving {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the two halves of one number")]
    pub(crate) const fn new(at: i128, slope: i32) -> Self {
        Self { high: (at >> 64) as i64, low: at as u64, slope }
    }

    pub(crate) const fn fixed(at: i128) -> Self {
        Self::new(at, 0)
    }

    pub(crate) const fn at(self) -> i128 {
        ((self.high as i128) << 64) | self.low as i128
    }
}

/// A value of the check language.
#[derive(Clone, Copy)]
pub(crate) enum V<'a> {
    /// Not known; why is noted in the trail when there is one.
    Unknown,
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
    Time(Moving),
    Length(Moving),
    Type(&'static str),
    Record(&'a dyn Record, PathId),
    List(List<'a>),
    Map(Map<'a>),
}

/// A list out of the facts, computed, or given from outside.
#[derive(Clone, Copy)]
pub(crate) enum List<'a> {
    Facts(&'a dyn ListView, PathId),
    Built(&'a Built<'a>),
    Owned(&'a [Value]),
}

/// A computed list.
pub(crate) struct Built<'a> {
    pub(crate) items: &'a [V<'a>],
    /// Per item, the facts it rests on. Empty when nothing is recorded.
    pub(crate) item_reasons: &'a [&'a [Member]],
    /// The facts on which it rests that these items and no others are in the list.
    pub(crate) shape_reasons: &'a [Member],
    /// Whether these are all items.
    pub(crate) complete: bool,
}

/// A computed map.
pub(crate) struct BuiltMap<'a> {
    pub(crate) entries: &'a [(V<'a>, V<'a>)],
    /// The facts it rests on.
    pub(crate) reasons: &'a [Member],
}

/// A map, computed or given from outside.
#[derive(Clone, Copy)]
pub(crate) enum Map<'a> {
    Built(&'a BuiltMap<'a>),
    Owned(&'a [(Value, Value)]),
}

impl Map<'_> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Built(map) => map.entries.len(),
            Self::Owned(entries) => entries.len(),
        }
    }
}

impl<'a> Map<'a> {
    /// The entry at a position below `len()`.
    pub(crate) fn entry(&self, at: usize) -> (V<'a>, V<'a>) {
        match self {
            Self::Built(map) => map.entries.get(at).copied().unwrap_or((V::Unknown, V::Unknown)),
            Self::Owned(entries) => {
                entries.get(at).map_or((V::Unknown, V::Unknown), |(key, value)| (V::of(key), V::of(value)))
            }
        }
    }
}

impl<'a> V<'a> {
    /// A value given from outside.
    pub(crate) fn of(value: &'a Value) -> Self {
        match value {
            Value::Unknown(_) => Self::Unknown,
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Int(value) => Self::Int(*value),
            Value::Uint(value) => Self::Uint(*value),
            Value::Double(value) => Self::Double(*value),
            Value::Text(value) => Self::Text(value),
            Value::Bytes(value) => Self::Bytes(value),
            Value::Timestamp(value) => Self::Time(Moving::fixed(value.as_nanosecond())),
            Value::Duration(value) => Self::Length(Moving::fixed(value.as_nanos())),
            Value::Type(name) => Self::Type(name),
            Value::List(items) => Self::List(List::Owned(items)),
            Value::Map(entries) => Self::Map(Map::Owned(entries)),
        }
    }

    /// A truth, when it is known.
    #[inline]
    pub(crate) fn truth(truth: Option<bool>) -> Self {
        truth.map_or(Self::Unknown, Self::Bool)
    }

    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// The name of its type, as `type(x)` yields it.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Null => "null_type",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Uint(_) => "uint",
            Self::Double(_) => "double",
            Self::Text(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::Time(_) => "google.protobuf.Timestamp",
            Self::Length(_) => "google.protobuf.Duration",
            Self::Type(_) => "type",
            Self::Record(record, _) => record.shape().name,
            Self::List(_) => "list",
            Self::Map(_) => "map",
        }
    }
}

// Values are copied at every step.
const _: () = assert!(size_of::<V<'_>>() <= 32);
