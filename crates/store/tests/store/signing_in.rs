//! What signing in leaves in the store: invitations good once, hashes made anew.

use khien_store::invitations::{self, Invitation};
use khien_store::logins::{self, Login};
use khien_store::people::{self, Person};
use khien_store::{Actor, Store};

use crate::support::{hours, on_each_engine};

async fn enter(store: &Store, id: &str) {
    let mut change = store.begin(Actor::System, hours(0)).await.unwrap();
    let person = Person {
        id: id.into(),
        name: "Nguyễn Thị Lan".into(),
        position: None,
        email: None,
        language: None,
        created_at: hours(0),
    };
    people::insert(&mut change, &person).await.unwrap();
    logins::insert(&mut change, &Login::new(id, id)).await.unwrap();
    change.commit().await.unwrap();
}

async fn invite(store: &Store, secret: &str, person: Option<&str>, hour: i64) {
    let mut change = store.begin(Actor::System, hours(hour)).await.unwrap();
    let invitation = Invitation {
        secret_hash: secret.into(),
        person: person.map(str::to_owned),
        created_by: "system".into(),
        created_at: hours(hour),
        expires_at: hours(hour + 10),
    };
    invitations::insert(&mut change, &invitation).await.unwrap();
    change.commit().await.unwrap();
}

async fn take(store: &Store, secret: &str, hour: i64) -> bool {
    let mut change = store.begin(Actor::System, hours(hour)).await.unwrap();
    let taken = invitations::take(&mut change, secret).await.unwrap();
    change.commit().await.unwrap();
    taken.is_some()
}

#[test]
fn an_invitation_is_good_once_and_for_a_while() {
    on_each_engine(|store, _| async move {
        enter(&store, "lan").await;
        invite(&store, "a", Some("lan"), 0).await;
        assert!(invitations::find(&store, "a", hours(9)).await.unwrap().is_some());
        assert!(invitations::find(&store, "a", hours(10)).await.unwrap().is_none(), "expired");
        assert!(invitations::find(&store, "b", hours(9)).await.unwrap().is_none());
        assert_eq!(invitations::of_person(&store, "lan", hours(9)).await.unwrap().unwrap().secret_hash, "a");
        assert!(take(&store, "a", 9).await);
        assert!(!take(&store, "a", 9).await, "used");
        invite(&store, "c", Some("lan"), 0).await;
        assert!(!take(&store, "c", 10).await, "expired");
    });
}

#[test]
fn a_new_invitation_takes_the_place_of_the_one_before() {
    on_each_engine(|store, _| async move {
        enter(&store, "lan").await;
        enter(&store, "minh").await;
        invite(&store, "first-1", None, 0).await;
        invite(&store, "first-2", None, 0).await;
        invite(&store, "lan-1", Some("lan"), 0).await;
        invite(&store, "lan-2", Some("lan"), 0).await;
        invite(&store, "minh-1", Some("minh"), 0).await;
        let mut good = Vec::new();
        for secret in ["first-1", "first-2", "lan-1", "lan-2", "minh-1"] {
            if take(&store, secret, 1).await {
                good.push(secret);
            }
        }
        assert_eq!(good, ["first-2", "lan-2", "minh-1"]);
    });
}

#[test]
fn a_stronger_hash_is_no_new_password() {
    on_each_engine(|store, _| async move {
        enter(&store, "lan").await;
        let mut change = store.begin(Actor::System, hours(1)).await.unwrap();
        assert!(logins::rehash(&mut change, "lan", "weak").await.is_err(), "there is no password yet");
        logins::set_password(&mut change, "lan", "weak", false, 5).await.unwrap();
        change.commit().await.unwrap();
        let mut change = store.begin(Actor::System, hours(2)).await.unwrap();
        logins::rehash(&mut change, "lan", "strong").await.unwrap();
        change.commit().await.unwrap();
        let login = logins::find(&store, "lan").await.unwrap().unwrap();
        assert_eq!(login.password_hash.as_deref(), Some("strong"));
        assert_eq!((login.password_changed_at, login.earlier_passwords), (Some(hours(1)), vec![]));
    });
}
