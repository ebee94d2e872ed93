//! Rules that look at bytes (YARA), as [`khien_inspect`] asks for them: ours, and packs that an operator installs.
//!
//! ```text
//! content/rules/*.yar ─┐
//!                      ├▶ RuleSet::compile ─▶ RuleSet ─▶ scan(bytes, types, name) ─▶ hits, in the order of their names
//! pack (.khien-rules) ─┘    problems with           only the rules for these types
//!   signed, licences        file, line, hint
//! ```
//!
//! A set of rules is named by its content and by the engine's version: the same name gives the same hits. The engine is
//! boreal, which interprets rules: no code is made while the program runs, and no file is opened (see
//! `docs/decisions/0013-rule-engine.md`). How to write rules, and what packs are: `docs/rules.md`.
//!
//! **Knows nothing** about disks, networks and clocks: files come in as bytes, the moment of packing is handed in.

#![forbid(unsafe_code)]

mod compile;
mod installed;
mod known;
mod meta;
mod pack;
mod problem;
mod scan;
mod shipped;
mod source;
mod types;

pub use compile::{MAX_RULES, MAX_STRINGS_PER_RULE, Mode, RuleSet};
pub use installed::{files_of, installed, load, to_bytes};
pub use known::{KnownSource, known_sources};
pub use meta::Meta;
pub use pack::{
    Collected, Contents, Licence, LicenceText, MAX_FILE_BYTES, MAX_FILES, MAX_LICENCES_BYTES, MAX_MANIFEST_BYTES,
    MAX_PACK_BYTES, MAX_PATH_BYTES, MAX_SOURCES, MAX_TEXT_BYTES, Manifest, ManifestFile, Pack, PackProblem,
    PublisherKey, Sharing, Source, belongs, collect, from_zip, pack, verify,
};
pub use problem::{Code, Level, Problem};
pub use scan::{MAX_HITS, MAX_MATCHES_PER_STRING};
pub use shipped::{released_at, shipped, shipped_meta};
pub use source::RuleFile;

/// The engine and its version, a part of the name of every set of rules.
pub const ENGINE: &str = "boreal 1.4.0";
