//! A connection with what was read ahead, every wait bounded.

use std::fmt;
use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

/// How much is read at once, in bytes.
pub(crate) const READ_BYTES: usize = 64 * 1024;

/// How much is read and thrown away after the last answer, in bytes, so that the client gets to read it.
const LINGER_BYTES: usize = 16 * 1024 * 1024;

/// How long that may take.
const LINGER_TIME: Duration = Duration::from_secs(3);

/// The longest that anything is waited for, in seconds: a day.
const MAX_SECONDS: u64 = 24 * 60 * 60;

/// So many seconds, out of settings.
pub(crate) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds.min(MAX_SECONDS))
}

/// Why a connection is over.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The client is gone.
    Closed,
    /// It did not go on in time.
    TimedOut,
    /// The network failed.
    Failed(io::Error),
}

impl fmt::Display for Ended {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => formatter.write_str("the client is gone"),
            Self::TimedOut => formatter.write_str("the client did not go on in time"),
            Self::Failed(error) => error.fmt(formatter),
        }
    }
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// A connection with what was read ahead.
#[derive(Debug)]
pub(crate) struct Connection<T> {
    stream: T,
    buffer: Vec<u8>,
    begin: usize,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Connection<T> {
    pub(crate) fn new(stream: T) -> Self {
        Self { stream, buffer: Vec::new(), begin: 0 }
    }

    /// What was read and not used yet.
    pub(crate) fn ahead(&self) -> &[u8] {
        self.buffer.get(self.begin..).unwrap_or_default()
    }

    /// Uses the first `count` bytes of what was read.
    pub(crate) fn consume(&mut self, count: usize) {
        self.begin = self.begin.saturating_add(count).min(self.buffer.len());
        if self.begin == self.buffer.len() {
            self.buffer.clear();
            self.begin = 0;
        }
    }

    /// The stream itself.
    pub(crate) fn stream(&mut self) -> &mut T {
        &mut self.stream
    }

    /// Reads more, within `time`. Can be dropped while it waits.
    pub(crate) async fn fill(&mut self, time: Duration) -> Result<(), Ended> {
        if self.begin > 0 {
            self.buffer.drain(..self.begin);
            self.begin = 0;
        }
        self.buffer.reserve(READ_BYTES);
        match timeout(time, self.stream.read_buf(&mut self.buffer)).await {
            Ok(Ok(0)) => Err(Ended::Closed),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(Ended::TimedOut),
        }
    }

    /// Sends `bytes` within `time`.
    pub(crate) async fn send(&mut self, bytes: &[u8], time: Duration) -> Result<(), Ended> {
        let sending = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        match timeout(time, sending).await {
            Ok(sent) => Ok(sent?),
            Err(_) => Err(Ended::TimedOut),
        }
    }

    /// Closes it so that the client gets to read the last answer, though it may still be sending.
    pub(crate) async fn close(mut self) {
        let closing = async {
            self.stream.shutdown().await?;
            let mut scratch = vec![0; READ_BYTES];
            let mut thrown = 0;
            while thrown < LINGER_BYTES {
                match self.stream.read(&mut scratch).await? {
                    0 => break,
                    read => thrown += read,
                }
            }
            Ok::<(), io::Error>(())
        };
        // Nobody is left to tell whether it went well.
        let _ = timeout(LINGER_TIME, closing).await;
    }
}
