//! Legal documents: who is to study them, what counts, what becomes known, and their texts.

use jiff::civil::date;
use khien_model::{Subject, SubjectKind};
use khien_store::files::{self, NewFile, Owner, OwnerKind};
use khien_store::studies::{self, Audience, DocumentText, MAX_REFERENCE, StudyMark, StudyTask};
use khien_store::{Store, StoreError, assignments, facts, subjects};

use super::{begin, begin_at, enter_person, set_up_units};
use crate::support::{hours, noon, on_each_engine};

fn subject(kind: SubjectKind, id: &str) -> Subject {
    Subject { kind, id: id.into() }
}

fn person(id: &str) -> Subject {
    subject(SubjectKind::Person, id)
}

fn unit(id: &str) -> Subject {
    subject(SubjectKind::Unit, id)
}

async fn set_up(store: &Store) {
    set_up_units(store).await;
    for (id, home) in [("an", "d1"), ("binh", "d2"), ("chi", "p")] {
        enter_person(store, id, id).await;
        let mut change = begin(store).await;
        subjects::enter(&mut change, &person(id), id).await.unwrap();
        assignments::assign(&mut change, &person(id), home, date(2026, 1, 5)).await.unwrap();
        change.commit().await.unwrap();
    }
    let mut change = begin(store).await;
    for id in ["p", "d1"] {
        subjects::enter(&mut change, &unit(id), id).await.unwrap();
    }
    change.commit().await.unwrap();
}

fn task(id: &str, document: &str, unit: &str, audience: Audience) -> StudyTask {
    StudyTask {
        id: id.into(),
        document: document.into(),
        number: format!("{document}/NĐ-CP"),
        unit: unit.into(),
        audience,
        assigned_by: "chi".into(),
        assigned_at: noon(),
        ended_at: None,
    }
}

fn mark(subject: Subject, document: &str) -> StudyMark {
    StudyMark {
        subject,
        document: document.into(),
        studied_on: date(2026, 11, 18),
        reference: None,
        recorded_by: "chi".into(),
        recorded_at: noon(),
    }
}

/// What is known of studying, as JSON.
async fn known(store: &Store, subject: &Subject) -> serde_json::Value {
    let document = facts::document(store, subject).await.unwrap().unwrap();
    let document = serde_json::to_value(document).unwrap();
    document.pointer(&format!("/{}/facts/documents/value", subject.kind)).cloned().unwrap_or_default()
}

/// How many documents are required, and how many of them studied.
async fn counts(store: &Store, subject: &Subject) -> Option<(u64, u64)> {
    let known = known(store, subject).await;
    Some((known["required"].as_u64()?, known["studied"].as_u64()?))
}

#[test]
fn tasks_and_marks_become_facts() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let mut change = begin(&store).await;
        studies::assign(&mut change, &task("1", "nd-1", "p", Audience::All)).await.unwrap();
        studies::assign(&mut change, &task("2", "nd-2", "d1", Audience::People)).await.unwrap();
        let twice = studies::assign(&mut change, &task("3", "nd-1", "p", Audience::Units)).await.unwrap_err();
        assert!(matches!(twice, StoreError::Conflict { .. }), "{twice:?}");
        change.commit().await.unwrap();
        assert_eq!(studies::refresh(&store, hours(1)).await.unwrap(), 6);
        assert_eq!(studies::refresh(&store, hours(1)).await.unwrap(), 0, "nothing has changed since");
        assert_eq!(counts(&store, &person("an")).await, Some((2, 0)));
        assert_eq!(counts(&store, &person("chi")).await, Some((1, 0)));
        assert_eq!(counts(&store, &unit("d1")).await, Some((1, 0)));
        let asked = studies::asked(&store, "nd-2", noon()).await.unwrap();
        assert_eq!(asked.into_iter().collect::<Vec<_>>(), [person("an")]);

        let mut change = begin_at(&store, hours(2)).await;
        studies::record(&mut change, &mark(person("an"), "nd-1")).await.unwrap();
        // What was not asked may be studied, and counts for nothing.
        studies::record(&mut change, &mark(person("an"), "nd-9")).await.unwrap();
        let of_unit = StudyMark { reference: Some("12/BB-THADS".into()), ..mark(unit("d1"), "nd-1") };
        studies::record(&mut change, &of_unit).await.unwrap();
        change.commit().await.unwrap();
        let an = known(&store, &person("an")).await;
        assert_eq!((&an["required"], &an["studied"]), (&2.into(), &1.into()));
        assert_eq!(an["outstanding"][0]["number"], "nd-2/NĐ-CP");
        assert_eq!(counts(&store, &unit("d1")).await, Some((1, 1)));
        assert_eq!(studies::marks_on(&store, "nd-1").await.unwrap()[0], of_unit);
        assert_eq!(studies::marks_of(&store, &person("an")).await.unwrap().len(), 2);
        let own = studies::studied_of(&store, &person("an"), hours(2)).await.unwrap();
        assert_eq!(own.outstanding().map(|(document, ..)| document.as_str()).collect::<Vec<_>>(), ["nd-2"]);

        // A task that is taken back is asked no more; of whom nothing is asked, nothing is known.
        let mut change = begin_at(&store, hours(3)).await;
        studies::take_back(&mut change, "1").await.unwrap();
        assert!(matches!(studies::take_back(&mut change, "1").await, Err(StoreError::Conflict { .. })));
        change.commit().await.unwrap();
        assert_eq!(studies::refresh(&store, hours(4)).await.unwrap(), 6);
        assert_eq!(counts(&store, &person("an")).await, Some((1, 0)));
        assert_eq!(counts(&store, &person("chi")).await, None);
        assert_eq!(studies::open_tasks(&store).await.unwrap().len(), 1);
        assert!(studies::find_task(&store, "1").await.unwrap().unwrap().ended_at.is_some());
    });
}

#[test]
fn who_moves_is_asked_what_the_new_unit_is_asked_and_facts_stay_fresh() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let mut change = begin(&store).await;
        studies::assign(&mut change, &task("1", "nd-1", "d1", Audience::People)).await.unwrap();
        assignments::assign(&mut change, &person("binh"), "d1", date(2026, 11, 20)).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(studies::refresh(&store, noon()).await.unwrap(), 1);
        assert_eq!(counts(&store, &person("binh")).await, None);
        assert_eq!(studies::refresh(&store, hours(48)).await.unwrap(), 1, "binh has come");
        assert_eq!(counts(&store, &person("binh")).await, Some((1, 0)));
        assert_eq!(studies::refresh(&store, hours(24 * 7)).await.unwrap(), 0);
        assert_eq!(studies::refresh(&store, hours(24 * 10)).await.unwrap(), 2, "before it is taken for stale");
    });
}

#[test]
fn what_is_out_of_bounds_is_refused() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let mut change = begin(&store).await;
        let refused = [
            mark(subject(SubjectKind::Device, "pc"), "nd-1"),
            StudyMark { studied_on: date(2026, 11, 19), ..mark(person("an"), "nd-1") },
            StudyMark { reference: Some("a".repeat(MAX_REFERENCE + 1)), ..mark(unit("d1"), "nd-1") },
            mark(person("an"), ""),
        ];
        for mark in refused {
            let outcome = studies::record(&mut change, &mark).await;
            assert!(matches!(outcome, Err(StoreError::Invalid { .. })), "{mark:?}: {outcome:?}");
        }
        let longest = StudyMark { reference: Some("a".repeat(MAX_REFERENCE)), ..mark(unit("d1"), "nd-1") };
        studies::record(&mut change, &longest).await.unwrap();
        // Of a unit that is no subject the mark is kept, and nothing is said.
        studies::record(&mut change, &mark(unit("gone"), "nd-1")).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(studies::marks_of(&store, &unit("gone")).await.unwrap().len(), 1);
    });
}

#[test]
fn a_text_is_kept_beside_its_file_and_another_one_takes_its_place() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let mut marks = Vec::new();
        for (content, text) in [("one", "Điều 1"), ("two", "Điều 2")] {
            let mut change = begin(&store).await;
            let owner = Owner::new(OwnerKind::Document, "nd-1");
            let file = NewFile { name: "a.txt", media_type: "text/plain", content: content.as_bytes() };
            let attachment = files::attach(&mut change, &owner, &file, "chi").await.unwrap();
            let text = DocumentText {
                document: "nd-1".into(),
                attachment,
                text: text.into(),
                uploaded_by: "chi".into(),
                uploaded_at: noon(),
            };
            studies::put_text(&mut change, &text).await.unwrap();
            change.commit().await.unwrap();
            assert_eq!(studies::text_of(&store, "nd-1").await.unwrap(), Some(text.clone()));
            assert_eq!(studies::texts(&store).await.unwrap(), [text]);
            marks.push(studies::text_marks(&store).await.unwrap());
        }
        assert_ne!(marks[0], marks[1]);
        let mut change = begin(&store).await;
        studies::forget_text(&mut change, "nd-1").await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(studies::text_of(&store, "nd-1").await.unwrap(), None);
    });
}
