//! Cabinets of Windows: stored, MSZIP and LZX, each folder unpacked once from its beginning to its end.

mod folder;
#[cfg(test)]
mod tests;

use std::io::Read;

use self::folder::{Blocks, Folder, Way};
use super::archive::Archive;
use super::code_page;
use crate::bytes::{find_in, piece, size, u8_at, u16_le, u32_le};
use crate::kinds::archives::HIDDEN_DATA;
use crate::walk::{Inside, Part, Unpacked};
use crate::{Limit, Location, Reason};

/// What a cabinet begins with.
const SIGNATURE: &[u8] = b"MSCF";
/// The length of the header without what may follow it.
const HEADER_BYTES: usize = 36;
/// How often a folder is unpacked again from its beginning, for files that lie on top of each other.
const MAX_REWINDS: usize = 8;

/// The cabinet goes on from an earlier one.
const HAS_PREVIOUS: u16 = 1;
/// It goes on in a later one.
const HAS_NEXT: u16 = 2;
/// It leaves room for other data.
const HAS_RESERVE: u16 = 4;
/// The name of a file is in UTF-8.
const NAME_IS_UTF_8: u16 = 0x80;
/// From this number of a folder on, a file begins or ends in another cabinet.
const IN_ANOTHER_CABINET: u16 = 0xfffd;
/// What a signature in DER begins with: it may follow the cabinet.
const DER: &[u8] = b"\x30\x82";

/// A file in a cabinet.
struct File {
    name: String,
    size: u32,
    /// Where it begins in its unpacked folder.
    offset: u32,
    folder: u16,
}

/// The header of a cabinet.
struct Header {
    /// How long the cabinet is.
    bytes: usize,
    /// Where its files are listed.
    files_at: usize,
    folders: u16,
    files: u16,
    flags: u16,
    folder_reserve: usize,
    block_reserve: usize,
    /// Where its folders are listed.
    folders_at: usize,
}

/// Opens a cabinet, also one behind a program that unpacks it.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let start = find_in(part.bytes, SIGNATURE, 0..part.bytes.len()).unwrap_or_default();
    let bytes = part.bytes.get(start..).unwrap_or_default();
    let header = Header::of(bytes).ok_or_else(|| Reason::damaged("the header of the cabinet is cut off"))?;
    let mut archive = Archive::default();
    if header.flags & (HAS_PREVIOUS | HAS_NEXT) != 0 {
        inside.reason(Reason::incomplete("the other cabinets of the set"));
    }
    let (mut files, are_all) = header.list(bytes);
    files.sort_by_key(|file| (file.folder, file.offset));
    for folder in 0..header.folders {
        let own: Vec<&File> = files.iter().filter(|file| file.folder == folder).collect();
        if inside.is_full() {
            return Ok(());
        }
        open_folder(bytes, &header, folder, &own, &mut archive, inside);
    }
    for file in files.iter().filter(|file| file.folder >= header.folders) {
        let reason = if file.folder >= IN_ANOTHER_CABINET {
            Reason::incomplete("the other cabinets of the set")
        } else {
            Reason::damaged("it lies in a folder that is not there")
        };
        inside.unopened(&file.name, "cab", Some(file.size.into()), reason);
    }
    let rest = bytes.get(header.bytes..).unwrap_or_default();
    if !rest.starts_with(DER) {
        archive.hidden(inside, bytes, header.bytes.min(bytes.len())..bytes.len());
    } else if !rest.is_empty() {
        let signature = inside.slice(rest);
        inside.piece("signature", "cab signature", &signature);
    }
    if header.bytes > bytes.len() {
        return Err(Reason::incomplete("the end of the cabinet"));
    }
    if are_all { Ok(()) } else { Err(Reason::damaged("the list of files is cut off")) }
}

/// Looks into the files of one folder.
fn open_folder(
    bytes: &[u8],
    header: &Header,
    number: u16,
    files: &[&File],
    archive: &mut Archive,
    inside: &mut Inside<'_, '_>,
) {
    let unopened = |files: &[&File], reason: &Reason, inside: &mut Inside<'_, '_>| {
        for file in files {
            inside.unopened(&file.name, "cab", Some(file.size.into()), reason.clone());
        }
    };
    let way = match header.folder(bytes, number) {
        Ok(folder) => folder,
        Err(reason) => return unopened(files, &reason, inside),
    };
    let mut folder = Folder::of(way.clone());
    let mut rewinds = 0;
    for (place, file) in files.iter().enumerate() {
        if inside.is_full() {
            return;
        }
        archive.check_name(inside, &file.name.replace('\\', "/"));
        if u64::from(file.offset) < folder.at() {
            rewinds += 1;
            if rewinds > MAX_REWINDS {
                let left = files.get(place..).unwrap_or_default();
                return unopened(left, &Reason::limit(Limit::Reader, MAX_REWINDS as u64), inside);
            }
            folder = Folder::of(way.clone());
        }
        let skipped = u64::from(file.offset) - folder.at();
        if skipped > 0 {
            let taken = folder.taken_counter();
            let between = inside.read((&mut folder).take(skipped), || taken.get());
            if rewinds == 0 {
                tell_hidden(&between, archive, inside);
            }
        }
        let taken = folder.taken_counter();
        let mut unpacked = inside.read((&mut folder).take(file.size.into()), || taken.get());
        if (unpacked.bytes().len() as u64) < u64::from(file.size) {
            unpacked = unpacked.cut_short(Reason::incomplete("the end of its content"));
        }
        let limit = unpacked.cut().filter(|cut| matches!(cut, Reason::Limit { .. })).cloned();
        archive.check_same_name(inside, &file.name, crate::bytes::crc32(unpacked.bytes()).into());
        inside.child(&file.name, "cab", &unpacked);
        if let Some(reason) = limit {
            return unopened(files.get(place + 1..).unwrap_or_default(), &reason, inside);
        }
    }
    if rewinds == 0 {
        let taken = folder.taken_counter();
        let rest = inside.read(&mut folder, || taken.get());
        tell_hidden(&rest, archive, inside);
    }
}

/// Looks at what is packed in a folder and belongs to no file.
fn tell_hidden(data: &Unpacked<'_>, archive: &mut Archive, inside: &mut Inside<'_, '_>) {
    if data.bytes().iter().any(|byte| *byte != 0) {
        archive.tell(inside, &HIDDEN_DATA, Location::Whole, &format!("{} bytes in no file", data.bytes().len()));
        inside.piece("between files", "cab", data);
    } else if let Some(reason) = data.cut() {
        inside.reason(reason.clone());
    }
}

impl Header {
    fn of(bytes: &[u8]) -> Option<Self> {
        let flags = u16_le(bytes, 30)?;
        let mut at = HEADER_BYTES;
        let (mut folder_reserve, mut block_reserve) = (0, 0);
        if flags & HAS_RESERVE != 0 {
            folder_reserve = u8_at(bytes, 38)?.into();
            block_reserve = u8_at(bytes, 39)?.into();
            at += 4 + usize::from(u16_le(bytes, 36)?);
        }
        let names = [HAS_PREVIOUS, HAS_NEXT].into_iter().filter(|flag| flags & flag != 0).count() * 2;
        for _ in 0..names {
            at = find_in(bytes, b"\0", at..bytes.len())? + 1;
        }
        Some(Self {
            bytes: size(u32_le(bytes, 8)?.into()),
            files_at: size(u32_le(bytes, 16)?.into()),
            folders: u16_le(bytes, 26)?,
            files: u16_le(bytes, 28)?,
            flags,
            folder_reserve,
            block_reserve,
            folders_at: at,
        })
    }

    /// The files, and whether the list is whole.
    fn list(&self, bytes: &[u8]) -> (Vec<File>, bool) {
        let mut files = Vec::new();
        let mut at = self.files_at;
        for _ in 0..self.files {
            let Some((file, next)) = File::at(bytes, at) else { return (files, false) };
            files.push(file);
            at = next;
        }
        (files, true)
    }

    /// The blocks of a folder, and how they are packed.
    fn folder<'c>(&self, bytes: &'c [u8], number: u16) -> Result<Blocks<'c>, Reason> {
        let at = self.folders_at + usize::from(number) * (8 + self.folder_reserve);
        let fields = piece(bytes, at, 8).ok_or_else(|| Reason::damaged("the list of folders is cut off"))?;
        let start = u32_le(fields, 0).unwrap_or_default();
        let way = Way::of(u16_le(fields, 6).unwrap_or_default())?;
        let bytes = bytes.get(size(start.into())..).unwrap_or_default();
        Ok(Blocks { bytes, left: u16_le(fields, 4).unwrap_or_default(), reserve: self.block_reserve, way })
    }
}

impl File {
    /// The file listed at `at`, and where the next one is.
    fn at(bytes: &[u8], at: usize) -> Option<(Self, usize)> {
        let fields = piece(bytes, at, 16)?;
        let end = find_in(bytes, b"\0", at + 16..bytes.len())?;
        let raw = bytes.get(at + 16..end)?;
        let name = if u16_le(fields, 14)? & NAME_IS_UTF_8 != 0 {
            String::from_utf8_lossy(raw).into_owned()
        } else {
            code_page::name(raw)
        };
        Some((Self { name, size: u32_le(fields, 0)?, offset: u32_le(fields, 4)?, folder: u16_le(fields, 8)? }, end + 1))
    }
}
