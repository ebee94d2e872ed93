//! What is kept beside facts and findings: people, units, devices, decisions, work.

mod accounts;
mod advisories;
mod cases;
mod decisions;
mod duties;
mod enrolment;
mod files;
mod gates;
mod incidents;
mod organisation;
mod retention;
mod scans;
mod signing_in;
mod studies;
mod tasks;
mod tickets;
mod work;

use jiff::Timestamp;
use khien_model::{Unit, UnitName, UnitParent, UnitRegister};
use khien_store::people::{self, Person};
use khien_store::{Actor, Change, Store, units};

use crate::support::noon;

pub(crate) async fn begin_at(store: &Store, now: Timestamp) -> Change {
    store.begin(Actor::System, now).await.unwrap()
}

pub(crate) async fn begin(store: &Store) -> Change {
    begin_at(store, noon()).await
}

pub(super) fn person(id: &str, name: &str) -> Person {
    Person {
        id: id.into(),
        name: name.into(),
        position: Some("Chấp hành viên".into()),
        email: Some(format!("{id}@moj.gov.vn")),
        language: None,
        created_at: noon(),
    }
}

pub(crate) async fn enter_person(store: &Store, id: &str, name: &str) {
    let mut change = begin(store).await;
    people::insert(&mut change, &person(id, name)).await.unwrap();
    change.commit().await.unwrap();
}

pub(super) fn unit(id: &str, name: &str, parent: Option<&str>) -> Unit {
    let valid_from = jiff::civil::date(2020, 1, 1);
    Unit {
        id: id.into(),
        kind: None,
        names: vec![UnitName { name: name.into(), abbreviation: Some(id.to_uppercase()), valid_from, valid_to: None }],
        parents: parent
            .map(|parent| UnitParent { unit: parent.into(), valid_from, valid_to: None })
            .into_iter()
            .collect(),
        valid_from,
        valid_to: None,
    }
}

/// A province and two districts, children first: the register's own order is kept whatever stands before what.
pub(crate) fn register() -> UnitRegister {
    let units = vec![
        unit("d1", "Chi cục Thi hành án dân sự quận Đông", Some("p")),
        unit("p", "Cục Thi hành án dân sự tỉnh Mẫu", None),
        unit("d2", "Chi cục Thi hành án dân sự quận Tây", Some("p")),
    ];
    UnitRegister { units, successions: vec![] }
}

pub(crate) async fn set_up_units(store: &Store) {
    let mut change = begin(store).await;
    units::replace(&mut change, &register()).await.unwrap();
    change.commit().await.unwrap();
}
