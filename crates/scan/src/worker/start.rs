//! The one process that scanning starts: this very program, by its own path, with one fixed word.

use std::io;
use std::process::{Child, Command, Stdio};

/// Starts a worker. What it would say of itself is not wanted: a hostile file could have a part in it.
#[expect(clippy::disallowed_methods, reason = "a reader of hostile files needs a process that can do nothing else")]
pub(crate) fn start() -> io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .arg(super::ARGUMENT)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}
