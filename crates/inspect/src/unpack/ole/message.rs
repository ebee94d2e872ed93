//! Messages of Outlook: subject, text and attached files, each in a stream that is named after a number of MAPI.

use super::compound::{Compound, Entry, EntryKind};
use super::letters::{decode, utf16};
use super::{Taken, unpacked};
use crate::bytes::{place_le, u8_at, u16_le, u32_le};
use crate::walk::Inside;
use crate::{Limit, Reason};

/// How the streams of properties begin, and the storages of attached files.
const PROPERTY: &str = "__substg1.0_";
const ATTACHMENT: &str = "__attach_version1.0_";
/// The stream without which there is no message.
const PROPERTIES: &str = "__properties_version1.0";
/// Properties: the text in plain letters, as HTML, as packed RTF; a file; its long name, its short name.
const BODY: &str = "1000";
const HTML: &str = "1013";
const RTF: &str = "1009";
const DATA: &str = "37010102";
const NAMES: &[&str] = &["3707", "3001", "3704"];
/// How long a name may be.
const MAX_NAME_BYTES: u64 = 8192;
/// What the first 207 letters behind which packed RTF is unpacked are.
const PREPARED: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
/// The size of the window into which unpacking looks back.
const WINDOW: usize = 4096;

/// Hands on the texts and attached files of a message, and of the messages attached to it.
pub(super) fn open(file: &Compound<'_>, inside: &mut Inside<'_, '_>, taken: &mut Taken) {
    if file.entry(PROPERTIES).is_none() {
        return;
    }
    for (place, entry) in file.entries.iter().enumerate() {
        if entry.kind != EntryKind::Stream {
            continue;
        }
        let Some(property) = entry.name.strip_prefix(PROPERTY) else { continue };
        let storage = entry.storage();
        let within_file = storage.rsplit('/').next().is_some_and(|last| last.starts_with(ATTACHMENT));
        if within_file && property.eq_ignore_ascii_case(DATA) {
            taken.insert(place);
            let unpacked = unpacked(file, entry, inside);
            inside.child(&file_name(file, storage), "msg attachment", &unpacked);
        } else if property.starts_with(BODY) || property.starts_with(HTML) || property.starts_with(RTF) {
            taken.insert(place);
            text(file, entry, property, inside);
        }
    }
}

/// The name of an attached file: the long one, what it is shown as, the short one.
fn file_name(file: &Compound<'_>, storage: &str) -> String {
    for property in NAMES {
        for (kind, wide) in [("001F", true), ("001E", false)] {
            let path = format!("{storage}/{PROPERTY}{property}{kind}");
            let Some(content) = file.stream(&path, MAX_NAME_BYTES) else { continue };
            let name = if wide { utf16(&content.bytes) } else { decode(&content.bytes, 1258) };
            let name = name.trim_end_matches('\0');
            if !name.is_empty() {
                return name.to_owned();
            }
        }
    }
    storage.rsplit('/').next().unwrap_or(storage).to_owned()
}

/// Hands on the text of a message.
fn text(file: &Compound<'_>, entry: &Entry, property: &str, inside: &mut Inside<'_, '_>) {
    let content = unpacked(file, entry, inside);
    let name =
        |name: &str| if entry.storage().is_empty() { name.to_owned() } else { format!("{}/{name}", entry.storage()) };
    if property.starts_with(RTF) {
        match rich_text(content.bytes(), inside.room()) {
            Ok((bytes, cut)) => {
                let mut unpacked = inside.take(bytes);
                if let Some(reason) = cut {
                    unpacked = unpacked.cut_short(reason);
                }
                inside.piece(&name("body.rtf"), "msg text", &unpacked);
            }
            Err(reason) => inside.unopened(&name("body.rtf"), "msg text", Some(entry.size()), reason),
        }
        return;
    }
    let ending = if property.starts_with(HTML) { "body.html" } else { "body.txt" };
    if property.to_uppercase().ends_with("001F") {
        let unpacked = inside.take(utf16(content.bytes()).into_bytes());
        inside.piece(&name(ending), "msg text", &unpacked);
    } else {
        inside.piece(&name(ending), "msg text", &content);
    }
}

/// Unpacks RTF as Outlook packs it ([MS-OXRTFCP]).
fn rich_text(packed: &[u8], room: u64) -> Result<(Vec<u8>, Option<Reason>), Reason> {
    let damaged = || Reason::damaged("the packed text is cut");
    let wanted = place_le(packed, 4).ok_or_else(damaged)?;
    let body = packed.get(16..).ok_or_else(damaged)?;
    match u32_le(packed, 8) {
        Some(0x414C_454D) => return Ok((crate::bytes::at_most(body, 0, wanted).to_vec(), None)),
        Some(0x7546_5A4C) => {}
        other => return Err(Reason::unsupported(format!("packed text {other:#x?}"))),
    }
    let mut window = [0_u8; WINDOW];
    for (slot, letter) in window.iter_mut().zip(PREPARED) {
        *slot = *letter;
    }
    let (mut write, mut place) = (PREPARED.len(), 0_usize);
    let mut bytes: Vec<u8> = Vec::new();
    'flags: while let Some(flags) = u8_at(body, place) {
        place += 1;
        for bit in 0..8 {
            if bytes.len() as u64 > room {
                return Ok((bytes, Some(Reason::limit(Limit::NodeBytes, room))));
            }
            if flags >> bit & 1 == 0 {
                let Some(letter) = u8_at(body, place) else { break 'flags };
                place += 1;
                put(&mut window, &mut write, &mut bytes, letter);
                continue;
            }
            let Some(token) = u16_le(body, place).map(u16::swap_bytes) else { break 'flags };
            place += 2;
            let from = usize::from(token >> 4);
            if from == write % WINDOW {
                return Ok((bytes, None));
            }
            for step in 0..usize::from(token & 0x0F) + 2 {
                let letter = window.get((from + step) % WINDOW).copied().unwrap_or(0);
                put(&mut window, &mut write, &mut bytes, letter);
            }
        }
    }
    let cut = (bytes.len() < wanted).then(damaged);
    Ok((bytes, cut))
}

fn put(window: &mut [u8; WINDOW], write: &mut usize, bytes: &mut Vec<u8>, letter: u8) {
    if let Some(slot) = window.get_mut(*write % WINDOW) {
        *slot = letter;
    }
    *write += 1;
    bytes.push(letter);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_specification_are_unpacked() {
        // [MS-OXRTFCP] 4.1.1 and 4.2.1.
        let simple = b"\x2d\x00\x00\x00\x2b\x00\x00\x00LZFu\xf1\xc5\xc7\xa7\x03\x00\x0a\x00rcpg125\x422\x0a\xf3 hel\x09\x00 bw\x05\xb0ld}\x0a\x80\x0f\xa0";
        let (bytes, cut) = rich_text(simple, 1 << 20).unwrap();
        assert_eq!(
            (String::from_utf8_lossy(&bytes).as_ref(), cut),
            ("{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n", None)
        );
        let crossing = b"\x1a\x00\x00\x00\x1c\x00\x00\x00LZFu\xe2\xd4KQA\x00\x04\x20WXYZ\x0dn}\x01\x0e\xb0";
        assert_eq!(rich_text(crossing, 1 << 20).unwrap().0, b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}");
    }

    #[test]
    fn any_packed_text_is_unpacked_or_not() {
        bolero::check!().with_type::<Vec<u8>>().for_each(|body| {
            let packed = [&[0, 0, 0, 0, 255, 255, 0, 0][..], b"LZFu\0\0\0\0", body].concat();
            if let Ok((bytes, _)) = rich_text(&packed, 1000) {
                assert!(bytes.len() <= 1000 + 18);
            }
        });
    }
}
