use jiff::SignedDuration;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::limits::MAX_HEADER_BYTES;
use crate::{ENROL_PATH, REPORTS_PATH};

const BODY: &[u8] = br#"{"collected_at":"2026-11-22T08:00:00Z","areas":{}}"#;

fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().expect("a timestamp")
}

/// A key in PKCS#8 out of a seed: RFC 8410, 7.
fn key(seed: u8) -> SigningKey {
    let prefix = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    SigningKey::from_pkcs8(&[prefix.as_slice(), &[seed; 32]].concat()).expect("a key")
}

fn signed() -> Headers {
    sign(&key(1), "POST", REPORTS_PATH, BODY, 7, now())
}

/// What the server makes of a request.
fn received(method: &str, target: &str, headers: &[(&str, String)], body: &[u8]) -> Result<Verified, Refusal> {
    let headers: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    let head = RequestHead::new(method, target, headers, now())?;
    let claimed = key_of(&head, now())?;
    assert_eq!(claimed, key_of(&head, now())?);
    verify(&head, body, &key(1).public_key(), now())
}

fn code(result: Result<Verified, Refusal>) -> RefusalCode {
    result.expect_err("it is refused").code
}

/// The headers with one of them changed.
fn with(name: &str, change: impl Fn(&str) -> String) -> Headers {
    let change = |(known, value): (&'static str, String)| {
        let value = if known == name { change(&value) } else { value };
        (known, value)
    };
    signed().into_iter().map(change).collect()
}

#[test]
fn a_signed_request_is_from_its_key() {
    let verified = received("POST", REPORTS_PATH, &signed(), BODY).expect("it holds");
    assert_eq!(verified, Verified { key: key(1).public_key(), counter: 7, created: now() });
}

#[test]
fn the_headers_are_in_the_form_of_the_standard() {
    let headers: Vec<String> = signed().iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    expect_test::expect![[r#"
        content-type: application/json
        content-digest: sha-256=:Z0jbOJ81fymuvjpgz9GnFUl+GY5tjgwuQzvqMb17oJE=:
        khien-counter: 7
        signature-input: khien=("@method" "@path" "content-digest" "content-type" "khien-counter");created=1795334400;keyid="iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=";alg="ed25519";tag="khien-agent"
        signature: khien=:Z3JnehapUfi7LUeYad4j/fVqBL2g6AOt0xopd/zRY61Ex1dCmz/BvYE1PGt/XA2GcfY8GmXyfN9zjEtv++xgBg==:
    "#]]
    .assert_eq(&headers.concat());
}

#[test]
fn nothing_that_is_covered_can_be_changed() {
    let other_counter = with(COUNTER_HEADER, |_| "8".to_owned());
    assert_eq!(code(received("POST", REPORTS_PATH, &other_counter, BODY)), RefusalCode::WrongKey);
    assert_eq!(code(received("PUT", REPORTS_PATH, &signed(), BODY)), RefusalCode::WrongKey);
    assert_eq!(code(received("POST", ENROL_PATH, &signed(), BODY)), RefusalCode::WrongKey);
    assert_eq!(code(received("POST", REPORTS_PATH, &signed(), b"{}")), RefusalCode::DigestMismatch);
    let other_digest = with("content-digest", |_| content_digest(b"{}"));
    assert_eq!(code(received("POST", REPORTS_PATH, &other_digest, b"{}")), RefusalCode::WrongKey);
    let other_time = with("signature-input", |input| input.replace("created=1795334400", "created=1795334401"));
    assert_eq!(code(received("POST", REPORTS_PATH, &other_time, BODY)), RefusalCode::WrongKey);
}

#[test]
fn the_signature_of_another_key_is_refused() {
    let other = sign(&key(2), "POST", REPORTS_PATH, BODY, 7, now());
    assert_eq!(code(received("POST", REPORTS_PATH, &other, BODY)), RefusalCode::WrongKey);
    // The other key's signature under this key's name.
    let (mine, theirs) = (key(1).public_key().to_string(), key(2).public_key().to_string());
    let named = other.into_iter().map(|(name, value)| (name, value.replace(&theirs, &mine))).collect::<Headers>();
    assert_eq!(code(received("POST", REPORTS_PATH, &named, BODY)), RefusalCode::WrongKey);
}

#[test]
fn the_clocks_may_differ_as_far_as_the_bound_says() {
    let at = |seconds: i64| sign(&key(1), "POST", REPORTS_PATH, BODY, 7, now() + SignedDuration::from_secs(seconds));
    let skew = MAX_CLOCK_SKEW.as_secs().cast_signed();
    for seconds in [-skew, skew] {
        assert!(received("POST", REPORTS_PATH, &at(seconds), BODY).is_ok(), "{seconds}");
        let refusal = received("POST", REPORTS_PATH, &at(seconds + seconds.signum()), BODY).expect_err("too far");
        assert_eq!(refusal.code, RefusalCode::ClockSkew);
        assert_eq!(refusal.server_time, now());
    }
}

#[test]
fn a_signature_of_a_proxy_stands_beside_ours() {
    let beside = |name: &str, other: &str| with(name, |value| format!("{other}, {value}"));
    let mut headers = beside("signature-input", "proxy=(\"@authority\");created=1;tag=\"other\"");
    let signatures = beside("signature", "proxy=:AAAA:");
    headers.retain(|(name, _)| *name != "signature");
    headers.extend(signatures.into_iter().filter(|(name, _)| *name == "signature"));
    assert!(received("POST", REPORTS_PATH, &headers, BODY).is_ok());
}

#[test]
fn what_is_not_a_signature_of_ours_is_refused_with_the_reason() {
    let input = |from: &str, to: &str| with("signature-input", |value| value.replace(from, to));
    let without = |name: &str| signed().into_iter().filter(|(known, _)| *known != name).collect::<Headers>();
    let twice = [signed(), signed()].concat();
    for (headers, expected) in [
        (without("signature"), RefusalCode::SignatureMissing),
        (without("signature-input"), RefusalCode::SignatureMissing),
        (input("khien-agent", "another"), RefusalCode::SignatureMissing),
        (input("khien=", "other="), RefusalCode::SignatureMissing),
        (without("content-digest"), RefusalCode::DigestMismatch),
        (without("content-type"), RefusalCode::Malformed),
        (without(COUNTER_HEADER), RefusalCode::Malformed),
        (with("content-type", |_| "text/plain".into()), RefusalCode::Malformed),
        (twice, RefusalCode::Malformed),
        (input(" \"@path\"", ""), RefusalCode::Malformed),
        (input("\"@path\"", "\"@path\";req"), RefusalCode::Malformed),
        (input("\"@path\"", "\"@method\""), RefusalCode::Malformed),
        (input("\"@method\"", "\"date\" \"@method\""), RefusalCode::Malformed),
        (input("alg=\"ed25519\";", ""), RefusalCode::Malformed),
        (input("\"ed25519\"", "\"hmac-sha256\""), RefusalCode::Malformed),
        (input("created=1795334400", "created=\"now\""), RefusalCode::Malformed),
        (input("created=1795334400", "created=999999999999999"), RefusalCode::Malformed),
        (input("created=1795334400;", ""), RefusalCode::Malformed),
        (input("keyid=\"", "keyid=\"x"), RefusalCode::Malformed),
        (input(";alg", ";expires=1;alg"), RefusalCode::Malformed),
        (input("khien=(", "a=(\"@path\");tag=\"khien-agent\", khien=("), RefusalCode::Malformed),
        (with("signature", |_| "khien=:AAAA:".into()), RefusalCode::Malformed),
        (with("signature", |_| "khien=\"AAAA\"".into()), RefusalCode::Malformed),
        (with("signature", |_| "khien=:".into()), RefusalCode::Malformed),
        (with(COUNTER_HEADER, |_| "0".into()), RefusalCode::Malformed),
        (with(COUNTER_HEADER, |_| "07".into()), RefusalCode::Malformed),
        (with(COUNTER_HEADER, |_| "+7".into()), RefusalCode::Malformed),
        (with(COUNTER_HEADER, |_| "-7".into()), RefusalCode::Malformed),
        (with(COUNTER_HEADER, |_| "1000000000000000".into()), RefusalCode::Malformed),
        (with("signature", |_| "ư".into()), RefusalCode::Malformed),
        (with("signature", |value| format!("{value:2049}")), RefusalCode::Malformed),
    ] {
        assert_eq!(code(received("POST", REPORTS_PATH, &headers, BODY)), expected, "{headers:?}");
    }
    let query = format!("{REPORTS_PATH}?unit=1");
    assert_eq!(code(received("POST", &query, &signed(), BODY)), RefusalCode::Malformed);
    // As long as a header may be: only blanks were added.
    let padded = with("signature", |value| format!("{value:2048}"));
    assert_eq!(padded.iter().map(|(_, value)| value.len()).max(), Some(MAX_HEADER_BYTES));
    assert!(received("POST", REPORTS_PATH, &padded, BODY).is_ok());
}

#[test]
fn counters_reach_their_bound() {
    let sent = sign(&key(1), "POST", REPORTS_PATH, BODY, MAX_COUNTER, now());
    assert_eq!(received("POST", REPORTS_PATH, &sent, BODY).map(|verified| verified.counter), Ok(MAX_COUNTER));
}

proptest! {
    #[test]
    fn whatever_is_signed_verifies_and_whatever_is_changed_does_not(
        body in vec(any::<u8>(), 0..200),
        counter in 1..=MAX_COUNTER,
        flipped in any::<proptest::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let sent = sign(&key(1), "POST", REPORTS_PATH, &body, counter, now());
        prop_assert_eq!(received("POST", REPORTS_PATH, &sent, &body).map(|verified| verified.counter), Ok(counter));
        if !body.is_empty() {
            let mut changed = body.clone();
            changed[flipped.index(body.len())] ^= 1 << bit;
            prop_assert_eq!(code(received("POST", REPORTS_PATH, &sent, &changed)), RefusalCode::DigestMismatch);
        }
    }
}

#[test]
fn fuzz_headers() {
    // Three headers in one input, parted by zero bytes: what a stranger can send before any key is known.
    bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
        let mut parts = bytes.split(|byte| *byte == 0);
        let mut next = || parts.next().unwrap_or_default();
        let headers = [("signature-input", next()), ("signature", next()), (COUNTER_HEADER, next())];
        if let Ok(head) = RequestHead::new("POST", REPORTS_PATH, headers, now()) {
            let verdict = verify(&head, b"", &key(1).public_key(), now());
            assert!(verdict.is_err(), "no signature was made");
        }
    });
}
