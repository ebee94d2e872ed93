//! The installer for Windows, made by wixl.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::tool::{Failure, Outcome, Tool, is_there, run};

/// Its description.
const SOURCE: &str = "packaging/windows/khien-agent.wxs";

/// The installer.
pub(crate) const INSTALLER: &str = "khien-agent.msi";

/// `SW_SHOWMINNOACTIVE`: Windows makes a console for the program, which lets go of it at once; until then it is no window on the
/// screen. Up to Windows 11 23H2 a program cannot say so itself.
const MINIMIZED: i32 = 7;

/// Has every shortcut start its program so: wixl writes nothing there.
fn start_minimized(installer: &Path) -> std::io::Result<()> {
    let mut package = msi::Package::open(File::options().read(true).write(true).open(installer)?)?;
    package.update_rows(msi::Update::table("Shortcut").set("ShowCmd", msi::Value::Int(MINIMIZED)))?;
    package.flush()
}

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
    start_minimized(&installer).map_err(|error| Failure(format!("cannot change {}: {error}", installer.display())))?;
    println!("{}", installer.display());
    Ok(Some(installer))
}
