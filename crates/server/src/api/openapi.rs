//! The description of the API (OpenAPI 3.1), made from the table of routes and the types that are sent.

use axum::Json;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::rights::Right;
use crate::routes::{Route, all};
use crate::trouble::Problem;

/// Where schemas stand in the description.
const SCHEMAS: &str = "/components/schemas";

/// What a route takes and gives, as references to schemas.
#[derive(Debug, Clone)]
pub struct Described {
    takes: Option<Value>,
    gives: Value,
    refuses: Option<Value>,
    queries: Vec<(&'static str, &'static str)>,
    takes_file: bool,
    takes_form: bool,
}

impl Described {
    /// A route that gives `T`.
    pub fn of<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Self {
        Self {
            takes: None,
            gives: schemas.subschema_for::<T>().into(),
            refuses: None,
            queries: Vec::new(),
            takes_file: false,
            takes_form: false,
        }
    }

    /// It takes `T`.
    #[must_use]
    pub fn taking<T: JsonSchema>(mut self, schemas: &mut SchemaGenerator) -> Self {
        self.takes = Some(schemas.subschema_for::<T>().into());
        self
    }

    /// It takes a file as it is.
    #[must_use]
    pub fn taking_a_file(mut self) -> Self {
        self.takes_file = true;
        self
    }

    /// It takes a file as it is, or a form with files.
    #[must_use]
    pub fn taking_a_file_or_form(mut self) -> Self {
        self.takes_file = true;
        self.takes_form = true;
        self
    }

    /// Trouble is told as `T`.
    #[must_use]
    pub fn refusing<T: JsonSchema>(mut self, schemas: &mut SchemaGenerator) -> Self {
        self.refuses = Some(schemas.subschema_for::<T>().into());
        self
    }

    /// It takes a parameter after the question mark.
    #[must_use]
    pub fn asking(mut self, name: &'static str, about: &'static str) -> Self {
        self.queries.push((name, about));
        self
    }
}

/// The whole description as a text, as it stands in `content/schema/openapi.json`.
pub fn text() -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&document())? + "\n")
}

/// The whole description.
pub fn document() -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = SCHEMAS.into();
    let mut schemas = settings.into_generator();
    let problem: Value = schemas.subschema_for::<Problem>().into();
    let mut paths: Map<String, Value> = Map::new();
    for route in all() {
        let Some(describe) = route.api else { continue };
        let described = describe(&mut schemas);
        let operation = operation(route, &described, &problem);
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(methods) = path.as_object_mut() {
            methods.insert(route.method.word().to_ascii_lowercase(), operation);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Khiên",
            "summary": "What agents and programs ask of a Khiên server.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "securitySchemes": {
                "session": {
                    "type": "apiKey", "in": "cookie", "name": "__Host-khien_session",
                    "description": "The session of somebody who is signed in; without TLS the name has no prefix.",
                },
                "token": {
                    "type": "http", "scheme": "bearer",
                    "description": "A token for programs, made on the pages of the administrator.",
                },
                "signature": {
                    "type": "apiKey", "in": "header", "name": "signature",
                    "description": "HTTP Message Signatures (RFC 9421), Ed25519, over @method, @path, content-digest, \
                                    content-type and khien-counter; parameters created, keyid, alg, tag=\"khien-agent\".",
                },
            },
        },
    })
}

fn operation(route: &Route, described: &Described, problem: &Value) -> Value {
    let content = |schema: &Value| json!({ "application/json": { "schema": schema } });
    let refused = match &described.refuses {
        Some(refusal) => content(refusal),
        None => json!({ "application/problem+json": { "schema": problem } }),
    };
    let security = match route.needs {
        Right::Anyone | Right::Operator => json!([{}]),
        Right::Device => json!([{ "signature": [] }]),
        Right::Token => json!([{ "token": [] }]),
        _ => json!([{ "session": [] }]),
    };
    let mut operation = json!({
        "operationId": operation_id(route),
        "summary": route.about,
        "responses": {
            "200": { "description": "Done.", "content": content(&described.gives) },
            "default": { "description": "Not done; says why and what to do.", "content": refused },
        },
        "security": security,
    });
    if let Some(takes) = &described.takes {
        operation["requestBody"] = json!({ "required": true, "content": content(takes) });
    }
    if described.takes_file {
        operation["requestBody"] = json!({ "required": true, "content": { "application/octet-stream": {} } });
    }
    if described.takes_form {
        let file = json!({ "type": "string", "contentMediaType": "application/octet-stream" });
        let files = json!({ "type": "object", "additionalProperties": file });
        operation["requestBody"]["content"]["multipart/form-data"] = json!({ "schema": files });
    }
    if !described.queries.is_empty() {
        let parameter = |(name, about): &(&str, &str)| json!({ "name": name, "in": "query", "description": about, "schema": { "type": "string" } });
        operation["parameters"] = described.queries.iter().map(parameter).collect();
    }
    operation
}

/// `get_api_v1_units`: the method and the path.
fn operation_id(route: &Route) -> String {
    let words = route.path.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    format!("{}_{}", route.method.word().to_ascii_lowercase(), words.join("_"))
}

/// `GET /api/openapi.json`.
pub(crate) async fn show() -> Json<Value> {
    Json(document())
}

pub(crate) fn described(schemas: &mut SchemaGenerator) -> Described {
    Described::of::<Map<String, Value>>(schemas)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::Kind;

    #[test]
    fn everything_that_programs_ask_for_is_described() {
        for route in all().filter(|route| matches!(route.kind, Kind::Api | Kind::ApiUpload | Kind::Agent)) {
            assert!(route.api.is_some(), "{route:?} is not described");
        }
    }

    #[test]
    fn the_description_is_the_one_in_git() {
        let kept = include_str!("../../../../content/schema/openapi.json");
        assert!(kept == text().expect("JSON"), "not up to date; run `cargo xtask codegen`");
    }
}
