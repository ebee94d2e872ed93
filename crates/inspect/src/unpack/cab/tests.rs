//! Cabinets built byte by byte, and by the `cab` crate.

use std::io::Write;

use super::super::testing::{HELLO, damaged_in_every_way, inspected, shown};
use crate::{Reason, Verdict};

/// Bits in 16-bit words, the highest one first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        for place in (0..count).rev() {
            self.held = (self.held << 1) | ((value >> place) & 1);
            self.count += 1;
            if self.count == 16 {
                self.bytes.extend(u16::try_from(self.held).unwrap().to_le_bytes());
                (self.held, self.count) = (0, 0);
            }
        }
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.put(0, 16 - self.count);
        }
        self.bytes
    }

    /// The lengths of codes: `runs` of how many and which symbol of the tree in front of them, which has just these two.
    fn lengths(&mut self, symbols: [usize; 2], codes: &[(usize, &[u32])]) {
        for symbol in 0..20 {
            self.put(u32::from(symbols.contains(&symbol)), 4);
        }
        for (symbol, extra) in codes {
            self.put(u32::from(*symbol == symbols[1]), 1);
            if let [value, count] = extra {
                self.put(*value, *count);
            }
        }
    }

    /// A block whose main tree has sixteen codes of eight bits and else such of nine.
    fn block(&mut self, is_aligned: bool, size: u32) {
        self.put(if is_aligned { 2 } else { 1 }, 3);
        self.put(size, 24);
        if is_aligned {
            (0..8).for_each(|_| self.put(3, 3));
        }
        // Lengths are told as differences to those of the block before.
        let (nine, eight) = if is_aligned { (0, 0) } else { (8, 9) };
        let symbols = if is_aligned { [0, 1] } else { [8, 9] };
        let codes: Vec<(usize, &[u32])> =
            (0..256).map(|place| (if place < 16 { eight } else { nine }, &[][..])).collect();
        self.lengths(symbols, &codes);
        self.lengths(symbols, &vec![(nine, &[][..]); 240]);
        let runs: Vec<(usize, &[u32])> =
            vec![(18, &[31, 5]), (18, &[31, 5]), (18, &[31, 5]), (18, &[31, 5]), (18, &[25, 5])];
        self.lengths([17, 18], &runs);
    }

    fn symbol(&mut self, symbol: u32) {
        match symbol {
            0..16 => self.put(symbol, 8),
            _ => self.put(32 + symbol - 16, 9),
        }
    }
}

/// `HELLO` three times in one frame of LZX: literals, a copy by a new distance, a copy by a known one, with both kinds of blocks.
fn lzx() -> (Vec<u8>, Vec<u8>) {
    let mut bits = Bits::default();
    bits.put(0, 1);
    bits.block(false, 62);
    for byte in HELLO {
        bits.symbol((*byte).into());
    }
    // Two bytes from 60 back: slot 11 reaches from 48 on with 4 bits, where 60 is written as 62.
    bits.symbol(256 + 11 * 8);
    bits.put(62 - 48, 4);
    // The rest of the second time: 58 bytes in copies of 8 and 2 by the distance known best, in a block of its own.
    bits.block(true, 58 + 60);
    for length in [8, 8, 8, 8, 8, 8, 8, 2] {
        bits.symbol(256 + length - 2);
    }
    // The third time: a new distance of 60 in an aligned block, whose three lowest bits have a code of their own.
    bits.symbol(256 + 11 * 8 + 6);
    bits.put((62 - 48) >> 3, 1);
    bits.put((62 - 48) & 7, 3);
    for length in [8, 8, 8, 8, 8, 8, 4] {
        bits.symbol(256 + length - 2);
    }
    (bits.finish(), HELLO.repeat(3))
}

/// A cabinet of one folder with one block.
fn cabinet(method: u16, packed: &[u8], unpacked: usize, files: &[(&str, usize, usize)]) -> Vec<u8> {
    let list: Vec<u8> = files
        .iter()
        .flat_map(|(name, offset, size)| {
            let mut file = u32::try_from(*size).unwrap().to_le_bytes().to_vec();
            file.extend(u32::try_from(*offset).unwrap().to_le_bytes());
            file.extend([0, 0, 0x21, 0x53, 0, 0, 0x20, 0]);
            file.extend(name.as_bytes());
            file.push(0);
            file
        })
        .collect();
    let data = 36 + 8 + list.len();
    let mut bytes = b"MSCF\0\0\0\0".to_vec();
    bytes.extend(u32::try_from(data + 8 + packed.len()).unwrap().to_le_bytes());
    bytes.extend([0, 0, 0, 0, 44, 0, 0, 0, 0, 0, 0, 0, 3, 1, 1, 0]);
    bytes.extend(u16::try_from(files.len()).unwrap().to_le_bytes());
    bytes.extend([0; 6]);
    bytes.extend(u32::try_from(data).unwrap().to_le_bytes());
    bytes.extend([1, 0]);
    bytes.extend(method.to_le_bytes());
    bytes.extend(list);
    bytes.extend([0; 4]);
    bytes.extend(u16::try_from(packed.len()).unwrap().to_le_bytes());
    bytes.extend(u16::try_from(unpacked).unwrap().to_le_bytes());
    bytes.extend(packed);
    bytes
}

/// What the `cab` crate writes.
fn written(method: cab::CompressionType) -> Vec<u8> {
    let mut builder = cab::CabinetBuilder::new();
    let folder = builder.add_folder(method);
    for name in ["a.txt", "thư mục\\b.txt"] {
        folder.add_file(name);
    }
    let mut writer = builder.build(std::io::Cursor::new(Vec::new())).unwrap();
    let mut content = HELLO.repeat(2000);
    while let Some(mut file) = writer.next_file().unwrap() {
        file.write_all(&content).unwrap();
        content.truncate(60);
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn cabinets_are_opened() {
    for method in [cab::CompressionType::None, cab::CompressionType::MsZip] {
        let inspection = inspected("a.cab", &written(method), &[]);
        let nodes: Vec<_> = inspection.nodes[1..].iter().map(|node| (node.name.as_str(), node.size)).collect();
        assert_eq!(nodes, [("a.txt", Some(120_000)), ("thư mục\\b.txt", Some(60))], "{}", shown(&inspection));
        assert_eq!(inspection.verdict, Verdict::Clean, "{}", shown(&inspection));
    }
}

#[test]
fn lzx_is_unpacked() {
    let (packed, content) = lzx();
    let bytes = cabinet(0x0f03, &packed, content.len(), &[("a.txt", 0, 180)]);
    let inspection = inspected("a.cab", &bytes, &[]);
    let whole = inspected("a.txt", &content, &[]);
    assert_eq!(inspection.nodes[1].sha256, whole.nodes[0].sha256, "{}", shown(&inspection));
}

#[test]
fn a_plain_block_of_lzx_is_unpacked() {
    // As Microsoft's own program wrote it.
    let packed = crate::unpack::testing::hex(
        "5b80808d0030f00110000000010000000100000048656c6c6f2c20776f726c64210d0a53656520796f75206c61746572210d0a00",
    );
    let bytes = cabinet(0x1303, &packed, 31, &[("hi.txt", 0, 15), ("bye.txt", 15, 16)]);
    expect_test::expect![[r#"
        clean
        a.cab › hi.txt [cab] 15 text
        a.cab › bye.txt [cab] 16 text
    "#]]
    .assert_eq(&shown(&inspected("a.cab", &bytes, &[])));
}

#[test]
fn what_cannot_be_opened_is_said() {
    let gap = cabinet(0, HELLO, 60, &[("a.txt", 10, 20), ("b.txt", 20, 40), ("c.txt", 40, 40)]);
    let quantum = cabinet(0x1002, HELLO, 60, &[("a.txt", 0, 60)]);
    let mut set = cabinet(0, HELLO, 60, &[("a.txt", 0, 60)]);
    set[44 + 8] = 0xfe;
    set[44 + 9] = 0xff;
    let behind = [cabinet(0, HELLO, 60, &[("..\\a.txt", 0, 60)]), b"behind it".to_vec()].concat();
    let text = [gap, quantum, set, behind].map(|bytes| shown(&inspected("a.cab", &bytes, &[])));
    expect_test::expect![[r#"
        not_inspected
        a.cab › between files [cab] 10 text
        a.cab › a.txt [cab] 20 text
        a.cab › b.txt [cab] 40 text
        a.cab › c.txt [cab] 20 text
          not: a part of it is not here (the end of its content)
        ! archive-hidden-data Whole: 10 bytes in no file

        not_inspected
        a.cab › a.txt [cab] 60 
          not: this way of packing is not read here (cab method Quantum)

        not_inspected
        a.cab › between files [cab] 60 text
        a.cab › a.txt [cab] 60 
          not: a part of it is not here (the other cabinets of the set)
        ! archive-hidden-data Whole: 60 bytes in no file

        blocked
        a.cab › ..\a.txt [cab] 60 text
        a.cab › 137-146 [between entries] 9 text
        ! leaves-folder Name: ..\a.txt
        ! archive-hidden-data Offset(137): 9 bytes at 137
    "#]]
    .assert_eq(&text.join("\n"));
}

#[test]
fn files_on_top_of_each_other_end_quickly() {
    let files = vec![("a.txt", 0, 60); 500];
    let inspection = inspected("a.cab", &cabinet(0, HELLO, 60, &files), &[]);
    let reason = Reason::limit(crate::Limit::Reader, super::MAX_REWINDS as u64);
    assert!(inspection.not_inspected().any(|(_, said)| *said == reason));
}

#[test]
fn damage_is_never_clean() {
    let (packed, content) = lzx();
    damaged_in_every_way(&written_small(), |bytes| inspected("a.cab", bytes, &[]));
    let bytes = cabinet(0x0f03, &packed, content.len(), &[("a.txt", 0, 180)]);
    for length in 0..bytes.len() {
        let _ = inspected("a.cab", &bytes[..length], &[]);
    }
}

/// A cabinet with checksums.
fn written_small() -> Vec<u8> {
    let mut builder = cab::CabinetBuilder::new();
    builder.add_folder(cab::CompressionType::None).add_file("a.txt");
    let mut writer = builder.build(std::io::Cursor::new(Vec::new())).unwrap();
    while let Some(mut file) = writer.next_file().unwrap() {
        file.write_all(HELLO).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn any_cabinet_is_read() {
    bolero::check!().with_type::<(u16, Vec<u8>, Vec<(u8, u8)>)>().for_each(|(method, packed, changes)| {
        let packed = packed.get(..packed.len().min(1000)).unwrap_or_default();
        let mut bytes = cabinet(*method & 0x1f03, packed, 60, &[("a.txt", 0, 20), ("b.txt", 20, 40)]);
        for (at, value) in changes {
            if let Some(byte) = bytes.get_mut(usize::from(*at)) {
                *byte = *value;
            }
        }
        let _ = inspected("a.cab", &bytes, &[]);
    });
}
