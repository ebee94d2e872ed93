//! Paths and values of facts in the words of the office.
//!
//! A finding says `browsers.profiles[2].saved_logins = 14`. A reader is told: «Trình duyệt › hồ sơ trình duyệt
//! (chrome, lan, Default) › số mật khẩu đã lưu: 14».

use jiff::{SignedDuration, Timestamp};
use khien_directive::Directive;
use khien_model::facts::FactSet;
use khien_model::reflect::{FieldShape, RecordShape, Shape, View};
use khien_model::{Evidence, Gap};
use serde_json::Value;

use crate::{Bilingual, Texts, moment, text};

/// How many fields at the start of a record may tell it from the others of its list.
const MAX_NAMING_FIELDS: usize = 3;
/// What has been told apart by this many characters needs no further field.
const ENOUGH_NAMING_CHARACTERS: usize = 20;
/// The path of a reason that no fact is to blame for.
const CHECK_ITSELF: &str = "(check)";
/// The longest value shown whole, in characters.
const MAX_VALUE_CHARACTERS: usize = 120;

/// What a reader calls a value that decided.
#[derive(Debug, Clone, PartialEq)]
pub enum Label {
    /// A fact.
    Fact(Place),
    /// A parameter of the directive, by what it sets.
    Parameter(Bilingual),
    /// The check as a whole, when no fact is to blame.
    Check,
    /// Nothing better than its path.
    Path,
}

impl Label {
    /// What the value at `path` is called.
    pub fn of(path: &str, facts: &dyn FactSet, directive: &Directive) -> Self {
        if let Some(name) = path.strip_prefix("param.") {
            let parameter = directive.parameters.iter().find(|parameter| parameter.name == name);
            return parameter.map_or(Self::Path, |parameter| Self::Parameter(parameter.about.clone()));
        }
        if path == CHECK_ITSELF {
            return Self::Check;
        }
        Place::find(path, facts).map_or(Self::Path, Self::Fact)
    }

    /// The name in words.
    pub fn words(&self, path: &str, texts: &Texts) -> String {
        match self {
            Self::Fact(place) => place.words(texts),
            Self::Parameter(about) => texts.pick(about).to_owned(),
            Self::Check => texts.text("label-check"),
            Self::Path => path.to_owned(),
        }
    }

    fn kind(&self) -> ValueKind {
        match self {
            Self::Fact(place) => place.kind,
            Self::Parameter(_) | Self::Check | Self::Path => ValueKind::Plain,
        }
    }
}

/// One place in facts, resolved against their schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    steps: Vec<Step>,
    kind: ValueKind,
}

/// What kind of value stands at a place, as far as it changes how it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ValueKind {
    Plain,
    Timestamp,
    Duration,
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// A field, by the key of its name.
    Field(String),
    /// An item of a list, by what tells it from the others, else by its position.
    Item { position: usize, named: Vec<String> },
}

impl Place {
    /// Resolves `path` (`browsers.profiles[2].saved_logins`) in `facts`. `None` for what is not a fact.
    pub fn find(path: &str, facts: &dyn FactSet) -> Option<Self> {
        let mut record = facts.shape();
        let mut view = None;
        let mut steps = Vec::new();
        let mut kind = ValueKind::Plain;
        for (depth, segment) in path.split('.').enumerate() {
            let (name, positions) = split_positions(segment)?;
            let (index, field) = record.field(name)?;
            steps.push(Step::Field(field_key(record, field)));
            view = match (depth, view) {
                (0, _) => facts.area(index).map(|area| area.view),
                (_, Some(View::Record(inner))) => Some(inner.field(index)),
                _ => None,
            };
            let mut shape = field.shape;
            for position in positions {
                let Shape::List(item) = shape else { return None };
                shape = *item;
                view = match view {
                    Some(View::List(list)) if position < list.len() => Some(list.item(position)),
                    _ => None,
                };
                steps.push(Step::Item { position, named: view.map(naming_fields).unwrap_or_default() });
            }
            kind = match shape {
                Shape::Timestamp => ValueKind::Timestamp,
                Shape::Duration => ValueKind::Duration,
                _ => ValueKind::Plain,
            };
            if let Shape::Record(inner) = shape {
                record = inner;
            } else if depth + 1 < path.split('.').count() {
                return None;
            }
        }
        Some(Self { steps, kind })
    }

    /// The place in words.
    pub fn words(&self, texts: &Texts) -> String {
        let mut words = String::new();
        for step in &self.steps {
            match step {
                Step::Field(key) => {
                    if !words.is_empty() {
                        words.push_str(" › ");
                    }
                    words.push_str(&texts.text(key));
                }
                Step::Item { position, named } if named.is_empty() => {
                    words.push_str(&text!(texts, "item-position", position = position + 1));
                }
                Step::Item { named, .. } => {
                    words.push_str(" (");
                    words.push_str(&named.join(", "));
                    words.push(')');
                }
            }
        }
        words
    }
}

/// `profiles[2]` as the name and the positions.
fn split_positions(segment: &str) -> Option<(&str, Vec<usize>)> {
    let mut parts = segment.split('[');
    let name = parts.next()?;
    let positions = parts.map(|part| part.strip_suffix(']')?.parse().ok()).collect::<Option<_>>()?;
    Some((name, positions))
}

/// The key under which the texts name a field.
pub fn field_key(record: &RecordShape, field: &FieldShape) -> String {
    format!("{}-{}", record.name, field.name)
}

/// The texts at the start of a record: they are what a person would call it by.
pub(crate) fn naming_fields(item: View<'_>) -> Vec<String> {
    let View::Record(record) = item else {
        return match item {
            View::Text(text) => vec![shortened(text)],
            _ => Vec::new(),
        };
    };
    let mut names = Vec::new();
    for (index, field) in record.shape().fields.iter().enumerate().take(MAX_NAMING_FIELDS) {
        match (field.shape, record.field(index)) {
            (Shape::Text | Shape::OneOf(_), View::Text(text)) if !text.is_empty() => {
                let so_far: usize = names.iter().map(|name: &String| name.chars().count()).sum();
                if so_far < ENOUGH_NAMING_CHARACTERS {
                    names.push(shortened(text));
                }
            }
            (Shape::Text | Shape::OneOf(_), _) => {}
            _ => break,
        }
    }
    names
}

/// What decided, in words: the value, or the reason why there is none.
pub fn evidence_words(evidence: &Evidence, label: &Label, texts: &Texts) -> String {
    match evidence {
        Evidence::Value(value) => value_words(value, label.kind(), texts),
        Evidence::Reason(gap) => reason_words(gap, texts),
    }
}

/// Why a value is missing, in words.
pub fn reason_words(gap: &Gap, texts: &Texts) -> String {
    let reason = texts.text(&gap_key(gap));
    if gap.detail.is_empty() {
        reason
    } else {
        text!(texts, "reason-detail", reason = reason, detail = shortened(&gap.detail))
    }
}

/// The key of a reason. What to do about it stands under the same key with `-todo`.
pub fn gap_key(gap: &Gap) -> String {
    format!("gap-{}", gap.code.as_str().replace('_', "-"))
}

fn value_words(value: &Value, kind: ValueKind, texts: &Texts) -> String {
    match (value, kind) {
        (Value::Bool(true), _) => texts.text("value-yes"),
        (Value::Bool(false), _) => texts.text("value-no"),
        (Value::String(written), ValueKind::Timestamp) => {
            written.parse::<Timestamp>().map_or_else(|_| shortened(written), |moment| moment::shown(moment, texts))
        }
        (Value::String(written), ValueKind::Duration) => written
            .parse::<SignedDuration>()
            .map_or_else(|_| shortened(written), |length| moment::length(length, texts)),
        (Value::String(written), _) if written.is_empty() => texts.text("value-empty"),
        (Value::String(written), _) => shortened(written),
        (Value::Object(about), _) if about.contains_key("present") => texts.text("value-yes"),
        (Value::Object(about), _) if about.contains_key("items") => {
            match about.get("items").and_then(Value::as_u64).unwrap_or_default() {
                0 => texts.text("value-none"),
                count => text!(texts, "value-items", count = count),
            }
        }
        (Value::Array(items), _) if items.is_empty() => texts.text("value-none"),
        (Value::Array(items), _) => {
            let items: Vec<String> = items.iter().map(|item| value_words(item, ValueKind::Plain, texts)).collect();
            shortened(&items.join(", "))
        }
        (other, _) => shortened(&other.to_string()),
    }
}

/// `text` on one line, without control characters.
pub fn printable(text: &str) -> String {
    text.chars().map(|letter| if is_unprintable(letter) { '\u{fffd}' } else { letter }).collect()
}

/// `text` on one line, without control characters, cut to [`MAX_VALUE_CHARACTERS`] with an ellipsis.
///
/// File names and package fields come from outside: an escape sequence in one must not reach the terminal.
pub fn shortened(text: &str) -> String {
    let mut characters = text.chars().map(|letter| if is_unprintable(letter) { '\u{fffd}' } else { letter });
    let mut short: String = characters.by_ref().take(MAX_VALUE_CHARACTERS).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

/// Control characters, line breaks of Unicode, and the marks that change the direction of text: each can make a line lie about
/// itself.
fn is_unprintable(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{061c}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

#[cfg(test)]
mod tests;
