//! Why a feed was not read.

/// The longest text of a server that is shown, in letters.
const MAX_SHOWN_LETTERS: usize = 300;

/// Why a feed was not read. What was read of it before stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedProblem {
    /// The address is none of the web.
    Address,
    /// The address is without TLS, and nobody allowed that.
    Plain,
    /// The address is that of this machine or of a part of the network that no feed lies on.
    Forbidden {
        /// The host.
        host: String,
    },
    /// The server cannot be reached.
    Unreachable {
        /// What the system said.
        detail: String,
    },
    /// The server is not who it should be.
    NotTrusted {
        /// What TLS said.
        detail: String,
    },
    /// It was too slow.
    TimedOut {
        /// How long it had, in seconds.
        seconds: u64,
    },
    /// It sends more than is taken.
    TooLarge {
        /// How many bytes are taken.
        limit: u64,
    },
    /// It leads from one address to the next and to no end.
    TooManyRedirects {
        /// How many are followed.
        limit: usize,
    },
    /// It leads to an address of another scheme: from TLS to none, or to no web address.
    OtherScheme {
        /// Where it leads.
        to: String,
    },
    /// It answers with another status.
    Status {
        /// The status.
        code: u16,
    },
    /// It says that nothing is new although nobody asked for what is new.
    NothingSent,
    /// What it sends is no feed: a page, mostly.
    NoFeed,
    /// What it sends defines entities, with which files could be read and memory be filled.
    Entities,
    /// What it sends is not well-formed.
    Broken {
        /// What was found.
        detail: String,
    },
    /// The letters cannot be read.
    Encoding {
        /// The encoding that is named.
        name: String,
    },
}

impl FeedProblem {
    /// Every key of [`FeedProblem::key`].
    pub const KEYS: &[&str] = &[
        "feed-address",
        "feed-plain",
        "feed-forbidden",
        "feed-unreachable",
        "feed-not-trusted",
        "feed-timed-out",
        "feed-too-large",
        "feed-redirects",
        "feed-other-scheme",
        "feed-status",
        "feed-nothing-sent",
        "feed-no-feed",
        "feed-entities",
        "feed-broken",
        "feed-encoding",
    ];

    /// The key of its sentence.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Address => "feed-address",
            Self::Plain => "feed-plain",
            Self::Forbidden { .. } => "feed-forbidden",
            Self::Unreachable { .. } => "feed-unreachable",
            Self::NotTrusted { .. } => "feed-not-trusted",
            Self::TimedOut { .. } => "feed-timed-out",
            Self::TooLarge { .. } => "feed-too-large",
            Self::TooManyRedirects { .. } => "feed-redirects",
            Self::OtherScheme { .. } => "feed-other-scheme",
            Self::Status { .. } => "feed-status",
            Self::NothingSent => "feed-nothing-sent",
            Self::NoFeed => "feed-no-feed",
            Self::Entities => "feed-entities",
            Self::Broken { .. } => "feed-broken",
            Self::Encoding { .. } => "feed-encoding",
        }
    }

    /// What stands in its sentence.
    pub fn detail(&self) -> String {
        match self {
            Self::Address | Self::Plain | Self::NothingSent | Self::NoFeed | Self::Entities => String::new(),
            Self::Forbidden { host: text }
            | Self::Unreachable { detail: text }
            | Self::NotTrusted { detail: text }
            | Self::OtherScheme { to: text }
            | Self::Broken { detail: text }
            | Self::Encoding { name: text } => shown(text),
            Self::TimedOut { seconds } => seconds.to_string(),
            Self::TooLarge { limit } => limit.to_string(),
            Self::TooManyRedirects { limit } => limit.to_string(),
            Self::Status { code } => code.to_string(),
        }
    }
}

impl std::fmt::Display for FeedProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.key(), self.detail())
    }
}

impl std::error::Error for FeedProblem {}

/// The beginning of what somebody else said, in one line.
fn shown(text: &str) -> String {
    let line = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    line.take(MAX_SHOWN_LETTERS).collect()
}
