//! Tools from the registry of crates that tasks need: the one of this machine, or ours, built once into the cache folder.

use std::path::PathBuf;

use crate::tool::{Failure, Outcome, Tool, is_there, run};

/// A program that `cargo install` builds.
pub(crate) struct Installable {
    /// The name of the package and of its program.
    pub(crate) name: &'static str,
    /// The version that our settings and our reading of its output are written for.
    pub(crate) version: &'static str,
}

/// The program of this machine; when there is none, ours.
pub(crate) fn installed(tool: &Tool, wanted: &Installable) -> Outcome<PathBuf> {
    let Installable { name, version } = *wanted;
    let on_path = PathBuf::from(name);
    if is_there(tool.program(&on_path).arg("--version")) {
        return Ok(on_path);
    }
    let folder = tool.cache_folder().join(format!("{name}-{version}"));
    let ours = folder.join("bin").join(name);
    if is_there(tool.program(&ours).arg("--version")) {
        return Ok(ours);
    }
    println!("Building {name} {version} into {} (once, some minutes) ...", folder.display());
    let building = folder.join("build");
    let mut install = tool.cargo(["install", "--quiet", "--locked", name, "--version", version, "--root"]);
    run(install.arg(&folder).arg("--target-dir").arg(&building))
        .map_err(|Failure(reason)| Failure(format!("cannot build {name}: {reason}")))?;
    // Only the program is kept; leftovers of the build would cost a gigabyte and a failure to remove them costs nothing.
    let _ = std::fs::remove_dir_all(building);
    Ok(ours)
}
