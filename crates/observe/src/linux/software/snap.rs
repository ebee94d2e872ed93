//! Snaps: the images in `/var/lib/snapd/snaps`, and which revision of each is current.

use std::collections::BTreeMap;

use khien_model::facts::{Program, SoftwareSource};
use khien_model::{Gap, GapCode, Listing, Observed};

use crate::root::{EntryKind, Root};

const IMAGES: &str = "var/lib/snapd/snaps";

/// Where snaps are mounted: most distributions, then Fedora.
const MOUNTS: [&str; 2] = ["snap", "var/lib/snapd/snap"];

/// The bound of a snap's description.
const MAX_BYTES: u64 = 1 << 20;

/// The installed snaps; `None` when there are none.
pub(super) fn programs(root: &Root) -> Result<Option<Listing<Program>>, Gap> {
    let Some(folder) = root.list(IMAGES)? else {
        return Ok(None);
    };
    // Several revisions of a snap may lie there; all but the current one wait to be removed.
    let mut revisions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entry in folder.entries.iter().filter(|entry| entry.kind == EntryKind::File) {
        let name = entry.file_name.to_str().and_then(|name| name.strip_suffix(".snap"));
        if let Some((name, revision)) = name.and_then(|name| name.rsplit_once('_')) {
            revisions.entry(name).or_default().push(revision);
        }
    }
    let mut programs = Listing { items: Vec::new(), incomplete: folder.incomplete.clone() };
    for (name, revisions) in revisions {
        let current = current_of(root, name)?;
        let revision = current.as_deref().or(revisions.last().copied()).unwrap_or_default();
        programs.items.push(Program {
            name: name.into(),
            version: version_of(root, name).into(),
            publisher: Observed::unknown(GapCode::Unsupported, "the image itself is not read"),
            source: SoftwareSource::Snap.into(),
            // What was installed from a file has a revision of its own making: `x1`.
            known_origin: revision.bytes().all(|byte| byte.is_ascii_digit()).into(),
        });
    }
    Ok(Some(programs))
}

fn current_of(root: &Root, name: &str) -> Result<Option<String>, Gap> {
    for mount in MOUNTS {
        if let Some(target) = root.read_link(format!("{mount}/{name}/current"))? {
            return Ok(target.file_name().and_then(|revision| revision.to_str()).map(str::to_owned));
        }
    }
    Ok(None)
}

/// The version, from the mounted image.
fn version_of(root: &Root, name: &str) -> Result<String, Gap> {
    for mount in MOUNTS {
        let path = format!("{mount}/{name}/current/meta/snap.yaml");
        if let Some(description) = root.read_text(&path, MAX_BYTES)? {
            let version = description.lines().find_map(|line| line.strip_prefix("version:"));
            let version = version.map(|version| version.trim().trim_matches(['"', '\'']).to_owned());
            return version.ok_or_else(|| Gap::with_detail(GapCode::Malformed, format!("/{path}: no version")));
        }
    }
    Err(Gap::with_detail(GapCode::NotObserved, "the snap is not mounted"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;

    #[test]
    fn snaps_have_a_current_revision() {
        let machine = Machine::new();
        assert_eq!(programs(&machine.context().root), Ok(None));
        for image in ["firefox_4173.snap", "firefox_4259.snap", "own-tool_x1.snap", "notes.txt"] {
            machine.file(&format!("{IMAGES}/{image}"), "");
        }
        machine.link("snap/firefox/current", "4259");
        machine.file("snap/firefox/4259/meta/snap.yaml", "name: firefox\nversion: '125.0.2-1'\n");
        let found = programs(&machine.context().root).unwrap().unwrap().items;
        let seen: Vec<_> = found
            .iter()
            .map(|program| {
                (
                    program.name.known().unwrap().as_str(),
                    program.version.known().map(String::as_str),
                    program.known_origin.known(),
                )
            })
            .collect();
        assert_eq!(seen, [("firefox", Some("125.0.2-1"), Some(&true)), ("own-tool", None, Some(&false))]);
    }
}
