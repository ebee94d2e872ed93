//! Every bound of a directive file. Reaching one is a diagnostic, never a silent cut.

/// The largest file, in bytes. A source need not read further than one byte beyond it.
pub const MAX_FILE_BYTES: usize = 1024 * 1024;

/// How deeply lists and maps may be nested in a file.
pub const MAX_DEPTH: usize = 32;

/// How many values (scalars, lists, maps) one file may have.
pub const MAX_NODES: usize = 100_000;

/// The longest single text, in bytes.
pub const MAX_SCALAR_BYTES: usize = 16 * 1024;

/// How many files one directive may be made of, the first included.
pub const MAX_FILES: usize = 16;

/// How many diagnostics are kept; one more says that there are others.
pub const MAX_DIAGNOSTICS: usize = 200;

/// The longest id, in bytes.
pub const MAX_ID_BYTES: usize = 64;

/// The longest length of time a directive may speak of, in days: a hundred years.
pub const MAX_DURATION_DAYS: i64 = 36_525;

/// The longest time to mend, in working days: about four years.
pub const MAX_WORKING_DAYS: u32 = 1_000;

/// How many controls may refer to each other in a row.
pub const MAX_REFERENCE_CHAIN: usize = 32;

/// How many columns of a source line a diagnostic shows.
pub const MAX_EXCERPT_COLUMNS: usize = 110;
