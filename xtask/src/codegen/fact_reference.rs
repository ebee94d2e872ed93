//! `docs/facts.md`: everything a check can ask about, as tables for who writes directives, out of the JSON Schema.

use std::fmt::Write as _;

use serde_json::Value;

use crate::tool::{Failure, Outcome};

/// Where definitions stand in a schema.
const DEFINITIONS: &str = "#/$defs/";

/// The definition of a value that nobody knows: any value may be one, so it is not worth a word at each.
const UNKNOWN: &str = "Unknown";

const INTRODUCTION: &str = "# Facts\n\n\
    Everything a check can ask about, for who writes directives. Written by `cargo xtask codegen` from the \
    [JSON Schema](../content/schema/facts.schema.json), which is generated from the types in `crates/model/src/facts/`.\n\n\
    Any value may be unknown, and an unknown value never makes a check pass. In a path, `[]` stands for each item of a \
    list: `antivirus.products.exists(p, p.running)` asks about `antivirus.products[].running`.\n";

/// What a field holds, as the check language sees it.
#[derive(Debug, PartialEq)]
enum Kind<'s> {
    Plain(String),
    Record(&'s Value),
    List(Box<Kind<'s>>),
}

/// Writes the reference for a schema of fact documents.
pub(super) fn write(schema: &str) -> Outcome<String> {
    let schema: Value =
        serde_json::from_str(schema).map_err(|error| Failure(format!("the schema of facts: {error}")))?;
    let mut text = INTRODUCTION.to_owned();
    let subjects = schema["oneOf"].as_array().ok_or_else(|| Failure::new("the schema of facts names no subjects"))?;
    for subject in subjects {
        for (name, document) in properties(subject) {
            let areas = follow(&schema, &follow(&schema, document)["properties"]["facts"]);
            // Writing to a String cannot fail.
            let _ = write!(text, "\n## {name}\n\n{}\n", sentence(areas));
            for (area, fact) in properties(areas) {
                let record = follow(&schema, &follow(&schema, fact)["properties"]["value"]);
                let _ = write!(
                    text,
                    "\n### `{area}`\n\n{}\n\n| Path | Type | Meaning |\n| --- | --- | --- |\n",
                    sentence(record)
                );
                write_fields(&mut text, &schema, record, area);
            }
        }
    }
    Ok(text)
}

/// One row per field, the fields of a record in a field right below it.
fn write_fields(text: &mut String, schema: &Value, record: &Value, path: &str) {
    for (name, field) in properties(record) {
        let path = format!("{path}.{name}");
        let kind = kind_of(schema, field);
        let _ = writeln!(text, "| `{path}` | {} | {} |", word_for(&kind), sentence(field).replace('|', "\\|"));
        match &kind {
            Kind::Record(record) => write_fields(text, schema, record, &path),
            Kind::List(item) => {
                if let Kind::Record(record) = item.as_ref() {
                    write_fields(text, schema, record, &format!("{path}[]"));
                }
            }
            Kind::Plain(_) => {}
        }
    }
}

fn word_for(kind: &Kind<'_>) -> String {
    match kind {
        Kind::Plain(word) => word.clone(),
        Kind::Record(_) => "record".to_owned(),
        Kind::List(item) => format!(
            "list of {}",
            match item.as_ref() {
                Kind::Record(_) => "records".to_owned(),
                other => word_for(other),
            }
        ),
    }
}

fn kind_of<'s>(schema: &'s Value, field: &'s Value) -> Kind<'s> {
    let field = follow(schema, field);
    if let Some(words) = words_of(field) {
        return Kind::Plain(format!("one of {words}"));
    }
    match (field["type"].as_str(), field["format"].as_str()) {
        (Some("array"), _) => Kind::List(Box::new(kind_of(schema, &field["items"]))),
        (Some("object"), _) => Kind::Record(field),
        (Some("boolean"), _) => Kind::Plain("bool".to_owned()),
        (Some("integer"), _) => Kind::Plain("int".to_owned()),
        (Some("number"), _) => Kind::Plain("double".to_owned()),
        (_, Some("date-time")) => Kind::Plain("timestamp".to_owned()),
        (_, Some("duration")) => Kind::Plain("duration".to_owned()),
        _ => Kind::Plain("string".to_owned()),
    }
}

/// The words of a closed list, as they are written in a check.
fn words_of(definition: &Value) -> Option<String> {
    let choices = definition["oneOf"].as_array()?;
    let words: Option<Vec<String>> =
        choices.iter().map(|choice| Some(format!("`\"{}\"`", choice["const"].as_str()?))).collect();
    words.map(|words| words.join(", "))
}

/// The schema behind references and behind the choice between a value and nothing.
fn follow<'s>(schema: &'s Value, mut here: &'s Value) -> &'s Value {
    loop {
        if let Some(name) = here["$ref"].as_str().and_then(|reference| reference.strip_prefix(DEFINITIONS)) {
            here = &schema["$defs"][name];
        } else if let Some(choices) = here["anyOf"].as_array() {
            let means_nothing = |choice: &Value| {
                choice["type"] == "null" || choice["$ref"].as_str() == Some(&format!("{DEFINITIONS}{UNKNOWN}"))
            };
            match choices.iter().find(|choice| !means_nothing(choice)) {
                Some(choice) => here = choice,
                None => return here,
            }
        } else {
            return here;
        }
    }
}

fn properties(record: &Value) -> impl Iterator<Item = (&str, &Value)> {
    record["properties"].as_object().into_iter().flatten().map(|(name, field)| (name.as_str(), field))
}

/// The description in one line.
fn sentence(described: &Value) -> String {
    described["description"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r##"{
        "oneOf": [{"properties": {"device": {"$ref": "#/$defs/Subject"}}}],
        "$defs": {
            "Subject": {"properties": {"facts": {"$ref": "#/$defs/DeviceFacts"}}},
            "DeviceFacts": {"description": "A PC.",
                "properties": {"patches": {"anyOf": [{"$ref": "#/$defs/Fact"}, {"type": "null"}]}}},
            "Fact": {"properties": {"value": {"$ref": "#/$defs/Patches"}}},
            "Patches": {"type": "object", "description": "Updates.", "properties": {
                "channel": {"anyOf": [{"$ref": "#/$defs/Channel"}, {"$ref": "#/$defs/Unknown"}], "description": "Who\n installs."},
                "missing": {"anyOf": [{"anyOf": [{"type": "array", "items": {"$ref": "#/$defs/Update"}}, {"type": "object"}]},
                                      {"$ref": "#/$defs/Unknown"}], "description": "What a | b."}}},
            "Update": {"type": "object", "properties": {
                "at": {"anyOf": [{"type": "string", "format": "date-time"}, {"$ref": "#/$defs/Unknown"}], "description": "When."}}},
            "Channel": {"oneOf": [{"const": "apt", "type": "string"}, {"const": "dnf", "type": "string"}]},
            "Unknown": {"type": "object"}
        }
    }"##;

    #[test]
    fn each_field_has_its_row_and_lists_show_what_is_in_them() {
        let text = write(SCHEMA).unwrap();
        let after_introduction = text.strip_prefix(INTRODUCTION).unwrap();
        assert_eq!(
            after_introduction,
            "\n## device\n\nA PC.\n\n### `patches`\n\nUpdates.\n\n| Path | Type | Meaning |\n| --- | --- | --- |\n\
             | `patches.channel` | one of `\"apt\"`, `\"dnf\"` | Who installs. |\n\
             | `patches.missing` | list of records | What a \\| b. |\n\
             | `patches.missing[].at` | timestamp | When. |\n"
        );
    }

    #[test]
    fn something_else_than_a_schema_of_facts_is_refused() {
        assert!(write("{}").is_err());
        assert!(write("[").is_err());
    }
}
