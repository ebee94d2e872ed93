//! Pictures and documents with and without something behind their end.

use super::{bmp_end, gif_end, jpeg_end, png_end};
use crate::build::{at, inspected, pe, zip};
use crate::{Inspection, Verdict};

/// The smallest picture of each sort.
fn pictures() -> Vec<(&'static str, Vec<u8>)> {
    let chunk = |kind: &[u8], data: &[u8]| {
        [&u32::try_from(data.len()).unwrap().to_be_bytes(), kind, data, b"\0\0\0\0"].concat()
    };
    let png =
        [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &[0; 13]), chunk(b"IDAT", b"xyz"), chunk(b"IEND", b"")].concat();
    let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xda\0\x03\x01x\xff\0y\xff\xd1z\xff\xff\xd9".to_vec();
    let gif = b"GIF89a\x01\0\x01\0\x80\0\0abcdef\x21\xf9\x02xy\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02xy\0\x3b".to_vec();
    let bmp =
        at(&[(0, b"BM"), (2, b"\x3a"), (10, b"\x36\0\0\0\x28"), (18, b"\x01"), (22, b"\x01"), (26, b"\x01\0\x18")], 58);
    let webp = b"RIFF\x06\0\0\0WEBPxy".to_vec();
    let pdf = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n".to_vec();
    vec![("a.png", png), ("a.jpg", jpeg), ("a.gif", gif), ("a.bmp", bmp), ("a.webp", webp), ("a.pdf", pdf)]
}

#[test]
fn ends_are_found_exactly() {
    for (name, bytes) in pictures() {
        let end = match name {
            "a.png" => png_end(&bytes),
            "a.jpg" => jpeg_end(&bytes),
            "a.gif" => gif_end(&bytes),
            "a.bmp" => bmp_end(&bytes),
            _ => continue,
        };
        assert_eq!(end, Some(bytes.len()), "{name}");
    }
}

#[test]
fn what_stands_behind_the_end_is_found_and_looked_into() {
    let words = "KHIEN-HARMLESS-TEST ".repeat(80);
    for (name, bytes) in pictures() {
        let with = |rest: &[u8]| inspected(name, &[&bytes, rest].concat());
        let ids =
            |inspection: &Inspection| inspection.findings.iter().map(|finding| finding.id.clone()).collect::<Vec<_>>();
        assert_eq!(inspected(name, &bytes).verdict, Verdict::Clean, "{name}");
        assert_eq!(ids(&with(&[0; 5000])), [""; 0], "{name}");
        assert_eq!(ids(&with(b"few bytes")), [""; 0], "{name}");
        let text = with(words.as_bytes());
        assert_eq!(ids(&text), ["appended-data"], "{name}");
        // PDF ends with a line feed of its own, which stands behind its last word.
        let own_end = u64::from(name == "a.pdf");
        assert_eq!(text.nodes[1].size, Some(words.len() as u64 + own_end), "{name}");
        let program = with(&pe(b""));
        assert!(ids(&program).contains(&"appended-program".to_owned()), "{name}: {program:?}");
        assert_eq!(program.verdict, Verdict::Blocked, "{name}");
        let archive = with(&zip(&[("a.txt", b"x")]));
        assert!(ids(&archive).contains(&"appended-program".to_owned()), "{name}");
    }
}

#[test]
fn slack_is_measured() {
    let (name, bytes) = &pictures()[0];
    let of = |count: usize| inspected(name, &[bytes.clone(), vec![b'x'; count]].concat()).findings.len();
    assert_eq!((of(super::SLACK_BYTES), of(super::SLACK_BYTES + 1)), (0, 1));
    let (name, bytes) = &pictures()[5];
    let of = |count: usize| inspected(name, &[bytes.trim_ascii_end(), &vec![b'x'; count]].concat()).findings.len();
    assert_eq!((of(super::PDF_SLACK_BYTES), of(super::PDF_SLACK_BYTES + 1)), (0, 1));
}

#[test]
fn what_telephones_add_is_only_told() {
    let (name, bytes) = &pictures()[1];
    let second = inspected(name, &bytes.repeat(5));
    assert_eq!((second.findings[0].id.as_str(), second.verdict), ("appended-by-camera", Verdict::Clean));
}

#[test]
fn ends_of_anything_are_looked_for() {
    bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
        for (_, begin) in pictures() {
            for end in [png_end, jpeg_end, gif_end, bmp_end] {
                end(bytes);
                end(&[&begin, bytes.as_slice()].concat());
            }
        }
    });
}
