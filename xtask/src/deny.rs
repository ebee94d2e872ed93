//! Licences, banned and doubled crates, sources and known holes of what we link, by cargo-deny (see `deny.toml`).

use crate::install::{Installable, installed};
use crate::tool::{Outcome, Tool, is_there, run};

/// What `deny.toml` is written for. It builds in 2 min 36 s on 2 cores (measured), once per machine.
const DENY: Installable = Installable { name: "cargo-deny", version: "0.20.2" };

/// How long the database of advisories may take to arrive before we go on without it.
const FETCH_DEADLINE: &str = "120s";

/// Checks everything; the advisories only where their database can be reached, and says so when it cannot.
pub(crate) fn check(tool: &Tool) -> Outcome {
    let program = installed(tool, &DENY)?;
    run(tool.program(&program).args(["check", "--hide-inclusion-graph", "licenses", "bans", "sources"]))?;
    // The database is a git repository elsewhere. A machine without a way out must still be able to run everything else.
    let fetched = is_there(tool.program("timeout").arg(FETCH_DEADLINE).arg(&program).args(["fetch", "db"]));
    if !fetched {
        println!("ADVISORIES NOT CHECKED: the database of advisories (RustSec) cannot be reached from this machine.");
        println!("Run `cargo deny check advisories` where it can.");
        return Ok(());
    }
    run(tool.program(&program).args(["--offline", "check", "--hide-inclusion-graph", "advisories"]))
}
