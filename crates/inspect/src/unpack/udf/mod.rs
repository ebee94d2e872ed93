//! UDF, as far as an image that Windows shows as a drive needs it (ECMA-167 and OSTA UDF 1.02 to 2.60).

mod entry;
#[cfg(test)]
mod tests;
mod volume;

use std::collections::BTreeSet;

use self::entry::{Entry, Name};
use self::volume::Volume;
use super::archive::Archive;
use super::extents::{Extent, content};
use crate::kinds::archives::HIDDEN_FILE;
use crate::walk::{Inside, Part};
use crate::{Limit, Location, Reason};

/// How many names are read.
const MAX_NAMES: usize = 100_000;

/// Opens an image that is UDF alone.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    open_tree(part.bytes, &mut Archive::default(), &mut BTreeSet::new(), inside);
    Ok(())
}

/// Whether an image says that it is UDF.
pub(super) fn is_there(bytes: &[u8]) -> bool {
    volume::is_there(bytes)
}

/// Looks into all files. What was `seen` before is not looked at again.
pub(super) fn open_tree(
    bytes: &[u8],
    archive: &mut Archive,
    seen: &mut BTreeSet<(Vec<Extent>, u64)>,
    inside: &mut Inside<'_, '_>,
) {
    let volume = match Volume::of(bytes) {
        Ok(volume) => volume,
        Err(reason) => return inside.reason(reason),
    };
    let mut waiting = vec![(volume.root, String::new())];
    let mut directories = BTreeSet::new();
    let mut names = 0;
    while let Some((place, path)) = waiting.pop() {
        if !directories.insert(place) {
            continue;
        }
        let Some(directory) = Entry::at(&volume, place) else {
            inside.reason(Reason::damaged(format!("udf: there is no directory {path}/")));
            continue;
        };
        let found = Name::list(&volume, &directory);
        names += found.len();
        if names > MAX_NAMES {
            inside.reason(Reason::limit(Limit::Reader, MAX_NAMES as u64));
            return;
        }
        let mut folders = Vec::new();
        for name in found {
            if inside.is_full() {
                return;
            }
            let full = if path.is_empty() { name.text.clone() } else { format!("{path}/{}", name.text) };
            if name.is_directory {
                folders.push((name.place, full));
                continue;
            }
            archive.check_name(inside, &full);
            let Some(entry) = Entry::at(&volume, name.place) else {
                inside.unopened(&full, "udf", None, Reason::damaged("udf: its entry is not there"));
                continue;
            };
            if name.is_hidden {
                archive.tell(inside, &HIDDEN_FILE, Location::Field(full.clone()), &full);
            }
            if !seen.insert((entry.extents.clone(), entry.size)) && entry.size > 0 {
                continue;
            }
            let mut unpacked = content(bytes, &entry.extents, entry.size, inside);
            if !entry.is_whole {
                unpacked = unpacked.cut_short(Reason::limit(Limit::Reader, entry::MAX_EXTENTS as u64));
            }
            inside.child(&full, "udf", &unpacked);
        }
        // What was put in last comes out first.
        waiting.extend(folders.into_iter().rev());
    }
}
