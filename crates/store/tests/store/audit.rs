//! The audit log: a chain that shows where somebody laid hands on it.

use khien_store::audit::{self, Chain, Search};
use khien_store::{Actor, Store};
use serde_json::json;

use crate::support::{hours, meddle, on_each_engine};

async fn write(store: &Store, person: &str, hour: i64, count: usize) {
    let mut change = store.begin(Actor::Person(person.into()), hours(hour)).await.unwrap();
    for number in 0..count {
        change
            .audit("unit.rename", "unit", "chi-cuc-1", json!({ "name": format!("Chi cục số {number}") }))
            .await
            .unwrap();
    }
    change.commit().await.unwrap();
}

#[test]
fn the_log_is_one_chain_in_order() {
    on_each_engine(|store, _| async move {
        assert!(matches!(audit::verify(&store).await.unwrap(), Chain::Whole { entries: 0, .. }));
        write(&store, "an", 0, 2).await;
        write(&store, "binh", 1, 1).await;
        // What is not committed leaves no trace.
        let mut change = store.begin(Actor::System, hours(2)).await.unwrap();
        change.audit("unit.delete", "unit", "chi-cuc-1", json!({})).await.unwrap();
        drop(change);
        let Chain::Whole { entries, last_hash } = audit::verify(&store).await.unwrap() else { panic!("it is whole") };
        let listed = audit::list(&store, &Search::default(), 10).await.unwrap();
        let numbers: Vec<i64> = listed.iter().map(|record| record.number).collect();
        assert_eq!((entries, numbers.as_slice(), last_hash), (3, [3, 2, 1].as_slice(), listed[0].hash.clone()));
        let of_binh = Search { actor: Some(Actor::Person("binh".into())), ..Search::default() };
        assert_eq!(audit::list(&store, &of_binh, 10).await.unwrap(), listed[..1]);
        let early = Search { before: Some(hours(1)), below: Some(2), ..Search::default() };
        assert_eq!(audit::list(&store, &early, 10).await.unwrap(), listed[2..]);
    });
}

#[test]
fn changes_at_once_make_one_chain() {
    on_each_engine(|store, _| async move {
        let writers: Vec<_> = (0..8)
            .map(|hour| {
                let store = store.clone();
                tokio::spawn(async move { write(&store, "an", hour, 3).await })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        assert!(matches!(audit::verify(&store).await.unwrap(), Chain::Whole { entries: 24, .. }));
    });
}

#[test]
fn the_first_entry_that_somebody_touched_is_named() {
    let cases = [
        ("UPDATE audit SET actor = 'person:nobody' WHERE number = 4", 4, "it was changed"),
        ("UPDATE audit SET hash = 'x' WHERE number = 4", 4, "it was changed"),
        ("DELETE FROM audit WHERE number = 4", 4, "it is missing"),
        ("DELETE FROM audit WHERE number >= 5", 5, "it is missing"),
        ("UPDATE audit SET previous_hash = '' WHERE number = 5", 5, "it does not follow the one before it"),
    ];
    for (sql, number, what) in cases {
        on_each_engine(|store, url| async move {
            write(&store, "an", 0, 6).await;
            meddle(&url, sql).await;
            assert_eq!(audit::verify(&store).await.unwrap(), Chain::Broken { number, what }, "{sql}");
        });
    }
}
