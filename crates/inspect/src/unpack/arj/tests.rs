//! What the `arj` program wrote, and archives built byte by byte.

use super::super::testing::{HELLO, damaged_in_every_way, hex, opened, shown, with_any_changes};
use super::open;
use crate::bytes::crc32;
use crate::{FileType, Inspection};

/// `HELLO` packed with method 1.
const PACKED: &str =
    "60ea2a00220b010210000217ae88046bae88046b00000000000000000000000000000000000068312e61726a000048fef764000060ea39
    002e0b0102100100ae187f046b200000003c000000cebc678d0000a411000000000000187f046b187f046b0000000068656c6c6f2e7478
    740000b420695200000016434e6d494768052743d0349fc5fc0fb55da02f624d88e6578a4194f7f3d060ea0000";

/// A header with its checksum.
fn header(method: u8, flags: u8, packed: usize, content: &[u8], name: &str) -> Vec<u8> {
    let mut fields = vec![30, 11, 1, 0, flags, method, 0, 0, 0, 0, 0, 0];
    for number in [packed, content.len()] {
        fields.extend(u32::try_from(number).unwrap().to_le_bytes());
    }
    fields.extend(crc32(content).to_le_bytes());
    fields.resize(30, 0);
    fields.extend(name.as_bytes());
    fields.extend([0, 0]);
    let length = u16::try_from(fields.len()).unwrap().to_le_bytes();
    [b"\x60\xea", &length[..], &fields, &crc32(&fields).to_le_bytes(), &[0, 0]].concat()
}

/// An archive of one entry.
fn archive(method: u8, flags: u8, packed: &[u8], content: &[u8]) -> Vec<u8> {
    let entry = header(method, flags, packed.len(), content, "a.txt");
    [&header(2, 0, 0, b"", "a.arj"), &entry, packed, b"\x60\xea\0\0"].concat()
}

fn look(bytes: &[u8]) -> Inspection {
    opened(FileType::Arj, open, bytes)
}

#[test]
fn entries_are_opened() {
    let stored = archive(0, 0, HELLO, HELLO);
    let behind = [b"MZ a program in front of it ".to_vec(), stored.clone(), b"behind it".to_vec()].concat();
    let text = [hex(PACKED), stored, behind].map(|bytes| shown(&look(&bytes)));
    expect_test::expect![[r#"
        clean
        a › hello.txt [arj] 60 text

        clean
        a › a.txt [arj] 60 text

        suspicious
        a › a.txt [arj] 60 text
        a › 186-195 [between entries] 9 text
        ! archive-hidden-data Offset(186): 9 bytes at 186
    "#]]
    .assert_eq(&text.join("\n"));
}

#[test]
fn what_cannot_be_opened_is_said() {
    let cases = [
        archive(4, 0, HELLO, HELLO),
        archive(0, 1, HELLO, HELLO),
        archive(0, 4, HELLO, HELLO),
        archive(0, 0, b"other", HELLO),
        archive(1, 0, b"\xff\xff\xff\xff", HELLO),
        b"no archive".to_vec(),
    ];
    let text = cases.map(|bytes| shown(&look(&bytes)));
    expect_test::expect![[r#"
        not_inspected
        a › a.txt [arj] 60 
          not: this way of packing is not read here (arj method 4)

        not_inspected
        a › a.txt [arj] 60 
          not: its content is protected by a password
        ! archive-encrypted Field("a.txt"): a.txt

        not_inspected
        a › a.txt [arj] 60 
          not: a part of it is not here (the other volumes of the ARJ)

        not_inspected
        a › a.txt [arj] 5 text
          not: its form is damaged (it does not fit its checksum)

        not_inspected
        a › a.txt [arj] 0 
          not: its form is damaged (failed to fill whole buffer)

        not_inspected
          not: its form is damaged (arj: there is no header)
    "#]]
    .assert_eq(&text.join("\n"));
}

#[test]
fn damage_is_never_clean() {
    damaged_in_every_way(&archive(0, 0, HELLO, HELLO), look);
    damaged_in_every_way(&hex(PACKED), look);
}

#[test]
fn any_archive_is_read() {
    with_any_changes!(hex(PACKED), |bytes: &[u8]| drop(look(bytes)));
}

#[test]
fn any_packed_bytes_are_read() {
    bolero::check!().with_type::<Vec<u8>>().for_each(|packed| drop(look(&archive(1, 0, packed, HELLO))));
}
