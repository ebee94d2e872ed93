//! A small HTTPS server that speaks the protocol: it verifies every signature and counter as the real one does, keeps what
//! was sent, and answers as a test wants.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use khien_agent::{EnrolOptions, Problem, State, enrol, notice};
use khien_protocol::{
    DIRECTIVE_PATH, Digest, DirectiveBundle, ENROL_PATH, EnrolRequest, EnrolResponse, REPORTS_PATH, Refusal,
    RefusalCode, Report, ReportAnswer, RequestHead, Token, Verified, key_of, verify,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Whose certificates a server has.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, "Khiên test authority");
        let key = KeyPair::generate().expect("a key");
        Self { issuer: CertifiedIssuer::self_signed(params, key).expect("a certificate") }
    }

    pub(crate) fn fingerprint(&self) -> Digest {
        Digest::of(self.issuer.der())
    }

    pub(crate) fn pem(&self) -> String {
        self.issuer.pem()
    }

    pub(crate) fn token(&self) -> Token {
        Token::new([5; Token::SECRET_BYTES], self.fingerprint())
    }

    /// The configuration of a server called `name`, which presents the authority or not.
    fn config(&self, name: &str, presents_authority: bool) -> Arc<ServerConfig> {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        let leaf = params.signed_by(&key, &self.issuer).expect("a certificate");
        let mut chain = vec![leaf.der().clone()];
        if presents_authority {
            chain.push(self.issuer.der().clone());
        }
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("a chain with its key");
        Arc::new(config)
    }
}

/// What the server saw and what it is to do.
#[derive(Default)]
pub(crate) struct Book {
    /// The facts that it has: area -> hash.
    pub(crate) known: BTreeMap<String, Digest>,
    /// Who enrolled.
    pub(crate) enrolled: Option<EnrolRequest>,
    /// The reports it took.
    pub(crate) reports: Vec<Report>,
    /// The counters of all requests, refused ones included.
    pub(crate) counters: Vec<u64>,
    /// What it refuses the next requests with, the first one first.
    pub(crate) refusals: Vec<RefusalCode>,
    /// The directive that it judges by.
    pub(crate) directive: Option<DirectiveBundle>,
    /// How often the directive was fetched.
    pub(crate) fetched: usize,
    /// It answers with this instead, whatever is asked.
    pub(crate) nonsense: Option<String>,
    /// How many connections spoke HTTP.
    pub(crate) requests: usize,
    /// It goes by the real clock, not by that of the tests.
    pub(crate) is_real: bool,
}

/// A server on a port of this machine.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) book: Arc<Mutex<Book>>,
}

/// The moment of every test.
pub(crate) fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().expect("a timestamp")
}

impl Server {
    /// A server for `127.0.0.1` that presents its authority.
    pub(crate) fn start(authority: &Authority) -> Self {
        Self::start_as(authority, "127.0.0.1", true, Arc::default())
    }

    /// The same, going by the real clock: for the program, which has no other.
    pub(crate) fn start_real(authority: &Authority) -> Self {
        let server = Self::start(authority);
        server.book().is_real = true;
        server
    }

    pub(crate) fn start_as(
        authority: &Authority,
        name: &str,
        presents_authority: bool,
        book: Arc<Mutex<Book>>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        Self::serve(listener, authority.config(name, presents_authority), book)
    }

    fn serve(listener: TcpListener, config: Arc<ServerConfig>, book: Arc<Mutex<Book>>) -> Self {
        let address = listener.local_addr().expect("an address");
        let shared = Arc::clone(&book);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, book) = (Arc::clone(&config), Arc::clone(&shared));
                std::thread::spawn(move || speak(stream, config, &book));
            }
        });
        Self { address, book }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    pub(crate) fn book(&self) -> std::sync::MutexGuard<'_, Book> {
        self.book.lock().expect("no panic in the server")
    }
}

/// A port on which nothing listens.
pub(crate) fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port")
}

/// What is needed to enrol at `url` with the token of `authority`.
pub(crate) fn options(state: &Path, url: &str, authority: &Authority) -> EnrolOptions {
    EnrolOptions {
        state: state.to_owned(),
        server: url.to_owned(),
        token: authority.token().to_string(),
        authority: None,
        notice: notice::accept("lan", now()),
    }
}

pub(crate) fn enrolled(state: &Path, server: &Server, authority: &Authority) -> Result<State, Problem> {
    enrol(&options(state, &server.url(), authority), now())
}

fn speak(stream: TcpStream, config: Arc<ServerConfig>, book: &Mutex<Book>) {
    let bounded = stream.set_read_timeout(Some(Duration::from_secs(20)));
    let Ok(connection) = ServerConnection::new(config) else { return };
    let mut stream = StreamOwned::new(connection, stream);
    let Some((head, body)) = bounded.ok().and_then(|()| request(&mut stream)) else { return };
    let (status, answer) = {
        let mut book = book.lock().expect("no panic in the server");
        book.requests += 1;
        match book.nonsense.clone() {
            Some(nonsense) => (200, nonsense),
            None => match answer(&head, &body, &mut book) {
                Ok(answer) => (200, answer),
                Err(refusal) => (refusal.status(), serde_json::to_string(&refusal).expect("JSON")),
            },
        }
    };
    let text = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}",
        answer.len()
    );
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    stream.conn.send_close_notify();
    let _ = stream.flush();
}

/// The head and the body of a request.
fn request(stream: &mut impl Read) -> Option<(String, Vec<u8>)> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    let length = header(&head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((head, body))
}

fn headers(head: &str) -> impl Iterator<Item = (&str, &str)> {
    head.lines().skip(1).filter_map(|line| line.split_once(": "))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    headers(head).find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

impl Book {
    #[expect(clippy::disallowed_methods, reason = "the program under test reads the clock too")]
    fn now(&self) -> Timestamp {
        if self.is_real { Timestamp::now() } else { now() }
    }
}

fn answer(head: &str, body: &[u8], book: &mut Book) -> Result<String, Refusal> {
    let mut words = head.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let fields = headers(head).map(|(name, value)| (name, value.as_bytes()));
    let request = RequestHead::new(method, path, fields, book.now())?;
    let key = key_of(&request, book.now())?;
    let verified = verify(&request, body, &key, book.now())?;
    let last = book.counters.iter().max().copied().unwrap_or(0);
    book.counters.push(verified.counter);
    if !book.refusals.is_empty() {
        return Err(Refusal::new(book.refusals.remove(0), book.now()));
    }
    Refusal::unless_higher(verified.counter, last, book.now())?;
    let json = match path {
        ENROL_PATH => serde_json::to_string(&enrol_answer(body, &verified, book)?),
        REPORTS_PATH => serde_json::to_string(&report_answer(body, &verified, book)?),
        DIRECTIVE_PATH => {
            book.fetched += 1;
            serde_json::to_string(&book.directive)
        }
        _ => return Err(Refusal::new(RefusalCode::NotFound, book.now())),
    };
    Ok(json.expect("JSON"))
}

fn enrol_answer(body: &[u8], verified: &Verified, book: &mut Book) -> Result<EnrolResponse, Refusal> {
    let request = EnrolRequest::from_body(body, verified, book.now())?;
    book.enrolled = Some(request);
    Ok(EnrolResponse {
        device_id: "d-17".to_owned(),
        unit_name: "Phòng Nghiệp vụ 1".to_owned(),
        server_time: book.now(),
        report_every_seconds: 3600,
        directive: book.directive.as_ref().map(|bundle| bundle.mark.clone()),
        counter: verified.counter,
    })
}

fn report_answer(body: &[u8], verified: &Verified, book: &mut Book) -> Result<ReportAnswer, Refusal> {
    let report = Report::from_body(body, book.now())?;
    let mut need = Vec::new();
    for (name, area) in &report.areas {
        if area.fact.is_some() {
            book.known.insert(name.clone(), area.hash);
        } else if book.known.get(name) != Some(&area.hash) {
            need.push(name.clone());
        }
    }
    book.reports.push(report);
    Ok(ReportAnswer {
        counter: verified.counter,
        need,
        report_after_seconds: 1800,
        directive: book.directive.as_ref().map(|bundle| bundle.mark.clone()),
        server_time: book.now(),
    })
}
