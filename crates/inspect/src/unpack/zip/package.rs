//! Which parts of a package belong to its format, and which of an OpenDocument package are encrypted.

use std::borrow::Cow;
use std::collections::BTreeSet;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::FileType;

/// The list of parts of OpenDocument packages.
pub(super) const MANIFEST: &str = "META-INF/manifest.xml";

/// Packages of Office: the folders of their own parts.
const OFFICE: &[&str] = &[
    "[content_types].xml",
    "_rels/",
    "_xmlsignatures/",
    "customui/",
    "customxml/",
    "docmetadata/",
    "docprops/",
    "ppt/",
    "visio/",
    "word/",
    "xl/",
];
/// Packages of OpenDocument: their own parts.
const OPEN_DOCUMENT: &[&str] = &[
    "basic/",
    "configurations2/",
    "content.xml",
    "dialogs/",
    "layout-cache",
    "manifest.rdf",
    "meta-inf/",
    "meta.xml",
    "mimetype",
    "objectreplacements/",
    "settings.xml",
    "styles.xml",
    "thumbnails/",
];
/// Books: their own parts.
const BOOK: &[&str] = &["meta-inf/", "mimetype"];
/// Packages of Java: their own parts.
const JAVA: &[&str] = &["meta-inf/"];
/// Packages of Android: their own parts.
const ANDROID: &[&str] = &["androidmanifest.xml", "meta-inf/", "res/", "resources.arsc"];
/// Packages of Windows: their own parts.
const WINDOWS: &[&str] = &[
    "[content_types].xml",
    "appxblockmap.xml",
    "appxmanifest.xml",
    "appxmetadata/",
    "appxsignature.p7x",
    "catalog.json",
    "extension.vsixmanifest",
    "manifest.json",
    "package/services/",
    "resources.pri",
];
/// Other packages: their own parts.
const OTHER_PACKAGE: &[&str] = &[
    "[content_types].xml",
    "_rels/",
    "3d/",
    "docprops/",
    "documents/",
    "fixeddocumentsequence.fdseq",
    "metadata/",
    "resources/",
];

/// Folders of what people put into a document.
const PUT_IN: &[&str] = &["/embeddings/", "/media/"];

/// Whether a part of a package of one of `types` belongs to the format, so that data of no known type is expected in it.
pub(super) fn is_own_part(types: &[FileType], name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let own = types.iter().find_map(|of| match of {
        FileType::Docx
        | FileType::Docm
        | FileType::Xlsx
        | FileType::Xlsm
        | FileType::Xlsb
        | FileType::Pptx
        | FileType::Pptm
        | FileType::Vsdx => Some(OFFICE),
        FileType::Odt | FileType::Ods | FileType::Odp | FileType::Odf => Some(OPEN_DOCUMENT),
        FileType::Epub => Some(BOOK),
        FileType::Jar => Some(JAVA),
        FileType::Apk => Some(ANDROID),
        FileType::Appx | FileType::Vsix => Some(WINDOWS),
        FileType::Opc => Some(OTHER_PACKAGE),
        _ => None,
    });
    own.is_some_and(|own| {
        own.iter().any(|start| name.starts_with(start)) && !PUT_IN.iter().any(|folder| name.contains(folder))
    })
}

/// The parts that a manifest calls encrypted.
pub(super) fn encrypted_parts(manifest: &[u8]) -> BTreeSet<String> {
    let manifest = String::from_utf8_lossy(manifest);
    let mut reader = Reader::from_str(&manifest);
    let mut parts = BTreeSet::new();
    let mut part = None;
    // A manifest that is damaged from some place on is read up to there; its parts show by themselves what they are.
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == "file-entry" => {
                part = full_path(&element);
            }
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == "encryption-data" => {
                parts.extend(part.take());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    parts
}

fn full_path(element: &BytesStart<'_>) -> Option<String> {
    let attribute =
        element.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == "full-path")?;
    let text = attribute.value;
    Some(quick_xml::escape::unescape(&text).map_or_else(|_| text.clone().into_owned(), Cow::into_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_put_in_is_no_own_part() {
        let docx = [FileType::Docx];
        assert!(is_own_part(&docx, "word/document.xml"));
        assert!(is_own_part(&docx, "xl/printerSettings/printerSettings1.bin"));
        assert!(!is_own_part(&docx, "word/embeddings/oleObject1.bin"));
        assert!(!is_own_part(&docx, "ppt/media/image1.png"));
        assert!(!is_own_part(&docx, "extra.bin"));
        assert!(!is_own_part(&[FileType::Zip], "word/document.xml"));
        assert!(is_own_part(&[FileType::Odt], "layout-cache"));
        assert!(!is_own_part(&[FileType::Odt], "Pictures/a.png"));
    }

    #[test]
    fn encrypted_parts_are_those_with_encryption_data() {
        let manifest = br#"<manifest:manifest><manifest:file-entry manifest:full-path="/"/>
            <manifest:file-entry manifest:full-path="a &amp; b.xml"><manifest:encryption-data/></manifest:file-entry>
            <manifest:file-entry manifest:full-path="mimetype"/></manifest:manifest>"#;
        assert_eq!(encrypted_parts(manifest), BTreeSet::from(["a & b.xml".to_owned()]));
        assert_eq!(encrypted_parts(b"<broken"), BTreeSet::new());
    }
}
