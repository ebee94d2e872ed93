//! Feeds out of a real web server: what is asked twice, what is too much, too slow, or leads elsewhere.
#![allow(clippy::print_stderr, reason = "a test that misses its peer says so")]

use std::time::{Duration, Instant};

use jiff::Timestamp;
use khien_connect::feed::{Answer, Asked, FeedProblem, MAX_BYTES, MAX_REDIRECTS, fetch, fetch_within, parse};
use khien_test_support::FeedServer;

fn now() -> Timestamp {
    "2026-11-22T08:00:00+07:00".parse().expect("a moment")
}

fn rss(title: &str) -> String {
    format!(
        "<rss version=\"2.0\"><channel><title>x</title><item><title>{title}</title><guid>1</guid></item></channel></rss>"
    )
}

fn server() -> Option<FeedServer> {
    match FeedServer::start() {
        Ok(server) => Some(server),
        Err(reason) => {
            eprintln!("SKIPPED: {reason}");
            None
        }
    }
}

fn plain(server: &FeedServer, path: &str) -> Asked {
    Asked { url: server.plain(path), plain: true, this_machine: true, ..Asked::default() }
}

fn tls(server: &FeedServer, path: &str) -> Asked {
    let authorities = Some(server.certificate.clone());
    Asked { url: server.tls(path), this_machine: true, authorities, ..Asked::default() }
}

/// The titles of what is handed out, and the marks of the version.
fn titles(asked: &Asked) -> (Vec<String>, Option<String>, Option<String>) {
    let Answer::Feed { bytes, charset, etag, last_modified } = fetch(asked).expect("an answer") else {
        panic!("nothing new at {}", asked.url);
    };
    let parsed = parse(&bytes, charset.as_deref(), now()).expect("a feed");
    (parsed.entries.into_iter().map(|entry| entry.title).collect(), etag, last_modified)
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let Some(server) = server() else { return };
    server.put("feed.xml", rss("Một"));
    let (first, etag, last_modified) = titles(&tls(&server, "feed.xml"));
    assert_eq!(first, ["Một"]);
    let by_tag = Asked { etag, ..tls(&server, "feed.xml") };
    assert_eq!(fetch(&by_tag), Ok(Answer::Unchanged));
    let by_date = Asked { last_modified, ..tls(&server, "feed.xml") };
    assert_eq!(fetch(&by_date), Ok(Answer::Unchanged));
    server.put("feed.xml", rss("Hai hai"));
    assert_eq!(titles(&by_tag).0, ["Hai hai"], "another text has another tag");
    let asked = server.asked();
    assert_eq!(asked, ["/feed.xml 200", "/feed.xml 304", "/feed.xml 304", "/feed.xml 200"]);
}

#[test]
fn redirects_are_followed_within_bounds_and_never_to_another_scheme() {
    let Some(server) = server() else { return };
    server.put("feed.xml", rss("Một"));
    assert_eq!(titles(&tls(&server, "moved")).0, ["Một"]);
    assert_eq!(fetch(&tls(&server, "round")), Err(FeedProblem::TooManyRedirects { limit: MAX_REDIRECTS }));
    let rounds = server.asked().iter().filter(|asked| asked.starts_with("/round")).count();
    assert_eq!(rounds, MAX_REDIRECTS + 1);
    let both = Asked { plain: true, ..tls(&server, "elsewhere") };
    assert_eq!(fetch(&both), Err(FeedProblem::OtherScheme { to: server.plain("feed.xml") }), "even if http is allowed");
    let file = fetch(&tls(&server, "to-file"));
    assert!(matches!(file, Err(FeedProblem::OtherScheme { .. })), "{file:?}");
    // A redirect of the server leads no nearer to this machine than the address itself.
    let closed = Asked { this_machine: false, ..plain(&server, "feed.xml") };
    assert_eq!(fetch(&closed), Err(FeedProblem::Forbidden { host: "127.0.0.1".into() }));
}

#[test]
fn what_a_server_refuses_is_told() {
    let Some(server) = server() else { return };
    for (path, code) in [("gone", 410), ("failing", 500), ("closed", 403), ("nothing-there", 404)] {
        assert_eq!(fetch(&plain(&server, path)), Err(FeedProblem::Status { code }), "{path}");
    }
    let stranger = Asked { authorities: None, ..tls(&server, "feed.xml") };
    let refused = fetch(&stranger);
    assert!(matches!(refused, Err(FeedProblem::NotTrusted { .. })), "{refused:?}");
    let no_pem = Asked { authorities: Some("-----BEGIN CERTIFICATE-----\n!".into()), ..tls(&server, "feed.xml") };
    assert!(matches!(fetch(&no_pem), Err(FeedProblem::NotTrusted { .. })));
    let nobody = Asked { url: "http://127.0.0.1:9/".into(), ..plain(&server, "") };
    let unreached = fetch(&nobody);
    assert!(matches!(unreached, Err(FeedProblem::Unreachable { .. })), "{unreached:?}");
}

#[test]
fn size_and_time_are_bounded() {
    let Some(server) = server() else { return };
    let most = usize::try_from(MAX_BYTES).expect("small");
    let mut text = rss("Một");
    text.push_str(&" ".repeat(most - text.len()));
    server.put("largest.xml", &text);
    assert_eq!(titles(&plain(&server, "largest.xml")).0, ["Một"]);
    text.push(' ');
    server.put("larger.xml", &text);
    assert_eq!(fetch(&plain(&server, "larger.xml")), Err(FeedProblem::TooLarge { limit: MAX_BYTES }));
    server.put("huge.xml", vec![b' '; 64 * 1024 * 1024]);
    assert_eq!(fetch(&plain(&server, "huge.xml")), Err(FeedProblem::TooLarge { limit: MAX_BYTES }));
    let begun = Instant::now();
    let slow = fetch_within(&plain(&server, "slow/largest.xml"), Duration::from_secs(1));
    assert_eq!(slow, Err(FeedProblem::TimedOut { seconds: 1 }));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn letters_are_read_whatever_the_server_says() {
    let Some(server) = server() else { return };
    let utf16: Vec<u8> = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-16\"?>"
        .chars()
        .chain(rss("Cảnh báo Đà Nẵng").chars())
        .collect::<String>()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    server.put("utf16.xml", utf16);
    assert_eq!(titles(&plain(&server, "utf16.xml")).0, ["Cảnh báo Đà Nẵng"]);
    server.put("feed.xml", rss("Cảnh báo"));
    assert_eq!(titles(&plain(&server, "windows/feed.xml")).0, ["Cảnh báo"], "good UTF-8 is that");
    let windows = [
        rss("@").split('@').next().expect("a part").as_bytes(),
        b"\xd0\xe0 N\xe3\xdeng",
        rss("@").split('@').nth(1).expect("a part").as_bytes(),
    ]
    .concat();
    server.put("old.xml", windows);
    assert_eq!(titles(&plain(&server, "windows/old.xml")).0, ["Đà Nẵng"]);
    server.put("page.html", "<!DOCTYPE html><html><body>Trang</body></html>");
    let Ok(Answer::Feed { bytes, .. }) = fetch(&plain(&server, "page.html")) else { panic!("no page") };
    assert_eq!(parse(&bytes, None, now()), Err(FeedProblem::NoFeed));
}
