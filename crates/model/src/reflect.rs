//! How the check language looks into typed facts without converting them.
//!
//! A fact struct describes itself twice: as a [`Shape`] (its type, known when a directive is loaded) and as a [`View`]
//! (one borrowed value, read while a check runs). Both are made by the [`record!`](crate::record) macro, so a field that
//! exists in Rust exists in the check language under the same name, with the same documentation.

use jiff::{SignedDuration, Timestamp};

use crate::Gap;

/// The type of a value in the check language, as far as facts need it.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// `true` or `false`.
    Bool,
    /// A signed 64-bit integer.
    Int,
    /// A double-precision number.
    Double,
    /// NFC text.
    Text,
    /// Text out of a closed list (a Rust enum); the list is complete.
    OneOf(&'static [&'static str]),
    /// A point in time.
    Timestamp,
    /// A length of time.
    Duration,
    /// A list whose items all have one shape.
    List(&'static Shape),
    /// A struct of named fields.
    Record(&'static RecordShape),
}

/// The type of a fact struct.
#[derive(Debug)]
pub struct RecordShape {
    /// The Rust name, e.g. `AntivirusProduct`.
    pub name: &'static str,
    /// The struct's doc comment, lines joined by `\n`.
    pub doc: &'static str,
    /// The fields, in the order of [`Record::field`]'s index.
    pub fields: &'static [FieldShape],
}

impl RecordShape {
    /// The index and shape of the field called `name`.
    pub fn field(&self, name: &str) -> Option<(usize, &'static FieldShape)> {
        self.fields.iter().enumerate().find(|(_, field)| field.name == name)
    }
}

/// One field of a [`RecordShape`].
#[derive(Debug)]
pub struct FieldShape {
    /// The name in JSON and in checks.
    pub name: &'static str,
    /// The field's doc comment, lines joined by `\n`.
    pub doc: &'static str,
    /// The type of its value when it is known.
    pub shape: Shape,
}

/// One value inside typed facts, borrowed.
#[derive(Clone, Copy)]
pub enum View<'a> {
    /// Nobody knows this value, for this reason.
    Unknown(&'a Gap),
    /// A [`Shape::Bool`].
    Bool(bool),
    /// A [`Shape::Int`].
    Int(i64),
    /// A [`Shape::Double`].
    Double(f64),
    /// A [`Shape::Text`] or [`Shape::OneOf`].
    Text(&'a str),
    /// A [`Shape::Timestamp`].
    Timestamp(Timestamp),
    /// A [`Shape::Duration`].
    Duration(SignedDuration),
    /// A [`Shape::List`].
    List(&'a dyn ListView),
    /// A [`Shape::Record`].
    Record(&'a dyn Record),
}

/// A struct of facts. Every field may be unknown.
pub trait Record: Sync {
    /// The type of this struct.
    fn shape(&self) -> &'static RecordShape;
    /// The value of the field at `index` in [`RecordShape::fields`].
    ///
    /// # Panics
    /// When `index` is not below the number of fields: the check language resolves names to indices when it loads a
    /// check, so a wrong index is a bug.
    fn field(&self, index: usize) -> View<'_>;
}

/// A list of facts, which may be known only in part.
pub trait ListView: Sync {
    /// How many items are known.
    fn len(&self) -> usize;
    /// Whether no item is known.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The item at `index`.
    ///
    /// # Panics
    /// When `index >= len()`.
    fn item(&self, index: usize) -> View<'_>;
    /// Why more items may exist than are known; `None` when the list is complete.
    fn gap(&self) -> Option<&Gap>;
}

/// A Rust type that can be looked into.
pub trait Reflect: Sync {
    /// The type of its value in the check language.
    const SHAPE: Shape;
    /// Its value now.
    fn view(&self) -> View<'_>;
}

macro_rules! reflect_plain {
    ($($rust:ty => $shape:ident, $view:expr;)*) => {$(
        impl Reflect for $rust {
            const SHAPE: Shape = Shape::$shape;
            fn view(&self) -> View<'_> {
                let view: fn(&$rust) -> View<'_> = $view;
                view(self)
            }
        }
    )*};
}

reflect_plain! {
    bool => Bool, |value| View::Bool(*value);
    i64 => Int, |value| View::Int(*value);
    u32 => Int, |value| View::Int(i64::from(*value));
    f64 => Double, |value| View::Double(*value);
    String => Text, |value| View::Text(value);
    Timestamp => Timestamp, |value| View::Timestamp(*value);
    SignedDuration => Duration, |value| View::Duration(*value);
}

/// Declares a struct of facts: serde, JSON Schema and [`Record`] from one definition.
///
/// Every field is an [`Observed`](crate::Observed): it may be missing from a document, which means "unknown", and is then
/// left out again when written.
#[macro_export]
macro_rules! record {
    ($(
        $(#[doc = $doc:literal])+
        pub struct $name:ident {
            $(
                $(#[doc = $field_doc:literal])+
                pub $field:ident: Observed<$type:ty>,
            )+
        }
    )+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[doc = $field_doc])+
                #[serde(default, skip_serializing_if = "Observed::is_absent")]
                pub $field: Observed<$type>,
            )+
        }

        impl $name {
            /// The type of this struct in the check language.
            pub const RECORD: &'static $crate::reflect::RecordShape = &$crate::reflect::RecordShape {
                name: stringify!($name),
                doc: concat!($($doc, "\n"),+),
                fields: &[$($crate::reflect::FieldShape {
                    name: stringify!($field),
                    doc: concat!($($field_doc, "\n"),+),
                    shape: <$type as $crate::reflect::Reflect>::SHAPE,
                }),+],
            };
        }

        impl $crate::reflect::Record for $name {
            fn shape(&self) -> &'static $crate::reflect::RecordShape {
                Self::RECORD
            }
            fn field(&self, index: usize) -> $crate::reflect::View<'_> {
                let mut at = 0;
                $(
                    if index == at {
                        return self.$field.view();
                    }
                    at += 1;
                )+
                panic!("{} has {at} fields, none at index {index}", stringify!($name))
            }
        }

        impl $crate::reflect::Reflect for $name {
            const SHAPE: $crate::reflect::Shape = $crate::reflect::Shape::Record(Self::RECORD);
            fn view(&self) -> $crate::reflect::View<'_> {
                $crate::reflect::View::Record(self)
            }
        }
    )+};
}

/// Declares an enum of facts: a closed list of words, written in snake_case.
#[macro_export]
macro_rules! words {
    ($(
        $(#[doc = $doc:literal])+
        pub enum $name:ident {
            $(
                $(#[doc = $word_doc:literal])+
                $variant:ident = $word:literal,
            )+
        }
    )+) => {$(
        $(#[doc = $doc])+
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        pub enum $name {
            $(
                $(#[doc = $word_doc])+
                #[serde(rename = $word)]
                $variant,
            )+
        }

        impl $name {
            /// Every word, in the order of the variants.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// Every variant.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that documents and checks use.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::UnknownWord;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::UnknownWord { word: text.to_owned(), allowed: Self::WORDS }),
                }
            }
        }

        impl $crate::reflect::Reflect for $name {
            const SHAPE: $crate::reflect::Shape = $crate::reflect::Shape::OneOf(Self::WORDS);
            fn view(&self) -> $crate::reflect::View<'_> {
                $crate::reflect::View::Text(self.as_str())
            }
        }
    )+};
}
