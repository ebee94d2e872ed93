//! Images built block by block. Those of genisoimage and mkudffs were compared when this was written.

use super::super::testing::{HELLO, opened, shown, with_any_changes};
use super::open;
use crate::{FileType, Inspection};

const BLOCK_BYTES: usize = 2048;

/// A descriptor with its tag.
fn tagged(tag: u16, fields: &[(usize, &[u8])]) -> Vec<u8> {
    let mut block = vec![0; BLOCK_BYTES];
    block[..2].copy_from_slice(&tag.to_le_bytes());
    for (at, bytes) in fields {
        block[*at..*at + bytes.len()].copy_from_slice(bytes);
    }
    block[4] = block[..16].iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte));
    block
}

fn place(length: usize, block: u32) -> Vec<u8> {
    [&u32::try_from(length).unwrap().to_le_bytes()[..], &block.to_le_bytes(), &[0; 8]].concat()
}

/// The entry of a file whose content is `list` of the kind `kind`.
fn entry(kind: u8, size: usize, list: &[u8]) -> Vec<u8> {
    let length = u32::try_from(list.len()).unwrap().to_le_bytes();
    tagged(261, &[(34, &[kind]), (56, &(size as u64).to_le_bytes()), (172, &length), (176, list)])
}

/// A name in a directory.
fn name(flags: u8, block: u32, text: &str) -> Vec<u8> {
    let letters: Vec<u8> = [16].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    let length = u8::try_from(letters.len()).unwrap();
    let mut name = tagged(257, &[(18, &[flags, length]), (20, &place(BLOCK_BYTES, block)), (38, &letters)]);
    name.truncate((38 + letters.len()).next_multiple_of(4));
    name
}

/// An image of a file in pieces, one within its entry, one hidden, one deleted, and a folder that holds itself.
fn image() -> Vec<u8> {
    let names = [
        name(8, 1, ""),
        name(0, 2, "công văn.txt"),
        name(1, 3, "ẩn.txt"),
        name(4, 3, "deleted.txt"),
        name(2, 1, "sub"),
        name(0, 9, "nowhere.txt"),
    ]
    .concat();
    let short = |length: u32, block: u32| [length.to_le_bytes(), block.to_le_bytes()].concat();
    let pieces = [short(40, 5), short(0x4000_0000 + 10, 0), short(0xc000_0000 + 2048, 4)].concat();
    let more = tagged(258, &[(20, &8_u32.to_le_bytes()), (24, &short(20, 6))]);
    let partition = [
        tagged(256, &[(400, &place(BLOCK_BYTES, 1))]),
        entry(3, names.len(), &names),
        entry(0, 70, &pieces),
        entry(3, HELLO.len(), HELLO),
        more,
        [&HELLO[..40], &[0; BLOCK_BYTES - 40]].concat(),
        [&HELLO[40..], &[0; BLOCK_BYTES - 20]].concat(),
    ]
    .concat();
    let mut image = vec![0; 257 * BLOCK_BYTES];
    let mut put = |block: usize, bytes: Vec<u8>| {
        image[block * BLOCK_BYTES..block * BLOCK_BYTES + bytes.len()].copy_from_slice(&bytes);
    };
    put(17, b"\0NSR02\x01".to_vec());
    put(32, tagged(5, &[(188, &257_u32.to_le_bytes())]));
    let map = [1, 6, 1, 0, 0, 0];
    let logical: [(usize, &[u8]); 4] =
        [(212, &[0, 8, 0, 0]), (248, &place(BLOCK_BYTES, 0)), (268, &[1, 0, 0, 0]), (440, &map)];
    put(33, tagged(6, &logical));
    put(34, tagged(8, &[]));
    let mut anchor = tagged(2, &[(12, &256_u32.to_le_bytes()), (16, &[0, 0x20, 0, 0, 32, 0, 0, 0])]);
    anchor.truncate(512);
    put(256, anchor);
    [image, partition].concat()
}

fn look(bytes: &[u8]) -> Inspection {
    opened(FileType::Udf, open, bytes)
}

#[test]
fn files_are_found_wherever_they_lie() {
    expect_test::expect![[r#"
        not_inspected
        a › công văn.txt [udf] 70 
          not: the kind of file was not recognised
        a › ẩn.txt [udf] 60 text
        a › nowhere.txt [udf] ? 
          not: its form is damaged (udf: its entry is not there)
        ! disk-hidden-file Field("ẩn.txt"): ẩn.txt
    "#]]
    .assert_eq(&shown(&look(&image())));
}

#[test]
fn what_is_not_there_is_said() {
    let image = image();
    let short = &image[..image.len() - BLOCK_BYTES - 2000];
    let mut other = image.clone();
    other[33 * BLOCK_BYTES + 440] = 2;
    let text = [short, &image[..200 * BLOCK_BYTES], &other].map(|bytes| shown(&look(bytes)));
    expect_test::expect![[r#"
        not_inspected
        a › công văn.txt [udf] 50 text
          not: a part of it is not here (the end of its content)
        a › ẩn.txt [udf] 60 text
        a › nowhere.txt [udf] ? 
          not: its form is damaged (udf: its entry is not there)
        ! disk-hidden-file Field("ẩn.txt"): ẩn.txt

        not_inspected
          not: its form is damaged (udf: there is no anchor)

        not_inspected
          not: this way of packing is not read here (udf: partition of the kind )
    "#]]
    .assert_eq(&text.join("\n"));
}

#[test]
fn any_image_is_read() {
    let image = image();
    let (head, partition) = image.split_at(257 * BLOCK_BYTES);
    with_any_changes!(*partition, |bytes: &[u8]| drop(look(&[head, bytes].concat())));
}

#[test]
fn any_head_of_an_image_is_read() {
    let image = image();
    with_any_changes!(image[32 * BLOCK_BYTES..35 * BLOCK_BYTES], |bytes: &[u8]| {
        let mut copy = image.clone();
        copy[32 * BLOCK_BYTES..35 * BLOCK_BYTES].copy_from_slice(bytes);
        drop(look(&copy));
    });
}
