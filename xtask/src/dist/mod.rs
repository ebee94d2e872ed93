//! `cargo xtask dist`: programs and installers to hand out.

mod imports;
mod msi;
mod rust_src;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::packages;
use crate::tool::{Failure, Outcome, Tool, is_there, run};

/// What to build, and for what.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The system it is for.
    #[arg(value_enum)]
    system: System,
    /// Uses the tools that are installed and installs nothing.
    #[arg(long)]
    no_install: bool,
}

/// A system that something is built for.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum System {
    /// Windows 7 to 11 and Server 2008 R2 to 2025, 64 bits: the agent.
    Windows,
}

/// The target whose programs start on Windows 7 and everything after it.
const TARGET: &str = "x86_64-win7-windows-gnu";

/// The compiler and the archiver of Debian's mingw-w64 for it.
const MINGW_COMPILER: &str = "x86_64-w64-mingw32-gcc";
const MINGW_ARCHIVER: &str = "x86_64-w64-mingw32-ar";

/// Each part of the program begins in the file at a page of memory, so that pages are taken from the file when they are needed.
/// With the usual 512 bytes the whole program is copied into memory: by Wine always, nine megabytes more.
const LINK_FLAGS: &str = "-Clink-arg=-Wl,--file-alignment=4096";

/// The crates with code that only Windows compiles.
const FOR_WINDOWS_ALONE: [&str; 3] = ["khien-windows-calls", "khien-observe", "khien-agent"];

/// The profile of the agent: small before fast.
const PROFILE: &str = "agent";

/// The program.
pub(crate) const PROGRAM: &str = "khien-agent.exe";

/// The largest program that is handed out, in bytes.
const MAX_PROGRAM_BYTES: u64 = 8 << 20;

/// Builds it.
pub(crate) fn run_task(tool: &Tool, options: &Options) -> Outcome {
    match options.system {
        System::Windows => {
            if !options.no_install {
                packages::install_missing(tool, packages::FOR_WINDOWS)?;
            }
            windows(tool).map(drop)
        }
    }
}

/// Builds what is handed out for Windows; gives the folder it lies in.
pub(crate) fn windows(tool: &Tool) -> Outcome<PathBuf> {
    prepare(tool)?;
    // What clippy says of the parts that only Windows has is found nowhere else, and in a tenth of the time.
    lint(tool)?;
    let program = build(tool)?;
    let folder = tool.target_folder().join("dist").join("windows");
    fs::create_dir_all(&folder).map_err(|error| Failure(format!("cannot make {}: {error}", folder.display())))?;
    let shipped = folder.join(PROGRAM);
    check(&program)?;
    fs::copy(&program, &shipped).map_err(|error| Failure(format!("cannot write {}: {error}", shipped.display())))?;
    println!("{}", shipped.display());
    msi::make(tool, &folder)?;
    Ok(folder)
}

/// Whether the tools are here that a build for Windows needs.
pub(crate) fn can_build_for_windows(tool: &Tool) -> bool {
    is_there(tool.program(MINGW_COMPILER).arg("--version"))
}

/// Sees that everything is here that a build for Windows needs.
fn prepare(tool: &Tool) -> Outcome {
    if !can_build_for_windows(tool) {
        return Err(Failure(format!(
            "{MINGW_COMPILER} is not here; on Debian it comes with gcc-mingw-w64-x86-64-win32"
        )));
    }
    rust_src::provide(tool)
}

/// A command of cargo for Windows.
fn cargo(tool: &Tool, command: &str) -> Command {
    let target = TARGET.replace('-', "_");
    let mut cargo = tool.cargo([command, "--target", TARGET]);
    cargo
        .arg("-Zbuild-std=std,panic_abort")
        // Building the standard library is not settled in a released cargo; what it builds is that of this very release.
        .env("RUSTC_BOOTSTRAP", "1")
        .env(format!("CC_{target}"), MINGW_COMPILER)
        .env(format!("AR_{target}"), MINGW_ARCHIVER)
        .env(format!("CARGO_TARGET_{}_RUSTFLAGS", target.to_uppercase()), LINK_FLAGS)
        .env(format!("CARGO_TARGET_{}_LINKER", target.to_uppercase()), MINGW_COMPILER);
    cargo
}

/// Clippy over the crates that hold code for Windows alone; warnings are errors.
fn lint(tool: &Tool) -> Outcome {
    let mut clippy = cargo(tool, "clippy");
    for package in FOR_WINDOWS_ALONE {
        clippy.args(["--package", package]);
    }
    run(clippy.args(["--quiet", "--", "--deny", "warnings"]))
}

fn build(tool: &Tool) -> Outcome<PathBuf> {
    run(cargo(tool, "build").args(["--package", "khien-agent", "--profile", PROFILE]))?;
    Ok(tool.target_folder().join(TARGET).join(PROFILE).join(PROGRAM))
}

/// Refuses a program that is too large, or that does not start on Windows 7.
fn check(program: &Path) -> Outcome {
    let bytes = fs::read(program).map_err(|error| Failure(format!("cannot read {}: {error}", program.display())))?;
    let size = bytes.len() as u64;
    if size > MAX_PROGRAM_BYTES {
        return Err(Failure(format!("{PROGRAM} has {size} bytes, at most {MAX_PROGRAM_BYTES} are handed out")));
    }
    let imports = imports::of(&bytes)?;
    let newer = imports::newer_than_windows_7(&imports);
    if !newer.is_empty() {
        return Err(Failure(format!("{PROGRAM} does not start on Windows 7, which lacks: {}", newer.join(", "))));
    }
    let libraries: Vec<&str> = imports.keys().map(String::as_str).collect();
    println!("{PROGRAM}: {size} bytes; asks Windows for {}", libraries.join(", "));
    Ok(())
}
