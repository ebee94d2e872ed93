//! XML as far as it goes: elements and texts in their order, whatever their names are bound to.
//!
//! Entities of a document's own are not put in: what they stand for is never fetched and never multiplied.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::{Limit, Reason};

/// The attributes of one element that are looked at.
const MAX_ATTRIBUTES: usize = 256;

/// An element as it opens.
pub(crate) struct Element {
    /// Its name without the prefix.
    pub(crate) name: String,
    /// Its attributes: their names without prefixes, their values.
    pub(crate) attributes: Vec<(String, String)>,
}

impl Element {
    /// The value of an attribute.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// What comes next.
pub(crate) enum Step<'x> {
    /// An element opens. An empty one opens and closes.
    Open(&'x Element),
    /// The element of this name, without prefix, closes.
    Close(&'x str),
    /// A piece of text.
    Text(&'x str),
    /// A definition of a document type.
    Definition(&'x str),
}

/// Reads `text` to its end, or to where it is no longer XML. `visit` is told each step and where it ends, in bytes.
///
/// # Errors
///
/// Where it is no longer XML.
pub(crate) fn read(text: &str, visit: &mut dyn FnMut(&Step<'_>, u64)) -> Result<(), Reason> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    config.expand_empty_elements = true;
    loop {
        let event = reader
            .read_event()
            .map_err(|error| Reason::damaged(format!("XML after byte {}: {error}", reader.error_position())))?;
        let at = reader.buffer_position();
        match event {
            Event::Eof => return Ok(()),
            Event::Start(start) | Event::Empty(start) => visit(&Step::Open(&element(&start)?), at),
            Event::End(end) => visit(&Step::Close(end.local_name().as_ref()), at),
            Event::Text(piece) => visit(&Step::Text(&piece.into_inner()), at),
            Event::CData(piece) => visit(&Step::Text(&piece.into_inner()), at),
            Event::GeneralRef(reference) => visit(&Step::Text(&resolved(&reference)), at),
            Event::DocType(definition) => visit(&Step::Definition(&definition.into_inner()), at),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, Reason> {
    let mut attributes = Vec::new();
    for attribute in start.html_attributes().with_checks(false).flatten() {
        if attributes.len() >= MAX_ATTRIBUTES {
            return Err(Reason::limit(Limit::Reader, MAX_ATTRIBUTES as u64));
        }
        let value =
            unescape(&attribute.value).map_or_else(|_| attribute.value.to_string(), std::borrow::Cow::into_owned);
        attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
    }
    Ok(Element { name: start.local_name().as_ref().to_owned(), attributes })
}

/// The letters that a reference stands for; one of the document's own stays as it is written.
fn resolved(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(letter)) = reference.resolve_char_ref() {
        return letter.to_string();
    }
    let name: &str = &reference.xml10_content();
    match name {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        other => format!("&{other};"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> (String, Result<(), Reason>) {
        let mut told = String::new();
        let read = read(text, &mut |step, _| match step {
            Step::Open(element) => told.push_str(&format!("<{} {:?}>", element.name, element.attributes)),
            Step::Close(name) => told.push_str(&format!("</{name}>")),
            Step::Text(text) => told.push_str(text),
            Step::Definition(text) => told.push_str(&format!("!{text}")),
        });
        (told, read)
    }

    #[test]
    fn prefixes_and_references_are_resolved() {
        let (told, read) = steps("<w:a r:id='1' b=\"&#x61;&amp;\">x&amp;y&#100;<w:c/></w:a>");
        assert_eq!(told, "<a [(\"id\", \"1\"), (\"b\", \"a&\")]>x&yd<c []></c></a>");
        assert_eq!(read, Ok(()));
    }

    #[test]
    fn entities_of_the_document_stay_as_they_are() {
        let (told, _) = steps("<!DOCTYPE a [<!ENTITY b \"cccc\">]><a>&b;&b;</a>");
        assert!(told.ends_with("<a []>&b;&b;</a>"), "{told}");
    }

    #[test]
    fn attributes_beyond_the_bound_are_said() {
        let of =
            |count: usize| format!("<a {}/>", (0..count).map(|number| format!("b{number}='' ")).collect::<String>());
        assert_eq!(steps(&of(MAX_ATTRIBUTES)).1, Ok(()));
        let said = Reason::limit(Limit::Reader, MAX_ATTRIBUTES as u64);
        assert_eq!(steps(&of(MAX_ATTRIBUTES + 1)).1, Err(said));
    }

    #[test]
    fn what_is_not_xml_says_where() {
        let (told, read) = steps("<a><b x='1'>text</b><c");
        assert!(told.starts_with("<a []><b [(\"x\", \"1\")]>text</b>"), "{told}");
        assert!(matches!(read, Err(Reason::Damaged { .. })), "{read:?}");
    }

    #[test]
    fn any_text_is_read_or_refused() {
        bolero::check!().with_type::<String>().for_each(|text| {
            let _ = steps(text);
            let _ = steps(&format!("<a b='{text}'>{text}"));
        });
    }
}
