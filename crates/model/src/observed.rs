//! What was observed: a value, or the reason why nobody knows it.

use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, DeserializeSeed, IntoDeserializer as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::reflect::{ListView, Reflect, Shape, View};
use crate::text::nfc;

words! {
    /// Why a value is not known. The word is stable: texts in Vietnamese and English are looked up by it.
    pub enum GapCode {
        /// Nobody looked, or the source says nothing about it.
        NotObserved = "not_observed",
        /// The observer lacked the rights to look.
        PermissionDenied = "permission_denied",
        /// The source is there but could not be read (an I/O error, a locked or broken database).
        Unreadable = "unreadable",
        /// The source was read but is not in the form it should have.
        Malformed = "malformed",
        /// The source exceeds a named bound.
        TooLarge = "too_large",
        /// The observer was stopped at its deadline.
        TimedOut = "timed_out",
        /// The observer itself failed: a bug, or the machine had no thread or memory for it.
        ObserverFailed = "observer_failed",
        /// This cannot be observed on this kind of system.
        Unsupported = "unsupported",
        /// Whoever runs this machine chose that nobody looks.
        SwitchedOff = "switched_off",
        /// The fact is older than the check allows.
        Stale = "stale",
        /// The fact claims to have been observed later than now: a clock is wrong.
        FromFuture = "from_future",
        /// The check itself could not be computed (a division by zero, an index out of range, its step budget).
        NotComputable = "not_computable",
    }
}

/// Why a value is not known, with a detail for the person who mends it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The kind of reason.
    pub code: GapCode,
    /// What exactly, in technical English: a path, an errno, a line. Empty when the code says it all.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub detail: Cow<'static, str>,
}

impl Gap {
    /// A reason without a detail.
    pub const fn new(code: GapCode) -> Self {
        Self { code, detail: Cow::Borrowed("") }
    }

    /// A reason with a detail.
    pub fn with_detail(code: GapCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, detail: detail.into() }
    }
}

impl std::fmt::Display for Gap {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.code.as_str())?;
        if !self.detail.is_empty() {
            write!(formatter, ": {}", self.detail)?;
        }
        Ok(())
    }
}

/// Nobody looked.
pub static NOT_OBSERVED: Gap = Gap::new(GapCode::NotObserved);

/// A value, or the reason why it is not known.
///
/// In JSON a known value stands as itself, an unknown one as `{"unknown": {"code": …, "detail": …}}`, and one that nobody
/// looked at is left out.
#[derive(Debug, Clone, PartialEq)]
pub enum Observed<T> {
    /// Observed.
    Known(T),
    /// Not observed, and why.
    Unknown(Gap),
}

impl<T> Observed<T> {
    /// Whether nobody looked: such a field is left out of documents.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Unknown(gap) if *gap == NOT_OBSERVED)
    }

    /// The value, when it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    /// An unknown with its reason.
    pub fn unknown(code: GapCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Unknown(Gap::with_detail(code, detail))
    }

    /// Applies `change` to a known value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Observed<U> {
        match self {
            Self::Known(value) => Observed::Known(change(value)),
            Self::Unknown(gap) => Observed::Unknown(gap),
        }
    }
}

impl<T> Default for Observed<T> {
    fn default() -> Self {
        Self::Unknown(NOT_OBSERVED.clone())
    }
}

impl<T> From<T> for Observed<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl From<&str> for Observed<String> {
    fn from(value: &str) -> Self {
        Self::Known(value.to_owned())
    }
}

impl<T> From<Result<T, Gap>> for Observed<T> {
    fn from(result: Result<T, Gap>) -> Self {
        match result {
            Ok(value) => Self::Known(value),
            Err(gap) => Self::Unknown(gap),
        }
    }
}

impl<T: Reflect> Observed<T> {
    /// The value as the check language sees it.
    pub fn view(&self) -> View<'_> {
        match self {
            Self::Known(value) => value.view(),
            Self::Unknown(gap) => View::Unknown(gap),
        }
    }
}

/// The one-key object that stands for an unknown value in JSON.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Unknown")]
#[serde(deny_unknown_fields)]
struct UnknownDocument<G> {
    unknown: G,
}

impl<T: Serialize> Serialize for Observed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(value) => value.serialize(serializer),
            Self::Unknown(gap) => UnknownDocument { unknown: gap }.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Observed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObservedVisitor(PhantomData))
    }
}

/// Tells `{"unknown": …}` from a value by the first key, without buffering, so that errors keep their line and column.
struct ObservedVisitor<T>(PhantomData<T>);

macro_rules! visit_scalars {
    ($($method:ident: $type:ty),+) => {$(
        fn $method<E: de::Error>(self, value: $type) -> Result<Self::Value, E> {
            T::deserialize(value.into_deserializer()).map(Observed::Known)
        }
    )+};
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObservedVisitor<T> {
    type Value = Observed<T>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a value, or {\"unknown\": …}; a value that nobody knows is left out")
    }

    visit_scalars!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64);

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
        T::deserialize(nfc(value).into_deserializer()).map(Observed::Known)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        T::deserialize(SeqAccessDeserializer::new(items)).map(Observed::Known)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let first = map.next_key::<String>()?;
        if first.as_deref() == Some("unknown") {
            let gap = map.next_value::<Gap>()?;
            return match map.next_key::<String>()? {
                None => Ok(Observed::Unknown(gap)),
                Some(key) => Err(de::Error::custom(format!("\"unknown\" stands alone, not beside {key:?}"))),
            };
        }
        T::deserialize(MapAccessDeserializer::new(WithFirstKey { first, map })).map(Observed::Known)
    }
}

/// A map whose first key has been read already.
struct WithFirstKey<A> {
    first: Option<String>,
    map: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for WithFirstKey<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Self::Error> {
        match self.first.take() {
            Some(key) => seed.deserialize(key.into_deserializer()).map(Some),
            None => self.map.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Self::Error> {
        self.map.next_value_seed(seed)
    }
}

impl<T: JsonSchema> JsonSchema for Observed<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Observed_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let known = generator.subschema_for::<T>();
        let unknown = generator.subschema_for::<UnknownDocument<Gap>>();
        json_schema!({ "anyOf": [known, unknown] })
    }
}

/// A list of facts that says whether it is complete.
///
/// In JSON a complete listing is an array; an incomplete one is `{"items": […], "incomplete": {"code": …}}`. A check that
/// needs every item ("none is shared") is unknown over an incomplete listing unless an item that is there decides it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing<T> {
    /// What was found.
    pub items: Vec<T>,
    /// Why there may be more; `None` when `items` is all there is.
    pub incomplete: Option<Gap>,
}

impl<T> Listing<T> {
    /// A listing of all there is.
    pub const fn complete(items: Vec<T>) -> Self {
        Self { items, incomplete: None }
    }

    /// A listing that may lack items, for the reason `gap`.
    pub const fn incomplete(items: Vec<T>, gap: Gap) -> Self {
        Self { items, incomplete: Some(gap) }
    }

    /// Notes that items may be missing. The first reason is kept: it is the one to mend first.
    pub fn note_gap(&mut self, gap: Gap) {
        self.incomplete.get_or_insert(gap);
    }
}

impl<T> Default for Listing<T> {
    fn default() -> Self {
        Self::complete(Vec::new())
    }
}

impl<T> From<Vec<T>> for Listing<T> {
    fn from(items: Vec<T>) -> Self {
        Self::complete(items)
    }
}

impl<T> From<Vec<T>> for Observed<Listing<T>> {
    fn from(items: Vec<T>) -> Self {
        Self::Known(Listing::complete(items))
    }
}

impl<T: Reflect> ListView for Listing<T> {
    fn len(&self) -> usize {
        self.items.len()
    }
    fn item(&self, index: usize) -> View<'_> {
        self.items[index].view()
    }
    fn gap(&self) -> Option<&Gap> {
        self.incomplete.as_ref()
    }
}

impl<T: Reflect> Reflect for Listing<T> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);
    fn view(&self) -> View<'_> {
        View::List(self)
    }
}

/// The object that stands for an incomplete listing in JSON.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct IncompleteListing<I, G> {
    items: I,
    incomplete: G,
}

impl<T: Serialize> Serialize for Listing<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.incomplete {
            None => self.items.serialize(serializer),
            Some(gap) => IncompleteListing { items: &self.items, incomplete: gap }.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Listing<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListingVisitor(PhantomData))
    }
}

struct ListingVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListingVisitor<T> {
    type Value = Listing<T>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a list, or {\"items\": […], \"incomplete\": …}")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(items)).map(Listing::complete)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let document: IncompleteListing<Vec<T>, Gap> = IncompleteListing::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Listing::incomplete(document.items, document.incomplete))
    }
}

impl<T: JsonSchema> JsonSchema for Listing<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Listing_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let item = generator.subschema_for::<T>();
        let gap = generator.subschema_for::<Gap>();
        json_schema!({
            "anyOf": [
                { "type": "array", "items": item },
                {
                    "type": "object",
                    "properties": { "items": { "type": "array", "items": item }, "incomplete": gap },
                    "required": ["items", "incomplete"],
                    "additionalProperties": false
                }
            ]
        })
    }
}
