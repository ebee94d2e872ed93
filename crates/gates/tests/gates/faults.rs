//! Clients that hang, vanish or come in crowds.

use std::sync::Arc;
use std::time::Duration;

use khien_gates::clamd::ClamdSettings;
use khien_gates::icap::IcapLimits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::{BLOCKED, CLEAN, LOCKED, Running, Setup, read_until, reqmod};

#[tokio::test]
async fn a_file_of_which_the_end_is_missing_is_never_answered() {
    let running = Running::icap(&Setup::default()).await;
    for content in [CLEAN, BLOCKED] {
        let whole = reqmod("khien", "Allow: 204\r\nPreview: 4096\r\n", "a.doc", content.as_bytes());
        for missing in 1..70 {
            let begin = &whole[..whole.len() - missing];
            let answer = running.ask(begin).await;
            assert!(answer.is_empty(), "{missing}: {}", String::from_utf8_lossy(&answer));
        }
    }
    assert_eq!(running.events(), [], "nothing was decided about what did not come");
}

#[tokio::test]
async fn one_connection_too_many_is_told_so() {
    let running = Running::icap(&Setup::with_limits(IcapLimits { connections: 2, ..IcapLimits::default() })).await;
    let options = b"OPTIONS /khien ICAP/1.0\r\n\r\n";
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = running.connect().await;
        stream.write_all(options).await.unwrap();
        assert!(read_until(&mut stream, "\r\n\r\n").await.contains("Max-Connections: 2"));
        held.push(stream);
    }
    let answer = running.ask_text("OPTIONS /khien ICAP/1.0\r\n\r\n").await;
    assert!(answer.starts_with("ICAP/1.0 503 Service Overloaded\r\nISTag: \""), "{answer}");
    assert!(answer.ends_with("Connection: close\r\nEncapsulated: null-body=0\r\n\r\n"), "{answer}");
    // This client would lock its file away for good.
    assert_eq!(running.ask_text("OPTIONS /nutanix ICAP/1.0\r\n\r\n").await, "");
    // Who says nothing is not waited for.
    let mut silent = Vec::new();
    running.connect().await.read_to_end(&mut silent).await.unwrap();
    assert_eq!(silent, b"");
    let mut freed = held.pop().unwrap();
    freed.shutdown().await.unwrap();
    freed.read_to_end(&mut Vec::new()).await.unwrap();
    drop(freed);
    // The place is free as soon as the gate has seen the end.
    let mut taken = false;
    for _ in 0..500 {
        taken = running.ask(options).await.starts_with(b"ICAP/1.0 200 ");
        if taken {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(taken);
}

#[tokio::test]
async fn who_pauses_within_a_request_is_told_and_who_is_idle_is_not() {
    let limits = IcapLimits { read_seconds: 1, ..IcapLimits::default() };
    let running = Running::icap(&Setup::with_limits(limits)).await;
    let whole = reqmod("khien", "", "a.doc", CLEAN.as_bytes());
    for part in [5, 60, whole.len() - 3] {
        let mut stream = running.connect().await;
        stream.write_all(&whole[..part]).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("ICAP/1.0 408 Request Timeout\r\n"), "{part}: {answer}");
    }
    let limits = IcapLimits { idle_seconds: 1, ..IcapLimits::default() };
    let running = Running::icap(&Setup::with_limits(limits)).await;
    let mut idle = running.connect().await;
    let mut answer = String::new();
    idle.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer, "");
    assert_eq!(running.events(), []);
}

#[tokio::test]
async fn a_request_that_trickles_ends() {
    let limits = IcapLimits { request_seconds: 1, ..IcapLimits::default() };
    let running = Running::icap(&Setup::with_limits(limits)).await;
    let stream = running.connect().await;
    let (mut reading, mut writing) = stream.into_split();
    let trickle = tokio::spawn(async move {
        let mut sent = writing.write_all(b"OPTIONS /khien ICAP/1.0\r\nX: ").await;
        while sent.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
            sent = writing.write_all(b"x").await;
        }
    });
    assert!(read_until(&mut reading, "\r\n\r\n").await.starts_with("ICAP/1.0 408 "));
    trickle.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_a_crowd_is_whole_and_in_its_place() {
    let running = Arc::new(Running::icap(&Setup::default()).await);
    let clients = (0..50).map(|client| {
        let running = Arc::clone(&running);
        tokio::spawn(async move {
            let contents: Vec<&str> = (0..20).map(|number| [CLEAN, BLOCKED, LOCKED][(client + number) % 3]).collect();
            let sent: Vec<u8> = contents
                .iter()
                .flat_map(|content| reqmod("khien", "Allow: 204\r\n", "a.doc", content.as_bytes()))
                .collect();
            let answer = String::from_utf8(running.ask(&sent).await).unwrap();
            let verdicts: Vec<&str> =
                answer.lines().filter_map(|line| line.strip_prefix("X-Khien-Verdict: ")).collect();
            let expected: Vec<&str> = contents
                .iter()
                .map(|content| match *content {
                    CLEAN => "clean",
                    BLOCKED => "blocked",
                    _ => "not_inspected",
                })
                .collect();
            assert_eq!(verdicts, expected);
            assert_eq!(answer.matches("\r\nISTag: \"khien-").count(), contents.len());
            assert_eq!(
                answer.matches("</html>").count(),
                expected.iter().filter(|verdict| **verdict != "clean").count()
            );
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
    assert_eq!(running.events().len(), 50 * 20);
}

#[tokio::test]
async fn clamd_turns_away_and_ends_pauses() {
    let settings = ClamdSettings { connections: 1, read_seconds: 3, ..ClamdSettings::default() };
    let running = Running::clamd(&Setup { clamd: settings, ..Setup::default() }).await;
    let mut first = running.connect().await;
    first.write_all(b"zIDSESSION\0zPING\0").await.unwrap();
    read_until(&mut first, "1: PONG\0").await;
    let mut second = running.connect().await;
    let mut answer = String::new();
    second.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer, "all connections are in use. ERROR\n");
    let mut rest = String::new();
    first.write_all(b"zINSTREAM\0\0\0\0\x05ab").await.unwrap();
    first.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "COMMAND READ TIMED OUT. ERROR\0");
    assert_eq!(running.events(), []);
}
