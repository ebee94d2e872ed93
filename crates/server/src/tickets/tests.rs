//! Notices about tickets, sent through a real mail server.
#![allow(clippy::print_stderr, reason = "a test that misses its peer says so")]

use std::sync::Arc;

use jiff::Timestamp;
use khien_model::{Unit, UnitName, UnitRegister};
use khien_store::people::{self, Person};
use khien_store::roles::{self, Role, RoleKind};
use khien_store::tickets::{self, NewTicket, TicketKind};
use khien_store::{Actor, Store, StoreOptions, units};
use khien_test_support::{Database, MailServer};

use super::job;
use crate::config::{Mail, MailSecurity, Settings};
use crate::state::AppState;

fn now() -> Timestamp {
    "2026-11-23T08:00:00+07:00".parse().expect("a moment")
}

async fn office(database: &Database) -> Store {
    let store = Store::open(database.url(), &StoreOptions::default()).await.expect("a store");
    let mut change = store.begin(Actor::System, now()).await.expect("a change");
    let first = jiff::civil::date(2026, 1, 5);
    let name = UnitName { name: "Một".into(), abbreviation: None, valid_from: first, valid_to: None };
    let unit =
        Unit { id: "mot".into(), kind: None, names: vec![name], parents: vec![], valid_from: first, valid_to: None };
    units::replace(&mut change, &UnitRegister { units: vec![unit], successions: vec![] }).await.expect("units");
    for id in ["an", "office", "focal"] {
        let email = Some(format!("{id}@example.gov.vn"));
        let person =
            Person { id: id.into(), name: id.into(), position: None, email, language: None, created_at: now() };
        people::insert(&mut change, &person).await.expect("a person");
    }
    for (person, kind) in [("office", RoleKind::ProvincialOffice), ("focal", RoleKind::ItFocalOfficer)] {
        let role = Role {
            id: person.into(),
            person: person.into(),
            kind,
            unit: Some("mot".into()),
            decision: None,
            qualified: None,
            valid_from: first,
            valid_to: None,
        };
        roles::grant(&mut change, &role).await.expect("a role");
    }
    let new = NewTicket {
        id: "t1".into(),
        kind: TicketKind::Question,
        title: "Không đổi được mật khẩu".into(),
        text: "Chỉ đọc trên trang".into(),
        person: "an".into(),
        unit: "mot".into(),
        about: None,
        answer_due_at: None,
    };
    tickets::open(&mut change, &new).await.expect("a ticket");
    change.commit().await.expect("kept");
    store
}

fn server(store: &Store, port: Option<u16>) -> AppState {
    let mail = Mail {
        host: port.map(|_| "127.0.0.1".to_owned()),
        port,
        security: MailSecurity::None,
        from: Some("Khiên <khien@example.gov.vn>".to_owned()),
        ..Mail::default()
    };
    let settings = Settings { mail, public_url: Some("https://khien.example.vn".to_owned()), ..Settings::default() };
    AppState::new(store.clone(), settings, None, "one", Arc::new(now))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_office_hears_of_a_question_and_who_asked_of_the_answer_once_each() {
    let mail = match MailServer::start() {
        Ok(mail) => mail,
        Err(reason) => return eprintln!("SKIPPED: {reason}"),
    };
    let database = Database::sqlite();
    let store = office(&database).await;
    let state = server(&store, Some(mail.port));
    let said = job::run(state.clone(), now()).await.expect("done");
    assert_eq!(said, "0 said again, 1 notices sent");
    let mut change = store.begin(Actor::Person("office".into()), now()).await.expect("a change");
    tickets::answer(&mut change, "t1", "office", "Dùng trang mới.", false).await.expect("answered");
    change.commit().await.expect("kept");
    assert_eq!(job::run(state.clone(), now()).await.expect("done"), "0 said again, 1 notices sent");
    assert_eq!(job::run(state, now()).await.expect("done"), "0 said again, 0 notices sent");
    let letters = mail.messages();
    let to = |letter: &String, who: &str| letter.contains(&format!("X-Envelope-To: {who}@example.gov.vn"));
    assert!(letters.len() == 2 && to(&letters[0], "office") && to(&letters[1], "an"), "{letters:?}");
    assert!(letters.iter().all(|letter| !letter.contains("trang m")), "what was written stays on the page");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_an_incident_the_focal_officer_hears_too_and_before_all_else() {
    let mail = match MailServer::start() {
        Ok(mail) => mail,
        Err(reason) => return eprintln!("SKIPPED: {reason}"),
    };
    let database = Database::sqlite();
    let store = office(&database).await;
    let mut change = store.begin(Actor::Person("an".into()), now()).await.expect("a change");
    let new = NewTicket {
        id: "s1".into(),
        kind: TicketKind::Incident,
        title: "Tep doi duoi".into(),
        text: "Có thư đòi tiền".into(),
        person: "an".into(),
        unit: "mot".into(),
        about: None,
        answer_due_at: None,
    };
    let sheet = khien_incidents::FactSheet::first("Có thư đòi tiền", "PC-01", now());
    tickets::incidents::open(&mut change, &new, &sheet).await.expect("an incident");
    change.commit().await.expect("kept");
    // The question of before waits: the incident goes first.
    let said = job::run(server(&store, Some(mail.port)), now()).await.expect("done");
    assert_eq!(said, "0 said again, 3 notices sent");
    let letters = mail.messages();
    let to = |letter: &String, who: &str| letter.contains(&format!("X-Envelope-To: {who}@example.gov.vn"));
    let receivers: Vec<&str> = letters
        .iter()
        .map(|letter| ["focal", "office"].into_iter().find(|who| to(letter, who)).expect("a receiver"))
        .collect();
    assert_eq!(receivers, ["focal", "office", "office"]);
    let about = ["ticket.s1-0.focal", "ticket.s1-0.office", "ticket.t1-0.office"];
    assert!(letters.iter().zip(about).all(|(letter, about)| letter.contains(about)), "{letters:?}");
    store.close().await;
}

#[tokio::test]
async fn without_a_mail_server_nothing_waits() {
    let database = Database::sqlite();
    let store = office(&database).await;
    assert_eq!(job::run(server(&store, None), now()).await.expect("done"), "0 said again, 0 notices sent");
    assert!(tickets::untold(&store, 10).await.expect("read").is_empty());
    store.close().await;
}
