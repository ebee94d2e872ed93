//! Openers: what takes a file apart, by its type. Every part of it becomes a node, or a reason why not.

pub(crate) mod encoded;
mod flat;
mod gzip;
mod lnk;
mod programs;
mod rtf;

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
    // Text, web pages, RTF, shortcuts, programs (lures).
    (FileType::Rtf, rtf::open),
    (FileType::OfficeXml, flat::open),
    (FileType::Lnk, lnk::open),
    (FileType::Pe, programs::open_pe),
    (FileType::Elf, programs::open_elf),
    (FileType::MachO, programs::open_mach_o),
    (FileType::EncodedScript, encoded::open_script),
    (FileType::Html, encoded::open_scripts_within),
    (FileType::Hta, encoded::open_scripts_within),
    (FileType::Wsf, encoded::open_scripts_within),
    (FileType::Asp, encoded::open_scripts_within),
    (FileType::Text, encoded::open),
    (FileType::Csv, encoded::open),
    (FileType::Json, encoded::open),
    (FileType::Xml, encoded::open),
    (FileType::Pem, encoded::open),
    (FileType::Batch, encoded::open),
    (FileType::PowerShell, encoded::open),
    (FileType::VbScript, encoded::open),
    (FileType::VbaSource, encoded::open),
    (FileType::Wsf, encoded::open),
    (FileType::Shell, encoded::open),
    (FileType::Python, encoded::open),
    (FileType::Perl, encoded::open),
    (FileType::Php, encoded::open),
    (FileType::Reg, encoded::open),
    (FileType::Inf, encoded::open),
    (FileType::AutoIt, encoded::open),
];

/// The openers of everything that a file is.
pub(crate) fn openers(types: &[FileType]) -> impl Iterator<Item = Opener> {
    types.iter().flat_map(|own| OPENERS.iter().filter(move |(of, _)| of == own).map(|(_, opener)| *opener))
}
