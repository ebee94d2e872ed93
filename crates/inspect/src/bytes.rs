//! Numbers, pieces and marks in bytes from outside: what is not there is `None`. Every reader takes its numbers from here.

use std::ops::Range;

use memchr::memmem;

/// The `N` bytes at `at`.
pub(crate) fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

/// The byte at `at`.
pub(crate) fn u8_at(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at).copied()
}

/// 16 bits, the lowest first.
pub(crate) fn u16_le(bytes: &[u8], at: usize) -> Option<u16> {
    array(bytes, at).map(u16::from_le_bytes)
}

/// 32 bits, the lowest first.
pub(crate) fn u32_le(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

/// 64 bits, the lowest first.
pub(crate) fn u64_le(bytes: &[u8], at: usize) -> Option<u64> {
    array(bytes, at).map(u64::from_le_bytes)
}

/// 16 bits, the highest first.
pub(crate) fn u16_be(bytes: &[u8], at: usize) -> Option<u16> {
    array(bytes, at).map(u16::from_be_bytes)
}

/// 32 bits, the highest first.
pub(crate) fn u32_be(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_be_bytes)
}

/// 64 bits, the highest first.
pub(crate) fn u64_be(bytes: &[u8], at: usize) -> Option<u64> {
    array(bytes, at).map(u64::from_be_bytes)
}

/// 32 bits, the lowest first, as a place in bytes.
pub(crate) fn place_le(bytes: &[u8], at: usize) -> Option<usize> {
    u32_le(bytes, at).and_then(|place| usize::try_from(place).ok())
}

/// A size that a file says of itself, as far as this machine can count.
pub(crate) fn size(said: u64) -> usize {
    usize::try_from(said).unwrap_or(usize::MAX)
}

/// `length` bytes from `at` on, all of them or none.
pub(crate) fn piece(bytes: &[u8], at: usize, length: usize) -> Option<&[u8]> {
    bytes.get(at..at.checked_add(length)?)
}

/// `length` bytes from `at` on, or as many of them as there are.
pub(crate) fn at_most(bytes: &[u8], at: usize, length: usize) -> &[u8] {
    head(bytes.get(at..).unwrap_or_default(), length)
}

/// Whether `mark` stands at `at`.
pub(crate) fn stands(bytes: &[u8], at: usize, mark: &[u8]) -> bool {
    bytes.get(at..).is_some_and(|rest| rest.starts_with(mark))
}

/// Where `mark` stands first; nothing stands nowhere.
pub(crate) fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    memmem::find(bytes, mark).filter(|_| !mark.is_empty())
}

/// Where `mark` stands last; nothing stands nowhere.
pub(crate) fn find_last(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    memmem::rfind(bytes, mark).filter(|_| !mark.is_empty())
}

/// Where `mark` first begins within `range`; it may end beyond.
pub(crate) fn find_in(bytes: &[u8], mark: &[u8], range: Range<usize>) -> Option<usize> {
    find(within(bytes, mark, &range)?, mark).map(|found| range.start + found)
}

/// Where `mark` last begins within `range`; it may end beyond.
pub(crate) fn find_last_in(bytes: &[u8], mark: &[u8], range: Range<usize>) -> Option<usize> {
    find_last(within(bytes, mark, &range)?, mark).map(|found| range.start + found)
}

/// The bytes that a mark which begins within `range` may lie in.
fn within<'b>(bytes: &'b [u8], mark: &[u8], range: &Range<usize>) -> Option<&'b [u8]> {
    let end = range.end.saturating_add(mark.len().saturating_sub(1)).min(bytes.len());
    bytes.get(range.start.min(end)..end)
}

/// Whether `mark`, in lower case, stands somewhere, in whatever case.
pub(crate) fn holds_ignoring_case(bytes: &[u8], mark: &[u8]) -> bool {
    !mark.is_empty() && bytes.windows(mark.len()).any(|here| here.eq_ignore_ascii_case(mark))
}

/// The first `count` bytes, or all there are.
pub(crate) fn head(bytes: &[u8], count: usize) -> &[u8] {
    bytes.get(..count).unwrap_or(bytes)
}

/// The last `count` bytes, or all there are.
pub(crate) fn tail(bytes: &[u8], count: usize) -> &[u8] {
    bytes.get(bytes.len().saturating_sub(count)..).unwrap_or(bytes)
}

/// CRC-32 as ZIP, 7z and gzip have it.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let mut checksum = flate2::Crc::new();
    checksum.update(bytes);
    checksum.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_beyond_the_end_are_none() {
        let bytes = [1, 2, 3, 4];
        assert_eq!((u16_le(&bytes, 2), u16_be(&bytes, 2), u16_le(&bytes, 3)), (Some(0x403), Some(0x304), None));
        assert_eq!(
            (u32_le(&bytes, 0), u32_be(&bytes, 0), u32_le(&bytes, 1)),
            (Some(0x0403_0201), Some(0x0102_0304), None)
        );
        assert_eq!((u64_le(&bytes, 0), array::<2>(&bytes, usize::MAX)), (None, None));
    }

    #[test]
    fn marks_are_found_from_both_sides() {
        let bytes = b"PP.PK..PK.P";
        assert_eq!(
            (find(bytes, b"PK"), find_last(bytes, b"PK"), find(bytes, b"KP"), find(bytes, b"")),
            (Some(3), Some(7), None, None)
        );
        assert!(holds_ignoring_case(b"a <ScRipt>", b"<script"));
        assert_eq!((head(b"abc", 2), tail(b"abc", 2), tail(b"abc", 9)), (&b"ab"[..], &b"bc"[..], &b"abc"[..]));
    }

    #[test]
    fn what_lies_beyond_the_end_is_absent() {
        let bytes = [1, 2, 3, 4, 5];
        assert_eq!((u8_at(&bytes, 4), u8_at(&bytes, 5), piece(&bytes, 3, 3)), (Some(5), None, None));
        assert_eq!(
            (u32_be(&bytes, usize::MAX), u64_be(&bytes, 0), u64_be(&[1; 8], 0)),
            (None, None, Some(0x0101_0101_0101_0101))
        );
        assert_eq!((at_most(&bytes, 3, 9), at_most(&bytes, 9, 9)), (&[4, 5][..], &[][..]));
    }

    #[test]
    fn a_mark_begins_within_the_range_and_may_end_beyond() {
        let bytes = b"abcabc";
        assert_eq!(find_in(bytes, b"bc", 0..6), Some(1));
        assert_eq!(find_in(bytes, b"bc", 2..5), Some(4));
        assert_eq!(find_in(bytes, b"bc", 2..4), None);
        assert_eq!(find_last_in(bytes, b"ab", 0..4), Some(3));
        assert_eq!(find_last_in(bytes, b"ab", 0..3), Some(0));
        assert_eq!(find_in(bytes, b"ab", 9..12), None);
    }
}
