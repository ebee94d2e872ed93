//! Virtual disks of Windows (VHD), fixed and dynamic: the disk in it becomes a child.

use super::extents::{Extent, content};
use crate::bytes::{piece, size, stands, u32_be, u64_be};
use crate::walk::{Inside, Part};
use crate::{Limit, Reason};

/// What the footer begins with.
const FOOTER: &[u8] = b"conectix";
/// The length of the footer.
const FOOTER_BYTES: usize = 512;
/// What the header of a dynamic disk begins with.
const DYNAMIC: &[u8] = b"cxsparse";
/// A block that was never written.
const UNUSED: u32 = u32::MAX;
/// How many blocks are followed.
const MAX_BLOCKS: u32 = 1 << 20;
/// The size of a sector, in bytes.
const SECTOR_BYTES: u64 = 512;

/// Opens a virtual disk.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let bytes = part.bytes;
    let last = bytes.len().checked_sub(FOOTER_BYTES).filter(|at| stands(bytes, *at, FOOTER));
    let first = stands(bytes, 0, FOOTER).then_some(0);
    let at = last.or(first).ok_or_else(|| Reason::damaged("vhd: there is no footer"))?;
    let footer = piece(bytes, at, FOOTER_BYTES).unwrap_or_default();
    if last.is_none() {
        inside.reason(Reason::incomplete("the end of the virtual disk"));
    }
    match u32_be(footer, 60) {
        Some(2) => {
            let disk = inside.slice(bytes.get(..at).unwrap_or_default());
            inside.child("disk", "vhd", &disk);
            Ok(())
        }
        Some(3) => open_dynamic(bytes, footer, inside),
        Some(4) => Err(Reason::incomplete("the disk that this one only tells the changes of")),
        kind => Err(Reason::unsupported(format!("vhd of kind {}", kind.unwrap_or_default()))),
    }
}

/// Puts the blocks of a dynamic disk together, up to the last one that was written: behind it are zeros.
fn open_dynamic(bytes: &[u8], footer: &[u8], inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let damaged = || Reason::damaged("vhd: the table of blocks is not there");
    let header = u64_be(footer, 16).map(size).and_then(|at| piece(bytes, at, 1024)).ok_or_else(damaged)?;
    if !header.starts_with(DYNAMIC) {
        return Err(damaged());
    }
    let table = size(u64_be(header, 16).unwrap_or_default());
    let blocks = u32_be(header, 28).unwrap_or_default();
    let block_bytes = u64::from(u32_be(header, 32).unwrap_or_default());
    if block_bytes == 0 || block_bytes % SECTOR_BYTES != 0 {
        return Err(damaged());
    }
    // One bit for each sector of the block stands in front of it.
    let bitmap_bytes = (block_bytes / SECTOR_BYTES).div_ceil(8).next_multiple_of(SECTOR_BYTES);
    let mut extents = Vec::new();
    let mut used = 0;
    for number in 0..blocks.min(MAX_BLOCKS) {
        let place = table.checked_add(number as usize * 4).and_then(|at| u32_be(bytes, at)).ok_or_else(damaged)?;
        let at = (place != UNUSED).then(|| u64::from(place) * SECTOR_BYTES + bitmap_bytes);
        extents.push(Extent { at, bytes: block_bytes });
        if at.is_some() {
            used = extents.len();
        }
    }
    extents.truncate(used);
    let length = block_bytes.saturating_mul(used as u64);
    let mut disk = match inside.too_large(length) {
        None => content(bytes, &extents, length, inside),
        // The beginning of a large disk is looked at all the same.
        Some(limit) => {
            let room = inside.room() / block_bytes * block_bytes;
            content(bytes, &extents, room, inside).cut_short(limit)
        }
    };
    if blocks > MAX_BLOCKS {
        disk = disk.cut_short(Reason::limit(Limit::Reader, MAX_BLOCKS.into()));
    }
    inside.child("disk", "vhd", &disk);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{HELLO, opened, shown, with_any_changes};
    use super::*;
    use crate::FileType;

    fn footer(kind: u32) -> Vec<u8> {
        let mut footer = vec![0; FOOTER_BYTES];
        footer[..8].copy_from_slice(FOOTER);
        footer[16..24].copy_from_slice(&512_u64.to_be_bytes());
        footer[60..64].copy_from_slice(&kind.to_be_bytes());
        footer
    }

    /// A dynamic disk of these blocks of two sectors; none is a block that was never written.
    fn dynamic(blocks: &[Option<&[u8]>]) -> Vec<u8> {
        let mut header = vec![0; 1024];
        header[..8].copy_from_slice(DYNAMIC);
        header[16..24].copy_from_slice(&1536_u64.to_be_bytes());
        header[28..32].copy_from_slice(&u32::try_from(blocks.len()).unwrap().to_be_bytes());
        header[32..36].copy_from_slice(&1024_u32.to_be_bytes());
        let mut table = vec![0xff; 512];
        let mut data = Vec::new();
        for (number, block) in blocks.iter().enumerate() {
            let Some(block) = block else { continue };
            let sector = 4 + u32::try_from(data.len() / 512).unwrap();
            table[number * 4..number * 4 + 4].copy_from_slice(&sector.to_be_bytes());
            data.extend([0xff; 512]);
            data.extend(*block);
            data.resize(data.len().next_multiple_of(512) + if block.len() <= 512 { 512 } else { 0 }, 0);
        }
        [footer(3), header, table, data, footer(3)].concat()
    }

    #[test]
    fn the_disk_comes_out() {
        let fixed = [HELLO.to_vec(), footer(2)].concat();
        let dynamic = dynamic(&[None, Some(HELLO), None]);
        let text = [fixed, dynamic.clone(), footer(4), dynamic[..dynamic.len() - 512].to_vec(), vec![0; 9]]
            .map(|bytes| shown(&opened(FileType::Vhd, open, &bytes)));
        expect_test::expect![[r#"
            clean
            a › disk [vhd] 60 text

            not_inspected
            a › disk [vhd] 2048 
              not: the kind of file was not recognised

            not_inspected
              not: a part of it is not here (the disk that this one only tells the changes of)

            not_inspected
              not: a part of it is not here (the end of the virtual disk)
            a › disk [vhd] 2048 
              not: the kind of file was not recognised

            not_inspected
              not: its form is damaged (vhd: there is no footer)
        "#]]
        .assert_eq(&text.join("\n"));
    }

    #[test]
    fn any_disk_is_read() {
        let good = dynamic(&[None, Some(HELLO), None]);
        with_any_changes!(good, |bytes: &[u8]| drop(opened(FileType::Vhd, open, bytes)));
    }
}
