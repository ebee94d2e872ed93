//! What is read out of feeds as they come: good ones, odd ones and hostile ones.

use jiff::Timestamp;
use khien_connect::feed::{Entry, FeedProblem, MAX_BYTES, MAX_ENTRIES, MAX_KEY, MAX_TEXT, MAX_TITLE, Parsed, parse};
use proptest::prelude::*;

fn now() -> Timestamp {
    "2026-11-22T08:00:00+07:00".parse().expect("a moment")
}

fn read(text: &str) -> Result<Parsed, FeedProblem> {
    parse(text.as_bytes(), None, now())
}

fn rss(items: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"><channel><title>Cảnh báo</title>{items}</channel></rss>"
    )
}

fn one(items: &str) -> Entry {
    let parsed = read(&rss(items)).expect("a feed");
    assert_eq!(parsed.entries.len(), 1, "{items}");
    parsed.entries.into_iter().next().expect("an entry")
}

#[test]
fn rss_is_read() {
    let entry = one(
        "<item><title>Lỗ hổng &amp; bản vá</title><link>https://moj.gov.vn/canh-bao/1</link><guid>cb-1</guid>
         <pubDate>Fri, 20 Nov 2026 08:30:00 +0700</pubDate>
         <description><![CDATA[<p>Cập nhật <b>ngay</b>.</p><ul><li>Máy trạm</li></ul><script>alert(1)</script>]]></description></item>",
    );
    let expected = Entry {
        key: "cb-1".into(),
        title: "Lỗ hổng & bản vá".into(),
        text: "Cập nhật ngay.\n- Máy trạm".into(),
        link: Some("https://moj.gov.vn/canh-bao/1".into()),
        dated_at: Some("2026-11-20T01:30:00Z".parse().expect("a moment")),
    };
    assert_eq!(entry, expected);
}

#[test]
fn atom_and_older_kinds_are_read() {
    let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>x</title><id>f</id><updated>2026-11-20T01:30:00Z</updated>
        <entry><title type=\"html\">Cảnh &lt;b&gt;báo&lt;/b&gt;</title><id>urn:1</id><updated>2026-11-20T01:30:00Z</updated>
        <link rel=\"self\" href=\"https://a.vn/feed\"/><link href=\"https://a.vn/1\"/>
        <content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Một</p><p>Hai</p></div></content></entry></feed>";
    let parsed = read(atom).expect("Atom");
    assert_eq!(parsed.entries[0].title, "Cảnh báo");
    assert_eq!(parsed.entries[0].text, "Một\nHai");
    assert_eq!(parsed.entries[0].link.as_deref(), Some("https://a.vn/1"));
    let old = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\">
        <channel rdf:about=\"https://a.vn\"><title>x</title><link>https://a.vn</link><description>x</description></channel>
        <item rdf:about=\"https://a.vn/1\"><title>Cũ</title><link>https://a.vn/1</link></item></rdf:RDF>";
    assert_eq!(read(old).expect("RSS 1.0").entries[0].title, "Cũ");
}

#[test]
fn what_an_entry_lacks_is_made_up_for_in_the_same_way_each_time() {
    let no_guid = one("<item><title>A</title><link>https://a.vn/1</link></item>");
    assert_eq!((no_guid.key.as_str(), no_guid.dated_at), ("https://a.vn/1", None));
    let no_link = one("<item><title>A</title></item>");
    assert_eq!((no_link.key.as_str(), no_link.text.as_str()), ("A", "A"));
    let no_title = one("<item><description>Dòng một\nDòng hai</description></item>");
    assert_eq!((no_title.title.as_str(), no_title.text.as_str()), ("Dòng một", "Dòng một\nDòng hai"));
    assert_eq!(one("<item/><item><title> </title></item><item><title>A</title></item>").title, "A");
    let future = one("<item><title>A</title><pubDate>Fri, 20 Nov 2099 08:30:00 +0700</pubDate></item>");
    assert_eq!(future.dated_at, Some(now()));
    let no_date = one("<item><title>A</title><pubDate>hôm qua</pubDate></item>");
    assert_eq!(no_date.dated_at, None);
    // Decomposed letters come out composed.
    assert_eq!(one("<item><title>Ca\u{309}nh ba\u{301}o</title></item>").title, "Cảnh báo");
    let hostile = one("<item><title>A</title><link>javascript:alert(1)</link><guid>https://a.vn/2</guid></item>");
    assert_ne!(hostile.link.as_deref(), Some("javascript:alert(1)"));
}

#[test]
fn bounds_hold_at_the_limit() {
    let items =
        |count: usize| (0..count).map(|number| format!("<item><title>{number}</title></item>")).collect::<String>();
    let parsed = read(&rss(&items(MAX_ENTRIES))).expect("a feed");
    assert_eq!((parsed.entries.len(), parsed.left_out), (MAX_ENTRIES, 0));
    let parsed = read(&rss(&items(MAX_ENTRIES + 1))).expect("a feed");
    assert_eq!((parsed.entries.len(), parsed.left_out), (MAX_ENTRIES, 1));
    assert_eq!(parsed.entries[0].title, "0");
    for (letters, is_cut) in [(MAX_TITLE, false), (MAX_TITLE + 1, true)] {
        let title = one(&format!("<item><title>{}</title></item>", "ạ".repeat(letters))).title;
        assert_eq!((title.chars().count(), title.ends_with('…')), (MAX_TITLE, is_cut));
    }
    for (letters, is_cut) in [(MAX_TEXT, false), (MAX_TEXT + 1, true)] {
        let text = one(&format!("<item><description>{}</description></item>", "ạ".repeat(letters))).text;
        assert_eq!((text.chars().count(), text.ends_with('…')), (MAX_TEXT, is_cut));
    }
    let key = one(&format!("<item><title>A</title><guid>{}</guid></item>", "a".repeat(MAX_KEY + 1))).key;
    assert_eq!(key.len(), MAX_KEY);
    let most = usize::try_from(MAX_BYTES).expect("small");
    let mut largest = rss("<item><title>A</title></item>");
    largest.push_str(&" ".repeat(most - largest.len()));
    assert_eq!(read(&largest).expect("a feed").entries.len(), 1);
    largest.push(' ');
    assert_eq!(read(&largest), Err(FeedProblem::TooLarge { limit: MAX_BYTES }));
}

#[test]
fn what_is_no_feed_is_refused() {
    let laughs = "<!DOCTYPE rss [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><rss version=\"2.0\"><channel>
        <item><title>&b;</title></item></channel></rss>";
    let file = "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>
        <rss version=\"2.0\"><channel><item><title>&x;</title></item></channel></rss>";
    for hostile in [laughs, file, "<!DOCTYPE r [<!ENTITY a \"a\">"] {
        assert_eq!(read(hostile), Err(FeedProblem::Entities));
    }
    for page in [
        "",
        "{}",
        "{\"version\": \"https://jsonfeed.org/version/1\"}",
        "<!DOCTYPE html><html><body>404</body></html>",
        "<opml/>",
    ] {
        assert_eq!(read(page), Err(FeedProblem::NoFeed), "{page}");
    }
    let whole = rss("<item><title>A</title></item><item><title>B</title></item>");
    let half = whole.get(..whole.len() / 2).expect("ASCII there");
    for broken in [half, "<rss version=\"2.0\"><channel><item></channel></rss>", "<feed><entry></feed>"] {
        let refused = read(broken);
        assert!(matches!(refused, Err(FeedProblem::Broken { .. })), "{broken}: {refused:?}");
    }
    // An article about entities is none.
    assert_eq!(
        one("<item><title>A</title><description><![CDATA[&lt;!ENTITY x]]></description></item>").text,
        "<!ENTITY x"
    );
    // An entity that nobody defined stays as it was written.
    assert_eq!(one("<item><title>A&nbsp;B &x;</title></item>").title, "A B &x;");
}

#[test]
fn deep_nesting_is_no_trouble() {
    let nested =
        |deep: usize| rss(&format!("<item><title>A</title>{}{}</item>", "<a>".repeat(deep), "</a>".repeat(deep)));
    assert_eq!(read(&nested(50_000)).expect("a feed").entries.len(), 1);
    // The XML reader has a bound of its own.
    let deeper = read(&nested(100_000));
    assert!(matches!(deeper, Err(FeedProblem::Broken { .. })), "{deeper:?}");
    let wide = rss(&"<item><media:group><media:content/></media:group></item>".repeat(2_000));
    assert!(read(&wide).is_ok_and(|parsed| parsed.entries.is_empty()));
}

/// A fuzz target: as a plain test it runs some seconds' worth of inputs; `cargo bolero test` runs it with a fuzzer. What is made
/// up stands once for a whole feed and once for an entry of a good one.
#[test]
fn nothing_from_outside_makes_it_fall() {
    bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
        let _ = parse(bytes, None, now());
        let _ = parse(bytes, Some("windows-1258"), now());
        let item = format!("<item><description><![CDATA[{}", String::from_utf8_lossy(bytes));
        let _ = read(&rss(&item));
        let _ = read(&rss(&format!("{item}]]></description></item>")));
    });
}

proptest! {
    #[test]
    fn whatever_stands_in_an_entry_keeps_to_the_bounds(
        pieces in proptest::collection::vec(proptest::sample::select(vec![
            "<title>", "</title>", "<![CDATA[", "]]>", "<p>", "</p>", "&amp;", "&#x202e;", "&lt;script&gt;", "<a href='https://a.vn/'>",
            "</a>", "ạ", " ", "<link>", "</link>", "<guid>", "</guid>", "<description>", "</description>", "\u{301}",
        ]), 0..40),
    ) {
        let text = rss(&format!("<item>{}</item>", pieces.concat()));
        if let Ok(parsed) = read(&text) {
            for entry in parsed.entries {
                let is_one_line = entry.title.lines().count() == 1;
                prop_assert!(is_one_line);
                let turns = entry.text.contains('\u{202e}');
                prop_assert!(!turns && !entry.text.is_empty());
                prop_assert!(!entry.key.is_empty());
            }
        }
    }
}
