//! Openers: what takes a file apart, by its type. Every part of it becomes a node, or a reason why not.

mod archive;
mod arj;
mod cab;
mod chm;
mod code_page;
pub(crate) mod encoded;
mod extents;
mod fat;
mod flat;
mod iso;
mod lha;
mod lnk;
mod lzx;
mod mail;
pub(crate) mod ole;
mod onenote;
mod partitions;
pub(crate) mod pdf;
mod programs;
mod rar;
mod rtf;
mod sevenz;
mod streams;
#[cfg(test)]
mod testing;
#[cfg(test)]
pub(crate) mod testing_mail;
mod udf;
mod unix;
mod unsupported;
mod vhd;
mod zip;

use crate::walk::{Inside, Part};
use crate::{FileType, Reason};

/// Takes one kind of file apart. What it could not read is an error, a reason of `inside`, or an unopened part.
pub(crate) type Opener = fn(&Part<'_>, &mut Inside<'_, '_>) -> Result<(), Reason>;

/// Who opens what. A type that is in no line has no parts.
const OPENERS: &[(FileType, Opener)] = &[
    // Compressed streams (types).
    (FileType::Gzip, streams::gzip),
    (FileType::Bzip2, streams::bzip2),
    (FileType::Xz, streams::xz),
    (FileType::Lzma, streams::lzma),
    (FileType::Lzip, streams::lzip),
    (FileType::Zstd, streams::zstd),
    (FileType::Lz4, streams::lz4),
    (FileType::Brotli, streams::brotli),
    (FileType::Compress, streams::compress),
    (FileType::Tar, unix::tar),
    (FileType::Cpio, unix::cpio),
    (FileType::Ar, unix::ar),
    (FileType::Rpm, unix::rpm),
    // Archives and disk images (archives).
    (FileType::Zip, zip::open),
    (FileType::SevenZip, sevenz::open),
    (FileType::Rar, rar::open),
    (FileType::Cab, cab::open),
    (FileType::Iso, iso::open),
    (FileType::Udf, udf::open),
    (FileType::Fat, fat::open),
    (FileType::DiskPartitions, partitions::open),
    (FileType::Vhd, vhd::open),
    (FileType::Lha, lha::open),
    (FileType::Arj, arj::open),
    (FileType::Ace, unsupported::open),
    (FileType::Dmg, unsupported::open),
    (FileType::Vhdx, unsupported::open),
    (FileType::Vmdk, unsupported::open),
    (FileType::Wim, unsupported::open),
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
    (FileType::Ole2, ole::open),
    (FileType::Doc, ole::open),
    (FileType::Xls, ole::open),
    (FileType::Ppt, ole::open),
    (FileType::Vsd, ole::open),
    (FileType::Pub, ole::open),
    (FileType::Msg, ole::open),
    (FileType::Msi, ole::open),
    (FileType::EncryptedOffice, ole::open),
    (FileType::Mpp, ole::open),
    // Its streams are nodes; what is packed in them is not read.
    (FileType::Hwp, ole::open),
    (FileType::Hwp, unsupported::open),
    (FileType::VbaSource, ole::vba::open_source),
    (FileType::OneNote, onenote::open),
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
    (FileType::OfficeXml, encoded::open),
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
