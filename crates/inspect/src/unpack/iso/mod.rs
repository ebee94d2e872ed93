//! ISO 9660 with Joliet and Rock Ridge names, all sessions of it, and the image that starts a computer.
//!
//! An image may list the same files several times: for Windows (UDF, Joliet), for Unix (Rock Ridge), for everybody else.
//! Each content is looked at once, under the name that Windows shows.

mod directory;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use self::directory::{Names, Record};
use super::archive::Archive;
use super::extents::{Extent, content};
use super::udf;
use crate::bytes::{piece, size, stands, u8_at, u16_le, u32_le};
use crate::kinds::archives::{BOOT_IMAGE, HIDDEN_FILE};
use crate::walk::{Inside, Part};
use crate::{Limit, Location, Reason};

/// The size of a sector, in bytes.
pub(super) const SECTOR_BYTES: usize = 2048;
/// What a volume descriptor has behind its type.
const MARK: &[u8] = b"CD001";
/// How many volume descriptors are followed.
const MAX_VOLUMES: usize = 32;
/// How many records of directories are read.
const MAX_RECORDS: usize = 100_000;
/// The sizes of the diskettes that a boot image may stand for, by its type.
const DISKETTES: [usize; 3] = [1_228_800, 1_474_560, 2_949_120];

/// Opens an image of a disc.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let mut seen = BTreeSet::new();
    let mut archive = Archive::default();
    let has_udf = udf::is_there(part.bytes);
    if has_udf {
        udf::open_tree(part.bytes, &mut archive, &mut seen, inside);
    }
    let mut disc = Disc { bytes: part.bytes, archive, seen, records: 0, boot_catalog: None };
    let volumes = disc.volumes(inside);
    for volume in &volumes {
        disc.open_volume(volume, inside);
    }
    if volumes.is_empty() && !has_udf {
        return Err(Reason::damaged("the image has no volume that can be read"));
    }
    Ok(())
}

/// One tree of files.
struct Volume {
    root: Record,
    names: Names,
    block_bytes: u64,
}

/// The state of opening one image.
struct Disc<'i> {
    bytes: &'i [u8],
    archive: Archive,
    /// The contents that were looked at.
    seen: BTreeSet<(Vec<Extent>, u64)>,
    records: usize,
    /// Where the list of images that start a computer is: it may be a file, too.
    boot_catalog: Option<u64>,
}

impl Disc<'_> {
    /// All volumes, those with the names that Windows shows first.
    fn volumes(&mut self, inside: &mut Inside<'_, '_>) -> Vec<Volume> {
        let mut volumes = Vec::new();
        for at in (0..self.bytes.len()).step_by(SECTOR_BYTES).filter(|at| stands(self.bytes, at + 1, MARK)) {
            match u8_at(self.bytes, at) {
                Some(0) => self.boot_record(at, inside),
                Some(1 | 2) => volumes.extend(self.volume(at)),
                _ => {}
            }
            if volumes.len() > MAX_VOLUMES {
                inside.reason(Reason::limit(Limit::Reader, MAX_VOLUMES as u64));
                volumes.pop();
                break;
            }
        }
        volumes.sort_by_key(|volume| volume.names != Names::Joliet);
        volumes
    }

    /// The volume whose descriptor is at `at`, if its root is there.
    fn volume(&self, at: usize) -> Option<Volume> {
        let descriptor = piece(self.bytes, at, SECTOR_BYTES)?;
        let is_joliet = matches!(descriptor.get(88..91), Some(b"%/@" | b"%/C" | b"%/E"));
        let names = if is_joliet { Names::Joliet } else { Names::Plain };
        let block_bytes = u64::from(u16_le(descriptor, 128)?);
        let root = Record::at(descriptor, 156, names)?;
        // An image within the image has descriptors, too; its root is not where they say.
        let start = size(root.extent.checked_mul(block_bytes)?);
        let own = Record::at(self.bytes, start, names)?;
        (block_bytes > 0 && own.extent == root.extent).then_some(Volume { root, names, block_bytes })
    }

    /// The image that starts a computer (El Torito).
    fn boot_record(&mut self, at: usize, inside: &mut Inside<'_, '_>) {
        if !stands(self.bytes, at + 7, b"EL TORITO SPECIFICATION") {
            return;
        }
        let catalog = u32_le(self.bytes, at + 71).map(|sector| u64::from(sector) * SECTOR_BYTES as u64);
        self.boot_catalog = catalog;
        let entry = catalog.and_then(|at| piece(self.bytes, size(at).checked_add(32)?, 32));
        let Some(entry) = entry else { return };
        let start = u32_le(entry, 8).unwrap_or_default();
        let kind = usize::from(entry.get(1).copied().unwrap_or_default() & 0x0f);
        let plain = usize::from(u16_le(entry, 6).unwrap_or_default()) * 512;
        let length = kind.checked_sub(1).and_then(|kind| DISKETTES.get(kind)).copied().unwrap_or(plain);
        inside.found(&BOOT_IMAGE, Location::Offset(at as u64), format!("boot image at sector {start}"));
        let at = size(start.into()).saturating_mul(SECTOR_BYTES);
        let image = inside.slice(crate::bytes::at_most(self.bytes, at, length));
        inside.piece("boot image", "iso el torito", &image);
    }

    /// Looks into all files of a volume.
    fn open_volume(&mut self, volume: &Volume, inside: &mut Inside<'_, '_>) {
        let mut waiting = vec![(volume.root.clone(), String::new())];
        let mut directories = BTreeSet::new();
        while let Some((directory, path)) = waiting.pop() {
            if !directories.insert(directory.extent) {
                continue;
            }
            let mut folders = Vec::new();
            for (record, extents) in self.entries(volume, &directory, inside) {
                if inside.is_full() {
                    return;
                }
                let name = if path.is_empty() { record.name.clone() } else { format!("{path}/{}", record.name) };
                if record.is_directory() {
                    folders.push((record, name));
                } else {
                    self.file(&record, &extents, &name, inside);
                }
            }
            // What was put in last comes out first.
            waiting.extend(folders.into_iter().rev());
        }
    }

    /// The entries of a directory, each with everywhere its content lies.
    fn entries(
        &mut self,
        volume: &Volume,
        directory: &Record,
        inside: &mut Inside<'_, '_>,
    ) -> Vec<(Record, Vec<Extent>)> {
        let start = size(directory.extent.saturating_mul(volume.block_bytes));
        let end = start.saturating_add(size(directory.size)).min(self.bytes.len());
        let mut entries: Vec<(Record, Vec<Extent>)> = Vec::new();
        let mut goes_on = false;
        let mut at = start;
        while at < end {
            if u8_at(self.bytes, at) == Some(0) {
                at = (at / SECTOR_BYTES + 1) * SECTOR_BYTES;
                continue;
            }
            self.records += 1;
            if self.records > MAX_RECORDS {
                inside.reason(Reason::limit(Limit::Reader, MAX_RECORDS as u64));
                return entries;
            }
            let Some(record) = Record::at(self.bytes, at, volume.names) else {
                inside.reason(Reason::damaged(format!("a directory has no record at {at}")));
                return entries;
            };
            at += record.bytes;
            if record.is_self_or_parent {
                continue;
            }
            let extent = Extent { at: Some(record.extent.saturating_mul(volume.block_bytes)), bytes: record.size };
            match entries.last_mut().filter(|_| goes_on) {
                Some((first, extents)) => {
                    first.size = first.size.saturating_add(record.size);
                    extents.push(extent);
                }
                None => entries.push((record.clone(), vec![extent])),
            }
            goes_on = record.goes_on();
        }
        entries
    }

    /// Looks into a file, unless its content was looked at under another name.
    fn file(&mut self, record: &Record, extents: &[Extent], name: &str, inside: &mut Inside<'_, '_>) {
        self.archive.check_name(inside, name);
        if let Some(target) = &record.link {
            self.archive.check_link(inside, name, target);
            return;
        }
        if !self.seen.insert((extents.to_vec(), record.size)) && record.size > 0 {
            return;
        }
        if record.is_hidden() {
            self.archive.tell(inside, &HIDDEN_FILE, Location::Field(name.to_owned()), name);
        }
        if record.is_interleaved {
            let reason = Reason::unsupported("iso: a file in interleaved pieces");
            inside.unopened(name, "iso", Some(record.size), reason);
            return;
        }
        let unpacked = content(self.bytes, extents, record.size, inside);
        if extents.first().is_some_and(|first| first.at == self.boot_catalog) {
            inside.piece(name, "iso el torito", &unpacked);
        } else {
            inside.child(name, "iso", &unpacked);
        }
    }
}
