//! `shares`, `software`, `patches` and `antivirus` against the real programs whose files they read: Samba's `testparm`,
//! dpkg, APT and ClamAV's `sigtool`.

#![allow(clippy::unwrap_used, reason = "in a test the panic is the message")]
#![allow(clippy::disallowed_methods, reason = "the peers are programs")]
#![allow(clippy::print_stdout, reason = "a skipped test says so")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use khien_model::facts::{DeviceFacts, Fact, SharedFolder};
use khien_model::{Gap, Observed, State};
use khien_observe::{Options, collect};
use khien_tests::{findings, is_installed, shipped_directive};

/// What a program prints, in no language but C.
fn printed_by(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).env("LC_ALL", "C.UTF-8").output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

fn look_at(root: &Path) -> DeviceFacts {
    let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
    collect(&Options { root: root.to_owned(), ..Options::this_machine(now) }, &mut |_| {})
}

fn value_of<T>(fact: Option<Fact<T>>) -> T {
    fact.unwrap().outcome.unwrap_or_else(|gap: Gap| panic!("{gap}"))
}

fn text(value: &Observed<String>) -> &str {
    value.known().map_or("?", String::as_str)
}

/// A machine in a folder in which Debian is recognised.
fn machine() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
    put(folder.path(), "etc/passwd", "root:x:0:0::/root:/bin/sh\n");
    folder
}

fn put(root: &Path, path: &str, content: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// Settings of Samba, from plain to odd.
const SETTINGS: &[&str] = &[
    "[global]\nworkgroup = THADS\n",
    "[global]\n[Chung]\npath = /srv/chung\nguest ok = yes\nread only = no\n",
    "[global]\n[a]\nPATH = /srv/a\nPublic = Yes\nWriteable = TRUE\n[b]\npath=/srv/b\nwrite ok = 1\n",
    "[global]\nguest ok = yes\n[a]\npath = /srv/a\n[b]\npath = /srv/b\nguest ok = no\n",
    "[global]\n[a]\npath = /srv/a\navailable = no\n[b]\npath = /srv/b\nprintable = yes\n[c]\npath = /srv/\\\nlong\n",
    "[global]\n[Tài liệu]\n  comment = Hồ sơ\n  path = /srv/tài liệu\n  valid users = an\n  guest ok = yes\n",
    "[global]\n[t]\npath = /srv/t\nguest ok = yes\n[u]\ncopy = t\npath = /srv/u\n",
    "[global]\nserver min protocol = NT1\n[homes]\nread only = no\n[printers]\nprintable = yes\npath = /var/tmp\n",
    "[global]\nserver min protocol = SMB3\n; [off]\n# [off too]\n[x y]\n\tpath = \"/srv/x y\"\n",
];

/// A share as `testparm` understands it: `name path [open] [write]`, those that serve no folder left out.
fn shares_of_testparm(settings: &Path) -> BTreeSet<String> {
    let path = settings.to_str().unwrap();
    // `-s` asks nothing, `-v` prints defaults too.
    let dump = printed_by("/usr/bin/testparm", &["-s", "-v", path]);
    let value = |body: &str, key: &str| {
        let mut lines = body.lines().filter_map(|line| line.trim().split_once(" = "));
        lines.find(|(found, _)| *found == key).map(|(_, value)| value.to_owned())
    };
    let sections: Vec<(&str, &str)> = dump.split('[').skip(1).filter_map(|section| section.split_once("]\n")).collect();
    let global = sections.iter().find(|(name, _)| *name == "global").map_or("", |(_, body)| body);
    let mut shares = BTreeSet::new();
    for (name, body) in &sections {
        // What equals the value of `[global]` is not printed again.
        let get = |key: &str| value(body, key).or_else(|| value(global, key)).unwrap_or_default();
        let is_folder = !["global", "homes", "printers", "print$"].contains(name);
        if !is_folder || get("available") == "No" || get("printable") == "Yes" {
            continue;
        }
        let open = if get("guest ok") == "Yes" && get("valid users").is_empty() { " open" } else { "" };
        let write = if get("read only") == "No" { " write" } else { "" };
        // `testparm` prints quotes as they are written; Samba drops them when it uses the value.
        shares.insert(format!("{name} {}{open}{write}", get("path").trim_matches('"')));
    }
    shares
}

fn shown(folder: &SharedFolder) -> String {
    let flag = |value: &Observed<bool>, word| if value.known() == Some(&true) { word } else { "" };
    let (open, write) = (flag(&folder.open_to_everyone, " open"), flag(&folder.writable, " write"));
    format!("{} {}{open}{write}", text(&folder.name), text(&folder.path))
}

#[test]
fn shares_are_those_that_testparm_sees() {
    if !is_installed("/usr/bin/testparm") {
        return;
    }
    for settings in SETTINGS {
        let machine = machine();
        put(machine.path(), "etc/samba/smb.conf", settings);
        let shares = value_of(look_at(machine.path()).shares);
        let folders = shares.folders.known().unwrap();
        assert_eq!(folders.incomplete, None, "{settings}");
        let found: BTreeSet<String> = folders.items.iter().map(shown).collect();
        assert_eq!(found, shares_of_testparm(&machine.path().join("etc/samba/smb.conf")), "{settings}");
    }
}

/// The state of a control of the shipped directive on a machine.
fn state(root: &Path, control: &str) -> State {
    let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
    let findings = findings(&shipped_directive("thads-2026.yaml"), look_at(root), now);
    findings.iter().find(|finding| finding.control == control).unwrap().state
}

#[test]
fn a_share_that_is_added_fails_the_clause_and_one_that_is_removed_does_not() {
    let machine = machine();
    // A PC: on a server the clause allows shares.
    put(machine.path(), "etc/X11/default-display-manager", "/usr/sbin/gdm3\n");
    let count = || value_of(look_at(machine.path()).shares).folders.known().unwrap().items.len();
    put(machine.path(), "etc/samba/smb.conf", "[global]\nusershare max shares = 10\n");
    assert_eq!((count(), state(machine.path(), "no-shared-folders")), (0, State::Pass));
    put(
        machine.path(),
        "var/lib/samba/usershares/phim",
        "#VERSION 2\npath=/srv\nusershare_acl=S-1-1-0:R\nguest_ok=n\n",
    );
    assert_eq!(count(), 1);
    fs::remove_file(machine.path().join("var/lib/samba/usershares/phim")).unwrap();
    assert_eq!((count(), state(machine.path(), "no-shared-folders")), (0, State::Pass));
    put(machine.path(), "etc/samba/smb.conf", "[global]\ninclude = registry\n");
    assert_eq!((count(), state(machine.path(), "no-shared-folders")), (0, State::Unknown));
}

#[test]
fn installed_packages_are_those_of_dpkg() {
    if !is_installed("/usr/bin/dpkg-query") {
        return;
    }
    let format = "--showformat=${db:Status-Status} ${Package} ${Version}\\n";
    // Another test run may install packages meanwhile: only what is there before and after is compared.
    let list = || -> BTreeSet<String> {
        let listing = printed_by("/usr/bin/dpkg-query", &["--show", format]);
        listing.lines().filter_map(|line| line.strip_prefix("installed ")).map(str::to_owned).collect()
    };
    let before = list();
    let software = value_of(look_at(Path::new("/")).software);
    let after = list();
    let programs = &software.programs.known().unwrap().items;
    let dpkg = programs.iter().filter(|program| program.source == khien_model::facts::SoftwareSource::Dpkg.into());
    let found: BTreeSet<String> =
        dpkg.map(|program| format!("{} {}", text(&program.name), text(&program.version))).collect();
    assert!(found.len() > 50);
    let missed: Vec<_> = before.intersection(&after).filter(|package| !found.contains(*package)).collect();
    let invented: Vec<_> =
        found.iter().filter(|package| !before.contains(*package) && !after.contains(*package)).collect();
    assert!(missed.is_empty() && invented.is_empty(), "missed {missed:?}, invented {invented:?}");
}

/// The candidates of APT itself, by its resolver that installs nothing: `Inst NAME [installed] (available …)`.
#[test]
fn missing_updates_are_those_of_apt() {
    if !is_installed("/usr/bin/apt-get") {
        return;
    }
    let list = || -> BTreeSet<String> {
        let plan = printed_by(
            "/usr/bin/apt-get",
            &["--simulate", "--ignore-hold", "-o", "Debug::NoLocking=1", "dist-upgrade"],
        );
        let lines = plan.lines().filter_map(|line| line.strip_prefix("Inst "));
        let updates = lines.filter_map(|line| {
            let (name, rest) = line.split_once(" [")?;
            let (_, rest) = rest.split_once("] (")?;
            let name = name.split(':').next()?;
            Some(format!("{name} {}", rest.split_whitespace().next()?))
        });
        updates.collect()
    };
    let before = list();
    let patches = value_of(look_at(Path::new("/")).patches);
    let after = list();
    let Some(missing) = patches.missing.known() else {
        println!("SKIPPED: APT has no package lists here: {:?}", patches.missing);
        return;
    };
    let found: BTreeSet<String> =
        missing.items.iter().map(|update| format!("{} {}", text(&update.name), text(&update.available))).collect();
    let missed: Vec<_> = before.intersection(&after).filter(|update| !found.contains(*update)).collect();
    assert!(missed.is_empty(), "missed {missed:?}");
    // APT leaves out what it cannot install for the sake of other packages: we may know more, never other versions.
    let policies = found.difference(&before).filter(|update| !after.contains(*update));
    for update in policies {
        let (name, version) = update.split_once(' ').unwrap();
        let policy = printed_by("/usr/bin/apt-cache", &["policy", name]);
        assert!(policy.contains(&format!("Candidate: {version}")), "{update}: {policy}");
    }
}

#[test]
fn the_header_of_signatures_is_that_of_sigtool() {
    if !is_installed("/usr/bin/sigtool") {
        return;
    }
    let machine = machine();
    put(machine.path(), "usr/sbin/clamd", "");
    let header = "ClamAV-VDB:16 Jan 2026 05-36 -0500:27520:2079213:90:\
                  bd3a9bc5e4b5b0a0d1f1a5d1b6e5a3c7:signature:builder:1768559760";
    let mut file = format!("{header:<512}").into_bytes();
    file.extend([0; 64]);
    put(machine.path(), "var/lib/clamav/daily.cvd", &file);
    let daily = machine.path().join("var/lib/clamav/daily.cvd");
    // `sigtool` prints the header and then complains that the body does not match its signature.
    let output = Command::new("/usr/bin/sigtool").arg("--info").arg(&daily).env("LC_ALL", "C").output().unwrap();
    let info = String::from_utf8_lossy(&output.stdout).into_owned();
    let field = |name: &str| {
        let line = info.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("sigtool prints no {name:?}: {info}")).trim().to_owned()
    };
    let antivirus = value_of(look_at(machine.path()).antivirus);
    let clamav = &antivirus.products.known().unwrap().items[0];
    assert_eq!(text(&clamav.signature_version), field("Version:"));
    let built = jiff::fmt::strtime::parse("%d %b %Y %H:%M %z", field("Build time:")).unwrap().to_timestamp().unwrap();
    assert_eq!(clamav.signatures_built_at, built.into());
}
