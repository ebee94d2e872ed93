//! Signed requests to the server.

use std::error::Error as _;
use std::time::Duration;

use jiff::Timestamp;
use khien_protocol::limits::MAX_ANSWER_BYTES;
use khien_protocol::{Headers, Refusal, SigningKey, sign};
use rustls::pki_types::CertificateDer;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Body, http};

use crate::Problem;
use crate::authority::provider;
use crate::server::Server;
use crate::state::Counter;

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a request may take as a whole: a long report over a slow line.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(2);

/// How much of an answer that is none is shown, in characters.
const SHOWN_CHARACTERS: usize = 200;

/// What the server knows the program by.
const USER_AGENT: &str = concat!("khien-agent/", env!("CARGO_PKG_VERSION"));

/// Settings in the making.
type Settings = ureq::config::ConfigBuilder<ureq::typestate::AgentScope>;

/// Reads the clock.
pub(crate) type Clock<'a> = &'a dyn Fn() -> Timestamp;

/// Speaks with one server as one device.
pub(crate) struct Client<'a> {
    http: Agent,
    server: &'a Server,
    key: &'a SigningKey,
    counter: Counter,
    clock: Clock<'a>,
}

impl<'a> Client<'a> {
    pub(crate) fn new(
        server: &'a Server,
        authority: &CertificateDer<'_>,
        key: &'a SigningKey,
        counter: Counter,
        clock: Clock<'a>,
    ) -> Self {
        let roots = RootCerts::new_with_certs(&[Certificate::from_der(authority).to_owned()]);
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(provider())
            .root_certs(roots)
            .build();
        let config = through_proxy(Agent::config_builder(), server)
            .https_only(true)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_global(Some(REQUEST_TIMEOUT))
            .user_agent(USER_AGENT)
            .tls_config(tls)
            .build();
        Self { http: config.into(), server, key, counter, clock }
    }

    /// Sends a message and reads the answer.
    pub(crate) fn post<M: Serialize, A: DeserializeOwned>(&self, path: &str, message: &M) -> Result<A, Problem> {
        let body = serde_json::to_vec(message).map_err(|error| self.unexpected(error.to_string()))?;
        let mut request = self.http.post(self.server.url(path));
        for (name, value) in self.signed("POST", path, &body)? {
            request = request.header(name, value);
        }
        self.answer(request.send(body.as_slice()))
    }

    /// Asks for something.
    pub(crate) fn get<A: DeserializeOwned>(&self, path: &str) -> Result<A, Problem> {
        let mut request = self.http.get(self.server.url(path));
        for (name, value) in self.signed("GET", path, &[])? {
            request = request.header(name, value);
        }
        self.answer(request.call())
    }

    /// The headers of a request. Its counter is taken for good, whatever becomes of the request.
    fn signed(&self, method: &str, path: &str, body: &[u8]) -> Result<Headers, Problem> {
        Ok(sign(self.key, method, path, body, self.counter.next()?, (self.clock)()))
    }

    fn answer<A: DeserializeOwned>(&self, sent: Result<http::Response<Body>, ureq::Error>) -> Result<A, Problem> {
        let mut response = sent.map_err(|error| self.failed(&error))?;
        let status = response.status();
        let limit = MAX_ANSWER_BYTES as u64;
        let body = response.body_mut().with_config().limit(limit).read_to_vec().map_err(|error| self.failed(&error))?;
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|error| self.unexpected(error.to_string()));
        }
        match serde_json::from_slice::<Refusal>(&body) {
            Ok(refusal) => Err(Problem::Refused(Box::new(refusal))),
            Err(_) => {
                let text = String::from_utf8_lossy(&body);
                let shown: String = text.chars().filter(|letter| !letter.is_control()).take(SHOWN_CHARACTERS).collect();
                Err(self.unexpected(format!("HTTP {} {shown}", status.as_u16()).trim_end().to_owned()))
            }
        }
    }

    fn unexpected(&self, detail: String) -> Problem {
        Problem::UnexpectedAnswer { server: self.server.to_string(), detail }
    }

    fn failed(&self, error: &ureq::Error) -> Problem {
        let server = self.server.to_string();
        match tls_error(error) {
            Some(detail) => Problem::Untrusted { server, detail },
            None => Problem::Unreachable { server, detail: error.to_string() },
        }
    }
}

/// The settings with the proxy of the system, where there is one.
#[cfg(windows)]
fn through_proxy(config: Settings, server: &Server) -> Settings {
    let proxy = crate::proxy::of_system(server);
    // What the system calls a proxy and nobody can read as one is not gone through.
    config.proxy(proxy.and_then(|proxy| ureq::Proxy::new(&format!("http://{}:{}", proxy.host, proxy.port)).ok()))
}

/// Elsewhere the variables of the environment name the proxy, which is what happens by default.
#[cfg(not(windows))]
const fn through_proxy(config: Settings, _: &Server) -> Settings {
    config
}

/// What is wrong with the server's certificate, if that is what is wrong.
fn tls_error(error: &ureq::Error) -> Option<String> {
    let inner = match error {
        ureq::Error::Rustls(inner) => Some(inner),
        ureq::Error::Io(io) => io.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()),
        _ => error.source().and_then(|source| source.downcast_ref::<rustls::Error>()),
    };
    inner.map(ToString::to_string)
}
