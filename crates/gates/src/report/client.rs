//! The server, as a gate asks it.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use khien_protocol::{CONTENT_TYPE, GATE_EVENTS_PATH, GateReport, GateReportTaken};
use serde_json::Value;
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

/// How long a report may take: many entries over a slow line.
const REQUEST_TIME: Duration = Duration::from_secs(30);
/// How long a connection may take to be made.
const CONNECT_TIME: Duration = Duration::from_secs(10);
/// The longest answer that is read, in bytes.
const MAX_ANSWER_BYTES: u64 = 64 * 1024;
/// The largest file of certificates or of a token, in bytes.
const MAX_FILE_BYTES: u64 = 1024 * 1024;
/// Machines that are this one: only to them nothing secret is said without TLS.
const THIS_MACHINE: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// How TLS says that it does not know who issued the certificate of the server.
const UNKNOWN_ISSUER: &str = "UnknownIssuer";
/// What to do about that: whoever reads the log of a gate reads it in one language or the other.
const ISSUER_HINT: &str = ": máy này không biết nơi cấp chứng thư của máy chủ; chép tls/ca.pem trong thư mục dữ liệu của \
    máy chủ sang máy này rồi thêm --ca ca.pem (hoặc ca trong mục [report]) / this machine does not know who issued the \
    certificate of the server; copy tls/ca.pem from its data folder and add --ca ca.pem (or ca in [report])";

/// Why a report was not taken.
pub(super) enum Refused {
    /// It may be taken later.
    NotNow(String),
    /// It will not be taken as it is, however often it is sent.
    Never(String),
}

/// Why there is nobody to tell.
#[derive(Debug)]
pub enum ClientProblem {
    /// The address is none, or would send the token in the open.
    Address,
    /// The file of the token holds none.
    NoToken(PathBuf),
    /// A file cannot be read.
    File(PathBuf, String),
}

/// Speaks with the server in the name of one gate.
pub struct Client {
    http: Agent,
    url: String,
    authorization: String,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The token is nobody's to read.
        formatter.debug_struct("Client").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Client {
    /// A client of the server at `server`, with the token in a file; `authority` (PEM) is trusted beside those of the machine.
    ///
    /// # Errors
    ///
    /// When the address would send the token in the open, a file cannot be read, or the one of the token is empty.
    pub fn new(server: &str, token: &Path, authority: Option<&Path>) -> Result<Self, ClientProblem> {
        let server = server.trim_end_matches('/');
        let is_open = server.strip_prefix("http://").map(|rest| {
            let host = rest.split('/').next().unwrap_or_default();
            !THIS_MACHINE
                .iter()
                .any(|own| host == *own || host.strip_prefix(own).is_some_and(|rest| rest.starts_with(':')))
        });
        if is_open.unwrap_or(!server.starts_with("https://")) {
            return Err(ClientProblem::Address);
        }
        let path = token;
        let token = read(path)?;
        if token.trim().is_empty() {
            return Err(ClientProblem::NoToken(path.to_owned()));
        }
        let roots = roots(authority)?;
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(RootCerts::new_with_certs(&roots))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT_TIME))
            .timeout_global(Some(REQUEST_TIME))
            .user_agent(concat!("khien/", env!("CARGO_PKG_VERSION")))
            .build();
        let (url, authorization) = (format!("{server}{GATE_EVENTS_PATH}"), format!("Bearer {}", token.trim()));
        Ok(Self { http: config.into(), url, authorization })
    }

    /// Sends a report.
    pub(super) fn send(&self, report: &GateReport) -> Result<GateReportTaken, Refused> {
        let not_now = |detail: String| Refused::NotNow(detail);
        let body = serde_json::to_vec(report).map_err(|error| not_now(error.to_string()))?;
        let request = self.http.post(&self.url).header("authorization", &self.authorization);
        let sent = request.header("content-type", CONTENT_TYPE).send(body.as_slice());
        let mut answer = sent.map_err(|error| not_now(unreached(&error.to_string())))?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().with_config().limit(MAX_ANSWER_BYTES).read_to_vec();
        let body = body.map_err(|error| not_now(error.to_string()))?;
        if status == 200 {
            return serde_json::from_slice(&body).map_err(|error| not_now(error.to_string()));
        }
        let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
        let word = |key: &str| problem.get(key).and_then(Value::as_str).unwrap_or_default();
        let said = ["title", "hint", "detail"].map(word).into_iter().filter(|said| !said.is_empty());
        let detail = format!("HTTP {status}: {}", said.collect::<Vec<_>>().join(". ").replace(".. ", ". "));
        // Whoever stands in between may not like it either, but only our server knows that it never will.
        let is_ours = status == 400 && word("code") == "bad-request";
        Err(if is_ours || status == 413 { Refused::Never(detail) } else { Refused::NotNow(detail) })
    }
}

/// Why the server cannot be reached, and what to do where that is known.
fn unreached(error: &str) -> String {
    let hint = if error.contains(UNKNOWN_ISSUER) { ISSUER_HINT } else { "" };
    format!("{error}{hint}")
}

fn read(path: &Path) -> Result<String, ClientProblem> {
    use std::io::Read as _;
    let mut text = String::new();
    let read = fs::File::open(path).and_then(|file| file.take(MAX_FILE_BYTES).read_to_string(&mut text));
    read.map_err(|error| ClientProblem::File(path.to_owned(), error.to_string()))?;
    Ok(text)
}

/// The authorities of the machine, and the one that was named.
fn roots(authority: Option<&Path>) -> Result<Vec<Certificate<'static>>, ClientProblem> {
    let of_machine = rustls_native_certs::load_native_certs().certs;
    let mut roots: Vec<Certificate<'static>> =
        of_machine.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    let Some(path) = authority else { return Ok(roots) };
    for item in parse_pem(read(path)?.as_bytes()) {
        let item = item.map_err(|error| ClientProblem::File(path.to_owned(), error.to_string()))?;
        if let PemItem::Certificate(certificate) = item {
            roots.push(certificate);
        }
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_sent_over_tls_or_stays_on_this_machine() {
        let folder = tempfile::tempdir().unwrap();
        let token = folder.path().join("token");
        fs::write(&token, "x\n").unwrap();
        let cases = [
            ("https://khien.example", true),
            ("https://khien.example/", true),
            ("http://127.0.0.1:8080", true),
            ("http://localhost", true),
            ("http://[::1]:1", true),
            ("http://127.0.0.1.example", false),
            ("http://khien.example", false),
            ("khien.example", false),
        ];
        for (server, is_good) in cases {
            assert_eq!(Client::new(server, &token, None).is_ok(), is_good, "{server}");
        }
        assert!(Client::new("https://a", &folder.path().join("none"), None).is_err());
    }

    #[test]
    fn an_empty_token_is_said_before_anything_is_sent() {
        let folder = tempfile::tempdir().unwrap();
        let token = folder.path().join("token");
        for text in ["", " \n"] {
            fs::write(&token, text).unwrap();
            let made = Client::new("https://khien.example", &token, None);
            assert!(matches!(made, Err(ClientProblem::NoToken(path)) if path == token), "{text:?}");
        }
    }

    #[test]
    fn whoever_does_not_know_the_issuer_is_told_what_to_copy() {
        assert!(unreached("io: invalid peer certificate: UnknownIssuer").contains("--ca ca.pem"));
        assert_eq!(unreached("io: Connection refused"), "io: Connection refused");
    }
}
