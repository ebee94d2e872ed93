//! Openers: what takes a file apart, by its type. Every part of it becomes a node, or a reason why not.

mod gzip;
pub(crate) mod ole;
mod onenote;

use crate::walk::{Inside, Part};
use crate::{FileType, Reason};

/// Takes one kind of file apart. What it could not read is an error, a reason of `inside`, or an unopened part.
pub(crate) type Opener = fn(&Part<'_>, &mut Inside<'_, '_>) -> Result<(), Reason>;

/// Who opens what. A type that is in no line has no parts.
const OPENERS: &[(FileType, Opener)] = &[
    // Compressed streams (types).
    (FileType::Gzip, gzip::open),
    // Archives and disk images (archives).
    // OLE2 files and what lies in them (office).
    (FileType::Ole2, ole::open),
    (FileType::Doc, ole::open),
    (FileType::Xls, ole::open),
    (FileType::Ppt, ole::open),
    (FileType::Vsd, ole::open),
    (FileType::Pub, ole::open),
    (FileType::Msg, ole::open),
    (FileType::Msi, ole::open),
    (FileType::EncryptedOffice, ole::open),
    (FileType::VbaSource, ole::vba::open_source),
    (FileType::OneNote, onenote::open),
    // Mail, forms and PDF (mailpdf).
    // Text, web pages, RTF, shortcuts, programs (lures).
];

/// The openers of everything that a file is, each once: one may open several types that a file is at the same time.
pub(crate) fn openers(types: &[FileType]) -> impl Iterator<Item = Opener> {
    let mut openers: Vec<Opener> = Vec::new();
    for own in types {
        for (_, opener) in OPENERS.iter().filter(|(of, _)| of == own) {
            if !openers.iter().any(|known| std::ptr::fn_addr_eq(*known, *opener)) {
                openers.push(*opener);
            }
        }
    }
    openers.into_iter()
}
