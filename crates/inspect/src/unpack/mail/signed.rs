//! Signed, enveloped and compressed messages (CMS, RFC 5652; `smime.p7m`): what was signed comes out, what is encrypted is
//! said to be.

use flate2::bufread::ZlibDecoder;

use crate::Reason;
use crate::walk::{Inside, Part, Unpacked};

/// How deeply elements are read in one another.
const MAX_NESTING: usize = 32;

const CMS: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07";
const SMIME: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01";

/// Opens a message of CMS. Certificates, keys and detached signatures have nothing in them.
pub(in crate::unpack) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let Some((kind, content)) = content_of(part.bytes) else { return Ok(()) };
    let (how, unpacked): (_, Unpacked<'_>) = match message(kind) {
        Some(Message::Encrypted) => return Err(Reason::Encrypted),
        Some(Message::Signed) => {
            let Some(signed) = inner(content, &[0x02, 0x31]) else { return Ok(()) };
            ("cms signed", inside.take(signed))
        }
        Some(Message::Compressed) => {
            let packed = inner(content, &[0x02, 0x30]).ok_or_else(|| Reason::damaged("compressed message"))?;
            ("cms compressed", inside.unpack(&packed, ZlibDecoder::new))
        }
        None => return Ok(()),
    };
    let name = part.name.rsplit_once('.').map_or(part.name, |(name, _)| name);
    // What is signed by a mail program is a part of a mail, with its header.
    let name = if name.contains('.') { name.to_owned() } else { format!("{name}.eml") };
    inside.child(&name, how, &unpacked);
    Ok(())
}

enum Message {
    Signed,
    Compressed,
    Encrypted,
}

/// What the identifier of a message means.
fn message(kind: &[u8]) -> Option<Message> {
    if let Some(own) = kind.strip_prefix(CMS) {
        return match own {
            [2] => Some(Message::Signed),
            [3 | 4 | 6] => Some(Message::Encrypted),
            _ => None,
        };
    }
    match kind.strip_prefix(SMIME)? {
        [9] => Some(Message::Compressed),
        [23] => Some(Message::Encrypted),
        _ => None,
    }
}

/// The identifier of a message and what it holds.
fn content_of(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let sequence = element(bytes, 0).filter(|own| own.tag == 0x30)?;
    let kind = element(sequence.content, 0).filter(|own| own.tag == 0x06)?;
    let content = element(kind.rest, 0).filter(|own| own.tag == 0xa0)?;
    Some((kind.content, content.content))
}

/// What lies in a message of CMS behind its first fields, which have the tags `before`.
fn inner(content: &[u8], before: &[u8]) -> Option<Vec<u8>> {
    let mut rest = element(content, 0).filter(|own| own.tag == 0x30)?.content;
    for tag in before {
        rest = element(rest, 0).filter(|own| own.tag == *tag)?.rest;
    }
    let packed = element(rest, 0).filter(|own| own.tag == 0x30)?;
    let kind = element(packed.content, 0).filter(|own| own.tag == 0x06)?;
    let content = element(kind.rest, 0).filter(|own| own.tag == 0xa0)?;
    let octets = element(content.content, 0)?;
    let mut bytes = Vec::new();
    match octets.tag {
        0x04 | 0x24 => collect(octets, 0, &mut bytes),
        // Before CMS anything could stand there.
        _ => bytes.extend_from_slice(content.content),
    }
    Some(bytes)
}

/// The bytes of a string that may be written in pieces.
fn collect(octets: Element<'_>, depth: usize, bytes: &mut Vec<u8>) {
    if octets.tag & 0x20 == 0 {
        bytes.extend_from_slice(octets.content);
        return;
    }
    let mut rest = octets.content;
    while let Some(piece) = element(rest, 0).filter(|piece| depth < MAX_NESTING && !piece.is_end()) {
        rest = piece.rest;
        collect(piece, depth + 1, bytes);
    }
}

/// An element of BER.
#[derive(Debug, Clone, Copy)]
struct Element<'b> {
    tag: u8,
    content: &'b [u8],
    rest: &'b [u8],
}

impl Element<'_> {
    fn is_end(&self) -> bool {
        self.tag == 0 && self.content.is_empty()
    }
}

/// The element at the beginning of `bytes`. One that is cut short has what is there.
fn element(bytes: &[u8], depth: usize) -> Option<Element<'_>> {
    let (tag, rest) = bytes.split_first()?;
    if tag & 0x1f == 0x1f || depth > MAX_NESTING {
        return None;
    }
    let (first, rest) = rest.split_first()?;
    let length = match first {
        0x80 => return endless(*tag, rest, depth),
        0..0x80 => usize::from(*first),
        _ => {
            let digits = rest.get(..usize::from(first & 0x7f)).filter(|digits| digits.len() <= 8)?;
            digits
                .iter()
                .try_fold(0_usize, |length, digit| length.checked_mul(256)?.checked_add(usize::from(*digit)))?
        }
    };
    let rest = if *first > 0x80 { rest.get(usize::from(first & 0x7f)..)? } else { rest };
    let (content, rest) = rest.split_at_checked(length).unwrap_or((rest, &[]));
    Some(Element { tag: *tag, content, rest })
}

/// An element without length: it ends where its last part ends.
fn endless(tag: u8, bytes: &[u8], depth: usize) -> Option<Element<'_>> {
    let mut rest = bytes;
    loop {
        let Some(part) = element(rest, depth + 1) else {
            return Some(Element { tag, content: bytes, rest: &[] });
        };
        if part.is_end() {
            let content = bytes.get(..bytes.len() - rest.len())?;
            return Some(Element { tag, content, rest: part.rest });
        }
        rest = part.rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unpack::testing_mail::{PAYLOAD, holders, inspected, survives_damage};

    fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82, length[0], length[1]], content.as_slice()].concat()
    }

    fn endless(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        [&[tag, 0x80], parts.concat().as_slice(), &[0, 0]].concat()
    }

    type Writer = fn(u8, &[&[u8]]) -> Vec<u8>;

    fn signed(write: Writer, octets: &[u8]) -> Vec<u8> {
        let data = write(0x30, &[&der(6, &[CMS, &[1]]), &write(0xa0, &[octets])]);
        let body = write(0x30, &[&[2, 1, 1], &[0x31, 0], &data, &[0x31, 0]]);
        write(0x30, &[&der(6, &[CMS, &[2]]), &write(0xa0, &[&body])])
    }

    #[test]
    fn what_is_signed_comes_out() {
        let whole = der(4, &[PAYLOAD]);
        let (one, two) = PAYLOAD.split_at(10);
        let pieces = endless(0x24, &[&der(4, &[one]), &der(4, &[two])]);
        for file in [signed(der, &whole), signed(endless, &pieces), signed(endless, &whole)] {
            let inspection = inspected("hoa-don.xml.p7m", &file);
            assert_eq!(holders(&inspection, PAYLOAD), ["hoa-don.xml"]);
        }
    }

    #[test]
    fn what_is_encrypted_is_said() {
        let file = der(0x30, &[&der(6, &[CMS, &[3]]), &der(0xa0, &[b"x"])]);
        let inspection = inspected("smime.p7m", &file);
        assert!(inspection.not_inspected().any(|(_, reason)| *reason == Reason::Encrypted));
    }

    #[test]
    fn damage_does_no_harm() {
        survives_damage("a.p7m", &signed(endless, &der(4, &[b"x"])));
    }
}
