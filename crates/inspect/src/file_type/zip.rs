//! What a ZIP archive is more narrowly, by the names of its entries. Both the central directory and the local headers are
//! read, each tolerantly: an archive may begin behind other bytes, or have no directory at all.

use super::FileType;
use crate::bytes::{find_last, head, place_le, stands, u16_le};

/// The most entries that are read to tell what an archive is.
const MAX_ENTRIES: usize = 2_000;

/// The longest comment at the end of an archive, and the length of the record in front of it.
const MAX_COMMENT: usize = 0xffff;
const END_RECORD: usize = 22;

/// Where an archive ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    /// Where the central directory stands.
    directory: usize,
    /// What all places written in the archive are to be moved by: how many bytes stand before it.
    base: usize,
    /// Behind the comment.
    pub(super) behind: usize,
}

/// The last record of the end of an archive that leads to a central directory.
pub(super) fn end_of_central_directory(bytes: &[u8]) -> Option<End> {
    let first = bytes.len().saturating_sub(MAX_COMMENT + END_RECORD);
    let mut part = bytes.get(first..)?;
    // Each round looks in front of the last one found.
    for _ in 0..MAX_END_RECORDS {
        let within = find_last(part, b"PK\x05\x06")?;
        let at = first + within;
        if let Some(end) = end_at(bytes, at) {
            return Some(end);
        }
        part = head(part, within);
    }
    None
}

/// How many records of the end are tried.
const MAX_END_RECORDS: usize = 16;

fn end_at(bytes: &[u8], at: usize) -> Option<End> {
    let size = place_le(bytes, at + 12)?;
    let offset = place_le(bytes, at + 16)?;
    let comment = usize::from(u16_le(bytes, at + 20)?);
    let behind = (at + END_RECORD).saturating_add(comment).min(bytes.len());
    let directory = at.checked_sub(size)?;
    let led = |to: usize| stands(bytes, to, b"PK\x01\x02");
    if led(directory) {
        return Some(End { directory, base: directory.saturating_sub(offset), behind });
    }
    // The offset may be right where the size is not, and ZIP64 has its own records between the two.
    led(offset).then_some(End { directory: offset, base: 0, behind })
}

/// An entry: its name, and where its local header stands.
struct Entry<'z> {
    name: &'z [u8],
    local: usize,
}

/// Adds what the archive is: every narrower type that it is at once, or ZIP.
pub(super) fn narrow(extension: &str, bytes: &[u8], types: &mut Vec<FileType>) {
    let entries = entries(bytes);
    let holds = |name: &str| entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name.as_bytes()));
    let begins = |prefix: &str| {
        entries.iter().any(|entry| {
            entry.name.get(..prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(prefix.as_bytes()))
        })
    };
    let before = types.len();
    let installs = [
        ("AppxManifest.xml", FileType::Appx),
        ("AppxMetadata/AppxBundleManifest.xml", FileType::Appx),
        ("extension.vsixmanifest", FileType::Vsix),
        ("AndroidManifest.xml", FileType::Apk),
    ];
    types.extend(installs.iter().find(|(name, _)| holds(name)).map(|(_, own)| *own));
    let installs = types.len() > before;
    if let Some(document) =
        entries.iter().find(|entry| entry.name == b"mimetype").and_then(|entry| declared(bytes, entry))
    {
        types.push(document);
    } else if holds("content.xml") && holds("META-INF/manifest.xml") {
        types.push(FileType::Odf);
    }
    if holds("[Content_Types].xml") || holds("[Content_Types].xml/[0].piece") {
        office(extension, &holds, &begins, types);
        if types.len() == before {
            types.push(FileType::Opc);
        }
    }
    if !installs && (holds("META-INF/MANIFEST.MF") || entries.iter().any(|entry| entry.name.ends_with(b".class"))) {
        types.push(FileType::Jar);
    }
    if types.len() == before {
        types.push(FileType::Zip);
    }
}

/// The documents of Office among the packages of its conventions.
fn office(extension: &str, holds: &dyn Fn(&str) -> bool, begins: &dyn Fn(&str) -> bool, types: &mut Vec<FileType>) {
    // A document may have macros in mind and none within: then its name decides.
    let says = |own: FileType| own.extensions().contains(&extension);
    if begins("word/") {
        let macros = holds("word/vbaProject.bin") || says(FileType::Docm);
        types.push(if macros { FileType::Docm } else { FileType::Docx });
    }
    if begins("xl/") {
        types.push(if holds("xl/workbook.bin") {
            FileType::Xlsb
        } else if holds("xl/vbaProject.bin") || begins("xl/macrosheets/") || says(FileType::Xlsm) {
            FileType::Xlsm
        } else {
            FileType::Xlsx
        });
    }
    if begins("ppt/") {
        let macros = holds("ppt/vbaProject.bin") || says(FileType::Pptm);
        types.push(if macros { FileType::Pptm } else { FileType::Pptx });
    }
    if begins("visio/") {
        types.push(FileType::Vsdx);
    }
}

/// What the entry `mimetype`, stored as it is, says.
fn declared(bytes: &[u8], entry: &Entry<'_>) -> Option<FileType> {
    let data = data_of(bytes, entry.local)?;
    let word = head(bytes.get(data..)?, 80);
    let kind = word.strip_prefix(b"application/")?;
    if kind.starts_with(b"epub+zip") {
        return Some(FileType::Epub);
    }
    let kind = kind.strip_prefix(b"vnd.oasis.opendocument.").or_else(|| kind.strip_prefix(b"vnd.sun.xml."))?;
    Some(match kind {
        [b't', b'e', b'x', b't', ..] | [b'w', b'r', b'i', b't', ..] => FileType::Odt,
        [b's', b'p', b'r', b'e', ..] | [b'c', b'a', b'l', b'c', ..] => FileType::Ods,
        [b'p', b'r', b'e', b's', ..] | [b'i', b'm', b'p', b'r', ..] => FileType::Odp,
        _ => FileType::Odf,
    })
}

/// Where the data of the local header at `local` begins.
fn data_of(bytes: &[u8], local: usize) -> Option<usize> {
    let name = usize::from(u16_le(bytes, local.checked_add(26)?)?);
    let extra = usize::from(u16_le(bytes, local.checked_add(28)?)?);
    local.checked_add(30)?.checked_add(name)?.checked_add(extra)
}

/// The entries of the central directory, and those of the local headers up to the first that does not say its size.
fn entries(bytes: &[u8]) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    let mut base = 0;
    if let Some(end) = end_of_central_directory(bytes) {
        base = end.base;
        let mut at = end.directory;
        while entries.len() < MAX_ENTRIES && stands(bytes, at, b"PK\x01\x02") {
            let Some((name, local, next)) = central(bytes, at) else { break };
            entries.push(Entry { name, local: base.saturating_add(local) });
            at = next;
        }
    }
    let mut local = [base, 0, 4].into_iter().find(|at| stands(bytes, *at, b"PK\x03\x04"));
    let most = entries.len() + MAX_ENTRIES;
    while let Some(at) = local.filter(|at| entries.len() < most && stands(bytes, *at, b"PK\x03\x04")) {
        let Some(data) = data_of(bytes, at) else { break };
        let length = u16_le(bytes, at + 26).map_or(0, usize::from);
        let Some(name) = bytes.get(at + 30..).map(|rest| head(rest, length)) else { break };
        entries.push(Entry { name, local: at });
        // With the sizes behind the data only the directory knows where the next one is.
        let sizes_behind = u16_le(bytes, at + 6).is_none_or(|flags| flags & 8 != 0);
        let packed = place_le(bytes, at + 18).filter(|size| *size > 0 || !sizes_behind);
        local = packed.and_then(|size| data.checked_add(size));
    }
    entries
}

/// The name, the place and the end of an entry of the central directory.
fn central(bytes: &[u8], at: usize) -> Option<(&[u8], usize, usize)> {
    let length = |field: usize| u16_le(bytes, at + field).map(usize::from);
    let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
    let local = place_le(bytes, at + 42)?;
    let begin = at + 46;
    Some((bytes.get(begin..begin.checked_add(name)?)?, local, begin + name + extra + comment))
}
