//! Workbooks of Excel: the stream of Excel 5 to 2003 (BIFF5, BIFF8) and the parts of those since 2007 (BIFF12, XML).

mod binary12;
mod filepass;
mod formula;
mod functions;
mod macros;
mod sheet;
mod sylk;
#[cfg(test)]
mod tests;
mod workbook;

use super::compound::{Compound, EntryKind};
use super::{Taken, unpacked};
use crate::kinds::office::OFFICE_PASSWORD;
use crate::walk::Inside;
use crate::{Location, Reason};

pub(crate) use self::binary12::binary_part;
pub(crate) use self::sheet::xml_part;
pub(crate) use self::sylk::sylk;

/// What the stream of a workbook is called.
const STREAMS: &[&str] = &["Workbook", "Book"];

/// Looks at the workbooks of a compound file.
pub(super) fn open(file: &Compound<'_>, inside: &mut Inside<'_, '_>, taken: &mut Taken) {
    for (place, entry) in file.entries.iter().enumerate() {
        let named = STREAMS.iter().any(|name| entry.name.eq_ignore_ascii_case(name));
        if !named || entry.kind != EntryKind::Stream {
            continue;
        }
        let stream = unpacked(file, entry, inside);
        taken.insert(place);
        inside.piece(&entry.path, super::HOW, &stream);
        match filepass::decrypted(stream.bytes(), inside) {
            Ok(None) => workbook::look(stream.bytes(), &entry.path, inside),
            Ok(Some((password, plain))) => {
                inside.found(&OFFICE_PASSWORD, Location::Field(entry.path.clone()), password);
                let plain = inside.take(plain);
                inside.piece(&format!("{} decrypted", entry.path), "xls password", &plain);
                workbook::look(plain.bytes(), &entry.path, inside);
            }
            Err(reason) => {
                if reason == Reason::Encrypted {
                    // The names of sheets are hidden too, what follows is not to be read as records.
                    inside.unopened(&format!("{} decrypted", entry.path), "xls password", None, reason);
                } else {
                    inside.reason(reason);
                }
            }
        }
    }
}
