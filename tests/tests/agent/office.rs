//! A server with one unit, listening on this machine, and devices that enrol there.

use std::collections::BTreeMap;
use std::future::Future;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use khien_agent::{EnrolOptions, Problem, State, enrol, notice};
use khien_model::{Unit, UnitName, UnitRegister};
use khien_protocol::{Digest, Refusal, RefusalCode, SigningKey, Token, sign};
use khien_server::config::Settings;
use khien_server::serve::{self, Serving};
use khien_server::state::{AppState, system_clock};
use khien_server::{api, secrets, tls};
use khien_store::logins::{self, Login};
use khien_store::people::{self, Person};
use khien_store::roles::{self, Role, RoleKind};
use khien_store::sessions::{self, Session, Strength};
use khien_store::tokens::{self, EnrolmentToken};
use khien_store::{Actor, Change, Store, StoreError, StoreOptions, directives, units};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// What time it is, for both sides.
#[expect(clippy::disallowed_methods, reason = "the server under test goes by the clock of this machine")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// A device as a test speaks for it.
pub(crate) struct Device {
    pub(crate) key: SigningKey,
}

/// Somebody who reads every page in a browser.
pub(crate) struct Reader {
    secret: String,
    client: ureq::Agent,
}

impl Reader {
    /// A page, which must be there.
    pub(crate) fn page(&self, office: &Office, path: &str) -> String {
        let request = self.client.get(format!("http://{}{path}", office.http));
        let answer = request.header("cookie", format!("khien_session={}", self.secret)).call();
        let mut answer = answer.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        answer.body_mut().read_to_string().expect("text")
    }
}

/// Who reads.
const READER: &str = "minh";

/// The hash of no password.
const NO_PASSWORD: &str = "$argon2id$none";

/// A server and what is around it.
pub(crate) struct Office {
    runtime: Runtime,
    pub(crate) store: Store,
    settings: Settings,
    authority: Digest,
    serving: Option<Serving>,
    https: SocketAddr,
    http: SocketAddr,
    folder: TempDir,
}

impl Office {
    /// Founds the office and starts its server.
    pub(crate) fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
        let store = runtime.block_on(store_in(&folder));
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let settings = Settings {
            data: folder.path().join("data"),
            https: Some(anywhere),
            http: Some(anywhere),
            ..Settings::default()
        };
        let authority = tls::certificates(&settings, now()).expect("certificates").authority;
        let mut office =
            Self { runtime, store, settings, authority, serving: None, https: anywhere, http: anywhere, folder };
        office.change_at(now(), async |change| found(change).await);
        office.listen();
        office
    }

    /// Starts the server anew, on the ports and with the database that it had.
    pub(crate) fn start(&mut self) {
        self.store = self.runtime.block_on(store_in(&self.folder));
        self.listen();
    }

    /// Somebody else answers where the server was, with a certificate of an authority of their own: a device on the way that
    /// looks into what is sent.
    pub(crate) fn let_somebody_else_answer(&mut self) {
        self.settings.data = self.folder.path().join("somebody-else");
        self.start();
    }

    /// Starts the server anew, with the certificates that it had.
    pub(crate) fn start_as_itself(&mut self) {
        self.settings.data = self.folder.path().join("data");
        self.start();
    }

    fn listen(&mut self) {
        self.settings.https = Some(self.https);
        self.settings.http = Some(self.http);
        let certificates = tls::certificates(&self.settings, now()).expect("certificates");
        let state = AppState::new(
            self.store.clone(),
            self.settings.clone(),
            Some(certificates.authority),
            "test",
            system_clock(),
        );
        let serving = self.runtime.block_on(serve::start(state, Some(certificates))).expect("it listens");
        self.https = serving.https.expect("with TLS");
        self.http = serving.http.expect("without");
        self.serving = Some(serving);
    }

    /// Stops the server, which closes its database.
    pub(crate) fn stop(&mut self) {
        if let Some(serving) = self.serving.take() {
            self.runtime.block_on(serving.stop());
        }
    }

    /// What the store says, which must be something.
    pub(crate) fn on<T>(&self, question: impl Future<Output = Result<Option<T>, StoreError>>) -> T {
        self.runtime.block_on(question).expect("it answers").expect("it is there")
    }

    /// What the store says.
    pub(crate) fn on_all<T>(&self, question: impl Future<Output = Result<T, StoreError>>) -> T {
        self.runtime.block_on(question).expect("it answers")
    }

    /// Changes something in the store.
    pub(crate) fn change(&self, what: impl AsyncFnOnce(&mut Change) -> Result<(), StoreError>) {
        self.change_at(now(), what);
    }

    fn change_at(&self, at: Timestamp, what: impl AsyncFnOnce(&mut Change) -> Result<(), StoreError>) {
        self.runtime.block_on(async {
            let mut change = self.store.begin(Actor::System, at).await.expect("begun");
            what(&mut change).await.expect("done");
            change.commit().await.expect("kept");
        });
    }

    /// Where it listens with TLS.
    pub(crate) fn url(&self) -> String {
        format!("https://{}", self.https)
    }

    /// Where the agent called `name` keeps its state.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Enters somebody of the provincial office, who has just signed in.
    pub(crate) fn sign_in(&self) -> Reader {
        let (secret, csrf) = (secrets::fresh().expect("chance"), secrets::fresh().expect("chance"));
        let now = now();
        let person = Person {
            id: READER.to_owned(),
            name: "Trần Văn Minh".to_owned(),
            position: None,
            email: None,
            language: None,
            created_at: now,
        };
        let role = Role {
            id: READER.to_owned(),
            person: READER.to_owned(),
            kind: RoleKind::ProvincialOffice,
            unit: Some(UNIT.to_owned()),
            decision: None,
            qualified: None,
            valid_from: khien_model::day_of(now),
            valid_to: None,
        };
        let session = Session {
            secret_hash: secrets::kept(&secret),
            person: READER.to_owned(),
            csrf,
            strength: Strength::SecondFactor,
            created_at: now,
            last_seen_at: now,
            expires_at: now + SignedDuration::from_hours(8),
            user_agent: None,
        };
        self.change(async |change| {
            people::insert(change, &person).await?;
            logins::insert(change, &Login::new(READER, READER)).await?;
            logins::set_password(change, READER, NO_PASSWORD, false, 0).await?;
            roles::grant(change, &role).await?;
            sessions::insert(change, &session).await
        });
        let config = ureq::Agent::config_builder().max_redirects(0).build();
        Reader { secret, client: config.into() }
    }

    /// A token that so many devices may use.
    pub(crate) fn token(&self, uses: u64) -> Token {
        self.kept(u8::try_from(uses).expect("few"), uses, now())
    }

    /// A token past its time.
    pub(crate) fn expired_token(&self) -> Token {
        self.kept(101, 1, now() - SignedDuration::from_hours(2))
    }

    /// A token that the server did not give out.
    pub(crate) fn unknown_token(&self) -> Token {
        Token::new([102; Token::SECRET_BYTES], self.authority)
    }

    /// A token that was made at a moment and is good for an hour.
    fn kept(&self, seed: u8, uses: u64, made: Timestamp) -> Token {
        let token = Token::new([seed; Token::SECRET_BYTES], self.authority);
        let kept = EnrolmentToken {
            id: format!("token-{seed}"),
            secret_hash: api::agent::hex(&token.secret_hash()),
            unit: UNIT.into(),
            note: None,
            created_by: "an".into(),
            created_at: made,
            expires_at: made + SignedDuration::from_hours(1),
            uses_allowed: uses,
            uses: 0,
            revoked_at: None,
        };
        self.change_at(made, async |change| tokens::insert(change, &kept).await);
        token
    }

    /// Enrols the agent called `name`, over HTTPS.
    pub(crate) fn enrol(&self, name: &str, token: &Token) -> Result<State, Problem> {
        let options = EnrolOptions {
            state: self.folder(name),
            server: self.url(),
            token: token.to_string(),
            authority: None,
            notice: notice::accept("lan", now()),
        };
        enrol(&options, now())
    }

    /// Copies the state of an agent, as who copies a disk does.
    pub(crate) fn copy(&self, from: &str, to: &str) {
        let (from, to) = (self.folder(from), self.folder(to));
        std::fs::create_dir(&to).expect("a folder");
        for entry in std::fs::read_dir(from).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                std::fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("copied");
            }
        }
    }

    /// A device that is enrolled and for which the test speaks from now on, with counters from 10.
    pub(crate) fn device(&self, name: &str) -> Device {
        let seed = name.bytes().next().expect("a name");
        let state = self.enrol(name, &self.kept(seed, 1, now())).expect("enrolled");
        let key = std::fs::read(state.folder().join("key.pk8")).expect("its key");
        Device { key: SigningKey::from_pkcs8(&key).expect("a key") }
    }

    /// Somebody with a key that the server does not know.
    pub(crate) fn stranger() -> Device {
        // RFC 8410, 7: a private key in PKCS#8.
        let prefix = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
        Device { key: SigningKey::from_pkcs8(&[prefix.as_slice(), &[9; 32]].concat()).expect("a key") }
    }

    /// Sends a signed request; the status and the body of the answer.
    pub(crate) fn send(&self, device: &Device, method: &str, path: &str, body: &[u8], counter: u64) -> (u16, String) {
        self.raw(method, path, &sign(&device.key, method, path, body, counter, now()), body)
    }

    /// The code with which a signed request is refused; `None` when it is not.
    pub(crate) fn refusal(
        &self,
        device: &Device,
        method: &str,
        path: &str,
        body: &[u8],
        counter: u64,
    ) -> Option<RefusalCode> {
        let (status, answer) = self.send(device, method, path, body, counter);
        let code = Self::code_in(&answer);
        assert_eq!(code.map_or(200, RefusalCode::status), status, "{answer}");
        code
    }

    /// The code in an answer that is a refusal.
    pub(crate) fn code_in(answer: &str) -> Option<RefusalCode> {
        serde_json::from_str::<Refusal>(answer).ok().map(|refusal| refusal.code)
    }

    /// Sends a request as it stands, without TLS.
    pub(crate) fn raw(&self, method: &str, path: &str, headers: &[(&str, String)], body: &[u8]) -> (u16, String) {
        let mut stream = TcpStream::connect(self.http).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a bound");
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
        head.extend(headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")));
        head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        stream.write_all(head.as_bytes()).expect("sent");
        // A server that refuses a body by its length need not read it.
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
        (status.unwrap_or_else(|| panic!("{head}")), if chunked { unchunked(body) } else { body.to_owned() })
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A body that came in pieces, each with its length before it.
fn unchunked(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((length, rest)) = body.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap_or(0);
        let Some(piece) = rest.get(..length).filter(|piece| !piece.is_empty()) else { break };
        whole.push_str(piece);
        body = rest.get(length + 2..).unwrap_or_default();
    }
    whole
}

/// The database in a folder.
async fn store_in(folder: &TempDir) -> Store {
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("khien.db").display());
    let options = StoreOptions { readers: 2, writers: 1, ..StoreOptions::default() };
    Store::open(&url, &options).await.expect("a store")
}

/// The id of the unit.
pub(crate) const UNIT: &str = "phong-1";

/// One unit and the directive of 2026.
async fn found(change: &mut Change) -> Result<(), StoreError> {
    let first_day = date(2026, 1, 5);
    let unit = Unit {
        id: UNIT.into(),
        kind: None,
        names: vec![UnitName {
            name: "Phòng Nghiệp vụ 1".into(),
            abbreviation: None,
            valid_from: first_day,
            valid_to: None,
        }],
        parents: Vec::new(),
        valid_from: first_day,
        valid_to: None,
    };
    units::replace(change, &UnitRegister { units: vec![unit], successions: vec![] }).await?;
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    let files: BTreeMap<String, String> =
        khien_content::FILES.iter().map(|(name, bytes)| ((*name).to_owned(), text(bytes))).collect();
    let digest = directives::load(change, "thads-2026", "thads-2026.yaml", &files).await?;
    directives::activate(change, &digest).await
}
