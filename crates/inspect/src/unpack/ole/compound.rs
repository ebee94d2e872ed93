//! The compound file of OLE2 ([MS-CFB]): storages and streams in sectors that are chained through tables.
//!
//! What Office opens, this must open too, and what hides from Office must be found: every entry of the directory is
//! listed, also one that no storage leads to, chains may be cut or run in circles, and what is wrong is told.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::letters::utf16_to_nul;
use crate::bytes::{array, at_most, u8_at, u16_le, u32_le, u64_le};
use crate::{Limit, Reason};

/// The bytes that begin every compound file.
const MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// The size of one entry of the directory.
const ENTRY_BYTES: usize = 128;
/// How many sectors of the table the head names by itself.
const HEADER_TABLE_SECTORS: usize = 109;
/// Numbers from here on are no sectors but marks.
const FIRST_MARK: u32 = 0xFFFF_FFFA;
/// The end of a chain.
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
/// No entry of the directory.
const NO_ENTRY: u32 = 0xFFFF_FFFF;
/// The size of small sectors and the size below which a stream lies in them: both are fixed by the format.
const SMALL_SHIFT: u32 = 6;
const SMALL_CUTOFF: u64 = 4096;
/// How many entries of a directory are read.
pub(super) const MAX_ENTRIES: usize = 65_536;
/// How much is read of the streams of a file, for each of its bytes and besides: several streams may claim the same sectors,
/// and a stream is read by who looks for something in it and again when it is handed on.
const READ_FOR_EACH_BYTE: u64 = 8;
const READ_FREELY: u64 = 64 * 1024 * 1024;
/// How many letters the path of an entry may have: storages within storages repeat the path of what they lie in.
const MAX_PATH_LETTERS: usize = 1024;

/// What an entry of the directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    /// Holds other entries.
    Storage,
    /// Holds bytes.
    Stream,
}

/// One entry of the directory.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The names from the root on, with `/` between them.
    pub(super) path: String,
    /// Its own name.
    pub(super) name: String,
    /// What it is.
    pub(super) kind: EntryKind,
    /// The class of objects that a storage belongs to, as it stands in the file.
    pub(super) class: [u8; 16],
    /// Whether no storage leads to it.
    pub(super) orphan: bool,
    start: u32,
    size: u64,
}

impl Entry {
    /// The path of the storage that it lies in; empty for the root.
    pub(super) fn storage(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(storage, _)| storage)
    }

    /// How many bytes it says it has.
    pub(super) fn size(&self) -> u64 {
        self.size
    }
}

/// A compound file.
pub(super) struct Compound<'b> {
    bytes: &'b [u8],
    sector_shift: u32,
    table: Vec<u32>,
    small_table: Vec<u32>,
    small: Vec<u8>,
    /// The class of the root.
    pub(super) class: [u8; 16],
    /// Everything in it, in the order of the directory.
    pub(super) entries: Vec<Entry>,
    /// What is wrong with it as a whole.
    pub(super) reasons: Vec<Reason>,
    /// The places of the entries by their paths in lower case.
    by_path: BTreeMap<String, usize>,
    /// How much may still be read of its streams.
    left: Cell<u64>,
}

/// The bytes of a stream, and why they are not all there are.
pub(super) struct Content<'b> {
    /// As far as they could be read.
    pub(super) bytes: Cow<'b, [u8]>,
    /// Why there are no more.
    pub(super) cut: Option<Reason>,
}

/// An entry as it stands in the directory.
struct Raw {
    name: String,
    /// 1 is a storage, 2 a stream, 5 the root.
    kind: u8,
    left: u32,
    right: u32,
    child: u32,
    class: [u8; 16],
    start: u32,
    size: u64,
}

impl<'b> Compound<'b> {
    /// Reads the tables and the directory.
    pub(super) fn read(bytes: &'b [u8]) -> Result<Self, Reason> {
        if !bytes.starts_with(MAGIC) {
            return Err(Reason::damaged("no head of a compound file"));
        }
        let mut reasons = Vec::new();
        let shift = u16_le(bytes, 30).map_or(0, u32::from);
        let sector_shift = match shift {
            9 | 12 => shift,
            _ => {
                reasons.push(Reason::damaged(format!("sectors of 2^{shift} bytes")));
                if u16_le(bytes, 26) == Some(4) { 12 } else { 9 }
            }
        };
        let mut compound = Self {
            bytes,
            sector_shift,
            table: Vec::new(),
            small_table: Vec::new(),
            small: Vec::new(),
            class: [0; 16],
            entries: Vec::new(),
            reasons,
            by_path: BTreeMap::new(),
            left: Cell::new(READ_FOR_EACH_BYTE.saturating_mul(bytes.len() as u64).saturating_add(READ_FREELY)),
        };
        compound.read_table();
        compound.read_directory()?;
        Ok(compound)
    }

    fn sector_bytes(&self) -> usize {
        1 << self.sector_shift
    }

    /// How many sectors the file has room for, the last one may be cut.
    fn sectors(&self) -> usize {
        self.bytes.len() / self.sector_bytes() + 1
    }

    /// Where a sector begins.
    fn place(&self, sector: u32) -> Option<usize> {
        let place = (u64::from(sector) + 1) << self.sector_shift;
        usize::try_from(place).ok().filter(|place| *place < self.bytes.len())
    }

    /// The bytes of a sector: fewer at the end of a cut file.
    fn sector(&self, sector: u32) -> Option<&'b [u8]> {
        self.place(sector).map(|place| at_most(self.bytes, place, self.sector_bytes()))
    }

    fn damaged(&mut self, what: &str) {
        let reason = Reason::damaged(what);
        if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }

    /// Reads the table of chains: its sectors are named in the head, further ones in sectors of their own.
    fn read_table(&mut self) {
        let mut sectors: Vec<u32> =
            (0..HEADER_TABLE_SECTORS).filter_map(|slot| u32_le(self.bytes, 76 + 4 * slot)).collect();
        let mut next = u32_le(self.bytes, 68).unwrap_or(END_OF_CHAIN);
        let mut seen = BTreeSet::new();
        let slots = self.sector_bytes() / 4 - 1;
        while next < FIRST_MARK {
            let (Some(sector), true) = (self.sector(next), seen.insert(next)) else {
                self.damaged("the list of its tables is cut or runs in a circle");
                break;
            };
            sectors.extend((0..slots).filter_map(|slot| u32_le(sector, 4 * slot)));
            next = u32_le(sector, 4 * slots).unwrap_or(END_OF_CHAIN);
        }
        for sector in sectors.into_iter().filter(|sector| *sector < FIRST_MARK) {
            if self.table.len() >= self.sectors() {
                break;
            }
            let bytes = self.sector(sector).unwrap_or_default();
            if bytes.len() < self.sector_bytes() {
                self.damaged("a table of its sectors is missing or cut");
            }
            self.table.extend((0..=slots).map(|slot| u32_le(bytes, 4 * slot).unwrap_or(NO_ENTRY)));
        }
    }

    /// At most `most` sectors of a chain, and why it does not end as it should. A chain is never longer than its table.
    fn chain(table: &[u32], start: u32, most: usize) -> (Vec<u32>, Option<&'static str>) {
        let mut sectors = Vec::new();
        let mut next = start;
        while next < FIRST_MARK {
            if sectors.len() >= most {
                return (sectors, None);
            }
            if sectors.len() >= table.len() {
                return (sectors, Some("a chain of sectors runs in a circle"));
            }
            let Some(after) = usize::try_from(next).ok().and_then(|slot| table.get(slot)) else {
                return (sectors, Some("a chain of sectors leads out of the file"));
            };
            sectors.push(next);
            next = *after;
        }
        let fault = (next != END_OF_CHAIN).then_some("a chain of sectors ends in a free one");
        (sectors, fault)
    }

    /// At most `size` bytes of the chain that begins at `start`.
    fn chained(&self, start: u32, size: usize) -> (Cow<'b, [u8]>, Option<&'static str>) {
        let wanted = size.div_ceil(self.sector_bytes());
        let (sectors, fault) = Self::chain(&self.table, start, wanted);
        let in_a_row =
            sectors.windows(2).all(|pair| pair.first().map(|one| one.wrapping_add(1)) == pair.get(1).copied());
        if let (true, Some(place)) = (in_a_row, sectors.first().and_then(|first| self.place(*first))) {
            let length = size.min(sectors.len().saturating_mul(self.sector_bytes()));
            let bytes = at_most(self.bytes, place, length);
            let fault = fault.or((bytes.len() < length).then_some("the file ends within it"));
            return (Cow::Borrowed(bytes), fault);
        }
        let mut bytes = Vec::new();
        for sector in sectors {
            let Some(sector) = self.sector(sector) else { return (Cow::Owned(bytes), Some("the file ends within it")) };
            bytes.extend_from_slice(sector);
        }
        bytes.truncate(size);
        (Cow::Owned(bytes), fault)
    }

    fn read_directory(&mut self) -> Result<(), Reason> {
        let start = u32_le(self.bytes, 48).unwrap_or(END_OF_CHAIN);
        let (directory, fault) = self.chained(start, (MAX_ENTRIES + 1) * ENTRY_BYTES);
        if let Some(fault) = fault {
            self.damaged(fault);
        }
        let mut raw: Vec<Raw> =
            directory.chunks_exact(ENTRY_BYTES).map(|entry| read_entry(entry, self.sector_shift)).collect();
        if raw.len() > MAX_ENTRIES {
            raw.truncate(MAX_ENTRIES);
            self.reasons.push(Reason::limit(Limit::Reader, MAX_ENTRIES as u64));
        }
        let Some(root) = raw.first() else { return Err(Reason::damaged("no directory")) };
        if root.kind != 5 {
            self.damaged("the directory does not begin with its root");
        }
        self.class = root.class;
        self.read_small(root.start, root.size);
        self.entries = listed(&raw);
        for (place, entry) in self.entries.iter().enumerate() {
            self.by_path.entry(entry.path.to_lowercase()).or_insert(place);
        }
        Ok(())
    }

    /// Reads what the streams below the cutoff lie in.
    fn read_small(&mut self, start: u32, size: u64) {
        let most = self.bytes.len();
        let table_start = u32_le(self.bytes, 60).unwrap_or(END_OF_CHAIN);
        let (table, _) = self.chained(table_start, most);
        self.small_table = table.chunks_exact(4).filter_map(|slot| u32_le(slot, 0)).collect();
        let size = usize::try_from(size).unwrap_or(usize::MAX).min(most);
        self.small = self.chained(start, size).0.into_owned();
    }

    /// At most `room` bytes of a stream.
    pub(super) fn content(&self, entry: &Entry, room: u64) -> Content<'b> {
        let most = usize::try_from(entry.size.min(room).min(self.left.get())).unwrap_or(usize::MAX);
        let (bytes, fault) = if entry.size < SMALL_CUTOFF {
            self.small_chained(entry.start, most)
        } else {
            self.chained(entry.start, most)
        };
        self.left.set(self.left.get().saturating_sub(bytes.len() as u64));
        let missing = bytes.len() < most;
        let cut = fault.filter(|_| missing).or(missing.then_some("it is shorter than the directory says"));
        let spent = self.left.get() == 0 && entry.size.min(room) > most as u64;
        let cut = cut.map(Reason::damaged).or(spent.then(|| Reason::limit(Limit::Reader, READ_FOR_EACH_BYTE)));
        Content { bytes, cut }
    }

    fn small_chained(&self, start: u32, size: usize) -> (Cow<'b, [u8]>, Option<&'static str>) {
        let wanted = size.div_ceil(1 << SMALL_SHIFT);
        let (sectors, fault) = Self::chain(&self.small_table, start, wanted);
        let mut bytes = Vec::with_capacity(size);
        for sector in sectors {
            let place = usize::try_from(u64::from(sector) << SMALL_SHIFT).unwrap_or(usize::MAX);
            bytes.extend_from_slice(at_most(&self.small, place, 1 << SMALL_SHIFT));
        }
        bytes.truncate(size);
        (Cow::Owned(bytes), fault)
    }

    /// The entry whose path is `path`, in whatever case.
    pub(super) fn entry(&self, path: &str) -> Option<&Entry> {
        self.by_path.get(&path.to_lowercase()).and_then(|place| self.entries.get(*place))
    }

    /// The content of the stream whose path is `path`, at most `room` bytes.
    pub(super) fn stream(&self, path: &str, room: u64) -> Option<Content<'b>> {
        self.entry(path).filter(|entry| entry.kind == EntryKind::Stream).map(|entry| self.content(entry, room))
    }
}

fn read_entry(entry: &[u8], sector_shift: u32) -> Raw {
    let length = u16_le(entry, 64).map_or(0, usize::from);
    let name = if (2..=64).contains(&length) { at_most(entry, 0, length) } else { at_most(entry, 0, 64) };
    let size = u64_le(entry, 120).unwrap_or(0);
    Raw {
        name: utf16_to_nul(name),
        kind: u8_at(entry, 66).unwrap_or(0),
        left: u32_le(entry, 68).unwrap_or(NO_ENTRY),
        right: u32_le(entry, 72).unwrap_or(NO_ENTRY),
        child: u32_le(entry, 76).unwrap_or(NO_ENTRY),
        class: array(entry, 80).unwrap_or_default(),
        start: u32_le(entry, 116).unwrap_or(END_OF_CHAIN),
        // The older version leaves the upper half undefined.
        size: if sector_shift == 9 { size & 0xFFFF_FFFF } else { size },
    }
}

/// Every entry with its path: first those that the root leads to, then those that nothing leads to.
fn listed(raw: &[Raw]) -> Vec<Entry> {
    let mut paths: Vec<Option<(String, bool)>> = vec![None; raw.len()];
    let Some(root) = raw.first() else { return Vec::new() };
    if let Some(path) = paths.first_mut() {
        *path = Some((String::new(), false));
    }
    spread(raw, &mut paths, root.child, "", false);
    // A storage first, so that what lies in it is told with its path.
    for wanted in [1, 2] {
        for (number, entry) in raw.iter().enumerate().filter(|(_, entry)| entry.kind == wanted) {
            if paths.get(number).is_some_and(Option::is_some) {
                continue;
            }
            if let Some(path) = paths.get_mut(number) {
                *path = Some((entry.name.clone(), true));
            }
            spread(raw, &mut paths, entry.child, &entry.name, true);
        }
    }
    let entries = raw.iter().zip(paths).skip(1).filter_map(|(entry, path)| {
        let (path, orphan) = path?;
        let kind = match entry.kind {
            1 => EntryKind::Storage,
            2 => EntryKind::Stream,
            _ => return None,
        };
        Some(Entry {
            path,
            name: entry.name.clone(),
            kind,
            class: entry.class,
            orphan,
            start: entry.start,
            size: if kind == EntryKind::Stream { entry.size } else { 0 },
        })
    });
    entries.collect()
}

/// Gives a path to everything that the tree under `child` leads to; each entry gets one only.
fn spread(raw: &[Raw], paths: &mut [Option<(String, bool)>], child: u32, within: &str, orphan: bool) {
    let mut open = vec![(child, within.to_owned())];
    while let Some((number, within)) = open.pop() {
        let Ok(slot) = usize::try_from(number) else { continue };
        let (Some(entry), Some(path)) = (raw.get(slot), paths.get_mut(slot)) else { continue };
        if path.is_some() || entry.kind == 0 {
            continue;
        }
        let own = if within.is_empty() { entry.name.clone() } else { format!("{within}/{}", entry.name) };
        // A chain of storages, each in the one before, would repeat its beginning for every one of them.
        let own = if own.len() > MAX_PATH_LETTERS { format!("…/{}", entry.name) } else { own };
        *path = Some((own.clone(), orphan));
        open.push((entry.left, within.clone()));
        open.push((entry.right, within));
        if entry.kind == 1 {
            open.push((entry.child, own));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::writer::Written;
    use super::*;

    /// The numbers of a file of tests: where its table and its directory begin.
    fn places(file: &[u8]) -> (usize, usize) {
        let place = |offset: usize| usize::try_from((u32_le(file, offset).unwrap() + 1) * 512).unwrap();
        (place(76), place(48))
    }

    fn read(file: &[u8]) -> (Vec<(String, bool)>, Vec<Reason>) {
        let compound = Compound::read(file).unwrap();
        (compound.entries.iter().map(|entry| (entry.path.clone(), entry.orphan)).collect(), compound.reasons.clone())
    }

    #[test]
    fn what_no_storage_leads_to_is_found() {
        let mut file = Written::new().stream("A/One", "1").stream("A/B/Two", "2").bytes();
        let (_, directory) = places(&file);
        // The root loses its child.
        file[directory + 76..directory + 80].fill(0xFF);
        let (paths, reasons) = read(&file);
        let orphans = [("A", true), ("A/One", true), ("A/B", true), ("A/B/Two", true)];
        assert_eq!(paths, orphans.map(|(path, orphan)| (path.to_owned(), orphan)));
        assert_eq!(reasons, []);
        let compound = Compound::read(&file).unwrap();
        assert_eq!(compound.stream("a/b/TWO", 10).unwrap().bytes.as_ref(), b"2");
    }

    #[test]
    fn a_tree_that_runs_in_a_circle_ends() {
        let mut file = Written::new().stream("One", "1").stream("Two", "2").bytes();
        let (_, directory) = places(&file);
        for entry in 1..3 {
            file[directory + entry * 128 + 68..directory + entry * 128 + 72].copy_from_slice(&1_u32.to_le_bytes());
        }
        assert_eq!(read(&file).0.len(), 2);
    }

    #[test]
    fn chains_in_circles_and_out_of_the_file_are_told() {
        let long = vec![7; 5000];
        let whole = Written::new().stream("Long", &long).bytes();
        let (table, _) = places(&whole);
        for (next, said) in [
            (0_u32, None),
            (9999, Some("a chain of sectors leads out of the file")),
            (NO_ENTRY, Some("a chain of sectors ends in a free one")),
        ] {
            let mut file = whole.clone();
            file[table + 4..table + 8].copy_from_slice(&next.to_le_bytes());
            let compound = Compound::read(&file).unwrap();
            let content = compound.stream("Long", 1 << 20).unwrap();
            // In a circle there are as many bytes as the directory says: Office reads them so too.
            assert_eq!(content.cut, said.map(Reason::damaged), "{next}");
        }
        let (sectors, fault) = Compound::chain(&[1, 0], 0, 100);
        assert_eq!((sectors.len(), fault), (2, Some("a chain of sectors runs in a circle")));
    }

    #[test]
    fn the_newer_version_has_larger_sectors() {
        let small = Written::new().stream("One", "xin chao").bytes();
        let mut file = small[..512].to_vec();
        file[26..28].copy_from_slice(&4_u16.to_le_bytes());
        file[30..32].copy_from_slice(&12_u16.to_le_bytes());
        file.resize(4096, 0);
        for sector in small[512..].chunks(512) {
            // The table has room for more sectors, none of which is there.
            let filling = if u32_le(sector, 0) == Some(END_OF_CHAIN) { 0xFF } else { 0 };
            let mut larger = sector.to_vec();
            larger.resize(4096, filling);
            file.extend(larger);
        }
        let compound = Compound::read(&file).unwrap();
        assert_eq!(compound.stream("One", 100).unwrap().bytes.as_ref(), b"xin chao");
    }

    #[test]
    fn streams_that_claim_the_same_sectors_are_read_so_often_only() {
        let file = Written::new().stream("Long", vec![7; 100_000]).bytes();
        let compound = Compound::read(&file).unwrap();
        let entry = compound.entry("Long").unwrap();
        let all = READ_FREELY + READ_FOR_EACH_BYTE * file.len() as u64;
        for _ in 0..all / 100_000 {
            assert_eq!(compound.content(entry, u64::MAX).cut, None);
        }
        assert_eq!(compound.content(entry, u64::MAX).cut, Some(Reason::limit(Limit::Reader, READ_FOR_EACH_BYTE)));
    }

    #[test]
    fn more_entries_than_are_read_are_told() {
        let entry = |name: &str| {
            let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            entry.resize(64, 0);
            entry.extend([4, 0, 2, 1]);
            entry.resize(80, 0xFF);
            entry.resize(128, 0);
            entry
        };
        for (count, reasons) in [(MAX_ENTRIES, 0), (MAX_ENTRIES + 1, 1)] {
            let raw: Vec<u8> = (0..count).flat_map(|_| entry("a")).collect();
            // The directory as a stream of the table alone: all sectors in a row.
            let sectors = raw.len().div_ceil(512);
            let mut compound = Compound {
                bytes: &[],
                sector_shift: 9,
                table: (1..sectors).map(|next| u32::try_from(next).unwrap()).chain([END_OF_CHAIN]).collect(),
                small_table: Vec::new(),
                small: Vec::new(),
                class: [0; 16],
                entries: Vec::new(),
                reasons: Vec::new(),
                by_path: BTreeMap::new(),
                left: Cell::new(0),
            };
            let mut file = vec![0; 512];
            file.extend(&raw);
            file.resize(512 * (sectors + 2), 0);
            file[60..64].copy_from_slice(&END_OF_CHAIN.to_le_bytes());
            compound.bytes = &file;
            compound.read_directory().unwrap();
            let limits = compound.reasons.iter().filter(|reason| matches!(reason, Reason::Limit { .. })).count();
            assert_eq!(limits, reasons);
        }
    }
}
