//! A library of clients of clamd (pyclamd, for Python), asked about one file.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::peer::scripts;

/// The Python for which Debian packages the library.
const PYTHON: &str = "/usr/bin/python3";

/// Where Debian puts it.
const LIBRARY: &str = "/usr/lib/python3/dist-packages/pyclamd";

/// Whether the library is there; otherwise a sentence that says what is missing.
///
/// # Errors
/// That sentence.
pub fn clamd_library() -> Result<(), String> {
    if Path::new(LIBRARY).exists() {
        Ok(())
    } else {
        Err("Debian's package python3-pyclamd is not installed".to_owned())
    }
}

/// What the library makes of the clamd at `place` (host and port, or the path of a socket) and its answer about `content`:
/// `ping`, `version`, `stats` and `stream`.
///
/// # Errors
/// What went wrong.
pub fn ask_clamd(place: &[&str], content: &[u8]) -> Result<Value, String> {
    let mut command = Command::new(PYTHON);
    command.arg(scripts().join("ask_clamd.py")).args(place).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("cannot start {PYTHON}: {error}"))?;
    let mut input = child.stdin.take().ok_or("it has no input")?;
    input.write_all(content).map_err(|error| error.to_string())?;
    drop(input);
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}
