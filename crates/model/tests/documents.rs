//! Fact documents: what is accepted, what it means, and what is refused with which words.

use khien_model::SubjectKind;
use khien_model::facts::{FactDocument, areas_of};
use khien_model::reflect::{Record as _, RecordShape, Shape, View};

/// A device document around the antivirus area.
fn antivirus(area: &str) -> String {
    format!(r#"{{"device": {{"id": "pc-07", "facts": {{"antivirus": {area}}}}}}}"#)
}

/// An antivirus area around a list of products.
fn products(products: &str) -> String {
    antivirus(&format!(
        r#"{{"value": {{"products": {products}}}, "observed_at": "2026-11-22T01:00:00Z", "source": "test"}}"#
    ))
}

#[test]
fn what_is_written_is_read_back_the_same() {
    let cases = [
        r#"{"device":{"id":"pc-07","facts":{}}}"#.to_owned(),
        products("[]"),
        products(r#"[{"name": "ClamAV", "running": true, "signatures_built_at": "2026-11-21T08:00:00Z"}]"#),
        products(r#"[{"name": "ClamAV", "running": {"unknown": {"code": "permission_denied", "detail": "/proc/7"}}}]"#),
        products(r#"{"unknown": {"code": "unreadable"}}"#),
        products(r#"{"items": [{"name": "ClamAV"}], "incomplete": {"code": "permission_denied", "detail": "/home/lan"}}"#),
        products("[{}]"),
        antivirus(
            r#"{"error": {"code": "timed_out"}, "observed_at": "2026-11-22T01:00:00Z", "source": "agent:linux"}"#,
        ),
        r#"{"account":{"id":"lan","facts":{"credential":{"value":{"evidence":"attested"},"observed_at":"2026-11-22T01:00:00Z","source":"test"}}}}"#.to_owned(),
    ];
    for case in cases {
        let document = FactDocument::from_json(&case).unwrap_or_else(|error| panic!("{case}\n{error}"));
        let written = serde_json::to_value(&document).expect("facts have a JSON form");
        let expected: serde_json::Value = serde_json::from_str(&case).expect("the case is JSON");
        assert_eq!(written, expected);
    }
}

#[test]
fn what_is_wrong_is_refused_with_its_place() {
    let cases = [
        (products(r#"[{"runing": true}]"#), "unknown field `runing`, expected one of `name`, `running`"),
        (products(r#"[{"running": "yes"}]"#), "invalid type: string \"yes\", expected a boolean"),
        (products(r#"[{"running": null}]"#), "invalid type: null, expected a value"),
        (products(r#"[{"running": {"unknown": {"code": "tired"}}}]"#), "unknown variant `tired`"),
        (products(r#"[{"running": {"unknown": {"code": "stale"}, "value": 1}}]"#), "stands alone"),
        (products(r#"{"items": []}"#), "missing field `incomplete`"),
        (products("true"), "expected a list"),
        (
            antivirus(r#"{"observed_at": "2026-11-22T01:00:00Z", "source": "t"}"#),
            "a fact has a \"value\" or an \"error\"",
        ),
        (
            antivirus(
                r#"{"value": {}, "error": {"code": "stale"}, "observed_at": "2026-11-22T01:00:00Z", "source": "t"}"#,
            ),
            "not both",
        ),
        (antivirus(r#"{"value": null, "observed_at": "2026-11-22T01:00:00Z", "source": "t"}"#), "invalid type: null"),
        (antivirus(r#"{"value": {}, "source": "t"}"#), "missing field `observed_at`"),
        (r#"{"device": {"id": "pc-07", "facts": {"antivirus_": {}}}}"#.to_owned(), "unknown field `antivirus_`"),
        (r#"{"printer": {"id": "p", "facts": {}}}"#.to_owned(), "unknown variant `printer`"),
        (r#"{"device": {"id": "pc-07", "facts": {}"#.to_owned(), "EOF"),
        (String::new(), "EOF"),
    ];
    for (case, expected) in cases {
        let message = FactDocument::from_json(&case).expect_err(&case).to_string();
        assert!(message.contains(expected), "{case}\n{message}");
        assert!(message.contains("line 1 column"), "no place in {message:?}");
    }
}

#[test]
fn text_is_composed_inside_however_it_was_written() {
    let cases = [
        products("[{\"name\": \"Die\u{302}\u{323}t vi-ru\u{301}t\"}]"),
        // The same marks as JSON escapes, which no normalisation of the document's text can see.
        products(r#"[{"name": "Die\u0302\u0323t vi-ru\u0301t"}]"#),
        products("[{\"name\": \"Diệt vi-rút\"}]"),
    ];
    for case in cases {
        let FactDocument::Device(device) = FactDocument::from_json(&case).expect("a document") else {
            panic!("a device document")
        };
        let antivirus = device.facts.antivirus.expect("the area").outcome.expect("a value");
        let products = antivirus.products.known().expect("a list");
        assert_eq!(products.items[0].name.known().map(String::as_str), Some("Diệt vi-rút"));
    }
}

#[test]
fn every_area_of_every_kind_describes_itself() {
    for kind in SubjectKind::ALL {
        let areas = areas_of(*kind);
        assert!(!areas.fields.is_empty(), "{kind} has areas");
        for area in areas.fields {
            let Shape::Record(record) = area.shape else { panic!("{kind}.{} is a record", area.name) };
            assert_described(record, &format!("{kind}.{}", area.name));
        }
    }
}

/// Names are what checks can spell, everything is documented, nothing is named twice.
fn assert_described(record: &'static RecordShape, path: &str) {
    assert!(!record.doc.trim().is_empty(), "{path} is documented");
    for (index, field) in record.fields.iter().enumerate() {
        let path = format!("{path}.{}", field.name);
        let snake_case =
            field.name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
        assert!(snake_case, "{path} is snake_case");
        assert!(field.doc.trim().ends_with(['.', '`']), "{path} is documented in whole sentences: {:?}", field.doc);
        assert_eq!(record.field(field.name).map(|(at, _)| at), Some(index), "{path} is named once");
        let mut shape = field.shape;
        while let Shape::List(item) = shape {
            shape = *item;
        }
        match shape {
            Shape::Record(inner) => assert_described(inner, &path),
            Shape::OneOf(words) => assert!(words.len() > 1, "{path} has a choice"),
            _ => {}
        }
    }
}

#[test]
fn a_record_answers_for_each_of_its_fields() {
    let os = khien_model::facts::Os { hostname: "pc-07".into(), ..Default::default() };
    for (index, field) in os.shape().fields.iter().enumerate() {
        match os.field(index) {
            View::Text(text) => assert_eq!((field.name, text), ("hostname", "pc-07")),
            View::Unknown(_) => assert_ne!(field.name, "hostname"),
            _ => panic!("{} has a value that nobody gave it", field.name),
        }
    }
}
