//! OLE2 files: old Office documents, messages of Outlook, installers, encrypted documents, VBA projects of new ones.
//!
//! Every stream becomes a node. What is known of its kind is taken apart further by one of the files beside this one,
//! whatever the file as a whole is called.

mod compound;
mod dde;
mod encrypted;
pub(crate) mod excel;
mod installer;
pub(crate) mod letters;
mod message;
mod objects;
mod slides;
#[cfg(test)]
mod tests;
pub(crate) mod vba;
mod word;
#[cfg(test)]
pub(crate) mod writer;

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::kinds::office::OLE_ORPHAN;
use crate::walk::{Inside, Part, Unpacked};
use crate::{Location, Reason};

use self::compound::{Compound, Content, Entry, EntryKind};
#[cfg(test)]
pub(crate) use self::objects::tests::equations;
pub(crate) use self::objects::{is_exploit, runs};

/// How a stream comes out.
const HOW: &str = "ole stream";

/// The places, in the list of entries, of the streams that were handed on in a better form than as they are.
type Taken = BTreeSet<usize>;

/// Who looks for what in a compound file.
const READERS: &[fn(&Compound<'_>, &mut Inside<'_, '_>, &mut Taken)] =
    &[encrypted::open, message::open, installer::open, objects::open, vba::open, excel::open, word::open, slides::open];

/// Takes a compound file apart.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let file = Compound::read(part.bytes)?;
    for reason in &file.reasons {
        inside.reason(reason.clone());
    }
    let orphans = file.entries.iter().filter(|entry| entry.orphan && entry.kind == EntryKind::Stream);
    for orphan in orphans {
        inside.found(&OLE_ORPHAN, Location::Field(orphan.path.clone()), &orphan.path);
    }
    let mut taken = Taken::new();
    for reader in READERS {
        reader(&file, inside, &mut taken);
    }
    for (place, entry) in file.entries.iter().enumerate() {
        if entry.kind == EntryKind::Stream && !taken.contains(&place) {
            let unpacked = unpacked(&file, entry, inside);
            inside.piece(&installer::readable(&entry.path), HOW, &unpacked);
        }
    }
    Ok(())
}

/// The bytes of a stream, as far as the limits go.
fn unpacked<'b>(file: &Compound<'b>, entry: &Entry, inside: &mut Inside<'_, '_>) -> Unpacked<'b> {
    let Content { bytes, cut } = file.content(entry, inside.room().saturating_add(1));
    let unpacked = match bytes {
        Cow::Borrowed(bytes) => inside.slice(bytes),
        Cow::Owned(bytes) => inside.take(bytes),
    };
    match cut {
        Some(reason) => unpacked.cut_short(reason),
        None => unpacked,
    }
}
