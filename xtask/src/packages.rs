//! What tests and benchmarks need from Debian's packages, each with its reason, and how it gets there.

use std::fs;
use std::path::{Path, PathBuf};

use crate::tool::{Failure, Outcome, Tool, is_there, output_of, run};

/// A package and why it is wanted.
pub(crate) struct Package {
    name: &'static str,
    reason: &'static str,
}

/// The real peers of the end-to-end tests. A program that no test starts does not belong here.
pub(crate) const FOR_TESTS: &[Package] = &[
    Package { name: "samba", reason: "the file server whose configuration `shares` reads" },
    Package { name: "samba-common-bin", reason: "`testparm` is the referee of `shares`" },
    Package { name: "clamav", reason: "`sigtool` is the referee of `antivirus`" },
    Package { name: "clamav-daemon", reason: "`clamd` is the antivirus that runs, then does not" },
    Package { name: "chromium", reason: "makes a real browser profile for `browsers`, and prints a page for `scan`" },
    Package { name: "firefox-esr", reason: "makes a real browser profile for `browsers`" },
    Package { name: "dconf-cli", reason: "compiles the settings of desktops that `session` and `usb` read" },
    Package { name: "openssh-server", reason: "`sshd -T` is the referee of `remote_access`" },
    Package { name: "libwin-hivex-perl", reason: "`hivexregedit` writes and reads the hives that `windows` reads" },
    Package { name: "postgresql", reason: "the second engine of the store; each run throws its own server away" },
    Package { name: "libreoffice-calc-nogui", reason: "writes the workbooks that `crates/tables` and `scan` read" },
    Package {
        name: "python3-uno",
        reason: "lets LibreOffice save a workbook with a password, and in every form it knows",
    },
    Package { name: "slapd", reason: "the directory that the connector of accounts reads" },
    Package { name: "samba-ad-dc", reason: "Active Directory, for the same" },
    Package { name: "samba-ad-provision", reason: "makes its domain" },
    Package { name: "nginx-light", reason: "hands out the feeds of advisories that the server reads" },
    Package { name: "openssl", reason: "makes the certificates of these three" },
    Package { name: "gcc-mingw-w64-x86-64-win32", reason: "links the agent for Windows, which Wine then runs" },
    Package { name: "wixl", reason: "makes its installer" },
    Package { name: "wine64", reason: "the Windows on which the agent is installed, enrols and reports" },
    Package { name: "python3-pikepdf", reason: "makes and reads PDF files with attachments for `scan`" },
    Package { name: "python3-zstandard", reason: "packs what only it packs for `scan`" },
    Package { name: "7zip", reason: "makes archives for `scan`, and reads the others" },
    Package { name: "arj", reason: "makes archives for `scan`" },
    Package { name: "binutils", reason: "makes archives for `scan`" },
    Package { name: "brotli", reason: "packs for `scan`" },
    Package { name: "cpio", reason: "makes archives for `scan`" },
    Package { name: "gcab", reason: "makes cabinets for `scan`" },
    Package { name: "genisoimage", reason: "makes disk images for `scan`" },
    Package { name: "libarchive-tools", reason: "`bsdtar` reads the archives of `scan`" },
    Package { name: "dosfstools", reason: "makes disk images for `scan`" },
    Package { name: "mtools", reason: "puts files into them" },
    Package { name: "lz4", reason: "packs for `scan`" },
    Package { name: "lzip", reason: "packs for `scan`" },
    Package { name: "ncompress", reason: "packs for `scan`" },
    Package { name: "qpdf", reason: "makes PDF files for `scan`, locked and with attachments" },
    Package { name: "unzip", reason: "reads the methods of the eighties that are made for `scan`" },
    Package { name: "wimtools", reason: "makes disk images for `scan`" },
    Package { name: "zip", reason: "makes archives for `scan`" },
    Package { name: "zstd", reason: "packs for `scan`" },
    Package { name: "c-icap", reason: "`c-icap-client` asks the ICAP gate" },
    Package { name: "squid", reason: "the proxy that asks the ICAP gate about uploads and downloads" },
    Package { name: "clamdscan", reason: "asks the gate that speaks as clamd does" },
    Package { name: "python3-pyclamd", reason: "a library of clients of clamd, for the same" },
    Package { name: "python3-aiosmtpd", reason: "the mail server that takes the reminders" },
];

/// What builds the agent for Windows.
pub(crate) const FOR_WINDOWS: &[Package] = &[
    Package { name: "gcc-mingw-w64-x86-64-win32", reason: "links programs for Windows, and compiles their parts in C" },
    Package { name: "wixl", reason: "makes the installer" },
];

/// What the benchmarks measure with and against.
pub(crate) const FOR_BENCHMARKS: &[Package] = &[
    Package { name: "time", reason: "measures a whole process from outside" },
    Package { name: "lynis", reason: "the peer of `bench observe`" },
];

/// The file by which Debian asks whether a package may start its services (see invoke-rc.d(8)).
const SERVICE_POLICY: &str = "/usr/sbin/policy-rc.d";

/// The first lines of our own policy, by which a later run knows a file that an ended run left behind.
const OUR_POLICY: &str =
    "#!/bin/sh\n# Written by `cargo xtask` while it installs packages; no service starts meanwhile.\n";

/// Installs what is missing. Without the rights to do so, says what to type.
pub(crate) fn install_missing(tool: &Tool, wanted: &'static [Package]) -> Outcome {
    remove_policy_left_behind();
    let Some(installed) = installed_packages(tool) else {
        println!("This is not Debian: what runs uses the programs that are here, and says which ones it misses.");
        return Ok(());
    };
    let missing = missing(wanted, &installed);
    if missing.is_empty() {
        println!("All {} packages that are needed are installed.", wanted.len());
        return Ok(());
    }
    for package in &missing {
        println!("missing: {:<18} {}", package.name, package.reason);
    }
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(missing.iter().map(|package| package.name));
    if !is_root() {
        return Err(Failure(format!(
            "only root can install packages; run: sudo apt-get {} (or pass --no-install)",
            install.join(" ")
        )));
    }
    let _policy = ServicePolicy::forbid_starts();
    run(tool.program("apt-get").args(["update", "--quiet"]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    run(tool.program("apt-get").args(&install).arg("--quiet").env("DEBIAN_FRONTEND", "noninteractive"))
}

/// What comes from npm, in the versions that are in git: a folder with its lock file, and what is missing without it.
const NODE_PACKAGES: &[(&str, &str)] = &[
    ("tests/browser", "pages are not looked at with axe-core"),
    ("tests/peers", "single sign-on meets no provider, and nobody but us reads the OpenAPI description"),
];

/// The lock file from which a folder's packages were installed, kept beside them: another one in git means another install.
const INSTALLED_FROM: &str = "node_modules/.installed-from.json";

/// Installs the packages from npm that are missing or of another version. Without npm the tests that need them are skipped.
pub(crate) fn install_node_packages(tool: &Tool) -> Outcome {
    for (folder, loss) in NODE_PACKAGES {
        let folder = tool.root.join(folder);
        let wanted = fs::read_to_string(folder.join("package-lock.json"))
            .map_err(|error| Failure(format!("{}: {error}", folder.join("package-lock.json").display())))?;
        if fs::read_to_string(folder.join(INSTALLED_FROM)).is_ok_and(|installed| installed == wanted) {
            continue;
        }
        if !is_there(tool.program("npm").arg("--version")) {
            println!("npm is missing: {loss}.");
            continue;
        }
        run(tool.program("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]).arg(&folder))?;
        fs::write(folder.join(INSTALLED_FROM), wanted)
            .map_err(|error| Failure(format!("{}: {error}", folder.join(INSTALLED_FROM).display())))?;
    }
    Ok(())
}

/// The names of the installed packages, or nothing where dpkg is not what manages them.
fn installed_packages(tool: &Tool) -> Option<Vec<String>> {
    let listing =
        output_of(tool.program("dpkg-query").args(["--show", "--showformat=${db:Status-Status} ${Package}\n"]));
    listing.ok().map(|text| installed_in(&text))
}

/// Reads `STATUS PACKAGE` lines.
fn installed_in(listing: &str) -> Vec<String> {
    listing.lines().filter_map(|line| line.strip_prefix("installed ")).map(str::to_owned).collect()
}

fn missing(wanted: &'static [Package], installed: &[String]) -> Vec<&'static Package> {
    wanted.iter().filter(|package| !installed.iter().any(|name| name == package.name)).collect()
}

/// Whether this process has the rights of root, read from the kernel rather than from a variable.
fn is_root() -> bool {
    fs::read_to_string("/proc/self/status").is_ok_and(|status| effective_user(&status) == Some(0))
}

/// The effective user id in the text of `/proc/self/status`.
fn effective_user(status: &str) -> Option<u32> {
    let ids = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    ids.split_whitespace().nth(1)?.parse().ok()
}

/// While this lives, packages are installed without starting their services: a test of `shares` must not open a file
/// server on somebody's network.
struct ServicePolicy {
    path: Option<PathBuf>,
}

impl ServicePolicy {
    fn forbid_starts() -> Self {
        let path = Path::new(SERVICE_POLICY);
        if path.exists() {
            // The machine has a policy of its own (containers usually do); it is not ours to change.
            return Self { path: None };
        }
        let written = fs::write(path, format!("{OUR_POLICY}exit 101\n")).and_then(|()| make_executable(path));
        Self { path: written.is_ok().then(|| path.to_path_buf()) }
    }
}

impl Drop for ServicePolicy {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // A file that cannot be removed now is removed by the next run.
            let _ = fs::remove_file(path);
        }
    }
}

fn remove_policy_left_behind() {
    if fs::read_to_string(SERVICE_POLICY).is_ok_and(|text| text.starts_with(OUR_POLICY)) {
        let _ = fs::remove_file(SERVICE_POLICY);
    }
}

#[cfg(unix)]
fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_path: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_installed_packages_count() {
        let listing = "installed samba\nconfig-files clamav\nnot-installed chromium\ninstalled dconf-cli\n";
        assert_eq!(installed_in(listing), ["samba", "dconf-cli"]);
    }

    #[test]
    fn what_is_not_installed_is_missing() {
        let all_but_one: Vec<String> =
            FOR_TESTS.iter().map(|package| package.name.to_owned()).filter(|name| name != "clamav").collect();
        let missing: Vec<&str> = missing(FOR_TESTS, &all_but_one).iter().map(|package| package.name).collect();
        assert_eq!(missing, ["clamav"]);
    }

    #[test]
    fn the_effective_user_is_the_second_number() {
        assert_eq!(effective_user("Name:\tx\nUid:\t1000\t0\t0\t0\n"), Some(0));
        assert_eq!(effective_user("Uid:\t0\t1000\t0\t0\n"), Some(1000));
        assert_eq!(effective_user("Name:\tx\n"), None);
    }
}
