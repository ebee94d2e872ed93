//! Every bound of a conversation in ICAP, each with what is answered when it is reached.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::connection::seconds;

/// The longest head of an ICAP request, in bytes: beyond it `400`, and the connection ends.
pub const MAX_HEAD_BYTES: usize = 64 * 1024;

/// The most headers of an ICAP request: beyond them `400`, and the connection ends.
pub const MAX_HEADERS: usize = 128;

/// The longest encapsulated heads of HTTP, together, in bytes: beyond them `400`, and the connection ends.
pub const MAX_HTTP_HEAD_BYTES: usize = 256 * 1024;

/// The longest line in front of a chunk or behind the last one, in bytes: beyond it `400`, and the connection ends.
pub const MAX_CHUNK_LINE_BYTES: usize = 4 * 1024;

/// The most lines behind the last chunk: beyond them `400`, and the connection ends.
pub const MAX_TRAILERS: usize = 64;

/// A body that turned out to be too large is read on, so that the client gets to read the answer and its next request is
/// found; beyond so many times the largest body, the answer is given and the connection ends.
pub const DISCARDED_TIMES: u64 = 16;

/// The bounds that depend on how large an office is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IcapLimits {
    /// How many connections at once: one more is answered with `503`, or closed where a profile never errs.
    pub connections: usize,
    /// The largest body, in bytes: a larger one is not inspected. As it was not kept, it can only go on, if the policy wants
    /// that, where the client has it itself (`204`).
    pub body_bytes: u64,
    /// How long a connection may be idle between two requests, in seconds: then it is closed.
    pub idle_seconds: u64,
    /// How long a client may pause within a request, in seconds: then `408`.
    pub read_seconds: u64,
    /// How long a whole request may take to arrive, in seconds: then `408`.
    pub request_seconds: u64,
    /// How long a client may pause while it reads an answer, in seconds: then the connection ends.
    pub write_seconds: u64,
}

impl Default for IcapLimits {
    fn default() -> Self {
        Self {
            connections: 100,
            body_bytes: 200 * 1024 * 1024,
            idle_seconds: 300,
            read_seconds: 300,
            request_seconds: 3600,
            write_seconds: 60,
        }
    }
}

impl IcapLimits {
    pub(crate) fn idle(&self) -> Duration {
        seconds(self.idle_seconds)
    }

    pub(crate) fn read(&self) -> Duration {
        seconds(self.read_seconds)
    }

    pub(crate) fn request(&self) -> Duration {
        seconds(self.request_seconds)
    }

    pub(crate) fn write(&self) -> Duration {
        seconds(self.write_seconds)
    }
}
