//! Jobs, settings, imports, deliveries, the search.

use jiff::{SignedDuration, Timestamp};
use khien_model::{Subject, SubjectKind};
use khien_store::imports::{self, Import, ImportKind, Mapping};
use khien_store::jobs::{self, Job};
use khien_store::{Actor, Store, StoreError, deliveries, search, settings, subjects};
use serde_json::json;

use super::{begin, enter_person, set_up_units};
use crate::support::{block_on, hours, noon, on_each_engine, options};

const HOLD: SignedDuration = SignedDuration::from_hours(1);

async fn add(store: &Store, key: &str, run_at: Timestamp) {
    let mut change = begin(store).await;
    jobs::add(&mut change, "digest", key, &json!({ "key": key }), run_at).await.unwrap();
    change.commit().await.unwrap();
}

async fn take(store: &Store, server: &str, now: Timestamp) -> Option<Job> {
    let mut change = store.begin(Actor::System, now).await.unwrap();
    let job = jobs::take(&mut change, &["sweep", "digest"], server, HOLD).await.unwrap();
    change.commit().await.unwrap();
    job
}

#[test]
fn a_job_is_one_servers_until_its_time_is_over() {
    on_each_engine(|store, _| async move {
        add(&store, "a", hours(1)).await;
        add(&store, "a", noon()).await;
        add(&store, "a", hours(2)).await;
        assert_eq!(jobs::open(&store).await.unwrap().len(), 1, "one per kind and key, at the earliest time");
        let job = take(&store, "one", noon()).await.unwrap();
        assert_eq!((job.attempts, job.payload), (1, json!({ "key": "a" })));
        assert_eq!(take(&store, "two", noon()).await, None);
        // The first server is gone.
        let taken_over = take(&store, "two", noon() + HOLD).await.unwrap();
        assert_eq!((taken_over.attempts, taken_over.taken_by.as_deref()), (2, Some("two")));
        let mut change = begin(&store).await;
        assert!(!jobs::done(&mut change, &job.id, "one").await.unwrap(), "it is not that server's any more");
        assert!(!jobs::hold(&mut change, &job.id, "one", HOLD).await.unwrap());
        assert!(jobs::hold(&mut change, &job.id, "two", HOLD).await.unwrap());
        assert!(jobs::done(&mut change, &job.id, "two").await.unwrap());
        change.commit().await.unwrap();
        assert_eq!(jobs::open(&store).await.unwrap(), []);
    });
}

#[test]
fn a_job_that_fails_waits_longer_each_time_and_is_given_up_at_last() {
    on_each_engine(|store, _| async move {
        add(&store, "a", noon()).await;
        let mut now = noon();
        for attempt in 1..=jobs::MAX_ATTEMPTS {
            let job = take(&store, "one", now).await.unwrap();
            assert_eq!(job.attempts, attempt);
            let mut change = store.begin(Actor::System, now).await.unwrap();
            assert!(jobs::failed(&mut change, &job, "one", "no mail server").await.unwrap());
            change.commit().await.unwrap();
            assert_eq!(take(&store, "one", now + jobs::FIRST_WAIT - SignedDuration::from_secs(1)).await, None);
            now += jobs::LONGEST_WAIT;
        }
        assert_eq!(take(&store, "one", now + jobs::LONGEST_WAIT).await, None, "given up");
        assert_eq!(jobs::open(&store).await.unwrap()[0].last_error.as_deref(), Some("no mail server"));
        add(&store, "a", noon()).await;
        let job = take(&store, "one", now).await.unwrap();
        assert_eq!(job.attempts, 1, "asked for again");
        let mut change = store.begin(Actor::System, now).await.unwrap();
        assert!(jobs::again(&mut change, &job.id, "one", now + HOLD).await.unwrap());
        change.commit().await.unwrap();
        assert_eq!(take(&store, "one", now).await, None);
        assert_eq!(take(&store, "one", now + HOLD).await.unwrap().attempts, 1);
    });
}

#[test]
fn servers_side_by_side_share_the_jobs_and_one_that_drops_loses_its_own() {
    for database in khien_test_support::fresh_databases() {
        block_on(async {
            let one = Store::open(database.url(), &options()).await.unwrap();
            let two = Store::open(database.url(), &options()).await.unwrap();
            for key in ["a", "b", "c", "d"] {
                add(&one, key, noon()).await;
            }
            // A server that dies in the middle of taking has taken nothing.
            let mut change = one.begin(Actor::System, noon()).await.unwrap();
            jobs::take(&mut change, &["digest"], "one", HOLD).await.unwrap().unwrap();
            drop(change);
            let mut keys = Vec::new();
            for _ in 0..2 {
                let (mine, yours) = tokio::join!(take(&one, "one", noon()), take(&two, "two", noon()));
                keys.extend([mine.unwrap().key, yours.unwrap().key]);
            }
            keys.sort_unstable();
            assert_eq!(keys, ["a", "b", "c", "d"], "each job went to one server");
            assert_eq!(take(&two, "two", noon()).await, None);
            one.close().await;
            let mut taken_over = 0;
            while take(&two, "two", noon() + HOLD).await.is_some() {
                taken_over += 1;
            }
            assert_eq!(taken_over, 4);
            two.close().await;
        });
    }
}

#[test]
fn a_setting_has_a_default_and_bounds() {
    on_each_engine(|store, _| async move {
        assert_eq!(settings::KEEP_FACT_CHANGES_DAYS.get(&store).await.unwrap(), 730);
        let mut change = begin(&store).await;
        settings::KEEP_FACT_CHANGES_DAYS.set(&mut change, &30).await.unwrap();
        settings::DEMO.set(&mut change, &true).await.unwrap();
        for wrong in [29, 3_651] {
            let refused = settings::KEEP_FACT_CHANGES_DAYS.set(&mut change, &wrong).await;
            assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{wrong}");
        }
        let long = "ạ".repeat(201);
        assert!(settings::ORGANISATION_NAME.set(&mut change, &long).await.is_err());
        change.commit().await.unwrap();
        assert_eq!(settings::KEEP_FACT_CHANGES_DAYS.get(&store).await.unwrap(), 30);
        assert!(settings::DEMO.get(&store).await.unwrap());
    });
}

#[test]
fn a_list_is_carried_out_once() {
    on_each_engine(|store, _| async move {
        let mapping = |field: &str| Mapping::from([("Họ và tên".to_owned(), field.to_owned())]);
        let import = Import {
            id: "i".into(),
            kind: ImportKind::People,
            file_name: "danh sách.xlsx".into(),
            rows: vec![vec!["Họ và tên".into()], vec!["Nguyễn Văn An".into()]],
            mapping: Mapping::new(),
            connector: None,
            made_on: None,
            created_by: "an".into(),
            created_at: noon(),
            done_at: None,
        };
        let mut change = begin(&store).await;
        imports::insert(&mut change, &import).await.unwrap();
        imports::set_mapping(&mut change, "i", &mapping("name")).await.unwrap();
        imports::keep_profile(&mut change, ImportKind::People, &import.rows[0], &mapping("name")).await.unwrap();
        change.commit().await.unwrap();
        let kept = Import { mapping: mapping("name"), ..import };
        assert_eq!(imports::find(&store, "i").await.unwrap(), Some(kept));
        let titles = vec!["HO VA TEN ".to_owned()];
        assert_eq!(imports::profile(&store, ImportKind::People, &titles).await.unwrap(), Some(mapping("name")));
        assert_eq!(imports::profile(&store, ImportKind::Devices, &titles).await.unwrap(), None);
        let mut change = begin(&store).await;
        imports::finish(&mut change, "i", &json!({ "people": 1 })).await.unwrap();
        assert!(matches!(imports::finish(&mut change, "i", &json!({})).await, Err(StoreError::Conflict { .. })));
        assert_eq!(imports::discard(&mut change, "i").await, Err(StoreError::NotFound));
    });
}

#[test]
fn nothing_is_sent_twice_and_what_failed_is_tried_again() {
    on_each_engine(|store, _| async move {
        let mut change = begin(&store).await;
        assert!(deliveries::claim(&mut change, "digest", "an", "2026-W47").await.unwrap());
        assert!(!deliveries::claim(&mut change, "digest", "an", "2026-W47").await.unwrap());
        deliveries::record(&mut change, "digest", "an", "2026-W47", Err("refused")).await.unwrap();
        assert!(deliveries::claim(&mut change, "digest", "an", "2026-W47").await.unwrap());
        deliveries::record(&mut change, "digest", "an", "2026-W47", Ok(())).await.unwrap();
        assert!(!deliveries::claim(&mut change, "digest", "an", "2026-W47").await.unwrap());
        assert!(deliveries::claim(&mut change, "digest", "an", "2026-W48").await.unwrap());
        change.commit().await.unwrap();
        let sent = deliveries::of_period(&store, "digest", "2026-W47").await.unwrap();
        assert_eq!((sent[0].sent_at, sent[0].error.as_deref()), (Some(noon()), None));
    });
}

#[test]
fn the_search_ignores_marks_and_takes_every_sign_for_itself() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        enter_person(&store, "duong", "Đặng Thùy Dương").await;
        let mut change = begin(&store).await;
        for (id, name) in [("1", "PC_01"), ("2", "PC-01"), ("3", "50%"), ("4", "501")] {
            let subject = Subject { kind: SubjectKind::Device, id: id.into() };
            subjects::enter(&mut change, &subject, name).await.unwrap();
        }
        for number in 0..=search::MAX_HITS {
            let subject = Subject { kind: SubjectKind::System, id: number.to_string() };
            subjects::enter(&mut change, &subject, &format!("Hệ thống {number}")).await.unwrap();
        }
        change.commit().await.unwrap();
        let names = |hits: search::Hits| hits.list.into_iter().map(|hit| hit.name).collect::<Vec<_>>();
        assert_eq!(names(search::people(&store, "dang duong").await.unwrap()), ["Đặng Thùy Dương"]);
        assert_eq!(names(search::people(&store, "DUONG@moj").await.unwrap()), ["Đặng Thùy Dương"]);
        assert_eq!(names(search::subjects(&store, "c_0").await.unwrap()), ["PC_01"]);
        assert_eq!(names(search::subjects(&store, "50%").await.unwrap()), ["50%"]);
        assert_eq!(names(search::units(&store, "quan dong").await.unwrap()), ["Chi cục Thi hành án dân sự quận Đông"]);
        assert_eq!(names(search::units(&store, "d2").await.unwrap()).len(), 1, "by its abbreviation");
        let many = search::subjects(&store, "hệ thống").await.unwrap();
        assert_eq!((many.list.len(), many.is_cut), (search::MAX_HITS, true));
        assert_eq!(search::subjects(&store, " ").await.unwrap().list, []);
    });
}
