//! Numbers and pieces at a place in bytes from outside: absent instead of beyond the end.

use std::ops::Range;

use memchr::memmem;

/// The `N` bytes at `at`.
pub(super) fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

/// The byte at `at`.
pub(super) fn u8_at(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at).copied()
}

/// Two bytes, the lower one first.
pub(super) fn le16(bytes: &[u8], at: usize) -> Option<u16> {
    array(bytes, at).map(u16::from_le_bytes)
}

/// Four bytes, the lowest one first.
pub(super) fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

/// Eight bytes, the lowest one first.
pub(super) fn le64(bytes: &[u8], at: usize) -> Option<u64> {
    array(bytes, at).map(u64::from_le_bytes)
}

/// Four bytes, the highest one first.
pub(super) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_be_bytes)
}

/// Eight bytes, the highest one first.
pub(super) fn be64(bytes: &[u8], at: usize) -> Option<u64> {
    array(bytes, at).map(u64::from_be_bytes)
}

/// `length` bytes from `at` on, all of them or none.
pub(super) fn piece(bytes: &[u8], at: usize, length: usize) -> Option<&[u8]> {
    bytes.get(at..at.checked_add(length)?)
}

/// `length` bytes from `at` on, or as many of them as there are.
pub(super) fn as_far_as_there(bytes: &[u8], at: usize, length: usize) -> &[u8] {
    let start = at.min(bytes.len());
    bytes.get(start..start.saturating_add(length).min(bytes.len())).unwrap_or_default()
}

/// Whether `mark` stands at `at`.
pub(super) fn stands_at(bytes: &[u8], at: usize, mark: &[u8]) -> bool {
    piece(bytes, at, mark.len()) == Some(mark)
}

/// Where `mark` first begins within `range`; it may end beyond.
pub(super) fn find(bytes: &[u8], mark: &[u8], range: Range<usize>) -> Option<usize> {
    let end = range.end.saturating_add(mark.len().saturating_sub(1)).min(bytes.len());
    let searched = bytes.get(range.start.min(end)..end)?;
    memmem::find(searched, mark).map(|found| range.start + found)
}

/// Where `mark` last begins within `range`; it may end beyond.
pub(super) fn find_last(bytes: &[u8], mark: &[u8], range: Range<usize>) -> Option<usize> {
    let end = range.end.saturating_add(mark.len().saturating_sub(1)).min(bytes.len());
    let searched = bytes.get(range.start.min(end)..end)?;
    memmem::rfind(searched, mark).map(|found| range.start + found)
}

/// A size that a file says of itself, as far as this machine can count.
pub(super) fn size(said: u64) -> usize {
    usize::try_from(said).unwrap_or(usize::MAX)
}

/// CRC-32 as ZIP, 7z and gzip have it.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    let mut checksum = flate2::Crc::new();
    checksum.update(bytes);
    checksum.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_beyond_the_end_is_absent() {
        let bytes = [1, 2, 3, 4, 5];
        assert_eq!(le16(&bytes, 3), Some(0x0504));
        assert_eq!(le16(&bytes, 4), None);
        assert_eq!(be32(&bytes, 1), Some(0x0203_0405));
        assert_eq!(be32(&bytes, usize::MAX), None);
        assert_eq!(as_far_as_there(&bytes, 3, 9), [4, 5]);
        assert_eq!(as_far_as_there(&bytes, 9, 9), [0_u8; 0]);
    }

    #[test]
    fn a_mark_begins_within_the_range_and_may_end_beyond() {
        let bytes = b"abcabc";
        assert_eq!(find(bytes, b"bc", 0..6), Some(1));
        assert_eq!(find(bytes, b"bc", 2..5), Some(4));
        assert_eq!(find(bytes, b"bc", 2..4), None);
        assert_eq!(find_last(bytes, b"ab", 0..4), Some(3));
        assert_eq!(find_last(bytes, b"ab", 0..3), Some(0));
        assert_eq!(find(bytes, b"ab", 9..12), None);
    }
}
