//! The source of the standard library, from which it is built for Windows 7: no compiled one exists for that target.
//!
//! It must be of exactly the compiler's version. Where rustup can install it (`rustup component add rust-src`) that is used.
//! Elsewhere it comes from Debian's backports, which follow the compiler: apt fetches it, in folders of our own, through the
//! mirror and with the keys that this machine trusts already, so that signature and checksums are apt's business.

use std::fs;
use std::path::{Path, PathBuf};

use crate::tool::{Failure, Outcome, Tool, output_of, run};

/// Where cargo looks for it, beneath the folder of the compiler.
const IN_SYSROOT: &str = "lib/rustlib/src/rust";

/// Where Debian's package has it.
const IN_PACKAGE: &str = "usr/lib/rustlib/src/rust";

/// What shows that the source is there.
const LOCK_FILE: &str = "library/Cargo.lock";

/// The suites of Debian that carry newer compilers, in the order in which they are asked.
const SUITES: &[&str] = &["trixie-backports", "forky-backports"];

/// Whom Debian's archives are signed by.
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Sees to it that cargo finds the source.
pub(super) fn provide(tool: &Tool) -> Outcome {
    let sysroot = PathBuf::from(output_of(tool.program("rustc").args(["--print", "sysroot"]))?.trim());
    let wanted = sysroot.join(IN_SYSROOT);
    if wanted.join(LOCK_FILE).is_file() {
        return Ok(());
    }
    let verbose = output_of(tool.program("rustc").args(["--version", "--verbose"]))?;
    let version = release_of(&verbose).ok_or_else(|| Failure(format!("rustc does not say its version: {verbose}")))?;
    let source = unpacked(tool, version).map_err(|Failure(reason)| {
        Failure(format!(
            "the source of the standard library is not here, and could not be fetched: {reason}\n       \
             Install it with `rustup component add rust-src`, or lay the folder `library` of the source of Rust {version} \
             into {}",
            wanted.display()
        ))
    })?;
    link(&source, &wanted)
}

/// The number in the line `release: 1.95.0`.
fn release_of(verbose: &str) -> Option<&str> {
    verbose.lines().find_map(|line| line.strip_prefix("release: ")).map(str::trim)
}

/// The source out of Debian's package, unpacked once into the cache folder.
fn unpacked(tool: &Tool, version: &str) -> Outcome<PathBuf> {
    let folder = tool.cache_folder().join(format!("rust-src-{version}"));
    let source = folder.join(IN_PACKAGE);
    if source.join(LOCK_FILE).is_file() {
        return Ok(source);
    }
    let unfinished = tool.cache_folder().join(format!("rust-src-{version}.unfinished"));
    make_anew(&unfinished)?;
    let package = fetched(tool, version, &unfinished)?;
    run(tool.program("dpkg-deb").arg("--extract").arg(&package).arg(unfinished.join("package")))?;
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| cannot("remove", &folder, &error))?;
    }
    fs::rename(unfinished.join("package"), &folder).map_err(|error| cannot("rename", &unfinished, &error))?;
    // The lists of packages that apt fetched; a leftover costs nothing.
    let _ = fs::remove_dir_all(&unfinished);
    Ok(source)
}

/// Downloads Debian's package into `folder`, checked by apt.
fn fetched(tool: &Tool, version: &str, folder: &Path) -> Outcome<PathBuf> {
    let targets = output_of(tool.program("apt-get").args([
        "indextargets",
        "--format",
        "$(SITE)\t$(LABEL)",
        "Created-By: Packages",
    ]))?;
    let mirror = mirror_in(&targets).ok_or_else(|| Failure::new("apt on this machine knows no mirror of Debian"))?;
    for suite in SUITES {
        println!("Looking for the source of Rust {version} in {suite} ...");
        let apt = Apt::new(folder, mirror, suite)?;
        if run(apt.command(tool, "apt-get").args(["update", "--quiet"])).is_err() {
            continue;
        }
        let known = output_of(apt.command(tool, "apt-cache").args(["show", "rust-src"])).unwrap_or_default();
        let Some(exact) = package_version(&known, version) else { continue };
        let mut download = apt.command(tool, "apt-get");
        run(download.args(["download", "--quiet"]).arg(format!("rust-src={exact}")).current_dir(folder))?;
        return package_in(folder);
    }
    Err(Failure(format!("no suite of Debian ({}) has rust-src {version}", SUITES.join(", "))))
}

/// The first mirror of Debian itself among the archives that apt fetches from.
fn mirror_in(targets: &str) -> Option<&str> {
    targets.lines().filter_map(|line| line.split_once('\t')).find(|(_, label)| *label == "Debian").map(|(site, _)| site)
}

/// The package's version that carries this release, in the text of `apt-cache show`.
fn package_version<'a>(known: &'a str, release: &str) -> Option<&'a str> {
    let versions = known.lines().filter_map(|line| line.strip_prefix("Version: "));
    versions.map(str::trim).find(|version| version.strip_prefix(release).is_some_and(|rest| rest.starts_with('+')))
}

/// An apt that knows one suite and keeps everything in a folder of its own.
struct Apt {
    options: Vec<String>,
}

impl Apt {
    fn new(folder: &Path, mirror: &str, suite: &str) -> Outcome<Self> {
        let state = folder.join(suite);
        make_anew(&state.join("lists/partial"))?;
        make_anew(&state.join("archives/partial"))?;
        let sources = state.join("sources.list");
        let line = format!("deb [arch=amd64 signed-by={KEYRING}] {mirror} {suite} main\n");
        fs::write(&sources, line).map_err(|error| cannot("write", &sources, &error))?;
        let at = |path: &str| state.join(path).display().to_string();
        let options = [
            format!("Dir::Etc::sourcelist={}", sources.display()),
            "Dir::Etc::sourceparts=-".to_owned(),
            format!("Dir::State={}", state.display()),
            format!("Dir::State::lists={}", at("lists")),
            format!("Dir::Cache={}", state.display()),
            format!("Dir::Cache::archives={}", at("archives")),
            "Acquire::Languages=none".to_owned(),
            // As root apt hands downloads to a user who cannot reach our folder.
            "APT::Sandbox::User=root".to_owned(),
        ];
        Ok(Self { options: options.into_iter().flat_map(|option| ["-o".to_owned(), option]).collect() })
    }

    fn command(&self, tool: &Tool, program: &str) -> std::process::Command {
        let mut command = tool.program(program);
        command.args(&self.options);
        command
    }
}

/// The package that was downloaded.
fn package_in(folder: &Path) -> Outcome<PathBuf> {
    let entries = fs::read_dir(folder).map_err(|error| cannot("list", folder, &error))?;
    let mut paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let package = paths.find(|path| path.extension().is_some_and(|ending| ending == "deb"));
    package.ok_or_else(|| Failure(format!("apt downloaded nothing into {}", folder.display())))
}

/// Links the source to where cargo looks. What a person laid there stays.
fn link(source: &Path, wanted: &Path) -> Outcome {
    if wanted.is_symlink() {
        // It led nowhere or to a source of another kind, or we would not be here.
        fs::remove_file(wanted).map_err(|error| cannot("remove", wanted, &error))?;
    }
    let parent = wanted.parent().unwrap_or(wanted);
    fs::create_dir_all(parent).map_err(|error| cannot("make", parent, &error))?;
    println!("Linking the source of the standard library to {}", wanted.display());
    symlink(source, wanted).map_err(|error| cannot("make", wanted, &error))
}

#[cfg(unix)]
fn symlink(source: &Path, wanted: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(source, wanted)
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

fn make_anew(folder: &Path) -> Outcome {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| cannot("remove", folder, &error))?;
    }
    fs::create_dir_all(folder).map_err(|error| cannot("make", folder, &error))
}

fn cannot(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure(format!("cannot {what} {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_and_its_package_are_found() {
        assert_eq!(
            release_of("rustc 1.95.0 (abc)\nbinary: rustc\nrelease: 1.95.0\nLLVM version: 21\n"),
            Some("1.95.0")
        );
        assert_eq!(release_of("rustc"), None);
        let known =
            "Package: rust-src\nVersion: 1.95.10+dfsg1-1\n\nPackage: rust-src\nVersion: 1.95.0+dfsg1-2~bpo13+1\n";
        assert_eq!(package_version(known, "1.95.0"), Some("1.95.0+dfsg1-2~bpo13+1"));
        assert_eq!(package_version(known, "1.95.1"), None);
    }

    #[test]
    fn the_mirror_is_that_of_debian_itself() {
        let targets = "http://a/debian-security\tDebian-Security\nhttp://b/debian\tDebian\nhttp://c\tOther\n";
        assert_eq!(mirror_in(targets), Some("http://b/debian"));
        assert_eq!(mirror_in("http://c\tOther\n"), None);
    }
}
