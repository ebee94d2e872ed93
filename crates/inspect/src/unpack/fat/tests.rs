//! File systems built sector by sector. Those of mkfs.fat and mtools, with 12, 16 and 32 bits, were compared when this was written.

use super::super::testing::{HELLO, opened, shown, with_any_changes};
use super::open;
use crate::{FileType, Inspection};

/// An entry of a directory.
fn entry(name: &[u8; 11], attributes: u8, cluster: u16, size: usize) -> Vec<u8> {
    let mut entry = name.to_vec();
    entry.push(attributes);
    entry.resize(26, 0);
    entry.extend(cluster.to_le_bytes());
    entry.extend(u32::try_from(size).unwrap().to_le_bytes());
    entry
}

/// A long name in one piece, in front of the entry of `short`.
fn long(name: &str, short: &[u8; 11]) -> Vec<u8> {
    let checksum = short.iter().fold(0_u8, |sum, byte| sum.rotate_right(1).wrapping_add(*byte));
    let mut letters: Vec<u16> = name.encode_utf16().chain([0]).collect();
    letters.resize(13, 0xffff);
    let bytes: Vec<u8> = letters.iter().flat_map(|letter| letter.to_le_bytes()).collect();
    [&[0x41], &bytes[..10], &[0x0f, 0, checksum], &bytes[10..22], &[0, 0], &bytes[22..]].concat()
}

/// A file system of 12 bits with sectors of 128 bytes: one of each thing that can be in it.
fn image() -> Vec<u8> {
    let mut image = vec![0; 128 * 12];
    image[11..22].copy_from_slice(&[128, 0, 1, 1, 0, 1, 8, 0, 12, 0, 0xf8]);
    image[22] = 1;
    // Clusters 2 and 3 are one file; 4 is a folder; 5 leads to itself; 6 is a file.
    let links: [u16; 7] = [0xff8, 0xfff, 3, 0xfff, 0xfff, 5, 0xfff];
    for (number, link) in links.iter().enumerate() {
        let at = 128 + number + number / 2;
        let pair = u16::from_le_bytes([image[at], image[at + 1]]);
        let pair = if number % 2 == 1 { pair | link << 4 } else { pair | link };
        image[at..at + 2].copy_from_slice(&pair.to_le_bytes());
    }
    let mut put = |at: usize, bytes: &[u8]| image[at..at + bytes.len()].copy_from_slice(bytes);
    let root = [
        entry(b"KHIEN      ", 8, 0, 0),
        long("Công văn.txt", b"CNGVN~1 TXT"),
        entry(b"CNGVN~1 TXT", 0, 2, 180),
        entry(b"SUB        ", 0x10, 4, 0),
        entry(b"\xe5ELETED TXT", 0, 6, 60),
        entry(b"HIDDEN  TXT", 2, 6, 60),
        entry(b"LOOP    TXT", 0, 5, 9999),
    ]
    .concat();
    put(256, &root);
    put(512, &HELLO.repeat(3));
    put(
        768,
        &[entry(b".          ", 0x10, 4, 0), entry(b"SELF       ", 0x10, 4, 0), entry(b"A       TXT", 0, 9, 60)]
            .concat(),
    );
    put(896, b"around and around");
    put(1024, HELLO);
    image
}

fn look(bytes: &[u8]) -> Inspection {
    opened(FileType::Fat, open, bytes)
}

#[test]
fn files_and_folders_are_found() {
    expect_test::expect![[r#"
        not_inspected
        a › Công văn.txt [fat] 180 text
        a › HIDDEN.TXT [fat] 60 text
        a › LOOP.TXT [fat] 1152 
          not: a part of it is not here (the end of its content)
          not: the kind of file was not recognised
        a › SUB/A.TXT [fat] 60 
          not: the kind of file was not recognised
        ! disk-hidden-file Field("HIDDEN.TXT"): HIDDEN.TXT
    "#]]
    .assert_eq(&shown(&look(&image())));
}

#[test]
fn other_file_systems_are_said() {
    let text = [&b"\xeb\x52\x90NTFS    "[..], b"\xeb\x76\x90EXFAT   ", b"\0", &image()[..600]]
        .map(|bytes| shown(&look(bytes)));
    expect_test::expect![[r#"
        not_inspected
          not: this way of packing is not read here (ntfs)

        not_inspected
          not: this way of packing is not read here (exfat)

        not_inspected
          not: its form is damaged (fat: the first sector does not fit)

        not_inspected
          not: a part of it is not here (fat: the end of a directory)
        a › Công văn.txt [fat] 88 text
          not: a part of it is not here (the end of its content)
        a › HIDDEN.TXT [fat] 0 
          not: a part of it is not here (the end of its content)
        a › LOOP.TXT [fat] 0 
          not: a part of it is not here (the end of its content)
        ! disk-hidden-file Field("HIDDEN.TXT"): HIDDEN.TXT
    "#]]
    .assert_eq(&text.join("\n"));
}

#[test]
fn any_file_system_is_read() {
    with_any_changes!(image(), |bytes: &[u8]| drop(look(bytes)));
}
