//! Objects of OLE 1 (MS-OLEDS), as RTF holds them: a class, and either its data or a link.

use crate::bytes::u32_le;

/// The longest string in a header.
const MAX_STRING: usize = 4096;

/// The shortest data that can be an object.
const MIN_BYTES: usize = 16;

/// In which of the three ways data follow.
const LINKED: u32 = 1;

/// An object.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Object<'o> {
    /// The class, as `Package`.
    pub(super) class: String,
    /// What a linked one leads to; none for an embedded one.
    pub(super) link: Option<String>,
    /// The data of the class.
    pub(super) native: &'o [u8],
    /// How many bytes of data it says it has.
    pub(super) says: usize,
    /// What follows: how it looks.
    pub(super) rest: &'o [u8],
}

/// A file packed into an object of the class `Package`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Package<'o> {
    /// The name it is shown under.
    pub(super) label: String,
    /// The path it had.
    pub(super) path: String,
    /// What it holds.
    pub(super) content: &'o [u8],
}

/// Bytes that are read from the front.
struct Front<'o>(&'o [u8]);

impl<'o> Front<'o> {
    fn take(&mut self, count: usize) -> Option<&'o [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        u32_le(self.take(4)?, 0)
    }

    /// A string with its length before it.
    fn counted(&mut self) -> Option<String> {
        let length = usize::try_from(self.number()?).ok().filter(|length| *length <= MAX_STRING)?;
        Some(plain(self.take(length)?))
    }

    /// A string with a zero behind it.
    fn ended(&mut self) -> Option<String> {
        let length = self.0.iter().take(MAX_STRING).position(|byte| *byte == 0)?;
        let text = plain(self.take(length)?);
        self.take(1)?;
        Some(text)
    }
}

/// Letters up to the first zero.
fn plain(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    crate::text::decoded(bytes.get(..end).unwrap_or_default()).into_owned()
}

/// Reads an object; the version of OLE before it says nothing to Word, and nothing here.
pub(super) fn object(bytes: &[u8]) -> Option<Object<'_>> {
    if bytes.len() < MIN_BYTES {
        return None;
    }
    let mut front = Front(bytes);
    let _version = front.number()?;
    let form = front.number()?;
    let class = front.counted()?;
    let sensible = !class.is_empty() && class.chars().all(|letter| !letter.is_control());
    if !sensible {
        return None;
    }
    let (topic, _item) = (front.counted()?, front.counted()?);
    if form == LINKED {
        return Some(Object { class, link: Some(topic), native: &[], says: 0, rest: front.0 });
    }
    let says = usize::try_from(front.number()?).ok()?;
    let (native, rest) = front.0.split_at_checked(says).unwrap_or((front.0, &[]));
    Some(Object { class, link: None, native, says, rest })
}

/// Reads a packed file out of the data of an object.
pub(super) fn package(native: &[u8]) -> Option<Package<'_>> {
    let mut front = Front(native);
    let _signature = front.take(2)?;
    let (label, path) = (front.ended()?, front.ended()?);
    let _flags = front.take(4)?;
    let _temporary = front.counted()?;
    let says = usize::try_from(front.number()?).ok()?;
    let content = front.0.get(..says).unwrap_or(front.0);
    Some(Package { label, path, content })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn counted(text: &str) -> Vec<u8> {
        let length = u32::try_from(text.len() + 1).unwrap();
        [length.to_le_bytes().as_slice(), text.as_bytes(), &[0]].concat()
    }

    /// An embedded object.
    pub(in crate::unpack::rtf) fn embedded(class: &str, native: &[u8]) -> Vec<u8> {
        let mut bytes = [0x0501u32.to_le_bytes(), 2u32.to_le_bytes()].concat();
        bytes.extend(counted(class));
        bytes.extend([0; 8]);
        bytes.extend(u32::try_from(native.len()).unwrap().to_le_bytes());
        bytes.extend(native);
        bytes
    }

    /// A linked object.
    pub(in crate::unpack::rtf) fn linked(class: &str, topic: &str) -> Vec<u8> {
        let mut bytes = [0x0501u32.to_le_bytes(), 1u32.to_le_bytes()].concat();
        bytes.extend([counted(class), counted(topic), vec![0; 4]].concat());
        bytes
    }

    /// The data of a packed file.
    pub(in crate::unpack::rtf) fn packed(label: &str, content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![2, 0];
        for text in [label, "C:\\a\\b"] {
            bytes.extend(text.as_bytes());
            bytes.push(0);
        }
        bytes.extend([0, 0, 3, 0]);
        bytes.extend(counted("C:\\t\\b"));
        bytes.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
        bytes.extend(content);
        bytes
    }

    #[test]
    fn what_was_written_is_read() {
        let native = packed("hoa-don.exe", b"MZ");
        let bytes = [embedded("Package", &native), b"rest".to_vec()].concat();
        let read = object(&bytes).unwrap();
        assert_eq!((read.class.as_str(), read.native, read.rest), ("Package", native.as_slice(), b"rest".as_slice()));
        let package = package(read.native).unwrap();
        assert_eq!((package.label.as_str(), package.content), ("hoa-don.exe", b"MZ".as_slice()));
        let bytes = linked("OLE2Link", "http://example.vn");
        assert_eq!(object(&bytes).unwrap().link.as_deref(), Some("http://example.vn"));
    }

    #[test]
    fn any_bytes_are_an_object_or_none() {
        bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
            let _ = object(bytes);
            let _ = package(bytes);
            let _ = object(&embedded("Package", bytes)).and_then(|read| package(read.native).map(|_| ()));
        });
    }
}
