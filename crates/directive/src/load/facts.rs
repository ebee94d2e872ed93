//! The facts of an example: checked field by field against their types, then read as the real fact types.

use jiff::{SignedDuration, Timestamp};
use khien_model::facts::{FactDocument, areas_of};
use khien_model::reflect::{FieldShape, RecordShape, Shape};
use khien_model::{GapCode, SubjectKind};
use serde_json::{Map, Value, json};

use super::reader::{Reader, describe};
use crate::Texts;
use crate::diagnostic::{Code, Mistake};
use crate::source::Span;
use crate::yaml::{Kind, Node, Plain};

/// The id of the subject in an example.
const EXAMPLE_ID: &str = "example";

/// The source of facts in an example that name none.
const EXAMPLE_SOURCE: &str = "example";

/// The keys of the envelope around an area.
const ENVELOPE: &[&str] = &["value", "error", "observed_at", "source"];

impl Reader<'_> {
    /// The facts in `node`, observed at `at` unless they say otherwise. `None` when something is wrong with them.
    pub(super) fn facts(&mut self, node: &Node, kind: SubjectKind, at: Timestamp) -> Option<FactDocument> {
        let entries = self.named(node)?;
        let errors = self.report.errors();
        let shape = areas_of(kind);
        let mut reading = Reading { reader: self, at, large: Vec::new() };
        let mut areas = Map::new();
        for entry in entries {
            let Some((_, area)) = shape.field(&entry.key) else {
                reading.unknown_field(&entry.key, entry.key_span, shape, kind.as_str());
                continue;
            };
            areas.insert(entry.key.clone(), reading.area(&entry.value, area));
        }
        let large = std::mem::take(&mut reading.large);
        if self.report.errors() > errors {
            return None;
        }
        let document = json!({ kind.as_str(): { "id": EXAMPLE_ID, "facts": areas } });
        match serde_json::from_value(document) {
            Ok(document) => Some(document),
            Err(error) => {
                // Types were checked above, so what is left is a number that the fact cannot hold.
                match large.first() {
                    Some(span) => {
                        let range = format!("0 … {}", u32::MAX);
                        let reason =
                            Texts::new(format!("số phải nằm trong {range}"), format!("the number must be in {range}"));
                        self.not_a_fact(*span, reason);
                    }
                    None => self.not_a_fact(node.span, Texts::same(error.to_string())),
                }
                None
            }
        }
    }

    fn not_a_fact(&mut self, span: Span, reason: Texts) {
        self.report.add(Mistake::new(Code::InvalidExampleFact, span).with_texts("reason", reason));
    }
}

struct Reading<'a, 'r> {
    reader: &'a mut Reader<'r>,
    at: Timestamp,
    /// Whole numbers that some facts cannot hold.
    large: Vec<Span>,
}

impl Reading<'_, '_> {
    fn unknown_field(&mut self, name: &str, span: Span, shape: &RecordShape, place: &str) {
        let mistake = Mistake::new(Code::UnknownExampleFact, span)
            .with("field", name)
            .with_texts("place", Texts::new(format!("dữ kiện {place}"), format!("the facts of {place}")))
            .suggest(name, shape.fields.iter().map(|field| field.name));
        self.reader.report.add(mistake);
    }

    fn wrong(&mut self, node: &Node, expected: Texts) {
        if !node.is_broken() {
            let mistake = Mistake::new(Code::WrongExampleFact, node.span)
                .with_texts("expected", expected)
                .with_texts("found", describe(node));
            self.reader.report.add(mistake);
        }
    }

    /// One area, bare or in its envelope.
    fn area(&mut self, node: &Node, area: &FieldShape) -> Value {
        let entries = node.entries();
        let is_envelope = !entries.is_empty() && entries.iter().all(|entry| ENVELOPE.contains(&entry.key.as_str()));
        if !is_envelope {
            let value = self.value(node, area.shape, area.name);
            return json!({ "value": value, "observed_at": self.at, "source": EXAMPLE_SOURCE });
        }
        let observed_at = node.get("observed_at").and_then(|node| self.reader.time(node)).unwrap_or(self.at);
        let source = node.get("source").and_then(|node| self.reader.text(node)).unwrap_or(EXAMPLE_SOURCE);
        let mut fact = Map::new();
        fact.insert("observed_at".to_owned(), json!(observed_at));
        fact.insert("source".to_owned(), json!(source));
        match (node.get("value"), node.get("error")) {
            (Some(value), None) => {
                fact.insert("value".to_owned(), self.value(value, area.shape, area.name));
            }
            (None, Some(gap)) => {
                fact.insert("error".to_owned(), self.gap(gap));
            }
            (Some(_), Some(_)) | (None, None) => {
                let reason =
                    Texts::new("cần đúng một trong hai: `value` hoặc `error`", "it needs a `value` or an `error`");
                self.reader.not_a_fact(node.span, reason);
            }
        }
        Value::Object(fact)
    }

    /// A value of a fact, or `{unknown: …}`.
    fn value(&mut self, node: &Node, shape: Shape, place: &str) -> Value {
        if let [entry] = node.entries()
            && entry.key == "unknown"
        {
            return json!({ "unknown": self.gap(&entry.value) });
        }
        let plain = match &node.kind {
            Kind::Scalar(scalar) => scalar.plain(),
            _ => Plain::Null,
        };
        match shape {
            Shape::Bool => match plain {
                Plain::Bool(value) => return json!(value),
                _ => self.wrong(node, Texts::new("true hoặc false", "true or false")),
            },
            Shape::Int => match plain {
                Plain::Int(value) => {
                    if u32::try_from(value).is_err() {
                        self.large.push(node.span);
                    }
                    return json!(value);
                }
                _ => self.wrong(node, Texts::new("số nguyên", "a whole number")),
            },
            Shape::Double => match plain {
                Plain::Int(value) => return json!(value),
                Plain::Double(value) => return json!(value),
                _ => self.wrong(node, Texts::new("một số", "a number")),
            },
            Shape::Text => match (plain, node.text()) {
                (Plain::Int(_) | Plain::Double(_) | Plain::Text, Some(text)) => return json!(text),
                _ => self.wrong(node, Texts::new("chữ", "text")),
            },
            Shape::OneOf(words) => return self.word(node, words),
            Shape::Timestamp => match node.text().map(str::parse::<Timestamp>) {
                Some(Ok(time)) => return json!(time),
                _ => self.wrong(
                    node,
                    Texts::new(
                        "một thời điểm như 2026-07-01T00:00:00+07:00",
                        "a point in time like 2026-07-01T00:00:00+07:00",
                    ),
                ),
            },
            Shape::Duration => match node.text().and_then(length) {
                Some(length) => return json!(length),
                None => self.wrong(node, Texts::new("một khoảng thời gian như 90d", "a length of time like 90d")),
            },
            Shape::List(item) => return self.list(node, *item, place),
            Shape::Record(record) => return self.record(node, record, place),
        }
        Value::Null
    }

    fn word(&mut self, node: &Node, words: &[&str]) -> Value {
        match node.text() {
            Some(text) if words.contains(&text) => json!(text),
            Some(text) => {
                let mistake = Mistake::new(Code::UnknownWord, node.span).with("word", text);
                self.reader.report.add(mistake.suggest(text, words.iter().copied()));
                Value::Null
            }
            None => {
                self.wrong(node, Texts::same(words.join(" | ")));
                Value::Null
            }
        }
    }

    fn list(&mut self, node: &Node, item: Shape, place: &str) -> Value {
        match &node.kind {
            Kind::List(items) => items.iter().map(|node| self.value(node, item, place)).collect(),
            Kind::Map(_) if node.get("items").is_some() && node.get("incomplete").is_some() => {
                for entry in node.entries().iter().filter(|entry| entry.key != "items" && entry.key != "incomplete") {
                    let mistake = Mistake::new(Code::UnknownExampleFact, entry.key_span)
                        .with("field", &entry.key)
                        .with_texts("place", Texts::new("danh sách chưa đầy đủ", "an incomplete list"))
                        .suggest(&entry.key, ["items", "incomplete"]);
                    self.reader.report.add(mistake);
                }
                let items = node.get("items").map(|items| {
                    if let Kind::List(_) = &items.kind {
                        self.list(items, item, place)
                    } else {
                        self.wrong(items, Texts::new("một danh sách", "a list"));
                        Value::Null
                    }
                });
                json!({ "items": items, "incomplete": node.get("incomplete").map(|gap| self.gap(gap)) })
            }
            _ => {
                self.wrong(
                    node,
                    Texts::new("một danh sách, hoặc {items: …, incomplete: …}", "a list, or {items: …, incomplete: …}"),
                );
                Value::Null
            }
        }
    }

    fn record(&mut self, node: &Node, record: &RecordShape, place: &str) -> Value {
        if !matches!(node.kind, Kind::Map(_)) {
            self.wrong(node, Texts::new("một nhóm trường", "a map with fields"));
            return Value::Null;
        }
        let mut fields = Map::new();
        for entry in node.entries() {
            match record.field(&entry.key) {
                Some((_, field)) => {
                    let place = format!("{place}.{}", field.name);
                    fields.insert(entry.key.clone(), self.value(&entry.value, field.shape, &place));
                }
                None => self.unknown_field(&entry.key, entry.key_span, record, place),
            }
        }
        Value::Object(fields)
    }

    /// The reason why something is unknown: `{code: …, detail: …}`.
    fn gap(&mut self, node: &Node) -> Value {
        let mut gap = Map::new();
        for entry in node.entries() {
            match entry.key.as_str() {
                "code" => {
                    gap.insert("code".to_owned(), self.word(&entry.value, GapCode::WORDS));
                }
                "detail" => {
                    let detail = self.reader.text(&entry.value).unwrap_or_default();
                    gap.insert("detail".to_owned(), json!(detail));
                }
                other => {
                    let mistake = Mistake::new(Code::UnknownExampleFact, entry.key_span)
                        .with("field", other)
                        .with_texts("place", Texts::new("lý do", "the reason"))
                        .suggest(other, ["code", "detail"]);
                    self.reader.report.add(mistake);
                }
            }
        }
        if !gap.contains_key("code") && !node.is_broken() {
            let reason = Texts::new("thiếu lý do: {code: …}", "the reason is missing: {code: …}");
            self.reader.not_a_fact(node.span, reason);
        }
        Value::Object(gap)
    }
}

/// As in the directive's own fields, or as in fact documents.
fn length(text: &str) -> Option<SignedDuration> {
    crate::duration::parse(text).or_else(|| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_area_has_a_field_that_looks_like_its_envelope() {
        for kind in SubjectKind::ALL {
            for area in areas_of(*kind).fields {
                let Shape::Record(record) = area.shape else { panic!("{} is a record", area.name) };
                assert!(record.fields.iter().all(|field| !ENVELOPE.contains(&field.name)), "{}", area.name);
            }
        }
    }
}
