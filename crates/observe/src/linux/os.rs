//! `os`: which system this is and how long it is supported.

use jiff::Timestamp;
use khien_model::facts::{DeviceRole, Os, OsFamily};
use khien_model::{Gap, GapCode, Observed};

use super::apt::sources;
use super::context::Context;
use super::os_release::OsRelease;
use crate::root::{Folder, Root};
use crate::support::{self, SupportedRelease, end_of_day};
use crate::text;

/// The bound of one-line files such as `/etc/hostname`.
const MAX_LINE_FILE: u64 = 4 << 10;

/// What shows that people log in at a screen.
const GRAPHICAL_LOGIN: [&str; 3] =
    ["etc/systemd/system/display-manager.service", "etc/X11/default-display-manager", "etc/sysconfig/displaymanager"];

/// Where the units of the system itself are.
const UNITS: [&str; 2] = ["usr/lib/systemd/system", "lib/systemd/system"];

/// Where the default target of systemd may be set by an administrator.
const DEFAULT_TARGET: &str = "etc/systemd/system/default.target";

pub(crate) fn collect(context: &Context) -> Result<Os, Gap> {
    let (support_ends_at, extended_support_ends_at) = support(context);
    let release = &context.os;
    Ok(Os {
        family: OsFamily::Linux.into(),
        id: release.id.clone().into(),
        name: stated(release.pretty_name.as_ref(), "PRETTY_NAME"),
        version: stated(release.version_id.as_ref(), "VERSION_ID"),
        build: context.running.clone().and_then(|()| line_of(&context.root, "proc/sys/kernel/osrelease")).into(),
        hostname: line_of(&context.root, "etc/hostname").into(),
        role: role(&context.root).into(),
        support_ends_at,
        extended_support_ends_at,
    })
}

fn stated(value: Option<&String>, field: &str) -> Observed<String> {
    match value {
        Some(value) => value.clone().into(),
        None => Observed::unknown(GapCode::NotObserved, format!("os-release has no {field}")),
    }
}

/// The first line of a file that is no comment.
pub(crate) fn line_of(root: &Root, path: &str) -> Result<String, Gap> {
    let content = root
        .read_text(path, MAX_LINE_FILE)?
        .ok_or_else(|| Gap::with_detail(GapCode::NotObserved, format!("/{path} is not there")))?;
    let line = content.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    line.map(|line| text::nfc(line).into_owned())
        .ok_or_else(|| Gap::with_detail(GapCode::Malformed, format!("/{path} is empty")))
}

/// A workstation shows a login at a screen; a server is a system whose units can be seen and show none.
fn role(root: &Root) -> Result<DeviceRole, Gap> {
    if let Some(target) = root.read_link(DEFAULT_TARGET)? {
        let text_only = target.file_name().is_some_and(|name| name == "multi-user.target");
        if text_only {
            return expect_units(root).map(|()| DeviceRole::Server);
        }
    }
    for sign in GRAPHICAL_LOGIN {
        if root.exists(sign)? {
            return Ok(DeviceRole::Workstation);
        }
    }
    for sign in GRAPHICAL_LOGIN {
        // The display manager was removed, or it lies on a disk that is not here.
        root.expect_absent(sign)?;
    }
    expect_units(root).map(|()| DeviceRole::Server)
}

/// Without the system's own units nobody knows what starts with it.
fn expect_units(root: &Root) -> Result<(), Gap> {
    for folder in UNITS {
        match root.list(folder)? {
            Some(Folder { incomplete: Some(gap), .. }) => return Err(gap),
            Some(folder) if !folder.entries.is_empty() => return Ok(()),
            _ => {}
        }
    }
    Err(Gap::with_detail(GapCode::NotObserved, "the units of the system are not there"))
}

/// Both ends of support.
fn support(context: &Context) -> (Observed<Timestamp>, Observed<Timestamp>) {
    match supported_release(&context.os) {
        Ok(release) => {
            let ends = end_of_day(release.support_ends);
            let enrolled = match context.os.id.as_str() {
                // LTS updates come by the same channel as the others.
                "debian" => Ok(true),
                "ubuntu" => is_enrolled_in_esm(&context.root),
                _ => Err(Gap::with_detail(
                    GapCode::Unsupported,
                    "the contract for extended support is not on this machine",
                )),
            };
            let extended = match (release.extended_support_ends, enrolled) {
                (None, _) | (_, Ok(false)) => ends.clone(),
                (Some(date), Ok(true)) => end_of_day(date),
                (Some(_), Err(gap)) => Observed::Unknown(gap),
            };
            (ends, extended)
        }
        Err(gap) => (Observed::Unknown(gap.clone()), Observed::Unknown(gap)),
    }
}

fn supported_release(os: &OsRelease) -> Result<SupportedRelease, Gap> {
    let stream = os.id == "centos" && os.pretty_name.as_deref().is_some_and(|name| name.contains("Stream"));
    let id = if stream { "centos-stream" } else { os.id.as_str() };
    let version = os
        .version_id
        .as_deref()
        .ok_or_else(|| Gap::with_detail(GapCode::NotObserved, "a release without VERSION_ID: testing or rolling"))?;
    // RHEL and its kin are supported by major version: the row `9` is for 9.0 to 9.10.
    let major = version.split('.').next().unwrap_or(version);
    support::release(id, &[version, major])
}

/// Whether Ubuntu's paid updates are a package source here.
fn is_enrolled_in_esm(root: &Root) -> Result<bool, Gap> {
    let sources = sources::read(root)?;
    if sources.items.iter().any(|source| source.host() == "esm.ubuntu.com") {
        return Ok(true);
    }
    sources.incomplete.map_or(Ok(false), Err)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;

    #[test]
    fn the_role_is_told_by_what_is_there() {
        let units = "usr/lib/systemd/system/sshd.service";
        let manager = "etc/systemd/system/display-manager.service";
        let gdm = "usr/lib/systemd/system/gdm.service";
        let empty = "usr/lib/systemd/system";
        let text_only = (DEFAULT_TARGET, "/usr/lib/systemd/system/multi-user.target");
        let graphical = (manager, "/usr/lib/systemd/system/gdm.service");
        let (server, workstation) = (Ok(DeviceRole::Server), Ok(DeviceRole::Workstation));
        for (files, links, expected) in [
            (&[][..], &[][..], Err(GapCode::NotObserved)),
            (&[empty], &[], Err(GapCode::NotObserved)),
            (&[], &[text_only], Err(GapCode::NotObserved)),
            (&[units], &[], server),
            (&[units], &[text_only], server),
            (&[units, gdm], &[graphical, text_only], server),
            (&[gdm], &[graphical], workstation),
            (&[units], &[graphical], Err(GapCode::Unreadable)),
            (&["etc/X11/default-display-manager"], &[], workstation),
        ] {
            let machine = Machine::new();
            for file in files {
                if *file == empty { machine.folder(file) } else { machine.file(file, "x") }
            }
            for (link, target) in links {
                machine.link(link, target);
            }
            let role = role(&machine.context().root).map_err(|gap| gap.code);
            assert_eq!(role, expected, "{files:?} {links:?}");
        }
    }

    fn release(id: &str, version: &str, name: &str) -> OsRelease {
        OsRelease {
            id: id.to_owned(),
            version_id: Some(version.to_owned()).filter(|version| !version.is_empty()),
            pretty_name: Some(name.to_owned()),
            ..OsRelease::default()
        }
    }

    #[test]
    fn releases_are_found_by_version_or_by_major_version() {
        for (id, version, name, ends) in [
            ("debian", "12", "Debian GNU/Linux 12 (bookworm)", Some("2026-07-11")),
            ("ubuntu", "22.04", "Ubuntu 22.04.5 LTS", Some("2027-06-01")),
            ("rhel", "9.4", "Red Hat Enterprise Linux 9.4 (Plow)", Some("2032-05-31")),
            ("centos", "8", "CentOS Linux 8", Some("2021-12-31")),
            ("centos", "8", "CentOS Stream 8", Some("2024-05-31")),
            ("ubuntu", "22.10.1", "", None),
            ("debian", "", "Debian GNU/Linux forky/sid", None),
            ("arch", "1", "Arch Linux", None),
        ] {
            let found = supported_release(&release(id, version, name)).ok().map(|row| row.support_ends.to_string());
            assert_eq!(found.as_deref(), ends, "{id} {version}");
        }
        assert_eq!(
            end_of_day("2026-07-11".parse().unwrap()),
            "2026-07-11T23:59:59Z".parse::<Timestamp>().unwrap().into()
        );
    }
}
