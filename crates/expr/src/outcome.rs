//! What an evaluation yields: the verdict, why, and until when.

use std::fmt::{self, Display, Formatter};

use jiff::{SignedDuration, Timestamp};
use khien_model::Gap;
use khien_model::reflect::{RecordShape, Shape};

use crate::limits::MAX_PATH_STEPS;

/// Three-valued truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The facts say yes.
    True,
    /// The facts say no.
    False,
    /// The facts do not say.
    Unknown,
}

impl From<Option<bool>> for Verdict {
    fn from(decided: Option<bool>) -> Self {
        match decided {
            Some(true) => Self::True,
            Some(false) => Self::False,
            None => Self::Unknown,
        }
    }
}

/// A verdict, and until when it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// What the facts say.
    pub verdict: Verdict,
    /// The first moment at which time alone may change the verdict; `None` when it never does. For every time from `now`
    /// up to, not including, this moment the verdict is the same.
    pub holds_until: Option<Timestamp>,
}

/// An [`Outcome`] with its reasons.
#[derive(Debug, Clone)]
pub struct Explanation<'f> {
    /// What the facts say.
    pub verdict: Verdict,
    /// As in [`Outcome::holds_until`].
    pub holds_until: Option<Timestamp>,
    /// The facts that decide: with only these known the verdict is the same, and none of them can be left out.
    /// For [`Verdict::Unknown`] the facts whose absence keeps it undecided, at least one.
    pub because: Vec<Reason<'f>>,
}

/// A computed value with its reasons.
#[derive(Debug, Clone)]
pub struct Computed<'f> {
    /// The value. Items of a list that are not known are left out of it, see `because`.
    pub value: crate::Value,
    /// Why the value, or part of it, is unknown: empty when all of it is known.
    pub because: Vec<Reason<'f>>,
    /// The first moment at which time alone may change the value.
    pub holds_until: Option<Timestamp>,
}

/// One fact that decided, or whose absence kept it undecided.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason<'f> {
    /// Which fact.
    pub path: FactPath<'f>,
    /// Its value, or why it has none.
    pub cause: Cause<'f>,
}

/// The value of a fact, or why it has none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cause<'f> {
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Int(i64),
    /// A number.
    Double(f64),
    /// Text.
    Text(&'f str),
    /// A point in time.
    Timestamp(Timestamp),
    /// A length of time.
    Duration(SignedDuration),
    /// The list has exactly this many items.
    Items(usize),
    /// The record or list is there.
    Present,
    /// Nobody knows, for this reason.
    Unknown(&'f Gap),
}

impl Cause<'_> {
    /// Whether this is an absence.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}

impl Display for Cause<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(formatter),
            Self::Int(value) => value.fmt(formatter),
            Self::Double(value) => write!(formatter, "{value:?}"),
            Self::Text(value) => formatter.write_str(&crate::text_literal::quote(value)),
            Self::Timestamp(value) => value.fmt(formatter),
            Self::Duration(value) => value.fmt(formatter),
            Self::Items(1) => formatter.write_str("1 item"),
            Self::Items(count) => write!(formatter, "{count} items"),
            Self::Present => formatter.write_str("present"),
            Self::Unknown(gap) => write!(formatter, "unknown ({gap})"),
        }
    }
}

/// Where a fact stands, e.g. `antivirus.products[1].running`. Made into text only when it is shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FactPath<'f> {
    root: Root<'f>,
    steps: [u32; MAX_PATH_STEPS],
    length: u8,
}

#[derive(Clone, Copy)]
enum Root<'f> {
    Facts(&'static RecordShape),
    Param(&'f str),
    Check,
}

impl Root<'_> {
    fn key(&self) -> (u8, &str) {
        match self {
            Self::Facts(areas) => (0, areas.name),
            Self::Param(name) => (1, name),
            Self::Check => (2, ""),
        }
    }
}

impl PartialEq for Root<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Root::Facts(left), Root::Facts(right)) if std::ptr::eq(*left, *right) => true,
            _ => self.key() == other.key(),
        }
    }
}

impl Eq for Root<'_> {}

impl std::hash::Hash for Root<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// One step of a [`FactPath`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// The field (or area) at this index of its [`RecordShape`].
    Field(usize),
    /// The list item at this position.
    Item(usize),
}

/// Set in a packed step that is a list position.
const ITEM: u32 = 1 << 31;

impl Step {
    pub(crate) fn pack(self) -> u32 {
        let (number, mark) = match self {
            Self::Field(index) => (index, 0),
            Self::Item(index) => (index, ITEM),
        };
        // A list cannot be walked that far within the step budget; the clamp keeps the packing total.
        u32::try_from(number).unwrap_or(u32::MAX).min(ITEM - 1) | mark
    }

    pub(crate) fn unpack(packed: u32) -> Self {
        let index = (packed & !ITEM) as usize;
        if packed & ITEM == 0 { Self::Field(index) } else { Self::Item(index) }
    }
}

impl<'f> FactPath<'f> {
    /// The path made of `steps` from the areas `areas`. Steps beyond
    /// [`MAX_PATH_STEPS`] are cut off; a compiled program never has them.
    pub fn facts(areas: &'static RecordShape, steps: impl IntoIterator<Item = Step>) -> Self {
        let mut path = Self { root: Root::Facts(areas), steps: [0; MAX_PATH_STEPS], length: 0 };
        for (place, step) in path.steps.iter_mut().zip(steps) {
            *place = step.pack();
            path.length += 1;
        }
        path
    }

    /// The path made of packed steps.
    pub(crate) fn packed(areas: &'static RecordShape, steps: [u32; MAX_PATH_STEPS], length: u8) -> Self {
        Self { root: Root::Facts(areas), steps, length }
    }

    /// The steps as [`Step::pack`] makes them.
    pub(crate) fn packed_steps(&self) -> &[u32] {
        self.steps.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// A parameter.
    pub(crate) fn param(name: &'f str) -> Self {
        Self { root: Root::Param(name), steps: [0; MAX_PATH_STEPS], length: 0 }
    }

    /// The check itself, when no fact is to blame.
    pub(crate) fn check() -> Self {
        Self { root: Root::Check, steps: [0; MAX_PATH_STEPS], length: 0 }
    }

    /// The steps, outermost first. Empty for a parameter and for the check itself.
    pub fn steps(&self) -> impl Iterator<Item = Step> {
        self.steps.into_iter().take(usize::from(self.length)).map(Step::unpack)
    }

    /// Whether no fact or parameter is to blame but the check itself, e.g. a division of constants by zero.
    pub fn is_check(&self) -> bool {
        matches!(self.root, Root::Check)
    }
}

impl Display for FactPath<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut record = match self.root {
            Root::Check => return formatter.write_str("(check)"),
            Root::Param(name) => return write!(formatter, "param.{name}"),
            Root::Facts(areas) => Some(areas),
        };
        let mut shape = None;
        for (at, step) in self.steps().enumerate() {
            match step {
                Step::Field(index) => {
                    let field = record.and_then(|record| record.fields.get(index));
                    formatter.write_str(if at == 0 { "" } else { "." })?;
                    formatter.write_str(field.map_or("?", |field| field.name))?;
                    shape = field.map(|field| field.shape);
                }
                Step::Item(index) => {
                    write!(formatter, "[{index}]")?;
                    shape = match shape {
                        Some(Shape::List(item)) => Some(*item),
                        _ => None,
                    };
                }
            }
            record = match shape {
                Some(Shape::Record(inner)) => Some(inner),
                _ => None,
            };
        }
        Ok(())
    }
}

impl fmt::Debug for FactPath<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "FactPath({self})")
    }
}
