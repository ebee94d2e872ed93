//! What an OLE2 compound file is more narrowly, by the names of the streams in its root.

use super::FileType;
use crate::bytes::{array, u16_le, u32_le};

/// The most entries of the directory that are read.
const MAX_ENTRIES: usize = 4_096;

/// The length of an entry of the directory.
const ENTRY: usize = 128;

/// No other entry, and no other sector.
const NONE: u32 = 0xffff_ffff;

/// The first number that is not that of a sector.
const FIRST_SPECIAL: u32 = 0xffff_fff0;

/// Class of the root of packages of Windows Installer: `{000C1084-0000-0000-C000-000000000046}`, and of patches and transforms.
const INSTALLER: [u8; 15] = [0x10, 0x0c, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];

/// Class of the root of Project: `{74B78F3A-C8C8-11D1-BE11-00C04FB6FAF1}`.
const PROJECT: [u8; 16] = [0x3a, 0x8f, 0xb7, 0x74, 0xc8, 0xc8, 0xd1, 0x11, 0xbe, 0x11, 0, 0xc0, 0x4f, 0xb6, 0xfa, 0xf1];

/// What the name of a stream in the root says.
const NAMES: &[(&str, FileType)] = &[
    ("EncryptedPackage", FileType::EncryptedOffice),
    ("WordDocument", FileType::Doc),
    ("Workbook", FileType::Xls),
    ("Book", FileType::Xls),
    ("PowerPoint Document", FileType::Ppt),
    ("PP40", FileType::Ppt),
    ("VisioDocument", FileType::Vsd),
    ("Quill", FileType::Pub),
    ("__properties_version1.0", FileType::Msg),
    ("HwpSummaryInformation", FileType::Hwp),
    ("\u{5}HwpSummaryInformation", FileType::Hwp),
];

/// Adds what the file is: every narrower type that it is at once, or OLE2.
pub(super) fn narrow(bytes: &[u8], types: &mut Vec<FileType>) {
    let before = types.len();
    let entries = directory(bytes);
    let at_root = root_children(&entries);
    let all: Vec<usize> = (0..entries.len()).collect();
    // A damaged tree of names still has names.
    let tried = [at_root, all];
    for places in &tried {
        for entry in places.iter().filter_map(|place| entries.get(*place)) {
            if let Some((_, own)) = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(&entry.name)) {
                types.push(*own);
            } else if entry.name.starts_with('\u{4840}') {
                types.push(FileType::Msi);
            }
        }
        if types.len() > before {
            break;
        }
    }
    if let Some(root) = entries.first() {
        if root.class.get(1..) == Some(&INSTALLER[..]) {
            types.push(FileType::Msi);
        } else if root.class == PROJECT {
            types.push(FileType::Mpp);
        }
    }
    if types.len() == before {
        types.push(FileType::Ole2);
    }
}

/// An entry of the directory.
struct Entry {
    name: String,
    class: [u8; 16],
    left: u32,
    right: u32,
    child: u32,
}

/// The entries of the directory, sector by sector as the table says, or one after another where it is silent.
fn directory(bytes: &[u8]) -> Vec<Entry> {
    let shift = u16_le(bytes, 30).filter(|shift| (7..=16).contains(shift)).unwrap_or(9);
    let size = 1usize << shift;
    let mut sector = u32_le(bytes, 48).unwrap_or(0);
    let mut entries = Vec::new();
    while entries.len() < MAX_ENTRIES && sector < FIRST_SPECIAL {
        let Some(begin) = place_of(sector, size) else { break };
        let Some(held) = bytes.get(begin..) else { break };
        let before = entries.len();
        for at in (0..size).step_by(ENTRY) {
            let Some(raw) = held.get(at..at + ENTRY) else { break };
            entries.push(entry(raw));
        }
        if entries.len() == before {
            break;
        }
        sector = next(bytes, sector, size);
    }
    entries
}

/// Where a sector begins: the header takes the place of one.
fn place_of(sector: u32, size: usize) -> Option<usize> {
    usize::try_from(sector).ok()?.checked_add(1)?.checked_mul(size)
}

/// The sector behind `sector`, through the first 109 sectors of the table; the next one where the table has no answer.
fn next(bytes: &[u8], sector: u32, size: usize) -> u32 {
    let per_sector = u32::try_from(size / 4).unwrap_or(u32::MAX);
    let known = usize::try_from(sector / per_sector)
        .ok()
        .filter(|table| *table < 109)
        .and_then(|table| u32_le(bytes, 76 + table * 4))
        .and_then(|table| place_of(table, size))
        .and_then(|begin| begin.checked_add(usize::try_from(sector % per_sector).ok()?.checked_mul(4)?))
        .and_then(|at| u32_le(bytes, at));
    known.unwrap_or(sector.saturating_add(1))
}

fn entry(raw: &[u8]) -> Entry {
    let length = u16_le(raw, 64).map_or(0, usize::from).min(64) / 2;
    let (units, _) = raw.get(..64).unwrap_or_default().as_chunks::<2>();
    let units = units.iter().take(length).map(|unit| u16::from_le_bytes(*unit)).take_while(|unit| *unit != 0);
    Entry {
        name: char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect(),
        class: array(raw, 80).unwrap_or_default(),
        left: u32_le(raw, 68).unwrap_or(NONE),
        right: u32_le(raw, 72).unwrap_or(NONE),
        child: u32_le(raw, 76).unwrap_or(NONE),
    }
}

/// The places of the entries that lie in the root itself.
fn root_children(entries: &[Entry]) -> Vec<usize> {
    let mut seen = vec![false; entries.len()];
    let mut found = Vec::new();
    let mut open: Vec<u32> = entries.first().map(|root| root.child).into_iter().collect();
    while let Some(number) = open.pop() {
        let Ok(place) = usize::try_from(number) else { continue };
        let (Some(entry), Some(seen)) = (entries.get(place), seen.get_mut(place)) else { continue };
        if std::mem::replace(seen, true) {
            continue;
        }
        found.push(place);
        open.extend([entry.left, entry.right]);
    }
    found.sort_unstable();
    found
}
