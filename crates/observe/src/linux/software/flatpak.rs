//! Flatpaks: of the machine and of each user.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use khien_model::facts::{Program, SoftwareSource};
use khien_model::{Gap, GapCode, Listing, Observed};

use crate::linux::context::Context;
use crate::linux::homes::homes;
use crate::root::{EntryKind, Root, shown};
use crate::text;

const MACHINE: &str = "var/lib/flatpak";
const OF_USER: &str = ".local/share/flatpak";

/// The bound of settings and of a deployment's record.
const MAX_BYTES: u64 = 1 << 20;

/// The installed applications; `None` when there is no installation.
pub(super) fn programs(context: &Context) -> Result<Option<Listing<Program>>, Gap> {
    let homes = homes(context);
    let mut installations = vec![PathBuf::from(MACHINE)];
    installations.extend(homes.items.iter().map(|home| home.path.join(OF_USER)));
    let mut programs: Option<Listing<Program>> = None;
    for installation in installations {
        match read(&context.root, &installation) {
            Ok(Some(found)) => {
                let programs = programs.get_or_insert_default();
                programs.items.extend(found.items);
                found.incomplete.into_iter().for_each(|gap| programs.note_gap(gap));
            }
            Ok(None) => {}
            Err(gap) => programs.get_or_insert_default().note_gap(gap),
        }
    }
    Ok(programs)
}

fn read(root: &Root, installation: &Path) -> Result<Option<Listing<Program>>, Gap> {
    let Some(folder) = root.list(installation.join("app"))? else {
        return Ok(None);
    };
    let signed = signed_remotes(root, installation)?;
    let mut programs = Listing { items: Vec::new(), incomplete: folder.incomplete };
    for entry in folder.entries.iter().filter(|entry| entry.kind == EntryKind::Folder) {
        let deployment = installation.join("app").join(&entry.file_name).join("current/active/deploy");
        programs.items.push(Program {
            name: Observed::Known(entry.name()),
            version: Observed::unknown(GapCode::Unsupported, "flatpak keeps no version beside an application"),
            publisher: Observed::unknown(GapCode::Unsupported, "flatpak keeps no publisher beside an application"),
            source: SoftwareSource::Flatpak.into(),
            known_origin: origin(root, &deployment).map(|origin| signed.contains(&origin)).into(),
        });
    }
    Ok(Some(programs))
}

/// The remote an application came from: the first text of its deployment's record.
fn origin(root: &Root, deployment: &Path) -> Result<String, Gap> {
    let record = root
        .read(deployment, MAX_BYTES)?
        .ok_or_else(|| Gap::with_detail(GapCode::NotObserved, format!("/{} is not there", shown(deployment))))?;
    let end = record.iter().position(|byte| *byte == 0);
    let origin = end.and_then(|end| record.get(..end)).filter(|origin| !origin.is_empty());
    origin
        .map(text::name)
        .ok_or_else(|| Gap::with_detail(GapCode::Malformed, format!("/{} names no origin", shown(deployment))))
}

/// The remotes whose signatures are checked.
fn signed_remotes(root: &Root, installation: &Path) -> Result<BTreeSet<String>, Gap> {
    let settings = root.read_text(installation.join("repo/config"), MAX_BYTES)?.unwrap_or_default();
    Ok(parse_remotes(&settings))
}

fn parse_remotes(settings: &str) -> BTreeSet<String> {
    let mut signed = BTreeSet::new();
    let mut remote = None;
    for line in settings.lines().map(str::trim) {
        if line.starts_with('[') {
            remote = line.strip_prefix("[remote \"").and_then(|name| name.strip_suffix("\"]"));
        } else if let (Some(remote), Some((key, value))) = (remote, line.split_once('='))
            && key.trim() == "gpg-verify"
            && value.trim() == "true"
        {
            signed.insert(remote.to_owned());
        }
    }
    signed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;

    #[test]
    fn applications_come_from_remotes() {
        let machine = Machine::with_user();
        assert_eq!(programs(&machine.context()), Ok(None));
        machine.file(
            "var/lib/flatpak/repo/config",
            "[core]\nrepo_version=1\n[remote \"flathub\"]\nurl=https://x\ngpg-verify=true\n[remote \"own\"]\ngpg-verify=false\n",
        );
        for (application, record) in
            [("org.gimp.GIMP", &b"flathub\0abc"[..]), ("vn.own.Tool", b"own\0abc"), ("x.Broken", b"")]
        {
            machine.file(&format!("var/lib/flatpak/app/{application}/current/active/deploy"), record);
        }
        machine.folder("home/an/.local/share/flatpak/app/org.user.App");
        let found = programs(&machine.context()).unwrap().unwrap().items;
        let seen: Vec<_> = found
            .iter()
            .map(|program| (program.name.known().unwrap().as_str(), program.known_origin.known()))
            .collect();
        assert_eq!(
            seen,
            [("org.gimp.GIMP", Some(&true)), ("vn.own.Tool", Some(&false)), ("x.Broken", None), ("org.user.App", None)]
        );
    }
}
