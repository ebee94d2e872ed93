//! How texts are cut into paragraphs, lists and addresses; and feeds out of a real web server.
#![allow(clippy::print_stderr, reason = "a test that misses its peer says so")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use khien_model::{Subject, SubjectKind, Unit, UnitName, UnitRegister};
use khien_store::advisories::{self, Audience, Feed};
use khien_store::people::{self, Person};
use khien_store::{Actor, Store, StoreOptions, assignments, facts, subjects, units};
use khien_test_support::{Database, FeedServer};

use super::job;
use super::lines::{Part, Span, parts};
use crate::config::{Feeds, Settings};
use crate::state::AppState;

/// What is shown, with addresses in `<>` and things of a list after `*`.
fn shown(text: &str) -> String {
    let line = |spans: &[Span]| -> String {
        spans.iter().map(|span| if span.is_link { format!("<{}>", span.text) } else { span.text.clone() }).collect()
    };
    let part = |part: &Part| match part {
        Part::Paragraph(spans) => line(spans),
        Part::List(items) => items.iter().map(|item| format!("*{}", line(item))).collect(),
    };
    parts(text).iter().map(part).collect::<Vec<_>>().join("|")
}

#[test]
fn texts_are_cut_as_they_are_written() {
    for (text, expected) in [
        ("", ""),
        ("Một\n\n  hai ", "Một|hai"),
        ("Làm:\n- một\n- hai\nxong\n-ba", "Làm:|*một*hai|xong|-ba"),
        ("xem (https://moj.gov.vn/a) ngay.", "xem (<https://moj.gov.vn/a>) ngay."),
        ("https://a.vn/b?c=1&d=2.", "<https://a.vn/b?c=1&d=2>."),
        ("http://a.vn https://b.vn", "<http://a.vn> <https://b.vn>"),
        ("javascript:alert(1) ftp://a.vn https:// http://)", "javascript:alert(1) ftp://a.vn https:// http://)"),
        ("“https://a.vn”", "“<https://a.vn>”"),
        ("- https://a.vn/ệ", "*<https://a.vn/ệ>"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

fn first() -> Timestamp {
    "2026-11-22T08:00:00+07:00".parse().expect("a moment")
}

/// An office with one unit, somebody in it, and two feeds of `server`.
async fn office(database: &Database, server: &FeedServer) -> Store {
    let store = Store::open(database.url(), &StoreOptions::default()).await.expect("a store");
    let mut change = store.begin(Actor::System, first()).await.expect("a change");
    let founded = jiff::civil::date(2026, 1, 5);
    let name = UnitName { name: "Một".into(), abbreviation: None, valid_from: founded, valid_to: None };
    let unit =
        Unit { id: "mot".into(), kind: None, names: vec![name], parents: vec![], valid_from: founded, valid_to: None };
    units::replace(&mut change, &UnitRegister { units: vec![unit], successions: vec![] }).await.expect("units");
    let person =
        Person { id: "an".into(), name: "An".into(), position: None, email: None, language: None, created_at: first() };
    people::insert(&mut change, &person).await.expect("a person");
    subjects::enter(&mut change, &an(), "An").await.expect("a subject");
    assignments::assign(&mut change, &an(), "mot", founded).await.expect("a unit");
    for (id, url) in [("good", server.tls("feed.xml")), ("slow", server.tls("gone"))] {
        let feed = Feed {
            id: id.into(),
            name: id.into(),
            url,
            plain: false,
            audience: Audience { unit: "mot".into(), role: None },
            every_minutes: 15,
            created_by: "an".into(),
            created_at: first(),
            ended_at: None,
            etag: None,
            last_modified: None,
            tried_at: None,
            read_at: None,
            problem: None,
            left_out: 0,
            next_at: None,
        };
        advisories::insert_feed(&mut change, &feed).await.expect("a feed");
    }
    change.commit().await.expect("kept");
    store
}

fn an() -> Subject {
    Subject { kind: SubjectKind::Person, id: "an".into() }
}

async fn unread(store: &Store) -> Option<u64> {
    let document = facts::document(store, &an()).await.expect("read").expect("somebody");
    let document = serde_json::to_value(document).expect("JSON");
    document.pointer("/person/facts/advisories/value/unread").and_then(serde_json::Value::as_u64)
}

async fn feed(store: &Store, id: &str) -> Feed {
    advisories::find_feed(store, id).await.expect("read").expect("a feed")
}

fn rss(titles: &[&str]) -> String {
    let items = titles.iter().map(|title| {
        let text = "<![CDATA[<p>Bản vá <b>mới</b></p><script>x</script>]]>";
        format!("<item><title>{title}</title><guid>{title}</guid><description>{text}</description></item>")
    });
    format!("<rss version=\"2.0\"><channel><title>x</title>{}</channel></rss>", items.collect::<String>())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn feeds_are_read_when_they_are_due_and_nothing_is_lost_when_one_breaks() {
    let server = match FeedServer::start() {
        Ok(server) => server,
        Err(reason) => return eprintln!("SKIPPED: {reason}"),
    };
    let (database, folder) = (Database::sqlite(), tempfile::tempdir().expect("a folder"));
    let authority = folder.path().join("authority.pem");
    std::fs::write(&authority, &server.certificate).expect("written");
    let store = office(&database, &server).await;
    let clock = Arc::new(AtomicI64::new(first().as_second()));
    let shown = Arc::clone(&clock);
    let now = Arc::new(move || Timestamp::from_second(shown.load(Ordering::Relaxed)).expect("a moment"));
    let feeds = Feeds { authority: Some(authority), this_machine: true };
    let settings = Settings { feeds, ..Settings::default() };
    let state = AppState::new(store.clone(), settings, None, "one", now);
    let run = async |minutes: i64| {
        clock.fetch_add(minutes * 60, Ordering::Relaxed);
        job::read(state.clone(), (state.clock)()).await.expect("done")
    };
    server.put("feed.xml", rss(&["Vá Chrome", "Vá Windows"]));
    assert_eq!(run(0).await, "1 feeds read, 1 failed, 2 new entries");
    assert_eq!(unread(&store).await, Some(2), "in the same run");
    assert_eq!(feed(&store, "slow").await.problem, Some(("feed-status".into(), "410".into())));
    let texts: Vec<String> =
        advisories::latest(&store, 9).await.expect("read").into_iter().map(|advisory| advisory.text).collect();
    assert_eq!(texts, ["Bản vá mới", "Bản vá mới"]);
    assert_eq!(run(14).await, "0 feeds read, 0 failed, 0 new entries", "none is due");
    assert_eq!(run(1).await, "1 feeds read, 1 failed, 0 new entries");
    assert_eq!(server.asked().iter().filter(|asked| *asked == "/feed.xml 304").count(), 1);

    server.put("feed.xml", "<!DOCTYPE html><html><body>Bảo trì</body></html>");
    let before = feed(&store, "good").await;
    assert_eq!(run(15).await, "0 feeds read, 2 failed, 0 new entries");
    let broken = feed(&store, "good").await;
    assert_eq!(broken.problem, Some(("feed-no-feed".into(), String::new())));
    assert_eq!((broken.read_at, broken.etag), (before.read_at, before.etag));
    assert_eq!(advisories::latest(&store, 9).await.expect("read").len(), 2);
    server.put("feed.xml", rss(&["Vá Chrome", "Vá Windows", "Vá Zalo"]));
    assert_eq!(run(15).await, "1 feeds read, 1 failed, 1 new entries");
    assert_eq!((feed(&store, "good").await.problem, unread(&store).await), (None, Some(3)));
    store.close().await;
}

#[tokio::test]
async fn without_its_certificates_no_feed_is_read_and_it_is_told() {
    let server = match FeedServer::start() {
        Ok(server) => server,
        Err(reason) => return eprintln!("SKIPPED: {reason}"),
    };
    let database = Database::sqlite();
    let store = office(&database, &server).await;
    let feeds = Feeds { authority: Some("/nonexistent/authority.pem".into()), this_machine: true };
    let settings = Settings { feeds, ..Settings::default() };
    let state = AppState::new(store.clone(), settings, None, "one", Arc::new(first));
    assert_eq!(job::read(state, first()).await.expect("done"), "0 feeds read, 2 failed, 0 new entries");
    let problem = feed(&store, "good").await.problem.expect("a problem");
    assert!(problem.0 == "feed-not-trusted" && problem.1.contains("authority.pem"), "{problem:?}");
    store.close().await;
}
