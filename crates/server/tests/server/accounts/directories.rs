//! Real directories: OpenLDAP's slapd with five thousand people, and an Active Directory by Samba. The server reads them by
//! itself, as it does in life.
#![allow(clippy::print_stderr, reason = "a test that misses its peer says so, and tells its figures")]

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use khien_model::{Subject, SubjectKind, day_of};
use khien_server::AppState;
use khien_server::config::Settings;
use khien_server::serve::{self, Serving};
use khien_server::state::system_clock;
use khien_store::connectors::{self, Run};
use khien_store::{accounts, assignments};
use khien_test_support::{ActiveDirectory, Slapd};

use super::{made, office_now};
use crate::place::{Browser, Place};

const MANY: usize = 5_000;
/// How long a reading may take until it is written down, the wait for its job included.
const PATIENCE: Duration = Duration::from_mins(2);

/// The clock of this machine, by which directories go.
fn now() -> Timestamp {
    (system_clock())()
}

/// A server that works off jobs, over the same store.
async fn at_work(place: &Place) -> Serving {
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let settings = Settings { https: None, http: Some(anywhere), ..(*place.state.settings).clone() };
    let state = AppState::new(place.state.store.clone(), settings, None, "jobs", system_clock());
    serve::start(state, None).await.unwrap()
}

/// Asks for a reading and waits for what it comes to.
async fn read(place: &Place, browser: &mut Browser, source: &str, what: &str) -> Run {
    let id = source.rsplit('/').next().unwrap();
    let before = connectors::runs_of(&place.state.store, id, 100).await.unwrap().len();
    browser.get(source).await;
    // The clock of the place is set by hand; the job goes by that of the machine.
    place.pass(now().duration_since(place.now()).max(SignedDuration::ZERO));
    let asked = browser.post(&format!("{source}/read"), &[("what", what)]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let begun = Instant::now();
    loop {
        let mut runs = connectors::runs_of(&place.state.store, id, 100).await.unwrap();
        if runs.len() > before {
            return runs.remove(0);
        }
        assert!(begun.elapsed() < PATIENCE, "no reading within {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn people() -> String {
    let mut entries = String::new();
    let mut person = |uid: &str, changed: &str, expires: &str| {
        let _ = writeln!(
            entries,
            "dn: uid={uid},dc=thads,dc=test\nobjectClass: inetOrgPerson\nobjectClass: shadowAccount\nuid: {uid}\n\
             cn: Cán bộ {uid}\nsn: Cán\ncreateTimestamp: 20240105010203Z\npwdChangedTime: {changed}\nshadowExpire: {expires}\n"
        );
    };
    let yesterday = (now() - SignedDuration::from_hours(24)).strftime("%Y%m%d%H%M%SZ").to_string();
    person("lan", "20240105010204Z", "-1");
    person("binh", &yesterday, "-1");
    person("di", &yesterday, "-1");
    for number in 0..MANY - 3 {
        person(&format!("cb{number:05}"), &yesterday, "-1");
    }
    entries
}

async fn shows(browser: &mut Browser, account: &str, control: &str, class: &str) {
    let page = browser.get(&format!("/subjects/account/{account}")).await;
    assert_eq!(page.status, StatusCode::OK, "{account}");
    let place =
        page.body.find(&format!("/controls/{control}\"")).unwrap_or_else(|| panic!("no {control}: {}", page.body));
    let before = page.body.get(..place).unwrap();
    let article = before.rfind("<article class=\"finding ").and_then(|at| before.get(at..));
    let is_in_table = before.rfind("<table").is_some_and(|table| before.rfind("<article").is_none_or(|at| at < table));
    if class == "pass" {
        assert!(is_in_table, "{control} of {account} does not pass");
    } else {
        assert!(
            article.is_some_and(|article| article.starts_with(&format!("<article class=\"finding {class}\""))),
            "{control} of {account} is not {class}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_accounts_become_findings() {
    let slapd = match Slapd::start(&people()) {
        Ok(slapd) => slapd,
        Err(reason) => return eprintln!("SKIPPED: {reason}"),
    };
    let (place, mut browser, _folder) = office_now().await;
    for (person, unit) in [("lan", "mot"), ("binh", "hai"), ("di", "hai")] {
        place.person(person, unit, &[]).await;
    }
    let url = format!("ldaps://127.0.0.1:{}", slapd.tls_port);
    let mut fields = vec![
        ("kind", "ldap"),
        ("name", "Danh bạ tỉnh"),
        ("system", "thads.test"),
        ("unit", "tinh"),
        ("url", url.as_str()),
        ("certificates", slapd.certificate.as_str()),
        ("bind_name", Slapd::READER),
        ("password", "sai"),
        ("every_hours", "4"),
    ];
    let source = made(&mut browser, &fields).await;
    let page = browser.post(&format!("{source}/test"), &[]).await;
    assert!(page.body.contains("không nhận tên hoặc mật khẩu"), "{}", page.body);
    // Another address needs the password anew: what was sealed is never sent elsewhere.
    browser.get(&format!("{source}/edit")).await;
    fields.retain(|(name, _)| *name != "password");
    let elsewhere: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (*name, if *name == "url" { "ldaps://elsewhere" } else { value })).collect();
    assert_eq!(browser.post(&format!("{source}/edit"), &elsewhere).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    fields.push(("password", Slapd::PASSWORD));
    assert_eq!(browser.post(&format!("{source}/edit"), &fields).await.status, StatusCode::SEE_OTHER);
    let page = browser.post(&format!("{source}/test"), &[]).await;
    assert!(page.body.contains(Slapd::BASE), "{}", page.body);
    assert!(!browser.get(&format!("{source}/edit")).await.body.contains(Slapd::PASSWORD));

    let serving = at_work(&place).await;
    // Nothing is taken over that nobody has looked at.
    browser.get(&source).await;
    assert_eq!(browser.post(&format!("{source}/read"), &[("what", "take")]).await.status, StatusCode::CONFLICT);
    let looked = read(&place, &mut browser, &source, "look").await;
    assert_eq!((looked.problem, looked.counts.read, looked.counts.new), (None, MANY, MANY));
    assert_eq!(accounts::all(&place.state.store).await.unwrap(), []);
    let page = browser.get(&format!("{source}/runs/{}", looked.id)).await;
    assert!(page.body.contains("Nhận kết quả này") && page.body.contains("không ghép được"), "{}", page.body);
    let taken = read(&place, &mut browser, &source, "take").await;
    assert_eq!((taken.problem, taken.counts.new, taken.counts.unjoined), (None, MANY, MANY - 3));
    let again = read(&place, &mut browser, &source, "take").await;
    assert_eq!((again.problem, again.counts.new, again.counts.changed), (None, 0, 0));
    for (what, run) in [
        ("compared", (looked.started_at, looked.ended_at)),
        ("taken over", (taken.started_at, taken.ended_at)),
        ("read again", (again.started_at, again.ended_at)),
    ] {
        eprintln!("{MANY} accounts {what}: {} ms", run.1.duration_since(run.0).as_millis());
    }
    shows(&mut browser, "lan@thads.test", "password-age", "fail").await;
    shows(&mut browser, "binh@thads.test", "password-age", "pass").await;
    shows(&mut browser, "binh@thads.test", "account-has-one-user", "unknown").await;
    shows(&mut browser, "di@thads.test", "account-without-owner-disabled", "pass").await;
    let gone = Subject { kind: SubjectKind::Person, id: "di".into() };
    place.change(async |change| assignments::end(change, &gone, day_of(place.now())).await.unwrap()).await;
    accounts::refresh(&place.state.store, place.now()).await.unwrap();
    shows(&mut browser, "di@thads.test", "account-without-owner-disabled", "fail").await;

    // The directory is away: it is said, and nothing that is known is lost.
    drop(slapd);
    let failed = read(&place, &mut browser, &source, "take").await;
    assert_eq!(failed.problem.map(|(key, _)| key).as_deref(), Some("ldap-unreachable"));
    let page = browser.get(&source).await;
    assert!(page.body.contains("không nối được với máy chủ danh bạ"), "{}", page.body);
    assert_eq!(accounts::all(&place.state.store).await.unwrap().len(), MANY);
    serving.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_active_directory_becomes_findings() {
    let users: &[&[&str]] = &[
        &["user", "create", "lan", "Xin-Chao-2026", "--mail-address=lan@example.gov.vn"],
        &["user", "create", "binh", "Xin-Chao-2026", "--must-change-at-next-login"],
        &["user", "create", "dung", "Xin-Chao-2026"],
        &["user", "disable", "dung"],
    ];
    let directory = match ActiveDirectory::start(users) {
        Ok(directory) => directory,
        Err(reason) => return eprintln!("SKIPPED: {reason}"),
    };
    let (place, mut browser, _folder) = office_now().await;
    for person in ["lan", "binh", "dung"] {
        place.person(person, "mot", &[]).await;
    }
    let url = format!("ldaps://{}", directory.address);
    let source = made(
        &mut browser,
        &[
            ("kind", "ldap"),
            ("name", "Miền THADS"),
            ("system", "thads.test"),
            ("unit", "tinh"),
            ("url", &url),
            ("certificates", &directory.certificate),
            ("bind_name", ActiveDirectory::READER),
            ("password", ActiveDirectory::PASSWORD),
            ("every_hours", "0"),
        ],
    )
    .await;
    let page = browser.post(&format!("{source}/test"), &[]).await;
    assert!(page.body.contains("Active Directory") && page.body.contains(ActiveDirectory::BASE), "{}", page.body);
    let serving = at_work(&place).await;
    assert_eq!(read(&place, &mut browser, &source, "look").await.problem, None);
    assert_eq!(read(&place, &mut browser, &source, "take").await.problem, None);
    // Handed out a moment ago: nothing is known of the day its owner got it, and one that must be changed says no day.
    shows(&mut browser, "lan@thads.test", "password-age", "pass").await;
    shows(&mut browser, "lan@thads.test", "initial-password-replaced", "unknown").await;
    shows(&mut browser, "binh@thads.test", "password-age", "unknown").await;
    shows(&mut browser, "binh@thads.test", "inactive-account-disabled", "pass").await;
    shows(&mut browser, "dung@thads.test", "account-without-owner-disabled", "pass").await;
    shows(&mut browser, "administrator@thads.test", "administrator-second-factor", "unknown").await;
    shows(&mut browser, "administrator@thads.test", "account-without-owner-disabled", "unknown").await;
    serving.stop().await;
}
