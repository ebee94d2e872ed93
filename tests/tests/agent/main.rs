//! The agent and the real server: enrolment, trust, signatures, counters, the spool. Over HTTPS where the agent speaks; over
//! plain HTTP on this machine where a test must say what no agent would.

mod office;
mod windows;
mod windows_browsers;
mod windows_calls;
mod windows_hostile;
mod windows_upgrade;
mod wine;

use jiff::SignedDuration;
use khien_agent::{Bilingual, Problem, State, report_once};
use khien_model::{State as Outcome, Subject, SubjectKind};
use khien_protocol::limits::{MAX_BODY_BYTES, MAX_CLOCK_SKEW, MAX_ENROL_BODY_BYTES, MAX_JSON_DEPTH};
use khien_protocol::{
    AreaFact, AreaReport, DIRECTIVE_PATH, ENROL_PATH, REPORTS_PATH, Refusal, RefusalCode, Report, ReportAnswer, sign,
};
use khien_store::{assignments, devices, directives, facts, findings, subjects, sweep, tokens};
use office::{Office, UNIT, now};
use serde_json::value::RawValue;

/// A report of one area, with or without its fact.
fn report(content: &str, with_fact: bool) -> Report {
    let content = RawValue::from_string(content.to_owned()).expect("JSON");
    let area = AreaReport::whole(AreaFact { observed_at: now(), content });
    let area = if with_fact { area } else { AreaReport::unchanged(area.hash) };
    Report { collected_at: now(), areas: [("os".to_owned(), area)].into() }
}

fn body(report: &Report) -> Vec<u8> {
    serde_json::to_vec(report).expect("JSON")
}

const OS: &str = r#"{"value":{"family":"linux"},"source":"agent:linux"}"#;

fn deliver(state: &State) -> Result<usize, Problem> {
    report_once(state, now(), &mut |_| {}).map(|delivered| delivered.reports)
}

fn refused<T: std::fmt::Debug>(result: Result<T, Problem>) -> Refusal {
    match result {
        Err(Problem::Refused(refusal)) => *refusal,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn a_machine_enrols_reports_and_is_judged() {
    let office = Office::open();
    let state = office.enrol("a", &office.token(1)).expect("enrolled");
    let enrolment = state.enrolment().expect("readable").expect("there");
    assert_eq!(enrolment.unit_name, "Phòng Nghiệp vụ 1");
    assert_eq!(deliver(&state).expect("delivered"), 1);

    let device = office.on(devices::find(&office.store, &enrolment.device_id));
    assert_eq!(device.notice_accepted_by, "lan");
    let document = office.on(facts::document(&office.store, &device.as_subject()));
    // Word for word what the agent saw.
    let latest = std::fs::read_to_string(office.folder("a").join("latest.json")).expect("the latest facts");
    let latest: Report = serde_json::from_str(&latest).expect("a report");
    let stored = serde_json::to_value(&document).expect("JSON");
    for (name, area) in &latest.areas {
        let fact = area.fact.as_ref().expect("whole");
        let seen: serde_json::Value = serde_json::from_str(fact.content.get()).expect("JSON");
        let kept = &stored["device"]["facts"][name];
        assert_eq!((&kept["value"], &kept["error"]), (&seen["value"], &seen["error"]), "{name}");
    }
    // The directive is here too, to judge by it offline.
    let active = office.on(directives::active(&office.store));
    let fetched = std::fs::read_to_string(office.folder("a").join("directive.json")).expect("fetched");
    assert!(fetched.contains(&format!("\"id\":\"{}\"", active.id)));
    assert_eq!(deliver(&state).expect("delivered"), 1);
}

#[test]
fn unchanged_areas_are_hashes_and_the_server_says_which_facts_it_lacks() {
    let office = Office::open();
    let device = office.device("a");
    let need = |counter, report: &Report| {
        let (status, answer) = office.send(&device, "POST", REPORTS_PATH, &body(report), counter);
        assert_eq!(status, 200, "{answer}");
        serde_json::from_str::<ReportAnswer>(&answer).expect("an answer").need
    };
    assert_eq!(need(10, &report(OS, false)), ["os"]);
    assert!(need(11, &report(OS, true)).is_empty());
    assert!(need(12, &report(OS, false)).is_empty());
    assert_eq!(need(13, &report(r#"{"value":{},"source":"agent:linux"}"#, false)), ["os"]);
}

#[test]
fn a_request_is_taken_once_and_counters_only_rise() {
    let office = Office::open();
    let device = office.device("a");
    let code = |counter| office.refusal(&device, "POST", REPORTS_PATH, &body(&report(OS, true)), counter);
    assert_eq!(code(10), None);
    assert_eq!(code(10), Some(RefusalCode::Replay));
    assert_eq!(code(9), Some(RefusalCode::OldCounter));
    assert_eq!(code(11), None);
    // Byte for byte the same request, caught on its way and sent again.
    let bytes = body(&report(OS, true));
    let signed = sign(&device.key, "POST", REPORTS_PATH, &bytes, 12, now());
    assert_eq!(office.raw("POST", REPORTS_PATH, &signed, &bytes).0, 200);
    let (status, answer) = office.raw("POST", REPORTS_PATH, &signed, &bytes);
    assert_eq!((status, Office::code_in(&answer)), (409, Some(RefusalCode::Replay)));
}

#[test]
fn who_caught_the_request_for_the_directive_gets_nothing_by_it() {
    let office = Office::open();
    let device = office.device("a");
    let signed = sign(&device.key, "GET", DIRECTIVE_PATH, b"", 10, now());
    assert_eq!(office.raw("GET", DIRECTIVE_PATH, &signed, b"").0, 200);
    let (status, answer) = office.raw("GET", DIRECTIVE_PATH, &signed, b"");
    assert_eq!((status, Office::code_in(&answer)), (409, Some(RefusalCode::Replay)));
    let code = |counter| office.refusal(&device, "GET", DIRECTIVE_PATH, b"", counter);
    assert_eq!(code(9), Some(RefusalCode::OldCounter));
    assert_eq!(code(11), None);
    // Reports and directives share one counter.
    let bytes = body(&report(OS, true));
    assert_eq!(office.refusal(&device, "POST", REPORTS_PATH, &bytes, 11), Some(RefusalCode::Replay));
    assert_eq!(office.refusal(&device, "POST", REPORTS_PATH, &bytes, 12), None);
    assert_eq!(code(12), Some(RefusalCode::Replay));
}

#[test]
fn a_machine_that_was_on_a_list_keeps_its_place_when_it_enrols() {
    let office = Office::open();
    // Somebody else of that name, who tells us what this machine calls itself.
    let other = office.enrol("b", &office.token(2)).expect("enrolled").enrolment().expect("readable").expect("there");
    let hostname = office.on(devices::find(&office.store, &other.device_id)).hostname;
    let listed = Subject { kind: SubjectKind::Device, id: "tren-danh-sach".into() };
    office.change(async |change| {
        subjects::enter(change, &listed, &hostname.to_uppercase()).await?;
        assignments::assign(change, &listed, UNIT, khien_model::day_of(now())).await
    });
    let state = office.enrol("a", &office.token(1)).expect("enrolled");
    assert_eq!(state.enrolment().expect("readable").expect("there").device_id, listed.id);
    assert_eq!(deliver(&state).expect("delivered"), 1);
    let document = office.on(facts::document(&office.store, &listed));
    assert!(serde_json::to_value(&document).expect("JSON")["device"]["facts"]["os"].is_object());
    assert_eq!(office.on_all(subjects::of_kind(&office.store, SubjectKind::Device)).len(), 2);
}

#[test]
fn who_copies_an_agent_is_found_out_by_the_counter() {
    let office = Office::open();
    let original = office.enrol("a", &office.token(1)).expect("enrolled");
    office.copy("a", "b");
    let copy = State::open(&office.folder("b")).expect("a copy");
    assert_eq!(deliver(&original).expect("delivered"), 1);
    assert_eq!(deliver(&original).expect("delivered"), 1);
    let refusal = refused(deliver(&copy));
    assert!(matches!(refusal.code, RefusalCode::Replay | RefusalCode::OldCounter), "{refusal:?}");
    assert!(refusal.hint.en.contains("copy"), "{}", refusal.hint.en);
}

#[test]
fn only_the_devices_own_key_signs_for_it() {
    let office = Office::open();
    let (device, other) = (office.device("a"), office.device("b"));
    let bytes = body(&report(OS, true));
    // The other's signature under this one's name.
    let (mine, theirs) = (device.key.public_key().to_string(), other.key.public_key().to_string());
    let forged = sign(&other.key, "POST", REPORTS_PATH, &bytes, 20, now());
    let forged: Vec<_> = forged.into_iter().map(|(name, value)| (name, value.replace(&theirs, &mine))).collect();
    let (status, answer) = office.raw("POST", REPORTS_PATH, &forged, &bytes);
    assert_eq!((status, Office::code_in(&answer)), (401, Some(RefusalCode::WrongKey)));
    // A key that nobody enrolled.
    let stranger = Office::stranger();
    assert_eq!(office.refusal(&stranger, "POST", REPORTS_PATH, &bytes, 1), Some(RefusalCode::UnknownDevice));
    assert_eq!(office.refusal(&stranger, "GET", DIRECTIVE_PATH, b"", 2), Some(RefusalCode::UnknownDevice));
    // No signature at all.
    let (status, answer) = office.raw("POST", REPORTS_PATH, &[("content-type", "application/json".into())], &bytes);
    assert_eq!((status, Office::code_in(&answer)), (401, Some(RefusalCode::SignatureMissing)));
    // What was signed for one place is no good at another, nor with another body.
    let signed = sign(&device.key, "POST", REPORTS_PATH, &bytes, 21, now());
    assert_eq!(Office::code_in(&office.raw("POST", ENROL_PATH, &signed, &bytes).1), Some(RefusalCode::WrongKey));
    let altered = body(&report(r#"{"value":{},"source":"agent:linux"}"#, true));
    assert_eq!(
        Office::code_in(&office.raw("POST", REPORTS_PATH, &signed, &altered).1),
        Some(RefusalCode::DigestMismatch)
    );
    // And the device itself is not harmed by any of it.
    assert_eq!(office.refusal(&device, "POST", REPORTS_PATH, &bytes, 22), None);
}

#[test]
fn a_token_is_good_for_as_many_devices_as_it_says() {
    let office = Office::open();
    let token = office.token(1);
    let state = office.enrol("a", &token).expect("enrolled");
    assert_eq!(refused(office.enrol("b", &token)).code, RefusalCode::TokenUsedUp);
    assert_eq!(refused(office.enrol("c", &office.unknown_token())).code, RefusalCode::TokenUnknown);
    assert_eq!(refused(office.enrol("d", &office.expired_token())).code, RefusalCode::TokenExpired);

    // The answer to an enrolment was lost: the same machine asks again, and uses nothing up.
    let first = state.enrolment().expect("readable").expect("there");
    drop(state);
    std::fs::remove_file(office.folder("a").join("enrolment.json")).expect("removed");
    let again = office.enrol("a", &token).expect("enrolled").enrolment().expect("readable").expect("there");
    assert_eq!(again.device_id, first.device_id);
    let used = office.on_all(tokens::all(&office.store)).into_iter().map(|token| token.uses).max();
    assert_eq!(used, Some(1));
}

#[test]
fn a_device_that_is_shut_out_is_told_so() {
    let office = Office::open();
    let state = office.enrol("a", &office.token(1)).expect("enrolled");
    assert_eq!(deliver(&state).expect("delivered"), 1);
    let id = state.enrolment().expect("readable").expect("there").device_id;
    office.change(async |change| devices::revoke(change, &id, "lost").await);
    assert_eq!(refused(deliver(&state)).code, RefusalCode::Revoked);
    assert_eq!(state.waiting().expect("counted"), 1);
}

#[test]
fn a_wrong_clock_is_told_both_times_and_how_to_set_it() {
    let office = Office::open();
    let state = office.enrol("a", &office.token(1)).expect("enrolled");
    let skew = SignedDuration::try_from(MAX_CLOCK_SKEW).expect("in range");
    for wrong in [now() + skew * 3, now() - skew * 3] {
        let refusal = refused(report_once(&state, wrong, &mut |_| {}).map(drop));
        assert_eq!(refusal.code, RefusalCode::ClockSkew);
        let shown =
            wrong.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(7))).strftime("%d/%m/%Y %H:%M").to_string();
        assert!(refusal.message.vi.contains(&shown), "{} lacks {shown}", refusal.message.vi);
        assert!(refusal.hint.en.contains("timedatectl"));
    }
}

#[test]
fn what_is_too_large_or_not_in_its_form_is_refused_with_the_reason() {
    let office = Office::open();
    let device = office.device("a");
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth)).into_bytes();
    let wrong_fact = report(r#"{"value":{"family":7},"source":"agent:linux"}"#, true);
    for (counter, (bytes, expected)) in (30..).zip([
        (vec![b' '; MAX_BODY_BYTES + 1], RefusalCode::BodyTooLarge),
        (b"{".to_vec(), RefusalCode::Malformed),
        (b"\xff\xfe".to_vec(), RefusalCode::Malformed),
        (nested(MAX_JSON_DEPTH + 1), RefusalCode::Malformed),
        (nested(200_000), RefusalCode::Malformed),
        (body(&wrong_fact), RefusalCode::Malformed),
    ]) {
        let code = office.refusal(&device, "POST", REPORTS_PATH, &bytes, counter);
        assert_eq!(code, Some(expected), "{} bytes", bytes.len());
    }
    let long = vec![b' '; MAX_ENROL_BODY_BYTES + 1];
    assert_eq!(office.refusal(&device, "POST", ENROL_PATH, &long, 40), Some(RefusalCode::BodyTooLarge));
    // None of it counted, and the server is as well as before.
    assert_eq!(office.refusal(&device, "POST", REPORTS_PATH, &body(&report(OS, true)), 30), None);
}

#[test]
fn what_was_seen_while_the_server_was_away_arrives_when_it_is_back() {
    let mut office = Office::open();
    let state = office.enrol("a", &office.token(1)).expect("enrolled");
    assert_eq!(deliver(&state).expect("delivered"), 1);
    office.stop();
    for _ in 0..2 {
        assert!(matches!(deliver(&state), Err(Problem::Unreachable { .. })));
    }
    assert_eq!(state.waiting().expect("counted"), 2);
    office.start();
    let mut said: Vec<Bilingual> = Vec::new();
    let delivered = report_once(&state, now(), &mut |text| said.push(text.clone())).expect("delivered");
    assert_eq!((delivered.reports, state.waiting().expect("counted")), (3, 0));
    assert!(said.is_empty(), "nothing was dropped: {said:?}");
    assert_eq!(office.on_all(devices::all(&office.store)).len(), 1);
}

#[test]
fn an_agent_that_falls_silent_is_red_at_the_server_until_it_reports_again() {
    let office = Office::open();
    let state = office.enrol("a", &office.token(1)).expect("enrolled");
    assert_eq!(deliver(&state).expect("delivered"), 1);
    let id = state.enrolment().expect("readable").expect("there").device_id;
    let device = office.on(devices::find(&office.store, &id));
    let reports = || {
        let subject = office.on(subjects::find(&office.store, &device.as_subject()));
        let findings = office.on_all(findings::open(&office.store, subject.number));
        findings.into_iter().find(|finding| finding.control == "device-reports-regularly").expect("it is judged")
    };
    assert_eq!(reports().state, Outcome::Pass);
    // Somebody with all rights on the machine has stopped the service: time goes on.
    let week = now() + SignedDuration::from_hours(24 * 7 + 1);
    office.on_all(sweep::sweep(&office.store, week, 10_000));
    let silent = reports();
    assert_eq!(silent.state, Outcome::Fail);
    assert_eq!(silent.detail.because.first().map(|because| because.path.as_str()), Some("reporting.silent_since"));
    // It is started again, and nothing has changed on the machine.
    assert_eq!(deliver(&state).expect("delivered"), 1);
    assert_eq!(reports().state, Outcome::Pass);
}
