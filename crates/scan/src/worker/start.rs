//! The one process that scanning starts: this very program, by its own path, with one fixed word.

use std::io;
use std::process::{Child, Command, Stdio};

/// The allocator of `khien` (mimalloc) takes a gigabyte that may be written as soon as it is asked for the first byte, and the
/// kernel counts all of it against the limit of a worker. With this it sets the gigabyte aside, and takes what it hands out.
const TAKES_WHAT_IT_HANDS_OUT: (&str, &str) = ("MIMALLOC_ARENA_EAGER_COMMIT", "0");

/// Starts a worker. What it would say of itself is not wanted: a hostile file could have a part in it.
#[expect(clippy::disallowed_methods, reason = "a reader of hostile files needs a process that can do nothing else")]
pub(crate) fn start() -> io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .arg(super::ARGUMENT)
        .env_clear()
        .env(TAKES_WHAT_IT_HANDS_OUT.0, TAKES_WHAT_IT_HANDS_OUT.1)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}
