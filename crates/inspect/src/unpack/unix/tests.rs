//! Archives built by code, whole and broken.

use crate::build::{inspected, inspected_shortly, pax_record, pe, seal, tar, tar_header};
use crate::{Reason, Verdict};

const TEXT: &[u8] = b"KHIEN-HARMLESS-TEST";

/// The names of everything in an archive, and what was found in the archive itself.
fn seen(name: &str, bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let inspection = inspected(name, bytes);
    let names = inspection.nodes.iter().skip(1).map(|node| node.name.clone()).collect();
    let found = inspection.findings.iter().filter(|finding| finding.node == 0);
    (names, found.map(|finding| format!("{} {}", finding.id, finding.evidence)).collect())
}

fn padded(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

/// A header, what stands behind it, and padding.
fn entry(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    padded([tar_header(name, kind, content.len(), true), content.to_vec()].concat())
}

const END: [u8; 1024] = [0; 1024];

#[test]
fn every_form_of_tar_is_read() {
    let long = format!("thư mục/{}.txt", "ă".repeat(120));
    let decomposed = khien_model::text::nfd("Quyết định.txt");
    let mut split = tar_header("b.txt", b'0', TEXT.len(), true);
    split[345..352].copy_from_slice(b"a/dir/x");
    seal(&mut split);
    let mut binary = tar_header("big.txt", b'0', 0, true);
    binary[124..136].copy_from_slice(b"\x80\0\0\0\0\0\0\0\0\0\0\x13");
    seal(&mut binary);
    let cases: Vec<(&str, Vec<u8>, Vec<&str>)> = vec![
        ("V7", tar(&[("a.txt", TEXT)], false), vec!["a.txt"]),
        ("ustar", tar(&[("a.txt", TEXT), ("b/c.txt", TEXT)], true), vec!["a.txt", "b/c.txt"]),
        ("ustar with a prefix", padded([split, TEXT.to_vec()].concat()), vec!["a/dir/x/b.txt"]),
        ("a size in bytes", padded([binary, TEXT.to_vec()].concat()), vec!["big.txt"]),
        ("GNU", [entry("././@LongLink", b'L', long.as_bytes()), entry("short", b'0', TEXT)].concat(), vec![&long]),
        ("POSIX", [entry("x", b'x', &pax_record("path", &long)), entry("short", b'0', TEXT)].concat(), vec![&long]),
        (
            "POSIX, NFD",
            [entry("x", b'x', &pax_record("path", &decomposed)), entry("short", b'0', TEXT)].concat(),
            vec![&decomposed],
        ),
        (
            "POSIX, a size that the header does not have",
            [
                entry("x", b'x', &pax_record("size", "19")),
                padded([tar_header("a.txt", b'0', 0, true), TEXT.to_vec()].concat()),
                entry("b.txt", b'0', TEXT),
            ]
            .concat(),
            vec!["a.txt", "b.txt"],
        ),
        ("a folder", [entry("d/", b'5', b""), entry("d/a.txt", b'0', TEXT)].concat(), vec!["d/a.txt"]),
    ];
    for (name, bytes, expected) in cases {
        let inspection = inspected("a.tar", &[&bytes, &END[..]].concat());
        let names: Vec<_> = inspection.nodes.iter().skip(1).map(|node| node.name.as_str()).collect();
        assert_eq!(names, expected, "{name}");
        assert!(
            inspection.nodes.iter().skip(1).all(|node| node.size == Some(TEXT.len() as u64)),
            "{name}: {inspection:#?}"
        );
        assert_eq!(inspection.verdict, Verdict::Clean, "{name}: {inspection:#?}");
    }
}

#[test]
fn links_and_devices_are_told() {
    let link = |name: &str, kind: u8, target: &str| {
        let mut header = tar_header(name, kind, 0, true);
        header[157..157 + target.len()].copy_from_slice(target.as_bytes());
        seal(&mut header);
        header
    };
    let bytes = [
        link("a/b", b'2', "../c"),
        link("a/d", b'2', "../../c"),
        link("e", b'1', "/etc/passwd"),
        link("f", b'1', "a/b"),
        link("g", b'3', ""),
        entry("x", b'x', &pax_record("linkpath", "../../../../tmp")),
        link("h", b'2', "short"),
        END.to_vec(),
    ];
    let (names, found) = seen("a.tar", &bytes.concat());
    assert!(names.is_empty());
    assert_eq!(
        found,
        [
            "archived-link-outside a/d → ../../c",
            "archived-link-outside e → /etc/passwd",
            "archived-device g",
            "archived-link-outside h → ../../../../tmp",
            "archived-link a/b → ../c, +1",
        ]
    );
}

#[test]
fn what_tar_does_not_show_is_found() {
    let archive = tar(&[("a.txt", TEXT)], true);
    let behind = inspected("a.tar", &[archive.as_slice(), &padded(pe(b""))].concat());
    assert!(behind.findings.iter().any(|finding| finding.id == "behind-archive"), "{behind:#?}");
    assert_eq!(behind.nodes[2].types, [crate::FileType::Pe]);

    let (names, found) = seen("a.tar", &[archive.as_slice(), &archive].concat());
    assert_eq!((names[1].as_str(), names[2].as_str(), found.len()), ("data behind the end", "a.txt", 1));

    let sparse = [tar_header("s", b'S', 512, true), vec![1; 512], END.to_vec()].concat();
    let new_sparse =
        [entry("x", b'x', &pax_record("GNU.sparse.major", "1")), entry("s", b'0', TEXT), END.to_vec()].concat();
    for bytes in [sparse, new_sparse] {
        let inspection = inspected("a.tar", &bytes);
        let reasons: Vec<_> = inspection.not_inspected().map(|(_, reason)| reason.clone()).collect();
        assert_eq!(reasons, [Reason::unsupported("tar sparse file")]);
    }

    // A sparse file with many holes has further blocks behind its header.
    let mut holes = tar_header("s", b'S', 512, true);
    holes[482] = 1;
    seal(&mut holes);
    let mut more = vec![b'0'; 512];
    more[504] = 1;
    let last = vec![b'0'; 504].into_iter().chain([0; 8]).collect::<Vec<_>>();
    let (names, _) = seen("a.tar", &[holes, more, last, vec![1; 512], tar(&[("b.txt", TEXT)], true)].concat());
    assert_eq!(names, ["s", "b.txt"]);

    let mut linked = tar_header("l", b'1', TEXT.len(), true);
    linked[157..158].copy_from_slice(b"a");
    seal(&mut linked);
    let (names, _) = seen("a.tar", &[padded([linked, TEXT.to_vec()].concat()), END.to_vec()].concat());
    assert_eq!(names, ["l"]);
}

#[test]
fn damaged_tar_is_read_on_and_never_clean() {
    let mut bytes = tar(&[("a.txt", TEXT), ("b.txt", TEXT), ("c.txt", TEXT)], true);
    bytes[1024 + 3] ^= 1;
    let inspection = inspected("a.tar", &bytes);
    let names: Vec<_> = inspection.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["a.tar", "a.txt", "c.txt"]);
    assert_eq!(inspection.verdict, Verdict::NotInspected);

    let cut = inspected("a.tar", &tar(&[("a.txt", TEXT)], true)[..520]);
    assert!(matches!(cut.nodes[1].not_inspected[..], [Reason::Incomplete { .. }]), "{cut:#?}");
}

/// A file in the new form of cpio.
fn newc(name: &str, mode: usize, content: &[u8]) -> Vec<u8> {
    let fields = [1, mode, 0, 0, 1, 0, content.len(), 0, 0, 0, 0, name.len() + 1, 0];
    let mut bytes = b"070701".to_vec();
    bytes.extend(fields.iter().flat_map(|field| format!("{field:08x}").into_bytes()));
    bytes.extend_from_slice(name.as_bytes());
    bytes.push(0);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// A file in the old form of cpio.
fn odc(name: &str, mode: usize, content: &[u8]) -> Vec<u8> {
    let header = format!(
        "070707{:06o}{:06o}{mode:06o}{:06o}{:06o}{:06o}{:06o}{:011o}{:06o}{:011o}",
        0,
        0,
        0,
        0,
        1,
        0,
        0,
        name.len() + 1,
        content.len()
    );
    [header.as_bytes(), name.as_bytes(), b"\0", content].concat()
}

/// A file in the oldest form of cpio.
fn binary(name: &str, mode: u16, content: &[u8], bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let size = u16::try_from(content.len()).unwrap();
    let length = u16::try_from(name.len() + 1).unwrap();
    let fields = [0x71c7, 0, 0, mode, 0, 0, 1, 0, 0, 0, length, 0, size];
    let mut bytes: Vec<u8> = fields.into_iter().flat_map(bytes_of).collect();
    bytes.extend_from_slice(name.as_bytes());
    bytes.push(0);
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}

/// The same archive in each form of cpio.
fn cpios() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        (
            "newc",
            [
                newc("d", 0o40755, b""),
                newc("d/a.txt", 0o100_644, TEXT),
                newc("l", 0o120_777, b"../x"),
                newc("TRAILER!!!", 0, b""),
            ]
            .concat(),
        ),
        (
            "odc",
            [
                odc("d", 0o40755, b""),
                odc("d/a.txt", 0o100_644, TEXT),
                odc("l", 0o120_777, b"../x"),
                odc("TRAILER!!!", 0, b""),
            ]
            .concat(),
        ),
        (
            "low first",
            [
                binary("d/a.txt", 0o100_644, TEXT, u16::to_le_bytes),
                binary("l", 0o120_777, b"../x", u16::to_le_bytes),
                binary("TRAILER!!!", 0, b"", u16::to_le_bytes),
            ]
            .concat(),
        ),
        (
            "high first",
            [
                binary("d/a.txt", 0o100_644, TEXT, u16::to_be_bytes),
                binary("l", 0o120_777, b"../x", u16::to_be_bytes),
                binary("TRAILER!!!", 0, b"", u16::to_be_bytes),
            ]
            .concat(),
        ),
    ]
}

#[test]
fn every_form_of_cpio_is_read() {
    for (form, bytes) in cpios() {
        let padded = padded(bytes.clone());
        let (names, found) = seen("a.cpio", &padded);
        assert_eq!(names, ["d/a.txt"], "{form}");
        assert_eq!(found, ["archived-link-outside l → ../x"], "{form}");
        // The beginnings of Linux systems are archives in a row.
        let (names, _) = seen("a.cpio", &[padded.as_slice(), &bytes].concat());
        assert_eq!(names, ["d/a.txt", "d/a.txt"], "{form}");
        let hidden = inspected("a.cpio", &[padded.as_slice(), TEXT].concat());
        assert!(hidden.findings.iter().any(|finding| finding.id == "behind-archive"), "{form}");
        let open = inspected("a.cpio", &bytes[..bytes.len() - 124.min(bytes.len() / 3)]);
        assert_eq!(open.verdict, Verdict::NotInspected, "{form}");
    }
}

/// A file in ar.
fn member(name: &str, content: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, "100644", content.len()).into_bytes();
    bytes.extend_from_slice(content);
    if bytes.len() % 2 == 1 {
        bytes.push(b'\n');
    }
    bytes
}

fn debian() -> Vec<u8> {
    let table = b"a-very-long-name.txt/\n";
    [
        b"!<arch>\n".to_vec(),
        member("debian-binary", b"2.0\n"),
        member("//", table),
        member("/0", TEXT),
        member("data.tar/", &tar(&[("usr/share/a.txt", TEXT)], true)),
        member("#1/6", b"bsd.tx"),
        member("#1/5", &[b"b.txt".as_slice(), TEXT].concat()),
    ]
    .concat()
}

#[test]
fn ar_is_read() {
    let (names, found) = seen("a.deb", &debian());
    assert_eq!(names, ["debian-binary", "a-very-long-name.txt", "data.tar", "usr/share/a.txt", "bsd.tx", "b.txt"]);
    assert!(found.is_empty(), "{found:?}");
    let thin = [b"!<thin>\n".to_vec(), member("a.o/", b"")].concat();
    assert_eq!(inspected("a.a", &thin).verdict, Verdict::NotInspected);
    let mut damaged = debian();
    damaged[8 + 58] = 0;
    assert_eq!(inspected("a.deb", &damaged).verdict, Verdict::NotInspected);
}

/// A package of Red Hat with one script and a payload.
fn package(payload: &[u8]) -> Vec<u8> {
    let header = |tags: &[(u32, u32)], values: &[u8]| {
        let mut bytes = b"\x8e\xad\xe8\x01\0\0\0\0".to_vec();
        bytes.extend_from_slice(&u32::try_from(tags.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(&u32::try_from(values.len()).unwrap().to_be_bytes());
        for (tag, place) in tags {
            bytes.extend([*tag, 6, *place, 1].iter().flat_map(|number| number.to_be_bytes()));
        }
        bytes.extend_from_slice(values);
        bytes
    };
    let mut bytes = b"\xed\xab\xee\xdb\x03\0".to_vec();
    bytes.resize(96, 0);
    bytes.extend(header(&[], b"abc"));
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes.extend(header(&[(1000, 0), (1023, 5)], b"name\0echo KHIEN-HARMLESS-TEST\0"));
    bytes.extend_from_slice(payload);
    bytes
}

#[test]
fn rpm_is_read() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, &cpios()[0].1).unwrap();
    let (names, found) = seen("a.rpm", &package(&encoder.finish().unwrap()));
    assert_eq!(names, ["preinstall", "payload.cpio.gz", "payload.cpio", "d/a.txt"]);
    assert!(found.is_empty(), "{found:?}");
    let (names, _) = seen("a.rpm", &package(&cpios()[0].1));
    assert_eq!(names, ["preinstall", "payload.cpio", "d/a.txt"]);
    assert_eq!(inspected("a.rpm", &package(b"")[..120]).verdict, Verdict::NotInspected);
}

/// Every kind of archive here.
fn archives() -> Vec<(&'static str, Vec<u8>)> {
    let mut all =
        vec![("a.tar", tar(&[("a.txt", TEXT)], true)), ("a.deb", debian()), ("a.rpm", package(&cpios()[0].1))];
    all.extend(cpios().into_iter().map(|(_, bytes)| ("a.cpio", bytes)));
    all
}

#[test]
fn broken_archives_are_looked_at() {
    for (name, bytes) in archives() {
        for length in (0..bytes.len()).step_by(3) {
            inspected(name, &bytes[..length]);
            let mut broken = bytes.clone();
            broken[length] ^= 0x81;
            inspected(name, &broken);
        }
    }
}

macro_rules! fuzz_targets {
    ($($name:ident $number:literal)+) => {
        $(
            #[test]
            fn $name() {
                let (called, begin) = archives().remove($number);
                bolero::check!().with_type::<(u16, Vec<u8>, Vec<u8>)>().for_each(|(place, bytes, behind)| {
                    // What is written over the archive has a right checksum if it is a header of tar.
                    let mut archive = [begin.as_slice(), behind].concat();
                    let place = usize::from(*place) % archive.len();
                    for (target, byte) in archive[place..].iter_mut().zip(bytes) {
                        *target = *byte;
                    }
                    if called == "a.tar" {
                        seal(&mut archive[..512]);
                    }
                    inspected_shortly(called, &archive);
                });
            }
        )+
    };
}

fuzz_targets! {
    any_tar 0
    any_ar 1
    any_rpm 2
    any_cpio_newc 3
    any_cpio_odc 4
    any_cpio_binary 5
}
