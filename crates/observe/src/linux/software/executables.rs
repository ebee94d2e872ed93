//! Programs in home folders, which no package owns: a bounded walk.

use std::collections::VecDeque;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use khien_model::facts::UnknownExecutable;
use khien_model::{Gap, GapCode, Listing, Observed};

use crate::linux::context::Context;
use crate::linux::homes::homes;
use crate::root::{EntryKind, Root, shown};

/// How many files and folders are looked at, all homes together.
const MAX_LOOKED_AT: usize = 20_000;

/// How deep below a home.
const MAX_DEPTH: usize = 8;

/// How many executables are listed.
const MAX_EXECUTABLES: usize = 500;

/// Programs beyond this size are not opened.
const MAX_PROGRAM: u64 = 4 << 30;

/// Folders in a home that a package manager fills: snap, flatpak.
const MANAGED: [&str; 3] = ["snap", ".local/share/flatpak", ".var/app"];

/// The first bytes of a Linux program.
const ELF: [u8; 4] = *b"\x7fELF";

/// What the walk saw.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub(super) executables: Listing<UnknownExecutable>,
    /// Files by name whatever they are: for traces of cracking tools.
    pub(super) suspicious: Vec<PathBuf>,
    /// Why not everything was looked at.
    pub(super) incomplete: Option<Gap>,
    looked_at: usize,
}

/// Walks through all homes, each folder before those below it: what lies near is found before a bound is reached.
pub(super) fn walk(context: &Context) -> Walk {
    let found = homes(context);
    let mut walk = Walk { incomplete: found.incomplete, ..Walk::default() };
    let mut waiting: VecDeque<(PathBuf, usize, usize)> =
        found.items.iter().enumerate().map(|(home, item)| (item.path.clone(), home, 0)).collect();
    while let Some((folder, home, depth)) = waiting.pop_front() {
        let Some(home_item) = found.items.get(home) else {
            continue;
        };
        let below = walk.look_into(context, &folder, &home_item.path, &home_item.user);
        match below {
            Ok(below) if depth < MAX_DEPTH => waiting.extend(below.into_iter().map(|path| (path, home, depth + 1))),
            Ok(below) if below.is_empty() => {}
            Ok(_) => walk.note_gap(Gap::with_detail(
                GapCode::TooLarge,
                format!("/{}: folders nest deeper than {MAX_DEPTH}", shown(&folder)),
            )),
            Err(gap) if gap.code == GapCode::PermissionDenied => walk.note_gap(gap),
            Err(gap) => {
                walk.note_gap(gap);
                break;
            }
        }
    }
    walk.executables.incomplete.clone_from(&walk.incomplete);
    walk
}

impl Walk {
    fn note_gap(&mut self, gap: Gap) {
        self.incomplete.get_or_insert(gap);
    }

    /// Looks at the files of one folder and gives the folders in it.
    fn look_into(&mut self, context: &Context, folder: &Path, home: &Path, user: &str) -> Result<Vec<PathBuf>, Gap> {
        context.cancel.check()?;
        let Some(listed) = context.root.list(folder)? else {
            return Ok(Vec::new());
        };
        listed.incomplete.into_iter().for_each(|gap| self.note_gap(gap));
        let mut below = Vec::new();
        for entry in listed.entries {
            self.looked_at += 1;
            if self.looked_at > MAX_LOOKED_AT {
                return Err(Gap::with_detail(
                    GapCode::TooLarge,
                    format!("more than {MAX_LOOKED_AT} files in home folders"),
                ));
            }
            let path = folder.join(&entry.file_name);
            match entry.kind {
                EntryKind::Folder => {
                    let managed = path
                        .strip_prefix(home)
                        .is_ok_and(|below| MANAGED.iter().any(|managed| below == Path::new(managed)));
                    if !managed {
                        below.push(path);
                    }
                }
                EntryKind::File => {
                    if crate::cracks::is_suspicious(&entry.name()) {
                        self.suspicious.push(path.clone());
                    }
                    self.look_at(&context.root, &path, user)?;
                }
                EntryKind::Link | EntryKind::Special => {}
            }
        }
        Ok(below)
    }

    fn look_at(&mut self, root: &Root, path: &Path, user: &str) -> Result<(), Gap> {
        let Some(metadata) = root.metadata(path)? else {
            return Ok(());
        };
        if metadata.mode & 0o111 == 0 || metadata.size < ELF.len() as u64 || is_library(path) {
            return Ok(());
        }
        match starts_as_program(root, path) {
            Ok(false) => return Ok(()),
            Ok(true) => {}
            Err(gap) => {
                self.note_gap(gap);
                return Ok(());
            }
        }
        if self.executables.items.len() == MAX_EXECUTABLES {
            return Err(Gap::with_detail(
                GapCode::TooLarge,
                format!("more than {MAX_EXECUTABLES} programs in home folders"),
            ));
        }
        self.executables.items.push(UnknownExecutable {
            path: Observed::Known(format!("/{}", shown(path))),
            user: user.into(),
            modified_at: metadata.modified_at.map_or_else(Observed::default, Observed::Known),
            signed: Observed::unknown(GapCode::Unsupported, "programs are not signed on Linux"),
        });
        Ok(())
    }
}

/// `libx.so`, `libx.so.1`: loaded by programs, not started.
fn is_library(path: &Path) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name.split_once(".so").is_some_and(|(_, rest)| rest.is_empty() || rest.starts_with('.')))
}

fn starts_as_program(root: &Root, path: &Path) -> Result<bool, Gap> {
    let Some(file) = root.open_file(path, MAX_PROGRAM)? else {
        return Ok(false);
    };
    let mut start = Vec::with_capacity(ELF.len());
    file.take(ELF.len() as u64).read_to_end(&mut start).map_err(|error| crate::root::gap_of_io(path, &error))?;
    Ok(start == ELF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;
    use std::os::unix::fs::PermissionsExt as _;

    fn program(machine: &Machine, path: &str, content: &[u8], mode: u32) {
        machine.file(path, content);
        std::fs::set_permissions(machine.path(path), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    fn found(machine: &Machine) -> Vec<String> {
        let walk = walk(&machine.context());
        walk.executables.items.iter().filter_map(|item| item.path.known().cloned()).collect()
    }

    #[test]
    fn programs_in_homes_are_found_and_nothing_else_is() {
        let machine = Machine::with_user();
        let elf = b"\x7fELF\x02\x01";
        program(&machine, "home/an/Tải xuống/UltraViewer", elf, 0o755);
        program(&machine, "home/an/not-executable", elf, 0o644);
        program(&machine, "home/an/script.sh", b"#!/bin/sh\n", 0o755);
        program(&machine, "home/an/lib/libx.so.1", elf, 0o755);
        program(&machine, "home/an/snap/code/x", elf, 0o755);
        program(&machine, "home/an/.var/app/x", elf, 0o755);
        program(&machine, "srv/x", elf, 0o755);
        machine.link("home/an/out", "/srv");
        assert_eq!(found(&machine), ["/home/an/Tải xuống/UltraViewer"]);
        assert_eq!(walk(&machine.context()).incomplete, None);
    }

    #[test]
    fn the_walk_is_bounded_and_says_so() {
        let machine = Machine::with_user();
        machine.folder(&format!("home/an{}", "/x".repeat(MAX_DEPTH + 1)));
        let gap = walk(&machine.context()).executables.incomplete.unwrap();
        assert_eq!(gap.code, GapCode::TooLarge);
        let machine = Machine::with_user();
        machine.folder(&format!("home/an{}", "/x".repeat(MAX_DEPTH)));
        assert_eq!(walk(&machine.context()).executables.incomplete, None);
        for number in 0..MAX_LOOKED_AT {
            machine.file(&format!("home/an/many/{}/{number}", number % 7), "");
        }
        assert_eq!(walk(&machine.context()).executables.incomplete.unwrap().code, GapCode::TooLarge);
    }
}
