//! Every bound on what comes from outside. Reaching one is said in a [`Refusal`](crate::Refusal), never hidden.

use std::time::Duration;

/// The longest body of a report, in bytes. The software list of a PC with 10,000 packages is about a quarter of it.
pub const MAX_BODY_BYTES: usize = 4 << 20;

/// The longest body of an enrolment, in bytes. It is read before anything is known about the sender.
pub const MAX_ENROL_BODY_BYTES: usize = 16 << 10;

/// The longest answer that an agent reads, in bytes. The directive is the longest.
pub const MAX_ANSWER_BYTES: usize = 8 << 20;

/// How far the clocks of agent and server may be apart.
pub const MAX_CLOCK_SKEW: Duration = Duration::from_mins(5);

/// How many areas a report may have. A device has 14 today.
pub const MAX_AREAS: usize = 64;

/// The longest name of an area, in bytes.
pub const MAX_AREA_NAME_BYTES: usize = 64;

/// How deep the lists and objects of a body may lie in each other. Facts reach 8.
pub const MAX_JSON_DEPTH: usize = 32;

/// The longest value of a header that is looked at, in bytes.
pub const MAX_HEADER_BYTES: usize = 2048;

/// How many signatures a request may carry: ours, and those of proxies on the way.
pub const MAX_SIGNATURES: usize = 4;

/// How many items a list, and how many parameters a value of a structured header may have.
pub const MAX_STRUCTURED_ITEMS: usize = 32;

/// The highest counter: the largest integer of a structured header (RFC 8941, 3.3.1). At one report a second it lasts for
/// thirty million years.
pub const MAX_COUNTER: u64 = 999_999_999_999_999;

/// The longest name of a machine, of an operating system, of who accepted the notice: in bytes.
pub const MAX_NAME_BYTES: usize = 256;

/// The longest enrolment token as it may be typed, spaces and all, in bytes.
pub const MAX_TOKEN_BYTES: usize = 512;

/// How many files a directive may have.
pub const MAX_DIRECTIVE_FILES: usize = 64;
