//! Licences, banned and doubled crates, sources and known holes of what we link, by cargo-deny (see `deny.toml`).

use std::path::PathBuf;

use crate::tool::{Failure, Outcome, Tool, is_there, run};

/// The version that `deny.toml` is written for. It builds in 2 min 36 s on 2 cores (measured), once per machine.
const VERSION: &str = "0.20.2";

/// How long the database of advisories may take to arrive before we go on without it.
const FETCH_DEADLINE: &str = "120s";

/// Checks everything; the advisories only where their database can be reached, and says so when it cannot.
pub(crate) fn check(tool: &Tool) -> Outcome {
    let program = installed(tool)?;
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

/// The cargo-deny of this machine; when there is none, ours, built once into the cache folder.
fn installed(tool: &Tool) -> Outcome<PathBuf> {
    let on_path = PathBuf::from("cargo-deny");
    if is_there(tool.program(&on_path).arg("--version")) {
        return Ok(on_path);
    }
    let folder = tool.cache_folder().join(format!("cargo-deny-{VERSION}"));
    let ours = folder.join("bin").join("cargo-deny");
    if is_there(tool.program(&ours).arg("--version")) {
        return Ok(ours);
    }
    println!("Building cargo-deny {VERSION} into {} (once, some minutes) ...", folder.display());
    let building = folder.join("build");
    let mut install = tool.cargo(["install", "--quiet", "--locked", "cargo-deny", "--version", VERSION, "--root"]);
    run(install.arg(&folder).arg("--target-dir").arg(&building))
        .map_err(|Failure(reason)| Failure(format!("cannot build cargo-deny: {reason}")))?;
    // Only the program is kept; leftovers of the build would cost a gigabyte and a failure to remove them costs nothing.
    let _ = std::fs::remove_dir_all(building);
    Ok(ours)
}
