//! Forgetting.

use jiff::{SignedDuration, Timestamp};
use khien_model::{Subject, SubjectKind};
use khien_store::audit::{self, Chain, Search};
use khien_store::facts::{self, NewFact};
use khien_store::{Store, retention, settings, subjects};

use super::{begin, begin_at};
use crate::support::{noon, on_each_engine};

fn person() -> Subject {
    Subject { kind: SubjectKind::Person, id: "an".into() }
}

fn day(count: i64) -> Timestamp {
    noon() + SignedDuration::from_hours(24 * count)
}

async fn say(store: &Store, at: Timestamp, unread: u32) {
    let fact = serde_json::json!({ "value": { "unread": unread }, "source": "web" }).to_string();
    let mut change = begin_at(store, at).await;
    let facts = vec![NewFact { area: "advisories".into(), fact: Some(fact), observed_at: at }];
    facts::put(&mut change, &person(), facts).await.unwrap();
    change.commit().await.unwrap();
}

#[test]
fn of_the_history_stays_what_tells_how_it_was_at_the_limit() {
    on_each_engine(|store, _| async move {
        let mut change = begin(&store).await;
        let number = subjects::enter(&mut change, &person(), "An").await.unwrap();
        settings::KEEP_FACT_CHANGES_DAYS.set(&mut change, &30).await.unwrap();
        change.commit().await.unwrap();
        for (at, unread) in [(0, 1), (5, 2), (10, 3), (20, 4), (35, 5)] {
            say(&store, day(at), unread).await;
        }
        // The limit is day 15: what was said on day 10 was true then.
        let forgotten = retention::forget(&store, day(45)).await.unwrap();
        assert_eq!(forgotten.rows, [("fact_changes", 2)]);
        assert!(!forgotten.is_cut_short);
        let left: Vec<Timestamp> =
            facts::changes(&store, number, None, 10).await.unwrap().iter().map(|change| change.changed_at).collect();
        assert_eq!(left, [day(35), day(20), day(10)]);
        let then = facts::as_of(&store, number, day(15)).await.unwrap();
        assert!(then[0].fact.as_ref().is_some_and(|fact| fact.contains("\"unread\":3")), "{then:?}");
        assert_eq!(retention::forget(&store, day(45)).await.unwrap().rows, []);

        // Said once, and the log itself loses nothing.
        let log = audit::list(&store, &Search::default(), 100).await.unwrap();
        assert_eq!(log.iter().filter(|entry| entry.action == "retention.forget").count(), 1);
        assert!(matches!(audit::verify(&store).await.unwrap(), Chain::Whole { .. }));
    });
}

#[test]
fn much_goes_in_several_batches() {
    on_each_engine(|store, _| async move {
        let count = retention::BATCH_ROWS + 1;
        for _ in 0..2 {
            let mut change = begin(&store).await;
            for number in 0..count {
                let flow = khien_store::openid_flows::OpenidFlow {
                    state_hash: format!("{number}"),
                    nonce: "n".into(),
                    verifier: "v".into(),
                    return_to: "/".into(),
                    created_at: noon(),
                };
                khien_store::openid_flows::begin(&mut change, &flow).await.unwrap();
            }
            change.commit().await.unwrap();
            let forgotten = retention::forget(&store, day(2)).await.unwrap();
            assert_eq!(forgotten.rows, [("openid_flows", u64::try_from(count).unwrap())]);
        }
    });
}
