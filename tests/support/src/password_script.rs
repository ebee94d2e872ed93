//! The script of a page, run by Node instead of a browser.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::peer::scripts;

/// What the script of the page "try a password" says: `asked` is `{"rules": …, "cases": […]}`, `assets` its folder.
///
/// # Errors
/// A sentence: what is missing on this machine.
///
/// # Panics
/// When Node is there and the script fails: then it is broken.
pub fn judge_passwords(assets: &Path, asked: &str) -> Result<String, String> {
    let mut command = Command::new("node");
    command.arg(scripts().join("judge-passwords.mjs")).arg(assets);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("cannot start node: {error}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(asked.as_bytes()).map_err(|error| error.to_string())?;
    }
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}
