//! The server at work: listeners, jobs, and how both end.
//!
//! [`start`] returns when connections are taken; [`Serving::stop`] lets what has begun come to its end, within a bound.

mod listener;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use khien_store::StoreError;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tracing::{error, info, warn};

use self::listener::Bounded;
use crate::cases::folder;
use crate::config::Settings;
use crate::jobs;
use crate::routes::router;
use crate::state::AppState;
use crate::tls::{self, Certificates, TlsProblem};
use crate::visit::OverTls;

/// How many connections the system keeps for us before we have taken them.
const BACKLOG: u32 = 1_024;
/// How long a TLS handshake may take.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// How long the head of a request may take, the time between two requests of one connection included.
const HEAD_TIME: Duration = Duration::from_secs(15);
/// How many bytes the head of a request may have.
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// How many headers a request may have.
const MAX_HEADERS: usize = 100;
/// Open files that are not connections: the database, logs, certificates.
#[cfg(unix)]
const OTHER_FILES: u64 = 128;
/// How long requests that have begun may take after the server was told to stop.
pub const GRACE_TIME: Duration = Duration::from_secs(20);
/// How often it is looked whether the certificate must be made anew.
const RENEWAL_TIME: Duration = Duration::from_hours(6);

/// Why the server cannot work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServeProblem {
    /// An address cannot be listened on.
    Listen {
        /// The address.
        address: SocketAddr,
        /// Whether somebody else does.
        taken: bool,
        /// In the words of the system.
        detail: String,
    },
    /// There is no TLS.
    Tls(TlsProblem),
    /// There is no database.
    Store(StoreError),
}

impl From<TlsProblem> for ServeProblem {
    fn from(problem: TlsProblem) -> Self {
        Self::Tls(problem)
    }
}

impl From<StoreError> for ServeProblem {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A server at work.
#[derive(Debug)]
pub struct Serving {
    /// Where it listens with TLS.
    pub https: Option<SocketAddr>,
    /// Where it listens without.
    pub http: Option<SocketAddr>,
    state: AppState,
    handles: Vec<Handle<SocketAddr>>,
    listeners: Vec<JoinHandle<()>>,
    others: Vec<JoinHandle<()>>,
    stop: watch::Sender<bool>,
}

/// The addresses of a server, taken: whoever connects waits until the server works.
#[derive(Debug)]
pub struct Listeners {
    https: Option<TcpListener>,
    http: Option<TcpListener>,
}

impl Listeners {
    /// Takes every address of the settings: a server that serves half of what it should is worse than none. To be called
    /// before anything that takes long or changes something, inside a runtime.
    ///
    /// # Errors
    /// [`ServeProblem::Listen`] when one of them is taken already, or not ours.
    pub fn open(settings: &Settings) -> Result<Self, ServeProblem> {
        let [https, http] = [settings.https, settings.http].map(|address| address.map(listen).transpose());
        Ok(Self { https: https?, http: http? })
    }
}

/// Starts to listen and to work off jobs.
pub async fn start(state: AppState, certificates: Option<Certificates>) -> Result<Serving, ServeProblem> {
    let listeners = Listeners::open(&state.settings)?;
    start_on(listeners, state, certificates).await
}

/// Starts to work where connections are waiting.
pub async fn start_on(
    listeners: Listeners,
    state: AppState,
    certificates: Option<Certificates>,
) -> Result<Serving, ServeProblem> {
    state.learn_what_is_fictional().await?;
    let places = Arc::new(Semaphore::new(allowed_connections(state.settings.max_connections)));
    let app = router(state.clone());
    let (stop, stopped) = watch::channel(false);
    let mut serving = Serving {
        https: None,
        http: None,
        state: state.clone(),
        handles: Vec::new(),
        listeners: Vec::new(),
        others: Vec::new(),
        stop,
    };
    let bounded = Bounded::new(places, Arc::clone(&state.metrics));
    if let (Some(certificates), Some(listener)) = (certificates, listeners.https) {
        serving.https = listener.local_addr().ok();
        let config = RustlsConfig::from_config(certificates.config);
        let acceptor = RustlsAcceptor::new(config.clone()).handshake_timeout(HANDSHAKE_TIME).acceptor(bounded.clone());
        let (server, handle) = within_bounds(Server::from_listener(listener).acceptor(acceptor));
        let app = app.clone().layer(Extension(OverTls(true)));
        serving.work(handle, server.serve(app.into_make_service_with_connect_info::<SocketAddr>()));
        if state.settings.tls.certificate.is_none() {
            serving.others.push(tokio::spawn(renew(state.clone(), config, stopped.clone())));
        }
    }
    if let Some(listener) = listeners.http {
        serving.http = listener.local_addr().ok();
        let (server, handle) = within_bounds(Server::from_listener(listener).acceptor(bounded));
        let app = app.layer(Extension(OverTls(false)));
        serving.work(handle, server.serve(app.into_make_service_with_connect_info::<SocketAddr>()));
    }
    if let Some(folder) = state.settings.cases_folder.clone() {
        serving.others.push(tokio::spawn(folder::watch(state.clone(), folder, stopped.clone())));
    }
    for lane in [jobs::Lane::Own, jobs::Lane::Waiting] {
        serving.others.push(tokio::spawn(jobs::work(state.clone(), lane, stopped.clone())));
    }
    Ok(serving)
}

/// A listener that gives the head of a request only so much time and room.
fn within_bounds<A>(server: Server<SocketAddr, A>) -> (Server<SocketAddr, A>, Handle<SocketAddr>) {
    let handle = Handle::new();
    let mut server = server.http1_only().first_request_timeout(HEAD_TIME).handle(handle.clone());
    server
        .http_builder()
        .http1()
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(MAX_HEAD_BYTES)
        .max_headers(MAX_HEADERS)
        .keep_alive(true);
    (server, handle)
}

/// Opens an address for connections.
fn listen(address: SocketAddr) -> Result<TcpListener, ServeProblem> {
    let opened = (|| {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // A server that starts again does not wait for the connections of the one before to be forgotten.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    })();
    opened.map_err(|error: io::Error| ServeProblem::Listen {
        address,
        taken: error.kind() == io::ErrorKind::AddrInUse,
        detail: error.to_string(),
    })
}

/// How many connections can be open at once: what is asked for, or what the system allows after it was asked for more.
fn allowed_connections(wanted: usize) -> usize {
    let allowed = allowed_files().map_or(wanted, |files| usize::try_from(files).unwrap_or(usize::MAX).min(wanted));
    if allowed < wanted {
        warn!(wanted, allowed, "the system allows fewer open files than connections are wanted: raise LimitNOFILE");
    }
    allowed.max(1)
}

#[cfg(unix)]
fn allowed_files() -> Option<u64> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current < limit.maximum || (limit.current.is_some() && limit.maximum.is_none()) {
        limit.current = limit.maximum;
        // Without the right to more, what there is must do.
        let _ = setrlimit(Resource::Nofile, limit);
    }
    getrlimit(Resource::Nofile).current.map(|files| files.saturating_sub(OTHER_FILES))
}

#[cfg(not(unix))]
const fn allowed_files() -> Option<u64> {
    None
}

impl Serving {
    /// Lets a listener work until it is told to stop.
    fn work(&mut self, handle: Handle<SocketAddr>, serving: impl Future<Output = io::Result<()>> + Send + 'static) {
        self.handles.push(handle);
        self.listeners.push(tokio::spawn(async move {
            if let Err(problem) = serving.await {
                error!(error = %problem, "a listener has ended");
            }
        }));
    }

    /// Takes no more connections, lets requests that have begun come to their end, writes what waits, closes the database.
    pub async fn stop(self) {
        info!("stopping");
        // Nobody may be listening any more: then there is nobody to tell.
        let _ = self.stop.send(true);
        for handle in &self.handles {
            handle.graceful_shutdown(Some(GRACE_TIME));
        }
        for task in self.listeners.into_iter().chain(self.others) {
            // A task that panicked has said so.
            let _ = task.await;
        }
        self.state.store.close().await;
        info!("stopped");
    }
}

/// Makes the server's own certificate anew before its end, and uses it from then on.
async fn renew(state: AppState, config: RustlsConfig, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return,
            () = tokio::time::sleep(RENEWAL_TIME) => {}
        }
        let (settings, now) = (Arc::clone(&state.settings), (state.clock)());
        match tokio::task::spawn_blocking(move || tls::certificates(&settings, now)).await {
            Ok(Ok(certificates)) => config.reload_from_config(certificates.config),
            Ok(Err(problem)) => error!(%problem, "the certificate cannot be renewed"),
            Err(problem) => error!(%problem, "the certificate cannot be renewed"),
        }
    }
}

/// Listens from now on for the system to ask the program to end, and gives what ends when it does. To be called before
/// anybody is told that the server works: who hears that may end it at once.
///
/// # Panics
/// Outside a runtime.
pub fn asked_to_stop() -> impl Future<Output = ()> + Send + use<> {
    #[cfg(unix)]
    let signals = {
        use tokio::signal::unix::{SignalKind, signal};
        [SignalKind::terminate(), SignalKind::interrupt()].map(signal)
    };
    async move {
        #[cfg(unix)]
        if let [Ok(mut terminated), Ok(mut interrupted)] = signals {
            tokio::select! {
                _ = terminated.recv() => return,
                _ = interrupted.recv() => return,
            }
        }
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a way to hear of it the program runs until it is killed.
            std::future::pending::<()>().await;
        }
    }
}
