//! What can be wrong with what a client sends.

use std::fmt;

use super::limits::{MAX_CHUNK_LINE_BYTES, MAX_HEAD_BYTES, MAX_HEADERS, MAX_HTTP_HEAD_BYTES, MAX_TRAILERS};
use super::respond::Status;

/// What is wrong with what a client sent. After most of these nobody knows where the next request begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mistake {
    /// The head is longer than [`MAX_HEAD_BYTES`].
    HeadTooLong,
    /// More headers than [`MAX_HEADERS`].
    TooManyHeaders,
    /// The first line is not `METHOD address ICAP/1.0`.
    RequestLine,
    /// Another version than ICAP/1.0.
    Version,
    /// A method that is not of ICAP.
    Method,
    /// A line that is no header, or one that goes on in the next line.
    Header {
        /// Counted from 1, the request line being the first.
        line: usize,
    },
    /// A header that may stand only once and does not.
    Twice(&'static str),
    /// A header whose value makes no sense.
    Value(&'static str),
    /// `Encapsulated` is missing.
    NotEncapsulated,
    /// The encapsulated heads of HTTP are longer than [`MAX_HTTP_HEAD_BYTES`].
    HttpHeadTooLong,
    /// What should be the size of a chunk is none.
    ChunkSize,
    /// A chunk is not followed by the end of a line.
    ChunkEnd,
    /// The line of a chunk is longer than [`MAX_CHUNK_LINE_BYTES`].
    ChunkLineTooLong,
    /// More lines behind the last chunk than [`MAX_TRAILERS`].
    TooManyTrailers,
}

impl Mistake {
    /// What is answered.
    pub fn status(&self) -> Status {
        match self {
            Self::Version => Status::VersionNotSupported,
            Self::Method => Status::NotImplemented,
            _ => Status::BadRequest,
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HeadTooLong => write!(formatter, "the head is longer than {MAX_HEAD_BYTES} bytes"),
            Self::TooManyHeaders => write!(formatter, "more than {MAX_HEADERS} headers"),
            Self::RequestLine => formatter.write_str("the first line is not \"METHOD address ICAP/1.0\""),
            Self::Version => formatter.write_str("only ICAP/1.0 is spoken here"),
            Self::Method => formatter.write_str("only OPTIONS, REQMOD and RESPMOD are known here"),
            Self::Header { line } => write!(formatter, "line {line} is no header"),
            Self::Twice(header) => write!(formatter, "{header} stands there more than once"),
            Self::Value(header) => write!(formatter, "the value of {header} makes no sense"),
            Self::NotEncapsulated => formatter.write_str("Encapsulated is missing"),
            Self::HttpHeadTooLong => write!(formatter, "the heads of HTTP are longer than {MAX_HTTP_HEAD_BYTES} bytes"),
            Self::ChunkSize => formatter.write_str("a chunk has no size"),
            Self::ChunkEnd => formatter.write_str("a chunk does not end where it says"),
            Self::ChunkLineTooLong => {
                write!(formatter, "a line between chunks is longer than {MAX_CHUNK_LINE_BYTES} bytes")
            }
            Self::TooManyTrailers => write!(formatter, "more than {MAX_TRAILERS} lines behind the last chunk"),
        }
    }
}
