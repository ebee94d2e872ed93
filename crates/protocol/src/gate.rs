//! What a gate in front of a system tells the server: what became of files, by what policy and rules, and that it is there.
//!
//! ```text
//! gate                                                             server
//!   │  POST /api/v1/gates/events   GateReport   ─────────────────▶   │  the token names the gate
//!   │  ◀──────────────────────────  GateReportTaken                  │  up to which entry it is kept now
//! ```
//!
//! Entries of a stream are numbered without a gap. A report that comes twice is taken once, and numbers that never come are
//! counted as lost.

use jiff::Timestamp;
use khien_model::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a gate reports: `POST`, a [`GateReport`].
pub const GATE_EVENTS_PATH: &str = "/api/v1/gates/events";

/// How many entries a report may have.
pub const MAX_GATE_ENTRIES: usize = 500;

/// The longest body of a gate's report, in bytes: as many entries as may be, each with the longest texts.
pub const MAX_GATE_BODY_BYTES: usize = 4 << 20;

/// The longest name of a file, of a client, of rules: in letters. What is longer is cut.
pub const MAX_GATE_TEXT: usize = 255;

/// The letters of a stream's name: 16 random bytes in hexadecimal digits.
pub const STREAM_LETTERS: usize = 32;

words! {
    /// What is said of a file.
    pub enum GateVerdict {
        /// Everything was opened and nothing speaks against it.
        Clean = "clean",
        /// A person should look.
        Suspicious = "suspicious",
        /// Something could not be looked into.
        NotInspected = "not_inspected",
        /// It must not pass.
        Blocked = "blocked",
    }
}

words! {
    /// What a gate does with a file that a person should look at.
    pub enum SuspiciousSaid {
        /// It goes on.
        Pass = "pass",
        /// It does not.
        Block = "block",
    }
}

words! {
    /// What a gate does with a file that could not be looked into.
    pub enum NotInspectedSaid {
        /// It does not go on.
        Block = "block",
        /// The client decides.
        Tell = "tell",
        /// It goes on.
        Pass = "pass",
    }
}

/// What a gate does with each verdict, as it says itself. What is blocked never passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GatePolicySaid {
    /// With what a person should look at.
    pub suspicious: SuspiciousSaid,
    /// With what could not be looked into.
    pub not_inspected: NotInspectedSaid,
}

/// The rules of a gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GateRules {
    /// Names the set.
    pub id: String,
    /// How old it is: when the newest of it was made, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_at: Option<Timestamp>,
}

/// How a gate that reports is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GateAsked {
    /// By ICAP.
    Icap,
    /// As clamd.
    Clamd,
}

impl GateAsked {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Icap => "icap",
            Self::Clamd => "clamd",
        }
    }
}

/// What a gate says from time to time, whether files came or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GateReport {
    /// The program and its version.
    pub program: String,
    /// How it is asked, as its token must be for; gates of before do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<GateAsked>,
    /// Names the row of numbers: made anew where the gate lost what it had kept.
    pub stream: String,
    /// What it does with each verdict.
    pub policy: GatePolicySaid,
    /// Its rules.
    pub rules: GateRules,
    /// The number of the first entry; of a report without entries, of the next one.
    pub first: u64,
    /// What happened, in order.
    pub entries: Vec<GateEntry>,
}

/// One thing that happened at a gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GateEntry {
    /// A file was decided about.
    File(GateFile),
    /// Entries that the gate could not keep.
    Lost {
        /// When.
        at: Timestamp,
        /// How many.
        count: u64,
    },
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GateFile {
    /// When it was decided.
    pub at: Timestamp,
    /// From where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// What it is called.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// SHA-256, in lower-case hexadecimal digits.
    pub sha256: String,
    /// The rules that looked at it.
    pub rules: String,
    /// What is said of it.
    pub verdict: GateVerdict,
    /// Whether it went on.
    pub passed: bool,
    /// The id of what decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How long it was looked into, in milliseconds.
    pub milliseconds: u64,
}

/// A report of a gate was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GateReportTaken {
    /// The number of the last entry of this stream that is kept: what is up to it need not be sent again.
    pub taken: u64,
}
