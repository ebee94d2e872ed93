//! A control explained: everything that the person who must defend it wants to know, in words.

use jiff::Timestamp;
use khien_directive::{Control, Directive, Parameter};
use khien_expr::Value;
use khien_model::facts::areas_of;
use khien_model::reflect::{RecordShape, Shape};

use crate::labels::field_key;
use crate::{Bilingual, Texts, moment, text};

/// A parameter that a check reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterInWords {
    /// Its name in the check language, e.g. `param.max_password_age`.
    pub path: String,
    /// What it sets.
    pub about: Bilingual,
    /// Its value at the moment asked for; `None` when none is in force then.
    pub value: Option<ValueInWords>,
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueInWords {
    /// The value.
    pub value: String,
    /// The document it comes from: `theo 535/TCTHADS-NV3`.
    pub source: String,
    /// Since when and until when it is valid.
    pub validity: String,
}

/// An area of facts that a check reads, or a field in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactInWords {
    /// Its path, e.g. `browsers.profiles[].saved_logins`.
    pub path: String,
    /// What a reader calls it.
    pub name: String,
    /// What the schema of facts says about it; empty for an area.
    pub about: String,
}

/// An area that a check may read, with the fields that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaInWords {
    /// The area itself.
    pub area: FactInWords,
    /// The fields that the check names, and those of the records inside.
    pub fields: Vec<FactInWords>,
}

/// The parameters that `control` reads, with their values at `at`.
pub fn parameters(directive: &Directive, control: &Control, at: Timestamp, texts: &Texts) -> Vec<ParameterInWords> {
    let read = control.pass.program.params_read();
    let offenders = control.offenders.as_ref().map_or(&[][..], |check| check.program.params_read());
    let mut indices: Vec<usize> = read.iter().chain(offenders).copied().collect();
    indices.sort_unstable();
    indices.dedup();
    let read = indices.iter().filter_map(|index| directive.parameters.get(*index));
    read.map(|parameter| ParameterInWords {
        path: format!("param.{}", parameter.name),
        about: parameter.about.clone(),
        value: value(directive, parameter, at, texts),
    })
    .collect()
}

fn value(directive: &Directive, parameter: &Parameter, at: Timestamp, texts: &Texts) -> Option<ValueInWords> {
    let value = parameter.at(at)?;
    let source = directive.document(&value.source).map_or(value.source.as_str(), |document| &document.number);
    Some(ValueInWords {
        value: value_in_words(&value.value, texts),
        source: text!(texts, "explain-param-source", source = source),
        validity: moment::validity(value.valid_from, value.valid_to, texts),
    })
}

/// The areas that `control` may read, with what is known of their fields.
pub fn facts(control: &Control, texts: &Texts) -> Vec<AreaInWords> {
    let areas = areas_of(control.subject);
    let read = control.pass.program.areas_read().iter().filter_map(|index| areas.fields.get(*index));
    read.map(|area| {
        let mut fields = Vec::new();
        if let Shape::Record(record) = area.shape {
            collect_fields(record, area.name, &control.pass.source, texts, &mut fields);
        }
        let name = texts.text(&field_key(areas, area));
        AreaInWords { area: FactInWords { path: area.name.to_owned(), name, about: String::new() }, fields }
    })
    .collect()
}

/// The fields of `record` that the check `source` names, and those of the records inside.
fn collect_fields(record: &RecordShape, path: &str, source: &str, texts: &Texts, fields: &mut Vec<FactInWords>) {
    for field in record.fields.iter().filter(|field| mentions(source, field.name)) {
        let (mut shape, mut path) = (field.shape, format!("{path}.{}", field.name));
        while let Shape::List(item) = shape {
            shape = *item;
            path.push_str("[]");
        }
        let name = texts.text(&field_key(record, field));
        let about: Vec<&str> = field.doc.split_whitespace().collect();
        fields.push(FactInWords { path: path.clone(), name, about: about.join(" ") });
        if let Shape::Record(inner) = shape {
            collect_fields(inner, &path, source, texts, fields);
        }
    }
}

/// The value of a parameter in words: lengths of time in their largest exact unit, moments as they are written here.
pub fn value_in_words(value: &Value, texts: &Texts) -> String {
    match value {
        Value::Duration(length) => moment::length(*length, texts),
        Value::Timestamp(at) => moment::shown(*at, texts),
        Value::Bool(value) => texts.text(if *value { "value-yes" } else { "value-no" }),
        Value::Text(text) => text.clone(),
        Value::List(items) => items.iter().map(|item| value_in_words(item, texts)).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// Whether the expression `source` names the field `name`.
fn mentions(source: &str, name: &str) -> bool {
    source.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|word| word == name)
}
