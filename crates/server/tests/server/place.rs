//! A server over a fresh store, a clock that is set by hand, and browsers with their cookies.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use khien_inspect::{Context, Inspection, NoRules, inspect};
use khien_model::{Subject, SubjectKind, Unit, UnitName, UnitParent, UnitRegister, day_of};
use khien_protocol::Digest;
use khien_scan::receipt::RuleSource;
use khien_scan::{ScanProblem, Upload};
use khien_server::config::Settings;
use khien_server::rights::Role;
use khien_server::scans::service::{Engine, Rules, Scans, Start};
use khien_server::visit::OverTls;
use khien_server::{AppState, router, secrets};
use khien_store::logins::{self, Login};
use khien_store::people::{self, Person};
use khien_store::roles::{self, Role as Appointed};
use khien_store::sessions::{self, Session, Strength};
use khien_store::{Actor, Change, Store, StoreOptions, assignments, audit, units};
use khien_test_support::Database;
use tempfile::TempDir;
use totp_rs::{Builder, Secret};
use tower::ServiceExt as _;

/// The password of everybody who is entered by [`Place::person`].
pub(crate) const PASSWORD: &str = "Trời-mưa-to-8-ngày";
/// The hash of no password.
const NO_PASSWORD: &str = "$argon2id$none";
const MOST_BYTES: usize = 4 * 1024 * 1024;
const FOUNDED: Date = date(2020, 1, 1);

/// The engine itself, without a worker: this program cannot be its own worker.
struct Here(khien_scan::Settings);

impl Engine for Here {
    fn rules(&self) -> Rules {
        let source = |name: &str, made_at: Option<&str>| RuleSource {
            name: name.to_owned(),
            id: format!("{name}-1"),
            made_at: made_at.map(str::to_owned),
            age_days: None,
        };
        let sources = vec![
            source("khien", Some("2026-11-20T00:00:00Z")),
            source("co-quan", Some("2026-10-01T00:00:00Z")),
            source("clamav", None),
        ];
        Rules { id: "none".to_owned(), sources }
    }

    fn look(&self, upload: &mut Upload<'_>) -> Result<Arc<Inspection>, ScanProblem> {
        assert_ne!(upload.name, "crash.txt", "a mistake in a reader");
        let mut bytes = Vec::new();
        let read = upload.read(&mut |piece| {
            bytes.extend_from_slice(piece);
            Ok(())
        });
        read.map_err(ScanProblem::Unreadable)?;
        let (limits, policy) = (&self.0.limits, &self.0.policy);
        let context = Context { rules: &NoRules, limits, policy, passwords: upload.passwords };
        Ok(Arc::new(inspect(upload.name, &bytes, &context)))
    }
}

/// How the servers of these tests begin to look into files.
pub(crate) fn here(settings: &khien_scan::Settings) -> Start {
    let engine: Arc<dyn Engine> = Arc::new(Here(settings.clone()));
    Box::new(move || {
        let engine = Arc::clone(&engine);
        Ok(Box::new(move || Arc::clone(&engine)))
    })
}

/// A server over a store of its own. [`Place::new`] has two units, `mot` and `hai`, below `tinh`.
pub(crate) struct Place {
    pub(crate) state: AppState,
    pub(crate) router: Router,
    clock: Arc<AtomicI64>,
    /// What the server keeps beside its database.
    pub(crate) data: TempDir,
    _database: Database,
}

impl Place {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let place = Self::empty(settings, "2026-11-22T08:00:00+07:00").await;
        place
            .change(async |change| {
                let list = [("tinh", None), ("mot", Some("tinh")), ("hai", Some("tinh"))];
                let units = list.into_iter().map(|(id, parent)| unit(id, parent)).collect();
                units::replace(change, &UnitRegister { units, successions: Vec::new() }).await.unwrap();
            })
            .await;
        place
    }

    /// The demonstration province: twelve units, 240 people, 300 devices, ninety days of what happened. Somebody of each
    /// role has a login that is called like the role.
    pub(crate) async fn demonstration() -> Self {
        let mut place = Self::empty(Settings::default(), "2026-11-20T16:30:00+07:00").await;
        khien_demo::fill(&place.state.store, khien_demo::SEED, place.now(), NO_PASSWORD, &mut |_, _| {}).await.unwrap();
        place.state.learn_what_is_fictional().await.unwrap();
        place.state.authority = Some(Digest::of(b"an authority"));
        place.router = router(place.state.clone());
        place
    }

    /// A server over an empty store, whose clock begins at `start`.
    async fn empty(settings: Settings, start: &str) -> Self {
        let (database, data) = (Database::sqlite(), tempfile::tempdir().unwrap());
        let settings = Settings { data: data.path().to_owned(), ..settings };
        let calendar = Some(Arc::new(khien_content::calendar()));
        let options = StoreOptions { calendar, ..StoreOptions::default() };
        let store = Store::open(database.url(), &options).await.unwrap();
        let start: Timestamp = start.parse().unwrap();
        let clock = Arc::new(AtomicI64::new(start.as_second()));
        let shown = Arc::clone(&clock);
        let now = Arc::new(move || Timestamp::from_second(shown.load(Ordering::Relaxed)).unwrap());
        let mut state = AppState::new(store, settings, None, "test", now);
        let scan = state.settings.scan.clone();
        let start = here(&scan);
        state.scans = Arc::new(Scans::started_by(scan, data.path(), start));
        Self { router: router(state.clone()), state, clock, data, _database: database }
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.state.clock)()
    }

    pub(crate) fn pass(&self, time: SignedDuration) {
        self.clock.fetch_add(time.as_secs(), Ordering::Relaxed);
    }

    pub(crate) async fn change(&self, work: impl AsyncFnOnce(&mut Change)) {
        let mut change = self.state.store.begin(Actor::System, self.now()).await.unwrap();
        work(&mut change).await;
        change.commit().await.unwrap();
    }

    /// Enters a person of `unit` with a login of the same name.
    pub(crate) async fn person(&self, id: &str, unit: &str, appointed: &[(Role, Option<&str>)]) {
        let hash = self.state.sign_in.hasher.hash(PASSWORD).await.unwrap();
        self.change(async |change| {
            let person = Person {
                id: id.to_owned(),
                name: format!("Nguyễn Thị {id}"),
                position: None,
                email: Some(format!("{id}@example.gov.vn")),
                language: None,
                created_at: change.now(),
            };
            people::insert(change, &person).await.unwrap();
            let subject = Subject { kind: SubjectKind::Person, id: id.to_owned() };
            assignments::assign(change, &subject, unit, FOUNDED).await.unwrap();
            logins::insert(change, &Login::new(id, id)).await.unwrap();
            logins::set_password(change, id, &hash, false, 10).await.unwrap();
        })
        .await;
        for (role, unit) in appointed {
            self.appoint(id, *role, *unit).await;
        }
    }

    pub(crate) async fn appoint(&self, person: &str, role: Role, unit: Option<&str>) {
        let appointed = Appointed {
            id: format!("{person}-{role}"),
            person: person.to_owned(),
            kind: role,
            unit: unit.map(str::to_owned),
            decision: None,
            qualified: None,
            valid_from: day_of(self.now()),
            valid_to: None,
        };
        self.change(async |change| roles::grant(change, &appointed).await.unwrap()).await;
    }

    /// Puts a second factor in force and gives its secret.
    pub(crate) async fn second_factor(&self, person: &str) -> String {
        let secret = khien_server::sign_in::totp::fresh_secret().unwrap();
        self.change(async |change| {
            logins::begin_totp(change, person, &secret).await.unwrap();
            logins::confirm_totp(change, person, 0).await.unwrap();
        })
        .await;
        secret
    }

    /// What the app shows now.
    pub(crate) fn code(&self, secret: &str) -> String {
        let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).build().unwrap();
        totp.generate(u64::try_from(self.now().as_second()).unwrap()).to_string()
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            address: "10.0.0.1:50000".parse().unwrap(),
            secure: true,
            csrf: String::new(),
        }
    }

    /// A browser in which `person` is signed in, with a second factor when the person has `secret`.
    pub(crate) async fn signed_in(&self, person: &str, secret: Option<&str>) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in(person, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        if let Some(secret) = secret {
            browser.get("/sign-in/second-factor").await;
            // A code that was used a moment ago is good no longer.
            self.pass(SignedDuration::from_secs(30));
            let answer = browser.post("/sign-in/second-factor", &[("code", &self.code(secret))]).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        }
        browser
    }

    /// A browser in which the person with this login is signed in, past everything that is asked on the way.
    pub(crate) async fn let_in(&self, login: &str) -> Browser {
        let person = logins::find_by_login(&self.state.store, login).await.unwrap().unwrap().person;
        self.second_factor(&person).await;
        self.change(async |change| logins::set_password(change, &person, NO_PASSWORD, false, 0).await.unwrap()).await;
        let secret = secrets::fresh().unwrap();
        let session = Session {
            secret_hash: secrets::kept(&secret),
            person,
            csrf: secrets::fresh().unwrap(),
            strength: Strength::SecondFactor,
            created_at: self.now(),
            last_seen_at: self.now(),
            expires_at: self.now() + SignedDuration::from_hours(8),
            user_agent: Some("Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0".to_owned()),
        };
        self.change(async |change| sessions::insert(change, &session).await.unwrap()).await;
        let mut browser = self.browser();
        browser.cookies.insert(Browser::SESSION.to_owned(), secret);
        browser.csrf = session.csrf;
        browser
    }

    /// The actions of the audit log, oldest first.
    pub(crate) async fn audited(&self) -> Vec<audit::Record> {
        let mut records = audit::list(&self.state.store, &audit::Search::default(), 1000).await.unwrap();
        records.reverse();
        records
    }
}

fn unit(id: &str, parent: Option<&str>) -> Unit {
    Unit {
        id: id.to_owned(),
        kind: None,
        names: vec![UnitName {
            name: format!("Đơn vị {id}"), abbreviation: None, valid_from: FOUNDED, valid_to: None
        }],
        parents: parent
            .map(|parent| UnitParent { unit: parent.to_owned(), valid_from: FOUNDED, valid_to: None })
            .into_iter()
            .collect(),
        valid_from: FOUNDED,
        valid_to: None,
    }
}

/// A browser: keeps cookies, sends the token of the last page with its forms, follows nothing by itself.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) address: SocketAddr,
    pub(crate) secure: bool,
    pub(crate) csrf: String,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// Where it leads.
    pub(crate) fn location(&self) -> &str {
        self.headers.get("location").map_or("", |location| location.to_str().unwrap())
    }
}

impl Browser {
    pub(crate) const SESSION: &str = "__Host-khien_session";

    /// The secret of the session.
    pub(crate) fn session(&self) -> Option<String> {
        self.cookies.get(Self::SESSION).cloned()
    }

    pub(crate) async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert("cookie", cookies.join("; ").parse().unwrap());
        }
        request.extensions_mut().insert(ConnectInfo(self.address));
        request.extensions_mut().insert(OverTls(self.secure));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all("set-cookie") {
            let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = to_bytes(body, MOST_BYTES).await.unwrap();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((_, rest)) = body.split_once("name=\"csrf\" value=\"") {
            rest.split('"').next().unwrap().clone_into(&mut self.csrf);
        }
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let request = Request::get(path).header("host", "khien.example").body(Body::empty()).unwrap();
        self.send(request).await
    }

    pub(crate) fn form(&self, path: &str, fields: &[(&str, &str)]) -> Request<Body> {
        let mut pairs = vec![format!("csrf={}", in_address(&self.csrf))];
        pairs.extend(fields.iter().map(|(name, value)| format!("{name}={}", in_address(value))));
        Request::post(path)
            .header("host", "khien.example")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(pairs.join("&")))
            .unwrap()
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.form(path, fields);
        self.send(request).await
    }

    /// Sends a form with files: of each the field, its name and its bytes.
    pub(crate) async fn upload(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        const BOUNDARY: &str = "----khien-test";
        let mut body = Vec::new();
        let csrf = self.csrf.clone();
        for (name, value) in std::iter::once(&("csrf", csrf.as_str())).chain(fields) {
            body.extend(
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        for (name, file, bytes) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend(head.bytes());
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{BOUNDARY}--\r\n").bytes());
        let request = Request::post(path)
            .header("host", "khien.example")
            .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// Opens the form to sign in and sends it.
    pub(crate) async fn sign_in(&mut self, login: &str, password: &str) -> Answer {
        self.get("/sign-in").await;
        self.post("/sign-in", &[("login", login), ("password", password)]).await
    }
}

pub(crate) use khien_server::page::in_address;
