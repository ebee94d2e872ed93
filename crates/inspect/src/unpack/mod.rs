//! Openers: what takes a file apart, by its type. Every part of it becomes a node, or a reason why not.

mod archive;
mod arj;
mod cab;
mod code_page;
mod extents;
mod fat;
mod fields;
mod iso;
mod lha;
mod lzx;
mod partitions;
mod rar;
mod sevenz;
mod streams;
#[cfg(test)]
mod testing;
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
    (FileType::Chm, unsupported::open),
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
    // Mail, forms and PDF (mailpdf).
    // Text, web pages, RTF, shortcuts, programs (lures).
];

/// The openers of everything that a file is.
pub(crate) fn openers(types: &[FileType]) -> impl Iterator<Item = Opener> {
    types.iter().flat_map(|own| OPENERS.iter().filter(move |(of, _)| of == own).map(|(_, opener)| *opener))
}
