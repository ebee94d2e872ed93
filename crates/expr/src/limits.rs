//! Every bound of the check language. Reaching one is said, never hidden.

use jiff::SignedDuration;

/// The longest source text of one expression, in bytes.
pub const MAX_SOURCE_BYTES: usize = 64 * 1024;

/// How deeply operations may be nested, counted in the tree; also after inlining.
pub const MAX_DEPTH: usize = 100;

/// How many operations one expression may have; also after inlining.
pub const MAX_NODES: usize = 16 * 1024;

/// How many problems are reported for one expression.
pub const MAX_PROBLEMS: usize = 50;

/// How many loop variables and bindings may be in force at one place.
pub const MAX_NESTED_VARIABLES: usize = 16;

/// How many steps one evaluation may take. One operation is one step; work on long texts and lists costs more.
pub const MAX_STEPS: u64 = 1_000_000;

/// How many further steps an explanation may take to look for a smaller set of reasons.
pub const MAX_EXPLAIN_STEPS: u64 = 1_000;

/// Up to this many reasons, each is tried for whether it can be left out.
pub const MAX_MINIMISED_REASONS: usize = 128;

/// How many bytes of text or items of lists are worked on in one step.
pub const UNITS_PER_STEP: usize = 16;

/// How many bytes one evaluation may build up in texts and lists.
pub const MAX_BUILT_BYTES: usize = 8 * 1024 * 1024;

/// The largest compiled regular expression, in bytes.
pub const MAX_REGEX_BYTES: usize = 256 * 1024;

/// The longest regular expression that is not a literal, in bytes: it is compiled anew in each evaluation.
pub const MAX_DYNAMIC_PATTERN_BYTES: usize = 256;

/// What compiling a regular expression costs, in steps.
pub const REGEX_COMPILE_STEPS: u64 = 2_000;

/// How far in the future a fact may claim to have been observed: clocks differ a little.
pub const FUTURE_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// How many steps (fields and list positions) a path into facts may have.
pub const MAX_PATH_STEPS: usize = 8;
