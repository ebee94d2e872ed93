//! The installer for Windows, made by wixl.

use std::fs;
use std::path::{Path, PathBuf};

use crate::tool::{Failure, Outcome, Tool, is_there, run};

/// Its description.
const SOURCE: &str = "packaging/windows/khien-agent.wxs";

/// The installer.
pub(crate) const INSTALLER: &str = "khien-agent.msi";

/// Makes the installer beside the program in `folder`. `Ok(None)` where there is no wixl, which is said.
pub(super) fn make(tool: &Tool, folder: &Path) -> Outcome<Option<PathBuf>> {
    if !is_there(tool.program("wixl").arg("--version")) {
        println!("wixl is missing: no installer is made. On Debian it is a package of that name.");
        return Ok(None);
    }
    // It looks for the program beside the description.
    let description = folder.join("khien-agent.wxs");
    let cannot = |error: std::io::Error| Failure(format!("cannot write {}: {error}", description.display()));
    fs::copy(tool.root.join(SOURCE), &description).map_err(cannot)?;
    let installer = folder.join(INSTALLER);
    let mut wixl = tool.program("wixl");
    wixl.args(["--arch", "x64", "-D", concat!("Version=", env!("CARGO_PKG_VERSION"))]);
    let made = run(wixl.arg("-o").arg(&installer).arg(&description).current_dir(folder));
    fs::remove_file(&description).map_err(cannot)?;
    made?;
    println!("{}", installer.display());
    Ok(Some(installer))
}
