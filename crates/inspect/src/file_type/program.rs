//! Programs of DOS and Windows, which begin alike.

use crate::bytes::{place_le, stands, u16_le, u32_le};

/// Where the place of the newer header stands in the header of DOS.
const NEW_HEADER: usize = 0x3c;

/// The most sections whose ends are looked at.
const MAX_SECTIONS: u16 = 256;

/// A program of Windows: the newer header stands where the old one says.
pub(super) fn is_pe(bytes: &[u8]) -> bool {
    place_le(bytes, NEW_HEADER).is_some_and(|at| stands(bytes, at, b"PE\0\0"))
}

/// A program of DOS, or of Windows before 95, or one cut before its newer header.
pub(super) fn is_dos(bytes: &[u8]) -> bool {
    // Text can begin with these two letters; a header has zeros somewhere in its first numbers.
    let Some(header) = bytes.get(..28) else { return false };
    !is_pe(bytes) && header.contains(&0) && u16_le(bytes, 8).is_some_and(|paragraphs| paragraphs <= 0x1000)
}

/// Where a program of Windows ends by its own word: behind it lies what was appended.
pub(super) fn end(bytes: &[u8]) -> Option<usize> {
    let header = place_le(bytes, NEW_HEADER)?;
    if !stands(bytes, header, b"PE\0\0") {
        return None;
    }
    let sections = u16_le(bytes, header.checked_add(6)?)?;
    let optional = usize::from(u16_le(bytes, header.checked_add(20)?)?);
    let table = header.checked_add(24)?.checked_add(optional)?;
    let mut end = table;
    for number in 0..sections.min(MAX_SECTIONS) {
        let section = table.checked_add(usize::from(number) * 40)?;
        let (Some(size), Some(at)) = (u32_le(bytes, section.checked_add(16)?), u32_le(bytes, section.checked_add(20)?))
        else {
            break;
        };
        let (size, at) = (usize::try_from(size).ok()?, usize::try_from(at).ok()?);
        if size > 0 {
            end = end.max(at.saturating_add(size));
        }
    }
    (end <= bytes.len()).then_some(end)
}
