//! The types that the checker knows.

use std::fmt::{self, Display, Formatter};

use khien_model::reflect::{RecordShape, Shape};

/// The type of an expression, as far as it is known before it runs.
#[derive(Debug, Clone)]
pub enum Type {
    /// Known only when it runs.
    Dyn,
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A signed 64-bit integer.
    Int,
    /// An unsigned 64-bit integer.
    Uint,
    /// A double-precision number.
    Double,
    /// Text.
    Text,
    /// Text out of a closed list.
    OneOf(&'static [&'static str]),
    /// Bytes.
    Bytes,
    /// A point in time.
    Timestamp,
    /// A length of time.
    Duration,
    /// A type as a value: `int`, `type(x)`.
    Type,
    /// A list whose items all have one type.
    List(Box<Type>),
    /// A map from keys of one type to values of one type.
    Map(Box<Type>, Box<Type>),
    /// A struct of facts.
    Record(&'static RecordShape),
}

impl Type {
    /// A list of `item`.
    pub fn list(item: Self) -> Self {
        Self::List(Box::new(item))
    }

    /// A map from `key` to `value`.
    pub fn map(key: Self, value: Self) -> Self {
        Self::Map(Box::new(key), Box::new(value))
    }

    /// Whether a value of type `other` can stand where `self` is asked for.
    pub fn accepts(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Dyn, _) | (_, Self::Dyn) | (Self::Text, Self::OneOf(_)) => true,
            (Self::List(left), Self::List(right)) => left.accepts(right),
            (Self::Map(key, value), Self::Map(other_key, other_value)) => {
                key.accepts(other_key) && value.accepts(other_value)
            }
            _ => self == other,
        }
    }

    /// The type of a place where either can stand.
    #[must_use]
    pub(crate) fn join(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::List(left), Self::List(right)) => Self::list(left.join(right)),
            (Self::Map(key, value), Self::Map(other_key, other_value)) => {
                Self::map(key.join(other_key), value.join(other_value))
            }
            (Self::Text | Self::OneOf(_), Self::Text | Self::OneOf(_)) if self != other => Self::Text,
            _ if self == other => self.clone(),
            _ => Self::Dyn,
        }
    }

    /// Whether a value of one can ever equal a value of the other.
    pub(crate) fn can_equal(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text | Self::OneOf(_), Self::Text | Self::OneOf(_)) => true,
            (Self::List(left), Self::List(right)) => left.can_equal(right),
            (Self::Map(key, value), Self::Map(other_key, other_value)) => {
                key.can_equal(other_key) && value.can_equal(other_value)
            }
            _ => self.accepts(other) || other.accepts(self),
        }
    }
}

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            // One Rust type has one shape, but the compiler may keep it at several addresses.
            (Self::Record(left), Self::Record(right)) => std::ptr::eq(*left, *right) || left.name == right.name,
            (Self::OneOf(left), Self::OneOf(right)) => left == right,
            (Self::List(left), Self::List(right)) => left == right,
            (Self::Map(key, value), Self::Map(other_key, other_value)) => key == other_key && value == other_value,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

impl From<Shape> for Type {
    fn from(shape: Shape) -> Self {
        match shape {
            Shape::Bool => Self::Bool,
            Shape::Int => Self::Int,
            Shape::Double => Self::Double,
            Shape::Text => Self::Text,
            Shape::OneOf(words) => Self::OneOf(words),
            Shape::Timestamp => Self::Timestamp,
            Shape::Duration => Self::Duration,
            Shape::List(item) => Self::list(Self::from(*item)),
            Shape::Record(record) => Self::Record(record),
        }
    }
}

impl Display for Type {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dyn => formatter.write_str("dyn"),
            Self::Null => formatter.write_str("null"),
            Self::Bool => formatter.write_str("bool"),
            Self::Int => formatter.write_str("int"),
            Self::Uint => formatter.write_str("uint"),
            Self::Double => formatter.write_str("double"),
            Self::Text | Self::OneOf(_) => formatter.write_str("string"),
            Self::Bytes => formatter.write_str("bytes"),
            Self::Timestamp => formatter.write_str("timestamp"),
            Self::Duration => formatter.write_str("duration"),
            Self::Type => formatter.write_str("type"),
            Self::List(item) => write!(formatter, "list of {item}"),
            Self::Map(key, value) => write!(formatter, "map from {key} to {value}"),
            Self::Record(record) => write!(formatter, "record {}", record.name),
        }
    }
}
