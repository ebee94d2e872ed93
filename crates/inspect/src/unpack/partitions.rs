//! Disks with a table of partitions (MBR and GPT): each partition becomes a child.

use std::ops::Range;

use crate::bytes::{at_most, piece, size, stands, u8_at, u32_le, u64_le};
use crate::walk::{Inside, Part};
use crate::{Limit, Reason};

/// The sizes of sectors, in bytes, of which the first that fits is taken.
const SECTOR_SIZES: [usize; 2] = [512, 4096];
/// Where the table of an MBR is, and how many partitions it has.
const TABLE_AT: usize = 446;
const TABLE_ENTRIES: usize = 4;
/// The length of an entry of an MBR.
const ENTRY_BYTES: usize = 16;
/// What an MBR ends with.
const MBR_END: &[u8] = b"\x55\xaa";
/// What the header of a GPT begins with.
const GPT: &[u8] = b"EFI PART";
/// How many partitions are followed.
const MAX_PARTITIONS: usize = 128;
/// The kind of a partition that stands for a GPT.
const PROTECTIVE: u8 = 0xee;

/// A partition: how it was found, its name, its bytes.
struct Partition {
    how: &'static str,
    name: String,
    range: Range<usize>,
}

/// Opens a disk.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let mut partitions = gpt(part.bytes);
    if partitions.is_empty() {
        partitions = mbr(part.bytes);
    }
    if partitions.len() > MAX_PARTITIONS {
        partitions.truncate(MAX_PARTITIONS);
        inside.reason(Reason::limit(Limit::Reader, MAX_PARTITIONS as u64));
    }
    for Partition { how, name, range } in partitions {
        // A partition from the first byte on is the disk itself, as in images that start from disc and disk.
        if range.start == 0 || range.is_empty() {
            continue;
        }
        if inside.is_full() {
            break;
        }
        let bytes = at_most(part.bytes, range.start, range.len());
        let mut unpacked = inside.slice(bytes);
        if bytes.len() < range.len() {
            unpacked = unpacked.cut_short(Reason::incomplete("the end of the partition"));
        }
        inside.child(&name, how, &unpacked);
    }
    Ok(())
}

/// The partitions of an MBR, also those in extended partitions.
fn mbr(bytes: &[u8]) -> Vec<Partition> {
    let sector_bytes = SECTOR_SIZES[0];
    let mut partitions = Vec::new();
    // Each table may lead to one more: where it is, and where its places count from.
    let mut table = Some((0_u64, 0_u64));
    let mut extended = None;
    while let Some((at, base)) = table.take() {
        let start = size(at).saturating_mul(sector_bytes);
        if partitions.len() > MAX_PARTITIONS || !stands(bytes, start.saturating_add(510), MBR_END) {
            break;
        }
        for number in 0..TABLE_ENTRIES {
            let Some(entry) = piece(bytes, start + TABLE_AT + number * ENTRY_BYTES, ENTRY_BYTES) else { break };
            let first = u64::from(u32_le(entry, 8).unwrap_or_default());
            let length = u64::from(u32_le(entry, 12).unwrap_or_default());
            match u8_at(entry, 4) {
                None | Some(0 | PROTECTIVE) => {}
                Some(0x05 | 0x0f | 0x85) => {
                    let origin = *extended.get_or_insert(first);
                    let next = if at == 0 { first } else { origin + first };
                    // Tables stand one behind the other; one that leads back would never end.
                    table = (next > at).then_some((next, next));
                }
                Some(_) => {
                    let begin = size(base + first).saturating_mul(sector_bytes);
                    let end = begin.saturating_add(size(length).saturating_mul(sector_bytes));
                    let name = format!("partition {}", partitions.len() + 1);
                    partitions.push(Partition { how: "mbr", name, range: begin..end });
                }
            }
        }
    }
    partitions
}

/// The partitions of a GPT.
fn gpt(bytes: &[u8]) -> Vec<Partition> {
    let mut partitions = Vec::new();
    let Some(sector_bytes) = SECTOR_SIZES.into_iter().find(|at| stands(bytes, *at, GPT)) else { return partitions };
    let header = at_most(bytes, sector_bytes, 92);
    let table = size(u64_le(header, 72).unwrap_or_default()).saturating_mul(sector_bytes);
    let count = size(u32_le(header, 80).unwrap_or_default().into()).min(MAX_PARTITIONS + 1);
    let length = size(u32_le(header, 84).unwrap_or_default().into());
    for number in 0..count {
        let at = number.checked_mul(length).and_then(|offset| table.checked_add(offset));
        let Some(entry) = at.and_then(|at| piece(bytes, at, length.max(128))) else { break };
        if entry.iter().take(16).all(|byte| *byte == 0) {
            continue;
        }
        let first = size(u64_le(entry, 32).unwrap_or_default()).saturating_mul(sector_bytes);
        let last = size(u64_le(entry, 40).unwrap_or_default()).saturating_add(1).saturating_mul(sector_bytes);
        let letters = entry.get(56..128).unwrap_or_default();
        let (text, _) = encoding_rs::UTF_16LE.decode_without_bom_handling(letters);
        let text = text.trim_end_matches('\0');
        let name = if text.is_empty() { format!("partition {}", number + 1) } else { text.to_owned() };
        partitions.push(Partition { how: "gpt", name, range: first..last.max(first) });
    }
    partitions
}

#[cfg(test)]
mod tests {
    use super::super::testing::{HELLO, opened, shown, with_any_changes};
    use super::*;
    use crate::FileType;

    fn put(bytes: &mut [u8], at: usize, what: &[u8]) {
        bytes[at..at + what.len()].copy_from_slice(what);
    }

    /// An entry of an MBR at `sector`.
    fn entry(bytes: &mut [u8], sector: usize, number: usize, kind: u8, first: u32, length: u32) {
        let at = sector * 512 + TABLE_AT + number * ENTRY_BYTES;
        bytes[at + 4] = kind;
        put(bytes, at + 8, &first.to_le_bytes());
        put(bytes, at + 12, &length.to_le_bytes());
        put(bytes, sector * 512 + 510, MBR_END);
    }

    /// A disk with one partition, and one in an extended one.
    fn with_mbr() -> Vec<u8> {
        let mut bytes = vec![0; 10 * 512];
        entry(&mut bytes, 0, 0, 0x0c, 1, 1);
        entry(&mut bytes, 0, 1, 0x05, 3, 7);
        entry(&mut bytes, 3, 0, 0x83, 1, 1);
        entry(&mut bytes, 3, 1, 0x05, 2, 2);
        entry(&mut bytes, 5, 0, 0x83, 1, 9);
        for sector in [1, 4, 6] {
            put(&mut bytes, sector * 512, &HELLO.repeat(8)[..480]);
        }
        bytes
    }

    #[test]
    fn partitions_come_out() {
        let mut bytes = vec![b' '; 8 * 512];
        put(&mut bytes, 512, GPT);
        put(&mut bytes, 512 + 72, &2_u64.to_le_bytes());
        put(&mut bytes, 512 + 80, &[1, 0, 0, 0, 128, 0, 0, 0]);
        put(&mut bytes, 1024, &[1; 16]);
        put(&mut bytes, 1024 + 32, &[4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0]);
        put(&mut bytes, 1024 + 56, &[0; 72]);
        put(&mut bytes, 1024 + 56, b"D\0a\0t\0a\0");
        let text = [bytes, with_mbr()].map(|bytes| shown(&opened(FileType::DiskPartitions, open, &bytes)));
        expect_test::expect![[r#"
            clean
            a › Data [gpt] 1024 text

            not_inspected
            a › partition 1 [mbr] 512 text
            a › partition 2 [mbr] 512 text
            a › partition 3 [mbr] 2048 
              not: a part of it is not here (the end of the partition)
              not: the kind of file was not recognised
        "#]]
        .assert_eq(&text.join("\n"));
    }

    #[test]
    fn any_disk_is_read() {
        let good = with_mbr();
        with_any_changes!(good, |bytes: &[u8]| drop(opened(FileType::DiskPartitions, open, bytes)));
    }
}
