//! The envelope around one area, and how a check reaches it.

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;

use crate::reflect::{RecordShape, Reflect, View};
use crate::{Gap, SubjectKind};

/// One area of one subject, as observed: `{value | error, observed_at, source}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact<T> {
    /// What was observed, or why nothing was.
    pub outcome: Result<T, Gap>,
    /// When the observer looked.
    pub observed_at: Timestamp,
    /// Who looked and where, e.g. `agent:linux`, `import:ldap`.
    pub source: String,
}

impl<T: Reflect> Fact<T> {
    /// The area as a check sees it.
    pub fn view(&self) -> AreaView<'_> {
        AreaView {
            view: match &self.outcome {
                Ok(value) => value.view(),
                Err(gap) => View::Unknown(gap),
            },
            observed_at: self.observed_at,
            source: &self.source,
        }
    }
}

/// One area as a check sees it.
#[derive(Clone, Copy)]
pub struct AreaView<'a> {
    /// The record, or [`View::Unknown`] when the observer failed.
    pub view: View<'a>,
    /// When the observer looked.
    pub observed_at: Timestamp,
    /// Who looked and where.
    pub source: &'a str,
}

/// All areas of one subject.
pub trait FactSet: Sync {
    /// The kind of subject these facts are about.
    fn kind(&self) -> SubjectKind;
    /// The areas as the fields of a record, each a [`Shape::Record`](crate::reflect::Shape::Record).
    fn shape(&self) -> &'static RecordShape;
    /// The area at `index` in `shape().fields`; `None` when nobody looked.
    ///
    /// # Panics
    /// When `index` is not below the number of areas.
    fn area(&self, index: usize) -> Option<AreaView<'_>>;
}

impl<T: Serialize> Serialize for Fact<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut document = serializer.serialize_struct("Fact", 3)?;
        match &self.outcome {
            Ok(value) => document.serialize_field("value", value)?,
            Err(gap) => document.serialize_field("error", gap)?,
        }
        document.serialize_field("observed_at", &self.observed_at)?;
        document.serialize_field("source", &self.source)?;
        document.end()
    }
}

/// The envelope as it stands in a document, before `value` and `error` are weighed against each other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "T: Deserialize<'de>"))]
struct FactFields<T> {
    // `None` only when the key is missing: `null` is refused by the type of the value.
    #[serde(default = "no_value", deserialize_with = "some_value")]
    value: Option<T>,
    #[serde(default)]
    error: Option<Gap>,
    observed_at: Timestamp,
    source: String,
}

fn no_value<T>() -> Option<T> {
    None
}

fn some_value<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Fact<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = FactFields::<T>::deserialize(deserializer)?;
        let outcome = match (fields.value, fields.error) {
            (Some(value), None) => Ok(value),
            (None, Some(gap)) => Err(gap),
            (None, None) => {
                return Err(de::Error::custom("a fact has a \"value\" or an \"error\""));
            }
            (Some(_), Some(_)) => {
                return Err(de::Error::custom("a fact has a \"value\" or an \"error\", not both"));
            }
        };
        Ok(Self { outcome, observed_at: fields.observed_at, source: fields.source })
    }
}

impl<T: JsonSchema> JsonSchema for Fact<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Fact_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<T>();
        let gap = generator.subschema_for::<Gap>();
        let observed_at = generator.subschema_for::<Timestamp>();
        json_schema!({
            "type": "object",
            "properties": {
                "value": value,
                "error": gap,
                "observed_at": observed_at,
                "source": { "type": "string" }
            },
            "required": ["observed_at", "source"],
            "oneOf": [{ "required": ["value"] }, { "required": ["error"] }],
            "additionalProperties": false
        })
    }
}
