//! Scanning of files: the engine of `khien-inspect` with its rules, in processes of its own that can do nothing but read
//! what they are handed and answer.
//!
//! ```text
//!  Scanner ──────────── name, bytes ───────────▶ worker: this very program, by its own path
//!     │   ◀─────────── Inspection ─────────────    │ no files, no network, no programs, no new memory that can be run
//!     │                                            │ bounded memory and processor time; ended and replaced
//!     ├ clamd, if it is asked for: the whole file, and the parts that it could not open by itself
//!     └ verdicts already known, by (sha256, name, rules, limits, policy, signatures of clamd)
//! ```
//!
//! A worker that ends, hangs or answers nonsense is replaced, and its file is *not inspected*, with that reason: a mistake in
//! a reader costs one answer, never the host, and never comes out as clean.

#![forbid(unsafe_code)]

mod cache;
mod clamd;
mod pool;
pub mod receipt;
mod sarif;
mod settings;
mod upload;
mod wire;
pub mod worker;

pub use clamd::ClamdDetector;
pub use pool::{ScanProblem, Scanner};
pub use sarif::sarif;
pub use settings::{MAX_RULES_AGE_DAYS, RuleSettings, Settings, SettingsMistake};
pub use upload::{Upload, sha256_of};
