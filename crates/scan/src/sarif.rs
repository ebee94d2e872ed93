//! Findings as SARIF 2.1.0, the form that code hosts and security consoles read.

use std::collections::BTreeMap;

use khien_inspect::{Effect, Finding, Inspection, Location};
use serde_json::{Value, json};

/// The version of the form.
const VERSION: &str = "2.1.0";
/// Where the form is described.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// The id of what was not inspected, beside the ids of findings.
const NOT_INSPECTED: &str = "not-inspected";

/// The findings of many files as one run. `version` is that of the program; paths are as they were given. `unread` are the paths
/// that nothing could be read from, each with why.
pub fn sarif(version: &str, files: &[(&str, &Inspection)], unread: &[(&str, &str)]) -> Value {
    let mut rules = BTreeMap::new();
    let mut results = Vec::new();
    for (path, inspection) in files {
        for finding in &inspection.findings {
            rules.entry(finding.id.clone()).or_insert_with(|| rule(finding));
            results.push(of_finding(path, inspection, finding));
        }
        for (node, reason) in inspection.not_inspected() {
            results.push(not_inspected(path, &node.path, &format!("{}: {}", node.path, reason.en())));
        }
    }
    results.extend(unread.iter().map(|(path, why)| not_inspected(path, path, why)));
    if results.iter().any(|result| result["ruleId"] == NOT_INSPECTED) {
        let rule = json!({ "id": NOT_INSPECTED, "shortDescription": { "text": "Not inspected" } });
        rules.insert(NOT_INSPECTED.to_owned(), rule);
    }
    let rules: Vec<Value> = rules.into_values().collect();
    json!({
        "version": VERSION,
        "$schema": SCHEMA,
        "runs": [{
            "tool": { "driver": { "name": "khien", "version": version, "rules": rules } },
            "results": results,
        }],
    })
}

fn not_inspected(path: &str, node: &str, text: &str) -> Value {
    json!({
        "ruleId": NOT_INSPECTED,
        "level": "error",
        "message": { "text": text },
        "locations": [location(path, node, None)],
    })
}

fn rule(finding: &Finding) -> Value {
    let mut rule = json!({
        "id": finding.id,
        "shortDescription": { "text": finding.title_en },
        "help": { "text": finding.fix_en },
        "defaultConfiguration": { "level": level(finding.effect) },
    });
    if let Some(attack) = &finding.attack {
        rule["properties"] = json!({ "tags": [format!("attack.{attack}")] });
    }
    rule
}

fn of_finding(path: &str, inspection: &Inspection, finding: &Finding) -> Value {
    let node = inspection.nodes.get(finding.node).map_or(path, |node| node.path.as_str());
    let text = if finding.evidence.is_empty() {
        format!("{node}: {}", finding.title_en)
    } else {
        format!("{node}: {} ({})", finding.title_en, finding.evidence)
    };
    json!({
        "ruleId": finding.id,
        "level": level(finding.effect),
        "message": { "text": text },
        "locations": [location(path, node, Some(&finding.location))],
    })
}

const fn level(effect: Effect) -> &'static str {
    match effect {
        Effect::Note => "note",
        Effect::Suspicious => "warning",
        Effect::Blocked => "error",
    }
}

fn location(path: &str, node: &str, at: Option<&Location>) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri(path) } });
    match at {
        Some(Location::Line(line)) => physical["region"] = json!({ "startLine": line }),
        Some(Location::Offset(offset)) => physical["region"] = json!({ "byteOffset": offset }),
        _ => {}
    }
    json!({ "physicalLocation": physical, "logicalLocations": [{ "fullyQualifiedName": node }] })
}

/// A path as a relative reference (RFC 3986): every byte that is no letter, digit or plain sign is escaped.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use khien_inspect::Reason;

    use super::*;

    #[test]
    fn what_was_not_inspected_is_an_error_with_its_path() {
        let inspection = Inspection::not_begun("báo cáo.zip", 9, "00".to_owned(), "none".to_owned(), Reason::Encrypted);
        let log = sarif("1.0", &[("thư/báo cáo.zip", &inspection)], &[("a b", "no right to read it")]);
        let result = &log["runs"][0]["results"][0];
        assert_eq!(result["level"], "error");
        assert_eq!(result["message"]["text"], "báo cáo.zip: its content is protected by a password");
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(uri, "th%C6%B0/b%C3%A1o%20c%C3%A1o.zip");
        let unread = &log["runs"][0]["results"][1];
        assert_eq!(
            (&unread["ruleId"], &unread["message"]["text"]),
            (&json!(NOT_INSPECTED), &json!("no right to read it"))
        );
        assert_eq!(unread["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "a%20b");
        assert_eq!(log["runs"][0]["tool"]["driver"]["rules"].as_array().map(Vec::len), Some(1));
    }
}
