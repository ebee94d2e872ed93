//! Archives built byte by byte.

use super::super::testing::{HELLO, damaged_in_every_way, opened, shown, with_any_changes};
use super::open;
use crate::{FileType, Inspection};

/// CRC-16 as LHA has it.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xa001 } else { sum >> 1 })
    })
}

/// An entry with the oldest form of header.
fn entry(name: &[u8], method: &[u8; 5], packed: &[u8], content: &[u8]) -> Vec<u8> {
    let mut header = method.to_vec();
    for size in [packed.len(), content.len()] {
        header.extend(u32::try_from(size).unwrap().to_le_bytes());
    }
    header.extend([0, 0, 0, 0, 0x20, 0]);
    header.push(u8::try_from(name.len()).unwrap());
    header.extend(name);
    header.extend(crc16(content).to_le_bytes());
    let sum = header.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    [&[u8::try_from(header.len()).unwrap(), sum], &header[..], packed].concat()
}

fn look(bytes: &[u8]) -> Inspection {
    opened(FileType::Lha, open, bytes)
}

/// An archive with two entries.
fn archive() -> Vec<u8> {
    [entry(b"a.txt", b"-lh0-", HELLO, HELLO), entry(b"Ti\xea\xecng.txt", b"-lh0-", b"xin", b"xin"), vec![0]].concat()
}

#[test]
fn entries_are_opened() {
    let unknown =
        [entry(b"a.txt", b"-lh9-", HELLO, HELLO), entry(b"..\\b.txt", b"-lh0-", b"xin", b"abc"), vec![0, 1, 2]]
            .concat();
    let packed = [entry(b"a.txt", b"-lh5-", b"????????", HELLO), entry(b"short.txt", b"-lh0-", HELLO, HELLO)].concat();
    let text = [&archive(), &unknown, &packed[..packed.len() - 9], b"no header at all, I am afraid"]
        .map(|bytes| shown(&look(bytes)));
    expect_test::expect![[r#"
        clean
        a › a.txt [lha] 60 text
        a › Tiếng.txt [lha] 3 text

        blocked
        a › a.txt [lha] 60 
          not: this way of packing is not read here (lha method -lh9-)
        a › ..\b.txt [lha] 3 text
          not: its form is damaged (it does not fit its checksum)
        a › 125-127 [between entries] 2 
        ! leaves-folder Name: ..\b.txt
        ! archive-hidden-data Offset(125): 2 bytes at 125

        not_inspected
        a › a.txt [lha] 0 
          not: its form is damaged (while decompressing: while building a tree: not enough leaf nodes in code lengths)
        a › short.txt [lha] 0 
          not: its form is damaged (failed to fill whole buffer)

        not_inspected
          not: its form is damaged (lha: while parsing LHA header: unknown header level)
    "#]]
    .assert_eq(&text.join("\n"));
}

#[test]
fn every_beginning_is_read() {
    damaged_in_every_way(&entry(b"a.txt", b"-lh0-", HELLO, HELLO), look);
}

#[test]
fn any_archive_is_read() {
    with_any_changes!(archive(), |bytes: &[u8]| drop(look(bytes)));
}

#[test]
fn any_packed_bytes_are_read() {
    bolero::check!().with_type::<(u8, Vec<u8>)>().for_each(|(method, packed)| {
        let methods = [b"-lh1-", b"-lh4-", b"-lh5-", b"-lh6-", b"-lh7-", b"-lzs-", b"-lz5-", b"-lz4-"];
        let method = methods[usize::from(*method) % methods.len()];
        let _ = look(&entry(b"a.txt", method, packed, &HELLO.repeat(20)));
    });
}
