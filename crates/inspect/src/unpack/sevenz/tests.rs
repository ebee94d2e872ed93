//! Archives of 7-Zip, and such as are built byte by byte.

use super::super::testing::{HELLO, damaged_in_every_way, hex, inspected, shown};
use crate::bytes::crc32;
use crate::{Reason, Verdict};

const DEFLATE64: &str =
    "377abcaf271c00042731a718c1000000000000002200000000000000360ba89b8dc8bb0d00101000d0de14163084e292139fc2dd020a8982
    489c84f1ade095af95357a15d1fbccebd1413268730c40641888f5e7a9070000813307ae0fd15ba324a090a07243edd3fd0fca17349380e6
    e94bacc77ef5c87bdd1f6b5da3945203e09825e6cac62f97d8144e1362cd292764a27a8aca32afe5b588ca023207ed117d388f1558a15c37
    1a1526c6ff6374846d024db14647f9957286931b51ef0c88ccf86a597f07197bf8c5fdf909f0533625c4adcddd96c63e84d50169e2f80000
    001706360109808b00070b01000123030101055d001000000c80d20a0123978c2c0000";
const LZMA2: &str =
    "377abcaf271c0004fcdc4b4cba000000000000002200000000000000faa50f7fe0004800295d0034184aab8f92e97c7084fbabbb81b1d55b
    7d01dee60de34d7531e79b0b4443a5a93772d8f5dfb48000000000813307ae0fd10ff6b8a090a0775ec540189390f0a8589441aa548e560c
    77cc0fb63812b623d5aa739bfbafa52a40033266c87d2d16d9dc8b9d9ae8e6ff17281dca6ef3e5cee96424ceb7b3483b8f8e7c90a7db9799
    930201af85099d2bfe9502ba34d43463d8eb3f97969b0ba19821d9610ccc181052e87f21584d529db40f10b5cdaab8000000170631010980
    8900070b01000123030101055d001000000c80d20a017b0c59210000";
const PPMD: &str =
    "377abcaf271c0004e70b94b2b7000000000000002200000000000000646a9e710067f7a0ac48e30bf0e794eb63fb6b717257c4fa4dacadac
    6934083980d34d3d71ceb47a906d1c000000813307ae0fd087c23c9f3f474158d768ae7fed4bf26d52fea642a32872e707e98da02e903a3d
    70a8debf68e7c57254704801a4c6459294ac0c18cf22771cee657ba029200fc6c25e269582739ade0aa7c33ff030160e9426a59594561e16
    362ac60c1ed4f23d9e5c83e31908280c83b4a0b71285a703a5cd3d32a2f62a8d9beb4550eb418b01148896bc3400001706280109808f0007
    0b01000123030101055d001000000c80d20a01f9c278360000";
const DELTA: &str =
    "377abcaf271c00041f9b016729000000000000005a000000000000009df18d79e0003b00215d0025920544a61e0ea0de012d348c48fe89d0
    1717585d86f60a0007148c6c65ec0000000104060001092900070b010002212101002103010301000c3c3c00080a01cebc678d0000050119
    050000000000111500680065006c006c006f002e007400780074000000140a010007525f70747bdd01150601002080a4810000";
const BCJ_DEFLATE64: &str =
    "377abcaf271c000462e3cb3f27000000000000004600000000000000ba9b627f8dc8391100300804c03e2a620011296e860c4fc1e15f0b16
    d8724d3f52f455384869b0eff2ce000104060001092700070b01000203040109040303010301000c3c3c00080a01cebc678d000005011904
    00000000111500680065006c006c006f002e0074007800740000000000";
const DELTA_SWAP_PPMD: &str =
    "377abcaf271c0004ccde6e1920000000000000005e0000000000000064ce3e7e004805b8831aba4fb0214e601cb87dde7a14ab8d2cc3a118
    e44dd934e55ea5f60104060001092000070b010003230304010506000001000302030221030103010002010c3c3c3c00080a01cebc678d00
    00050119080000000000000000111500680065006c006c006f002e007400780074000000150601002080a4810000";
const AES_DEFLATE64: &str =
    "377abcaf271c00042e06a54330000000000000005e00000000000000af5101c3832a261d5d0bf4b2e25591b2650edf1ed984201b4afa0cf2
    b93baf0fc919736ed8de8d52a46292b296e97d2c868ed6140104060001093000070b0100022406f1070112530f12b8dd40980fe6868c6584
    3e46c08cae0304010901000c273c00080a01cebc678d00000501190100111500680065006c006c006f002e00740078007400000015060100
    2080a4810000";
const ENCRYPTED: &str =
    "377abcaf271c0004de6cc965b2000000000000002200000000000000325dd49279e8a90f5d278f594788516cfcb384443c39df089940f4e3
    3c4734b63a8e6437c91ee74451446e56414f5a1038ba235d0000813307ae0fd100d43ca08a69b0e3c400faf45854bda1349532230c6699b6
    45ed37c09188357567462777c4db3127c5cb6390b403860d2dc32bbdf484b1d113a0bd06cb25bcfc8887ddcde7aafaeb55a55170419bdd2f
    6ed578bc05c5e675d00de819e98ae6075618464ab0f0d879c915177e38e5ae1548004adf9e77581d00001706300109808200070b01000123
    030101055d001000000c80960a0188860c270000";
const ENCRYPTED_NAMES: &str =
    "377abcaf271c00045e5b7f60c0000000000000003e0000000000000061871bc3af65775f2363b0072c39cc50f15f004bdcd7fd84312c9795
    2513d4d5989108a3854fe2e9d50030e8dda3f9eaf573e3fbe5d8b1294f8f78c493feb952d65214831ca1e3ffe8bc49378382d235f1f6023b
    30087f4956016c0a3579f768a7082411b3443fad98eb4fb0fc1737e9c589e83f4b1e1fe6ac5742241bf9ea5583f310f28a946315c1b9cb29
    77c5914d2f64d6cf4b515015e586674e4cde2e25eb32bab79ab85c1104918a038ed5cad4bc04baba89740cf9c472660b2874b044af262a88
    1706300109809000070b0100022406f1070112530fd4a9788b6629dded11f6def9684ec2e823030101055d0010000001000c808280960a01
    5295bd8c0000";

/// A 7z with an open header, of entries with `sizes`, packed by the method with this id and properties.
fn archive(id: &[u8], properties: &[u8], packed: &[u8], content: &[u8], sizes: &[usize]) -> Vec<u8> {
    let number = |value: usize| [&[0xff_u8][..], &(value as u64).to_le_bytes()].concat();
    let mut header = vec![1, 4, 6];
    header.extend([number(0), number(1), vec![9], number(packed.len()), vec![0, 7, 0x0b], number(1), vec![0]].concat());
    let has_properties = if properties.is_empty() { 0 } else { 0x20 };
    header.extend([1, u8::try_from(id.len()).unwrap() | has_properties]);
    header.extend(id);
    if !properties.is_empty() {
        header.extend(number(properties.len()));
        header.extend(properties);
    }
    header.extend([vec![0x0c], number(content.len()), vec![0, 8, 0x0d], number(sizes.len()), vec![9]].concat());
    header.extend(sizes.iter().rev().skip(1).rev().flat_map(|size| number(*size)));
    header.extend([0x0a, 1]);
    let mut from = 0;
    for size in sizes {
        header.extend(crc32(&content[from..from + size]).to_le_bytes());
        from += size;
    }
    header.extend([vec![0, 0, 5], number(sizes.len()), vec![0x11], number(1 + 4 * sizes.len()), vec![0]].concat());
    header.extend((b'a'..=b'z').take(sizes.len()).flat_map(|letter| [letter, 0, 0, 0]));
    header.extend([0, 0]);
    let mut start = Vec::new();
    start.extend((packed.len() as u64).to_le_bytes());
    start.extend((header.len() as u64).to_le_bytes());
    start.extend(crc32(&header).to_le_bytes());
    [&b"7z\xbc\xaf\x27\x1c\0\x04"[..], &crc32(&start).to_le_bytes(), &start, packed, &header].concat()
}

#[test]
fn archives_of_7_zip_are_opened() {
    let text = [DEFLATE64, LZMA2, PPMD].map(|sample| shown(&inspected("a.7z", &hex(sample), &[])));
    expect_test::expect![[r#"
        clean
        a.7z › b.txt [7z] 12 text
        a.7z › d/c.txt [7z] 1 text
        a.7z › hello.txt [7z] 60 text
        a.7z › empty.txt [7z] 0 

        clean
        a.7z › b.txt [7z] 12 text
        a.7z › d/c.txt [7z] 1 text
        a.7z › hello.txt [7z] 60 text
        a.7z › empty.txt [7z] 0 

        clean
        a.7z › b.txt [7z] 12 text
        a.7z › d/c.txt [7z] 1 text
        a.7z › hello.txt [7z] 60 text
        a.7z › empty.txt [7z] 0 
    "#]]
    .assert_eq(&text.join("\n"));
    assert_eq!(inspected("a.7z", &hex(DELTA), &[]).nodes[1].size, Some(60));
}

#[test]
fn a_known_password_opens() {
    for sample in [ENCRYPTED, ENCRYPTED_NAMES] {
        let open = inspected("a.7z", &hex(sample), &["sai", "khien"]);
        assert_eq!((open.verdict, open.nodes.len()), (Verdict::Clean, 3), "{}", shown(&open));
        let locked = inspected("a.7z", &hex(sample), &["sai"]);
        assert!(locked.not_inspected().all(|(_, reason)| *reason == Reason::Encrypted), "{}", shown(&locked));
        assert_eq!(locked.verdict, Verdict::NotInspected);
        assert!(locked.findings.iter().any(|finding| finding.id == "archive-encrypted"));
    }
}

#[test]
fn methods_of_the_branch_with_zstandard_are_unpacked() {
    let zstd = ruzstd::encoding::compress_to_vec(HELLO, ruzstd::encoding::CompressionLevel::Fastest);
    let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
    std::io::Write::write_all(&mut lz4, HELLO).unwrap();
    let lz4 = lz4.finish().unwrap();
    let piece = |packed: &[u8]| {
        [&b"\x50\x2a\x4d\x18\x04\0\0\0"[..], &u32::try_from(packed.len()).unwrap().to_le_bytes(), packed].concat()
    };
    let text = [(1, zstd.clone()), (1, piece(&zstd)), (4, lz4.clone()), (4, piece(&lz4))].map(|(id, packed)| {
        let bytes = archive(&[4, 0xf7, 0x11, id], &[1, 5, 1], &packed, HELLO, &[20, 40]);
        shown(&inspected("a.7z", &bytes, &[]))
    });
    expect_test::expect![[r#"
        clean
        a.7z › a [7z] 20 text
        a.7z › b [7z] 40 text

        clean
        a.7z › a [7z] 20 text
        a.7z › b [7z] 40 text

        clean
        a.7z › a [7z] 20 text
        a.7z › b [7z] 40 text

        clean
        a.7z › a [7z] 20 text
        a.7z › b [7z] 40 text
    "#]]
    .assert_eq(&text.join("\n"));
}

#[test]
fn what_cannot_be_opened_is_said() {
    let copy = archive(&[0], &[], HELLO, HELLO, &[60]);
    let unknown = archive(&[4, 0xf7, 0x11, 5], &[], HELLO, HELLO, &[60]);
    let large = archive(&[0x21], &[38], HELLO, HELLO, &[60]);
    let behind = [copy.clone(), b"behind it".to_vec()].concat();
    let short = copy[..copy.len() - 1].to_vec();
    let mut wrong = copy.clone();
    wrong[40] ^= 1;
    let before = [b"MZ a program that unpacks it ".to_vec(), copy].concat();
    let text: Vec<String> =
        [unknown, large, behind, short, wrong].iter().map(|bytes| shown(&inspected("a.7z", bytes, &[]))).collect();
    expect_test::expect![[r#"
        not_inspected
        a.7z › a [7z] 60 
          not: this way of packing is not read here (7z method LZS)

        not_inspected
        a.7z › a [7z] 60 
          not: a bound of the reader, 268435456, was reached

        suspicious
        a.7z › a [7z] 60 text
        a.7z › 197-206 [between entries] 9 text
        ! archive-hidden-data Offset(197): 9 bytes at 197

        not_inspected
          not: a part of it is not here (the header of the 7z, at 197 of 196 bytes)

        not_inspected
          not: its form is damaged (ChecksumVerificationFailed)
        a.7z › a [7z] 60 text
          not: its form is damaged (ChecksumVerificationFailed)
    "#]]
    .assert_eq(&text.join("\n"));
    assert_eq!(super::archive(&before).unwrap().0.len(), before.len() - 29);
}

#[test]
fn damage_is_never_clean() {
    damaged_in_every_way(&archive(&[0], &[], HELLO, HELLO, &[20, 40]), |bytes| inspected("a.7z", bytes, &[]));
}

#[test]
fn any_header_is_read() {
    bolero::check!().with_type::<(Vec<u8>, Vec<u8>)>().for_each(|(header, packed)| {
        let mut start = Vec::new();
        start.extend((packed.len() as u64).to_le_bytes());
        start.extend((header.len() as u64).to_le_bytes());
        start.extend(crc32(header).to_le_bytes());
        let bytes = [&b"7z\xbc\xaf\x27\x1c\0\x04"[..], &crc32(&start).to_le_bytes(), &start, packed, header].concat();
        let _ = inspected("a.7z", &bytes, &["khien"]);
    });
}

#[test]
fn any_header_that_nearly_fits_is_read() {
    bolero::check!().with_type::<Vec<(u16, u8)>>().for_each(|changes| {
        let mut bytes = archive(&[0x21], &[16], HELLO, HELLO, &[20, 40]);
        let header = 32 + HELLO.len();
        for (at, value) in changes.iter().take(4) {
            let place = header + usize::from(*at) % (bytes.len() - header);
            bytes[place] = *value;
        }
        let sum = crc32(&bytes[header..]).to_le_bytes();
        bytes[28..32].copy_from_slice(&sum);
        let sum = crc32(&bytes[12..32]).to_le_bytes();
        bytes[8..12].copy_from_slice(&sum);
        let _ = inspected("a.7z", &bytes, &[]);
    });
}

#[test]
fn chains_with_a_method_of_our_own_are_opened() {
    let text = [BCJ_DEFLATE64, DELTA_SWAP_PPMD].map(|sample| shown(&inspected("a.7z", &hex(sample), &[])));
    expect_test::expect![[r#"
        clean
        a.7z › hello.txt [7z] 60 text

        clean
        a.7z › hello.txt [7z] 60 text
    "#]]
    .assert_eq(&text.join("\n"));
    for sample in [BCJ_DEFLATE64, DELTA_SWAP_PPMD] {
        damaged_in_every_way(&hex(sample), |bytes| inspected("a.7z", bytes, &[]));
    }
    let open = inspected("a.7z", &hex(AES_DEFLATE64), &["sai", "khien"]);
    assert_eq!((open.verdict, open.nodes[1].size), (Verdict::Clean, Some(60)), "{}", shown(&open));
    let locked = inspected("a.7z", &hex(AES_DEFLATE64), &["sai"]);
    assert!(locked.not_inspected().all(|(_, reason)| *reason == Reason::Encrypted), "{}", shown(&locked));
    assert_eq!(locked.verdict, Verdict::NotInspected);
}

#[test]
fn any_bytes_go_through_a_chain() {
    bolero::check!().with_type::<Vec<(u16, u8)>>().for_each(|changes| {
        let mut bytes = hex(DELTA_SWAP_PPMD);
        for (at, value) in changes.iter().take(4) {
            let place = 32 + usize::from(*at) % (bytes.len() - 32);
            bytes[place] = *value;
        }
        let header = 32 + usize::from(bytes[12]);
        let sum = crc32(&bytes[header..]).to_le_bytes();
        bytes[28..32].copy_from_slice(&sum);
        let sum = crc32(&bytes[12..32]).to_le_bytes();
        bytes[8..12].copy_from_slice(&sum);
        let _ = inspected("a.7z", &bytes, &[]);
    });
}
