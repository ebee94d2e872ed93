//! Images built sector by sector. Those of genisoimage and xorriso were compared when this was written.

use super::super::testing::{HELLO, opened, shown, with_any_changes};
use super::{SECTOR_BYTES, open};
use crate::FileType;

/// A record of a directory.
fn record(extent: u32, size: usize, flags: u8, name: &[u8], system_use: &[u8]) -> Vec<u8> {
    let padding = (name.len() + 1) % 2;
    let length = 33 + name.len() + padding + system_use.len();
    let mut record = vec![u8::try_from(length.next_multiple_of(2)).unwrap(), 0];
    for number in [extent, u32::try_from(size).unwrap()] {
        record.extend(number.to_le_bytes());
        record.extend(number.to_be_bytes());
    }
    record.extend([0; 7]);
    record.extend([flags, 0, 0, 1, 0, 0, 1]);
    record.push(u8::try_from(name.len()).unwrap());
    record.extend(name);
    record.resize(record.len() + padding, 0);
    record.extend(system_use);
    record.resize(length.next_multiple_of(2), 0);
    record
}

/// A directory at `extent` with these records.
fn directory(extent: u32, records: &[Vec<u8>]) -> Vec<u8> {
    let own = [record(extent, SECTOR_BYTES, 2, b"\0", b""), record(extent, SECTOR_BYTES, 2, b"\x01", b"")].concat();
    sector(&[own, records.concat()].concat())
}

fn sector(bytes: &[u8]) -> Vec<u8> {
    let mut sector = bytes.to_vec();
    sector.resize(bytes.len().next_multiple_of(SECTOR_BYTES), 0);
    sector
}

/// The descriptor of a volume whose root is at `extent`.
fn descriptor(kind: u8, extent: u32) -> Vec<u8> {
    let mut bytes = sector(&[&[kind], &b"CD001\x01"[..]].concat());
    if kind == 2 {
        bytes[88..91].copy_from_slice(b"%/E");
    }
    bytes[128..130].copy_from_slice(&2048_u16.to_le_bytes());
    let root = record(extent, SECTOR_BYTES, 2, b"\0", b"");
    bytes[156..156 + root.len()].copy_from_slice(&root);
    bytes
}

/// UTF-16, the higher byte first.
fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// An image with two lists of the same file, a hidden file, a link, and an image that starts a computer.
fn image() -> Vec<u8> {
    let rock_ridge = |name: &[u8]| [&[b'N', b'M', u8::try_from(5 + name.len()).unwrap(), 1, 0], name].concat();
    let link = [&b"SL\x0f\x01\0"[..], &[8, 0, 0, 6], b"passwd"].concat();
    let mut boot = sector(b"\0CD001\x01EL TORITO SPECIFICATION");
    boot[71..75].copy_from_slice(&22_u32.to_le_bytes());
    let mut catalog = vec![0; 64];
    catalog[32..42].copy_from_slice(&[0x88, 0, 0, 0, 0, 0, 1, 0, 23, 0]);
    let plain = directory(
        19,
        &[
            record(24, HELLO.len(), 0, b"CONGVAN.TXT;1", &rock_ridge("công văn.txt".as_bytes())),
            record(25, 5, 1, b"HIDDEN.TXT;1", b""),
            record(21, SECTOR_BYTES, 2, b"SUB", b""),
            record(0, 0, 0, b"LINK.;1", &link),
            record(22, 64, 0, b"BOOT.CAT;1", b""),
        ],
    );
    let joliet = directory(20, &[record(24, HELLO.len(), 0, &wide("công văn số 1.txt"), b"")]);
    // This folder holds itself.
    let sub = directory(21, &[record(21, SECTOR_BYTES, 2, b"SUB", b""), record(25, 9, 0, b"A.TXT;1", b"")]);
    [
        vec![0; 16 * SECTOR_BYTES],
        descriptor(1, 19),
        descriptor(2, 20),
        boot,
        plain,
        joliet,
        sub,
        sector(&catalog),
        sector(&[0x90; 600]),
        sector(HELLO),
        sector(b"xin chao!"),
    ]
    .concat()
}

#[test]
fn every_list_is_read_and_each_content_once() {
    expect_test::expect![[r#"
        suspicious
        a › boot image [iso el torito] 512 text
        a › công văn số 1.txt [iso] 60 text
        a › HIDDEN.TXT [iso] 5 text
        a › BOOT.CAT [iso el torito] 64 
        a › SUB/A.TXT [iso] 9 text
        ! disk-boot-image Offset(36864): boot image at sector 23
        ! disk-hidden-file Field("HIDDEN.TXT"): HIDDEN.TXT
        ! archive-link-escapes Field("LINK"): LINK → /passwd
    "#]]
    .assert_eq(&shown(&opened(FileType::Iso, open, &image())));
}

#[test]
fn what_is_cut_off_is_said() {
    let image = image();
    let short = &image[..image.len() - SECTOR_BYTES - SECTOR_BYTES];
    expect_test::expect![[r#"
        not_inspected
        a › boot image [iso el torito] 512 text
        a › công văn số 1.txt [iso] 0 
          not: a part of it is not here (the end of its content)
        a › HIDDEN.TXT [iso] 0 
          not: a part of it is not here (the end of its content)
        a › BOOT.CAT [iso el torito] 64 
        a › SUB/A.TXT [iso] 0 
          not: a part of it is not here (the end of its content)
        ! disk-boot-image Offset(36864): boot image at sector 23
        ! disk-hidden-file Field("HIDDEN.TXT"): HIDDEN.TXT
        ! archive-link-escapes Field("LINK"): LINK → /passwd
    "#]]
    .assert_eq(&shown(&opened(FileType::Iso, open, short)));
    expect_test::expect![[r#"
        not_inspected
          not: its form is damaged (the image has no volume that can be read)
    "#]]
    .assert_eq(&shown(&opened(FileType::Iso, open, &image[..17 * SECTOR_BYTES])));
}

#[test]
fn any_image_is_read() {
    let image = image();
    let used = image[16 * SECTOR_BYTES..].to_vec();
    with_any_changes!(used, |bytes: &[u8]| {
        let image = [vec![0; 16 * SECTOR_BYTES], bytes.to_vec()].concat();
        drop(opened(FileType::Iso, open, &image));
    });
}
