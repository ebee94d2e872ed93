//! Which reminder is due, what a letter says, and that each goes out once through a real mail server.
#![allow(clippy::print_stderr, reason = "a test that misses its peer says so")]

use std::sync::Arc;

use expect_test::expect;
use jiff::civil::date;
use khien_model::{Unit, UnitName, UnitRegister, start_of_day};
use khien_store::facts::NewFact;
use khien_store::{Store, StoreOptions, units};
use khien_test_support::{Database, MailServer};

use super::*;
use crate::admin::tests::texts;
use crate::config::{Mail, MailSecurity, Settings};
use crate::first_run;

#[test]
fn the_nearest_reminder_that_is_not_past_is_the_one_whose_turn_it_is() {
    let cases =
        [(15, None), (14, Some(14)), (8, Some(14)), (7, Some(7)), (2, Some(7)), (1, Some(1)), (0, Some(1)), (-1, None)];
    for (days_left, expected) in cases {
        assert_eq!(reminder(days_left), expected, "{days_left}");
    }
}

#[test]
fn a_letter_names_each_account_and_its_day() {
    let person = Person {
        id: "lan".into(),
        name: "Nguyễn Thị Lan".into(),
        position: None,
        email: Some("lan@moj.gov.vn".into()),
        language: None,
        created_at: Timestamp::UNIX_EPOCH,
    };
    let due = [("lan@mail.moj.gov.vn", date(2026, 11, 29), 7), ("lan@thuly", date(2026, 12, 6), 14)]
        .map(|(account, day, before)| Due { account: account.into(), day, before });
    let (subject, text) =
        words(&person, &due, "THADS tỉnh Ví Dụ", "https://khien.example.vn", date(2026, 11, 22), &texts(Language::Vi));
    expect![[r#"
        Khiên: 2 mật khẩu của bạn sắp hết hạn, gần nhất còn 7 ngày

        Kính gửi Nguyễn Thị Lan,

        Mật khẩu của các tài khoản sau sắp phải đổi:

        - lan@mail.moj.gov.vn: hạn cuối 29/11/2026, còn 7 ngày
        - lan@thuly: hạn cuối 06/12/2026, còn 14 ngày

        Hãy đổi mật khẩu trên máy của cơ quan. Cách đổi và những việc khác: https://khien.example.vn/my

        Thư này do Khiên của THADS tỉnh Ví Dụ tự động gửi. Khiên không bao giờ hỏi mật khẩu của bạn.
    "#]]
    .assert_eq(&format!("{subject}\n\n{text}"));
}

const FIRST_DAY: Date = date(2026, 1, 5);

fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

/// An office of one unit in which three people have an account each; their passwords were changed so many days before the day
/// of the test, and one account is closed.
async fn office(database: &Database, now: Timestamp) -> Store {
    let store = Store::open(database.url(), &StoreOptions::default()).await.expect("a store");
    first_run::directive(&store, now).await.expect("a directive");
    let mut change = store.begin(Actor::System, now).await.expect("a change");
    let name = UnitName { name: "Phòng".into(), abbreviation: None, valid_from: FIRST_DAY, valid_to: None };
    let unit =
        Unit { id: "p".into(), kind: None, names: vec![name], parents: vec![], valid_from: FIRST_DAY, valid_to: None };
    units::replace(&mut change, &UnitRegister { units: vec![unit], successions: vec![] }).await.expect("a unit");
    for (id, days_ago, enabled) in [("lan", 83, true), ("binh", 75, true), ("dung", 83, false)] {
        let person = Person {
            id: id.into(),
            name: id.into(),
            position: None,
            email: Some(format!("{id}@example.gov.vn")),
            language: None,
            created_at: now,
        };
        people::insert(&mut change, &person).await.expect("a person");
        let account = Subject { kind: SubjectKind::Account, id: format!("{id}@thuly") };
        subjects::enter(&mut change, &account, &account.id).await.expect("an account");
        holders::add(&mut change, &account, id, FIRST_DAY).await.expect("an owner");
        let changed = start_of_day(day_of(now)) - SignedDuration::from_hours(24 * days_ago);
        let said = |area: &str, value: serde_json::Value| NewFact {
            area: area.into(),
            fact: Some(serde_json::json!({ "value": value, "source": "test" }).to_string()),
            observed_at: now,
        };
        let said = vec![
            said("credential", serde_json::json!({ "password_changed_at": changed })),
            said("lifecycle", serde_json::json!({ "enabled": enabled })),
        ];
        facts::put(&mut change, &account, said).await.expect("facts");
    }
    change.commit().await.expect("kept");
    store
}

fn server(store: &Store, port: u16, now: Timestamp) -> AppState {
    let mail = Mail {
        host: Some("127.0.0.1".to_owned()),
        port: Some(port),
        security: MailSecurity::None,
        from: Some("Khiên <khien@example.gov.vn>".to_owned()),
        ..Mail::default()
    };
    let settings = Settings { mail, public_url: Some("https://khien.example.vn".to_owned()), ..Settings::default() };
    AppState::new(store.clone(), settings, None, "test", Arc::new(move || now))
}

fn receivers(mail: &MailServer) -> Vec<String> {
    let to = |letter: &String| {
        let line = letter.lines().find_map(|line| line.strip_prefix("X-Envelope-To: "));
        line.expect("an envelope").to_owned()
    };
    mail.messages().iter().map(to).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_reminder_goes_out_once_and_none_for_a_closed_account() {
    let mail = match MailServer::start() {
        Ok(mail) => mail,
        Err(reason) => return eprintln!("SKIPPED: {reason}"),
    };
    let database = Database::sqlite();
    let store = office(&database, at("2026-11-22T08:00:00+07:00")).await;
    let (lan, binh) = ("lan@example.gov.vn", "binh@example.gov.vn");
    // So many days later, and to whom letters have gone out by then: lan has seven days left on the first day, binh fifteen.
    let days: [(&str, &[&str]); 7] = [
        ("2026-11-22T06:00:00+07:00", &[]),
        ("2026-11-22T08:00:00+07:00", &[lan]),
        ("2026-11-22T09:00:00+07:00", &[lan]),
        ("2026-11-23T08:00:00+07:00", &[lan, binh]),
        ("2026-11-24T08:00:00+07:00", &[lan, binh]),
        ("2026-11-28T08:00:00+07:00", &[lan, binh, lan]),
        ("2026-11-30T08:00:00+07:00", &[lan, binh, lan, binh]),
    ];
    for (moment, expected) in days {
        run(server(&store, mail.port, at(moment)), at(moment)).await.expect("sent");
        assert_eq!(receivers(&mail), expected, "{moment}");
    }
    let mut change = store.begin(Actor::System, at("2026-12-06T08:00:00+07:00")).await.expect("a change");
    settings::PASSWORD_REMINDERS_ON.set(&mut change, &false).await.expect("set");
    change.commit().await.expect("kept");
    let moment = at("2026-12-06T08:00:00+07:00");
    run(server(&store, mail.port, moment), moment).await.expect("nothing to do");
    assert_eq!(receivers(&mail).len(), 4, "switched off");
}
