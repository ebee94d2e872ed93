//! Types that contradict the name, or each other.

use super::entropy;
use super::runnable::ids;
use crate::file_type::{Category, FileType, extension};
use crate::kinds::types as kinds;
use crate::walk::{Inside, Part};
use crate::{Kind, Location};

/// Endings that ransomware puts behind those of the files it encrypts.
const RANSOM_ENDINGS: &[&str] = &[
    "locked",
    "lockbit",
    "encrypted",
    "enc",
    "crypt",
    "crypted",
    "crypto",
    "cry",
    "wncry",
    "wcry",
    "wnry",
    "locky",
    "zepto",
    "cerber",
    "ryk",
    "ryuk",
    "conti",
    "akira",
    "phobos",
    "eking",
    "devos",
    "makop",
    "mallox",
    "stop",
    "djvu",
    "babyk",
    "babuk",
    "royal",
    "blackcat",
    "play",
    "medusa",
    "rhysida",
    "hive",
    "basta",
    "cuba",
    "ransom",
    "lock",
    "crypz",
    "ecc",
    "ezz",
    "exx",
    "xxx",
    "ttt",
    "micro",
    "vvv",
    "aaa",
    "abc",
    "zzz",
    "odin",
    "thor",
    "osiris",
    "dharma",
    "wallet",
    "onion",
    "arena",
    "bip",
    "adobe",
    "combo",
    "gamma",
    "btc",
    "eight",
    "elbie",
    "faust",
];

/// Says what does not fit together.
pub(super) fn look(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    if part.types.is_empty() {
        if looks_encrypted(part) {
            inside.found(&kinds::LOOKS_ENCRYPTED, Location::Whole, part.name);
        }
        return;
    }
    if let Some(kind) = beside_name(part) {
        inside.found(kind, Location::Name, format!("{} ≠ {}", part.name, ids(part.types)));
    }
    if let Some(kind) = beside_each_other(part.types) {
        inside.found(kind, Location::Whole, ids(part.types));
    }
}

/// Whether all of a file that should have a mark is even: its name ends as a type that has one, or as ransomware leaves it.
fn looks_encrypted(part: &Part<'_>) -> bool {
    let Some(ending) = extension(part.name) else { return false };
    let marked = FileType::ALL.iter().any(|own| {
        own.extensions().contains(&ending.as_str())
            && matches!(
                own.category(),
                Category::Document
                    | Category::Picture
                    | Category::Media
                    | Category::Archive
                    | Category::Text
                    | Category::Mail
            )
            && *own != FileType::Brotli
    });
    let named_by_ransomware = RANSOM_ENDINGS.contains(&ending.as_str())
        // `anh.jpg.id-1E857D00.[mail@example.org].xyz`
        || part.name.contains(".[") && part.name.contains('@')
        || part.name.contains(".id-")
        || behind_document(part.name);
    (marked || named_by_ransomware) && entropy::is_even(part.bytes)
}

/// `bao-cao.docx.k8Jx2`: an ending that nobody knows behind one of a document or picture.
fn behind_document(name: &str) -> bool {
    let Some((stem, _)) = name.rsplit_once('.') else { return false };
    extension(stem).is_some_and(|before| {
        FileType::ALL.iter().any(|own| {
            matches!(own.category(), Category::Document | Category::Picture)
                && own.extensions().contains(&before.as_str())
        })
    })
}

/// Endings that say nothing.
const ANYTHING: &[&str] = &["dat", "bin", "raw", "tmp", "db", "data"];

/// What a name of that ending, and that content, comes to.
fn beside_name(part: &Part<'_>) -> Option<&'static Kind> {
    let ending = extension(part.name).filter(|ending| !ANYTHING.contains(&ending.as_str()))?;
    let named: Vec<FileType> =
        FileType::ALL.iter().copied().filter(|own| own.extensions().contains(&ending.as_str())).collect();
    if named.is_empty() || part.types.iter().any(|own| named.contains(own)) {
        return None;
    }
    let own = *part.types.first()?;
    // Of several types that have the ending, the nearest counts.
    named.iter().map(|named| beside(*named, own)).min_by_key(|kind| kind.map(|kind| kind.effect))?
}

/// What comes of a name that says `named`, and content that is `own`.
fn beside(named: FileType, own: FileType) -> Option<&'static Kind> {
    use Category::{Archive, Data, DiskImage, Document, Mail, Media, Picture, Program, Script, Shortcut, Text, Web};
    if is_near(named, own) {
        return (named.category() != own.category() || own.category() == Document).then_some(&kinds::OTHER_TYPE);
    }
    let (said, is) = (named.category(), own.category());
    match (said, is) {
        // What is called a program is told as one, whatever it holds.
        (Program | Script | Shortcut, Program | Script | Shortcut) => None,
        (Program | Script | Shortcut, _) => None,
        // Source text is called by many names.
        (Text | Web, Script) if runs_nowhere(own) => Some(&kinds::OTHER_TYPE),
        (Data, Script) => Some(&kinds::OTHER_TYPE),
        (Data | DiskImage | Archive, Program) => None,
        (_, Program | Script | Shortcut) => Some(&kinds::DISGUISED_PROGRAM),
        (Document | Picture | Media, Archive | DiskImage | Web) => Some(&kinds::MISLEADING_TYPE),
        (Picture | Media, Document | Mail | Text) => Some(&kinds::MISLEADING_TYPE),
        (Text, Archive | DiskImage) => Some(&kinds::MISLEADING_TYPE),
        _ => Some(&kinds::OTHER_TYPE),
    }
}

/// Scripts that are only text where they are called text.
fn runs_nowhere(own: FileType) -> bool {
    !matches!(
        own,
        FileType::Hta | FileType::Wsf | FileType::EncodedScript | FileType::Php | FileType::Jsp | FileType::Asp
    )
}

/// Types that the programs which open one also open as the other, and that people take for each other.
#[allow(clippy::enum_glob_use, reason = "a table of types")]
fn is_near(named: FileType, own: FileType) -> bool {
    use FileType::*;
    const FAMILIES: &[&[FileType]] = &[
        &[Doc, Docx, Docm, Rtf, Odt, OfficeXml, EncryptedOffice, Ole2],
        &[Xls, Xlsx, Xlsm, Xlsb, Ods, OfficeXml, Csv, Sylk, EncryptedOffice, Ole2],
        &[Ppt, Pptx, Pptm, Odp, EncryptedOffice, Ole2],
        &[Png, Jpeg, Gif, Bmp, Tiff, WebP, Heif, Ico, Jpeg2000, JpegXl, Psd, Pcx, Pnm, Emf, Wmf],
        &[Mp4, Mp3, Wav, Avi, Matroska, Ogg, Flac, Asf, Flv, Mpeg, Aac, Amr, Aiff, Au],
        &[Zip, Docx, Xlsx, Pptx, Odt, Ods, Odp, Odf, Opc, Epub],
        &[Zip, SevenZip, Rar, Gzip, Bzip2, Xz, Zstd, Tar, Lha, Arj, Cab, Compress, Lzma, Lzip, Lz4],
        &[Iso, Udf, DiskPartitions, Fat, Ntfs, Ext],
        &[Der, Pem, Pgp],
        &[Text, Csv, Json, Xml, Eml, Mbox, Ics, Vcf, Pem, Inf],
        &[Xml, Svg, Html, Xsl, OfficeXml],
        &[Pdf, PostScript],
        // Tables out of web applications are pages under the name of a workbook.
        &[Xls, Html, Csv, Text, Xml],
        &[Doc, Html, Text, Xml],
    ];
    FAMILIES.iter().any(|family| family.contains(&named) && family.contains(&own))
}

/// What two types of the same bytes come to.
fn beside_each_other(types: &[FileType]) -> Option<&'static Kind> {
    use Category::{Archive, DiskImage, Document, Mail, Media, Picture, Program, Script, Shortcut, Web};
    let (first, others) = types.split_first()?;
    let mut found: Option<&'static Kind> = None;
    for other in others {
        let pair = [first.category(), other.category()];
        let has = |wanted: &[Category]| pair.iter().any(|own| wanted.contains(own));
        let kind = match pair {
            // A disk has several marks, a program that unpacks itself two: both are told otherwise.
            [DiskImage, DiskImage] | [Program, Archive] => continue,
            _ if has(&[Picture, Media, Document, Mail]) && has(&[Program, Script, Shortcut, Archive, Web]) => {
                &kinds::HARMFUL_POLYGLOT
            }
            _ if has(&[Program, Script, Shortcut]) => &kinds::HARMFUL_POLYGLOT,
            _ => &kinds::POLYGLOT,
        };
        if found.is_none_or(|known| known.effect < kind.effect) {
            found = Some(kind);
        }
    }
    found
}

#[cfg(test)]
mod tests;
