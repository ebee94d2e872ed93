//! Values that outlive an evaluation: parameters, constants, results.

use std::fmt::{self, Display, Formatter};

use jiff::{SignedDuration, Timestamp};
use khien_model::Gap;

use crate::text_literal;

/// A value of the check language.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nobody knows it, for this reason.
    Unknown(Gap),
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A signed 64-bit integer.
    Int(i64),
    /// An unsigned 64-bit integer.
    Uint(u64),
    /// A double-precision number.
    Double(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A point in time.
    Timestamp(Timestamp),
    /// A length of time.
    Duration(SignedDuration),
    /// The name of a type.
    Type(&'static str),
    /// A list.
    List(Vec<Value>),
    /// A map, in the order it was written.
    Map(Vec<(Value, Value)>),
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Double(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<Timestamp> for Value {
    fn from(value: Timestamp) -> Self {
        Self::Timestamp(value)
    }
}

impl From<SignedDuration> for Value {
    fn from(value: SignedDuration) -> Self {
        Self::Duration(value)
    }
}

impl Display for Value {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(gap) => write!(formatter, "unknown ({gap})"),
            Self::Null => formatter.write_str("null"),
            Self::Bool(value) => value.fmt(formatter),
            Self::Int(value) => value.fmt(formatter),
            Self::Uint(value) => write!(formatter, "{value}u"),
            Self::Double(value) => write!(formatter, "{value:?}"),
            Self::Text(value) => formatter.write_str(&text_literal::quote(value)),
            Self::Bytes(value) => formatter.write_str(&text_literal::quote_bytes(value)),
            Self::Timestamp(value) => value.fmt(formatter),
            Self::Duration(value) => value.fmt(formatter),
            Self::Type(name) => formatter.write_str(name),
            Self::List(items) => {
                formatter.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    write!(formatter, "{}{item}", if at == 0 { "" } else { ", " })?;
                }
                formatter.write_str("]")
            }
            Self::Map(entries) => {
                formatter.write_str("{")?;
                for (at, (key, value)) in entries.iter().enumerate() {
                    write!(formatter, "{}{key}: {value}", if at == 0 { "" } else { ", " })?;
                }
                formatter.write_str("}")
            }
        }
    }
}
