//! The home folders of people.

use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use khien_model::{Gap, GapCode, Listing};

use super::context::Context;
use crate::root::{EntryKind, Root};

/// The folder of homes. Folders in it that no local account owns belong to users of a directory (LDAP, a domain).
const HOMES: &str = "home";

/// How systemd-homed names the file that holds an encrypted home.
const ENCRYPTED_HOME: &str = ".home";

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
                    Ok(_) => {}
                    Err(gap) => homes.note_gap(gap),
                }
            }
        }
        Err(gap) => homes.note_gap(gap.clone()),
    }
    add_homes_of_directory_users(root, &seen, &mut homes);
    homes
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
        assert_eq!(found.incomplete, None);
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
    fn without_passwd_nobody_knows_all_homes() {
        let machine = Machine::new();
        let found = homes(&machine.context());
        assert_eq!(found.incomplete.unwrap().code, GapCode::Unreadable);
    }
}
