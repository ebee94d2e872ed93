//! Openers: what takes a file apart, by its type. Every part of it becomes a node, or a reason why not.

mod gzip;
mod mail;
pub(crate) mod pdf;
#[cfg(test)]
pub(crate) mod testing;

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
    // Mail, forms and PDF (mailpdf).
    (FileType::Pdf, pdf::open),
    (FileType::Eml, mail::open_mail),
    (FileType::Mbox, mail::open_mailbox),
    (FileType::MultipartForm, mail::open_form),
    (FileType::Tnef, mail::open_tnef),
    (FileType::Ics, mail::open_calendar),
    (FileType::Vcf, mail::open_calendar),
    (FileType::Der, mail::open_signed),
    (FileType::Pgp, mail::open_pgp),
    (FileType::Text, mail::open_text),
    // Text, web pages, RTF, shortcuts, programs (lures).
];

/// The openers of everything that a file is.
pub(crate) fn openers(types: &[FileType]) -> impl Iterator<Item = Opener> {
    types.iter().flat_map(|own| OPENERS.iter().filter(move |(of, _)| of == own).map(|(_, opener)| *opener))
}
