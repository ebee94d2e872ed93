//! What an overlay changes of the files that it includes, and what it leaves.

use khien_directive::{Directive, Severity, load};

fn read(name: &str) -> Result<Vec<u8>, String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    std::fs::read(folder.join(name)).map_err(|error| error.to_string())
}

fn overlay() -> Directive {
    load("include-valid-overlay.yaml", &read).expect("the overlay has no errors").directive
}

#[test]
fn named_fields_are_overridden() {
    let directive = overlay();
    assert_eq!(directive.id, "lop-phu");
    let (clause, control) = directive.control("antivirus-running").expect("the control");
    assert_eq!(control.severity, Severity::High);
    assert_eq!(clause.id, "4.1");
    let values = &directive.parameters.first().expect("the parameter").values;
    assert_eq!(values.len(), 1);
    assert_eq!(values.first().map(|value| value.value.to_string()).as_deref(), Some("PT72H"));
}

#[test]
fn other_fields_stay() {
    let directive = overlay();
    let (clause, control) = directive.control("antivirus-running").expect("the control");
    assert_eq!(clause.title.en, "Antivirus");
    assert_eq!(control.title.en, "An antivirus is running");
    assert_eq!(control.examples.len(), 3);
    assert_eq!(directive.parameters.first().expect("the parameter").about.en, "Greatest age of signatures");
    assert_eq!(directive.clauses.len(), 1);
    assert_eq!(directive.controls().count(), 1);
}

#[test]
fn files_are_looked_for_beside_the_one_that_includes_them() {
    let source = |name: &str| match name.strip_prefix("a/b\\") {
        Some(name) => read(name),
        None => Err(format!("asked for {name}")),
    };
    assert!(load("a/b\\include-valid-overlay.yaml", &source).is_ok());
}
