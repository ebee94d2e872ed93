//! ICAP (RFC 3507): proxies and file shares ask before a file goes on.
//!
//! A request is read as it comes, its body into a spool; nothing of it goes back before the whole of it was looked into. The
//! readers (`request`, `encapsulated`, `chunked`, `http`) know nothing of sockets, and `session` knows nothing of listeners.

mod answer;
mod chunked;
mod encapsulated;
mod http;
mod limits;
mod mistake;
mod options;
mod profiles;
mod request;
mod respond;
mod session;

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

pub use self::chunked::{Chunked, Step};
pub use self::encapsulated::{Body, Encapsulated};
pub use self::http::{Heads, HttpHead};
pub use self::limits::{
    DISCARDED_TIMES, IcapLimits, MAX_CHUNK_LINE_BYTES, MAX_HEAD_BYTES, MAX_HEADERS, MAX_HTTP_HEAD_BYTES, MAX_TRAILERS,
};
pub use self::mistake::Mistake;
pub use self::profiles::{PROFILES, Profile, Service, profile, usual_services};
pub use self::request::{Method, Request, head_length};
pub use self::respond::Status;
pub use self::session::converse;

use self::respond::ResponseHead;
use crate::connection::{Connection, Ended};
use crate::listen::{Place, Stop, listen};
use crate::{Gate, Scanner};

/// How long a client may take to agree on TLS.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// How long a client for which there is no place has to ask, and to read that there is none.
const OVERLOADED_TIME: Duration = Duration::from_secs(2);

/// How many bytes of a body clients are asked to send before they wait, if the settings say nothing else. A body that is not
/// longer can be let go on by `204` even where the client allows that only within the preview (F5).
const PREVIEW_BYTES: u64 = 4096;

/// What can be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IcapSettings {
    /// The services that there are.
    pub services: Vec<Service>,
    /// How many bytes of a body clients are asked to send before they wait for an answer; without it they send all at once.
    pub preview_bytes: Option<u64>,
    /// The bounds.
    pub limits: IcapLimits,
}

impl Default for IcapSettings {
    fn default() -> Self {
        Self { services: usual_services(), preview_bytes: Some(PREVIEW_BYTES), limits: IcapLimits::default() }
    }
}

/// One gate that speaks ICAP.
#[derive(Debug)]
pub struct IcapGate<S> {
    gate: Gate<S>,
    services: Vec<(String, &'static Profile)>,
    settings: IcapSettings,
}

/// A service with a profile that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownProfile {
    /// The service.
    pub service: Service,
}

impl std::fmt::Display for UnknownProfile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known: Vec<&str> = PROFILES.iter().map(|profile| profile.name).collect();
        let Service { name, profile } = &self.service;
        write!(formatter, "the service {name:?} has the unknown profile {profile:?}; there are: {}", known.join(", "))
    }
}

impl std::error::Error for UnknownProfile {}

impl<S: Scanner> IcapGate<S> {
    /// A gate with these settings.
    ///
    /// # Errors
    ///
    /// A profile that does not exist.
    pub fn new(gate: Gate<S>, settings: IcapSettings) -> Result<Self, UnknownProfile> {
        let services = settings.services.iter().map(|service| {
            let profile = profile(&service.profile).ok_or_else(|| UnknownProfile { service: service.clone() })?;
            Ok((service.name.trim_matches('/').to_owned(), profile))
        });
        let services = services.collect::<Result<_, UnknownProfile>>()?;
        Ok(Self { gate, services, settings })
    }

    fn service(&self, name: &str) -> Option<&'static Profile> {
        self.services.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, profile)| *profile)
    }

    fn istag(&self) -> String {
        options::istag(&self.gate.rules_id(), self.gate.policy())
    }
}

/// Speaks ICAP on `listener`, within TLS if there is a configuration for it, until `shutdown`.
///
/// What is being answered then is answered to its end, for ten seconds at most.
pub async fn serve_icap<S: Scanner>(
    listener: TcpListener,
    tls: Option<Arc<rustls::ServerConfig>>,
    gate: Arc<IcapGate<S>>,
    shutdown: impl Future<Output = ()>,
) {
    let tls = tls.map(TlsAcceptor::from);
    let places = gate.settings.limits.connections;
    let serve = |stream: TcpStream, place, stop| taken(stream, tls.clone(), place, Arc::clone(&gate), stop);
    let accept = || async { listener.accept().await.map(|(stream, _)| stream) };
    listen(accept, places, serve, shutdown).await;
}

/// Speaks with one client.
async fn taken<S: Scanner>(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    place: Place,
    gate: Arc<IcapGate<S>>,
    stop: Stop,
) {
    // Answers are written whole; waiting to fill packets only slows small ones down.
    let _ = stream.set_nodelay(true);
    let client = stream.peer_addr().ok().map(|address| address.ip().to_string());
    let is_free = matches!(place, Place::Free(_));
    match tls {
        None => talk(stream, client, is_free, gate, stop).await,
        Some(tls) => match tokio::time::timeout(HANDSHAKE_TIME, tls.accept(stream)).await {
            Ok(Ok(stream)) => talk(stream, client, is_free, gate, stop).await,
            Ok(Err(error)) => tracing::debug!(%error, client, "no agreement on TLS"),
            Err(_) => tracing::debug!(client, "no agreement on TLS in time"),
        },
    }
    drop(place);
}

async fn talk<T, S>(stream: T, client: Option<String>, is_free: bool, gate: Arc<IcapGate<S>>, stop: Stop)
where
    T: AsyncRead + AsyncWrite + Unpin,
    S: Scanner,
{
    if is_free {
        converse(stream, client, gate, stop).await;
    } else {
        tracing::warn!(client, "all connections of the ICAP gate are in use");
        turn_away(stream, &gate).await;
    }
}

/// Says that all connections are in use, to who takes that for what it is: the first request tells who asks.
async fn turn_away<T, S>(stream: T, gate: &IcapGate<S>)
where
    T: AsyncRead + AsyncWrite + Unpin,
    S: Scanner,
{
    let mut connection = Connection::new(stream);
    let asking = async {
        while let Ok(None) = head_length(connection.ahead()) {
            connection.fill(OVERLOADED_TIME).await?;
        }
        Ok::<(), Ended>(())
    };
    if !matches!(tokio::time::timeout(OVERLOADED_TIME, asking).await, Ok(Ok(()))) {
        return;
    }
    let profile = Request::parse(connection.ahead()).ok().and_then(|request| gate.service(&request.service));
    if profile.is_some_and(|profile| profile.never_errors) {
        return;
    }
    let answer = ResponseHead::new(Status::Overloaded, &gate.istag()).end(true, "null-body=0");
    // Who is turned away may be gone already.
    if connection.send(&answer, OVERLOADED_TIME).await.is_ok() {
        connection.close().await;
    }
}
