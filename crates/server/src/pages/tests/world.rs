//! A small province in a store of its own: four units, six people, eight computers with believable facts over 80 days.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION};
use axum::http::{HeaderMap, Request, StatusCode};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use khien_model::facts::{DeviceFacts, FactDocument};
use khien_model::{Subject, SubjectKind, Unit, UnitName, UnitParent, UnitRegister};
use khien_store::campaigns::{Attempt, Campaign, CampaignKind};
use khien_store::facts::NewFact;
use khien_store::logins::Login;
use khien_store::people::Person;
use khien_store::roles::{Role, RoleKind};
use khien_store::sessions::{Session, Strength};
use khien_store::tokens::EnrolmentToken;
use khien_store::{
    Actor, Store, StoreOptions, assignments, audit, campaigns, devices, directives, facts, holders, logins, people,
    roles, sessions, subjects, sweep, tokens, units,
};
use khien_test_support::Database;
use tower::ServiceExt as _;

use crate::config::Settings;
use crate::state::AppState;
use crate::{router, secrets};

const FOUNDED: Date = date(2020, 1, 1);
const NOW: &str = "2026-11-22T08:00:00+07:00";
/// The days before today on which the computers report.
const REPORT_DAYS: [i64; 6] = [80, 60, 45, 30, 10, 0];
const COMPUTERS: [(&str, &str, Option<&str>); 8] = [
    ("PC-VP-01", "van-phong", Some("minh")),
    ("PC-VP-02", "van-phong", None),
    ("PC-KV1-01", "kv1", Some("lan")),
    ("PC-KV1-02", "kv1", Some("huong")),
    ("PC-KV1-03", "kv1", None),
    ("PC-KV2-01", "kv2", None),
    ("PC-KV2-02", "kv2", None),
    ("PC-KV2-03", "kv2", None),
];

/// A server whose clock stands still, over a store of its own.
pub(super) struct World {
    pub(super) state: AppState,
    _database: Database,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) to: Option<String>,
    pub(super) html: String,
    headers: HeaderMap,
}

impl Answer {
    /// A header as text; empty when it is not there.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

fn moment(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

fn days_ago(days: i64) -> Timestamp {
    moment(NOW).checked_sub(SignedDuration::from_hours(24 * days)).expect("a moment")
}

fn unit(id: &str, name: &str, parent: Option<&str>) -> Unit {
    let parent = parent.map(|unit| UnitParent { unit: unit.into(), valid_from: FOUNDED, valid_to: None });
    Unit {
        id: id.into(),
        kind: None,
        names: vec![UnitName { name: name.into(), abbreviation: None, valid_from: FOUNDED, valid_to: None }],
        parents: parent.into_iter().collect(),
        valid_from: FOUNDED,
        valid_to: None,
    }
}

fn device(id: &str) -> Subject {
    Subject { kind: SubjectKind::Device, id: id.into() }
}

/// The facts of one computer on one day: of each control about devices one of its examples, another one on other days, so
/// that everything passes somewhere and fails somewhere.
fn areas(computer: usize, report: usize, at: Timestamp) -> Vec<NewFact> {
    let directive = khien_content::shipped("thads-2026").expect("it loads").directive;
    let mut areas = BTreeMap::new();
    let devices = directive.controls().filter(|(_, control)| control.subject == SubjectKind::Device);
    for (place, (_, control)) in devices.enumerate() {
        // Later reports lean to the first example, which passes.
        let choice = if (computer + place + report).is_multiple_of(3) { 0 } else { computer + place };
        let example = control.examples.get(choice % control.examples.len().max(1)).expect("an example");
        let document = serde_json::to_value(&example.facts).expect("JSON");
        let facts = document.pointer("/device/facts").and_then(serde_json::Value::as_object).expect("facts");
        for (area, fact) in facts.iter().filter(|(area, _)| *area != DeviceFacts::REPORTING) {
            let mut fact = fact.clone();
            fact.as_object_mut().expect("a fact").remove("observed_at");
            let sources = [("source".to_owned(), "agent:linux".into())];
            fact.as_object_mut().expect("a fact").extend(sources);
            areas.insert(area.clone(), fact);
        }
    }
    let os = serde_json::json!({"source": "agent:linux", "value": {"family": "windows", "name": "Windows 10 Pro"}});
    areas.entry("os".to_owned()).or_insert(os);
    let fact =
        |(area, fact): (String, serde_json::Value)| NewFact { area, fact: Some(fact.to_string()), observed_at: at };
    areas.into_iter().map(fact).collect()
}

impl World {
    /// Founds it.
    pub(super) async fn found() -> Self {
        let database = Database::sqlite();
        let store = Store::open(database.url(), &StoreOptions::default()).await.expect("a store");
        organise(&store).await;
        for (report, days) in REPORT_DAYS.into_iter().enumerate() {
            let at = days_ago(days);
            let mut change = store.begin(Actor::System, at).await.expect("a change");
            for (computer, (id, _, _)) in COMPUTERS.iter().enumerate() {
                // One computer never reports, one has been silent for long.
                if computer == 7 || (computer == 4 && days < 30) {
                    continue;
                }
                facts::put(&mut change, &device(id), areas(computer, report, at)).await.expect("facts");
            }
            change.commit().await.expect("it is written");
            sweep::sweep(&store, at, 10_000).await.expect("a sweep");
        }
        bring_the_duties(&store, moment(NOW)).await;
        let clock = Arc::new(|| moment(NOW));
        let state = AppState::new(store, Settings::default(), None, "test", clock);
        Self { state, _database: database }
    }

    /// A computer of `unit` enrolled so many days ago, and nothing came from it since.
    pub(super) async fn enrol_and_fall_silent(&self, id: &str, unit: &str, days: i64) {
        let store = &self.state.store;
        let at = days_ago(days);
        let mut change = store.begin(Actor::System, at).await.expect("a change");
        let token = EnrolmentToken {
            id: format!("token-of-{id}"),
            secret_hash: format!("secret-of-{id}"),
            unit: unit.into(),
            note: None,
            created_by: "quan-tri".into(),
            created_at: at,
            expires_at: moment(NOW),
            uses_allowed: 1,
            uses: 0,
            revoked_at: None,
        };
        tokens::insert(&mut change, &token).await.expect("a token");
        let enrolment = devices::Enrolment {
            id: id.into(),
            token_hash: token.secret_hash,
            public_key: format!("key-of-{id}"),
            counter: 1,
            hostname: id.into(),
            os: None,
            agent_version: "0.1.0".into(),
            notice_version: "1".into(),
            notice_accepted_at: at,
            notice_accepted_by: "binh".into(),
        };
        devices::enrol(&mut change, &enrolment).await.expect("a store").expect("it enrols");
        change.commit().await.expect("it is written");
        sweep::sweep(store, moment(NOW), 10_000).await.expect("a sweep");
    }

    /// Asks for a page as `person`, whose session is their id.
    pub(super) async fn get(&self, person: &str, path: &str) -> Answer {
        let request = Request::get(path).header(COOKIE, format!("khien_session=secret-of-{person}"));
        self.answer(request.body(Body::empty()).expect("a request")).await
    }

    /// Sends a form as `person`.
    pub(super) async fn post(&self, person: &str, path: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header(COOKIE, format!("khien_session=secret-of-{person}"))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("csrf=csrf-of-{person}&{form}")));
        self.answer(request.expect("a request")).await
    }

    /// Sends a form with files as `person`: of each the field, its name and its bytes.
    pub(super) async fn upload(&self, person: &str, path: &str, files: &[(&str, &str, &[u8])]) -> Answer {
        const BOUNDARY: &str = "----khien-test";
        let mut body =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ncsrf-of-{person}\r\n")
                .into_bytes();
        for (field, name, content) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n"
            );
            body.extend([head.as_bytes(), content, b"\r\n"].concat());
        }
        body.extend(format!("--{BOUNDARY}--\r\n").bytes());
        let request = Request::post(path)
            .header(COOKIE, format!("khien_session=secret-of-{person}"))
            .header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
            .body(Body::from(body));
        self.answer(request.expect("a request")).await
    }

    /// Puts a version of the directive in force, since yesterday, in which one text reads otherwise.
    pub(super) async fn rename_in_directive(&self, then: &str, now: &str) {
        let files = shipped_files().into_iter().map(|(name, text)| (name, text.replace(then, now))).collect();
        let mut change = self.state.store.begin(Actor::System, days_ago(1)).await.expect("a change");
        let digest = directives::load(&mut change, "thads-2026", "thads-2026.yaml", &files).await.expect("a directive");
        directives::activate(&mut change, &digest).await.expect("it is in force");
        change.commit().await.expect("it is written");
    }

    /// The entries of the audit log, oldest first.
    pub(super) async fn audited(&self) -> Vec<audit::Record> {
        let mut records = audit::list(&self.state.store, &audit::Search::default(), 1000).await.expect("entries");
        records.reverse();
        records
    }

    async fn answer(&self, request: Request<Body>) -> Answer {
        let response = router(self.state.clone()).oneshot(request).await.expect("an answer");
        let status = response.status();
        let headers = response.headers().clone();
        let to = headers.get(LOCATION).map(|to| to.to_str().expect("an address").to_owned());
        let bytes = to_bytes(response.into_body(), 16 * 1024 * 1024).await.expect("a body");
        Answer { status, to, html: String::from_utf8(bytes.to_vec()).expect("text"), headers }
    }
}

/// Units, people with their roles and sessions, computers, the directive.
async fn organise(store: &Store) {
    let at = days_ago(90);
    let mut change = store.begin(Actor::System, at).await.expect("a change");
    let register = UnitRegister {
        units: vec![
            unit("tinh", "Thi hành án dân sự tỉnh", None),
            unit("van-phong", "Văn phòng", Some("tinh")),
            unit("kv1", "Phòng Thi hành án dân sự khu vực 1", Some("tinh")),
            unit("kv2", "Phòng Thi hành án dân sự khu vực 2", Some("tinh")),
        ],
        successions: Vec::new(),
    };
    units::replace(&mut change, &register).await.expect("units");
    for (id, name, home, role) in [
        ("quan-tri", "Phạm Quản Trị", "van-phong", Some((RoleKind::Administrator, None))),
        ("minh", "Lê Văn Minh", "van-phong", Some((RoleKind::ProvincialOffice, Some("tinh")))),
        ("huong", "Nguyễn Thị Hương", "kv1", Some((RoleKind::UnitHead, Some("kv1")))),
        ("binh", "Đỗ Thanh Bình", "kv1", Some((RoleKind::ItFocalOfficer, Some("kv1")))),
        ("lan", "Trần Thị Lan", "kv1", None),
        ("doc-lap", "Vũ Độc Lập", "van-phong", Some((RoleKind::Assessor, None))),
    ] {
        let person =
            Person { id: id.into(), name: name.into(), position: None, email: None, language: None, created_at: at };
        people::insert(&mut change, &person).await.expect("a person");
        let subject = Subject { kind: SubjectKind::Person, id: id.into() };
        assignments::assign(&mut change, &subject, home, FOUNDED).await.expect("a home");
        subjects::enter(&mut change, &subject, name).await.expect("a subject");
        if let Some((kind, unit)) = role {
            let role = Role {
                id: format!("role-{id}"),
                person: id.into(),
                kind,
                unit: unit.map(str::to_owned),
                decision: Some("15/QĐ-THADS".into()),
                qualified: Some(true),
                valid_from: FOUNDED,
                valid_to: None,
            };
            roles::grant(&mut change, &role).await.expect("a role");
        }
        sign_in(&mut change, id, at).await;
    }
    for (id, home, holder) in COMPUTERS {
        subjects::enter(&mut change, &device(id), id).await.expect("a computer");
        assignments::assign(&mut change, &device(id), home, FOUNDED).await.expect("a home");
        if let Some(holder) = holder {
            holders::add(&mut change, &device(id), holder, FOUNDED).await.expect("a holder");
        }
    }
    let digest =
        directives::load(&mut change, "thads-2026", "thads-2026.yaml", &shipped_files()).await.expect("a directive");
    directives::activate(&mut change, &digest).await.expect("it is in force");
    change.commit().await.expect("it is written");
}

fn shipped_files() -> BTreeMap<String, String> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    khien_content::FILES.iter().map(|(name, bytes)| ((*name).to_owned(), text(bytes))).collect()
}

/// Everybody is asked to read the directive; one has read it and failed the quiz.
async fn bring_the_duties(store: &Store, at: Timestamp) {
    let active = directives::active(store).await.expect("a store").expect("a directive is in force");
    let mut done = store.begin(Actor::System, at).await.expect("a change");
    let change = &mut done;
    let directive = khien_content::shipped("thads-2026").expect("it loads").directive;
    let campaign = Campaign {
        id: "dot-1".into(),
        kind: CampaignKind::Reading,
        unit: "tinh".into(),
        directive: active.digest,
        clauses: campaigns::marks_of(&directive),
        due: date(2026, 12, 4),
        newcomer_days: 5,
        created_by: "minh".into(),
        created_at: at,
        closed_at: None,
    };
    campaigns::begin(change, &campaign).await.expect("a campaign");
    let people = ["minh", "huong", "binh", "lan"].map(|person| (person.to_owned(), campaign.due));
    campaigns::enrol(change, &campaign, &people).await.expect("people");
    for mark in &campaign.clauses {
        campaigns::read_clause(change, "binh", mark).await.expect("a clause");
    }
    campaigns::acknowledge(change, &campaign, "binh").await.expect("it is acknowledged");
    let attempt = Attempt { number: 0, answered_at: at, passed: false, answers: Vec::new() };
    campaigns::answer_quiz(change, &campaign, "binh", &attempt).await.expect("an attempt");
    done.commit().await.expect("it is written");
}

async fn sign_in(change: &mut khien_store::Change, person: &str, at: Timestamp) {
    let login = Login {
        password_hash: Some("$argon2id$none".into()),
        password_changed_at: Some(moment(NOW)),
        totp_secret: Some("JBSWY3DPEHPK3PXP".into()),
        totp_confirmed_at: Some(at),
        ..Login::new(person, person)
    };
    logins::insert(change, &login).await.expect("a login");
    let session = Session {
        secret_hash: secrets::kept(&format!("secret-of-{person}")),
        person: person.into(),
        csrf: format!("csrf-of-{person}"),
        strength: Strength::SecondFactor,
        created_at: moment(NOW),
        last_seen_at: moment(NOW),
        expires_at: moment("2030-01-01T00:00:00Z"),
        user_agent: None,
    };
    sessions::insert(change, &session).await.expect("a session");
}

/// A document that the module above must be able to read.
#[test]
fn the_examples_are_documents() {
    let areas = areas(0, 0, moment(NOW));
    assert!(areas.len() > 5, "{}", areas.len());
    let subject = FactDocument::empty(device("pc"));
    assert!(areas.iter().all(|fact| subject.facts().shape().field(&fact.area).is_some()));
}
