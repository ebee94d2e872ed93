//! Tickets: what is asked, answered and shared, and what becomes known of units.

use khien_model::{Subject, SubjectKind};
use khien_store::tickets::PostKind::{Answered, Asked, Closed, Message, PutOff, Reopened, Taken};
use khien_store::tickets::{self, MAX_OPEN, MAX_TEXT, MAX_TITLE, NewTicket, PostKind, TicketKind, TicketState};
use khien_store::{Store, StoreError, facts, subjects};

use super::{begin, begin_at, enter_person, set_up_units};
use crate::support::{hours, on_each_engine};

fn unit(id: &str) -> Subject {
    Subject { kind: SubjectKind::Unit, id: id.into() }
}

fn pc() -> Subject {
    Subject { kind: SubjectKind::Device, id: "pc".into() }
}

async fn set_up(store: &Store) {
    set_up_units(store).await;
    for id in ["an", "binh"] {
        enter_person(store, id, id).await;
    }
    let mut change = begin(store).await;
    for subject in [unit("d1"), unit("d2"), pc()] {
        subjects::enter(&mut change, &subject, &subject.id).await.unwrap();
    }
    change.commit().await.unwrap();
}

fn asked(id: &str, text: &str, control: Option<&str>) -> NewTicket {
    NewTicket {
        id: id.into(),
        kind: TicketKind::Question,
        title: "Không tắt được".into(),
        text: text.into(),
        person: "an".into(),
        unit: "d1".into(),
        about: control.map(|control| (pc(), control.into())),
        answer_due_at: Some(hours(72)),
    }
}

/// What is known of a unit's difficulties, as JSON.
async fn known(store: &Store, id: &str) -> serde_json::Value {
    let document = facts::document(store, &unit(id)).await.unwrap().unwrap();
    let document = serde_json::to_value(document).unwrap();
    document.pointer("/unit/facts/difficulties/value").cloned().unwrap_or_default()
}

#[test]
fn a_ticket_goes_from_question_to_shared_answer() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let mut change = begin(&store).await;
        let first = tickets::open(&mut change, &asked("1", "a", Some("smb1-refused"))).await.unwrap();
        assert_eq!(first.as_deref(), Some("2026-0001"));
        assert_eq!(tickets::open(&mut change, &asked("2", "b", Some("smb1-refused"))).await.unwrap(), None);
        let other = tickets::open(&mut change, &asked("3", "a", None)).await.unwrap();
        assert_eq!(other.as_deref(), Some("2026-0002"));
        assert_eq!(tickets::open(&mut change, &asked("4", "a", None)).await.unwrap(), None, "the same words");
        change.commit().await.unwrap();
        let of_unit = known(&store, "d1").await;
        assert_eq!(of_unit["reported_this_month"], true);
        assert_eq!(of_unit["reports"].as_array().map(Vec::len), Some(2));
        assert_eq!(of_unit["reports"][0]["answered"], false);

        let mut change = begin_at(&store, hours(1)).await;
        tickets::assign(&mut change, "1", "binh", "binh").await.unwrap();
        tickets::message(&mut change, "1", "an", "Vẫn chưa được").await.unwrap();
        let past = tickets::put_off(&mut change, "1", "binh", hours(1), "x").await.unwrap_err();
        assert!(matches!(past, StoreError::Invalid { .. }), "{past:?}");
        tickets::put_off(&mut change, "1", "binh", hours(240), "Chờ công văn").await.unwrap();
        change.commit().await.unwrap();
        let ticket = tickets::find(&store, "1").await.unwrap().unwrap();
        assert_eq!((ticket.state, ticket.assigned_to.as_deref()), (TicketState::Waiting, Some("binh")));
        assert_eq!(ticket.answer_due_at, Some(hours(240)));
        assert!(ticket.is_overdue(hours(241)) && !ticket.is_overdue(hours(240)));
        assert_eq!(ticket.about.map(|about| (about.name, about.control)), Some(("pc".into(), "smb1-refused".into())));

        let mut change = begin_at(&store, hours(2)).await;
        tickets::answer(&mut change, "1", "binh", "Đã tắt bằng chính sách", true).await.unwrap();
        let twice = tickets::answer(&mut change, "1", "binh", "x", true).await.unwrap_err();
        assert!(matches!(twice, StoreError::Conflict { .. }), "{twice:?}");
        change.commit().await.unwrap();
        assert_eq!(tickets::shared(&store, Some("smb1-refused")).await.unwrap().len(), 1);
        assert!(tickets::shared(&store, Some("other")).await.unwrap().is_empty());
        assert_eq!(tickets::waiting(&store).await.unwrap().len(), 1);

        let mut change = begin_at(&store, hours(3)).await;
        tickets::reopen(&mut change, "1", "an", "Bật lại sau khi khởi động", Some(hours(99))).await.unwrap();
        change.commit().await.unwrap();
        assert!(tickets::shared(&store, None).await.unwrap().is_empty(), "what does not help is not shown");
        let mut change = begin_at(&store, hours(4)).await;
        tickets::answer(&mut change, "1", "binh", "Đã sửa chính sách", false).await.unwrap();
        tickets::close(&mut change, "1", "an").await.unwrap();
        assert!(matches!(tickets::close(&mut change, "1", "an").await, Err(StoreError::Conflict { .. })));
        assert!(matches!(tickets::message(&mut change, "1", "an", "x").await, Err(StoreError::Conflict { .. })));
        change.commit().await.unwrap();
        let thread: Vec<PostKind> =
            tickets::thread(&store, "1").await.unwrap().into_iter().map(|post| post.kind).collect();
        assert_eq!(thread, [Asked, Taken, Message, PutOff, Answered, Reopened, Answered, Closed]);
        assert_eq!(tickets::of_person(&store, "an").await.unwrap().len(), 2);
        assert_eq!(tickets::all(&store).await.unwrap().len(), 2);
    });
}

#[test]
fn a_unit_says_that_it_has_no_difficulties_and_a_new_month_asks_again() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        assert_eq!(tickets::refresh(&store, hours(0)).await.unwrap(), 3);
        assert_eq!(known(&store, "d2").await["reported_this_month"], false);
        assert_eq!(tickets::refresh(&store, hours(1)).await.unwrap(), 0, "nothing has changed since");
        for at in [hours(1), hours(2)] {
            let mut change = begin_at(&store, at).await;
            tickets::say_none(&mut change, "d2", "binh").await.unwrap();
            change.commit().await.unwrap();
        }
        assert_eq!(known(&store, "d2").await["reported_this_month"], true);
        let said = tickets::of_month(&store, khien_model::day_of(hours(1))).await.unwrap();
        assert_eq!(said.iter().map(|one| (one.unit.as_str(), one.said_at)).collect::<Vec<_>>(), [("d2", hours(1))]);
        // Three days later all are said again; in December nobody has said anything yet.
        assert_eq!(tickets::refresh(&store, hours(24 * 4)).await.unwrap(), 3);
        assert_eq!(tickets::refresh(&store, hours(24 * 14)).await.unwrap(), 3);
        assert_eq!(known(&store, "d2").await["reported_this_month"], false);
    });
}

#[test]
fn who_is_to_be_told_of_what_is_remembered_until_they_are() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let mut change = begin(&store).await;
        tickets::open(&mut change, &asked("1", "a", None)).await.unwrap();
        tickets::message(&mut change, "1", "an", "thêm").await.unwrap();
        change.commit().await.unwrap();
        let untold = tickets::untold(&store, 10).await.unwrap();
        assert_eq!(untold.iter().map(|post| post.number).collect::<Vec<_>>(), [0, 1]);
        let mut change = begin(&store).await;
        assert!(tickets::told(&mut change, "1", 0).await.unwrap());
        assert!(!tickets::told(&mut change, "1", 0).await.unwrap(), "once");
        change.commit().await.unwrap();
        assert_eq!(tickets::untold(&store, 10).await.unwrap().len(), 1);
    });
}

#[test]
fn bounds_hold_at_the_limit() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let mut change = begin(&store).await;
        let long = |title: usize, text: usize| NewTicket {
            title: "a".repeat(title),
            text: "a".repeat(text),
            ..asked("long", "", None)
        };
        for wrong in [long(MAX_TITLE + 1, 1), long(1, MAX_TEXT + 1), long(0, 1), long(1, 0)] {
            let refused = tickets::open(&mut change, &wrong).await;
            assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
        }
        tickets::open(&mut change, &long(MAX_TITLE, MAX_TEXT)).await.unwrap();
        for number in 1..MAX_OPEN {
            tickets::open(&mut change, &asked(&number.to_string(), &number.to_string(), None)).await.unwrap();
        }
        let more = tickets::open(&mut change, &asked("more", "more", None)).await;
        assert_eq!(more, Err(StoreError::TooMany { limit: MAX_OPEN }));
        assert!(matches!(tickets::close(&mut change, "no-such", "an").await, Err(StoreError::NotFound)));
    });
}
