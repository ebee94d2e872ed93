//! Files that people had looked into, what they say they have uploaded, and how long it is kept.

use jiff::SignedDuration;
use khien_model::{Subject, SubjectKind, day_of};
use khien_store::scans::uploads::{self, MAX_SYSTEM, OwnUpload, Scanned, WINDOW_DAYS};
use khien_store::scans::{self, Both, MAX_FILES, MAX_NAME, ReceiptKey, Scan, ScanFile, Thing, Told};
use khien_store::{Actor, Change, Store, StoreError, facts, retention, subjects};
use serde_json::Value;

use super::{begin, enter_person, set_up_units};
use crate::support::{hours, noon, on_each_engine};

async fn set_up(store: &Store) {
    set_up_units(store).await;
    for id in ["an", "binh"] {
        enter_person(store, id, id).await;
    }
    let mut change = begin(store).await;
    let person = Subject { kind: SubjectKind::Person, id: "an".into() };
    subjects::enter(&mut change, &person, "an").await.unwrap();
    change.commit().await.unwrap();
}

async fn by(store: &Store, id: &str, at: jiff::Timestamp) -> Change {
    store.begin(Actor::Person(id.into()), at).await.unwrap()
}

fn file(name: &str, verdict: &str) -> ScanFile {
    let thing = Thing {
        weight: verdict.into(),
        id: "program".into(),
        path: name.into(),
        place: Some(Both { vi: "ở dòng 1".into(), en: "at line 1".into() }),
        evidence: "MZ".into(),
        what: Both { vi: "chương trình".into(), en: "program".into() },
        fix: Both { vi: "gỡ ra".into(), en: "take it out".into() },
    };
    let told = Told { things: vec![thing], more: 2, parts: 3, types: vec!["zip".into()] };
    let (sha256, verdict) = ("ab".repeat(32), verdict.to_owned());
    ScanFile { name: name.into(), size: 7, sha256, verdict, milliseconds: 12, told }
}

fn scan(id: &str, person: &str, at: jiff::Timestamp) -> Scan {
    Scan {
        id: id.into(),
        person: person.into(),
        unit: Some("d1".into()),
        scanned_at: at,
        rules: "r1".into(),
        verdict: "blocked".into(),
        receipt: Some("{}".into()),
    }
}

async fn keep(store: &Store, scan: &Scan, files: &[ScanFile]) -> Result<(), StoreError> {
    let mut change = by(store, &scan.person, scan.scanned_at).await;
    scans::insert(&mut change, scan, files).await?;
    change.commit().await
}

#[test]
fn a_scan_comes_out_as_it_went_in_and_is_found_by_its_person() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let files = [file("báo cáo.zip", "blocked"), file("b.txt", "clean")];
        let first = scan("s1", "an", noon());
        keep(&store, &first, &files).await.unwrap();
        keep(&store, &scan("s2", "an", hours(1)), &files[1..]).await.unwrap();
        keep(&store, &Scan { unit: None, ..scan("s3", "binh", hours(2)) }, &files[1..]).await.unwrap();
        assert_eq!(scans::find(&store, "s1").await.unwrap(), Some(first));
        assert_eq!(scans::files_of(&store, "s1").await.unwrap(), files);
        let listed = scans::of_person(&store, "an", 0, 10).await.unwrap();
        let shown: Vec<_> = listed.iter().map(|one| (one.scan.id.as_str(), one.first.as_str(), one.files)).collect();
        assert_eq!(shown, [("s2", "b.txt", 1), ("s1", "báo cáo.zip", 2)]);
        assert_eq!(scans::of_person(&store, "an", 1, 1).await.unwrap()[0].scan.id, "s1");
        let counts = scans::counts_by_unit(&store, noon()).await.unwrap();
        assert_eq!(counts[&Some("d1".into())], [("blocked".into(), 1), ("clean".into(), 2)].into());
        assert_eq!(counts[&None], [("clean".into(), 1)].into());
        assert!(scans::counts_by_unit(&store, hours(3)).await.unwrap().is_empty());
    });
}

#[test]
fn what_is_kept_of_a_scan_is_bounded() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let named = |letters: usize| [ScanFile { name: "ạ".repeat(letters), ..file("a", "clean") }];
        assert!(keep(&store, &scan("a", "an", noon()), &named(MAX_NAME)).await.is_ok());
        assert!(keep(&store, &scan("b", "an", noon()), &named(MAX_NAME + 1)).await.is_err());
        let many = |count: usize| (0..count).map(|_| file("a", "clean")).collect::<Vec<_>>();
        assert!(keep(&store, &scan("c", "an", noon()), &many(MAX_FILES)).await.is_ok());
        let too_many = keep(&store, &scan("d", "an", noon()), &many(MAX_FILES + 1)).await;
        assert_eq!(too_many, Err(StoreError::TooMany { limit: MAX_FILES }));
        assert!(keep(&store, &scan("e", "an", noon()), &[]).await.is_err());
        assert_eq!(scans::of_person(&store, "an", 0, 10).await.unwrap().len(), 2);
    });
}

#[test]
fn every_key_that_ever_signed_is_known() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let key = |name: &str, at| ReceiptKey { public_key: name.into(), sealed: "1.x".into(), made_at: at };
        let keys = [key("k2", hours(1)), key("k1", noon())];
        let mut change = begin(&store).await;
        for key in keys.iter().rev() {
            scans::insert_key(&mut change, key).await.unwrap();
        }
        change.commit().await.unwrap();
        assert_eq!(scans::receipt_keys(&store).await.unwrap(), keys);
    });
}

/// What is known of the uploads of `an`: uploaded, with a receipt, infected.
async fn known(store: &Store) -> [Option<u64>; 3] {
    let person = Subject { kind: SubjectKind::Person, id: "an".into() };
    let document = serde_json::to_value(facts::document(store, &person).await.unwrap().unwrap()).unwrap();
    let value = document.pointer("/person/facts/own_uploads/value").cloned().unwrap_or(Value::Null);
    ["uploaded", "with_receipt", "infected_uploaded"].map(|field| value[field].as_u64())
}

fn upload(id: &str, scanned: Option<Scanned>) -> OwnUpload {
    OwnUpload {
        id: id.into(),
        system: "Một cửa".into(),
        uploaded_on: day_of(noon()),
        file_name: "a.pdf".into(),
        scanned,
        recorded_at: noon(),
    }
}

#[test]
fn what_a_person_says_is_known_at_once_and_counts_for_so_many_days() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let clean = Scanned { sha256: "ab".repeat(32), verdict: "clean".into(), scanned_at: noon() };
        let mut change = by(&store, "an", noon()).await;
        uploads::record(&mut change, &upload("u1", Some(clean))).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(known(&store).await, [None, Some(1), None]);
        let mut change = by(&store, "an", hours(1)).await;
        uploads::say_whole(&mut change).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(known(&store).await, [Some(1), Some(1), Some(0)]);
        let mut change = by(&store, "an", hours(2)).await;
        uploads::record(&mut change, &upload("u2", None)).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(known(&store).await, [Some(2), Some(1), Some(0)]);
        // Nobody takes back what somebody else has said.
        let mut change = by(&store, "binh", hours(3)).await;
        assert_eq!(uploads::withdraw(&mut change, "u2").await, Err(StoreError::NotFound));
        drop(change);
        let mut change = by(&store, "an", hours(3)).await;
        uploads::withdraw(&mut change, "u2").await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(known(&store).await, [Some(1), Some(1), Some(0)]);
        let register = uploads::of_person(&store, "an", hours(3)).await.unwrap();
        assert_eq!((register.uploads.len(), register.whole_at), (1, Some(hours(1))));
        // On its last day it counts, on the next it does not.
        let last = noon() + SignedDuration::from_hours(24 * i64::from(WINDOW_DAYS));
        assert_eq!(uploads::refresh(&store, last, 10).await, Ok(0));
        assert_eq!(uploads::refresh(&store, last + SignedDuration::from_hours(24), 10).await, Ok(1));
        assert_eq!(known(&store).await, [Some(0), Some(0), Some(0)]);
        assert_eq!(uploads::refresh(&store, last + SignedDuration::from_hours(24), 10).await, Ok(0));
    });
}

#[test]
fn what_a_person_says_is_bounded_and_said_by_nobody_else() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let mut change = begin(&store).await;
        assert!(uploads::record(&mut change, &upload("u", None)).await.is_err(), "the system uploads nothing");
        drop(change);
        let named = |letters: usize| OwnUpload { system: "ạ".repeat(letters), ..upload("u", None) };
        let on = |day: i32| OwnUpload {
            uploaded_on: day_of(noon()).saturating_add(jiff::Span::new().days(day)),
            ..upload("u", None)
        };
        let cases = [
            (named(MAX_SYSTEM), true),
            (named(MAX_SYSTEM + 1), false),
            (named(0), false),
            (on(1), false),
            (on(-WINDOW_DAYS), true),
            (on(-WINDOW_DAYS - 1), false),
        ];
        for (upload, is_good) in cases {
            let mut change = by(&store, "an", noon()).await;
            assert_eq!(uploads::record(&mut change, &upload).await.is_ok(), is_good, "{upload:?}");
        }
    });
}

#[test]
fn scans_are_forgotten_after_their_days() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        keep(&store, &scan("old", "an", noon()), &[file("a", "clean"), file("b", "clean")]).await.unwrap();
        let mut change = by(&store, "an", noon()).await;
        uploads::record(&mut change, &upload("u", None)).await.unwrap();
        change.commit().await.unwrap();
        let days = |count: i64| noon() + SignedDuration::from_hours(24 * count);
        keep(&store, &scan("new", "an", days(2)), &[file("a", "clean")]).await.unwrap();
        let gone = |rows: &retention::Forgotten| {
            let of = |table: &str| rows.rows.iter().find(|(name, _)| *name == table).map(|(_, rows)| *rows);
            ["scan_files", "scans", "own_uploads"].map(of)
        };
        assert_eq!(gone(&retention::forget(&store, days(400)).await.unwrap()), [None; 3]);
        assert_eq!(gone(&retention::forget(&store, days(401)).await.unwrap()), [Some(2), Some(1), Some(1)]);
        assert!(scans::find(&store, "old").await.unwrap().is_none());
        assert!(scans::find(&store, "new").await.unwrap().is_some());
    });
}
