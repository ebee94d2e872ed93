//! What Outlook sends instead of MIME: `winmail.dat` (MS-OXTNEF).

use std::collections::BTreeSet;

use super::compressed_rtf;
use crate::bytes::{u16_le, u32_le};
use crate::walk::{Inside, Part};
use crate::{Limit, Reason};

/// How many attributes or properties are read, each.
const MAX_FIELDS: u32 = 50_000;

/// What a stream of TNEF begins with.
const SIGNATURE: &[u8] = b"\x78\x9f\x3e\x22";

const ATTACHMENT_BEGINS: u32 = 0x0006_9002;
const ATTACHMENT_TITLE: u32 = 0x0001_8010;
const ATTACHMENT_DATA: u32 = 0x0006_800f;
const ATTACHMENT_PROPERTIES: u32 = 0x0006_9005;
const MESSAGE_PROPERTIES: u32 = 0x0006_9003;
const MESSAGE_BODY: u32 = 0x0002_800c;

const BODY: u16 = 0x1000;
const RTF_COMPRESSED: u16 = 0x1009;
const BODY_HTML: u16 = 0x1013;
const ATTACH_DATA: u16 = 0x3701;
const ATTACH_FILE_NAME: u16 = 0x3704;
const ATTACH_LONG_FILE_NAME: u16 = 0x3707;
const DISPLAY_NAME: u16 = 0x3001;

/// An object: 16 bytes of its interface stand before it.
const TYPE_OBJECT: u16 = 0x000d;
const TYPE_TEXT: u16 = 0x001e;
const TYPE_WIDE_TEXT: u16 = 0x001f;
const TYPE_BINARY: u16 = 0x0102;
const INTERFACE_BYTES: usize = 16;

/// An attachment as far as it was read.
#[derive(Default)]
struct Attachment<'b> {
    long_names: Vec<String>,
    names: Vec<String>,
    data: Vec<&'b [u8]>,
    objects: Vec<&'b [u8]>,
}

/// Opens a stream of TNEF.
pub(in crate::unpack) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let mut reader = Reader { rest: part.bytes.get(6..).unwrap_or_default() };
    let mut attachment: Option<Attachment<'_>> = None;
    let mut outcome = Ok(());
    for count in 0.. {
        if reader.rest.is_empty() {
            break;
        }
        if count >= MAX_FIELDS {
            outcome = Err(Reason::limit(Limit::Reader, u64::from(MAX_FIELDS)));
            break;
        }
        let Some((id, data, whole)) = reader.attribute() else {
            outcome = Err(Reason::incomplete("end of the attributes of TNEF"));
            break;
        };
        match id {
            ATTACHMENT_BEGINS => {
                if let Some(ready) = attachment.replace(Attachment::default()) {
                    ready.look(inside);
                }
            }
            ATTACHMENT_TITLE => attachment.get_or_insert_default().names.push(narrow(data)),
            ATTACHMENT_DATA => attachment.get_or_insert_default().data.push(data),
            ATTACHMENT_PROPERTIES => outcome = outcome.and(attachment.get_or_insert_default().properties(data)),
            MESSAGE_PROPERTIES => outcome = outcome.and(message(data, inside)),
            MESSAGE_BODY => body("body.txt", data, inside),
            _ => {}
        }
        if !whole {
            outcome = outcome.and(Err(Reason::incomplete("end of an attribute of TNEF")));
        }
    }
    if let Some(ready) = attachment {
        ready.look(inside);
    }
    outcome
}

impl<'b> Attachment<'b> {
    fn properties(&mut self, bytes: &'b [u8]) -> Result<(), Reason> {
        for property in properties(bytes)? {
            match (property.id, property.kind) {
                // The long name is the one that is shown.
                (ATTACH_LONG_FILE_NAME, _) => self.long_names.extend(property.text()),
                (ATTACH_FILE_NAME | DISPLAY_NAME, _) => self.names.extend(property.text()),
                (ATTACH_DATA, TYPE_OBJECT) => self.objects.extend(property.values),
                (ATTACH_DATA, TYPE_BINARY) => self.data.extend(property.values),
                _ => {}
            }
        }
        Ok(())
    }

    fn look(self, inside: &mut Inside<'_, '_>) {
        let name = self
            .long_names
            .iter()
            .chain(&self.names)
            .find(|name| !name.is_empty())
            .map_or("attachment", String::as_str);
        let mut shown: BTreeSet<&[u8]> = BTreeSet::new();
        for data in self.data {
            if shown.insert(data) {
                let unpacked = inside.slice(data);
                inside.child(name, "tnef", &unpacked);
            }
        }
        for object in self.objects {
            let object = object.get(INTERFACE_BYTES..).unwrap_or_default();
            let is_message = object.starts_with(SIGNATURE);
            let unpacked = inside.slice(object);
            inside.child(if is_message { "message.tnef" } else { name }, "tnef object", &unpacked);
        }
    }
}

/// Looks at the bodies of a message.
fn message(bytes: &[u8], inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    for property in properties(bytes)? {
        match property.id {
            BODY => {
                for text in property.text() {
                    body("body.txt", text.as_bytes(), inside);
                }
            }
            BODY_HTML => {
                for value in &property.values {
                    body("body.html", value, inside);
                }
            }
            RTF_COMPRESSED => {
                for value in &property.values {
                    let (text, cut) = compressed_rtf::unpacked(value, inside.room())?;
                    let unpacked = inside.take(text);
                    let unpacked = if let Some(reason) = cut { unpacked.cut_short(reason) } else { unpacked };
                    inside.piece("body.rtf", "tnef rtf", &unpacked);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn body(name: &str, bytes: &[u8], inside: &mut Inside<'_, '_>) {
    let bytes = bytes.strip_suffix(b"\0").unwrap_or(bytes);
    let unpacked = inside.slice(bytes);
    inside.piece(name, "tnef", &unpacked);
}

/// A property of MAPI with its values.
struct Property<'b> {
    kind: u16,
    id: u16,
    values: Vec<&'b [u8]>,
}

impl Property<'_> {
    fn text(&self) -> Vec<String> {
        let read = |value: &&[u8]| match self.kind {
            TYPE_TEXT => Some(narrow(value)),
            TYPE_WIDE_TEXT => {
                let units = value.chunks_exact(2).filter_map(|pair| Some(u16::from_le_bytes(pair.try_into().ok()?)));
                let units: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
                Some(khien_model::text::nfc(&String::from_utf16_lossy(&units)).into_owned())
            }
            _ => None,
        };
        self.values.iter().filter_map(read).collect()
    }
}

/// A text of one byte for each letter, or UTF-8, up to its zero.
fn narrow(bytes: &[u8]) -> String {
    let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    khien_model::text::nfc(&crate::text::decoded(text)).into_owned()
}

/// The properties in `bytes`.
fn properties(bytes: &[u8]) -> Result<Vec<Property<'_>>, Reason> {
    let mut reader = Reader { rest: bytes };
    let broken = || Reason::damaged("properties of TNEF");
    let count = reader.number().ok_or_else(broken)?;
    if count > MAX_FIELDS {
        return Err(Reason::limit(Limit::Reader, u64::from(MAX_FIELDS)));
    }
    let mut properties = Vec::new();
    for _ in 0..count {
        properties.push(reader.property().ok_or_else(broken)?);
    }
    Ok(properties)
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        u32_le(self.take(4)?, 0)
    }

    fn short(&mut self) -> Option<u16> {
        u16_le(self.take(2)?, 0)
    }

    /// The next attribute: its id, its bytes, and whether they are all there. Its checksum is not asked for.
    fn attribute(&mut self) -> Option<(u32, &'b [u8], bool)> {
        self.take(1)?;
        let id = self.number()?;
        let length = usize::try_from(self.number()?).ok()?;
        let whole = length <= self.rest.len();
        let data = self.take(length.min(self.rest.len()))?;
        if self.take(2).is_none() {
            self.rest = &[];
        }
        Some((id, data, whole))
    }

    fn property(&mut self) -> Option<Property<'b>> {
        let (kind, id) = (self.short()?, self.short()?);
        if id >= 0x8000 {
            // A property with a name: whose set it belongs to, and its number or name.
            self.take(16)?;
            if self.number()? == 0 {
                self.number()?;
            } else {
                let length = self.number()?;
                self.padded(length)?;
            }
        }
        let plain = kind & !0x1000;
        let many = kind & 0x1000 != 0;
        let fixed = match plain {
            1 => Some(0),
            2 | 3 | 4 | 0xa | 0xb => Some(4),
            5 | 6 | 7 | 0x14 | 0x40 => Some(8),
            0x48 => Some(16),
            TYPE_OBJECT | TYPE_TEXT | TYPE_WIDE_TEXT | TYPE_BINARY => None,
            _ => return None,
        };
        let count = if many || fixed.is_none() { self.number()? } else { 1 };
        let mut values = Vec::new();
        for _ in 0..count {
            let value = match fixed {
                // Short numbers of many are not filled up.
                Some(_) if many && plain == 2 => self.take(2)?,
                Some(length) => self.take(length)?,
                None => {
                    let length = self.number()?;
                    self.padded(length)?
                }
            };
            if fixed != Some(0) {
                values.push(value);
            }
            if self.rest.is_empty() {
                break;
            }
        }
        if many && plain == 2 && count % 2 == 1 {
            self.take(2)?;
        }
        Some(Property { kind: plain, id, values })
    }

    /// So many bytes, and those that fill them up to a multiple of four.
    fn padded(&mut self, length: u32) -> Option<&'b [u8]> {
        let length = usize::try_from(length).ok()?;
        let value = self.take(length)?;
        let padding = length.wrapping_neg() % 4;
        self.take(padding.min(self.rest.len()))?;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unpack::testing_mail::{PAYLOAD, holders, inspected, survives_damage};

    fn attribute(level: u8, id: u32, data: &[u8]) -> Vec<u8> {
        let sum = data.iter().fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
        let length = u32::try_from(data.len()).unwrap();
        [&[level], &id.to_le_bytes()[..], &length.to_le_bytes(), data, &sum.to_le_bytes()].concat()
    }

    fn property(kind: u16, id: u16, value: &[u8]) -> Vec<u8> {
        let length = u32::try_from(value.len()).unwrap();
        let padding = vec![0; value.len().wrapping_neg() % 4];
        [&kind.to_le_bytes()[..], &id.to_le_bytes(), &1_u32.to_le_bytes(), &length.to_le_bytes(), value, &padding]
            .concat()
    }

    fn tnef(parts: &[Vec<u8>]) -> Vec<u8> {
        [SIGNATURE, &[1, 0], parts.concat().as_slice()].concat()
    }

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
    }

    fn sample() -> Vec<u8> {
        let name = property(TYPE_WIDE_TEXT, ATTACH_LONG_FILE_NAME, &wide("hóa đơn tháng.bin"));
        let named = [
            &0x8005_0003_u32.to_le_bytes()[..],
            &[0; 16],
            &[1, 0, 0, 0],
            &[6, 0, 0, 0],
            b"a\0b\0\0\0",
            &[0, 0],
            &[9, 0, 0, 0],
        ]
        .concat();
        let properties = [&2_u32.to_le_bytes()[..], &named, &name].concat();
        tnef(&[
            attribute(1, MESSAGE_BODY, b"Xin gui\0"),
            attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
            attribute(2, ATTACHMENT_TITLE, b"HOADON~1.BIN\0"),
            attribute(2, ATTACHMENT_DATA, PAYLOAD),
            attribute(2, ATTACHMENT_PROPERTIES, &properties),
        ])
    }

    #[test]
    fn attachments_come_out_with_their_long_names() {
        assert_eq!(holders(&inspected("winmail.dat", &sample()), PAYLOAD), ["hóa đơn tháng.bin"]);
    }

    #[test]
    fn messages_in_messages_come_out() {
        let object = [&[0; INTERFACE_BYTES], sample().as_slice()].concat();
        let properties = [&1_u32.to_le_bytes()[..], &property(TYPE_OBJECT, ATTACH_DATA, &object)].concat();
        let outer =
            tnef(&[attribute(2, ATTACHMENT_BEGINS, &[0; 14]), attribute(2, ATTACHMENT_PROPERTIES, &properties)]);
        assert_eq!(holders(&inspected("winmail.dat", &outer), PAYLOAD), ["hóa đơn tháng.bin"]);
    }

    #[test]
    fn what_is_cut_is_said() {
        let sample = sample();
        let inspection = inspected("winmail.dat", sample.get(..sample.len() - 10).unwrap());
        assert_eq!(holders(&inspection, PAYLOAD), ["HOADON~1.BIN"]);
        assert!(inspection.not_inspected().count() > 0);
    }

    #[test]
    fn damage_does_no_harm() {
        survives_damage("winmail.dat", &sample());
    }
}
