//! Tokens and devices.

use khien_model::{Subject, SubjectKind, day_of};
use khien_store::devices::{self, EnrolRefusal, Enrolment};
use khien_store::tokens::{self, EnrolmentToken, TokenRefusal};
use khien_store::{Actor, CheckInRefusal, Store, StoreError, assignments, audit, holders, subjects};

use super::{begin, begin_at, enter_person, set_up_units};
use crate::support::{hours, noon, on_each_engine};

fn token(id: &str, uses_allowed: u64) -> EnrolmentToken {
    EnrolmentToken {
        id: id.into(),
        secret_hash: format!("hash-{id}"),
        unit: "d1".into(),
        note: None,
        created_by: "an".into(),
        created_at: noon(),
        expires_at: hours(24),
        uses_allowed,
        uses: 0,
        revoked_at: None,
    }
}

fn enrolment(id: &str, token: &str) -> Enrolment {
    Enrolment {
        id: id.into(),
        token_hash: format!("hash-{token}"),
        public_key: format!("key-{id}"),
        counter: 5,
        hostname: format!("PC-{id}"),
        os: Some("Windows 11".into()),
        agent_version: "0.1.0".into(),
        notice_version: "1".into(),
        notice_accepted_at: noon(),
        notice_accepted_by: "an".into(),
    }
}

async fn make(store: &Store, token: &EnrolmentToken) {
    let mut change = begin(store).await;
    tokens::insert(&mut change, token).await.unwrap();
    change.commit().await.unwrap();
}

#[test]
fn a_token_is_good_as_often_and_as_long_as_it_says() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        make(&store, &token("t", 2)).await;
        let mut change = begin_at(&store, hours(24)).await;
        let refused = tokens::use_once(&mut change, "hash-t").await.unwrap();
        assert_eq!(refused, Err(TokenRefusal::Expired));
        drop(change);
        let mut change = begin(&store).await;
        assert_eq!(tokens::use_once(&mut change, "hash-t").await.unwrap().unwrap().uses, 1);
        assert_eq!(tokens::use_once(&mut change, "hash-t").await.unwrap().unwrap().uses, 2);
        assert_eq!(tokens::use_once(&mut change, "hash-t").await.unwrap(), Err(TokenRefusal::UsedUp));
        assert_eq!(tokens::use_once(&mut change, "hash-x").await.unwrap(), Err(TokenRefusal::Unknown));
        tokens::revoke(&mut change, "t").await.unwrap();
        assert_eq!(tokens::use_once(&mut change, "hash-t").await.unwrap(), Err(TokenRefusal::Revoked));
        assert_eq!(tokens::revoke(&mut change, "t").await, Err(StoreError::NotFound));
        for uses in [0, tokens::MAX_USES + 1] {
            let refused = tokens::insert(&mut change, &token("u", uses)).await;
            assert!(matches!(refused, Err(StoreError::Invalid { .. })));
        }
    });
}

#[test]
fn of_devices_that_come_at_once_no_more_enrol_than_the_token_allows() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        make(&store, &token("t", 3)).await;
        let comers: Vec<_> = (0..8)
            .map(|place| {
                let store = store.clone();
                tokio::spawn(async move {
                    let mut change = begin(&store).await;
                    let outcome = devices::enrol(&mut change, &enrolment(&place.to_string(), "t")).await.unwrap();
                    if outcome.is_ok() {
                        change.commit().await.unwrap();
                    }
                    outcome.is_ok()
                })
            })
            .collect();
        let mut enrolled = 0;
        for comer in comers {
            enrolled += usize::from(comer.await.unwrap());
        }
        assert_eq!((enrolled, devices::all(&store).await.unwrap().len()), (3, 3));
        assert_eq!(tokens::find(&store, "t").await.unwrap().unwrap().uses, 3);
    });
}

#[test]
fn enrolling_makes_device_subject_and_home_in_one_change() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        make(&store, &token("t", 10)).await;
        let mut change = begin(&store).await;
        devices::enrol(&mut change, &enrolment("pc", "t")).await.unwrap().unwrap();
        change.commit().await.unwrap();
        let device = devices::find_by_key(&store, "key-pc").await.unwrap().unwrap();
        assert_eq!((device.id.as_str(), device.counter, device.last_seen_at), ("pc", 5, Some(noon())));
        let subject = Subject { kind: SubjectKind::Device, id: "pc".into() };
        let record = subjects::find(&store, &subject).await.unwrap().unwrap();
        assert_eq!((record.number, record.name.as_str()), (device.subject, "PC-pc"));
        assert_eq!(assignments::of(&store, &subject).await.unwrap()[0].unit, "d1");

        let mut change = begin(&store).await;
        let again = Enrolment { id: "other".into(), ..enrolment("pc", "t") };
        assert_eq!(devices::enrol(&mut change, &again).await.unwrap(), Err(EnrolRefusal::KeyKnown));
        drop(change);
        let mut change = begin(&store).await;
        devices::revoke(&mut change, "pc", "Thanh lý").await.unwrap();
        assert_eq!(devices::revoke(&mut change, "pc", "Thanh lý").await, Err(StoreError::NotFound));
        change.commit().await.unwrap();
        assert_eq!(devices::find(&store, "pc").await.unwrap().unwrap().revoked_at, Some(noon()));
    });
}

/// Puts a device on a list, as an import does.
async fn list(store: &Store, id: &str, name: &str, unit: Option<&str>) -> Subject {
    let subject = Subject { kind: SubjectKind::Device, id: id.into() };
    let mut change = begin_at(store, hours(-48)).await;
    subjects::enter(&mut change, &subject, name).await.unwrap();
    if let Some(unit) = unit {
        assignments::assign(&mut change, &subject, unit, day_of(hours(-48))).await.unwrap();
    }
    change.commit().await.unwrap();
    subject
}

/// Enrols and commits; the id that the device got.
async fn enrol(store: &Store, id: &str, hostname: &str) -> String {
    let mut change = store.begin(Actor::Device(id.into()), noon()).await.unwrap();
    let enrolment = Enrolment { hostname: hostname.into(), ..enrolment(id, "t") };
    let enrolled = devices::enrol(&mut change, &enrolment).await.unwrap().unwrap();
    change.commit().await.unwrap();
    enrolled.device
}

#[test]
fn a_device_of_a_list_stays_the_same_when_it_enrols() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        make(&store, &token("t", 10)).await;
        enter_person(&store, "an", "Nguyễn Thị An").await;
        let listed = list(&store, "so-1", "Pc-Kế-Toán", Some("d1")).await;
        let before = subjects::find(&store, &listed).await.unwrap().unwrap();
        let homes = assignments::of(&store, &listed).await.unwrap();
        let mut change = begin(&store).await;
        holders::replace(&mut change, &listed, "an", day_of(noon())).await.unwrap();
        change.commit().await.unwrap();
        let held = holders::of_subject(&store, &listed).await.unwrap();

        // Another case, and decomposed letters.
        assert_eq!(enrol(&store, "moi", "PC-KE\u{302}\u{301}-TOA\u{301}N").await, "so-1");
        let device = devices::find_by_key(&store, "key-moi").await.unwrap().unwrap();
        assert_eq!((device.id.as_str(), device.subject), ("so-1", before.number));
        assert_eq!(assignments::of(&store, &listed).await.unwrap(), homes, "it keeps its first day");
        assert_eq!(holders::of_subject(&store, &listed).await.unwrap(), held);
        assert_eq!(subjects::of_kind(&store, SubjectKind::Device).await.unwrap().len(), 1);
        let written = audit::list(&store, &audit::Search::default(), 100).await.unwrap();
        let entry = written.iter().find(|entry| entry.action == "device.enrol").unwrap();
        assert_eq!((entry.object_id.as_str(), &entry.actor), ("so-1", &Actor::Device("so-1".into())));
        assert_eq!(entry.detail["adopted"], true);

        // Who comes after it under the same name is somebody else: the place is taken.
        assert_eq!(enrol(&store, "hai", "pc-kế-toán").await, "hai");
    });
}

#[test]
fn a_device_is_a_new_one_when_nobody_can_tell_which_it_is() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        make(&store, &token("t", 10)).await;
        list(&store, "a-1", "PC-A", Some("d1")).await;
        list(&store, "a-2", "pc-a", Some("d1")).await;
        list(&store, "b", "PC-B", Some("d2")).await;
        list(&store, "c", "PC-C", None).await;
        list(&store, "d", "PC-Đ", Some("d1")).await;
        let old = list(&store, "e", "PC-E", Some("d1")).await;
        let mut change = begin(&store).await;
        subjects::retire(&mut change, &old).await.unwrap();
        change.commit().await.unwrap();
        for (name, why) in [
            ("PC-A", "two are called so"),
            ("PC-B", "it belongs to another unit"),
            ("PC-C", "it belongs to no unit"),
            ("PC-D", "another letter"),
            ("PC-E", "out of use"),
        ] {
            let id = format!("new-{name}");
            assert_eq!(enrol(&store, &id, name).await, id, "{name}: {why}");
        }
    });
}

#[test]
fn a_counter_is_good_once() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        make(&store, &token("t", 10)).await;
        enrol(&store, "pc", "PC").await;
        let count = async |id: &str, counter| {
            let mut change = begin(&store).await;
            let counted = devices::count(&mut change, id, counter).await.unwrap();
            if counted.is_ok() {
                change.commit().await.unwrap();
            }
            counted
        };
        assert_eq!(count("pc", 5).await, Err(CheckInRefusal::OldCounter { highest: 5 }));
        assert_eq!(count("pc", 6).await, Ok(()));
        assert_eq!(count("pc", 6).await, Err(CheckInRefusal::OldCounter { highest: 6 }));
        assert_eq!(count("khac", 7).await, Err(CheckInRefusal::UnknownDevice));
        let mut change = begin(&store).await;
        devices::revoke(&mut change, "pc", "").await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(count("pc", 7).await, Err(CheckInRefusal::Revoked));
        assert_eq!(devices::find(&store, "pc").await.unwrap().unwrap().counter, 6);
    });
}
