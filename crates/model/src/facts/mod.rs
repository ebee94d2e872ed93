//! Facts: what was observed about a subject, area by area.
//!
//! Each kind of subject has a struct of areas ([`DeviceFacts`], [`AccountFacts`], …). An area is one documented struct,
//! observed as a whole at one moment from one source: a [`Fact`]. Facts hold points in time rather than ages, so that an
//! unchanged machine has unchanged facts; a check computes ages with `now`.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::reflect::{Reflect, View};
use crate::{Gap, SubjectKind};
use crate::reflect::RecordShape;

/// One area of one subject, as observed: the envelope `{value | error, observed_at, source}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fact<T> {
    /// The value, or why there is none.
    #[serde(flatten)]
    pub outcome: Outcome<T>,
    /// When the observer looked.
    pub observed_at: Timestamp,
    /// Who looked and where, e.g. `agent:linux`, `import:ldap`.
    pub source: String,
}

/// The `value` or `error` of a [`Fact`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome<T> {
    /// What was observed.
    Value(T),
    /// Why nothing was.
    Error(Gap),
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

impl<T: Reflect> Fact<T> {
    /// The area as a check sees it.
    pub fn view(&self) -> AreaView<'_> {
        AreaView {
            view: match &self.outcome {
                Outcome::Value(value) => value.view(),
                Outcome::Error(gap) => View::Unknown(gap),
            },
            observed_at: self.observed_at,
            source: &self.source,
        }
    }
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
