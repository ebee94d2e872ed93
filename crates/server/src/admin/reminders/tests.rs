//! The weekly digest, sent through a real mail server by one or two servers.
#![allow(clippy::print_stderr, reason = "a test that misses its peer says so")]

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use khien_model::{Subject, SubjectKind, Unit, UnitName, UnitRegister};
use khien_store::facts::NewFact;
use khien_store::people::Person;
use khien_store::roles::{Role, RoleKind};
use khien_store::{
    Actor, Change, Store, StoreOptions, assignments, deliveries, directives, facts, holders, jobs, people, roles,
    settings, subjects, units,
};
use khien_test_support::{Database, MailServer};

use super::job;
use crate::config::{Mail, MailSecurity, Settings};
use crate::state::AppState;

const FIRST_DAY: Date = date(2026, 1, 5);
/// A Monday, an hour after digests go out.
const MONDAY: &str = "2026-11-23T08:00:00+07:00";
const DIRECTIVE: &str = r#"
khien: 1
id: office
title: {vi: a, en: a}
issued: 2026-01-05
valid_from: 2026-01-05
clauses:
  - id: "4.1"
    title: {vi: a, en: a}
    text: {vi: a, en: a}
    controls:
      - {id: linux, subject: device, title: {vi: "Máy tính chạy Linux", en: "Runs Linux"}, severity: high, fresh_within: 7d, due: at once, pass: os.family == "linux", fix: {vi: ["Cài đặt lại"], en: ["Install anew"]}}
"#;

fn monday() -> Timestamp {
    MONDAY.parse().expect("a moment")
}

fn device(id: &str) -> Subject {
    Subject { kind: SubjectKind::Device, id: id.into() }
}

/// Two units. In one a device is red, which somebody answers for; in the other everything is well.
async fn organise(change: &mut Change) {
    let unit = |id: &str, name: &str| Unit {
        id: id.into(),
        kind: None,
        names: vec![UnitName { name: name.into(), abbreviation: None, valid_from: FIRST_DAY, valid_to: None }],
        parents: vec![],
        valid_from: FIRST_DAY,
        valid_to: None,
    };
    let units = vec![unit("do", "Phòng Đỏ"), unit("xanh", "Phòng Xanh")];
    units::replace(change, &UnitRegister { units, successions: vec![] }).await.expect("units");
    for (id, name, language) in
        [("dung", "Đỗ Thị Dung", None), ("em", "Lê Văn Em", None), ("giang", "Phạm Giang", Some("en"))]
    {
        let person = Person {
            id: id.into(),
            name: name.into(),
            position: None,
            email: Some(format!("{id}@example.gov.vn")),
            language: language.map(str::to_owned),
            created_at: change.now(),
        };
        people::insert(change, &person).await.expect("a person");
    }
    for (person, unit) in [("dung", "do"), ("em", "xanh")] {
        let role = Role {
            id: format!("head-{unit}"),
            person: person.into(),
            kind: RoleKind::UnitHead,
            unit: Some(unit.into()),
            decision: None,
            qualified: None,
            valid_from: FIRST_DAY,
            valid_to: None,
        };
        roles::grant(change, &role).await.expect("a head");
    }
    for (id, unit) in [("PC-ĐỎ", "do"), ("PC-XANH", "xanh")] {
        subjects::enter(change, &device(id), id).await.expect("a device");
        assignments::assign(change, &device(id), unit, FIRST_DAY).await.expect("a home");
    }
    holders::add(change, &device("PC-ĐỎ"), "giang", FIRST_DAY).await.expect("a holder");
    let files = BTreeMap::from([("main.yaml".to_owned(), DIRECTIVE.to_owned())]);
    let digest = directives::load(change, "office", "main.yaml", &files).await.expect("it loads");
    directives::activate(change, &digest).await.expect("it is in force");
    settings::ORGANISATION_NAME.set(change, &"THADS tỉnh Ví Dụ".to_owned()).await.expect("a name");
}

/// The office in a fresh store, with what its devices say.
async fn office(database: &Database) -> Store {
    let options = StoreOptions { readers: 2, writers: 2, ..StoreOptions::default() };
    let store = Store::open(database.url(), &options).await.expect("a store");
    let mut change = store.begin(Actor::System, monday() - SignedDuration::from_hours(72)).await.expect("a change");
    organise(&mut change).await;
    change.commit().await.expect("kept");
    let mut change = store.begin(Actor::System, monday() - SignedDuration::from_hours(48)).await.expect("a change");
    for (id, family) in [("PC-ĐỎ", "windows"), ("PC-XANH", "linux")] {
        let fact = format!(r#"{{"value":{{"family":"{family}"}},"source":"agent:linux"}}"#);
        let fact = NewFact { area: "os".into(), fact: Some(fact), observed_at: change.now() };
        facts::put(&mut change, &device(id), vec![fact]).await.expect("facts");
    }
    change.commit().await.expect("kept");
    store
}

async fn switch_on(store: &Store) {
    let mut change = store.begin(Actor::System, monday()).await.expect("a change");
    settings::DIGEST_ON.set(&mut change, &true).await.expect("set");
    change.commit().await.expect("kept");
}

/// A server over the store that sends through the mail server on this port.
fn server(store: &Store, name: &str, port: Option<u16>) -> AppState {
    let mail = Mail {
        host: port.map(|_| "127.0.0.1".to_owned()),
        port,
        security: MailSecurity::None,
        from: Some("Khiên <khien@example.gov.vn>".to_owned()),
        ..Mail::default()
    };
    let settings = Settings { mail, public_url: Some("https://khien.example.vn".to_owned()), ..Settings::default() };
    AppState::new(store.clone(), settings, None, name, Arc::new(monday))
}

/// Who was sent something, in the order of the alphabet.
fn receivers(mail: &MailServer) -> Vec<String> {
    let to = |letter: &String| {
        let line = letter.lines().find_map(|line| line.strip_prefix("X-Envelope-To: "));
        line.expect("an envelope").to_owned()
    };
    let mut receivers: Vec<String> = mail.messages().iter().map(to).collect();
    receivers.sort();
    receivers
}

/// The line in the inbox, as the reader sees it (RFC 2047: base64, words of a line put together).
fn subject_of(letter: &str) -> String {
    assert!(letter.split("\r\n\r\n").take(2).all(str::is_ascii), "headers are ASCII: {letter}");
    let unfolded = letter.replace("\r\n ", " ");
    let line = unfolded.lines().find_map(|line| line.strip_prefix("Subject: ")).expect("a subject").to_owned();
    let mut subject = String::new();
    let mut was_encoded = false;
    for word in line.split(' ') {
        match word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?=")) {
            Some(encoded) => {
                if !subject.is_empty() && !was_encoded {
                    subject.push(' ');
                }
                subject.push_str(&String::from_utf8(STANDARD.decode(encoded).expect("base64")).expect("UTF-8"));
                was_encoded = true;
            }
            None => {
                if !subject.is_empty() {
                    subject.push(' ');
                }
                subject.push_str(word);
                was_encoded = false;
            }
        }
    }
    subject
}

/// The plain text of a letter, as the reader sees it (RFC 2045: quoted-printable or base64).
fn text_of(letter: &str) -> String {
    let (_, part) = letter.split_once("Content-Type: text/plain").expect("a plain part");
    let (head, rest) = part.split_once("\r\n\r\n").expect("a body");
    let body = rest.split("\r\n--").next().unwrap_or_default();
    if head.contains("base64") {
        let joined: String = body.split_whitespace().collect();
        return String::from_utf8(STANDARD.decode(joined).expect("base64")).expect("UTF-8");
    }
    if !head.contains("quoted-printable") {
        return body.to_owned();
    }
    let mut bytes = Vec::new();
    let joined = body.replace("=\r\n", "");
    let mut letters = joined.bytes();
    while let Some(byte) = letters.next() {
        if byte == b'=' {
            let pair = [letters.next().expect("a digit"), letters.next().expect("a digit")];
            let digits = std::str::from_utf8(&pair).expect("ASCII");
            bytes.push(u8::from_str_radix(digits, 16).expect("a byte"));
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_something_to_do_hears_of_it_once_a_week() {
    let mail = match MailServer::start() {
        Ok(mail) => mail,
        Err(reason) => return eprintln!("SKIPPED: {reason}"),
    };
    let database = Database::sqlite();
    let store = office(&database).await;
    let state = server(&store, "one", Some(mail.port));
    // Nobody switched it on, or nobody said where to: nothing goes out.
    assert_eq!(job::run(state.clone(), monday()).await.expect("done"), "digests are off");
    switch_on(&store).await;
    let nowhere = server(&store, "one", None);
    assert_eq!(job::run(nowhere, monday()).await.expect("done"), "digests are off");
    let early = monday() - SignedDuration::from_hours(2);
    assert_eq!(job::run(state.clone(), early).await.expect("done"), "not yet time");
    assert!(mail.messages().is_empty());

    assert_eq!(job::run(state.clone(), monday()).await.expect("done"), "2 digests sent, 0 failed");
    // The head of the unit where all is well has nothing to read.
    assert_eq!(receivers(&mail), ["dung@example.gov.vn", "giang@example.gov.vn"]);
    let letters = mail.messages();
    let to = |who: &str| letters.iter().find(|letter| letter.contains(&format!("X-Envelope-To: {who}"))).expect("one");
    assert_eq!(subject_of(to("dung")), "Khiên: Phòng Đỏ còn 1 kết quả không đạt, 1 quá hạn");
    let text = text_of(to("dung"));
    for said in ["Kính gửi Đỗ Thị Dung", "Máy tính chạy Linux", "PC-ĐỎ", "https://khien.example.vn", "THADS tỉnh Ví Dụ"]
    {
        assert!(text.contains(said), "{said} in {text}");
    }
    let text = text_of(to("giang"));
    assert!(text.contains("Runs Linux") && text.contains("Install anew"), "{text}");
    assert!(to("dung").contains("Auto-Submitted: auto-generated"), "{}", to("dung"));

    // Once a week, however often the job comes.
    for hours in [0, 1, 100] {
        let later = monday() + SignedDuration::from_hours(hours);
        assert_eq!(job::run(state.clone(), later).await.expect("done"), "0 digests sent, 0 failed");
    }
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_servers_at_once_each_letter_is_sent_by_one() {
    let mail = match MailServer::start() {
        Ok(mail) => mail,
        Err(reason) => return eprintln!("SKIPPED: {reason}"),
    };
    for database in khien_test_support::fresh_databases() {
        let before = mail.messages().len();
        let store = office(&database).await;
        switch_on(&store).await;
        let options = StoreOptions { readers: 2, writers: 2, ..StoreOptions::default() };
        let other = Store::open(database.url(), &options).await.expect("a store");
        let one = tokio::spawn(job::run(server(&store, "one", Some(mail.port)), monday()));
        let two = tokio::spawn(job::run(server(&other, "two", Some(mail.port)), monday()));
        for run in [one, two] {
            run.await.expect("it ends").expect("done");
        }
        assert_eq!(mail.messages().len() - before, 2, "{:?}", receivers(&mail));
        store.close().await;
        other.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_that_is_away_is_said_and_asked_again() {
    let database = Database::sqlite();
    let store = office(&database).await;
    switch_on(&store).await;
    // A port on which nobody listens any more.
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port").port();
    let trouble = job::run(server(&store, "one", Some(port)), monday()).await.expect_err("nobody is there");
    assert!(trouble.to_string().contains("0 digests sent, 2 failed"), "{trouble}");
    let tried = deliveries::of_period(&store, "digest_head", "2026-W48").await.expect("deliveries");
    assert!(tried.len() == 1 && tried[0].sent_at.is_none() && tried[0].error.is_some(), "{tried:?}");
    let mail = match MailServer::start() {
        Ok(mail) => mail,
        Err(reason) => return eprintln!("SKIPPED: {reason}"),
    };
    let back = server(&store, "one", Some(mail.port));
    assert_eq!(job::run(back.clone(), monday()).await.expect("done"), "2 digests sent, 0 failed");
    assert_eq!(receivers(&mail).len(), 2);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_nobody_has_is_not_asked_again_this_week() {
    let mail = match MailServer::start() {
        Ok(mail) => mail,
        Err(reason) => return eprintln!("SKIPPED: {reason}"),
    };
    let database = Database::sqlite();
    let store = office(&database).await;
    switch_on(&store).await;
    let addresses = async |of_dung: &str, of_giang: &str| {
        let mut change = store.begin(Actor::System, monday()).await.expect("a change");
        for (id, address) in [("dung", of_dung), ("giang", of_giang)] {
            let person = people::find(&store, id).await.expect("an answer").expect("a person");
            let person = Person { email: Some(address.to_owned()), ..person };
            people::update(&mut change, &person).await.expect("changed");
        }
        change.commit().await.expect("kept");
    };
    addresses("unknown@example.gov.vn", "busy@example.gov.vn").await;
    let state = server(&store, "one", Some(mail.port));
    let trouble = job::run(state.clone(), monday()).await.expect_err("somebody is busy");
    assert!(trouble.to_string().contains("0 digests sent, 1 failed"), "{trouble}");
    addresses("dung@example.gov.vn", "giang@example.gov.vn").await;
    assert_eq!(job::run(state, monday()).await.expect("done"), "1 digests sent, 0 failed");
    assert_eq!(receivers(&mail), ["giang@example.gov.vn"]);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_comes_again_is_never_given_up() {
    let database = Database::sqlite();
    let store = office(&database).await;
    let mut change = store.begin(Actor::System, monday()).await.expect("a change");
    jobs::add(&mut change, job::KIND, "", &serde_json::json!({}), monday()).await.expect("planned");
    change.commit().await.expect("kept");
    let mut now = monday();
    for _ in 0..=jobs::MAX_ATTEMPTS * 2 {
        let mut change = store.begin(Actor::System, now).await.expect("a change");
        let hold = SignedDuration::from_mins(5);
        let job = jobs::take(&mut change, &[job::KIND], "one", hold).await.expect("an answer").expect("a job");
        now += SignedDuration::from_hours(1);
        assert!(jobs::put_off(&mut change, &job, "one", now, "away").await.expect("put off"));
        change.commit().await.expect("kept");
    }
    let open = jobs::open(&store).await.expect("jobs");
    assert_eq!(open[0].last_error.as_deref(), Some("away"));
    store.close().await;
}
