//! Random facts of any kind of subject, made from the shapes of the fact structs themselves.

use jiff::{SignedDuration, Timestamp};
use khien_model::SubjectKind;
use khien_model::facts::{FactDocument, areas_of};
use khien_model::reflect::{RecordShape, Shape};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::base;

/// Hours around [`base`] between which points in time in facts lie.
const HOURS: i64 = 120 * 24;

/// A subject of `kind` called `id` with random facts: some known, some not, some lists incomplete, some areas stale.
pub(crate) fn any_document(kind: SubjectKind, id: String) -> BoxedStrategy<FactDocument> {
    let areas = areas_of(kind).fields.iter();
    let facts: Vec<BoxedStrategy<Option<(String, Value)>>> = areas
        .map(|area| {
            let outcome = prop_oneof![
                9 => value(&area.shape).prop_map(|value| ("value", value)),
                1 => gap().prop_map(|gap| ("error", gap)),
            ];
            let observed = prop_oneof![3 => 0..36_i64, 1 => 0..20 * 24_i64]
                .prop_map(|hours| base() - SignedDuration::from_hours(hours));
            let fact = (outcome, observed).prop_map(|((key, outcome), observed_at)| {
                json!({ key: outcome, "observed_at": observed_at.to_string(), "source": "test" })
            });
            let name = area.name.to_owned();
            prop_oneof![1 => Just(None), 9 => fact.prop_map(move |fact| Some((name.clone(), fact)))].boxed()
        })
        .collect();
    facts
        .prop_map(move |facts| {
            let facts: Map<String, Value> = facts.into_iter().flatten().collect();
            let subject = json!({ "id": id, "facts": facts });
            read(&json!({ kind.as_str(): subject }))
        })
        .boxed()
}

/// The document that `json` stands for.
pub(crate) fn read(json: &Value) -> FactDocument {
    serde_json::from_value(json.clone()).unwrap_or_else(|error| panic!("{error}\n{json:#}"))
}

fn value(shape: &'static Shape) -> BoxedStrategy<Value> {
    match shape {
        Shape::Bool => any::<bool>().prop_map(Value::from).boxed(),
        Shape::Int => (0..4_i64).prop_map(Value::from).boxed(),
        Shape::Double => prop::sample::select(vec![0.0, 0.5, 1.0]).prop_map(Value::from).boxed(),
        Shape::Text => prop::sample::select(vec!["ClamAV", "lan", "Nguyễn Văn An", "1.2.3", "moj.gov.vn", ""])
            .prop_map(Value::from)
            .boxed(),
        Shape::OneOf(words) => prop::sample::select(words.to_vec()).prop_map(Value::from).boxed(),
        Shape::Timestamp => (-HOURS..HOURS)
            .prop_map(|hours| Value::from((base() + SignedDuration::from_hours(hours)).to_string()))
            .boxed(),
        Shape::Duration => (0..200_i64).prop_map(|days| json!(SignedDuration::from_hours(24 * days))).boxed(),
        Shape::List(item) => (prop::collection::vec(value(item), 0..3), prop::option::weighted(0.15, gap()))
            .prop_map(|(items, gap)| match gap {
                None => json!(items),
                Some(gap) => json!({ "items": items, "incomplete": gap }),
            })
            .boxed(),
        Shape::Record(record) => self::record(record),
    }
}

fn record(shape: &'static RecordShape) -> BoxedStrategy<Value> {
    let fields: Vec<BoxedStrategy<Option<(String, Value)>>> = shape
        .fields
        .iter()
        .map(|field| {
            let name = field.name.to_owned();
            let observed = prop_oneof![
                12 => value(&field.shape),
                1 => gap().prop_map(|gap| json!({ "unknown": gap })),
            ];
            prop_oneof![1 => Just(None), 12 => observed.prop_map(move |value| Some((name.clone(), value)))].boxed()
        })
        .collect();
    fields.prop_map(|fields| Value::Object(fields.into_iter().flatten().collect())).boxed()
}

fn gap() -> impl Strategy<Value = Value> {
    prop::sample::select(vec!["permission_denied", "unreadable", "timed_out"]).prop_map(|code| json!({ "code": code }))
}

/// `document` without one fact, chosen by `choice`: an area or a field is left out, or an item of a list, which is then
/// incomplete.
pub(crate) fn without_one_fact(document: &FactDocument, choice: usize) -> FactDocument {
    let mut json = serde_json::to_value(document).expect("facts have a JSON form");
    let facts = json.as_object_mut().and_then(|kinds| kinds.values_mut().next()).expect("a subject");
    let facts = &mut facts["facts"];
    let count = count_facts(facts, Level::Areas);
    if count > 0 {
        let mut left = choice % count;
        remove(facts, Level::Areas, &mut left);
    }
    read(&json)
}

/// What the keys of an object mean.
#[derive(Clone, Copy, PartialEq)]
enum Level {
    Areas,
    Envelope,
    Fields,
}

/// How many single facts can be left out of `json`.
fn count_facts(json: &Value, level: Level) -> usize {
    match json {
        Value::Object(object) => object
            .iter()
            .map(|(key, value)| match (level, key.as_str()) {
                (Level::Areas, _) => 1 + count_facts(value, Level::Envelope),
                (Level::Envelope, "value") | (Level::Fields, "items") => count_facts(value, Level::Fields),
                (Level::Envelope, _) | (Level::Fields, "unknown" | "incomplete") => 0,
                (Level::Fields, _) => 1 + count_facts(value, Level::Fields),
            })
            .sum(),
        Value::Array(items) => items.iter().map(|item| 1 + count_facts(item, Level::Fields)).sum(),
        _ => 0,
    }
}

/// Leaves out the fact that stands `left` places further in the order of [`count_facts`]; `true` when that is done.
fn remove(json: &mut Value, level: Level, left: &mut usize) -> bool {
    if let Value::Array(items) = json {
        for index in 0..items.len() {
            if *left == 0 {
                let mut items = std::mem::take(items);
                items.remove(index);
                *json = json!({ "items": items, "incomplete": { "code": "not_observed" } });
                return true;
            }
            *left -= 1;
            if remove(&mut items[index], Level::Fields, left) {
                return true;
            }
        }
        return false;
    }
    let Value::Object(object) = json else { return false };
    for key in object.keys().cloned().collect::<Vec<_>>() {
        let inner = match (level, key.as_str()) {
            (Level::Envelope, "value") => Level::Fields,
            (Level::Envelope, _) | (Level::Fields, "unknown" | "incomplete") => continue,
            (Level::Fields, "items") => {
                // The list is incomplete already: an item of it goes without a new reason.
                if remove_item(object, left) {
                    return true;
                }
                continue;
            }
            (Level::Areas, _) => Level::Envelope,
            (Level::Fields, _) => Level::Fields,
        };
        if level != Level::Envelope {
            if *left == 0 {
                object.remove(&key);
                return true;
            }
            *left -= 1;
        }
        if remove(&mut object[&key], inner, left) {
            return true;
        }
    }
    false
}

fn remove_item(listing: &mut Map<String, Value>, left: &mut usize) -> bool {
    let Some(Value::Array(items)) = listing.get_mut("items") else { return false };
    for index in 0..items.len() {
        if *left == 0 {
            items.remove(index);
            return true;
        }
        *left -= 1;
        if remove(&mut items[index], Level::Fields, left) {
            return true;
        }
    }
    false
}

/// `document` as if every area had been observed at `moment`.
pub(crate) fn observed_at(document: &FactDocument, moment: Timestamp) -> FactDocument {
    let mut json = serde_json::to_value(document).expect("facts have a JSON form");
    let subject = json.as_object_mut().and_then(|kinds| kinds.values_mut().next()).expect("a subject");
    for area in subject["facts"].as_object_mut().expect("areas").values_mut() {
        area["observed_at"] = moment.to_string().into();
    }
    read(&json)
}
