//! A validator of OpenAPI that is not ours (`tests/peers/validate-openapi.mjs`).

use std::path::Path;
use std::process::Stdio;

use crate::peer::node;

/// The version of OpenAPI of which this file (JSON) is a valid description, all its references resolved.
///
/// # Errors
/// Why there is no validator here, as `Err`; what is wrong with the description, as `Ok(Err)`.
pub fn validate_openapi(file: &Path) -> Result<Result<String, String>, String> {
    let output = node("validate-openapi.mjs")?
        .arg(file)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot start node: {error}"))?;
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() {
        return Ok(Ok(said(&output.stdout)));
    }
    Ok(Err(format!("{}\n{}", said(&output.stdout), said(&output.stderr))))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const DESCRIPTION: &str = r##"{
        "openapi": "3.1.0", "info": {"title": "t", "version": "1"},
        "paths": {"/a": {"get": {"responses": {"200": {"description": "d", "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/A"}}}}}}}},
        "components": {"schemas": {"A": {"type": ["string", "null"]}}}
    }"##;

    /// What the validator says about this text; nothing where there is no validator.
    fn said_about(text: &str) -> Option<Result<String, String>> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("openapi.json");
        fs::write(&file, text).unwrap();
        match validate_openapi(&file) {
            Ok(said) => Some(said),
            Err(reason) => {
                eprintln!("SKIPPED: {reason}");
                None
            }
        }
    }

    #[test]
    fn a_valid_description_is_told_from_one_with_a_hole() {
        let Some(valid) = said_about(DESCRIPTION) else { return };
        assert_eq!(valid, Ok("3.1".to_owned()));
        let without_answer = DESCRIPTION.replace(r#""description": "d", "#, "");
        assert!(said_about(&without_answer).unwrap().unwrap_err().contains("description"));
        let leads_nowhere = DESCRIPTION.replace("schemas/A", "schemas/B");
        assert!(said_about(&leads_nowhere).unwrap().unwrap_err().contains("schemas/B"));
    }
}
