//! ZIPs built byte by byte, and what is said of them. The forms that other programs write are checked with their own.

mod encrypted;
mod hostile;
mod methods;
mod packages;
mod writer;

use self::writer::{Item, Writer, zip};
use super::super::testing::{HELLO, inspected, shown};

#[test]
fn zips_in_good_order_are_clean() {
    let nested = zip(&[Item::stored("trong.txt", HELLO)]);
    let bytes = zip(&[
        Item::folder("a/"),
        Item::deflated("a/xin chào.txt", HELLO),
        Item::stored("nested.zip", &nested),
        Item::deflated("streamed.txt", HELLO).streamed(),
        Item::stored("empty.txt", b""),
    ]);
    expect_test::expect![[r#"
        clean
        a.zip › a/xin chào.txt [zip deflate] 60 text
        a.zip › nested.zip [zip stored] 176 zip
        a.zip › nested.zip › trong.txt [zip stored] 60 text
        a.zip › streamed.txt [zip deflate] 60 text
        a.zip › empty.txt [zip stored] 0 
    "#]]
    .assert_eq(&shown(&inspected("a.zip", &bytes, &[])));
}

#[test]
fn wide_numbers_are_read() {
    let mut writer = Writer::default();
    writer.add(&Item::deflated("a.txt", HELLO).wide());
    let bytes = writer.finished_wide();
    expect_test::expect![[r#"
        clean
        a.zip › a.txt [zip deflate] 60 text
    "#]]
    .assert_eq(&shown(&inspected("a.zip", &bytes, &[])));
}

#[test]
fn what_the_zip_crate_writes_is_clean() {
    use std::io::Write;
    let mut writer = ::zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, large) in [("a.txt", false), ("Công văn.txt", true)] {
        writer.start_file(name, ::zip::write::SimpleFileOptions::default().large_file(large)).unwrap();
        writer.write_all(HELLO).unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    expect_test::expect![[r#"
        clean
        a.zip › a.txt [zip deflate] 60 text
        a.zip › Công văn.txt [zip deflate] 60 text
    "#]]
    .assert_eq(&shown(&inspected("a.zip", &bytes, &[])));
}

#[test]
fn any_bytes_are_looked_into() {
    bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
        let mut file = b"PK\x03\x04".to_vec();
        file.extend_from_slice(bytes);
        let _ = inspected("a.zip", &file, &["khien"]);
        let mut directory = zip(&[Item::deflated("a.txt", HELLO)]);
        for (place, pair) in bytes.chunks(2).enumerate().take(8) {
            let at = usize::from(pair[0]).wrapping_add(place * 7) % directory.len();
            directory[at] = pair.last().copied().unwrap_or_default();
        }
        let _ = inspected("a.zip", &directory, &[]);
    });
}

#[test]
fn damage_is_never_clean() {
    let bytes = zip(&[Item::deflated("a.txt", HELLO), Item::stored("b.txt", b"harmless")]);
    super::super::testing::damaged_in_every_way(&bytes, |bytes| inspected("a.zip", bytes, &[]));
}
