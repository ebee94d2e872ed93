//! cpio: the new form with or without checksums, the old form in digits, and the oldest in 16-bit numbers.

use super::{Links, behind, content, device, name_of};
use crate::Reason;
use crate::bytes::{stands, u16_be, u16_le};
use crate::file_type::octal;
use crate::walk::{Inside, Part};

/// The longest name that is read.
const MAX_NAME_BYTES: usize = 64 * 1024;

/// The name of what ends an archive.
const TRAILER: &str = "TRAILER!!!";

/// A file in the archive.
struct Entry {
    name: String,
    mode: u64,
    data: usize,
    size: usize,
    /// Where the next one stands.
    next: usize,
}

/// Opens a cpio archive.
pub(in crate::unpack) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let mut links = Links::default();
    let read = walk(part, &mut links, inside);
    links.tell(inside);
    read
}

/// Goes through the archive from header to header.
fn walk(part: &Part<'_>, links: &mut Links, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let bytes = part.bytes;
    let mut at = 0;
    loop {
        let Some(entry) = entry(bytes, at) else {
            if at >= bytes.len() {
                return Err(Reason::incomplete("the end of the cpio archive"));
            }
            let reason = Reason::damaged(format!("the cpio header at {at}"));
            if at > 0 {
                let slice = inside.slice(bytes.get(at..).unwrap_or_default()).cut_short(reason);
                inside.piece("data behind the damage", "cpio", &slice);
                return Ok(());
            }
            return Err(reason);
        };
        if entry.name == TRAILER {
            // Archives may stand one after another, with zeros between them.
            let zeros = bytes.get(entry.next..).unwrap_or_default().iter().take_while(|byte| **byte == 0).count();
            at = entry.next.saturating_add(zeros);
            if self::entry(bytes, at).is_none() {
                behind(part, at, inside);
                return Ok(());
            }
            continue;
        }
        take(part, at, &entry, links, inside);
        at = entry.next;
    }
}

fn take(part: &Part<'_>, at: usize, entry: &Entry, links: &mut Links, inside: &mut Inside<'_, '_>) {
    match entry.mode >> 12 & 15 {
        0o12 => {
            let target = part.bytes.get(entry.data..entry.data.saturating_add(entry.size)).unwrap_or_default();
            links.add(at, &entry.name, &entry.name, &name_of(target), inside);
        }
        0o1 | 0o2 | 0o6 => device(at, &entry.name, inside),
        0o4 if entry.size == 0 => {}
        _ => {
            let unpacked = content(part, entry.data, entry.size, inside);
            inside.child(&entry.name, "cpio", &unpacked);
        }
    }
}

/// The entry at `at`, in whichever form.
fn entry(bytes: &[u8], at: usize) -> Option<Entry> {
    let header = bytes.get(at..)?;
    if stands(header, 0, b"070701") || stands(header, 0, b"070702") {
        let number = |place: usize| {
            let digits = std::str::from_utf8(header.get(6 + place * 8..14 + place * 8)?).ok()?;
            usize::from_str_radix(digits, 16).ok()
        };
        let (mode, size, name) = (number(1)?, number(6)?, number(11)?);
        return built(bytes, at, 110, 4, mode as u64, size, name);
    }
    if stands(header, 0, b"070707") {
        let number =
            |from: usize, to: usize| octal(header.get(from..to)?).and_then(|number| usize::try_from(number).ok());
        return built(bytes, at, 76, 1, number(18, 24)? as u64, number(65, 76)?, number(59, 65)?);
    }
    let read =
        [u16_le as fn(&[u8], usize) -> Option<u16>, u16_be].into_iter().find(|read| read(header, 0) == Some(0x71c7))?;
    let number = |place: usize| read(header, place).map(usize::from);
    let size = number(22)? << 16 | number(24)?;
    built(bytes, at, 26, 2, number(6)? as u64, size, number(20)?)
}

/// An entry whose header is `length` long, and whose parts stand at multiples of `step`.
fn built(bytes: &[u8], at: usize, length: usize, step: usize, mode: u64, size: usize, name: usize) -> Option<Entry> {
    if name == 0 || name > MAX_NAME_BYTES {
        return None;
    }
    // Counted from the header on: archives that stand behind others need not be aligned themselves.
    let aligned = |place: usize| place.div_ceil(step).checked_mul(step);
    let begin = at.checked_add(length)?;
    let field = bytes.get(begin..begin.checked_add(name)?)?;
    let data = at.checked_add(aligned(length.checked_add(name)?)?)?;
    let next = data.checked_add(aligned(size)?)?;
    Some(Entry { name: name_of(field), mode, data, size, next: next.min(bytes.len()) })
}
