//! The JSON Schema of fact documents: the contract for agents, connectors and authors of directives.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::facts::FactDocument;

/// The schema of a [`FactDocument`], generated from the Rust types. `content/schema/facts.schema.json` is its text.
pub fn facts_schema() -> Value {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<FactDocument>();
    schema.to_value()
}

/// The text of `content/schema/facts.schema.json`.
pub fn facts_schema_text() -> String {
    format!("{:#}\n", facts_schema())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SubjectKind;
    use crate::facts::areas_of;

    /// Rewritten with `UPDATE_EXPECT=1 cargo test -p khien-model schema`.
    #[test]
    fn the_schema_in_git_is_the_schema_of_the_types() {
        expect_test::expect_file!["../../../content/schema/facts.schema.json"].assert_eq(&facts_schema_text());
    }

    #[test]
    fn every_area_of_every_kind_is_described() {
        let schema = facts_schema();
        let definitions = schema["$defs"].as_object().expect("definitions");
        for kind in SubjectKind::ALL {
            let areas = areas_of(*kind);
            let properties = &definitions[areas.name]["properties"];
            for area in areas.fields {
                assert!(properties[area.name]["description"].is_string(), "{kind}: {}", area.name);
            }
        }
    }
}
