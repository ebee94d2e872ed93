//! The program `khien` as a process of its own, and devices that report to it.

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use khien_protocol::{Digest, ENROL_PATH, EnrolResponse, Headers, SigningKey, sign};
use khien_server::first_run;
use khien_store::Store;
use serde_json::{Value, json};

/// How long a server may take until it answers.
const START_TIME: Duration = Duration::from_secs(30);
/// How long an answer may take.
const ANSWER_TIME: Duration = Duration::from_secs(40);
/// How often it is looked whether a server answers.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Set by `cargo xtask test`, which has built the program together with the tests.
const BUILT_VARIABLE: &str = "KHIEN_TEST_BUILT";

/// The program, built if it is not.
///
/// # Panics
/// When it cannot be built.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if std::env::var_os(BUILT_VARIABLE).is_none() {
            let built = Command::new(env!("CARGO")).args(["build", "--quiet", "--package", "khien"]).status();
            assert!(built.expect("cargo runs").success(), "khien does not build");
        }
        let tests = std::env::current_exe().expect("a test has a path");
        let folder = tests.parent().and_then(Path::parent).expect("tests lie in deps/ beside the programs");
        folder.join(format!("khien{}", std::env::consts::EXE_SUFFIX))
    })
}

/// The program, ready to be started: without the variables that settle how tests run, which are no settings of a server.
pub fn khien() -> Command {
    let mut command = Command::new(program());
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("KHIEN_")) {
        command.env_remove(name);
    }
    command
}

/// A port that nobody uses now.
///
/// # Panics
/// When the system has none.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// A running server, killed when it is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens without TLS.
    pub address: SocketAddr,
}

impl Server {
    /// Starts `khien serve` over `database` and waits until it answers. A file `khien.toml` beneath `data` has its settings.
    ///
    /// # Panics
    /// When it does not.
    pub fn start(data: &Path, database: Option<&str>, port: u16) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut command = khien();
        command.arg("serve").arg("--data").arg(data).args(["--listen", "", "--http", &address.to_string()]);
        let settings = data.join("khien.toml");
        if settings.exists() {
            command.arg("--config").arg(settings);
        }
        if let Some(database) = database {
            command.args(["--database", database]);
        }
        let log = std::fs::File::create(data.join(format!("log-{port}.txt"))).expect("a log");
        let child = command.stdout(Stdio::null()).stderr(log).spawn().expect("khien starts");
        let mut server = Self { child, address };
        let began = Instant::now();
        while server.get("/healthz").is_none() {
            assert!(began.elapsed() < START_TIME, "no answer; see {}", data.display());
            assert!(server.child.try_wait().expect("a child").is_none(), "it has ended; see {}", data.display());
            std::thread::sleep(LOOK_EVERY);
        }
        server
    }

    /// The status and the text of a page; nothing when there is no answer.
    pub fn get(&self, path: &str) -> Option<(u16, String)> {
        let mut answer = client().get(format!("http://{}{path}", self.address)).call().ok()?;
        Some((answer.status().as_u16(), answer.body_mut().read_to_string().ok()?))
    }

    /// Ends it at once, as a power cut does.
    pub fn kill(&mut self) {
        // It may have ended by itself; then there is nobody to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to end, and waits until it has. Whether it ended well.
    ///
    /// # Panics
    /// When there is no `kill`.
    pub fn stop(&mut self) -> bool {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.expect("kill runs").success());
        self.child.wait().is_ok_and(|status| status.success())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// `khien up`, with what it prints.
#[derive(Debug)]
pub struct Up {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
    /// Every line so far.
    pub said: Vec<String>,
}

impl Up {
    /// Starts it with these arguments.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(arguments: &[&str]) -> Self {
        let mut command = khien();
        command.args(["up", "--lang", "en"]).args(arguments).stdin(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).spawn().expect("khien starts");
        let lines = BufReader::new(child.stdout.take().expect("its output"));
        Self { child, lines, said: Vec::new() }
    }

    /// Reads on until a line holds `wanted`, and gives that line.
    ///
    /// # Panics
    /// When it ends before.
    pub fn until(&mut self, wanted: &str) -> String {
        loop {
            let mut line = String::new();
            let read = self.lines.read_line(&mut line).expect("text");
            assert!(read > 0, "it ended without {wanted:?}: {:#?}", self.said);
            self.said.push(line.trim_end().to_owned());
            if line.contains(wanted) {
                return line.trim().to_owned();
            }
        }
    }

    /// Asks it to end, and waits until it has. Whether it ended well.
    ///
    /// # Panics
    /// When there is no `kill`.
    pub fn stop(&mut self) -> bool {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.expect("kill runs").success());
        self.child.wait().is_ok_and(|status| status.success())
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn client() -> ureq::Agent {
    let config = ureq::Agent::config_builder().timeout_global(Some(ANSWER_TIME)).http_status_as_error(false);
    config.build().into()
}

/// A device that reports as an agent does.
pub struct Device {
    key: SigningKey,
    client: ureq::Agent,
    /// The counter of its last request.
    pub counter: u64,
    /// The id that it has at the server.
    pub id: String,
}

impl Device {
    /// Enrols the device with the key out of `seed`, by a token made in the store behind the server.
    ///
    /// # Panics
    /// When it is refused.
    pub fn enrol(store: &Store, runtime: &tokio::runtime::Runtime, server: SocketAddr, seed: u8) -> Self {
        let now = now();
        let token = runtime.block_on(async {
            let unit = first_run::unit(store, "Unit", now).await.expect("a unit");
            first_run::own_token(store, &unit, Digest::of(b"no authority"), now).await.expect("a token")
        });
        let mut device = Self { key: key(seed), client: client(), counter: 0, id: String::new() };
        let body = json!({
            "token": token.to_string(),
            "public_key": device.key.public_key(),
            "hostname": format!("pc-{seed}"),
            "machine": {},
            "notice": { "version": "test", "accepted_at": now, "accepted_by": "tester" },
            "agent_version": "0",
        });
        let (status, answer) = device.send(server, ENROL_PATH, body.to_string().as_bytes()).expect("an answer");
        assert_eq!(status, 200, "{answer}");
        let answer: EnrolResponse = serde_json::from_value(answer).expect("the answer to an enrolment");
        device.id = answer.device_id;
        device
    }

    /// Signs and sends `body` with the next counter; nothing when there is no answer.
    pub fn send(&mut self, server: SocketAddr, path: &str, body: &[u8]) -> Option<(u16, Value)> {
        self.counter += 1;
        let headers = sign(&self.key, "POST", path, body, self.counter, now());
        self.send_signed(server, path, body, &headers)
    }

    /// Sends what was signed before, or by somebody else.
    pub fn send_signed(&self, server: SocketAddr, path: &str, body: &[u8], headers: &Headers) -> Option<(u16, Value)> {
        let mut request = self.client.post(format!("http://{server}{path}"));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let mut answer = request.send(body).ok()?;
        let text = answer.body_mut().read_to_string().ok()?;
        Some((answer.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }

    /// The headers of a request signed at `moment`.
    pub fn signed_at(&mut self, path: &str, body: &[u8], moment: Timestamp) -> Headers {
        self.counter += 1;
        sign(&self.key, "POST", path, body, self.counter, moment)
    }
}

/// A report with one fact that tells it from every other: the system calls itself `name`.
pub fn report(name: &str) -> Vec<u8> {
    let content = format!(r#"{{"value":{{"name":"{name}"}},"source":"agent:linux"}}"#);
    let now = now();
    let hash = Digest::of(content.as_bytes());
    // As text: the content must reach the server byte by byte.
    format!(
        r#"{{"collected_at":"{now}","areas":{{"os":{{"hash":"{hash}","fact":{{"observed_at":"{now}","content":{content}}}}}}}}}"#
    )
    .into_bytes()
}

/// A key in PKCS#8 out of a seed (RFC 8410, 7).
fn key(seed: u8) -> SigningKey {
    let prefix = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    SigningKey::from_pkcs8(&[prefix.as_slice(), &[seed; 32]].concat()).expect("a key")
}

/// What time it is.
pub fn now() -> Timestamp {
    Timestamp::now()
}
