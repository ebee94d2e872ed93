//! Archives that `rars` itself writes, and stored ones built byte by byte.

use rars::{ArchiveVersion, Builder};

use super::super::testing::{HELLO, damaged_in_every_way, inspected, opened, shown};
use crate::bytes::crc32;
use crate::{FileType, Reason, Verdict};

/// Families with every way of packing.
const VERSIONS: [ArchiveVersion; 6] = [
    ArchiveVersion::Rar14,
    ArchiveVersion::Rar15,
    ArchiveVersion::Rar20,
    ArchiveVersion::Rar29,
    ArchiveVersion::Rar50,
    ArchiveVersion::Rar70,
];

/// An archive with two files.
fn written(mut builder: Builder) -> Vec<u8> {
    builder.add_bytes(b"a.txt".to_vec(), HELLO.to_vec(), None, None).unwrap();
    builder.add_bytes(b"c.txt".to_vec(), HELLO.repeat(50), None, None).unwrap();
    builder.to_bytes().unwrap()
}

/// A number of RAR 5.
fn number(value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = value;
    loop {
        let low = u8::try_from(rest & 0x7f).unwrap();
        rest >>= 7;
        bytes.push(if rest == 0 { low } else { low | 0x80 });
        if rest == 0 {
            return bytes;
        }
    }
}

/// A block of RAR 5: its checksum and length, then `fields`.
fn block(fields: &[u8]) -> Vec<u8> {
    let sized = [number(fields.len()), fields.to_vec()].concat();
    [crc32(&sized).to_le_bytes().to_vec(), sized].concat()
}

/// A stored file (`kind` 2) or service (3) of RAR 5.
fn stored(kind: u8, name: &str, content: &[u8], extra: &[u8]) -> Vec<u8> {
    let mut fields = vec![kind, if extra.is_empty() { 2 } else { 3 }];
    if !extra.is_empty() {
        fields.extend(number(extra.len()));
    }
    fields.extend(number(content.len()));
    fields.push(4);
    fields.extend(number(content.len()));
    fields.push(0);
    fields.extend(crc32(content).to_le_bytes());
    fields.extend([0, 0]);
    fields.extend(number(name.len()));
    fields.extend(name.as_bytes());
    fields.extend(extra);
    [block(&fields), content.to_vec()].concat()
}

/// A RAR 5 of these blocks.
fn rar5(blocks: &[Vec<u8>]) -> Vec<u8> {
    [b"Rar!\x1a\x07\x01\0".to_vec(), block(&[1, 0, 0]), blocks.concat(), block(&[5, 0, 0])].concat()
}

/// A RAR 4 of one stored file.
fn rar4(name: &str, content: &[u8]) -> Vec<u8> {
    let block = |fields: &[u8]| {
        let [low, high, ..] = crc32(fields).to_le_bytes();
        [&[low, high], fields].concat()
    };
    let length = u32::try_from(content.len()).unwrap().to_le_bytes();
    let mut file = vec![0x74, 0, 0x80];
    file.extend(u16::try_from(32 + name.len()).unwrap().to_le_bytes());
    file.extend([length, length].concat());
    file.push(3);
    file.extend(crc32(content).to_le_bytes());
    file.extend([0, 0, 0, 0, 20, 0x30]);
    file.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
    file.extend([0x20, 0, 0, 0]);
    file.extend(name.as_bytes());
    [
        b"Rar!\x1a\x07\0".to_vec(),
        block(&[0x73, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0]),
        block(&file),
        content.to_vec(),
        block(&[0x7b, 0, 0x40, 7, 0]),
    ]
    .concat()
}

#[test]
fn stored_files_are_opened() {
    expect_test::expect![[r#"
        clean
        a.rar › a.txt [rar] 60 text
    "#]]
    .assert_eq(&shown(&inspected("a.rar", &rar4("a.txt", HELLO), &[])));
    let bytes = rar5(&[stored(2, "Công văn.txt", HELLO, &[])]);
    expect_test::expect![[r#"
        clean
        a.rar › Công văn.txt [rar] 60 text
    "#]]
    .assert_eq(&shown(&inspected("a.rar", &bytes, &[])));
}

#[test]
fn every_version_is_unpacked() {
    for version in VERSIONS {
        for is_solid in [false, true] {
            let bytes = written(Builder::new(version).solid(is_solid));
            let inspection = opened(FileType::Rar, super::open, &bytes);
            let sizes: Vec<Option<u64>> = inspection.nodes.iter().skip(1).map(|node| node.size).collect();
            assert_eq!(sizes, [Some(60), Some(3000)], "{version:?}: {}", shown(&inspection));
            assert_eq!(inspection.verdict, Verdict::Clean, "{version:?}: {}", shown(&inspection));
        }
    }
}

#[test]
fn a_known_password_opens() {
    for version in [ArchiveVersion::Rar30, ArchiveVersion::Rar50] {
        for names in [false, true] {
            let bytes = written(Builder::new(version).password(Some(b"khien".to_vec())).header_encryption(names));
            let open = inspected("a.rar", &bytes, &["sai", "khien"]);
            assert_eq!((open.verdict, open.nodes.len()), (Verdict::Clean, 3), "{version:?}: {}", shown(&open));
            let locked = inspected("a.rar", &bytes, &["sai"]);
            assert_eq!(locked.verdict, Verdict::NotInspected, "{version:?}");
            assert!(locked.not_inspected().all(|(_, reason)| *reason == Reason::Encrypted), "{}", shown(&locked));
            assert!(locked.findings.iter().any(|finding| finding.id == "archive-encrypted"));
        }
    }
}

#[test]
fn volumes_are_incomplete() {
    let mut builder = Builder::new(ArchiveVersion::Rar50).store(true).volume_size(Some(1000));
    builder.add_bytes(b"a.txt".to_vec(), HELLO.repeat(50), None, None).unwrap();
    let volumes = builder.build_volumes(None).unwrap();
    expect_test::expect![[r#"
        not_inspected
          not: a part of it is not here (the other volumes of the RAR)
        a.part1.rar › a.txt [rar] 3000 
          not: a part of it is not here (the other volumes of the RAR)
    "#]]
    .assert_eq(&shown(&inspected("a.part1.rar", &volumes[0], &[])));
}

#[test]
fn what_leads_astray_is_found() {
    // A stream of the file before it, whose name leads into the start menu.
    let name = b":..\\..\\Startup\\a.txt";
    let stream = [number(name.len() + 1), vec![7], name.to_vec()].concat();
    let link = [&[5, 1, 0, 11][..], b"/etc/passwd"].concat();
    let link = [number(link.len()), link].concat();
    let mut bytes = rar5(&[
        stored(2, "a.txt", HELLO, &[]),
        stored(3, "STM", b"KHIEN-HARMLESS-TEST", &stream),
        stored(2, "../b.txt", HELLO, &[]),
        stored(2, "link", b"", &link),
    ]);
    bytes.extend(b"behind it");
    expect_test::expect![[r#"
        blocked
        a.rar › a.txt [rar] 60 text
        a.rar › ../b.txt [rar] 60 text
        a.rar › stream :..\..\Startup\a.txt [rar stream] 19 text
        a.rar › 295-304 [between entries] 9 text
        ! leaves-folder Name: ../b.txt
        ! archive-link-escapes Field("link"): link → /etc/passwd
        ! archive-name-escapes Field("..\\..\\Startup\\a.txt"): ..\..\Startup\a.txt
        ! archive-hidden-data Offset(295): 9 bytes at 295
    "#]]
    .assert_eq(&shown(&inspected("a.rar", &bytes, &[])));
}

#[test]
fn keys_that_take_too_long_are_not_made() {
    // Encrypted headers, whose key takes two to the power of 24 rounds.
    let head = block(&[[4, 0, 0, 0, 24].to_vec(), vec![0; 16]].concat());
    let bytes = [b"Rar!\x1a\x07\x01\0".to_vec(), head, vec![0x55; 64]].concat();
    assert_eq!(super::header_rounds(&bytes), 1 << 24);
    let passwords = ["a", "b", "c"];
    let begun = shown(&inspected("a.rar", &bytes[..bytes.len() - 60], &passwords[..0]));
    assert!(begun.contains("password"), "{begun}");
}

#[test]
fn damage_is_never_clean() {
    damaged_in_every_way(&rar5(&[stored(2, "a.txt", HELLO, &[])]), |bytes| inspected("a.rar", bytes, &[]));
    damaged_in_every_way(&rar4("a.txt", HELLO), |bytes| inspected("a.rar", bytes, &[]));
}

#[test]
fn any_block_is_read() {
    bolero::check!().with_type::<(Vec<u8>, Vec<u8>)>().for_each(|(fields, rest)| {
        let bytes = [b"Rar!\x1a\x07\x01\0".to_vec(), block(&[1, 0, 0]), block(fields), rest.clone()].concat();
        let _ = inspected("a.rar", &bytes, &[]);
        let bytes = [b"Rar!\x1a\x07\x01\0".to_vec(), block(fields), block(rest)].concat();
        let _ = inspected("a.rar", &bytes, &["a"]);
    });
}

#[test]
fn any_packed_bytes_are_unpacked() {
    let archives: Vec<Vec<u8>> = VERSIONS.map(|version| written(Builder::new(version))).into();
    bolero::check!().with_type::<(u8, Vec<(u16, u8)>)>().for_each(|(which, changes)| {
        let mut bytes = archives[usize::from(*which) % archives.len()].clone();
        for (at, value) in changes.iter().take(8) {
            let place = usize::from(*at) % bytes.len();
            bytes[place] = *value;
        }
        let _ = opened(FileType::Rar, super::open, &bytes);
    });
}
