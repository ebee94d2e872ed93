//! Openers: what takes a file apart, by its type. Every part of it becomes a node, or a reason why not.

mod streams;
mod unix;

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
    // OLE2 files and what lies in them (office).
    // Mail, forms and PDF (mailpdf).
    // Text, web pages, RTF, shortcuts, programs (lures).
];

/// The openers of everything that a file is.
pub(crate) fn openers(types: &[FileType]) -> impl Iterator<Item = Opener> {
    types.iter().flat_map(|own| OPENERS.iter().filter(move |(of, _)| of == own).map(|(_, opener)| *opener))
}
