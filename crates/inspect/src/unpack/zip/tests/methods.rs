//! Every method of packing. What is not packed here by code was packed by 7-Zip and xz; the methods of the eighties by
//! `tests/peers/oldzip.py`, which Info-ZIP and 7-Zip read, but for reduce.

use super::super::super::testing::{HELLO, hex, inspected, inspected_within, shown};
use super::writer::{Item, zip};
use crate::{Limits, Reason};

const DEFLATE64: &str = "8dc8391100300804c03e2a620011296e860c4fc1e15f0b16d8724d3f52f455384869b0eff2ce00";
const LZMA: &str = "1a0205005d001000000025920544a9cfd7b92a3d88943ca216fab1393102cb81d2d672aed23fffeaf04000";
const XZ: &str =
    "fd377a585a0000016922de360200210116000000742fe5a3e0003b001c5d0025920544a9cfd7b92a3d88943ca216fab1393102cb
    81d2d649a4000000cebc678d0001343c5b3ac3b49042990d010000000001595a";
const PPMD: &str = "07004afbec101c44a2c8f722d876fdba5e9f3bbfd7c975fd4db67e7a00";

const SHRINK: &str = "4b902429e2a4059220529a302932654a0b2a0ca9800838b0e0c1840b1b3e8c38512041830815327408710a1505";
const REDUCE: &str =
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    00000000000000000000000000000000000000000000000000000000042400000000000000000000000000000000000000000000000000
    00000000000000000000000000000000000000084520c3540b55d0040040d012300545011210140949410020384d010010480100000000
    000000000000000000202051010000000000041300000490000000000000000000810200000000000000000000000000044b0080004222
    0500";
const IMPLODE: &str =
    "0ff7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f703f5f5f5f503f5f5f5f55bb66fdbb5f1d2f67d6b376ddeb566cda5d5bbd6acbe6ff2db5f01";

#[test]
fn the_methods_of_the_eighties_are_unpacked() {
    let mut imploded = Item::packed("c", 6, &hex(IMPLODE), HELLO);
    imploded.flags |= 0b110;
    let short = Item::packed("d", 1, &hex(SHRINK)[..30], HELLO);
    let items = [Item::packed("a", 1, &hex(SHRINK), HELLO), Item::packed("b", 3, &hex(REDUCE), HELLO), imploded, short];
    expect_test::expect![[r#"
        not_inspected
        a.zip › a [zip shrink] 60 text
        a.zip › b [zip reduce] 60 text
        a.zip › c [zip implode] 60 text
        a.zip › d [zip shrink] 34 text
          not: its form is damaged (unexpected end of compressed stream)
    "#]]
    .assert_eq(&shown(&inspected("a.zip", &zip(&items), &[])));
    // What comes out is bounded as with every other method.
    let limits = Limits { node_bytes: 20, ..Limits::default() };
    let bounded = inspected_within("a.zip", &zip(&items[..1]), &[], &limits);
    assert!(bounded.not_inspected().any(|(_, reason)| matches!(reason, Reason::Limit { .. })), "{}", shown(&bounded));
}

#[test]
fn every_method_is_unpacked() {
    use std::io::Write;
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    bzip2.write_all(HELLO).unwrap();
    let zstd = ruzstd::encoding::compress_to_vec(HELLO, ruzstd::encoding::CompressionLevel::Fastest);
    let bytes = zip(&[
        Item::packed("a", 9, &hex(DEFLATE64), HELLO),
        Item::packed("b", 12, &bzip2.finish().unwrap(), HELLO),
        Item::packed("c", 14, &hex(LZMA), HELLO),
        Item::packed("d", 93, &zstd, HELLO),
        Item::packed("e", 20, &zstd, HELLO),
        Item::packed("f", 95, &hex(XZ), HELLO),
        Item::packed("g", 98, &hex(PPMD), HELLO),
    ]);
    expect_test::expect![[r#"
        clean
        a.zip › a [zip deflate64] 60 text
        a.zip › b [zip bzip2] 60 text
        a.zip › c [zip lzma] 60 text
        a.zip › d [zip zstd] 60 text
        a.zip › e [zip zstd] 60 text
        a.zip › f [zip xz] 60 text
        a.zip › g [zip ppmd] 60 text
    "#]]
    .assert_eq(&shown(&inspected("a.zip", &bytes, &[])));
}

#[test]
fn other_methods_are_said() {
    let items: Vec<Item> = [10, 97, 42].map(|method| Item::packed("a", method, HELLO, HELLO)).into();
    expect_test::expect![[r#"
        not_inspected
        a.zip › a [zip] 60 
          not: this way of packing is not read here (zip method 10, PKWARE implode)
        a.zip › a [zip] 60 
          not: this way of packing is not read here (zip method 97, WavPack)
        a.zip › a [zip] 60 
          not: this way of packing is not read here (zip method 42, unknown)
    "#]]
    .assert_eq(&shown(&inspected("a.zip", &zip(&items), &[])));
}

#[test]
fn what_does_not_unpack_is_said() {
    let mut wrong_sum = Item::deflated("sum", HELLO);
    wrong_sum.checksum ^= 1;
    let mut wrong_size = Item::stored("size", HELLO);
    wrong_size.unpacked += 1;
    let items: Vec<Item> =
        [8, 9, 12, 14, 93, 95, 98].map(|method| Item::packed("x", method, b"????????", HELLO)).into();
    let bytes = zip(&[items, vec![wrong_sum, wrong_size]].concat());
    expect_test::expect![[r#"
        not_inspected
        a.zip › x [zip deflate] 0 
          not: its form is damaged (corrupt deflate stream)
        a.zip › x [zip deflate64] 0 
          not: its form is damaged (invalid deflate64)
        a.zip › x [zip bzip2] 0 
          not: its form is damaged (bzip2: bz2 header missing)
        a.zip › x [zip lzma] 0 
          not: its form is damaged (failed to fill whole buffer)
        a.zip › x [zip zstd] 0 
          not: its form is damaged (BadMagicNumber(1061109567))
        a.zip › x [zip xz] 0 
          not: its form is damaged (invalid XZ magic bytes)
        a.zip › x [zip ppmd] 0 
          not: its form is damaged (PPMd with way 3 of restoring its model)
        a.zip › sum [zip deflate] 60 text
          not: its form is damaged (its CRC-32 is 8d67bcce, its header says 8d67bccf)
        a.zip › size [zip stored] 60 text
          not: its form is damaged (it has 60 bytes, its header says 61)
    "#]]
    .assert_eq(&shown(&inspected("a.zip", &bytes, &[])));
}

/// The reader of shrink says what is wrong with the first code, and panics when it is asked for what came before the mistake.
#[test]
fn a_reader_of_the_eighties_that_panics_meets_damage() {
    expect_test::expect![[r#"
        not_inspected
        a.zip › x [zip shrink] 0 
          not: its form is damaged (the first code must be a literal)
    "#]]
    .assert_eq(&shown(&inspected("a.zip", &zip(&[Item::packed("x", 1, &[1, 3, 2], HELLO)]), &[])));
}

#[test]
fn any_packed_bytes_are_unpacked() {
    bolero::check!().with_type::<(u8, Vec<u8>)>().for_each(|(number, packed)| {
        let methods = [1, 2, 3, 4, 5, 6, 8, 9, 12, 14, 93, 95, 98];
        let method = methods[usize::from(*number) % methods.len()];
        let head: &[u8] = match method {
            14 => &[26, 2, 5, 0, 0x5d, 0, 0x10, 0, 0],
            93 => &[0x28, 0xb5, 0x2f, 0xfd],
            95 => b"\xfd7zXZ\0\0\x01\x69\x22\xde\x36",
            98 => &[7, 0],
            _ => &[],
        };
        let _ = inspected("a.zip", &zip(&[Item::packed("x", method, &[head, packed].concat(), HELLO)]), &[]);
    });
}
