//! Streams built by other programs and by code, whole and broken.

use std::io::{Read, Write};

use super::*;
use crate::Verdict;
use crate::build::{inspected, inspected_shortly};

/// What is packed in every stream here.
const TEXT: &str = "KHIEN-HARMLESS-TEST Kính gửi: Chi cục Thi hành án dân sự\n";

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::GzBuilder::new().filename("ghi chú.txt").write(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzipped(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    ::bzip2::read::BzEncoder::new(bytes, ::bzip2::Compression::best()).read_to_end(&mut packed).unwrap();
    packed
}

/// Bytes of hexadecimal digits.
fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// Every form of `TEXT`: those that no writer at hand can make were made by the usual programs.
fn forms() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let made = include_str!("made.txt");
    let of = |wanted: &str| {
        let line = made.lines().find_map(|line| line.strip_prefix(wanted)?.strip_prefix(' '));
        hex(line.unwrap_or_else(|| panic!("{wanted}")))
    };
    vec![
        ("a.txt.gz", "a.txt", gzipped(TEXT.as_bytes())),
        ("a.txt.bz2", "a.txt", bzipped(TEXT.as_bytes())),
        ("a.txt.xz", "a.txt", of("xz-crc64")),
        ("a.txt.xz", "a.txt", of("xz-none")),
        ("a.txt.xz", "a.txt", of("xz-crc32")),
        ("a.txt.xz", "a.txt", of("xz-sha256")),
        ("a.txt.xz", "a.txt", of("xz-x86")),
        ("a.txt.lzma", "a.txt", of("lzma")),
        ("a.txt.lz", "a.txt", of("lzip")),
        ("a.txt.zst", "a.txt", of("zstd")),
        ("a.txt.zst", "a.txt", of("zstd-check")),
        ("a.txt.lz4", "a.txt", of("lz4")),
        ("a.txt.lz4", "a.txt", of("lz4-linked")),
        ("a.txt.lz4", "a.txt", of("lz4-old")),
        ("a.txt.br", "a.txt", of("brotli")),
        ("a.txt.Z", "a.txt", of("compress")),
    ]
}

fn sha_of(bytes: &[u8]) -> String {
    ring::digest::digest(&ring::digest::SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_form_comes_out_as_it_went_in() {
    for (number, (name, child, bytes)) in forms().into_iter().enumerate() {
        let inspection = inspected(name, &bytes);
        assert_eq!(inspection.verdict, Verdict::Clean, "{number} {name}: {inspection:#?}");
        assert_eq!(inspection.nodes.len(), 2, "{number} {name}");
        assert_eq!(inspection.nodes[1].name, child);
        assert_eq!(inspection.nodes[1].sha256.as_deref(), Some(sha_of(TEXT.as_bytes()).as_str()), "{number} {name}");
    }
}

#[test]
fn streams_in_a_row_are_one() {
    for (number, (name, _, bytes)) in forms().into_iter().enumerate() {
        if matches!(name, "a.txt.br" | "a.txt.Z") {
            continue;
        }
        let padding: &[u8] = if name.ends_with("xz") { &[0; 8] } else { b"" };
        let inspection = inspected(name, &[&bytes, padding, &bytes].concat());
        assert_eq!(inspection.verdict, Verdict::Clean, "{number} {name}: {inspection:#?}");
        let twice = TEXT.repeat(2);
        assert_eq!(inspection.nodes[1].sha256.as_deref(), Some(sha_of(twice.as_bytes()).as_str()), "{number} {name}");
    }
}

#[test]
fn what_stands_behind_is_found() {
    for (number, (name, _, bytes)) in forms().into_iter().enumerate() {
        if name.ends_with(".Z") {
            continue;
        }
        let inspection = inspected(name, &[&bytes, "KHIEN-HARMLESS-TEST".as_bytes()].concat());
        let ids: Vec<_> = inspection.findings.iter().map(|finding| finding.id.as_str()).collect();
        assert_eq!(ids, ["behind-stream"], "{number} {name}: {inspection:#?}");
        assert_eq!(inspection.nodes[2].size, Some(19), "{number} {name}");
        let padded = inspected(name, &[&bytes, &[0; 512][..]].concat());
        assert_eq!((padded.verdict, padded.findings.len()), (Verdict::Clean, 0), "{number} {name}: {padded:#?}");
    }
}

#[test]
fn frames_that_are_skipped_are_looked_into() {
    let all = forms();
    let hidden = [b"\x50\x2a\x4d\x18\x13\0\0\0".as_slice(), b"KHIEN-HARMLESS-TEST"].concat();
    for (name, _, bytes) in all.into_iter().filter(|(name, ..)| name.ends_with(".zst") || name.ends_with(".lz4")) {
        let inspection = inspected(name, &[&hidden, bytes.as_slice(), &hidden].concat());
        let names: Vec<_> = inspection.nodes.iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, [name, "a.txt", "skipped frame", "skipped frame"], "{inspection:#?}");
        assert_eq!(inspection.verdict, Verdict::Clean);
    }
}

#[test]
fn names_lose_their_packing() {
    for (name, child) in [
        ("a.tgz", "a.tar"),
        ("A.TGZ", "A.tar"),
        ("thư/a.tar.gz", "a.tar"),
        ("a.svgz", "a.svg"),
        ("a", "content"),
        (".gz", "content"),
        ("đ.gz", "đ"),
    ] {
        let endings = &[(".tgz", ".tar"), (".svgz", ".svg"), (".gz", "")];
        assert_eq!(unpacked_name(name, endings), child, "{name}");
    }
    assert_eq!(inspected("bản ghi", &gzipped(b"x")).nodes[1].name, "ghi chú.txt");
}

#[test]
fn dictionaries_beyond_the_limit_are_refused_before_they_are_made() {
    let limit = Reason::limit(Limit::Reader, MAX_DICTIONARY_BYTES);
    let lzma = crate::build::at(&[(0, b"\x5d\0\0\0\x80\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0")], 40);
    let zstd = b"\x28\xb5\x2f\xfd\x00\xff\x01\0\0".to_vec();
    let single = b"\x28\xb5\x2f\xfd\xe0\xff\xff\xff\xff\xff\xff\xff\x7f\x01\0\0".to_vec();
    let lzip = b"LZIP\x01\x1d\0\0\0\0\0\0\0\0".to_vec();
    let xz = {
        // The size of the dictionary stands in the header of the block, before its checksum.
        let mut bytes = forms().remove(2).2;
        let place = bytes.windows(2).position(|pair| pair == b"\x21\x01").unwrap() + 2;
        bytes[place] = 40;
        let header = usize::from(bytes[12]) * 4 + 4;
        let mut sum = flate2::Crc::new();
        sum.update(&bytes[12..12 + header - 4]);
        bytes[12 + header - 4..12 + header].copy_from_slice(&sum.sum().to_le_bytes());
        bytes
    };
    for (name, bytes) in [("a.lzma", lzma), ("a.zst", zstd), ("b.zst", single), ("a.lz", lzip), ("a.xz", xz)] {
        let inspection = inspected(name, &bytes);
        assert!(inspection.not_inspected().any(|(_, reason)| *reason == limit), "{name}: {inspection:#?}");
    }
    assert_eq!(too_large_dictionary(MAX_DICTIONARY_BYTES), Ok(()));
    assert_eq!(too_large_dictionary(MAX_DICTIONARY_BYTES + 1), Err(limit));
}

#[test]
fn dictionaries_from_elsewhere_are_said() {
    for (name, bytes) in [
        ("a.zst", b"\x28\xb5\x2f\xfd\x01\x00\x07\x01\0\0".to_vec()),
        ("a.lz4", b"\x04\x22\x4d\x18\x61\x40\x07\0\0\0\0".to_vec()),
    ] {
        let inspection = inspected(name, &bytes);
        assert!(
            inspection.not_inspected().any(|(_, reason)| matches!(reason, Reason::Unsupported { .. })),
            "{name}: {inspection:#?}"
        );
    }
}

#[test]
fn so_many_streams_and_no_more() {
    let empty = gzipped(b"");
    let of = |count: usize| inspected("a.gz", &empty.repeat(count));
    assert_eq!(of(MAX_STREAMS).verdict, Verdict::Clean);
    assert!(
        of(MAX_STREAMS + 1)
            .not_inspected()
            .any(|(_, reason)| *reason == Reason::limit(Limit::Reader, MAX_STREAMS as u64))
    );
}

#[test]
fn beginnings_of_streams_are_never_clean() {
    for (number, (name, _, bytes)) in forms().into_iter().enumerate() {
        // The form without an end, and the frame of the older form, which ends where the file does.
        let endless = name.ends_with(".Z") || bytes.starts_with(b"\x02\x21\x4c\x18");
        for length in 1..bytes.len() {
            let inspection = inspected(name, &bytes[..length]);
            let cut_off = length > 14 && !endless;
            assert!(!cut_off || inspection.verdict != Verdict::Clean, "{number} {name} {length}: {inspection:#?}");
        }
    }
}

#[test]
fn broken_streams_are_looked_at() {
    for (name, _, bytes) in forms() {
        for place in 0..bytes.len() {
            for change in [0x01, 0x80, 0xff] {
                let mut broken = bytes.clone();
                broken[place] ^= change;
                inspected(name, &broken);
            }
        }
    }
}

macro_rules! fuzz_targets {
    ($($name:ident $number:literal)+) => {
        $(
            #[test]
            fn $name() {
                let (called, _, begin) = forms().remove($number);
                bolero::check!().with_type::<(u8, Vec<u8>)>().for_each(|(kept, bytes)| {
                    let kept = begin.get(..usize::from(*kept)).unwrap_or(&begin);
                    inspected_shortly(called, &[kept, bytes.as_slice()].concat());
                });
            }
        )+
    };
}

fuzz_targets! {
    any_gzip 0
    any_bzip2 1
    any_xz 2
    any_lzma 7
    any_lzip 8
    any_zstd 9
    any_lz4 11
    any_lz4_linked 12
    any_lz4_old 13
    any_brotli 14
    any_compress 15
}

#[test]
fn many_streams_that_ask_for_much_memory_take_neither_memory_nor_time() {
    // An empty member of lzip whose header asks for 128 MiB, and a frame of LZ4 with blocks of 4 MiB.
    let mut lzip = hex(&lzip_of_nothing());
    lzip[5] = 27;
    let lz4 = b"\x04\x22\x4d\x18\x60\x70\x73\0\0\0\0".to_vec();
    for (name, stream) in [("a.lz", lzip), ("a.lz4", lz4)] {
        let inspection = inspected(name, &stream.repeat(1_000));
        assert_eq!(inspection.verdict, Verdict::Clean, "{name} {:?}", inspection.nodes);
    }
}

/// An empty member of lzip, in hexadecimal digits.
fn lzip_of_nothing() -> String {
    "4c5a4950010c 0083fffbffffc0000000 00000000 0000000000000000 2400000000000000".to_owned()
}
