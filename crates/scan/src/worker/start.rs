//! The one process that scanning starts: this very program, by its own path, with one fixed word.

use std::io;
use std::process::{Child, Command, Stdio};

/// The allocator of `khien` (mimalloc) takes a gigabyte that may be written as soon as it is asked for the first byte, and the
/// kernel counts all of it against the limit of a worker. With the first of these it sets the gigabyte aside, and takes what it
/// hands out; with the second it does not look into `/sys` for the parts of the memory, nor asks which of them it runs on, either of
/// which would end a confined worker.
const SETTINGS_OF_THE_ALLOCATOR: [(&str, &str); 2] =
    [("MIMALLOC_ARENA_EAGER_COMMIT", "0"), ("MIMALLOC_USE_NUMA_NODES", "1")];

/// Starts a worker. What it would say of itself is not wanted: a hostile file could have a part in it.
#[expect(clippy::disallowed_methods, reason = "a reader of hostile files needs a process that can do nothing else")]
pub(crate) fn start() -> io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .arg(super::ARGUMENT)
        .env_clear()
        .envs(SETTINGS_OF_THE_ALLOCATOR)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}
