//! ICAP: what a gate does with files, limits and policies.

use std::time::Duration;

use khien_gates::icap::{DISCARDED_TIMES, IcapLimits, IcapSettings, MAX_HEADERS, Service};
use khien_gates::{GatePolicy, NotInspected};
use khien_inspect::Verdict;
use tokio::io::AsyncWriteExt as _;

use crate::support::{BLOCKED, CLEAN, CRASH, ENDLESS, LOCKED, Running, Setup, end_of, read_until, reqmod, unchunked};

const ALLOW: &str = "Allow: 204\r\n";

/// The first line of an answer, and what stands in its `X-Khien-Verdict` and `X-Khien-Reason`.
fn told(answer: &str) -> (&str, &str, &str) {
    let header = |name: &str| answer.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("");
    (answer.lines().next().unwrap_or(""), header("X-Khien-Verdict: "), header("X-Khien-Reason: "))
}

#[tokio::test]
async fn a_large_file_goes_back_as_it_came_and_a_blocked_one_not_at_all() {
    for memory_bytes in [khien_gates::MEMORY_BYTES, 1000] {
        let running = Running::icap(&Setup { memory_bytes, ..Setup::default() }).await;
        let large: Vec<u8> = (0..6_000_000_u32).flat_map(u32::to_be_bytes).collect();
        let answer = running.ask(&reqmod("khien", "", "lớn.bin", &large)).await;
        let head = end_of(&answer, b"files.example\r\n\r\n");
        assert!(answer.starts_with(b"ICAP/1.0 200 OK\r\n"));
        assert!(unchunked(&answer[head..]) == large, "what goes back is what came");

        let bad = [large.as_slice(), BLOCKED.as_bytes()].concat();
        let answer = running.ask(&reqmod("khien", "", "lớn.bin", &bad)).await;
        let text = String::from_utf8(answer).expect("a page, and nothing of the file");
        assert_eq!(told(&text), ("ICAP/1.0 200 OK", "blocked", "Khien.test-word"));
        assert!(text.contains("HTTP/1.1 403 Forbidden") && text.len() < 10_000, "{}", text.len());
        let verdicts: Vec<Verdict> = running.events().iter().map(|(verdict, ..)| *verdict).collect();
        assert_eq!(verdicts, [Verdict::Clean, Verdict::Blocked]);
        let events = running.journal.0.lock().unwrap();
        assert_eq!((events[0].size, events[0].name.as_str()), (24_000_000, "lớn.bin"));
    }
}

#[tokio::test]
async fn the_policy_decides_and_nothing_unread_is_called_clean() {
    let policy = |not_inspected| GatePolicy { not_inspected, ..GatePolicy::default() };
    let reason = "Khien.NotInspected.Encrypted";
    let cases = [
        (NotInspected::Block, "nextcloud", ("ICAP/1.0 200 OK", "not_inspected", reason), "password_protected"),
        (NotInspected::Block, "khien", ("ICAP/1.0 200 OK", "not_inspected", reason), ""),
        (
            NotInspected::Tell,
            "nextcloud",
            ("ICAP/1.0 500 Not Inspected", "not_inspected", reason),
            "password_protected",
        ),
        (NotInspected::Tell, "khien", ("ICAP/1.0 200 OK", "not_inspected", reason), ""),
        (NotInspected::Tell, "nutanix", ("ICAP/1.0 200 OK", "not_inspected", reason), ""),
        (NotInspected::Pass, "khien", ("ICAP/1.0 204 No Modifications Needed", "not_inspected", reason), ""),
    ];
    for (not_inspected, service, expected, code) in cases {
        let running = Running::icap(&Setup { policy: policy(not_inspected), ..Setup::default() }).await;
        let answer = running.ask(&reqmod(service, ALLOW, "a.zip", LOCKED.as_bytes())).await;
        let answer = String::from_utf8(answer).unwrap();
        assert_eq!(told(&answer), expected, "{not_inspected:?} {service}");
        let said = answer.lines().find_map(|line| line.strip_prefix("X-Error-Code: ")).unwrap_or("");
        assert_eq!(said, code, "{not_inspected:?} {service}");
        let passes = not_inspected == NotInspected::Pass;
        assert_eq!(answer.contains("X-Infection-Found"), !passes && !answer.contains(" 500 "), "{answer}");
        assert_eq!(running.events()[0].1, passes);
    }
}

#[tokio::test]
async fn a_scanner_that_fails_has_not_scanned() {
    let short = Setup { scan_time: Duration::from_millis(50), ..Setup::default() };
    let cases = [
        (Setup::default(), CRASH, "Khien.NotInspected.ReaderCrashed"),
        (short, ENDLESS, "Khien.NotInspected.Limit.Seconds"),
    ];
    for (setup, content, reason) in cases {
        let running = Running::icap(&setup).await;
        let answer = running.ask(&reqmod("nutanix", ALLOW, "a.zip", content.as_bytes())).await;
        let answer = String::from_utf8(answer).unwrap();
        assert_eq!(told(&answer), ("ICAP/1.0 200 OK", "not_inspected", reason));
        assert!(answer.contains("403 Forbidden"));
        assert!(running.ask(b"OPTIONS /khien ICAP/1.0\r\n\r\n").await.starts_with(b"ICAP/1.0 200 "), "it lives on");
    }
}

#[tokio::test]
async fn one_byte_more_than_the_largest_body_is_not_inspected() {
    let running = Running::icap(&Setup::with_limits(IcapLimits { body_bytes: 100, ..IcapLimits::default() })).await;
    let at = String::from_utf8(running.ask(&reqmod("khien", ALLOW, "a", &[b'a'; 100])).await).unwrap();
    assert_eq!(told(&at).1, "clean");
    // Two at once: behind a body that was too large the next request is found.
    let two = [reqmod("khien", "", "a", &[b'a'; 101]), reqmod("khien", ALLOW, "b", &[b'b'; 100])].concat();
    let beyond = String::from_utf8(running.ask(&two).await).unwrap();
    assert_eq!(told(&beyond), ("ICAP/1.0 200 OK", "not_inspected", "Khien.NotInspected.Limit.InputBytes"));
    assert!(beyond.contains("giới hạn 100 byte") && beyond.contains("ICAP/1.0 204 "), "{beyond}");
    assert_eq!(running.journal.0.lock().unwrap()[1].size, 101);
}

#[tokio::test]
async fn what_was_not_kept_goes_on_only_where_the_client_has_it() {
    let policy = GatePolicy { not_inspected: NotInspected::Pass, ..GatePolicy::default() };
    let setup = Setup::with_limits(IcapLimits { body_bytes: 10, ..IcapLimits::default() });
    let running = Running::icap(&Setup { policy, ..setup }).await;
    for (allow, line) in [(ALLOW, "ICAP/1.0 204 No Modifications Needed"), ("", "ICAP/1.0 200 OK")] {
        let answer = String::from_utf8(running.ask(&reqmod("khien", allow, "a", CLEAN.as_bytes())).await).unwrap();
        assert_eq!(told(&answer), (line, "not_inspected", "Khien.NotInspected.Limit.InputBytes"));
        assert_eq!(answer.contains("403 Forbidden"), allow.is_empty(), "{answer}");
    }
    let passed: Vec<bool> = running.events().iter().map(|(_, passed, _)| *passed).collect();
    assert_eq!(passed, [true, false]);
}

/// 206 (ICAP Partial Content Extension) is allowed within a preview by `Allow: 206`, and outside of it by `Allow: 204, 206` alone:
/// wherever it may be, 204 may be too. See decision 0014.
#[tokio::test]
async fn a_client_that_allows_206_gets_204_or_its_body() {
    let running = Running::icap(&Setup::default()).await;
    let head = "PUT /a.txt HTTP/1.1\r\nHost: h\r\n\r\n";
    let ask = |more: &str, body: &str| {
        let length = head.len();
        format!(
            "REQMOD icap://h/khien ICAP/1.0\r\nHost: h\r\n{more}Encapsulated: req-hdr=0, req-body={length}\r\n\r\n{head}{body}"
        )
    };
    let whole = "9\r\nxin chao\n\r\n0\r\n\r\n";
    let within = "9\r\nxin chao\n\r\n0; ieof\r\n\r\n";
    let beyond = "4\r\nxin \r\n0\r\n\r\n5\r\nchao\n\r\n0\r\n\r\n";
    let (unchanged, echoed) = ("ICAP/1.0 204 No Modifications Needed\r\n", "ICAP/1.0 200 OK\r\n");
    let cases = [
        ("", whole, echoed),
        ("Allow: 206\r\n", whole, echoed),
        ("Allow: 2040, 206\r\n", whole, echoed),
        ("Allow: 204, 206\r\n", whole, unchanged),
        ("Allow: 206\r\nPreview: 9\r\n", within, unchanged),
        ("Allow: 206\r\nPreview: 4\r\n", beyond, echoed),
        ("Allow: 206, trailers, 204\r\nPreview: 4\r\n", beyond, unchanged),
    ];
    for (more, body, line) in cases {
        let answer = running.ask_text(&ask(more, body)).await;
        let answer = answer.strip_prefix("ICAP/1.0 100 Continue\r\n\r\n").unwrap_or(&answer);
        assert!(answer.starts_with(line), "{more}: {answer}");
        assert!(
            answer.contains("X-Khien-Verdict: clean\r\n") && !answer.contains("use-original-body"),
            "{more}: {answer}"
        );
        assert_eq!(answer.ends_with(&format!("{head}{whole}")), line == echoed, "{more}: {answer}");
    }
    let options = running.ask_text("OPTIONS icap://h/khien ICAP/1.0\r\nHost: h\r\nAllow: 206\r\n\r\n").await;
    assert!(options.contains("Allow: 204\r\n"), "{options}");
}

#[tokio::test]
async fn a_body_without_end_is_not_read_for_ever() {
    let body_bytes = 100;
    let running = Running::icap(&Setup::with_limits(IcapLimits { body_bytes, ..IcapLimits::default() })).await;
    let most = usize::try_from(body_bytes * DISCARDED_TIMES).unwrap();
    for (bytes, is_answered) in [(most, false), (most + 1, true)] {
        let whole = reqmod("khien", ALLOW, "a", &vec![b'a'; bytes]);
        // Without its last chunk it has no end.
        let answer = running.ask_text(std::str::from_utf8(&whole[..whole.len() - 7]).unwrap()).await;
        assert_eq!(answer.contains("X-Khien-Reason: Khien.NotInspected.Limit.InputBytes"), is_answered, "{answer}");
        assert_eq!(answer.contains("Connection: close"), is_answered, "{answer}");
    }
}

#[tokio::test]
async fn a_part_of_a_file_is_not_the_file() {
    let running = Running::icap(&Setup::default()).await;
    let http = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-25/100\r\n\r\n";
    let request = format!(
        "RESPMOD icap://h/khien ICAP/1.0\r\nAllow: 204\r\nEncapsulated: res-hdr=0, res-body={}\r\n\r\n{http}1a\r\n{CLEAN}\r\n0\r\n\r\n",
        http.len()
    );
    let answer = running.ask_text(&request).await;
    assert_eq!(told(&answer), ("ICAP/1.0 200 OK", "not_inspected", "Khien.NotInspected.Incomplete"));
}

#[tokio::test]
async fn what_the_scanner_is_told() {
    let running = Running::icap(&Setup::default()).await;
    let file = |name: &str, content: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{name}\"\r\n\r\n{content}\r\n")
    };
    let form = format!("{}{}{}--b--\r\n", file("một.doc", CLEAN), file("hai.doc", CLEAN), file("ba.doc", BLOCKED));
    let http = "POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Encoding: identity\r\n\r\n";
    let request = format!(
        "REQMOD icap://h/khien ICAP/1.0\r\nX-Client-IP: 10.1.1.1\r\nEncapsulated: req-hdr=0, req-body={}\r\n\r\n{http}{:x}\r\n{form}\r\n0\r\n\r\n",
        http.len(),
        form.len()
    );
    assert_eq!(told(&running.ask_text(&request).await).1, "blocked");
    let uploads = running.scanner.uploads.lock().unwrap();
    let upload = &uploads[0];
    assert_eq!((upload.name.as_str(), upload.client.as_deref()), ("một.doc", Some("10.1.1.1")));
    assert_eq!(upload.content_type.as_deref(), Some("multipart/form-data; boundary=b"));
    assert_eq!(upload.body.bytes().unwrap().as_ref(), form.as_bytes());
    let events = running.journal.0.lock().unwrap();
    assert_eq!(
        (events[0].at, events[0].gate.as_str(), events[0].rules.as_str()),
        (crate::support::noon(), "test", "rules-1")
    );
    assert_eq!(events[0].sha256, upload.body.sha256());
}

#[tokio::test]
async fn other_rules_another_tag() {
    let running = Running::icap(&Setup::default()).await;
    let options = "OPTIONS icap://h/khien ICAP/1.0\r\n\r\n";
    let tag = |answer: &str| answer.lines().find(|line| line.starts_with("ISTag: \"")).unwrap().to_owned();
    let before = tag(&running.ask_text(options).await);
    assert_eq!(before, tag(&running.ask_text(options).await));
    "rules-2".clone_into(&mut running.scanner.rules.lock().unwrap());
    assert_ne!(before, tag(&running.ask_text(options).await));
}

#[tokio::test]
async fn what_is_wrong_is_said_and_ends_the_connection() {
    let running = Running::icap(&Setup::default()).await;
    let many = format!("OPTIONS /khien ICAP/1.0\r\n{}\r\n", "a: b\r\n".repeat(MAX_HEADERS + 1));
    let long = format!("OPTIONS /khien ICAP/1.0\r\nX: {}\r\n\r\n", "a".repeat(khien_gates::icap::MAX_HEAD_BYTES));
    let empty = "\r\n".repeat(khien_gates::icap::MAX_HEAD_BYTES);
    let body = |chunks: &str| format!("REQMOD /khien ICAP/1.0\r\nEncapsulated: req-body=0\r\n\r\n{chunks}");
    let cases = [
        ("GET / HTTP/1.1\r\n\r\n".to_owned(), "400 Bad Request"),
        (many, "400 Bad Request"),
        (long, "400 Bad Request"),
        (empty, "400 Bad Request"),
        ("REQMOD /khien ICAP/1.0\r\n\r\n".to_owned(), "400 Bad Request"),
        ("REQMOD /khien ICAP/1.0\r\nEncapsulated: opt-body=0\r\n\r\n0\r\n\r\n".to_owned(), "400 Bad Request"),
        (body("x\r\n"), "400 Bad Request"),
        (body("1\r\nab\r\n"), "400 Bad Request"),
        (
            "REQMOD /other ICAP/1.0\r\nEncapsulated: req-body=0\r\n\r\n0\r\n\r\n".to_owned(),
            "404 ICAP Service Not Found",
        ),
        ("LOGMOD /khien ICAP/1.0\r\n\r\n".to_owned(), "501 Method Not Implemented"),
        ("OPTIONS /khien ICAP/1.1\r\n\r\n".to_owned(), "505 ICAP Version Not Supported"),
    ];
    for (request, status) in cases {
        let answer = running.ask_text(&format!("{request}OPTIONS /khien ICAP/1.0\r\n\r\n")).await;
        assert_eq!(answer.lines().next(), Some(format!("ICAP/1.0 {status}").as_str()), "{answer}");
        let answers = answer.lines().filter(|line| line.starts_with("ICAP/1.0")).count();
        assert_eq!(answers, 1, "{answer}");
        assert!(answer.contains("Connection: close\r\nEncapsulated: null-body=0\r\n\r\n"), "{answer}");
        assert!(answer.contains("\r\nISTag: \"") && answer.contains("\r\nX-Khien-Error: "), "{answer}");
    }
    assert_eq!(running.events(), []);
}

#[tokio::test]
async fn options_may_carry_a_body() {
    let running = Running::icap(&Setup::default()).await;
    let request = "OPTIONS /khien ICAP/1.0\r\nEncapsulated: opt-body=0\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    let answer = running.ask_text(&request.repeat(2)).await;
    assert_eq!(answer.matches("ICAP/1.0 200 OK").count(), 2, "{answer}");
}

#[tokio::test]
async fn the_preview_can_be_left_out() {
    let icap = IcapSettings {
        preview_bytes: None,
        services: vec![Service { name: "quét".to_owned(), profile: "standard".to_owned() }],
        ..IcapSettings::default()
    };
    let running = Running::icap(&Setup { icap, ..Setup::default() }).await;
    let answer = running.ask_text("OPTIONS icap://h/quét ICAP/1.0\r\n\r\n").await;
    assert!(answer.contains("Transfer-Complete: *") && !answer.contains("Preview:"), "{answer}");
    assert!(running.ask_text("OPTIONS icap://h/khien ICAP/1.0\r\n\r\n").await.contains(" 404 "));
}

#[tokio::test]
async fn what_was_begun_is_answered_when_the_gate_ends() {
    let mut running = Running::icap(&Setup::default()).await;
    let mut idle = running.connect().await;
    idle.write_all(b"OPTIONS /khien ICAP/1.0\r\n\r\n").await.unwrap();
    read_until(&mut idle, "\r\n\r\n").await;
    let mut busy = running.connect().await;
    let request = reqmod("khien", ALLOW, "a", CLEAN.as_bytes());
    let (begin, end) = request.split_at(request.len() - 20);
    busy.write_all(begin).await.unwrap();
    // The head must have been taken before the gate ends: an answer on another connection comes after it.
    busy.flush().await.unwrap();
    running.ask(b"OPTIONS /khien ICAP/1.0\r\n\r\n").await;
    drop(running.end.take());
    busy.write_all(end).await.unwrap();
    assert!(read_until(&mut busy, "\r\n\r\n").await.starts_with("ICAP/1.0 204 "));
    drop((idle, busy));
    running.task.await.unwrap();
}
