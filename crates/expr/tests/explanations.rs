//! What decides, what is missing, and until when it holds, on a device's facts.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes the goldens so")]
#![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

use expect_test::{Expect, expect};
use jiff::{SignedDuration, Timestamp};
use khien_expr::limits::{FUTURE_TOLERANCE, MAX_DEPTH, MAX_NODES, MAX_SOURCE_BYTES};
use khien_expr::{Inputs, Scope, Type, Value, Verdict, compile, parse};
use khien_model::facts::{DeviceFacts, PersonFacts};

fn device() -> DeviceFacts {
    serde_json::from_value(serde_json::json!({
        "antivirus": { "observed_at": "2026-11-22T07:00:00Z", "source": "test", "value": { "products": [
            { "name": "ClamAV", "running": false, "signatures_built_at": "2026-11-01T00:00:00Z" },
            { "name": "Bkav", "running": true, "signatures_built_at": "2026-11-20T00:00:00Z" },
            { "name": "Odd", "signatures_built_at": "2026-11-22T00:00:00Z" },
        ] } },
        "patches": { "observed_at": "2026-11-22T07:00:00Z", "source": "test", "value": {
            "security_missing": 3, "last_installed_at": "2026-10-01T00:00:00Z",
        } },
        "software": { "observed_at": "2026-11-22T07:00:00Z", "source": "test", "value": {
            "programs": { "items": [{ "name": "vim", "known_origin": true }], "incomplete": { "code": "permission_denied" } },
        } },
        "usb": { "observed_at": "2026-11-22T07:00:00Z", "source": "test", "error": { "code": "timed_out" } },
    }))
    .unwrap()
}

fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

fn explain_at(source: &str, now: Timestamp) -> String {
    let facts = device();
    let params = [Value::Duration(SignedDuration::from_hours(48))];
    let scope = Scope::facts(DeviceFacts::AREAS).with_param("max_age", Type::Duration);
    let program = compile(&parse(source).unwrap(), &scope, &Type::Bool).unwrap();
    let fresh_within = Some(SignedDuration::from_hours(24));
    let inputs = Inputs { params: &params, fresh_within, ..Inputs::new(&facts, now) };
    let explained = program.explain(&inputs);
    let mut shown = format!("{:?}", explained.verdict);
    if let Some(moment) = explained.holds_until {
        shown.push_str(&format!(" until {moment}"));
    }
    for reason in explained.because {
        shown.push_str(&format!("\n  {} = {}", reason.path, reason.cause));
    }
    shown + "\n"
}

#[expect(clippy::needless_pass_by_value, reason = "as expect! makes it")]
fn check(source: &str, expected: Expect) {
    expected.assert_eq(&explain_at(source, now()));
}

#[test]
fn decided() {
    check(
        "antivirus.products.exists(p, p.running)",
        expect![[r#"
        True until 2026-11-23T07:00:00.000000001Z
          antivirus.products[1].running = true
    "#]],
    );
    check(
        "antivirus.products.exists(p, p.name == \"None\")",
        expect![[r#"
        False until 2026-11-23T07:00:00.000000001Z
          antivirus.products[0].name = "ClamAV"
          antivirus.products[1].name = "Bkav"
          antivirus.products[2].name = "Odd"
          antivirus.products = 3 items
    "#]],
    );
    check(
        "antivirus.products.all(p, p.running)",
        expect![[r#"
        False until 2026-11-23T07:00:00.000000001Z
          antivirus.products[0].running = false
    "#]],
    );
    check(
        "patches.security_missing == 0 || patches.security_missing > 100",
        expect![[r#"
        False until 2026-11-23T07:00:00.000000001Z
          patches.security_missing = 3
    "#]],
    );
    check(
        "size(antivirus.products) == 3",
        expect![[r#"
        True until 2026-11-23T07:00:00.000000001Z
          antivirus.products = 3 items
    "#]],
    );
    check(
        "antivirus.products.exists(p, now - p.signatures_built_at <= param.max_age)",
        expect![[r#"
        True until 2026-11-23T07:00:00.000000001Z
          antivirus.products[2].signatures_built_at = 2026-11-22T00:00:00Z
    "#]],
    );
    check(
        "now - patches.last_installed_at > duration(\"30d\")",
        expect![[r#"
        True until 2026-11-23T07:00:00.000000001Z
          patches.last_installed_at = 2026-10-01T00:00:00Z
    "#]],
    );
    check(
        "usb.autorun_off && patches.security_missing == 0",
        expect![[r#"
        False until 2026-11-23T07:00:00.000000001Z
          patches.security_missing = 3
    "#]],
    );
    check(
        "antivirus.products[0].name == \"ClamAV\"",
        expect![[r#"
        True until 2026-11-23T07:00:00.000000001Z
          antivirus.products = 3 items
          antivirus.products[0].name = "ClamAV"
    "#]],
    );
    check(
        "\"Bkav\" in antivirus.products.map(p, p.name)",
        expect![[r#"
        True until 2026-11-23T07:00:00.000000001Z
          antivirus.products[1].name = "Bkav"
    "#]],
    );
}

#[test]
fn undecided() {
    check(
        "usb.autorun_off",
        expect![[r#"
        Unknown until 2026-11-23T07:00:00.000000001Z
          usb = unknown (timed_out)
    "#]],
    );
    check(
        "software.programs.all(p, p.known_origin)",
        expect![[r#"
        Unknown until 2026-11-23T07:00:00.000000001Z
          software.programs = unknown (permission_denied)
    "#]],
    );
    check(
        "antivirus.products.filter(p, p.running).size() == 1",
        expect![[r#"
        Unknown until 2026-11-23T07:00:00.000000001Z
          antivirus.products[2].running = unknown (not_observed)
    "#]],
    );
    check(
        "firewall.firewalls.exists(f, f.active) && patches.security_missing == 3",
        expect![[r#"
        Unknown until 2026-11-23T07:00:00.000000001Z
          firewall = unknown (not_observed)
    "#]],
    );
    check(
        "patches.security_missing / 0 == 1",
        expect![[r#"
        Unknown until 2026-11-23T07:00:00.000000001Z
          patches.security_missing = unknown (not_computable: division by zero)
    "#]],
    );
    check(
        "antivirus.products[7].running",
        expect![[r#"
        Unknown until 2026-11-23T07:00:00.000000001Z
          antivirus.products = unknown (not_computable: the index is out of range)
    "#]],
    );
    check(
        "1 / 0 == 1",
        expect![[r#"
        Unknown
          (check) = unknown (not_computable: division by zero)
    "#]],
    );
}

#[test]
fn old_facts_and_facts_from_the_future_are_unknown() {
    let observed: Timestamp = "2026-11-22T07:00:00Z".parse().unwrap();
    let source = "patches.security_missing == 3";
    let verdict = |moment| explain_at(source, moment).lines().next().unwrap().to_owned();
    let day = SignedDuration::from_hours(24);
    let nanosecond = SignedDuration::from_nanos(1);
    assert_eq!(verdict(observed + day), "True until 2026-11-23T07:00:00.000000001Z");
    assert_eq!(verdict(observed + day + nanosecond), "Unknown");
    assert_eq!(verdict(observed - FUTURE_TOLERANCE), "True until 2026-11-23T07:00:00.000000001Z");
    assert_eq!(verdict(observed - FUTURE_TOLERANCE - nanosecond), "Unknown until 2026-11-22T06:55:00Z");
}

#[test]
fn facts_about_another_kind_of_subject_are_refused() {
    let program = compile(&parse("usb.autorun_off").unwrap(), &Scope::facts(DeviceFacts::AREAS), &Type::Bool).unwrap();
    let person = PersonFacts::default();
    let explained = program.explain(&Inputs::new(&person, now()));
    assert_eq!(explained.verdict, Verdict::Unknown);
    assert_eq!(explained.because.len(), 1);
}

#[test]
fn offenders_that_are_known_are_listed_beside_what_is_missing() {
    let facts = device();
    let source = "antivirus.products.filter(p, !p.running).map(p, p.name)";
    let scope = Scope::facts(DeviceFacts::AREAS);
    let program = compile(&parse(source).unwrap(), &scope, &Type::list(Type::Text)).unwrap();
    let computed = program.evaluate_value(&Inputs::new(&facts, now()));
    assert_eq!(computed.value, Value::List(vec![Value::from("ClamAV")]));
    let missing: Vec<String> = computed.because.iter().map(|reason| reason.path.to_string()).collect();
    assert_eq!(missing, ["antivirus.products[2].running"]);
}

#[test]
fn what_is_read_is_told() {
    let source = "usb.autorun_off && patches.last_installed_at > now - param.max_age";
    let scope = Scope::facts(DeviceFacts::AREAS).with_param("other", Type::Int).with_param("max_age", Type::Duration);
    let program = compile(&parse(source).unwrap(), &scope, &Type::Bool).unwrap();
    let areas: Vec<&str> = program.areas_read().iter().map(|index| DeviceFacts::AREAS.fields[*index].name).collect();
    assert_eq!(areas, ["patches", "usb"]);
    assert_eq!(program.params_read(), [1]);
    assert!(program.uses_now());
}

#[test]
fn references_to_controls_are_replaced() {
    let mut ast = parse("control[\"a\"] && (control[\"b\"] || usb.autorun_off)").unwrap();
    let ids: Vec<String> = ast.control_references().into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["a", "b"]);
    let (a, b) = (parse("1 < 2 || false").unwrap(), parse("usb.storage_blocked").unwrap());
    ast.inline(|id| if id == "a" { Some(&a) } else { Some(&b) }).unwrap();
    assert_eq!(ast.to_string(), "(1 < 2 || false) && (usb.storage_blocked || usb.autorun_off)");
    let problems = parse("control[\"c\"]").unwrap().inline(|_| None).unwrap_err();
    assert_eq!(problems[0].code.as_str(), "unknown_control");
}

#[test]
fn bounds_are_held_at_the_limit() {
    let code = |source: &str| match parse(source) {
        Ok(_) => "fits",
        Err(problems) => problems[0].code.as_str(),
    };
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert_eq!(code(&nested(MAX_DEPTH)), "fits");
    assert_eq!(code(&nested(MAX_DEPTH + 1)), "too_deep");
    assert_eq!(code(&"!".repeat(MAX_SOURCE_BYTES)), "too_large");
    assert_eq!(code(&format!("{}true", "!".repeat(MAX_DEPTH - 1))), "fits");
    assert_eq!(code(&format!("{}true", "!".repeat(MAX_DEPTH))), "too_deep");
    assert_eq!(code(&" ".repeat(MAX_SOURCE_BYTES)), "empty");
    assert_eq!(code(&" ".repeat(MAX_SOURCE_BYTES + 1)), "too_long");
    let wide = |items: usize| format!("[{}]", "1,".repeat(items));
    assert_eq!(code(&wide(MAX_NODES - 1)), "fits");
    assert_eq!(code(&wide(MAX_NODES)), "too_large");
}

#[test]
fn a_check_that_takes_too_long_is_unknown() {
    let list = format!("[{}]", "1,".repeat(100));
    let deep = format!("{list}.all(a, {list}.all(b, {list}.all(c, {list}.all(d, a + b + c + d == 4))))");
    let program = compile(&parse(&deep).unwrap(), &Scope::plain(), &Type::Bool).unwrap();
    let inputs = Inputs::without_facts(now());
    assert_eq!(program.evaluate(&inputs).verdict, Verdict::Unknown);
    let explained = program.explain(&inputs);
    assert_eq!(explained.because[0].cause.to_string(), "unknown (not_computable: the step budget is used up)");
}
