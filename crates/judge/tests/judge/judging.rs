//! What a judgement says, case by case, on a small directive.

use crate::support::directive::small_directive;
use crate::support::facts::read;
use expect_test::{Expect, expect};
use jiff::Timestamp;
use jiff::civil::date;
use khien_directive::Directive;
use khien_judge::{MAX_OFFENDERS, judge};
use khien_model::facts::FactDocument;
use khien_model::{Coverage, Exemption, Exemptions, Finding, Organisation, Requirement, SubjectKind, start_of_day};
use serde_json::{Value, json};
use std::sync::LazyLock;

static DIRECTIVE: LazyLock<Directive> = LazyLock::new(small_directive);

fn moment(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

/// A PC whose area `area` is `value`, observed on 20 November at eight in the morning.
fn pc(area: &str, value: &Value) -> FactDocument {
    let fact = json!({ "value": value, "observed_at": "2026-11-20T08:00:00+07:00", "source": "test" });
    read(&json!({ "device": { "id": "pc-07", "facts": { area: fact } } }))
}

/// The finding about `document` under `control`, at `now`.
fn finding(control: &str, document: &FactDocument, now: &str, exemptions: &[Exemption]) -> Finding {
    let organisation = Organisation::default();
    let exemptions = Exemptions::new(exemptions.to_vec(), &organisation).expect("in order");
    let findings = judge(&DIRECTIVE, document, &exemptions, &organisation, moment(now));
    findings.into_iter().find(|finding| finding.control == control).expect("the control")
}

/// State, reasons, offenders and how long it holds, one per line.
fn check(control: &str, document: &FactDocument, now: &str, expected: &Expect) {
    check_exempted(control, document, now, &[], expected);
}

fn check_exempted(control: &str, document: &FactDocument, now: &str, exemptions: &[Exemption], expected: &Expect) {
    let finding = finding(control, document, now, exemptions);
    let mut lines = vec![finding.state.to_string()];
    lines.extend(finding.because.iter().map(|because| serde_json::to_string(because).expect("it has a JSON form")));
    if !finding.offenders.is_empty() {
        lines.push(format!("offenders: {}", finding.offenders.join(", ")));
    }
    if let Some(exemption) = &finding.exemption {
        lines.push(format!("{} until {}, without it {}", exemption.id, exemption.until, exemption.without));
    }
    lines.push(match finding.holds_until {
        Some(until) => format!("until {until}"),
        None => "for ever".to_owned(),
    });
    expected.assert_eq(&(lines.join("\n") + "\n"));
}

fn products(products: &Value) -> FactDocument {
    pc("antivirus", &json!({ "products": products }))
}

#[test]
fn a_fail_names_what_decided_it_and_who_offends() {
    let facts = products(&json!([{ "name": "ClamAV", "running": false }, { "name": "Bkav", "running": false }]));
    check(
        "antivirus-running",
        &facts,
        "2026-11-22T08:00:00+07:00",
        &expect![[r#"
        fail
        {"path":"antivirus.products[0].running","value":false}
        {"path":"antivirus.products[1].running","value":false}
        {"path":"antivirus.products","value":{"items":2}}
        offenders: ClamAV, Bkav
        until 2026-11-27T01:00:00.000000001Z
    "#]],
    );
}

#[test]
fn a_pass_holds_until_its_facts_are_stale() {
    let facts = products(&json!([{ "name": "ClamAV", "running": true }]));
    check(
        "antivirus-running",
        &facts,
        "2026-11-22T08:00:00+07:00",
        &expect![[r#"
        pass
        {"path":"antivirus.products[0].running","value":true}
        until 2026-11-27T01:00:00.000000001Z
    "#]],
    );
}

#[test]
fn a_stale_fact_is_unknown_with_that_reason() {
    let facts = products(&json!([{ "name": "ClamAV", "running": true }]));
    check(
        "antivirus-running",
        &facts,
        "2026-11-27T08:00:01+07:00",
        &expect![[r#"
        unknown
        {"path":"antivirus","reason":{"code":"stale"}}
        for ever
    "#]],
    );
}

#[test]
fn a_fact_that_nobody_looked_for_is_unknown() {
    check(
        "no-shares",
        &products(&json!([])),
        "2026-11-22T08:00:00+07:00",
        &expect![[r#"
        unknown
        {"path":"shares","reason":{"code":"not_observed"}}
        for ever
    "#]],
    );
}

#[test]
fn a_list_that_matters_as_a_whole_is_shown_by_its_length() {
    let none = pc("shares", &json!({ "folders": [] }));
    check(
        "no-shares",
        &none,
        "2026-11-22T08:00:00+07:00",
        &expect![[r#"
        pass
        {"path":"shares.folders","value":{"items":0}}
        until 2026-12-04T01:00:00.000000001Z
    "#]],
    );
    let two = pc("shares", &json!({ "folders": [{ "name": "Chung" }, { "name": "Scan" }] }));
    check(
        "no-shares",
        &two,
        "2026-11-22T08:00:00+07:00",
        &expect![[r#"
        fail
        {"path":"shares.folders","value":{"items":2}}
        offenders: Chung, Scan
        until 2026-12-04T01:00:00.000000001Z
    "#]],
    );
}

#[test]
fn an_item_that_only_has_to_be_there_is_shown_as_present() {
    let one = pc("software", &json!({ "crack_signs": { "items": [{}], "incomplete": { "code": "unreadable" } } }));
    check(
        "no-crack-signs",
        &one,
        "2026-11-22T08:00:00+07:00",
        &expect![[r#"
        fail
        {"path":"software.crack_signs[0]","value":{"present":true}}
        until 2026-11-27T01:00:00.000000001Z
    "#]],
    );
}

#[test]
fn a_list_known_in_part_can_fail_but_not_pass() {
    let folders = |items: Value| {
        pc("shares", &json!({ "folders": { "items": items, "incomplete": { "code": "permission_denied" } } }))
    };
    check(
        "no-open-shares",
        &folders(json!([])),
        "2026-11-22T08:00:00+07:00",
        &expect![[r#"
        unknown
        {"path":"shares.folders","reason":{"code":"permission_denied"}}
        until 2026-12-04T01:00:00.000000001Z
    "#]],
    );
    let one_open = folders(json!([{ "name": "Chung", "open_to_everyone": true }]));
    check(
        "no-open-shares",
        &one_open,
        "2026-11-22T08:00:00+07:00",
        &expect![[r#"
        fail
        {"path":"shares.folders[0].open_to_everyone","value":true}
        until 2026-12-04T01:00:00.000000001Z
    "#]],
    );
}

/// Signatures built on 19 November: seven days are allowed until the 28th, then nothing is settled until 5 December.
fn fresh() -> FactDocument {
    let product = json!({ "running": true, "signatures_built_at": "2026-11-19T20:00:00+07:00" });
    let value = json!({ "products": [product] });
    let fact = json!({ "value": value, "observed_at": "2026-11-26T08:00:00+07:00", "source": "test" });
    read(&json!({ "device": { "id": "pc-07", "facts": { "antivirus": fact } } }))
}

#[test]
fn an_age_turns_over_at_the_exact_moment() {
    check(
        "antivirus-fresh",
        &fresh(),
        "2026-11-26T19:59:59+07:00",
        &expect![[r#"
        pass
        {"path":"antivirus.products[0].running","value":true}
        {"path":"antivirus.products[0].signatures_built_at","value":"2026-11-19T13:00:00Z"}
        until 2026-11-26T13:00:00Z
    "#]],
    );
    check(
        "antivirus-fresh",
        &fresh(),
        "2026-11-26T20:00:00+07:00",
        &expect![[r#"
        fail
        {"path":"antivirus.products[0].signatures_built_at","value":"2026-11-19T13:00:00Z"}
        {"path":"antivirus.products","value":{"items":1}}
        until 2026-11-26T13:00:00.000000001Z
    "#]],
    );
}

#[test]
fn a_parameter_without_a_value_is_unknown_and_named() {
    check(
        "antivirus-fresh",
        &fresh(),
        "2026-11-28T00:00:00+07:00",
        &expect![[r#"
        unknown
        {"path":"param.signature_max_age","reason":{"code":"not_observed","detail":"no value of param.signature_max_age is valid at this time"}}
        until 2026-11-29T01:00:00.000000001Z
    "#]],
    );
}

#[test]
fn a_parameter_holds_until_its_next_value() {
    let account = |changed: &str| {
        let value = json!({ "password_changed_at": changed, "second_factor": false });
        let fact = json!({ "value": value, "observed_at": "2026-11-30T08:00:00+07:00", "source": "test" });
        read(&json!({ "account": { "id": "lan", "facts": { "credential": fact } } }))
    };
    // Ninety days until 1 December, sixty from then on.
    let changed = account("2026-10-01T08:00:00+07:00");
    check(
        "password-young",
        &changed,
        "2026-11-30T12:00:00+07:00",
        &expect![[r#"
        pass
        {"path":"credential.password_changed_at","value":"2026-10-01T01:00:00Z"}
        until 2026-11-30T17:00:00Z
    "#]],
    );
    check(
        "password-young",
        &changed,
        "2026-12-01T00:00:00+07:00",
        &expect![[r#"
        fail
        {"path":"credential.password_changed_at","value":"2026-10-01T01:00:00Z"}
        {"path":"credential.second_factor","value":false}
        until 2026-12-10T01:00:00.000000001Z
    "#]],
    );
    // The letter is of 1 September.
    check(
        "changed-after-letter",
        &changed,
        "2026-11-30T12:00:00+07:00",
        &expect![[r#"
        pass
        {"path":"credential.password_changed_at","value":"2026-10-01T01:00:00Z"}
        until 2026-12-10T01:00:00.000000001Z
    "#]],
    );
}

fn exemption(valid_from: jiff::civil::Date, valid_to: jiff::civil::Date, id: &str) -> Exemption {
    Exemption {
        id: id.into(),
        requested_by: "Nguyễn Văn An".into(),
        approved_by: "Trần Thị Bình".into(),
        reason: "Máy chờ thanh lý".into(),
        covers: Coverage::Kind(SubjectKind::Device),
        lifts: Requirement::Clause("4.1".into()),
        valid_from,
        valid_to,
    }
}

#[test]
fn an_exemption_is_shown_with_what_it_lifts() {
    let off = products(&json!([{ "name": "ClamAV", "running": false }]));
    let on = products(&json!([{ "name": "ClamAV", "running": true }]));
    let now = "2026-11-22T08:00:00+07:00";
    let in_force = [exemption(date(2026, 11, 1), date(2026, 11, 24), "mt-01")];
    check_exempted(
        "antivirus-running",
        &off,
        now,
        &in_force,
        &expect![[r#"
        exempt
        {"path":"antivirus.products[0].running","value":false}
        {"path":"antivirus.products","value":{"items":1}}
        offenders: ClamAV
        mt-01 until 2026-11-24, without it fail
        until 2026-11-23T17:00:00Z
    "#]],
    );
    check_exempted(
        "antivirus-running",
        &on,
        now,
        &in_force,
        &expect![[r#"
        pass
        {"path":"antivirus.products[0].running","value":true}
        mt-01 until 2026-11-24, without it pass
        until 2026-11-23T17:00:00Z
    "#]],
    );
    check_exempted(
        "no-shares",
        &off,
        now,
        &in_force,
        &expect![[r#"
        unknown
        {"path":"shares","reason":{"code":"not_observed"}}
        for ever
    "#]],
    );
    let later = [exemption(date(2026, 11, 23), date(2026, 12, 1), "mt-02")];
    check_exempted(
        "antivirus-running",
        &off,
        now,
        &later,
        &expect![[r#"
        fail
        {"path":"antivirus.products[0].running","value":false}
        {"path":"antivirus.products","value":{"items":1}}
        offenders: ClamAV
        until 2026-11-22T17:00:00Z
    "#]],
    );
    let both = [in_force[0].clone(), exemption(date(2026, 11, 1), date(2026, 12, 1), "mt-03")];
    check_exempted(
        "antivirus-running",
        &off,
        now,
        &both,
        &expect![[r#"
        exempt
        {"path":"antivirus.products[0].running","value":false}
        {"path":"antivirus.products","value":{"items":1}}
        offenders: ClamAV
        mt-03 until 2026-12-01, without it fail
        until 2026-11-23T17:00:00Z
    "#]],
    );
}

#[test]
fn an_exemption_begins_and_ends_at_midnight_in_vietnam() {
    let off = products(&json!([{ "name": "ClamAV", "running": false }]));
    let one_day = [exemption(date(2026, 11, 23), date(2026, 11, 24), "mt-01")];
    let state = |moment: Timestamp| finding("antivirus-running", &off, &moment.to_string(), &one_day).state.as_str();
    let (begins, ends) = (start_of_day(date(2026, 11, 23)), start_of_day(date(2026, 11, 24)));
    let before = |moment: Timestamp| moment - jiff::SignedDuration::from_nanos(1);
    let states = [state(before(begins)), state(begins), state(before(ends)), state(ends)];
    assert_eq!(states, ["fail", "exempt", "exempt", "fail"]);
}

#[test]
fn offenders_beyond_the_bound_are_counted() {
    let count = |shares: usize| {
        let folders: Vec<Value> = (0..shares).map(|number| json!({ "name": format!("Chung{number}") })).collect();
        let facts = pc("shares", &json!({ "folders": folders }));
        let finding = finding("no-shares", &facts, "2026-11-22T08:00:00+07:00", &[]);
        (finding.offenders.len(), finding.offenders_left_out)
    };
    assert_eq!(count(MAX_OFFENDERS), (MAX_OFFENDERS, 0));
    assert_eq!(count(MAX_OFFENDERS + 3), (MAX_OFFENDERS, 3));
}
