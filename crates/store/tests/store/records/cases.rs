//! Lists of cases, causes, reviews, online services and tokens: what is kept, what becomes known, what is forgotten.

use std::collections::BTreeMap;

use jiff::civil::date;
use khien_cases::{Remark, RemarkKind, UnitTally};
use khien_model::{Subject, SubjectKind};
use khien_store::cases::{self, CaseResult, Cause, Review, Upload, UploadSource, UploadState};
use khien_store::services::{self, ServiceMonth};
use khien_store::upload_tokens::{self, UploadToken};
use khien_store::{Store, StoreError, facts, retention};
use serde_json::{Value, json};

use super::{begin_at, set_up_units};
use crate::support::{hours, noon, on_each_engine};

fn upload(id: &str, state: UploadState, at: jiff::Timestamp) -> Upload {
    Upload {
        id: id.into(),
        source: UploadSource::Web,
        file_name: "thang-11.xlsx".into(),
        unit: Some("d1".into()),
        exported_at: at,
        mapping: BTreeMap::new(),
        state,
        rows_read: 0,
        changed_at: at,
        outcome: None,
        server: "one".into(),
        created_by: Some("an".into()),
        created_at: at,
    }
}

fn late(row: u32, case: &str, limit: &'static str) -> Remark {
    Remark {
        row,
        case: case.into(),
        year: Some(2026),
        kind: RemarkKind::Late,
        column: "ngay_qd".into(),
        other: Some(limit.into()),
        days: Some(3),
        first_row: None,
    }
}

/// Two cases are late, one of them by two limits.
fn result(upload: &str, unit: &str, at: jiff::Timestamp) -> CaseResult {
    let mut tally = UnitTally::default();
    tally.all.cases = 10;
    tally.all.late = 2;
    tally.all.timely = 8;
    tally.officers.insert("ha.l".into(), tally.all.clone());
    tally.remarks = vec![late(2, "1/TL", "decision"), late(2, "1/TL", "notice"), late(3, "2/TL", "decision")];
    CaseResult::new(upload, unit, tally, &["ngay_nhap"], at, at)
}

async fn known(store: &Store, unit: &str, area: &str) -> Value {
    let subject = Subject { kind: SubjectKind::Unit, id: unit.into() };
    let document = facts::document(store, &subject).await.unwrap().unwrap();
    let document = serde_json::to_value(document).unwrap();
    document.pointer(&format!("/unit/facts/{area}")).cloned().unwrap_or_default()
}

async fn keep(store: &Store, id: &str, at: jiff::Timestamp) {
    let mut change = begin_at(store, at).await;
    cases::insert(&mut change, &upload(id, UploadState::Checking, at)).await.unwrap();
    let outcome = json!({ "cases": 10 });
    cases::keep(&mut change, id, 10, &[result(id, "d1", at)], &outcome).await.unwrap();
    change.commit().await.unwrap();
}

#[test]
fn what_a_list_comes_to_is_kept_once_and_becomes_known() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        assert_eq!(known(&store, "d1", "case_data").await, Value::Null, "nobody has sent a list");
        keep(&store, "one", noon()).await;
        let fact = known(&store, "d1", "case_data").await;
        assert_eq!((&fact["value"]["late_cases"], &fact["value"]["timely_cases"]), (&json!(2), &json!(8)));
        assert_eq!(fact["source"], "import:cases");
        assert_eq!(known(&store, "d2", "case_data").await, Value::Null);
        assert_eq!(cases::of_unit(&store, "d1", 5).await.unwrap(), [result("one", "d1", noon())]);
        assert_eq!(cases::find(&store, "one").await.unwrap().unwrap().state, UploadState::Done);
        let mut change = begin_at(&store, hours(1)).await;
        let twice = cases::keep(&mut change, "one", 10, &[result("one", "d1", noon())], &json!({})).await;
        assert!(matches!(twice, Err(StoreError::Conflict { .. })), "{twice:?}");
        let started = cases::start(&mut change, "one", &BTreeMap::new()).await;
        assert!(matches!(started, Err(StoreError::Conflict { .. })), "{started:?}");
        drop(change);

        // Of several exports the newest counts, in whatever order they come.
        keep(&store, "older", noon() - jiff::SignedDuration::from_hours(48)).await;
        let results = cases::of_unit(&store, "d1", 5).await.unwrap();
        assert_eq!(results.iter().map(|result| result.upload.as_str()).collect::<Vec<_>>(), ["one", "older"]);
        assert_eq!(cases::latest_of_all(&store).await.unwrap()["d1"].0, noon());
        let exported = known(&store, "d1", "case_data").await["value"]["exported_at"].clone();
        assert_eq!(exported, json!(noon()));
    });
}

#[test]
fn what_the_software_delayed_is_counted_apart() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        keep(&store, "one", noon()).await;
        let cause = |case: &str, limit: &str| Cause {
            unit: "d1".into(),
            case: case.into(),
            year: 2026,
            limit: limit.into(),
            note: "Phần mềm ngừng ngày 5/3".into(),
            recorded_by: "an".into(),
            recorded_at: hours(1),
        };
        let mut change = begin_at(&store, hours(1)).await;
        for wrong in [Cause { note: " ".into(), ..cause("1/TL", "decision") }, cause("1/TL", "no-limit")] {
            let refused = cases::record_cause(&mut change, &wrong).await;
            assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
        }
        cases::record_cause(&mut change, &cause("1/TL", "decision")).await.unwrap();
        change.commit().await.unwrap();
        // The case missed another limit too, and the software has not delayed that.
        assert_eq!(known(&store, "d1", "case_data").await["value"]["late_by_system_cases"], 0);
        let mut change = begin_at(&store, hours(2)).await;
        cases::record_cause(&mut change, &cause("1/TL", "notice")).await.unwrap();
        change.commit().await.unwrap();
        let fact = known(&store, "d1", "case_data").await;
        assert_eq!((&fact["value"]["late_by_system_cases"], &fact["value"]["late_cases"]), (&json!(1), &json!(1)));
        assert_eq!(fact["observed_at"], json!(noon()), "a cause makes the list no fresher");

        // It finds its case in the next list.
        keep(&store, "two", hours(24)).await;
        assert_eq!(known(&store, "d1", "case_data").await["value"]["late_by_system_cases"], 1);
        let mut change = begin_at(&store, hours(25)).await;
        cases::take_cause_back(&mut change, "d1", "1/TL", 2026, "notice").await.unwrap();
        let twice = cases::take_cause_back(&mut change, "d1", "1/TL", 2026, "notice").await;
        assert_eq!(twice, Err(StoreError::NotFound));
        change.commit().await.unwrap();
        assert_eq!(known(&store, "d1", "case_data").await["value"]["late_cases"], 2);
        assert_eq!(cases::causes_of(&store, "d1").await.unwrap(), [cause("1/TL", "decision")]);
    });
}

#[test]
fn a_review_is_known_and_makes_no_list_fresher() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        keep(&store, "one", noon()).await;
        let review = Review {
            unit: "d1".into(),
            reviewed_at: hours(30),
            reviewed_by: "chi".into(),
            note: Some("Sửa xong trước thứ Sáu".into()),
            figures: json!({ "late": 2 }),
        };
        let mut change = begin_at(&store, hours(30)).await;
        cases::review(&mut change, &review).await.unwrap();
        change.commit().await.unwrap();
        let fact = known(&store, "d1", "case_data").await;
        assert_eq!(fact["value"]["head_reviewed_at"], json!(hours(30)));
        assert_eq!((&fact["observed_at"], &fact["value"]["late_cases"]), (&json!(noon()), &json!(2)));
        assert_eq!(cases::reviews_of(&store, "d1", 3).await.unwrap(), [review]);
        assert_eq!(cases::latest_reviews(&store).await.unwrap(), [("d1".to_owned(), hours(30))].into());
        // The next list keeps it.
        keep(&store, "two", hours(48)).await;
        assert_eq!(known(&store, "d1", "case_data").await["value"]["head_reviewed_at"], json!(hours(30)));
    });
}

#[test]
fn lists_on_their_way_keep_their_bounds_and_profiles_their_titles() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        let mut change = begin_at(&store, noon()).await;
        cases::insert(&mut change, &upload("one", UploadState::Mapping, noon())).await.unwrap();
        assert!(!cases::say_progress(&mut change, "one", 5).await.unwrap(), "nobody checks it yet");
        let mapping: cases::Profile = [("so_thu_ly".to_owned(), "Mã".to_owned())].into();
        cases::start(&mut change, "one", &mapping).await.unwrap();
        assert!(cases::say_progress(&mut change, "one", 10_000).await.unwrap());
        let huge = json!("a".repeat(cases::MAX_OUTCOME_BYTES));
        assert!(matches!(cases::fail(&mut change, "one", 0, &huge).await, Err(StoreError::TooMany { .. })));
        cases::fail(&mut change, "one", 10_000, &json!({ "problem": "x" })).await.unwrap();
        assert!(matches!(cases::discard(&mut change, "one").await, Err(StoreError::Conflict { .. })));
        let titles = |text: &str| text.split('|').map(str::to_owned).collect::<Vec<_>>();
        cases::keep_profile(&mut change, Some("d1"), &titles("Mã|Ngày"), &mapping).await.unwrap();
        change.commit().await.unwrap();
        let kept = cases::find(&store, "one").await.unwrap().unwrap();
        assert_eq!((kept.state, kept.rows_read, kept.mapping), (UploadState::Failed, 10_000, mapping.clone()));
        assert_eq!(cases::profile(&store, Some("d1"), &titles("MA|ngay")).await.unwrap(), Some(mapping));
        assert_eq!(cases::profile(&store, None, &titles("Mã|Ngày")).await.unwrap(), None);
        assert_eq!(cases::profile(&store, Some("d1"), &titles("Mã|Ngày|x")).await.unwrap(), None);
    });
}

#[test]
fn old_rows_go_before_old_counts() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        keep(&store, "one", noon()).await;
        let mut change = begin_at(&store, noon()).await;
        cases::insert(&mut change, &upload("lost", UploadState::Mapping, noon())).await.unwrap();
        change.commit().await.unwrap();
        let forgotten = retention::forget(&store, hours(24 * 60)).await.unwrap().rows;
        assert!(forgotten.contains(&("case_uploads", 1)), "{forgotten:?}");
        let forgotten = retention::forget(&store, hours(24 * 401)).await.unwrap().rows;
        assert!(forgotten.contains(&("case_rows", 1)), "{forgotten:?}");
        let kept = cases::of_unit(&store, "d1", 5).await.unwrap();
        assert_eq!((kept[0].remarks.len(), kept[0].officers.len(), kept[0].figures.all.late), (0, 0, 2));
        let forgotten = retention::forget(&store, hours(24 * 402)).await.unwrap().rows;
        assert!(!forgotten.iter().any(|(table, _)| table.starts_with("case")), "{forgotten:?}");
        let forgotten = retention::forget(&store, hours(24 * 1_900)).await.unwrap().rows;
        assert!(forgotten.contains(&("case_results", 1)) && forgotten.contains(&("case_uploads", 1)), "{forgotten:?}");
    });
}

#[test]
fn months_of_online_services_are_known_in_order() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        let month = |month: i8, received: u32| ServiceMonth {
            unit: "d1".into(),
            month: date(2026, month, 1),
            received,
            received_online: received / 2,
            settled: received,
            settled_on_time: received,
            digitised: None,
            paid_online: Some(1),
            recorded_by: "an".into(),
            recorded_at: noon(),
        };
        let mut change = begin_at(&store, noon()).await;
        for it in [month(10, 12), month(9, 8), month(10, 14)] {
            services::keep(&mut change, &it).await.unwrap();
        }
        for wrong in [
            ServiceMonth { received_online: 15, ..month(10, 14) },
            ServiceMonth { paid_online: Some(15), ..month(10, 14) },
            ServiceMonth { month: date(2026, 12, 1), ..month(10, 14) },
            ServiceMonth { month: date(2026, 10, 2), ..month(10, 14) },
            month(10, services::MAX_COUNT + 1),
        ] {
            let refused = services::keep(&mut change, &wrong).await;
            assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{wrong:?}: {refused:?}");
        }
        change.commit().await.unwrap();
        assert_eq!(services::of_unit(&store, "d1", 5).await.unwrap(), [month(10, 14), month(9, 8)]);
        assert_eq!(services::of_month(&store, date(2026, 9, 1)).await.unwrap(), [month(9, 8)]);
        let fact = known(&store, "d1", "online_services").await;
        let months = &fact["value"]["months"];
        assert_eq!(months[0]["received"], 8, "{fact}");
        assert_eq!((&months[1]["received"], &months[1]["paid_online"]), (&json!(14), &json!(1)), "{fact}");
        assert!(months[1].get("digitised").is_none() || months[1]["digitised"].get("unknown").is_some(), "{fact}");
    });
}

#[test]
fn tokens_are_good_until_their_end() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        let token = UploadToken {
            id: "t".into(),
            secret_hash: "hash".into(),
            unit: "d1".into(),
            note: None,
            created_by: "an".into(),
            created_at: noon(),
            expires_at: hours(24),
            used_at: None,
            revoked_at: None,
        };
        let mut change = begin_at(&store, noon()).await;
        let passed = UploadToken { expires_at: noon(), ..token.clone() };
        assert!(upload_tokens::insert(&mut change, &passed).await.is_err());
        upload_tokens::insert(&mut change, &token).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(upload_tokens::good(&store, "hash", hours(23)).await.unwrap(), Some(token));
        assert_eq!(upload_tokens::good(&store, "hash", hours(24)).await.unwrap(), None);
        assert_eq!(upload_tokens::good(&store, "other", noon()).await.unwrap(), None);
        let mut change = begin_at(&store, hours(1)).await;
        upload_tokens::used(&mut change, "t").await.unwrap();
        upload_tokens::revoke(&mut change, "t").await.unwrap();
        assert_eq!(upload_tokens::revoke(&mut change, "t").await, Err(StoreError::NotFound));
        change.commit().await.unwrap();
        assert_eq!(upload_tokens::good(&store, "hash", hours(2)).await.unwrap(), None);
        assert_eq!(upload_tokens::find(&store, "t").await.unwrap().unwrap().used_at, Some(hours(1)));
    });
}
