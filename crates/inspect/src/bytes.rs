//! Numbers and marks in bytes from outside: what is not there is `None`.

use memchr::memmem;

/// The `N` bytes at `at`.
pub(crate) fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
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

/// 32 bits, the lowest first, as a place in bytes.
pub(crate) fn place_le(bytes: &[u8], at: usize) -> Option<usize> {
    u32_le(bytes, at).and_then(|place| usize::try_from(place).ok())
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
}
