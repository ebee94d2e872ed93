//! Directives, exemptions, sign-offs, requests.

use jiff::civil::date;
use khien_model::{Coverage, Requirement, Subject, SubjectKind};
use khien_store::exemptions::{self, ExemptionRequest, ExemptionState};
use khien_store::requests::{self, NewRequest, RequestKind};
use khien_store::sign_offs::{self, SignOff};
use khien_store::{StoreError, directives, subjects, units};

use super::{begin, begin_at, enter_person, set_up_units};
use crate::support::{hours, noon, on_each_engine};

fn request(id: &str) -> ExemptionRequest {
    ExemptionRequest {
        id: id.into(),
        covers: Coverage::Subtree { unit: "d1".into(), kind: Some(SubjectKind::Device) },
        lifts: Requirement::Clause("4.6".into()),
        unit: "d1".into(),
        reason: "Máy chờ thanh lý".into(),
        valid_from: date(2026, 11, 1),
        valid_to: date(2027, 1, 1),
        asked_by: "an".into(),
    }
}

#[test]
fn an_exemption_takes_two_people_and_counts_only_while_it_is_approved() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        let mut change = begin(&store).await;
        for id in ["x", "y", "z"] {
            exemptions::ask(&mut change, &request(id)).await.unwrap();
        }
        for by in ["an", " AN "] {
            let refused = exemptions::approve(&mut change, "x", by, None).await;
            assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{by}");
        }
        exemptions::approve(&mut change, "x", "binh", Some("Đồng ý")).await.unwrap();
        exemptions::refuse(&mut change, "y", "binh", None).await.unwrap();
        assert!(matches!(exemptions::approve(&mut change, "y", "binh", None).await, Err(StoreError::Conflict { .. })));
        change.commit().await.unwrap();
        let organisation = units::organisation(&store).await.unwrap();
        let approved = exemptions::approved(&store, &organisation).await.unwrap();
        assert_eq!(approved.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["x"]);

        let mut change = begin(&store).await;
        exemptions::withdraw(&mut change, "x", "chi", None).await.unwrap();
        exemptions::withdraw(&mut change, "z", "an", None).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(exemptions::approved(&store, &organisation).await.unwrap().iter().count(), 0);
        assert_eq!(exemptions::find(&store, "z").await.unwrap().unwrap().state, ExemptionState::Withdrawn);
        assert_eq!(exemptions::of_unit(&store, "d1").await.unwrap().len(), 3);
    });
}

#[test]
fn an_exemption_has_bounds() {
    on_each_engine(|store, _| async move {
        let mut change = begin(&store).await;
        let from = date(2026, 1, 1);
        let last = from.checked_add(jiff::Span::new().days(exemptions::MAX_DAYS)).unwrap();
        let with_end = |valid_to| ExemptionRequest { valid_from: from, valid_to, ..request("x") };
        for refused in [from, last.tomorrow().unwrap()] {
            let outcome = exemptions::ask(&mut change, &with_end(refused)).await;
            assert!(matches!(outcome, Err(StoreError::Invalid { .. })), "{refused}");
        }
        exemptions::ask(&mut change, &with_end(last)).await.unwrap();
    });
}

#[test]
fn one_directive_is_in_force_at_a_time() {
    on_each_engine(|store, _| async move {
        let files = |text: &str| [("main.yaml".to_owned(), text.to_owned())].into();
        let mut change = begin(&store).await;
        let one = directives::load(&mut change, "thads", "main.yaml", &files("a")).await.unwrap();
        let again = directives::load(&mut change, "thads", "main.yaml", &files("a")).await.unwrap();
        let two = directives::load(&mut change, "thads", "main.yaml", &files("b")).await.unwrap();
        assert!(one == again && one != two);
        change.commit().await.unwrap();
        assert_eq!(directives::active(&store).await.unwrap(), None);
        for (hour, digest) in [(1, &one), (2, &two), (3, &one)] {
            let mut change = begin_at(&store, hours(hour)).await;
            directives::activate(&mut change, digest).await.unwrap();
            change.commit().await.unwrap();
            let active = directives::active(&store).await.unwrap().unwrap();
            assert_eq!((&active.digest, active.activated_at), (digest, Some(hours(hour))));
        }
        assert_eq!(directives::files(&store, &two).await.unwrap(), Some(files("b")));
        assert_eq!(directives::all(&store).await.unwrap().len(), 2);
        let mut change = begin(&store).await;
        assert_eq!(directives::activate(&mut change, "nothing").await, Err(StoreError::NotFound));
        let without_main = directives::load(&mut change, "thads", "other.yaml", &files("a")).await;
        assert!(matches!(without_main, Err(StoreError::Invalid { .. })));
    });
}

#[test]
fn what_is_asked_twice_is_open_once() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        enter_person(&store, "an", "An").await;
        let subject = Subject { kind: SubjectKind::Device, id: "pc".into() };
        let asked = |id: &str, control: &str| NewRequest {
            id: id.into(),
            kind: RequestKind::ReCheck,
            person: "an".into(),
            unit: "d1".into(),
            subject: subject.clone(),
            control: control.into(),
            text: Some("Không tắt được".into()),
        };
        let mut change = begin(&store).await;
        assert_eq!(requests::ask(&mut change, &asked("1", "shares-none")).await, Err(StoreError::NotFound));
        subjects::enter(&mut change, &subject, "PC").await.unwrap();
        assert!(requests::ask(&mut change, &asked("1", "shares-none")).await.unwrap());
        assert!(!requests::ask(&mut change, &asked("2", "shares-none")).await.unwrap());
        assert!(requests::ask(&mut change, &asked("3", "smb1-refused")).await.unwrap());
        change.commit().await.unwrap();
        assert_eq!(requests::open(&store).await.unwrap().len(), 2);
        let mut change = begin(&store).await;
        requests::close(&mut change, "1", "binh", Some("Đã hướng dẫn")).await.unwrap();
        assert!(matches!(requests::close(&mut change, "1", "binh", None).await, Err(StoreError::Conflict { .. })));
        change.commit().await.unwrap();
        let closed = requests::find(&store, "1").await.unwrap().unwrap();
        assert_eq!((closed.closed_at, closed.subject_name.as_str()), (Some(noon()), "PC"));
        assert_eq!(requests::of_person(&store, "an", 1).await.unwrap().len(), 1);
        assert_eq!(requests::about(&store, &subject).await.unwrap().len(), 2);
    });
}

#[test]
fn a_month_is_signed_off_as_it_was() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        let mut sign_off = SignOff {
            unit: "d1".into(),
            month: "2026-10".into(),
            signed_at: noon(),
            signed_by: "an".into(),
            note: None,
            figures: serde_json::json!({ "fail": 3 }),
        };
        let mut change = begin(&store).await;
        sign_offs::sign(&mut change, &sign_off).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(sign_offs::of_unit(&store, "d1").await.unwrap(), std::slice::from_ref(&sign_off));
        assert_eq!(sign_offs::of_month(&store, "2026-09").await.unwrap(), []);
        sign_off.month = "2026-13".into();
        let mut change = begin(&store).await;
        assert!(matches!(sign_offs::sign(&mut change, &sign_off).await, Err(StoreError::Invalid { .. })));
    });
}
