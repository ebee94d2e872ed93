//! FAT12, FAT16 and FAT32: files with their long names. What was deleted is not followed.

mod names;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use self::names::{Entry, LongName};
use super::archive::Archive;
use super::extents::{Extent, content};
use crate::bytes::{array, size, stands, u8_at, u16_le, u32_le};
use crate::kinds::archives::HIDDEN_FILE;
use crate::walk::{Inside, Part};
use crate::{Limit, Location, Reason};

/// From how many clusters on numbers of clusters have 16 bits, and 32.
const CLUSTERS_OF_16: usize = 4085;
const CLUSTERS_OF_32: usize = 65_525;
/// How many entries of directories are read.
const MAX_ENTRIES: usize = 200_000;
/// How many links from cluster to cluster are followed.
const MAX_LINKS: usize = 4_000_000;
/// The length of an entry of a directory.
const ENTRY_BYTES: usize = 32;
/// Folders that Windows itself hides.
const SYSTEM_FOLDERS: [&str; 2] = ["System Volume Information/", "$RECYCLE.BIN/"];

/// Opens a file system.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    for (mark, name) in [(&b"NTFS    "[..], "ntfs"), (b"EXFAT   ", "exfat")] {
        if stands(part.bytes, 3, mark) {
            return Err(Reason::unsupported(name));
        }
    }
    let mut disk = Disk::of(part.bytes).ok_or_else(|| Reason::damaged("fat: the first sector does not fit"))?;
    let mut waiting = vec![(disk.root, String::new())];
    let mut directories = BTreeSet::new();
    while let Some((directory, path)) = waiting.pop() {
        if !directories.insert(directory) {
            continue;
        }
        let mut folders = Vec::new();
        for entry in disk.entries(directory, inside) {
            if inside.is_full() {
                return Ok(());
            }
            let name = if path.is_empty() { entry.name.clone() } else { format!("{path}/{}", entry.name) };
            if entry.is_directory {
                folders.push((Directory::At(entry.cluster), name));
            } else {
                disk.file(&entry, &name, inside);
            }
        }
        // What was put in last comes out first.
        waiting.extend(folders.into_iter().rev());
    }
    if disk.links > MAX_LINKS {
        inside.reason(Reason::limit(Limit::Reader, MAX_LINKS as u64));
    }
    Ok(())
}

/// Where a directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Directory {
    /// In front of the clusters.
    Root,
    /// From this cluster on.
    At(u32),
}

/// How many bits the number of a cluster has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    Twelve,
    Sixteen,
    ThirtyTwo,
}

/// A file system.
struct Disk<'i> {
    bytes: &'i [u8],
    width: Width,
    cluster_bytes: usize,
    clusters: usize,
    /// Where the table of clusters, the root and the first cluster begin.
    table_at: usize,
    root_at: usize,
    clusters_at: usize,
    root: Directory,
    archive: Archive,
    entries: usize,
    links: usize,
}

impl<'i> Disk<'i> {
    /// Reads the first sector.
    fn of(bytes: &'i [u8]) -> Option<Self> {
        let sector_bytes = usize::from(u16_le(bytes, 11)?);
        let cluster_bytes = sector_bytes * usize::from(u8_at(bytes, 13)?);
        if !sector_bytes.is_power_of_two() || sector_bytes < 128 || cluster_bytes == 0 {
            return None;
        }
        let wide_or = |narrow: usize, wide: usize| match u16_le(bytes, narrow) {
            Some(0) => u32_le(bytes, wide).map(|number| size(number.into())),
            number => number.map(usize::from),
        };
        let sectors = wide_or(19, 32)?;
        let table_bytes = wide_or(22, 36)?.checked_mul(sector_bytes)?;
        let table_at = usize::from(u16_le(bytes, 14)?) * sector_bytes;
        let root_at = table_at.checked_add(table_bytes.checked_mul(u8_at(bytes, 16)?.into())?)?;
        let root_bytes = (usize::from(u16_le(bytes, 17)?) * ENTRY_BYTES).next_multiple_of(sector_bytes);
        let clusters_at = root_at.checked_add(root_bytes)?;
        let clusters = sectors.checked_mul(sector_bytes)?.checked_sub(clusters_at)? / cluster_bytes;
        let width = match clusters {
            0..CLUSTERS_OF_16 => Width::Twelve,
            CLUSTERS_OF_16..CLUSTERS_OF_32 => Width::Sixteen,
            _ => Width::ThirtyTwo,
        };
        let root = if root_bytes == 0 { Directory::At(u32_le(bytes, 44)?) } else { Directory::Root };
        let archive = Archive::default();
        let (entries, links) = (0, 0);
        let width = if root_bytes == 0 { Width::ThirtyTwo } else { width };
        Some(Self {
            bytes,
            width,
            cluster_bytes,
            clusters,
            table_at,
            root_at,
            clusters_at,
            root,
            archive,
            entries,
            links,
        })
    }

    /// The cluster that follows `cluster` in its file.
    fn next(&mut self, cluster: u32) -> Option<u32> {
        self.links += 1;
        let number = size(cluster.into());
        if self.links > MAX_LINKS || number >= self.clusters.saturating_add(2) {
            return None;
        }
        let next = match self.width {
            Width::Twelve => {
                let pair = u16_le(self.bytes, self.table_at.checked_add(number + number / 2)?)?;
                u32::from(if number % 2 == 1 { pair >> 4 } else { pair & 0x0fff })
            }
            Width::Sixteen => u16_le(self.bytes, self.table_at.checked_add(number * 2)?)?.into(),
            Width::ThirtyTwo => u32_le(self.bytes, self.table_at.checked_add(number * 4)?)? & 0x0fff_ffff,
        };
        let beyond = size(next.into()) >= self.clusters.saturating_add(2);
        (next >= 2 && !beyond).then_some(next)
    }

    /// Where the clusters from `first` on lie, at most `most` bytes of them.
    fn extents(&mut self, first: u32, most: u64) -> Vec<Extent> {
        let mut extents: Vec<Extent> = Vec::new();
        let mut length = 0;
        let mut steps = 0;
        let mut cluster = Some(first).filter(|first| *first >= 2);
        while let Some(number) = cluster.filter(|_| length < most && steps <= self.clusters) {
            let at = self
                .clusters_at
                .saturating_add(size(number.into()).saturating_sub(2).saturating_mul(self.cluster_bytes));
            match extents.last_mut() {
                Some(last) if last.at.map(|start| start + last.bytes) == Some(at as u64) => {
                    last.bytes += self.cluster_bytes as u64;
                }
                _ => extents.push(Extent { at: Some(at as u64), bytes: self.cluster_bytes as u64 }),
            }
            length += self.cluster_bytes as u64;
            steps += 1;
            cluster = self.next(number);
        }
        extents
    }

    /// The entries of a directory.
    fn entries(&mut self, directory: Directory, inside: &mut Inside<'_, '_>) -> Vec<Entry> {
        let extents = match directory {
            Directory::Root => {
                vec![Extent { at: Some(self.root_at as u64), bytes: (self.clusters_at - self.root_at) as u64 }]
            }
            Directory::At(cluster) => self.extents(cluster, u64::MAX),
        };
        let mut entries = Vec::new();
        let mut long = LongName::default();
        for extent in extents {
            let start = size(extent.at.unwrap_or(u64::MAX));
            for offset in (0..size(extent.bytes)).step_by(ENTRY_BYTES) {
                let raw = start.checked_add(offset).and_then(|at| array::<ENTRY_BYTES>(self.bytes, at));
                let Some(raw) = raw else {
                    inside.reason(Reason::incomplete("fat: the end of a directory"));
                    return entries;
                };
                if raw[0] == 0 {
                    return entries;
                }
                self.entries += 1;
                if self.entries > MAX_ENTRIES {
                    inside.reason(Reason::limit(Limit::Reader, MAX_ENTRIES as u64));
                    return entries;
                }
                entries.extend(Entry::of(&raw, &mut long));
            }
        }
        entries
    }

    /// Looks into a file.
    fn file(&mut self, entry: &Entry, name: &str, inside: &mut Inside<'_, '_>) {
        self.archive.check_name(inside, name);
        if entry.is_hidden && !SYSTEM_FOLDERS.iter().any(|folder| name.starts_with(folder)) {
            self.archive.tell(inside, &HIDDEN_FILE, Location::Field(name.to_owned()), name);
        }
        let extents = self.extents(entry.cluster, entry.size);
        let unpacked = content(self.bytes, &extents, entry.size, inside);
        inside.child(name, "fat", &unpacked);
    }
}
