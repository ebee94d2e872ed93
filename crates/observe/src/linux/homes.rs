//! The home folders of people.

use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use khien_model::{Gap, GapCode, Listing};

use super::context::Context;
use super::disk::{MAX_TABLE_BYTES, tables};
use super::users::User;
use crate::root::{EntryKind, Root, shown};
use crate::text;

/// The folder of homes. Folders in it that no local account owns belong to users of a directory (LDAP, a domain).
const HOMES: &str = "home";

/// How systemd-homed names the file that holds an encrypted home.
const ENCRYPTED_HOME: &str = ".home";

/// The file systems that belong to the machine, and those that are mounted now.
const FSTAB: &str = "etc/fstab";
const MOUNTED: &str = "proc/self/mountinfo";

/// Where accounts that keep no files have what passwd calls their home.
const NOT_HOMES: [&str; 4] = ["/nonexistent", "/var", "/dev", "/proc"];

/// A home folder and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Home {
    /// The user's name in NFC.
    pub(crate) user: String,
    /// The folder, beneath the root.
    pub(crate) path: PathBuf,
}

/// The home folders that are there: of root, of local people, and in `/home` of users whom a directory knows.
pub(crate) fn homes(context: &Context) -> Listing<Home> {
    let root = &context.root;
    let mut homes = Listing::default();
    let apart = file_systems_apart(context).unwrap_or_else(|gap| {
        homes.note_gap(gap);
        BTreeSet::new()
    });
    let mut seen = BTreeSet::new();
    match &context.users {
        Ok(users) => {
            homes.incomplete.clone_from(&users.incomplete);
            for user in users.items.iter().filter(|user| user.uid == 0 || user.is_person()) {
                let path = beneath(&user.home);
                match root.metadata(&path) {
                    Ok(Some(metadata)) if metadata.kind == EntryKind::Folder && !path.as_os_str().is_empty() => {
                        if seen.insert(path.clone()) {
                            homes.items.push(Home { user: user.name.clone(), path });
                        }
                    }
                    Ok(None) => {
                        if user.uid == 0 || is_persons_own(user) {
                            note_missing(context, &path, &apart, &mut homes);
                        }
                    }
                    Ok(Some(_)) => {}
                    Err(gap) => homes.note_gap(gap),
                }
            }
        }
        Err(gap) => homes.note_gap(gap.clone()),
    }
    note_homes_apart(root, &apart, &mut homes);
    add_homes_of_directory_users(root, &seen, &mut homes);
    homes
}

/// Whether somebody logs in to this account and keeps a home: services have shells that refuse, or homes in `/var`.
fn is_persons_own(user: &User) -> bool {
    user.can_log_in() && !NOT_HOMES.iter().any(|place| user.home.starts_with(place))
}

/// Says that a home is missing, unless nothing can be in it: who never logged in to a running system has none yet.
fn note_missing(context: &Context, path: &Path, apart: &BTreeSet<PathBuf>, homes: &mut Listing<Home>) {
    let is_apart = apart.iter().any(|place| path.starts_with(place));
    let leads_nowhere = context.root.leads_nowhere(path).unwrap_or(true);
    if context.running.is_err() || is_apart || leads_nowhere {
        let detail = format!("{}: the home folder is not there", shown(path));
        homes.note_gap(Gap::with_detail(GapCode::Unreadable, detail));
    }
}

/// The places, beneath the root, for which `/etc/fstab` names a file system that is not mounted.
fn file_systems_apart(context: &Context) -> Result<BTreeSet<PathBuf>, Gap> {
    let Some(fstab) = context.root.read(FSTAB, MAX_TABLE_BYTES)? else {
        return Ok(BTreeSet::new());
    };
    let fstab = text::name(&fstab);
    let points = tables::fstab(&fstab).map(|entry| beneath(Path::new(&entry.point)));
    let mut apart: BTreeSet<PathBuf> = points.filter(|point| !point.as_os_str().is_empty()).collect();
    if context.running.is_ok() {
        let mounted = context.root.read(MOUNTED, MAX_TABLE_BYTES)?.unwrap_or_default();
        for mount in tables::mounts(&text::name(&mounted)) {
            apart.remove(&beneath(Path::new(&mount.point)));
        }
    }
    Ok(apart)
}

/// Says that `/home` is an empty place for a file system that is not there. One that has files was copied with it.
fn note_homes_apart(root: &Root, apart: &BTreeSet<PathBuf>, homes: &mut Listing<Home>) {
    let is_empty = || Ok::<_, Gap>(root.list(HOMES)?.is_none_or(|folder| folder.entries.is_empty()));
    if apart.contains(Path::new(HOMES)) && is_empty().unwrap_or(false) {
        let detail = format!("{HOMES}: a file system of its own that is not mounted");
        homes.note_gap(Gap::with_detail(GapCode::Unreadable, detail));
    }
}

fn add_homes_of_directory_users(root: &Root, seen: &BTreeSet<PathBuf>, homes: &mut Listing<Home>) {
    let mut waiting = vec![(PathBuf::from(HOMES), true)];
    while let Some((parent, may_nest)) = waiting.pop() {
        for (name, path) in folders_in(root, &parent, homes) {
            if seen.contains(&path) || seen.iter().any(|home| may_nest && home.starts_with(&path)) {
                continue;
            }
            if name == "lost+found" {
                continue;
            }
            // A domain's folder (`/home/DOMAIN/user`) holds homes and nothing else.
            if may_nest && is_folder_of_homes(root, &path) {
                waiting.push((path, false));
            } else {
                homes.items.push(Home { user: name, path });
            }
        }
    }
}

fn folders_in(root: &Root, parent: &Path, homes: &mut Listing<Home>) -> Vec<(String, PathBuf)> {
    match root.list(parent) {
        Ok(Some(folder)) => {
            if let Some(gap) = folder.incomplete {
                homes.note_gap(gap);
            }
            for entry in folder.entries.iter().filter(|entry| entry.kind == EntryKind::File) {
                let name = entry.name();
                let open = name.strip_suffix(ENCRYPTED_HOME).map(|user| root.exists(parent.join(user)));
                if open == Some(Ok(false)) {
                    let detail = format!("{}/{name}: an encrypted home that is not open", parent.display());
                    homes.note_gap(Gap::with_detail(GapCode::Unsupported, detail));
                }
            }
            let folders = folder.entries.iter().filter(|entry| entry.kind == EntryKind::Folder);
            folders.map(|entry| (entry.name(), parent.join(&entry.file_name))).collect()
        }
        Ok(None) => Vec::new(),
        Err(gap) => {
            homes.note_gap(gap);
            Vec::new()
        }
    }
}

/// Whether a folder in `/home` holds folders only, none of them hidden: a home always has hidden entries.
fn is_folder_of_homes(root: &Root, path: &Path) -> bool {
    match root.list(path) {
        Ok(Some(folder)) => {
            !folder.entries.is_empty()
                && folder
                    .entries
                    .iter()
                    .all(|entry| entry.kind == EntryKind::Folder && !entry.file_name.as_bytes().starts_with(b"."))
        }
        // A home that cannot be read is still a home: whoever looks into it finds the reason.
        Ok(None) | Err(_) => false,
    }
}

/// An absolute path of the observed machine as a path beneath the root.
fn beneath(path: &Path) -> PathBuf {
    path.strip_prefix("/").unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;

    #[test]
    fn people_have_homes_and_services_do_not() {
        let machine = Machine::new();
        for path in
            ["root", "home/an/.config", "home/BTP/Bình/.config", "home/lost+found", "home/cu/.mozilla", "srv/www"]
        {
            machine.folder(path);
        }
        machine.file(
            "etc/passwd",
            "root:x:0:0::/root:/bin/sh\nwww:x:33:33::/srv/www:/bin/sh\nan:x:1000:1000::/home/an:/bin/sh\n\
             nobody:x:65534:65534::/home/cu:/bin/sh\ngone:x:1001:1001::/home/gone:/bin/sh\n",
        );
        let found = homes(&machine.context());
        assert_eq!(
            found.incomplete,
            Some(Gap::with_detail(GapCode::Unreadable, "home/gone: the home folder is not there"))
        );
        let found: Vec<_> = found.items.iter().map(|home| (home.user.as_str(), home.path.to_str().unwrap())).collect();
        assert_eq!(found, [("root", "root"), ("an", "home/an"), ("cu", "home/cu"), ("Bình", "home/BTP/Bình")]);
    }

    #[test]
    fn a_home_that_is_not_open_is_said() {
        let machine = Machine::with_user();
        machine.file("home/binh.home", "LUKS");
        let found = homes(&machine.context());
        assert_eq!(
            found.incomplete.unwrap().to_string(),
            "unsupported: home/binh.home: an encrypted home that is not open"
        );
        machine.folder("home/binh/.config");
        assert_eq!(homes(&machine.context()).incomplete, None);
    }

    #[test]
    fn a_home_that_is_not_there_is_said_where_it_may_lie_elsewhere() {
        let not_there = Some("unreadable: home/lan: the home folder is not there");
        let apart = Some("unreadable: home: a file system of its own that is not mounted");
        let lan = "lan:x:1000:1000::/home/lan:/bin/bash\n";
        let fstab = "UUID=a / ext4 defaults\nUUID=b /home ext4 defaults\n";
        let mounted = "1 0 8:2 / /home rw - ext4 /dev/sda2 rw\n";
        for (passwd, fstab, running, expected) in [
            (lan, "", None, not_there),
            (lan, fstab, None, not_there),
            ("", fstab, None, apart),
            ("", "", None, None),
            (lan, "", Some(""), None),
            (lan, fstab, Some(""), not_there),
            (lan, fstab, Some(mounted), None),
            ("lan:x:1000:1000::/home/lan:/usr/sbin/nologin\n", "", None, None),
            ("lan:x:1000:1000::/nonexistent:/bin/sh\n", "", None, None),
            ("lan:x:1000:1000::/var/lib/lan:/bin/sh\n", "", None, None),
        ] {
            let mut machine = Machine::new();
            machine.folder("root");
            machine.folder("home");
            machine.file("etc/passwd", format!("root:x:0:0::/root:/bin/sh\n{passwd}"));
            machine.file(FSTAB, fstab);
            if let Some(mounted) = running {
                machine = machine.running();
                machine.file(MOUNTED, mounted);
            }
            let found = homes(&machine.context()).incomplete.map(|gap| gap.to_string());
            assert_eq!(found.as_deref(), expected, "{passwd} {fstab} {running:?}");
        }
    }

    #[test]
    fn a_home_whose_link_leads_nowhere_is_said_while_it_runs_too() {
        let machine = Machine::new().running();
        machine.file("etc/passwd", "root:x:0:0::/root:/bin/sh\nlan:x:1000:1000::/home/lan:/bin/bash\n");
        machine.link("home/lan", "/data/lan");
        let found = homes(&machine.context()).incomplete.unwrap();
        assert_eq!(found.to_string(), "unreadable: home/lan: the home folder is not there");
    }

    #[test]
    fn without_passwd_nobody_knows_all_homes() {
        let machine = Machine::new();
        let found = homes(&machine.context());
        assert_eq!(found.incomplete.unwrap().code, GapCode::Unreadable);
    }
}
