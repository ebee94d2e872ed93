//! Forgetting.

use jiff::{SignedDuration, Timestamp};
use khien_incidents::FactSheet;
use khien_model::{Subject, SubjectKind};
use khien_store::audit::{self, Chain, Search};
use khien_store::facts::{self, NewFact};
use khien_store::files::{self, NewFile, Owner, OwnerKind};
use khien_store::studies::{self, Audience, StudyMark, StudyTask};
use khien_store::tickets::{self, NewTicket, TicketKind, incidents};
use khien_store::{Store, retention, settings, subjects};

use super::{begin, begin_at, enter_person, set_up_units};
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

#[test]
fn tickets_that_are_over_go_and_what_is_shared_stays_without_who_asked() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        enter_person(&store, "an", "an").await;
        let ticket = |id: &str, kind| NewTicket {
            id: id.into(),
            kind,
            title: format!("Tiêu đề {id}"),
            text: format!("Nội dung {id}"),
            person: "an".into(),
            unit: "d1".into(),
            about: None,
            answer_due_at: None,
        };
        let mut change = begin(&store).await;
        settings::KEEP_TICKETS_DAYS.set(&mut change, &400).await.unwrap();
        for id in ["shared", "private", "open"] {
            tickets::open(&mut change, &ticket(id, TicketKind::Question)).await.unwrap();
        }
        let sheet = FactSheet::first("Nội dung incident", "PC-01", noon());
        incidents::open(&mut change, &ticket("incident", TicketKind::Incident), &sheet).await.unwrap();
        let file = NewFile { name: "a.txt", media_type: "text/plain; charset=utf-8", content: b"a" };
        files::attach(&mut change, &Owner::new(OwnerKind::Ticket, "private"), &file, "an").await.unwrap();
        tickets::answer(&mut change, "shared", "an", "Lời giải", true).await.unwrap();
        for id in ["private", "incident"] {
            tickets::close(&mut change, id, "an").await.unwrap();
        }
        change.commit().await.unwrap();
        assert_eq!(retention::forget(&store, day(400)).await.unwrap().rows, [], "to the very moment");
        let gone = retention::forget(&store, day(401)).await.unwrap().rows;
        let expected = [
            ("attachments", 1),
            ("ticket_posts", 6),
            ("incident_acts", 1),
            ("incidents", 1),
            ("tickets", 3),
            ("files", 1),
        ];
        assert_eq!(gone, expected);
        let left: Vec<String> = tickets::all(&store).await.unwrap().into_iter().map(|ticket| ticket.id).collect();
        assert_eq!(left, ["open"]);
        let shared = tickets::shared(&store, None).await.unwrap();
        let known: Vec<_> = shared.iter().map(|it| (it.id.as_str(), it.text.as_str(), it.answer.as_str())).collect();
        assert_eq!(known, [("shared", "Nội dung shared", "Lời giải")]);
        assert_eq!(retention::forget(&store, day(500)).await.unwrap().rows, []);
        assert_eq!(tickets::shared(&store, None).await.unwrap().len(), 1);
    });
}

#[test]
fn who_has_studied_is_forgotten_once_nobody_has_to_any_more() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        enter_person(&store, "an", "an").await;
        let mut change = begin(&store).await;
        settings::KEEP_STUDIES_DAYS.set(&mut change, &365).await.unwrap();
        for document in ["asked", "over", "never"] {
            if document != "never" {
                let task = StudyTask {
                    id: document.into(),
                    document: document.into(),
                    number: document.into(),
                    unit: "p".into(),
                    audience: Audience::People,
                    assigned_by: "an".into(),
                    assigned_at: noon(),
                    ended_at: None,
                };
                studies::assign(&mut change, &task).await.unwrap();
            }
            let mark = StudyMark {
                subject: person(),
                document: document.into(),
                studied_on: khien_model::day_of(noon()),
                reference: None,
                recorded_by: "an".into(),
                recorded_at: noon(),
            };
            studies::record(&mut change, &mark).await.unwrap();
        }
        studies::take_back(&mut change, "over").await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(retention::forget(&store, day(365)).await.unwrap().rows, [], "to the very moment");
        let gone = retention::forget(&store, day(366)).await.unwrap().rows;
        assert_eq!(gone, [("study_marks", 2), ("study_tasks", 1)]);
        let left = studies::marks_of(&store, &person()).await.unwrap();
        assert_eq!(left.iter().map(|mark| mark.document.as_str()).collect::<Vec<_>>(), ["asked"]);
    });
}
