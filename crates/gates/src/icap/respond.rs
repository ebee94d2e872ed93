//! The heads of ICAP responses: `X-` headers before `Encapsulated`, which comes last, because ownCloud stops reading there.

/// What is answered, with its reason phrase: ownCloud takes an answer without one for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// What follows is the answer.
    Ok,
    /// The message goes on as it is.
    NoModifications,
    /// The request makes no sense.
    BadRequest,
    /// There is no such service.
    NotFound,
    /// The client took too long.
    Timeout,
    /// It could not be looked into.
    Failed,
    /// There is no such method.
    NotImplemented,
    /// All connections are in use.
    Overloaded,
    /// Another version of ICAP.
    VersionNotSupported,
}

impl Status {
    /// The number and the reason phrase.
    pub const fn line(self) -> &'static str {
        match self {
            Self::Ok => "200 OK",
            Self::NoModifications => "204 No Modifications Needed",
            Self::BadRequest => "400 Bad Request",
            Self::NotFound => "404 ICAP Service Not Found",
            Self::Timeout => "408 Request Timeout",
            Self::Failed => "500 Not Inspected",
            Self::NotImplemented => "501 Method Not Implemented",
            Self::Overloaded => "503 Service Overloaded",
            Self::VersionNotSupported => "505 ICAP Version Not Supported",
        }
    }
}

/// What lets a client that waits after a preview go on.
pub(super) const CONTINUE: &[u8] = b"ICAP/1.0 100 Continue\r\n\r\n";

/// The head of a response.
#[derive(Debug)]
pub(super) struct ResponseHead {
    text: String,
}

impl ResponseHead {
    pub(super) fn new(status: Status, istag: &str) -> Self {
        Self { text: format!("ICAP/1.0 {}\r\nISTag: {istag}\r\nServer: Khien\r\n", status.line()) }
    }

    /// With one more header. The value is printable ASCII, or has lines that go on.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.text.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    /// Whole: whether the connection goes on, and what follows.
    pub(super) fn end(mut self, closes: bool, encapsulated: &str) -> Vec<u8> {
        if closes {
            self = self.with("Connection", "close");
        }
        self = self.with("Encapsulated", encapsulated);
        self.text.push_str("\r\n");
        self.text.into_bytes()
    }
}
