//! Package sources that are not the distribution's own.

use std::collections::BTreeMap;

use khien_model::facts::ForeignRepository;
use khien_model::{Gap, GapCode, Listing};

use crate::linux::apt::lists::Lists;
use crate::linux::apt::sources::{self, Source, without_credentials};
use crate::linux::context::Context;
use crate::linux::os_release::OsRelease;
use crate::root::{EntryKind, Root};

/// The bound of one file of repositories.
const MAX_BYTES: u64 = 1 << 20;

/// How many repositories are kept.
const MAX_REPOSITORIES: usize = 1_000;

/// Folders of repositories for dnf and zypper, and the settings of dnf.
const REPOSITORY_FOLDERS: [&str; 3] = ["etc/yum.repos.d", "etc/zypp/repos.d", "etc/distro.repos.d"];
const DNF_SETTINGS: [&str; 2] = ["etc/dnf/dnf.conf", "etc/yum.conf"];

/// Domains of the distributions themselves.
const OWN_DOMAINS: [&str; 16] = [
    "debian.org",
    "ubuntu.com",
    "canonical.com",
    "linuxmint.com",
    "kali.org",
    "fedoraproject.org",
    "redhat.com",
    "centos.org",
    "almalinux.org",
    "rockylinux.org",
    "oraclelinux.com",
    "oracle.com",
    "opensuse.org",
    "suse.com",
    "raspberrypi.org",
    "raspberrypi.com",
];

pub(super) fn foreign(context: &Context) -> Result<Listing<ForeignRepository>, Gap> {
    let mut found = Listing::default();
    of_apt(context, &mut found)?;
    of_dnf(&context.root, &mut found)?;
    Ok(found)
}

fn keep(found: &mut Listing<ForeignRepository>, repository: ForeignRepository) {
    if found.items.len() == MAX_REPOSITORIES {
        found.note_gap(Gap::with_detail(GapCode::TooLarge, format!("more than {MAX_REPOSITORIES} repositories")));
    } else if !found.items.contains(&repository) {
        found.items.push(repository);
    }
}

fn of_apt(context: &Context, found: &mut Listing<ForeignRepository>) -> Result<(), Gap> {
    let sources = sources::read(&context.root)?;
    let lists = Lists::read(&context.root)?;
    sources.incomplete.into_iter().for_each(|gap| found.note_gap(gap));
    for source in &sources.items {
        if is_own(source, &lists, &context.os) {
            continue;
        }
        let components = source.components.join(" ");
        let unsigned = source.unsigned || lists.release_of(source).is_some_and(|release| !release.signed);
        keep(
            found,
            ForeignRepository {
                address: format!("{} {} {components}", source.uri, source.suite).trim_end().into(),
                file: source.file.as_str().into(),
                unsigned: unsigned.into(),
            },
        );
    }
    Ok(())
}

/// A mirror anywhere is the distribution's own when its signed `Release` says so; one that was never downloaded is told by
/// its host.
fn is_own(source: &Source, lists: &Lists, os: &OsRelease) -> bool {
    if source.uri.starts_with("cdrom:") {
        return true;
    }
    if source.unsigned {
        return false;
    }
    match lists.release_of(source) {
        Some(release) => {
            let origin = release.origin.to_lowercase();
            let ids = os.like.iter().chain([&os.id]);
            release.signed && ids.into_iter().any(|id| origin.starts_with(id.as_str()))
        }
        None => is_own_host(&source.host()),
    }
}

fn is_own_host(host: &str) -> bool {
    OWN_DOMAINS
        .iter()
        .any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

fn of_dnf(root: &Root, found: &mut Listing<ForeignRepository>) -> Result<(), Gap> {
    let mut checked = false;
    for path in DNF_SETTINGS {
        if let Some(settings) = root.read_text(path, MAX_BYTES)? {
            checked |= sections(&settings)
                .iter()
                .any(|(name, values)| name == "main" && values.get("gpgcheck").is_some_and(|value| is_on(value)));
        }
    }
    for folder in REPOSITORY_FOLDERS {
        let Some(listed) = root.list(folder)? else {
            continue;
        };
        listed.incomplete.into_iter().for_each(|gap| found.note_gap(gap));
        for entry in listed.entries.iter().filter(|entry| entry.kind != EntryKind::Folder) {
            let Some(name) = entry.file_name.to_str().filter(|name| name.strip_suffix(".repo").is_some()) else {
                continue;
            };
            let path = format!("{folder}/{name}");
            match root.read_text(&path, MAX_BYTES) {
                Ok(Some(content)) => add_repositories(&content, &format!("/{path}"), checked, found),
                Ok(None) => {}
                Err(gap) => found.note_gap(gap),
            }
        }
    }
    Ok(())
}

fn add_repositories(content: &str, file: &str, checked_by_default: bool, found: &mut Listing<ForeignRepository>) {
    for (name, values) in sections(content) {
        if values.get("enabled").is_some_and(|value| !is_on(value)) {
            continue;
        }
        let address = ["baseurl", "metalink", "mirrorlist"].iter().find_map(|key| values.get(*key));
        let address = address.and_then(|address| address.split([' ', ',']).find(|address| !address.is_empty()));
        let address = address.map_or_else(|| name.clone(), without_credentials);
        let host = address.split_once("://").and_then(|(_, rest)| rest.split(['/', ':']).next()).unwrap_or_default();
        let checked = values.get("gpgcheck").map_or(checked_by_default, |value| is_on(value));
        if is_own_host(&host.to_lowercase()) && checked {
            continue;
        }
        keep(
            found,
            ForeignRepository { address: address.as_str().into(), file: file.into(), unsigned: (!checked).into() },
        );
    }
}

fn is_on(value: &str) -> bool {
    matches!(value.trim().to_ascii_lowercase().as_str(), "1" | "yes" | "true" | "on")
}

/// Sections of a settings file with their values; lines that start with a blank go on with the value before.
fn sections(content: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let mut sections: Vec<(String, BTreeMap<String, String>)> = Vec::new();
    let mut last_key = String::new();
    for line in content.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            sections.push((name.to_owned(), BTreeMap::new()));
            last_key.clear();
            continue;
        }
        let Some((_, values)) = sections.last_mut() else {
            continue;
        };
        if line.starts_with([' ', '\t']) {
            if let Some(value) = values.get_mut(&last_key) {
                value.push(' ');
                value.push_str(trimmed);
            }
        } else if let Some((key, value)) = trimmed.split_once('=') {
            last_key = key.trim().to_ascii_lowercase();
            values.insert(last_key.clone(), value.trim().to_owned());
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;

    fn found(machine: &Machine) -> Vec<String> {
        let found = foreign(&machine.context()).unwrap();
        let shown = |repository: &ForeignRepository| {
            let unsigned = if repository.unsigned.known() == Some(&true) { " unsigned" } else { "" };
            format!("{}{unsigned}", repository.address.known().unwrap())
        };
        found.items.iter().map(shown).collect()
    }

    #[test]
    fn mirrors_are_own_and_strangers_are_not() {
        let machine = Machine::new();
        machine.file(
            "etc/apt/sources.list",
            "deb http://deb.debian.org/debian bookworm main\ndeb http://mirror.vn/debian bookworm main\n\
             deb https://u:p@repo.vn/apt stable main\ndeb [trusted=yes] http://deb.debian.org/debian x y\n\
             deb http://notdebian.org/ a b\ndeb cdrom:[Debian]/ bookworm main\n",
        );
        machine.file("var/lib/apt/lists/mirror.vn_debian_dists_bookworm_InRelease", "Origin: Debian\n");
        machine.file("var/lib/apt/lists/mirror.vn_debian_dists_bookworm_main_binary-amd64_Packages", "");
        machine.file("var/lib/apt/lists/repo.vn_apt_dists_stable_Release", "Origin: Repo\n");
        machine.file("var/lib/apt/lists/repo.vn_apt_dists_stable_main_binary-amd64_Packages", "");
        assert_eq!(
            found(&machine),
            [
                "https://repo.vn/apt stable main unsigned",
                "http://deb.debian.org/debian x y unsigned",
                "http://notdebian.org/ a b"
            ]
        );
    }

    #[test]
    fn repositories_of_dnf() {
        let machine = Machine::new();
        machine.file("etc/dnf/dnf.conf", "[main]\ngpgcheck=True\n");
        machine.file(
            "etc/yum.repos.d/all.repo",
            "[fedora]\nmetalink=https://mirrors.fedoraproject.org/metalink?x\n[off]\nenabled=0\nbaseurl=http://x.vn\n\
             [own]\nbaseurl=\n  https://a:b@y.vn/x\n  https://z.vn\n# gpgcheck=1\ngpgcheck = 0\n[updates]\ngpgcheck=0\nmetalink=https://mirrors.fedoraproject.org/u\n",
        );
        machine.file("etc/yum.repos.d/note.txt", "[x]\nbaseurl=http://x\n");
        assert_eq!(found(&machine), ["https://y.vn/x unsigned", "https://mirrors.fedoraproject.org/u unsigned"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(content in "(\\[a\\]|baseurl=|http://|gpgcheck=|enabled=| |,|@|/|\n|ế){0,30}") {
            add_repositories(&content, "x", true, &mut Listing::default());
        }
    }
}
