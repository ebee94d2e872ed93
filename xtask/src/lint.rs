//! Clippy over the whole workspace. A warning fails the step but does not stop it: one run shows all of them.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::tool::{Failure, Outcome, Tool};

/// Prints every warning and error, and fails when there is one.
pub(crate) fn run(tool: &Tool) -> Outcome {
    let cannot = |what: &str, error: std::io::Error| Failure(format!("cannot {what} cargo clippy: {error}"));
    let lint = ["clippy", "--workspace", "--all-targets", "--quiet", "--keep-going", "--message-format", "json"];
    let mut child = tool.cargo(lint).stdout(Stdio::piped()).spawn().map_err(|error| cannot("start", error))?;
    let mut complaints = 0;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line.map_err(|error| cannot("read from", error))?;
            if let Some(complaint) = complaint_in(&line) {
                eprintln!("{complaint}");
                complaints += 1;
            }
        }
    }
    let status = child.wait().map_err(|error| cannot("wait for", error))?;
    match complaints {
        0 if status.success() => Ok(()),
        0 => Err(Failure(format!("cargo clippy ended with {status}"))),
        1 => Err(Failure::new("1 complaint")),
        many => Err(Failure(format!("{many} complaints"))),
    }
}

/// A warning or an error out of one line of cargo's messages, as a person reads it. A line that only counts others has no
/// place in the code and is none.
fn complaint_in(line: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).ok()?;
    if line["reason"] != "compiler-message" {
        return None;
    }
    let message = &line["message"];
    let counts_others = message["spans"].as_array().is_none_or(Vec::is_empty) && message["code"].is_null();
    let is_complaint = matches!(message["level"].as_str(), Some("warning" | "error"));
    (is_complaint && !counts_others).then(|| message["rendered"].as_str().unwrap_or_default().trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_and_errors_with_a_place_are_complaints() {
        let warning = r#"{"reason":"compiler-message","message":{"level":"warning","code":{"code":"dead_code"},"spans":[{}],"rendered":"warning: unused\n"}}"#;
        assert_eq!(complaint_in(warning).as_deref(), Some("warning: unused"));
        let error = warning.replace("\"warning\"", "\"error\"");
        assert!(complaint_in(&error).is_some());
    }

    #[test]
    fn counts_notes_and_other_messages_are_not() {
        let count = r#"{"reason":"compiler-message","message":{"level":"warning","code":null,"spans":[],"rendered":"warning: 2 warnings emitted"}}"#;
        let note =
            r#"{"reason":"compiler-message","message":{"level":"note","code":null,"spans":[{}],"rendered":"note"}}"#;
        for line in [count, note, r#"{"reason":"compiler-artifact"}"#, "not JSON"] {
            assert_eq!(complaint_in(line), None, "{line}");
        }
    }
}
