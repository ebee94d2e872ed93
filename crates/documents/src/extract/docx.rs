//! `.docx`: a ZIP archive of XML. Only the part with the text is unpacked; what was struck out in it is not taken.

use std::io::{Cursor, Read as _};

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use zip::ZipArchive;
use zip::result::ZipError;

use super::{MAX_UNPACKED_BYTES, TextProblem};

/// The part with the text.
const BODY: &str = "word/document.xml";

pub(super) fn text(bytes: &[u8]) -> Result<String, TextProblem> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| TextProblem::Damaged)?;
    let part = match archive.by_name(BODY) {
        Ok(part) => part,
        Err(ZipError::FileNotFound) => return Err(TextProblem::UnknownKind),
        Err(ZipError::UnsupportedArchive(what)) if what == ZipError::PASSWORD_REQUIRED => {
            return Err(TextProblem::Protected);
        }
        Err(_) => return Err(TextProblem::Damaged),
    };
    let mut body = Vec::new();
    part.take(MAX_UNPACKED_BYTES as u64 + 1).read_to_end(&mut body).map_err(|_| TextProblem::Damaged)?;
    if body.len() > MAX_UNPACKED_BYTES {
        return Err(TextProblem::TooMuch);
    }
    words(&String::from_utf8(body).map_err(|_| TextProblem::Damaged)?)
}

/// The text between `<w:t>` and `</w:t>`, a line for each paragraph and each row of a table.
fn words(xml: &str) -> Result<String, TextProblem> {
    let mut reader = Reader::from_str(xml);
    let (mut text, mut is_text) = (String::new(), false);
    loop {
        match reader.read_event().map_err(|_| TextProblem::Damaged)? {
            Event::Start(tag) => is_text = tag.local_name().as_ref() == "t",
            Event::Empty(tag) => match tag.local_name().as_ref() {
                "tab" => text.push(' '),
                "br" | "cr" => text.push('\n'),
                _ => {}
            },
            Event::End(tag) => {
                is_text = false;
                match tag.local_name().as_ref() {
                    "p" => text.push('\n'),
                    "tc" => text.push(' '),
                    _ => {}
                }
            }
            Event::Text(words) if is_text => text.push_str(&words.xml10_content()),
            Event::CData(words) if is_text => text.push_str(&words.xml10_content()),
            Event::GeneralRef(name) if is_text => match name.resolve_char_ref() {
                Ok(Some(letter)) => text.push(letter),
                // What no standard knows is left out: nothing is looked up.
                Ok(None) => text.push_str(resolve_predefined_entity(&name).unwrap_or_default()),
                Err(_) => return Err(TextProblem::Damaged),
            },
            Event::Eof => return Ok(text),
            _ => {}
        }
    }
}
