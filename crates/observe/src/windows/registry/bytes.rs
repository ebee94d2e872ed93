//! Numbers in the bytes of hives, logs and values, the least of their bytes first. Beyond the end there is none.

/// A number of four bytes.
pub(in crate::windows) fn number_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk::<4>().copied().map(u32::from_le_bytes)
}

/// A number of two bytes.
pub(in crate::windows) fn short_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk::<2>().copied().map(u16::from_le_bytes)
}

/// A number of eight bytes.
pub(in crate::windows) fn long_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk::<8>().copied().map(u64::from_le_bytes)
}

/// The number of four bytes as a length or an offset.
pub(in crate::windows) fn size_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(number_at(bytes, at)?).ok()
}
