//! How grave it is that something is hidden in a text or behind a file.

use crate::{Category, FileType};

/// What is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Carried {
    /// Pictures, fonts, texts: what pages and documents carry every day.
    Ordinary,
    /// Documents, pages, scripts of pages, compressed data: both honest and hostile pages carry them.
    Document,
    /// What runs when it is opened, or packs such things.
    Program,
}

/// What something of these types is.
pub(crate) fn carried(types: &[FileType]) -> Carried {
    types.iter().map(|own| one(*own)).max().unwrap_or(Carried::Ordinary)
}

fn one(own: FileType) -> Carried {
    match own {
        // Parts of pages: modules and compressed data.
        FileType::Wasm | FileType::JavaScript | FileType::Xsl => Carried::Document,
        FileType::Gzip
        | FileType::Bzip2
        | FileType::Xz
        | FileType::Lzma
        | FileType::Lzip
        | FileType::Zstd
        | FileType::Lz4
        | FileType::Brotli
        | FileType::Compress => Carried::Document,
        FileType::Docm | FileType::Xlsm | FileType::Xlsb | FileType::Pptm | FileType::OneNote | FileType::Chm => {
            Carried::Program
        }
        _ => match own.category() {
            Category::Archive | Category::DiskImage | Category::Program | Category::Script | Category::Shortcut => {
                Carried::Program
            }
            Category::Document | Category::Mail | Category::Web => Carried::Document,
            Category::Picture | Category::Media | Category::Text | Category::Data => Carried::Ordinary,
        },
    }
}
