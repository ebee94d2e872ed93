//! The protocol of clamd: programs that know ClamAV ask here instead.
//!
//! Files come in over the connection (`INSTREAM`) or as an open file (`FILDES`, over a Unix socket). Paths are not read: a gate
//! opens nothing that somebody names. A client of clamd knows three answers. `OK` is said only of what was looked into;
//! what could not be is `FOUND` as `Khien.NotInspected.…`, or an `ERROR` where the policy says not to block.

mod command;
mod descriptors;
mod replies;
mod session;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

pub use self::command::{Command, End, MAX_COMMAND_BYTES, Mistake, Next, next};
pub use self::descriptors::{Descriptors, MAX_DESCRIPTORS, UnixConnection};
pub use self::session::converse;

use crate::connection::seconds;
use crate::listen::{Place, Stop, listen};
use crate::{Gate, Scanner};

/// The bounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClamdSettings {
    /// How many connections at once: one more is closed with `ERROR`.
    pub connections: usize,
    /// How many files of one session are looked into at once; the next command waits.
    pub scans_of_session: usize,
    /// The largest file, in bytes: `INSTREAM size limit exceeded. ERROR`.
    pub stream_bytes: u64,
    /// How long a client may pause within a command or between the commands of a session, in seconds.
    pub read_seconds: u64,
    /// How long a client may pause while it reads an answer, in seconds.
    pub write_seconds: u64,
    /// How long one file may take to arrive, in seconds.
    pub stream_seconds: u64,
}

impl Default for ClamdSettings {
    fn default() -> Self {
        Self {
            connections: 100,
            scans_of_session: 8,
            stream_bytes: 200 * 1024 * 1024,
            read_seconds: 120,
            write_seconds: 60,
            stream_seconds: 3600,
        }
    }
}

impl ClamdSettings {
    fn read(&self) -> Duration {
        seconds(self.read_seconds)
    }

    fn write(&self) -> Duration {
        seconds(self.write_seconds)
    }

    fn stream(&self) -> Duration {
        seconds(self.stream_seconds)
    }
}

/// One gate that speaks as clamd does.
#[derive(Debug)]
pub struct ClamdGate<S> {
    gate: Arc<Gate<S>>,
    settings: ClamdSettings,
    /// How many connections are served.
    live: AtomicUsize,
}

impl<S: Scanner> ClamdGate<S> {
    /// A gate with these settings.
    pub fn new(gate: Gate<S>, settings: ClamdSettings) -> Self {
        Self { gate: Arc::new(gate), settings, live: AtomicUsize::new(0) }
    }
}

/// Where it listens.
#[derive(Debug)]
pub enum ClamdListener {
    /// An address; nothing is encrypted there, so it should be one of this machine.
    Tcp(TcpListener),
    /// A socket in the file system, by which open files can be handed over.
    Unix(UnixListener),
}

/// A connection of either kind.
enum Connected {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// Speaks as clamd does on `listener`, until `shutdown`.
///
/// What is being answered then is answered to its end, for ten seconds at most.
pub async fn serve_clamd<S: Scanner>(
    listener: ClamdListener,
    gate: Arc<ClamdGate<S>>,
    shutdown: impl Future<Output = ()>,
) {
    let accept = || async {
        match &listener {
            ClamdListener::Tcp(listener) => listener.accept().await.map(|(stream, _)| Connected::Tcp(stream)),
            ClamdListener::Unix(listener) => listener.accept().await.map(|(stream, _)| Connected::Unix(stream)),
        }
    };
    let places = gate.settings.connections;
    let serve = |connected: Connected, place: Place, stop| {
        let gate = Arc::clone(&gate);
        async move {
            let is_free = matches!(place, Place::Free(_));
            let _live = Live::new(&gate.live);
            match connected {
                Connected::Tcp(stream) => {
                    let _ = stream.set_nodelay(true);
                    let client = stream.peer_addr().ok().map(|address| address.ip().to_string());
                    talk(stream, client, is_free, &gate, stop).await;
                }
                Connected::Unix(stream) => {
                    let client = stream.peer_cred().ok().map(|who| format!("uid {}", who.uid()));
                    talk(UnixConnection::new(stream), client, is_free, &gate, stop).await;
                }
            }
            drop(place);
        }
    };
    listen(accept, places, serve, shutdown).await;
}

async fn talk<T, S>(stream: T, client: Option<String>, is_free: bool, gate: &Arc<ClamdGate<S>>, stop: Stop)
where
    T: AsyncRead + AsyncWrite + Descriptors + Unpin,
    S: Scanner,
{
    if is_free {
        converse(stream, client, Arc::clone(gate), stop).await;
    } else {
        tracing::warn!(client, "all connections of the clamd gate are in use");
        let turned_away = turn_away(stream);
        // Who is turned away may be gone already.
        let _ = tokio::time::timeout(gate.settings.write(), turned_away).await;
    }
}

async fn turn_away(mut stream: impl AsyncWrite + Unpin) -> io::Result<()> {
    use tokio::io::AsyncWriteExt as _;
    stream.write_all(replies::ALL_IN_USE).await?;
    stream.shutdown().await
}

/// Counts a connection while it lives.
struct Live<'a>(&'a AtomicUsize);

impl<'a> Live<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Live<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
