//! Numbers and texts at a place in bytes from outside: none where the bytes end too early.

use encoding_rs::Encoding;

/// The `N` bytes at `offset`.
pub(crate) fn array<const N: usize>(bytes: &[u8], offset: usize) -> Option<[u8; N]> {
    bytes.get(offset..offset.checked_add(N)?)?.try_into().ok()
}

/// The number of one byte at `offset`.
pub(crate) fn u8_at(bytes: &[u8], offset: usize) -> Option<u8> {
    bytes.get(offset).copied()
}

/// The number of two bytes, the lowest first, at `offset`.
pub(crate) fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    array(bytes, offset).map(u16::from_le_bytes)
}

/// The number of four bytes, the lowest first, at `offset`.
pub(crate) fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    array(bytes, offset).map(u32::from_le_bytes)
}

/// The number of eight bytes, the lowest first, at `offset`.
pub(crate) fn u64_at(bytes: &[u8], offset: usize) -> Option<u64> {
    array(bytes, offset).map(u64::from_le_bytes)
}

/// A number of four bytes as a place or a length.
pub(crate) fn size_at(bytes: &[u8], offset: usize) -> Option<usize> {
    u32_at(bytes, offset).and_then(|number| usize::try_from(number).ok())
}

/// At most `length` bytes from `offset` on: fewer where the bytes end.
pub(crate) fn at_most(bytes: &[u8], offset: usize, length: usize) -> &[u8] {
    let rest = bytes.get(offset..).unwrap_or_default();
    rest.get(..length).unwrap_or(rest)
}

/// The text of UTF-16 in `bytes`, the lower byte first; what is no letter becomes U+FFFD.
pub(crate) fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| Some(u16::from_le_bytes(pair.try_into().ok()?)));
    char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// The same, up to the first letter of number 0.
pub(crate) fn utf16_to_nul(bytes: &[u8]) -> String {
    let text = utf16(bytes);
    text.split('\0').next().unwrap_or_default().to_owned()
}

/// What stands before the first byte 0 from `offset` on, and the place behind that byte.
pub(crate) fn to_nul(bytes: &[u8], offset: usize) -> Option<(&[u8], usize)> {
    let rest = bytes.get(offset..)?;
    let length = rest.iter().position(|byte| *byte == 0)?;
    Some((rest.get(..length)?, offset.checked_add(length)?.checked_add(1)?))
}

/// The encoding that Windows calls by the number `page`; Western European if it is none we know.
pub(crate) fn code_page(page: u16) -> &'static Encoding {
    match page {
        874 => encoding_rs::WINDOWS_874,
        866 => encoding_rs::IBM866,
        932 => encoding_rs::SHIFT_JIS,
        936 | 54936 => encoding_rs::GBK,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        1200 => encoding_rs::UTF_16LE,
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1253 => encoding_rs::WINDOWS_1253,
        1254 => encoding_rs::WINDOWS_1254,
        1255 => encoding_rs::WINDOWS_1255,
        1256 => encoding_rs::WINDOWS_1256,
        1257 => encoding_rs::WINDOWS_1257,
        1258 => encoding_rs::WINDOWS_1258,
        10000 => encoding_rs::MACINTOSH,
        20866 => encoding_rs::KOI8_R,
        65001 => encoding_rs::UTF_8,
        _ => encoding_rs::WINDOWS_1252,
    }
}

/// The text of `bytes` in the encoding of Windows called `page`.
pub(crate) fn decode(bytes: &[u8], page: u16) -> String {
    code_page(page).decode_without_bom_handling(bytes).0.into_owned()
}
