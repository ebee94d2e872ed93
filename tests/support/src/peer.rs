//! A peer that is a script of `tests/peers`: it says on its output that it is ready and ends with its input.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A running script. It ends when this is dropped, or when this process ends in whatever way: its input ends then.
#[derive(Debug)]
pub(crate) struct Peer {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Peer {
    pub(crate) fn start(command: &mut Command) -> Result<Self, String> {
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start {program}: {error}"))?;
        let output = child.stdout.take().ok_or_else(|| format!("{program} has no output"))?;
        Ok(Self { child, output: BufReader::new(output) })
    }

    /// The next line that it says; waits for it.
    pub(crate) fn line(&mut self) -> Result<String, String> {
        let mut line = String::new();
        match self.output.read_line(&mut line) {
            Ok(0) => Err("it ended before it was ready".to_owned()),
            Ok(_) => Ok(line.trim_end().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The folder of the scripts.
pub(crate) fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../peers")
}

/// A script that runs in Node, with the packages that `cargo xtask test` installs beside it.
pub(crate) fn node(script: &str) -> Result<Command, String> {
    if !scripts().join("node_modules").is_dir() {
        return Err(
            "the packages of tests/peers are not installed (npm ci --ignore-scripts --prefix tests/peers)".into()
        );
    }
    let mut command = Command::new("node");
    command.arg(scripts().join(script));
    Ok(command)
}
