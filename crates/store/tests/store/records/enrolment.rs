//! Tokens and devices.

use khien_model::{Subject, SubjectKind};
use khien_store::devices::{self, EnrolRefusal, Enrolment};
use khien_store::tokens::{self, EnrolmentToken, TokenRefusal};
use khien_store::{Store, StoreError, assignments, subjects};

use super::{begin, begin_at, set_up_units};
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
