//! The records of a ZIP (APPNOTE 6.3), each read by itself and trusted in nothing.

use crate::bytes::{array, crc32, piece, size, stands, u16_le, u32_le, u64_le};

/// What a local header begins with.
pub(super) const LOCAL: &[u8] = b"PK\x03\x04";
/// What a record of the central directory begins with.
pub(super) const CENTRAL: &[u8] = b"PK\x01\x02";
/// What the end record begins with.
pub(super) const END: &[u8] = b"PK\x05\x06";
/// What a data descriptor may begin with; also the mark of the first part of a split ZIP.
pub(super) const DESCRIPTOR: &[u8] = b"PK\x07\x08";
/// What the end record of ZIP64 begins with.
const END_64: &[u8] = b"PK\x06\x06";
/// What points to the end record of ZIP64.
const LOCATOR_64: &[u8] = b"PK\x06\x07";

/// The length of a local header without its name.
const LOCAL_BYTES: usize = 30;
/// The length of a record of the central directory without its name.
const CENTRAL_BYTES: usize = 46;
/// The length of the end record without its comment.
const END_BYTES: usize = 22;
/// The length of the locator of ZIP64.
const LOCATOR_64_BYTES: usize = 20;
/// The shortest end record of ZIP64.
const END_64_BYTES: usize = 56;

/// Stands where the number is in the ZIP64 field.
const SEE_64: u32 = u32::MAX;

/// Flag: the content is encrypted.
const ENCRYPTED: u16 = 1;
/// Flag: sizes and checksum stand behind the content.
const STREAMED: u16 = 1 << 3;
/// Flag: PKWARE's own encryption.
const STRONG: u16 = 1 << 6;
/// Flag: the name is in UTF-8.
const UTF_8: u16 = 1 << 11;
/// Flag: the directory is encrypted, so local headers are blanked.
const MASKED: u16 = 1 << 13;

/// Extra field: 64-bit sizes.
const EXTRA_64: u16 = 0x0001;
/// Extra field: the name in UTF-8, by Info-ZIP.
const EXTRA_NAME: u16 = 0x7075;
/// Extra field: encryption by AES, by WinZip.
const EXTRA_AES: u16 = 0x9901;

/// The method that stands for encryption by AES.
const METHOD_AES: u16 = 99;

/// How AES was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Aes {
    /// 1 to 3: keys of 128, 192 or 256 bits.
    pub(super) strength: u8,
    /// The checksum is not set (AE-2).
    pub(super) without_checksum: bool,
}

/// What both headers of an entry say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header<'z> {
    flags: u16,
    /// The method of packing, that below AES if there is AES.
    pub(super) method: u16,
    /// The time of day, as DOS has it: a part of it checks passwords.
    pub(super) time: u16,
    pub(super) checksum: u32,
    pub(super) packed: u64,
    pub(super) unpacked: u64,
    pub(super) raw_name: &'z [u8],
    /// The name by Info-ZIP's extra field, if it belongs to this name.
    pub(super) unicode_name: Option<&'z [u8]>,
    pub(super) aes: Option<Aes>,
    /// It is a local header that leaves its sizes and checksum to a record that was not found: nothing to check by.
    pub(super) is_bare: bool,
}

impl Header<'_> {
    /// Of its flags those of `mask`.
    pub(super) fn flags_of(&self, mask: u16) -> u16 {
        self.flags & mask
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.flags & ENCRYPTED != 0
    }

    /// Encrypted in ways that only PKWARE's programs know.
    pub(super) fn is_strongly_encrypted(&self) -> bool {
        self.flags & (STRONG | MASKED) != 0
    }

    /// The local header was blanked, as the directory is encrypted.
    pub(super) fn is_masked(&self) -> bool {
        self.flags & MASKED != 0
    }

    /// Sizes and checksum stand behind the content.
    pub(super) fn is_streamed(&self) -> bool {
        self.flags & STREAMED != 0
    }

    pub(super) fn is_utf_8(&self) -> bool {
        self.flags & UTF_8 != 0
    }
}

/// A record of the central directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Central<'z> {
    pub(super) header: Header<'z>,
    /// The disk on which the entry begins.
    pub(super) disk: u32,
    /// Where the local header is said to be.
    pub(super) offset: u64,
    /// The mode of the file by Unix, if it was packed there.
    pub(super) unix_mode: u32,
    /// Where the record ends.
    pub(super) end: usize,
}

/// A local header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Local<'z> {
    pub(super) header: Header<'z>,
    /// Where the content begins.
    pub(super) data_at: usize,
}

/// The end record, of ZIP or ZIP64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    /// Where it, or the record of ZIP64 before it, begins: the directory should end there.
    pub(super) at: usize,
    /// Where it ends, without the comment.
    pub(super) reaches: usize,
    pub(super) comment_bytes: usize,
    /// It belongs to a part of a split ZIP.
    pub(super) is_split: bool,
    pub(super) entries: u64,
    pub(super) directory_bytes: u64,
    pub(super) directory_at: u64,
}

/// The sizes that may stand in the ZIP64 field instead.
struct Sizes {
    unpacked: u64,
    packed: u64,
    offset: u64,
    disk: u32,
}

impl Sizes {
    /// Takes what the other fields leave to the ZIP64 field, in its order.
    fn extend(&mut self, field: &[u8]) {
        let mut at = 0;
        for number in [&mut self.unpacked, &mut self.packed, &mut self.offset] {
            if *number == u64::from(SEE_64) {
                let Some(wide) = u64_le(field, at) else { return };
                *number = wide;
                at += 8;
            }
        }
        if self.disk == u32::from(u16::MAX) {
            self.disk = u32_le(field, at).unwrap_or(self.disk);
        }
    }
}

/// The extra fields of an entry: their ids and contents, as far as they fit.
fn extra_fields(extra: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut at = 0_usize;
    std::iter::from_fn(move || {
        let id = u16_le(extra, at)?;
        let length = usize::from(u16_le(extra, at + 2)?);
        let field = piece(extra, at + 4, length)?;
        at += 4 + length;
        Some((id, field))
    })
}

/// The part of a header that both kinds share, of which the fixed fields begin at `at`; `sizes` gets what ZIP64 says.
fn header<'z>(
    bytes: &'z [u8],
    at: usize,
    raw_name: &'z [u8],
    extra: &'z [u8],
    sizes: &mut Sizes,
) -> Option<Header<'z>> {
    let mut method = u16_le(bytes, at + 2)?;
    let mut aes = None;
    let mut unicode_name = None;
    for (id, field) in extra_fields(extra) {
        match id {
            EXTRA_64 => sizes.extend(field),
            EXTRA_NAME if u32_le(field, 1) == Some(crc32(raw_name)) => unicode_name = field.get(5..),
            EXTRA_AES if method == METHOD_AES => {
                if let (Some(version), Some(&strength), Some(own)) = (u16_le(field, 0), field.get(4), u16_le(field, 5))
                {
                    aes = Some(Aes { strength, without_checksum: version >= 2 });
                    method = own;
                }
            }
            _ => {}
        }
    }
    Some(Header {
        flags: u16_le(bytes, at)?,
        method,
        time: u16_le(bytes, at + 4)?,
        checksum: u32_le(bytes, at + 8)?,
        packed: sizes.packed,
        unpacked: sizes.unpacked,
        raw_name,
        unicode_name,
        aes,
        is_bare: false,
    })
}

impl<'z> Central<'z> {
    /// The record at `at`, if one is there.
    pub(super) fn at(bytes: &'z [u8], at: usize) -> Option<Self> {
        if !stands(bytes, at, CENTRAL) {
            return None;
        }
        let fixed: [u8; CENTRAL_BYTES] = array(bytes, at)?;
        let length = |field| u16_le(&fixed, field).map(usize::from);
        let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
        let raw_name = piece(bytes, at + CENTRAL_BYTES, name)?;
        let extra_field = piece(bytes, at + CENTRAL_BYTES + name, extra)?;
        let mut sizes = Sizes {
            packed: u32_le(&fixed, 20)?.into(),
            unpacked: u32_le(&fixed, 24)?.into(),
            disk: u16_le(&fixed, 34)?.into(),
            offset: u32_le(&fixed, 42)?.into(),
        };
        let header = header(bytes, at + 8, raw_name, extra_field, &mut sizes)?;
        Some(Self {
            header,
            disk: sizes.disk,
            offset: sizes.offset,
            unix_mode: u32_le(&fixed, 38)? >> 16,
            end: at + CENTRAL_BYTES + name + extra + comment,
        })
    }
}

impl<'z> Local<'z> {
    /// The header at `at`, if one is there.
    pub(super) fn at(bytes: &'z [u8], at: usize) -> Option<Self> {
        if !stands(bytes, at, LOCAL) {
            return None;
        }
        let fixed: [u8; LOCAL_BYTES] = array(bytes, at)?;
        let (name, extra) = (usize::from(u16_le(&fixed, 26)?), usize::from(u16_le(&fixed, 28)?));
        let raw_name = piece(bytes, at + LOCAL_BYTES, name)?;
        let extra_field = piece(bytes, at + LOCAL_BYTES + name, extra)?;
        let mut sizes =
            Sizes { packed: u32_le(&fixed, 18)?.into(), unpacked: u32_le(&fixed, 22)?.into(), offset: 0, disk: 0 };
        let header = header(bytes, at + 6, raw_name, extra_field, &mut sizes)?;
        Some(Self { header, data_at: at + LOCAL_BYTES + name + extra })
    }
}

impl End {
    /// The end records at `at`: that of ZIP, and that of ZIP64 if one stands before it or is pointed to.
    pub(super) fn at(bytes: &[u8], at: usize) -> Vec<Self> {
        let Some(end) = Self::of_zip(bytes, at) else { return Vec::new() };
        let mut ends = Vec::new();
        let locator = at.checked_sub(LOCATOR_64_BYTES).filter(|place| stands(bytes, *place, LOCATOR_64));
        if let Some(locator) = locator {
            let before = locator.checked_sub(END_64_BYTES);
            let said = u64_le(bytes, locator + 8).map(size);
            let found = [before, said].into_iter().flatten().find_map(|place| Self::of_zip_64(bytes, place, &end));
            ends.extend(found);
        }
        let sees_64 = end.entries == u64::from(u16::MAX)
            || end.directory_bytes == u64::from(SEE_64)
            || end.directory_at == u64::from(SEE_64);
        if ends.is_empty() || !sees_64 {
            ends.push(end);
        }
        ends
    }

    fn of_zip(bytes: &[u8], at: usize) -> Option<Self> {
        let fixed: [u8; END_BYTES] = array(bytes, at)?;
        if !fixed.starts_with(END) {
            return None;
        }
        let (disk, directory_disk) = (u16_le(&fixed, 4)?, u16_le(&fixed, 6)?);
        Some(Self {
            at,
            reaches: at + END_BYTES,
            comment_bytes: u16_le(&fixed, 20)?.into(),
            is_split: disk != directory_disk || (disk != 0 && disk != u16::MAX),
            entries: u16_le(&fixed, 10)?.into(),
            directory_bytes: u32_le(&fixed, 12)?.into(),
            directory_at: u32_le(&fixed, 16)?.into(),
        })
    }

    fn of_zip_64(bytes: &[u8], at: usize, end: &Self) -> Option<Self> {
        let fixed: [u8; END_64_BYTES] = array(bytes, at)?;
        if !fixed.starts_with(END_64) {
            return None;
        }
        Some(Self {
            at,
            reaches: end.reaches,
            comment_bytes: end.comment_bytes,
            is_split: u32_le(&fixed, 16)? != u32_le(&fixed, 20)? || u32_le(&fixed, 16)? != 0,
            entries: u64_le(&fixed, 32)?,
            directory_bytes: u64_le(&fixed, 40)?,
            directory_at: u64_le(&fixed, 48)?,
        })
    }
}
