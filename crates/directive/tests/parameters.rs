//! Which value of a parameter holds when, and until when.

use jiff::Timestamp;
use khien_directive::{Directive, load};
use khien_expr::Value;

const DIRECTIVE: &str = r#"
khien: 1
id: thu
title: {vi: Thử, en: Trial}
issued: 2024-02-05
valid_from: 2024-02-05
documents:
  cu: {number: 1/CV, title: {vi: Cũ, en: Old}, issued: 2020-01-01}
  moi: {number: 2/CV, title: {vi: Mới, en: New}, issued: 2026-01-01}
params:
  attempts:
    about: {vi: Số lần, en: Attempts}
    type: int
    values:
      - {value: 5, source: moi, valid_from: 2026-07-01}
      - {value: 10, source: cu, valid_from: 2024-02-05, valid_to: 2026-07-01}
  hosts:
    about: {vi: Máy chủ, en: Hosts}
    type: strings
    values:
      - {value: [moj.gov.vn, thads.gov.vn], source: cu, valid_from: 2024-02-05, valid_to: 2030-01-01}
clauses:
  - id: "1"
    title: {vi: Khoản, en: Clause}
    text: {vi: Nội dung, en: Text}
    controls:
      - id: attempts-and-hosts
        subject: device
        title: {vi: Biện pháp, en: Control}
        severity: low
        fresh_within: 7d
        due: at once
        pass: param.attempts < 6 || param.hosts.exists(h, h == "moj.gov.vn") && antivirus.products.exists(p, p.running)
        fix: {vi: [Làm], en: [Do]}
        examples:
          - {name: p, expect: pass, at: 2026-07-01T00:00:00+07:00, facts: {}}
          - {name: f, expect: fail, at: 2026-06-30T23:59:59+07:00, facts: {antivirus: {products: []}}}
          - {name: u, expect: unknown, at: 2024-02-04T23:59:59+07:00, facts: {}}
"#;

fn directive() -> Directive {
    let source = |_: &str| Ok(DIRECTIVE.as_bytes().to_vec());
    let loaded = load("thu.yaml", &source).expect("the directive has no errors");
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    loaded.directive
}

fn moment(text: &str) -> Timestamp {
    text.parse().expect("a point in time")
}

/// The value of `attempts` at `now`, and the moment at which it changes.
#[track_caller]
fn check(now: &str, value: Option<i64>, until: Option<&str>) {
    let values = directive().parameters_at(moment(now));
    match value {
        Some(value) => assert_eq!(values.values().first(), Some(&Value::Int(value))),
        None => assert!(matches!(values.values().first(), Some(Value::Unknown(_))), "{:?}", values.values()),
    }
    assert_eq!(values.holds_until(&[0]), until.map(moment));
}

#[test]
fn a_value_holds_from_its_first_day_to_the_day_before_its_end_in_vietnam() {
    check("2024-02-04T23:59:59+07:00", None, Some("2024-02-05T00:00:00+07:00"));
    check("2024-02-05T00:00:00+07:00", Some(10), Some("2026-07-01T00:00:00+07:00"));
    check("2026-06-30T23:59:59+07:00", Some(10), Some("2026-07-01T00:00:00+07:00"));
    check("2026-07-01T00:00:00+07:00", Some(5), None);
}

#[test]
fn only_the_parameters_asked_for_count() {
    let values = directive().parameters_at(moment("2026-07-01T00:00:00+07:00"));
    assert_eq!(values.holds_until(&[]), None);
    assert_eq!(values.holds_until(&[0]), None);
    let end = Some(moment("2030-01-01T00:00:00+07:00"));
    assert_eq!(values.holds_until(&[0, 1]), end);
    assert_eq!(values.changes_at(), end);
    let texts = Value::List(vec![Value::from("moj.gov.vn"), Value::from("thads.gov.vn")]);
    assert_eq!(values.values().get(1), Some(&texts));
}

#[test]
fn examples_are_judged_with_the_parameters_of_their_time() {
    let directive = directive();
    for outcome in khien_directive::run_examples(&directive) {
        assert!(outcome.is_as_expected(), "{}: {} because {:?}", outcome.example.name, outcome.actual, outcome.because);
    }
}

#[test]
fn an_example_with_a_wrong_expectation_is_told() {
    let text = DIRECTIVE.replace("name: p, expect: pass", "name: p, expect: fail");
    let source = |_: &str| Ok(text.as_bytes().to_vec());
    let loaded = load("thu.yaml", &source).expect("the directive has no errors");
    let wrong: Vec<String> = khien_directive::run_examples(&loaded.directive)
        .iter()
        .filter(|outcome| !outcome.is_as_expected())
        .map(|outcome| format!("{}: {}, not {}", outcome.example.name, outcome.actual, outcome.example.expect))
        .collect();
    assert_eq!(wrong, ["p: pass, not fail"]);
}
