//! Documents of Office and OpenDocument in one XML file: what lies in them as base64.

use std::io::Read;

use flate2::read::ZlibDecoder;

use crate::walk::{Inside, Part};
use crate::xml::{self, Step};
use crate::{Limit, Reason, encoded, text};

/// Elements that hold data: Word 2003 (`w:binData`), packages in one file (`pkg:binaryData`), OpenDocument, Excel.
const DATA: &[&str] = &["binData", "binaryData", "binary-data", "docOleData"];

/// How many of them are read.
const MAX_PARTS: usize = 5_000;

/// What a compressed project of macros begins with, and where its data lie in the versions there are.
const ACTIVE_MIME: &[u8] = b"ActiveMime";
const COMPRESSED_AT: &[usize] = &[0x32, 0x22a];

/// Takes a document apart.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let text = text::decoded(part.bytes);
    let mut parts: Vec<(String, String)> = Vec::new();
    let (mut name, mut within, mut more) = (String::new(), false, false);
    // That it is damaged is said by the detector of these documents, which reads the same text.
    let _ = xml::read(&text, &mut |step, _| match step {
        Step::Open(element) => {
            if let Some(own) = element.get("name") {
                own.clone_into(&mut name);
            }
            within = DATA.contains(&element.name.as_str());
            if within && parts.len() < MAX_PARTS {
                parts.push((name.clone(), String::new()));
            } else if within {
                within = false;
                more = true;
            }
        }
        Step::Text(text) if within => {
            if let Some((_, data)) = parts.last_mut() {
                data.push_str(text);
            }
        }
        Step::Close(_) => within = false,
        Step::Text(_) | Step::Definition(_) => {}
    });
    for (number, (name, data)) in parts.into_iter().enumerate() {
        let name = if name.is_empty() { format!("data {}", number + 1) } else { name };
        match encoded::base64(data.as_bytes()) {
            Some(bytes) => give(&name, bytes, inside),
            None if data.trim().is_empty() => {}
            None => inside.unopened(&name, "base64", None, Reason::damaged("it is no base64")),
        }
    }
    if more { Err(Reason::limit(Limit::Reader, MAX_PARTS as u64)) } else { Ok(()) }
}

fn give(name: &str, bytes: Vec<u8>, inside: &mut Inside<'_, '_>) {
    if bytes.starts_with(ACTIVE_MIME) {
        active_mime(name, &bytes, inside);
        return;
    }
    let taken = inside.take(bytes);
    inside.child(name, "base64", &taken);
}

/// Hands on a compressed project of macros.
fn active_mime(name: &str, bytes: &[u8], inside: &mut Inside<'_, '_>) {
    let starts = |at: &&usize| {
        let mut first = [0];
        bytes.get(**at..).is_some_and(|packed| ZlibDecoder::new(packed).read(&mut first).is_ok_and(|read| read > 0))
    };
    let Some(at) = COMPRESSED_AT.iter().find(starts) else {
        let taken = inside.take(bytes.to_vec());
        let taken = taken.cut_short(Reason::unsupported("this form of ActiveMime"));
        inside.piece(name, "base64", &taken);
        return;
    };
    let unpacked = inside.unpack(bytes.get(*at..).unwrap_or_default(), flate2::bufread::ZlibDecoder::new);
    inside.child(name, "activemime", &unpacked);
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use crate::FileType;
    use crate::walk::testing::{inspected_as, program, told};

    fn inspected(text: &str) -> String {
        told(&inspected_as("a.xml", text.as_bytes(), &[FileType::OfficeXml], &[]))
    }

    #[test]
    fn data_of_every_form_come_out() {
        let letters = STANDARD.encode(program());
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&[b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 8]].concat()).unwrap();
        let mut mime = b"ActiveMime".to_vec();
        mime.resize(0x32, 0);
        mime.extend(packed.finish().unwrap());
        let cases = [
            (
                format!("<w:wordDocument><w:binData w:name='oledata.mso'>{letters}</w:binData></w:wordDocument>"),
                "oledata.mso [pe]",
            ),
            (
                format!("<pkg:part pkg:name='/word/a.bin'><pkg:binaryData>{letters}</pkg:binaryData></pkg:part>"),
                "/word/a.bin [pe]",
            ),
            (format!("<draw:image><office:binary-data>{letters}</office:binary-data></draw:image>"), "data 1 [pe]"),
            (
                format!("<w:binData w:name='editdata.mso'>{}</w:binData>", STANDARD.encode(mime)),
                "editdata.mso [ole2] 16",
            ),
        ];
        for (text, expected) in cases {
            let told = inspected(&text);
            assert!(told.contains(expected), "{told}");
        }
        assert!(inspected("<w:binData w:name='a'>!!!</w:binData>").contains("no base64"));
    }

    #[test]
    fn any_text_is_taken_apart() {
        bolero::check!().with_type::<String>().for_each(|text| {
            let _ = inspected(&format!("<a><binData name='{text}'>{text}</binData>{text}"));
        });
    }
}
