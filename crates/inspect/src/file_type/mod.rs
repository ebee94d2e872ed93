//! What kind of file something is, by what it holds.

mod table;

pub use self::table::{Category, FileType};

/// Every type that `bytes` are, the most specific first; none if no type is recognised. The name only decides between
/// types that look the same from within.
pub fn identify(name: &str, bytes: &[u8]) -> Vec<FileType> {
    let _ = name;
    let mut types: Vec<FileType> = MAGIC
        .iter()
        .filter(|(_, offset, magic)| bytes.get(*offset..).is_some_and(|rest| rest.starts_with(magic)))
        .map(|(own, ..)| *own)
        .collect();
    types.dedup();
    if types.is_empty() && !bytes.is_empty() && is_text(bytes) {
        types.push(FileType::Text);
    }
    types
}

/// What stands at which place of which type.
const MAGIC: &[(FileType, usize, &[u8])] = &[
    (FileType::Gzip, 0, b"\x1f\x8b"),
    (FileType::Bzip2, 0, b"BZh"),
    (FileType::Xz, 0, b"\xfd7zXZ\0"),
    (FileType::Zstd, 0, b"\x28\xb5\x2f\xfd"),
    (FileType::Lz4, 0, b"\x04\x22\x4d\x18"),
    (FileType::Lzip, 0, b"LZIP"),
    (FileType::Zip, 0, b"PK\x03\x04"),
    (FileType::Zip, 0, b"PK\x05\x06"),
    (FileType::SevenZip, 0, b"7z\xbc\xaf\x27\x1c"),
    (FileType::Rar, 0, b"Rar!\x1a\x07"),
    (FileType::Cab, 0, b"MSCF"),
    (FileType::Tar, 257, b"ustar"),
    (FileType::Ar, 0, b"!<arch>\n"),
    (FileType::Ole2, 0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    (FileType::Rtf, 0, b"{\\rtf"),
    (FileType::Pdf, 0, b"%PDF-"),
    (FileType::Lnk, 0, b"L\0\0\0\x01\x14\x02\0"),
    (FileType::Pe, 0, b"MZ"),
    (FileType::Elf, 0, b"\x7fELF"),
    (FileType::Png, 0, b"\x89PNG\r\n\x1a\n"),
    (FileType::Jpeg, 0, b"\xff\xd8\xff"),
    (FileType::Gif, 0, b"GIF8"),
];

/// Whether `bytes` are text in UTF-8.
fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes)
        .is_ok_and(|text| text.chars().all(|letter| !letter.is_control() || letter.is_ascii_whitespace()))
}
