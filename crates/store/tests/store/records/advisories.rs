//! Advisories: whom they concern, who has read what, what becomes known, and the feeds they come from.

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use khien_model::{Subject, SubjectKind, day_of};
use khien_store::advisories::{
    self, AGAIN_AFTER_FAILURE, ASKED_FOR, Audience, FEED_SILENT_AFTER, Feed, MAX_EVERY_MINUTES, MAX_MARK, MAX_NAME,
    MAX_SAID, MAX_TEXT, MAX_TITLE, MIN_EVERY_MINUTES, NEWCOMER_DAYS, Outcome, Post, SeenEntry, TAKEN_WITHIN, Taken,
};
use khien_store::leaves::{self, Leave};
use khien_store::roles::{self, Role, RoleKind};
use khien_store::{Actor, Change, Store, StoreError, assignments, facts, retention, settings, subjects};
use serde_json::Value;

use super::{begin, begin_at, enter_person, set_up_units};
use crate::support::{hours, noon, on_each_engine};

fn person(id: &str) -> Subject {
    Subject { kind: SubjectKind::Person, id: id.into() }
}

fn days(count: i64) -> Timestamp {
    hours(24 * count)
}

async fn come(store: &Store, id: &str, home: &str, from: Date) {
    enter_person(store, id, id).await;
    let mut change = begin(store).await;
    subjects::enter(&mut change, &person(id), id).await.unwrap();
    assignments::assign(&mut change, &person(id), home, from).await.unwrap();
    change.commit().await.unwrap();
}

async fn set_up(store: &Store) {
    set_up_units(store).await;
    for (id, home) in [("an", "d1"), ("binh", "d2"), ("chi", "p")] {
        come(store, id, home, date(2026, 1, 5)).await;
    }
}

async fn by(store: &Store, id: &str, at: Timestamp) -> Change {
    store.begin(Actor::Person(id.into()), at).await.unwrap()
}

fn audience(unit: &str, role: Option<RoleKind>) -> Audience {
    Audience { unit: unit.into(), role }
}

fn post(title: &str) -> Post {
    Post { title: title.into(), text: format!("{title}: cập nhật ngay.\n- máy trạm") }
}

async fn publish(store: &Store, id: &str, audience: &Audience, at: Timestamp) {
    let mut change = by(store, "chi", at).await;
    advisories::publish(&mut change, id, &post(id), audience).await.unwrap();
    change.commit().await.unwrap();
    advisories::refresh(store, at, MAX_SAID).await.unwrap();
}

async fn read(store: &Store, id: &str, who: &str, at: Timestamp) {
    let mut change = by(store, who, at).await;
    advisories::open(&mut change, id).await.unwrap();
    assert!(advisories::mark_read(&mut change, id).await.unwrap());
    change.commit().await.unwrap();
}

/// What is known of reading, as JSON.
async fn known(store: &Store, id: &str) -> Value {
    let document = facts::document(store, &person(id)).await.unwrap().unwrap();
    let document = serde_json::to_value(document).unwrap();
    document.pointer("/person/facts/advisories/value").cloned().unwrap_or_default()
}

/// How many are unread, and when the oldest was published.
async fn unread(store: &Store, id: &str) -> (Option<u64>, Option<Timestamp>) {
    let known = known(store, id).await;
    let oldest = known["oldest_unread_published_at"].as_str().map(|text| text.parse().unwrap());
    (known["unread"].as_u64(), oldest)
}

async fn why_unknown(store: &Store, id: &str) -> Option<String> {
    known(store, id).await["unread"]["unknown"]["code"].as_str().map(str::to_owned)
}

#[test]
fn what_is_published_read_and_withdrawn_becomes_facts() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        assert_eq!(advisories::refresh(&store, noon(), MAX_SAID).await.unwrap(), 3);
        assert_eq!(why_unknown(&store, "an").await.as_deref(), Some("not_observed"), "nothing was ever published");
        assert_eq!(advisories::refresh(&store, noon(), MAX_SAID).await.unwrap(), 0, "nothing has changed since");
        publish(&store, "one", &audience("p", None), hours(1)).await;
        publish(&store, "two", &audience("d1", None), hours(2)).await;
        assert_eq!(unread(&store, "an").await, (Some(2), Some(hours(1))));
        assert_eq!(unread(&store, "binh").await, (Some(1), Some(hours(1))));
        read(&store, "one", "an", hours(3)).await;
        assert_eq!(unread(&store, "an").await, (Some(1), Some(hours(2))), "in the same change");
        assert_eq!(known(&store, "an").await["last_read_at"], hours(3).to_string());
        assert_eq!(unread(&store, "binh").await, (Some(1), Some(hours(1))));
        let own = advisories::of_person(&store, "an", hours(3)).await.unwrap();
        let shown: Vec<_> = own.iter().map(|own| (own.advisory.id.as_str(), own.read_at)).collect();
        assert_eq!(shown, [("two", None), ("one", Some(hours(3)))]);
        let one = advisories::find(&store, "one").await.unwrap().unwrap();
        let readers = advisories::readers(&store, &[one], hours(3)).await.unwrap();
        let readers: Vec<_> = readers[0].iter().map(|reader| (reader.person.as_str(), reader.read_at)).collect();
        assert_eq!(readers, [("an", Some(hours(3))), ("binh", None), ("chi", None)]);

        let mut change = by(&store, "chi", hours(4)).await;
        advisories::withdraw(&mut change, "two").await.unwrap();
        assert!(matches!(advisories::withdraw(&mut change, "two").await, Err(StoreError::Conflict { .. })));
        change.commit().await.unwrap();
        advisories::refresh(&store, hours(4), MAX_SAID).await.unwrap();
        assert_eq!(unread(&store, "an").await, (Some(0), None));
        // Of whoever has left nothing is known any more.
        let mut change = begin_at(&store, hours(5)).await;
        assignments::end(&mut change, &person("an"), day_of(hours(5))).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(advisories::refresh(&store, hours(5), MAX_SAID).await.unwrap(), 1);
        assert_eq!(known(&store, "an").await, Value::Null);
        let asked_no_more = hours(1) + ASKED_FOR;
        advisories::refresh(&store, asked_no_more, MAX_SAID).await.unwrap();
        assert_eq!(unread(&store, "binh").await.0, Some(1), "at the limit it still asks");
        advisories::refresh(&store, asked_no_more + SignedDuration::from_secs(1), MAX_SAID).await.unwrap();
        assert_eq!(unread(&store, "binh").await.0, Some(0));
    });
}

#[test]
fn a_mark_is_the_readers_own_once_and_after_opening() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        publish(&store, "one", &audience("p", None), noon()).await;
        let mut change = by(&store, "an", hours(1)).await;
        let unopened = advisories::mark_read(&mut change, "one").await;
        assert!(matches!(unopened, Err(StoreError::Conflict { .. })), "{unopened:?}");
        advisories::open(&mut change, "one").await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(unread(&store, "an").await.0, Some(1), "to open is not to read");
        read(&store, "one", "an", hours(2)).await;
        let mut change = by(&store, "an", hours(9)).await;
        advisories::open(&mut change, "one").await.unwrap();
        assert!(!advisories::mark_read(&mut change, "one").await.unwrap());
        change.commit().await.unwrap();
        let one = advisories::find(&store, "one").await.unwrap().unwrap();
        let readers = advisories::readers(&store, &[one], hours(9)).await.unwrap();
        let an = &readers[0][0];
        assert_eq!((an.opened_at, an.read_at), (Some(hours(1)), Some(hours(2))), "the first time counts");
        let mark = advisories::mark_of(&store, "one", "an").await.unwrap();
        assert_eq!(mark, Some((hours(1), Some(hours(2)))));
        // Nobody but a person reads, and each for themselves.
        let mut change = begin(&store).await;
        assert!(matches!(advisories::open(&mut change, "one").await, Err(StoreError::Invalid { .. })));
        assert!(matches!(advisories::mark_read(&mut change, "one").await, Err(StoreError::Invalid { .. })));
        drop(change);
        publish(&store, "two", &audience("p", None), hours(10)).await;
        let mut change = by(&store, "an", hours(11)).await;
        advisories::open(&mut change, "two").await.unwrap();
        advisories::withdraw(&mut change, "two").await.unwrap();
        assert!(matches!(advisories::mark_read(&mut change, "two").await, Err(StoreError::Conflict { .. })));
    });
}

#[test]
fn newcomers_movers_and_people_on_leave_are_asked_from_the_day_they_are_there() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        publish(&store, "one", &audience("d1", None), noon()).await;
        let today = day_of(noon());
        let start = |day: Date| khien_model::start_of_day(day);
        // So many days after publication somebody comes: (days, whether they are asked).
        for (after, is_asked) in [(NEWCOMER_DAYS, true), (NEWCOMER_DAYS + 1, false)] {
            let came = today.checked_add(after.days()).unwrap();
            let id = format!("after{after}");
            come(&store, &id, "d1", came).await;
            advisories::refresh(&store, days(i64::from(after)), MAX_SAID).await.unwrap();
            let expected = if is_asked { (Some(1), Some(start(came))) } else { (Some(0), None) };
            assert_eq!(unread(&store, &id).await, expected, "{id}");
        }
        // Who moves into the audience is a newcomer to it; who moves within it is none.
        let mut change = begin(&store).await;
        assignments::assign(&mut change, &person("binh"), "d1", today.checked_add(2.days()).unwrap()).await.unwrap();
        change.commit().await.unwrap();
        advisories::refresh(&store, days(1), MAX_SAID).await.unwrap();
        assert_eq!(why_unknown(&store, "binh").await.as_deref(), Some("not_observed"));
        advisories::refresh(&store, days(2), MAX_SAID).await.unwrap();
        assert_eq!(unread(&store, "binh").await, (Some(1), Some(start(today.checked_add(2.days()).unwrap()))));
        publish(&store, "all", &audience("p", None), days(1)).await;
        advisories::refresh(&store, days(3), MAX_SAID).await.unwrap();
        let own = advisories::of_person(&store, "binh", days(3)).await.unwrap();
        let from: Vec<_> = own.iter().map(|own| (own.advisory.id.as_str(), own.asked_from)).collect();
        assert_eq!(from, [("all", days(1)), ("one", start(today.checked_add(2.days()).unwrap()))]);
        // Who was away when it appeared is asked from the day of return.
        let leave = Leave {
            id: "l".into(),
            person: "an".into(),
            valid_from: today.checked_sub(3.days()).unwrap(),
            valid_to: today.checked_add(20.days()).unwrap(),
            recorded_by: "chi".into(),
            recorded_at: noon(),
        };
        let mut change = begin(&store).await;
        leaves::record(&mut change, &leave).await.unwrap();
        change.commit().await.unwrap();
        for (at, expected) in [(5, today.checked_add(5.days()).unwrap()), (20, leave.valid_to), (25, leave.valid_to)] {
            advisories::refresh(&store, days(at), MAX_SAID).await.unwrap();
            assert_eq!(unread(&store, "an").await, (Some(2), Some(start(expected))), "day {at}");
        }
    });
}

#[test]
fn a_role_narrows_the_audience() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let head = Role {
            id: "r".into(),
            person: "an".into(),
            kind: RoleKind::UnitHead,
            unit: Some("d1".into()),
            decision: None,
            qualified: None,
            valid_from: date(2026, 11, 1),
            valid_to: Some(date(2026, 11, 25)),
        };
        let mut change = begin(&store).await;
        subjects::enter(&mut change, &Subject { kind: SubjectKind::Unit, id: "d1".into() }, "d1").await.unwrap();
        roles::grant(&mut change, &head).await.unwrap();
        change.commit().await.unwrap();
        let heads = audience("p", Some(RoleKind::UnitHead));
        publish(&store, "heads", &heads, noon()).await;
        assert_eq!(unread(&store, "an").await.0, Some(1));
        assert_eq!(why_unknown(&store, "binh").await.as_deref(), Some("not_observed"));
        assert!(advisories::sees(&store, "an", &heads, noon()).await.unwrap());
        assert!(!advisories::sees(&store, "binh", &heads, noon()).await.unwrap());
        assert!(!advisories::sees(&store, "an", &audience("d2", Some(RoleKind::UnitHead)), noon()).await.unwrap());
        advisories::refresh(&store, days(7), MAX_SAID).await.unwrap();
        assert_eq!(why_unknown(&store, "an").await.as_deref(), Some("not_observed"), "the appointment has ended");
        let mut change = by(&store, "chi", noon()).await;
        let officials = audience("p", Some(RoleKind::Official));
        let refused = advisories::publish(&mut change, "x", &post("x"), &officials).await;
        assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    });
}

#[test]
fn posts_are_bounded_changed_and_audited() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let everybody = audience("p", None);
        let mut change = by(&store, "chi", noon()).await;
        let long = |title: usize, text: usize| Post { title: "ạ".repeat(title), text: "ạ".repeat(text) };
        for refused in [long(MAX_TITLE + 1, 1), long(1, MAX_TEXT + 1), long(0, 1), long(1, 0)] {
            let outcome = advisories::publish(&mut change, "x", &refused, &everybody).await;
            assert!(matches!(outcome, Err(StoreError::Invalid { .. })), "{outcome:?}");
        }
        advisories::publish(&mut change, "longest", &long(MAX_TITLE, MAX_TEXT), &everybody).await.unwrap();
        change.commit().await.unwrap();
        let mut change = by(&store, "chi", hours(1)).await;
        advisories::edit(&mut change, "longest", &post("ngắn")).await.unwrap();
        assert!(matches!(advisories::edit(&mut change, "none", &post("x")).await, Err(StoreError::Conflict { .. })));
        change.commit().await.unwrap();
        let kept = advisories::find(&store, "longest").await.unwrap().unwrap();
        assert_eq!((kept.title.as_str(), kept.changed_at, kept.published_at), ("ngắn", Some(hours(1)), noon()));
        assert_eq!(kept.published_by, "person:chi");
        assert_eq!(advisories::latest(&store, 10).await.unwrap(), [kept]);
        let log = khien_store::audit::list(&store, &khien_store::audit::Search::default(), 100).await.unwrap();
        let change = log.iter().find(|entry| entry.action == "advisory.change").unwrap();
        assert_eq!(change.detail["to"]["title"], "ngắn");
        assert_eq!(change.detail["from"]["title"], "ạ".repeat(MAX_TITLE));
    });
}

fn feed(id: &str) -> Feed {
    Feed {
        id: id.into(),
        name: "Cục An toàn thông tin".into(),
        url: format!("https://{id}.example.vn/rss"),
        plain: false,
        audience: audience("p", None),
        every_minutes: 60,
        created_by: "chi".into(),
        created_at: noon(),
        ended_at: None,
        etag: None,
        last_modified: None,
        tried_at: None,
        read_at: None,
        problem: None,
        left_out: 0,
        next_at: None,
    }
}

fn entry(key: &str, dated_at: Option<Timestamp>) -> SeenEntry {
    let title = format!("Cảnh báo {key}");
    SeenEntry { key: key.into(), text: title.clone(), title, link: Some(format!("https://a.vn/{key}")), dated_at }
}

fn said(entries: Vec<SeenEntry>) -> Outcome {
    Outcome::Read { etag: Some("\"1\"".into()), last_modified: Some("Wed".into()), entries, left_out: 0 }
}

fn failed() -> Outcome {
    Outcome::Failed { problem: "feed-status".into(), detail: "500".into() }
}

/// Notes what the reading that is due at `at` came to.
async fn finish(store: &Store, at: Timestamp, outcome: &Outcome) -> Taken {
    let due = advisories::due(store, at).await.unwrap().unwrap();
    let mut change = begin_at(store, at).await;
    let taken = advisories::finish(&mut change, &due, outcome).await.unwrap();
    change.commit().await.unwrap();
    advisories::refresh(store, at, MAX_SAID).await.unwrap();
    taken
}

#[test]
fn a_feed_is_read_on_its_schedule_and_loses_nothing_when_it_breaks() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let mut change = by(&store, "chi", noon()).await;
        advisories::insert_feed(&mut change, &feed("f")).await.unwrap();
        let twice = advisories::insert_feed(&mut change, &Feed { id: "g".into(), ..feed("f") }).await;
        assert!(matches!(twice, Err(StoreError::Conflict { .. })), "{twice:?}");
        change.commit().await.unwrap();
        advisories::refresh(&store, noon(), MAX_SAID).await.unwrap();
        assert_eq!(why_unknown(&store, "an").await.as_deref(), Some("not_observed"), "it was never read");
        let oldest = noon() - TAKEN_WITHIN;
        let first = vec![
            entry("a", None),
            entry("b", Some(oldest)),
            entry("c", Some(oldest - SignedDuration::from_secs(1))),
            entry("a", None),
        ];
        assert_eq!(finish(&store, noon(), &said(first.clone())).await, Taken { new: 2, changed: 0, left_out: 0 });
        assert_eq!(unread(&store, "an").await, (Some(2), Some(noon())), "from when it appeared here");
        assert_eq!(advisories::due(&store, hours(1) - SignedDuration::from_secs(1)).await.unwrap(), None);
        assert_eq!(finish(&store, hours(1), &Outcome::Unchanged).await, Taken::default());
        let changed = SeenEntry { text: "Bản vá đã có.".into(), ..entry("a", None) };
        let second = vec![changed, entry("b", Some(oldest)), entry("d", Some(hours(2)))];
        assert_eq!(finish(&store, hours(2), &said(second)).await, Taken { new: 1, changed: 1, left_out: 0 });
        let latest = advisories::latest(&store, 10).await.unwrap();
        assert_eq!(latest[0].title, "Cảnh báo d");
        let rewritten = latest.iter().find(|advisory| advisory.title == "Cảnh báo a").unwrap();
        assert_eq!((rewritten.text.as_str(), rewritten.changed_at), ("Bản vá đã có.", Some(hours(2))));
        assert_eq!(rewritten.published_by, "system");

        finish(&store, hours(3), &failed()).await;
        let kept = advisories::find_feed(&store, "f").await.unwrap().unwrap();
        assert_eq!((kept.tried_at, kept.read_at), (Some(hours(3)), Some(hours(2))));
        assert_eq!(kept.problem, Some(("feed-status".into(), "500".into())));
        assert_eq!(kept.etag.as_deref(), Some("\"1\""));
        assert_eq!(kept.next_at, Some(hours(3) + AGAIN_AFTER_FAILURE));
        assert_eq!(unread(&store, "an").await.0, Some(3));
        // What is unread stays known; that nothing is unread is no longer known once the feed is silent.
        for advisory in &latest {
            read(&store, &advisory.id, "an", hours(4)).await;
        }
        assert_eq!(unread(&store, "an").await.0, Some(0));
        let silent = hours(2) + FEED_SILENT_AFTER;
        advisories::refresh(&store, silent, MAX_SAID).await.unwrap();
        assert_eq!(unread(&store, "an").await.0, Some(0), "at the limit");
        advisories::refresh(&store, silent + SignedDuration::from_secs(1), MAX_SAID).await.unwrap();
        assert_eq!(why_unknown(&store, "an").await.as_deref(), Some("unreadable"));
        assert_eq!(unread(&store, "binh").await.0, Some(3));
        let mut change = by(&store, "chi", days(9)).await;
        advisories::end_feed(&mut change, "f").await.unwrap();
        assert!(matches!(advisories::end_feed(&mut change, "f").await, Err(StoreError::Conflict { .. })));
        assert!(matches!(advisories::ask(&mut change, "f").await, Err(StoreError::NotFound)));
        change.commit().await.unwrap();
        assert_eq!(advisories::due(&store, days(99)).await.unwrap(), None);
        advisories::refresh(&store, days(9), MAX_SAID).await.unwrap();
        assert_eq!(unread(&store, "an").await.0, Some(0), "what was given up is not waited for");
        assert_eq!(unread(&store, "binh").await.0, Some(3), "and what it said stays");
    });
}

#[test]
fn a_feed_is_changed_and_bounded() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let mut change = by(&store, "chi", noon()).await;
        let name = |letters: usize| "ạ".repeat(letters);
        let refused = [
            Feed { name: name(MAX_NAME + 1), ..feed("x") },
            Feed { url: String::new(), ..feed("x") },
            Feed { every_minutes: MIN_EVERY_MINUTES - 1, ..feed("x") },
            Feed { every_minutes: MAX_EVERY_MINUTES + 1, ..feed("x") },
            Feed { audience: audience("p", Some(RoleKind::Official)), ..feed("x") },
        ];
        for feed in refused {
            let outcome = advisories::insert_feed(&mut change, &feed).await;
            assert!(matches!(outcome, Err(StoreError::Invalid { .. })), "{feed:?}: {outcome:?}");
        }
        advisories::insert_feed(&mut change, &Feed { name: name(MAX_NAME), ..feed("f") }).await.unwrap();
        advisories::insert_feed(&mut change, &Feed { every_minutes: MAX_EVERY_MINUTES, ..feed("g") }).await.unwrap();
        change.commit().await.unwrap();
        let mark = |letters: usize| Some("m".repeat(letters));
        let longest =
            Outcome::Read { etag: mark(MAX_MARK), last_modified: mark(MAX_MARK + 1), entries: vec![], left_out: 7 };
        finish(&store, noon(), &longest).await;
        let kept = advisories::find_feed(&store, "f").await.unwrap().unwrap();
        assert_eq!((kept.etag.clone(), kept.last_modified.clone(), kept.left_out), (mark(MAX_MARK), None, 7));
        let mut change = by(&store, "chi", hours(1)).await;
        let renamed = Feed { name: "Khác".into(), ..kept.clone() };
        advisories::update_feed(&mut change, &renamed).await.unwrap();
        change.commit().await.unwrap();
        let renamed = advisories::find_feed(&store, "f").await.unwrap().unwrap();
        assert_eq!((renamed.etag.clone(), renamed.next_at), (mark(MAX_MARK), Some(hours(1))));
        let mut change = by(&store, "chi", hours(2)).await;
        let taken = advisories::update_feed(&mut change, &Feed { url: feed("g").url, ..renamed.clone() }).await;
        assert!(matches!(taken, Err(StoreError::Conflict { .. })), "{taken:?}");
        advisories::update_feed(&mut change, &Feed { url: "https://b.vn/rss".into(), ..renamed }).await.unwrap();
        change.commit().await.unwrap();
        let moved = advisories::find_feed(&store, "f").await.unwrap().unwrap();
        assert_eq!((moved.etag, moved.url.as_str()), (None, "https://b.vn/rss"), "another address has other versions");
        assert_eq!(advisories::all_feeds(&store).await.unwrap().len(), 2);
    });
}

#[test]
fn old_advisories_are_forgotten_with_who_has_read_them() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        publish(&store, "old", &audience("p", None), noon()).await;
        read(&store, "old", "an", hours(1)).await;
        let mut change = begin(&store).await;
        settings::KEEP_FINDINGS_DAYS.set(&mut change, &365).await.unwrap();
        advisories::insert_feed(&mut change, &feed("f")).await.unwrap();
        change.commit().await.unwrap();
        finish(&store, noon(), &said(vec![entry("undated", None), entry("dated", Some(noon()))])).await;
        let of = |rows: &[(&'static str, u64)]| {
            rows.iter().filter(|(table, _)| table.starts_with("advisor")).copied().collect::<Vec<_>>()
        };
        assert_eq!(of(&retention::forget(&store, days(365)).await.unwrap().rows), []);
        let forgotten = retention::forget(&store, days(366)).await.unwrap();
        assert_eq!(of(&forgotten.rows), [("advisory_reads", 1), ("advisories", 2)]);
        let left = advisories::latest(&store, 10).await.unwrap();
        assert_eq!(left.len(), 1, "what has no date would be taken for new again");
        assert_eq!(left[0].title, "Cảnh báo undated");
    });
}
