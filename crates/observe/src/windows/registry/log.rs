//! The logs of a hive (`.LOG1`, `.LOG2`). Windows writes changes there first, and into the hive when it has time; one that was
//! switched off, or put to sleep by Fast Startup, leaves them there. Here they are applied to the copy in memory, in the two
//! forms that Windows has, as Windows would when it starts: whole entries in their order, or nothing.
//!
//! The forms are those of <https://github.com/msuhanov/regf>.

use super::bytes::{long_at, number_at, size_at};
use super::head::{HEAD_BYTES, Head, SECTOR_BYTES};
use super::hive::MAX_HIVE_BYTES;

/// The largest log that is read. Windows writes a log into its hive long before it has so much.
pub const MAX_LOG_BYTES: u64 = 64 << 20;

/// By which a head says that it is that of a log: of the old form, of the same on older systems, of the new form.
const OLD: [u32; 2] = [1, 2];
const NEW: u32 = 6;

/// What cells come in: a bin of them begins at a multiple of this, and has such a size.
const BIN_BYTES: usize = 4096;

/// A page of the old form.
const PAGE_BYTES: usize = 512;

/// What of an entry of the new form stands before its pages, and what of that its second hash covers.
const ENTRY_HEAD_BYTES: usize = 40;
const HASHED_HEAD_BYTES: usize = 32;

/// The place and the length of one page.
const REFERENCE_BYTES: usize = 8;

/// What Windows hashes entries with.
const SEED: (u32, u32) = (0x7a4e_55c5, 0x82ef_4d88);

/// The cells of a hive after the changes in its logs, or why no log fits. `cells` is what follows the head in the file.
pub(super) fn apply(head: &Head, cells: &[u8], logs: &[Vec<u8>]) -> Result<Vec<u8>, &'static str> {
    let mut why = "no log of it is there";
    let mut chains = Vec::new();
    for log in logs.iter().filter(|log| !log.is_empty()) {
        match look_into(head, cells, log) {
            Ok(Found::Whole(applied)) => return Ok(applied),
            Ok(Found::Entries(entries)) => chains.push(entries),
            Err(reason) => why = reason,
        }
    }
    if chains.is_empty() {
        return Err(why);
    }
    let entries = following(head.second, chains);
    // A hive grows and shrinks; what is cut off in between was never written again but by an entry.
    let largest = entries.iter().map(|entry| entry.size).max();
    let (Some(largest), Some(last)) = (largest, entries.last()) else {
        return Err("no entry of its logs follows its own state");
    };
    let mut applied = resized(cells, largest);
    for (at, page) in entries.iter().flat_map(Entry::pages).flatten() {
        put(&mut applied, at, page)?;
    }
    applied.truncate(last.size);
    whole(applied)
}

/// What one log gives.
enum Found<'log> {
    /// A log of the old form is one change, here applied.
    Whole(Vec<u8>),
    /// Entries of the new form, each following the one before.
    Entries(Vec<Entry<'log>>),
}

fn look_into<'log>(head: &Head, cells: &[u8], log: &'log [u8]) -> Result<Found<'log>, &'static str> {
    let own = Head::parse(log).map_err(|_| "its log has no sound head")?;
    if !own.is_finished() || own.major != head.major {
        return Err("its log was not written to its end");
    }
    match own.kind {
        NEW => Ok(Found::Entries(entries(log, own.first))),
        kind if OLD.contains(&kind) => apply_old(head, &own, cells, log).map(Found::Whole),
        _ => Err("its log is of a kind that is not known"),
    }
}

/// The old form, until Windows 8: a bit for each page of the cells, then the pages whose bits are set.
fn apply_old(head: &Head, own: &Head, cells: &[u8], log: &[u8]) -> Result<Vec<u8>, &'static str> {
    if own.written != head.written {
        return Err("its log is that of another moment");
    }
    let size = size_of_cells(own.size).ok_or("its log is of an impossible size")?;
    let cut_off = "its log ends before its pages do";
    let bitmap_bytes = size / PAGE_BYTES / 8;
    let bitmap = log.get(SECTOR_BYTES..).and_then(|rest| rest.strip_prefix(b"DIRT")).ok_or("its log has no pages")?;
    let bitmap = bitmap.get(..bitmap_bytes).ok_or(cut_off)?;
    let first_page = (SECTOR_BYTES + 4 + bitmap_bytes).next_multiple_of(SECTOR_BYTES);
    let mut pages = log.get(first_page..).ok_or(cut_off)?.chunks_exact(PAGE_BYTES);
    let mut applied = resized(cells, size);
    for (index, byte) in bitmap.iter().enumerate() {
        for bit in (0..8).filter(|bit| byte >> bit & 1 == 1) {
            put(&mut applied, (index * 8 + bit) * PAGE_BYTES, pages.next().ok_or(cut_off)?)?;
        }
    }
    whole(applied)
}

/// One entry of the new form, its hashes right and its pages within the cells.
#[derive(Debug, Clone, Copy)]
struct Entry<'log> {
    sequence: u32,
    /// How many bytes of cells there are after it.
    size: usize,
    count: usize,
    bytes: &'log [u8],
}

impl<'log> Entry<'log> {
    /// The entry at the start of `log`.
    fn parse(log: &'log [u8]) -> Option<Self> {
        if !log.starts_with(b"HvLE") {
            return None;
        }
        let length = size_at(log, 4)?;
        let bytes = log.get(..length).filter(|_| length >= SECTOR_BYTES && length.is_multiple_of(SECTOR_BYTES))?;
        let entry = Self {
            sequence: number_at(bytes, 12)?,
            size: size_of_cells(number_at(bytes, 16)?)?,
            count: size_at(bytes, 20).filter(|count| *count > 0)?,
            bytes,
        };
        let hashes = (long_at(bytes, 24)?, long_at(bytes, 32)?);
        if hashes != (hash(bytes.get(ENTRY_HEAD_BYTES..)?), hash(bytes.get(..HASHED_HEAD_BYTES)?)) {
            return None;
        }
        let last_reference = entry.count.checked_mul(REFERENCE_BYTES)?.checked_add(ENTRY_HEAD_BYTES)?;
        (last_reference <= length && entry.pages().all(|page| page.is_some())).then_some(entry)
    }

    /// Where each page belongs, and the page; `None` for one that lies outside.
    fn pages(&self) -> impl Iterator<Item = Option<(usize, &'log [u8])>> {
        let (size, bytes) = (self.size, self.bytes.get(ENTRY_HEAD_BYTES..).unwrap_or_default());
        let (references, mut pages) = bytes.split_at_checked(self.count * REFERENCE_BYTES).unwrap_or_default();
        references.chunks_exact(REFERENCE_BYTES).map(move |reference| {
            let (at, length) = (size_at(reference, 0)?, size_at(reference, 4)?);
            let (page, after) = pages.split_at_checked(length)?;
            pages = after;
            at.checked_add(length).filter(|end| *end <= size).map(|_| (at, page))
        })
    }
}

/// The entries of a log of the new form. What stands after the last one that follows is older, or was never finished.
fn entries(log: &[u8], first: u32) -> Vec<Entry<'_>> {
    let mut found = Vec::new();
    let (mut at, mut expected) = (SECTOR_BYTES, first);
    while let Some(entry) = log.get(at..).and_then(Entry::parse).filter(|entry| entry.sequence == expected) {
        at += entry.bytes.len();
        expected = expected.wrapping_add(1);
        found.push(entry);
    }
    found
}

/// The entries that follow the state `next` of the hive, through one log after another. Those before it are in the hive.
fn following(mut next: u32, mut chains: Vec<Vec<Entry<'_>>>) -> Vec<Entry<'_>> {
    let mut found = Vec::new();
    let position = |chain: &Vec<Entry<'_>>, next: u32| chain.iter().position(|entry| entry.sequence == next);
    while let Some(index) = chains.iter().position(|chain| position(chain, next).is_some()) {
        let chain = chains.swap_remove(index);
        found.extend(chain.iter().skip(position(&chain, next).unwrap_or_default()));
        next = found.last().map_or(next, |last: &Entry<'_>| last.sequence.wrapping_add(1));
    }
    found
}

/// A size of cells, if it is one that a hive can have.
fn size_of_cells(size: u32) -> Option<usize> {
    let size = usize::try_from(size).ok().filter(|size| *size >= BIN_BYTES && size.is_multiple_of(BIN_BYTES))?;
    let file = u64::try_from(size.checked_add(HEAD_BYTES)?).ok()?;
    (file <= MAX_HIVE_BYTES).then_some(size)
}

fn resized(cells: &[u8], size: usize) -> Vec<u8> {
    let mut copy = cells.get(..size).unwrap_or(cells).to_vec();
    copy.resize(size, 0);
    copy
}

fn put(cells: &mut [u8], at: usize, page: &[u8]) -> Result<(), &'static str> {
    let place = at.checked_add(page.len()).and_then(|end| cells.get_mut(at..end));
    place.ok_or("a page of its log lies outside of it")?.copy_from_slice(page);
    Ok(())
}

/// The cells, if they are whole bins from the first byte to the last: a log of another hive hardly makes such.
fn whole(cells: Vec<u8>) -> Result<Vec<u8>, &'static str> {
    let no_hive = "what its log makes of it is no hive";
    let mut rest = cells.as_slice();
    while !rest.is_empty() {
        let at = cells.len() - rest.len();
        let size = size_at(rest, 8).filter(|size| *size > 0 && size.is_multiple_of(BIN_BYTES)).ok_or(no_hive)?;
        if !rest.starts_with(b"hbin") || size_at(rest, 4) != Some(at) {
            return Err(no_hive);
        }
        rest = rest.get(size..).ok_or(no_hive)?;
    }
    Ok(cells)
}

/// Marvin32, with the seed of hives. What is hashed is always whole numbers of four bytes.
fn hash(bytes: &[u8]) -> u64 {
    let mix = |(low, high): (u32, u32), number: u32| {
        let low = low.wrapping_add(number);
        let high = high ^ low;
        let low = low.rotate_left(20).wrapping_add(high);
        let high = high.rotate_left(9) ^ low;
        let low = low.rotate_left(27).wrapping_add(high);
        (low, high.rotate_left(19))
    };
    let numbers = bytes.chunks_exact(4).filter_map(|chunk| number_at(chunk, 0));
    // The end is marked by one byte of its own.
    let (low, high) = numbers.chain([0x80, 0]).fold(SEED, mix);
    u64::from(high) << 32 | u64::from(low)
}

#[cfg(test)]
mod tests;
