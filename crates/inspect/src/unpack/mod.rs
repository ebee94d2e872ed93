//! Openers: what takes a file apart, by its type. Every part of it becomes a node, or a reason why not.

mod archive;
mod code_page;
pub(crate) mod encoded;
mod fields;
mod gzip;
mod chm;
mod mail;
pub(crate) mod pdf;
mod rtf;
mod sevenz;
#[cfg(test)]
mod testing;
#[cfg(test)]
pub(crate) mod testing_mail;
mod zip;

use crate::walk::{Inside, Part};
use crate::{FileType, Reason};

/// Takes one kind of file apart. What it could not read is an error, a reason of `inside`, or an unopened part.
pub(crate) type Opener = fn(&Part<'_>, &mut Inside<'_, '_>) -> Result<(), Reason>;

/// Who opens what. A type that is in no line has no parts.
const OPENERS: &[(FileType, Opener)] = &[
    // Compressed streams (types).
    (FileType::Gzip, gzip::open),
    // Archives and disk images (archives).
    (FileType::Zip, zip::open),
    (FileType::SevenZip, sevenz::open),
    (FileType::Jar, zip::open),
    (FileType::Apk, zip::open),
    (FileType::Docx, zip::open),
    (FileType::Docm, zip::open),
    (FileType::Xlsx, zip::open),
    (FileType::Xlsm, zip::open),
    (FileType::Xlsb, zip::open),
    (FileType::Pptx, zip::open),
    (FileType::Pptm, zip::open),
    (FileType::Vsdx, zip::open),
    (FileType::Opc, zip::open),
    (FileType::Appx, zip::open),
    (FileType::Vsix, zip::open),
    (FileType::Odt, zip::open),
    (FileType::Ods, zip::open),
    (FileType::Odp, zip::open),
    (FileType::Odf, zip::open),
    (FileType::Epub, zip::open),
    // OLE2 files and what lies in them (office).
    // Mail, forms and PDF (mailpdf).
    (FileType::Pdf, pdf::open),
    (FileType::Chm, chm::open),
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
    (FileType::Rtf, rtf::open),
    (FileType::EncodedScript, encoded::open_script),
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
