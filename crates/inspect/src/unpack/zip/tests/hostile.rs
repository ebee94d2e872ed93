//! ZIPs that programs read in different ways.

use super::super::super::testing::{HELLO, inspected, inspected_within, shown};
use super::super::layout::{MAX_END_RECORDS, MAX_RECORDS};
use super::writer::{Item, Writer, zip};
use crate::{Inspection, Limit, Limits, Reason, Verdict};

const OTHER: &[u8] = b"KHIEN-HARMLESS-TEST number two";

fn said(bytes: &[u8]) -> String {
    shown(&inspected("a.zip", bytes, &[]))
}

/// Whether both contents came out.
fn has_both(inspection: &Inspection) -> bool {
    [HELLO, OTHER]
        .iter()
        .all(|content| inspection.nodes.iter().skip(1).any(|node| node.size == Some(content.len() as u64)))
}

#[test]
fn two_zips_in_a_row_are_both_opened() {
    let (one, two) = (zip(&[Item::deflated("a.txt", HELLO)]), zip(&[Item::deflated("b.txt", OTHER)]));
    expect_test::expect![[r#"
        suspicious
        a.zip › a.txt [zip deflate] 60 text
        a.zip › b.txt [zip deflate] 30 text
        ! zip-several-directories Offset(112): end record at 112
    "#]]
    .assert_eq(&said(&[one.clone(), two.clone()].concat()));
    assert!(has_both(&inspected("a.zip", &[two, one].concat(), &[])));
}

#[test]
fn data_before_and_behind_is_found() {
    let one = zip(&[Item::deflated("a.txt", HELLO)]);
    expect_test::expect![[r#"
        not_inspected
        a.zip › a.txt [zip deflate] 60 text
        a.zip › 0-20 [between entries] 20 zip
          not: a part of it is not here (the end record of the ZIP)
          not: its form is damaged (nothing in it is a ZIP)
        a.zip › 154-184 [between entries] 30 text
        ! archive-hidden-data Offset(0): 20 bytes at 0
        ! archive-hidden-data Offset(154): 30 bytes at 154
    "#]]
    .assert_eq(&said(&[b"PK\x03\x04 is not a header".to_vec(), one.clone(), OTHER.to_vec()].concat()));
}

#[test]
fn without_its_directory_a_zip_is_incomplete_and_opened() {
    let mut writer = Writer::default();
    writer.add_local(&Item::deflated("a.txt", HELLO).streamed());
    writer.add_local(&Item::stored("b.txt", OTHER).streamed());
    writer.add_local(&Item::deflated("c.txt", HELLO));
    expect_test::expect![[r#"
        not_inspected
          not: a part of it is not here (the end record of the ZIP)
        a.zip › a.txt [zip deflate] 60 text
        a.zip › b.txt [zip stored] 30 text
        a.zip › c.txt [zip deflate] 60 text
    "#]]
    .assert_eq(&said(&writer.bytes));
}

#[test]
fn an_entry_in_one_list_only_is_found() {
    let mut writer = Writer::default();
    writer.add(&Item::deflated("a.txt", HELLO));
    writer.add_local(&Item::deflated("hidden.txt", OTHER));
    writer.add_central(&Item::deflated("nowhere.txt", OTHER), 7);
    expect_test::expect![[r#"
        not_inspected
        a.zip › a.txt [zip deflate] 60 text
        a.zip › hidden.txt [zip deflate] 30 text
        a.zip › nowhere.txt [zip] 30 
          not: its form is damaged (its header is not where the directory says)
        ! zip-one-list Offset(7): the directory says that a header is at 7
        ! zip-one-list Offset(61): a header that is in no directory
    "#]]
    .assert_eq(&said(&writer.finished(b"")));
}

#[test]
fn headers_that_contradict_each_other_are_found() {
    let mut other_name = Item::stored("hoa-don.exe", HELLO);
    other_name.local_name = Some(b"hoa-don.pdf".to_vec());
    let mut other_method = Item::stored("b.txt", HELLO);
    other_method.local_method = Some(8);
    let hidden = zip(&[Item::stored("hidden.txt", OTHER)]);
    let mut other_size = Item::stored("c.bin", &hidden);
    other_size.local_packed = Some(0);
    let mut wrong_tail = Item::deflated("d.txt", HELLO).streamed();
    wrong_tail.tail[8] ^= 0xff;
    expect_test::expect![[r#"
        blocked
        a.zip › hoa-don.exe [zip stored] 60 text
        a.zip › b.txt [zip stored] 60 text
        a.zip › b.txt [zip deflate] 0 
          not: its form is damaged (corrupt deflate stream)
        a.zip › c.bin [zip stored] 148 zip
        a.zip › c.bin › hidden.txt [zip stored] 30 text
        a.zip › c.bin [zip stored] 0 
          not: its form is damaged (it has 0 bytes, its header says 148)
        a.zip › hidden.txt [zip stored] 30 text
        a.zip › d.txt [zip deflate] 60 text
        ! zip-headers-differ Offset(440): the record behind the content says other sizes than the directory
        ! zip-several-directories Offset(357): end record at 357
        ! zip-overlap Offset(231): 1 entries begin within another one
        ! zip-names-differ Field("hoa-don.exe"): hoa-don.exe | hoa-don.pdf
        ! named-program Name: hoa-don.exe
        ! zip-headers-differ Field("b.txt"): b.txt: method 0 or 8
        ! zip-headers-differ Field("c.bin"): c.bin: method 0 or 0
    "#]]
    .assert_eq(&said(&zip(&[other_name, other_method, other_size, wrong_tail])));
}

#[test]
fn names_that_lead_astray_are_found() {
    let mut unicode = Item::stored("anh.png", HELLO);
    let name = b"anh.exe";
    unicode.extra = vec![0x75, 0x70, 5 + 7, 0, 1];
    unicode.extra.extend(crate::bytes::crc32(b"anh.png").to_le_bytes());
    unicode.extra.extend(name);
    let mut link = Item::stored("link", b"/etc/passwd");
    link.mode = 0o120_777;
    let mut old = Item::stored("", HELLO);
    old.name = b"Ti\xea\xecng Vi\xea\xf2t.txt".to_vec();
    old.flags = 0;
    let items = [
        unicode,
        link,
        old,
        Item::stored("../../a.txt", HELLO),
        Item::stored("a.txt\0.exe", HELLO),
        Item::stored("same.txt", HELLO),
        Item::stored("same.txt", OTHER),
    ];
    expect_test::expect![[r#"
        blocked
        a.zip › anh.exe [zip stored] 60 text
        a.zip › link [zip stored] 11 text
        a.zip › Tiếng Việt.txt [zip stored] 60 text
        a.zip › ../../a.txt [zip stored] 60 text
        a.zip › a.txt\u{0}.exe [zip stored] 60 text
        a.zip › same.txt [zip stored] 60 text
        a.zip › same.txt [zip stored] 30 text
        ! zip-names-differ Field("anh.exe"): anh.exe | anh.png
        ! named-program Name: anh.exe
        ! archive-link-escapes Field("link"): link → /etc/passwd
        ! leaves-folder Name: ../../a.txt
        ! archive-name-cut Field("a.txt\0.exe"): a.txt\u{0}.exe
        ! double-extension Name: a.txt\u{0}.exe
        ! control-characters Name: a.txt\u{0}.exe
        ! named-program Name: a.txt\u{0}.exe
        ! archive-same-name Field("same.txt"): same.txt
    "#]]
    .assert_eq(&said(&zip(&items)));
}

#[test]
fn data_behind_a_content_is_found() {
    let mut item = Item::deflated("a.txt", HELLO);
    item.packed.extend(OTHER);
    expect_test::expect![[r#"
        suspicious
        a.zip › a.txt [zip deflate] 60 text
        a.zip › a.txt (+) [zip, behind an entry] 30 text
        ! archive-hidden-data Offset(61): 30 bytes behind the content of a.txt
    "#]]
    .assert_eq(&said(&zip(&[item])));
}

#[test]
fn a_record_in_a_comment_does_not_hide_the_directory() {
    let mut writer = Writer::default();
    writer.add(&Item::deflated("a.txt", HELLO));
    let bytes = writer.finished(&zip(&[]));
    expect_test::expect![[r#"
        suspicious
        a.zip › a.txt [zip deflate] 60 text
        ! zip-several-directories Offset(112): end record at 112
    "#]]
    .assert_eq(&said(&bytes));
}

#[test]
fn a_split_zip_is_incomplete() {
    let mut bytes = zip(&[Item::deflated("a.txt", HELLO)]);
    let end = bytes.len() - 22;
    bytes[end + 4] = 1;
    bytes[end + 6] = 1;
    let inspection = inspected("a.zip", &bytes, &[]);
    assert!(inspection.not_inspected().any(|(_, reason)| matches!(reason, Reason::Incomplete { .. })));
}

#[test]
fn entries_on_top_of_each_other_end_quickly() {
    let kernel = Item::deflated("kernel", &vec![b'0'; 1 << 20]);
    let mut writer = Writer::default();
    // Each header is followed by all headers behind it, quoted as stored blocks in the well-known bomb; the same bytes will do.
    let places: Vec<u32> = (0..2000)
        .map(|number| {
            let mut item = kernel.clone();
            item.name = format!("{number:04}").into_bytes();
            let at = writer.add_local(&item);
            writer.bytes.truncate(at as usize + 34);
            at
        })
        .collect();
    writer.bytes.extend(&kernel.packed);
    for (number, at) in places.iter().enumerate() {
        let mut item = kernel.clone();
        item.name = format!("{number:04}").into_bytes();
        writer.add_central(&item, *at);
    }
    let inspection = inspected("a.zip", &writer.finished(b""), &[]);
    assert!(inspection.findings.iter().any(|finding| finding.id == "zip-overlap"), "{:?}", inspection.findings);
    assert_ne!(inspection.verdict, Verdict::Clean);
}

#[test]
fn one_header_in_many_records_is_opened_once() {
    let mut writer = Writer::default();
    let item = Item::deflated("a.txt", HELLO);
    let at = writer.add_local(&item);
    for number in 0..500 {
        let mut named = item.clone();
        named.name = format!("{number}.txt").into_bytes();
        writer.add_central(&named, at);
    }
    let inspection = inspected("a.zip", &writer.finished(b""), &[]);
    assert_eq!(inspection.nodes.len(), 2);
    assert!(inspection.findings.iter().any(|finding| finding.id == "zip-headers-differ"));
}

#[test]
fn a_full_tree_is_said_and_one_that_is_just_full_is_not() {
    let bytes = zip(&["a.txt", "b.txt", "c.txt"].map(|name| Item::deflated(name, HELLO)));
    let look = |nodes| inspected_within("a.zip", &bytes, &[], &Limits { nodes, ..Limits::default() });
    assert_eq!(look(4).verdict, Verdict::Clean);
    let full = look(3);
    assert_eq!(full.nodes.len(), 3);
    assert!(full.not_inspected().any(|(_, reason)| *reason == Reason::limit(Limit::Nodes, 3)), "{}", shown(&full));
}

#[test]
fn bounds_are_said_where_they_are_reached() {
    let many = |count: usize| {
        let mut bytes = zip(&[Item::deflated("a.txt", HELLO)]);
        for _ in 1..count {
            bytes.extend(zip(&[]));
        }
        inspected("a.zip", &bytes, &[])
    };
    let reason = Reason::limit(Limit::Reader, MAX_END_RECORDS as u64);
    assert!(!many(MAX_END_RECORDS).not_inspected().any(|(_, said)| *said == reason));
    assert!(many(MAX_END_RECORDS + 1).not_inspected().any(|(_, said)| *said == reason));

    let mut writer = Writer::default();
    let folder = Item::folder("a/");
    for _ in 0..=MAX_RECORDS {
        writer.directory.extend({
            let mut one = Writer::default();
            one.add_central(&folder, 0);
            one.directory
        });
    }
    writer.add_local(&folder);
    let inspection = inspected_within("a.zip", &writer.finished(b""), &[], &Limits::default());
    let reason = Reason::limit(Limit::Reader, MAX_RECORDS as u64);
    assert!(inspection.not_inspected().any(|(_, said)| *said == reason));
}
