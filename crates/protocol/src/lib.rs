//! What an agent and its server say to each other: messages, signatures, enrolment tokens, refusals.
//!
//! Pure: nothing here reads a clock, a file or the network. Random bytes and `now` are handed in, so that both sides and
//! every test compute the same.
//!
//! ```text
//! agent                                                             server
//!   │  POST /api/v1/enrol      EnrolRequest   ────────────────────▶   │  the token names the unit, once
//!   │  ◀────────────────────   EnrolResponse                          │
//!   │  POST /api/v1/reports    Report         ────────────────────▶   │  hashes of all areas, facts of the changed ones
//!   │  ◀────────────────────   ReportAnswer                           │  which facts it lacks, when to come again
//!   │  GET  /api/v1/directive                 ────────────────────▶   │
//!   │  ◀────────────────────   DirectiveBundle                        │  so that the agent can judge offline
//! ```
//!
//! Every request is signed (RFC 9421, Ed25519) and carries a counter that only rises: [`sign`] and [`verify`]. A request
//! that is not carried out is answered with a [`Refusal`]. No answer asks the agent to run anything: there is no word for
//! it here.

#![forbid(unsafe_code)]

mod base32;
mod body;
mod bundle;
mod digest;
mod enrol;
mod gate;
mod key;
pub mod limits;
mod refusal;
mod report;
mod signature;
mod structured;
mod token;

pub use body::{decode, depth_of};
pub use bundle::{BundleProblem, DirectiveBundle, DirectiveMark};
pub use digest::{BadDigest, Digest};
pub use enrol::{EnrolRequest, EnrolResponse, Machine, NoticeAcceptance};
pub use gate::{
    GATE_EVENTS_PATH, GateAsked, GateEntry, GateFile, GatePolicySaid, GateReport, GateReportTaken, GateRules,
    GateVerdict, MAX_GATE_BODY_BYTES, MAX_GATE_ENTRIES, MAX_GATE_TEXT, NotInspectedSaid, STREAM_LETTERS,
    SuspiciousSaid,
};
pub use key::{BadKey, PublicKey, SigningKey};
pub use refusal::{Bilingual, Refusal, RefusalCode};
pub use report::{AreaFact, AreaReport, Report, ReportAnswer, write_fact_document};
pub use signature::{
    COUNTER_HEADER, Headers, RequestHead, SIGNATURE_ALGORITHM, SIGNATURE_TAG, Verified, key_of, sign, verify,
};
pub use token::{Token, TokenProblem};

/// Where a device enrols: `POST`, an [`EnrolRequest`].
pub const ENROL_PATH: &str = "/api/v1/enrol";

/// Where a device reports: `POST`, a [`Report`].
pub const REPORTS_PATH: &str = "/api/v1/reports";

/// Where a device fetches the directive that is judged by: `GET`, answered with a [`DirectiveBundle`].
pub const DIRECTIVE_PATH: &str = "/api/v1/directive";

/// The type of every body, on the way there and back.
pub const CONTENT_TYPE: &str = "application/json";
