//! The JSON Schema of directive files, for editors. Made from the same table of fields as the loader.

use std::collections::BTreeSet;

use khien_model::SubjectKind;
use khien_model::facts::{OsFamily, areas_of};
use serde_json::{Map, Value, json};

use crate::format::{DIRECTIVE, Field, Form, Presence, RECORDS, Record, VERSION};

/// The schema, in the draft that editors understand. Expressions and the fields of facts are beyond it: `khien directive
/// check` looks at those.
pub fn directive_schema() -> Value {
    let mut definitions = Map::new();
    for record in RECORDS {
        definitions.insert(record.name.to_owned(), record_schema(record));
    }
    definitions.insert("Texts".to_owned(), both_languages(&json!({ "type": "string", "minLength": 1 })));
    definitions.insert(
        "Steps".to_owned(),
        both_languages(&json!({ "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/Step" } })),
    );
    definitions.insert("Step".to_owned(), step());
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Khiên directive",
        "description": "Văn bản chỉ đạo viết thành các biện pháp kiểm tra được. / A directive as controls that can be checked.",
        "$ref": reference(&DIRECTIVE),
        "$defs": definitions,
    })
}

/// [`directive_schema`] as the text of the file that is kept as `content/schema/directive.schema.json`.
pub fn schema_text() -> String {
    format!("{:#}\n", directive_schema())
}

fn reference(record: &Record) -> String {
    format!("#/$defs/{}", record.name)
}

fn record_schema(record: &Record) -> Value {
    let properties: Map<String, Value> = record.fields.iter().map(property).collect();
    let required: Vec<&str> =
        record.fields.iter().filter(|field| field.presence != Presence::Optional).map(|field| field.name).collect();
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    // An overlay repeats only the fields that it changes, so the top level alone is held to its required fields here;
    // the loader checks the rest once the files are put together.
    if record.name == DIRECTIVE.name {
        schema["required"] = json!(["khien"]);
    } else if !required.is_empty() {
        schema["description"] =
            json!(format!("Bắt buộc / required, here or in an included file: {}", required.join(", ")));
    }
    schema
}

fn property(field: &Field) -> (String, Value) {
    let mut schema = form_schema(&field.form);
    if let Value::Object(schema) = &mut schema {
        schema.insert("description".to_owned(), json!(format!("{} / {}", field.doc.0, field.doc.1)));
    }
    (field.name.to_owned(), schema)
}

fn form_schema(form: &Form) -> Value {
    match form {
        Form::Version => json!({ "const": VERSION }),
        // A number is read as the text it is written as.
        Form::Text => json!({ "type": ["string", "number"] }),
        Form::Texts => json!({ "$ref": "#/$defs/Texts" }),
        Form::Id => json!({ "type": "string", "pattern": "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" }),
        Form::ClauseId => {
            json!({ "type": ["string", "number"], "pattern": "^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$" })
        }
        Form::Date => json!({ "type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$" }),
        Form::Time => json!({ "type": "string", "format": "date-time" }),
        Form::Duration => json!({ "type": "string", "pattern": DURATION }),
        Form::Due => json!({ "type": "string", "pattern": format!("^at once$|^\\d+ working days?$|{DURATION}") }),
        Form::Url => json!({ "type": "string", "format": "uri", "pattern": "^https?://" }),
        Form::Word(words) => json!({ "enum": words }),
        Form::FileNames => json!({ "type": "array", "items": { "type": "string" } }),
        Form::Expression => json!({ "type": ["string", "boolean"] }),
        Form::ParameterValue => json!({
            "type": ["boolean", "number", "string", "array"],
            "items": { "type": "string" },
        }),
        Form::Facts => json!({ "type": "object", "propertyNames": { "enum": areas() } }),
        Form::List(record) => json!({ "type": "array", "items": { "$ref": reference(record) } }),
        Form::Basis(record) => json!({
            "type": "array",
            "items": { "anyOf": [{ "type": "string" }, { "$ref": reference(record) }] },
        }),
        Form::Steps => json!({ "$ref": "#/$defs/Steps" }),
        Form::Named(record) => json!({ "type": "object", "additionalProperties": { "$ref": reference(record) } }),
    }
}

/// A step for every machine, or one under the family of operating systems that it is for.
fn step() -> Value {
    let text = json!({ "type": "string", "minLength": 1 });
    let families: Map<String, Value> =
        OsFamily::WORDS.iter().map(|family| ((*family).to_owned(), text.clone())).collect();
    json!({
        "anyOf": [text, {
            "type": "object",
            "description": "Bước chỉ dành cho một họ hệ điều hành. / A step for one family of operating systems only.",
            "properties": families,
            "additionalProperties": false,
            "minProperties": 1,
            "maxProperties": 1,
        }],
    })
}

/// The areas of all kinds of subject.
fn areas() -> BTreeSet<&'static str> {
    SubjectKind::ALL.iter().flat_map(|kind| areas_of(*kind).fields).map(|area| area.name).collect()
}

const DURATION: &str = r"^(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?$";

fn both_languages(one: &Value) -> Value {
    json!({
        "type": "object",
        "properties": { "vi": one, "en": one },
        "required": ["vi", "en"],
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rewritten with `UPDATE_EXPECT=1 cargo test -p khien-directive schema`.
    #[test]
    fn the_schema_in_git_is_the_schema_of_the_loader() {
        expect_test::expect_file!["../../../content/schema/directive.schema.json"].assert_eq(&schema_text());
    }

    #[test]
    fn every_record_is_defined_and_every_reference_leads_somewhere() {
        let schema = directive_schema();
        let definitions = schema["$defs"].as_object().expect("definitions");
        for record in RECORDS {
            let names: BTreeSet<&str> = record.names().collect();
            let properties = definitions[record.name]["properties"].as_object().expect("properties");
            assert_eq!(properties.keys().map(String::as_str).collect::<BTreeSet<_>>(), names, "{}", record.name);
        }
        let text = schema.to_string();
        for reference in text.split("#/$defs/").skip(1) {
            let name = reference.split('"').next().unwrap_or("");
            assert!(definitions.contains_key(name), "{name} is not defined");
        }
    }
}
