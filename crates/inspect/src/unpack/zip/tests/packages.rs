//! Packages: which parts are the format's own, and OpenDocument under a password.

use super::super::super::testing::{HELLO, opened as opened_by};
use super::writer::{Item, zip};
use crate::unpack::zip::open;
use crate::{FileType, Reason};

/// What comes of opening `bytes` as a package of type `of`.
fn opened(of: FileType, bytes: &[u8]) -> crate::Inspection {
    opened_by(of, open, bytes)
}

#[test]
fn data_is_expected_in_the_parts_of_a_format_only() {
    let unknown = b"\x01\x02\x03\x04\x05\x06\x07\x08";
    let bytes = zip(&[
        Item::stored("xl/printerSettings/printerSettings1.bin", unknown),
        Item::stored("xl/embeddings/oleObject1.bin", unknown),
    ]);
    let reasons = |of| opened(of, &bytes).nodes.iter().map(|node| node.not_inspected.len()).collect::<Vec<_>>();
    assert_eq!(reasons(FileType::Xlsx), [0, 0, 1]);
    assert_eq!(reasons(FileType::Zip), [0, 1, 1]);
}

#[test]
fn encrypted_parts_of_open_document_are_said() {
    let manifest = b"<m:manifest xmlns:m='x'><m:file-entry m:full-path='content.xml'><m:encryption-data/></m:file-entry></m:manifest>";
    let bytes = zip(&[
        Item::stored("mimetype", b"application/vnd.oasis.opendocument.text"),
        Item::stored("content.xml", &[0x81; 64]),
        Item::stored("meta.xml", HELLO),
        Item::deflated("META-INF/manifest.xml", manifest),
    ]);
    let inspection = opened(FileType::Odt, &bytes);
    let encrypted: Vec<&str> = inspection.not_inspected().map(|(node, _)| node.name.as_str()).collect();
    assert_eq!(encrypted, ["content.xml", "META-INF/manifest.xml"]);
    assert_eq!(inspection.not_inspected().next().map(|(_, reason)| reason), Some(&Reason::Encrypted));
}
