//! RTF as Outlook packs it (MS-OXRTFCP, "LZFu").

use crate::Reason;

/// What the dictionary begins with: what most texts have in common.
const BEGINNING: &[u8] =
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \
\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \
\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// The size of the dictionary, in bytes.
const DICTIONARY_BYTES: usize = 4096;

/// The text in `packed`, at most `room` bytes and a little, and why it is not all there is.
pub(crate) fn unpacked(packed: &[u8], room: u64) -> Result<(Vec<u8>, Option<Reason>), Reason> {
    let header = packed.first_chunk::<16>().ok_or_else(|| Reason::damaged("compressed RTF without header"))?;
    let body = packed.get(16..).unwrap_or_default();
    match header.get(8..12) {
        Some(b"LZFu") => {}
        Some(b"MELA") => return Ok((body.to_vec(), None)),
        _ => return Err(Reason::damaged("compressed RTF of unknown kind")),
    }
    let room = usize::try_from(room).unwrap_or(usize::MAX);
    let mut dictionary = BEGINNING.to_vec();
    dictionary.resize(DICTIONARY_BYTES, 0);
    let mut write = BEGINNING.len();
    let mut text = Vec::new();
    let mut rest = body;
    while let [control, behind @ ..] = rest {
        rest = behind;
        for bit in 0..8 {
            if text.len() > room {
                return Ok((text, None));
            }
            if control >> bit & 1 == 0 {
                let Some((byte, behind)) = rest.split_first() else {
                    return Ok((text, Some(Reason::damaged("compressed RTF without end"))));
                };
                rest = behind;
                put(*byte, &mut dictionary, &mut write, &mut text);
                continue;
            }
            let Some((two, behind)) = rest.split_first_chunk::<2>() else {
                return Ok((text, Some(Reason::damaged("compressed RTF without end"))));
            };
            rest = behind;
            let reference = usize::from(u16::from_be_bytes(*two));
            let (from, length) = (reference >> 4, (reference & 15) + 2);
            if from == write {
                return Ok((text, None));
            }
            for step in 0..length {
                let byte = dictionary.get((from + step) % DICTIONARY_BYTES).copied().unwrap_or_default();
                put(byte, &mut dictionary, &mut write, &mut text);
            }
        }
    }
    Ok((text, None))
}

fn put(byte: u8, dictionary: &mut [u8], write: &mut usize, text: &mut Vec<u8>) {
    text.push(byte);
    if let Some(place) = dictionary.get_mut(*write) {
        *place = byte;
    }
    *write = (*write + 1) % DICTIONARY_BYTES;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_specification_come_out() {
        let first: &[u8] = &[
            0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0x00, 0x0a, 0x00, 0x72,
            0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62,
            0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
        ];
        let (text, cut) = unpacked(first, 1000).unwrap();
        assert_eq!((text.as_slice(), cut), (&b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"[..], None));
        let second: &[u8] = &[
            0x1a, 0, 0, 0, 0x1c, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xe2, 0xd4, 0x4b, 0x51, 0x41, 0x00, 0x04, 0x20, 0x57,
            0x58, 0x59, 0x5a, 0x0d, 0x6e, 0x7d, 0x01, 0x0e, 0xb0,
        ];
        assert_eq!(unpacked(second, 1000).unwrap().0, b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}");
        assert!(unpacked(second, 5).unwrap().0.len() < 30);
        assert!(unpacked(b"short", 5).is_err());
    }

    #[test]
    fn the_dictionary_begins_with_what_is_known() {
        assert_eq!(BEGINNING.len(), 207);
    }

    #[test]
    fn fuzz() {
        bolero::check!().with_type::<(u16, Vec<u8>)>().for_each(|(room, bytes)| {
            let packed = [&[0; 8][..], b"LZFu", &[0; 4], bytes].concat();
            let (text, _) = unpacked(&packed, u64::from(*room)).expect("a header that is known");
            assert!(text.len() <= usize::from(*room) + 18);
        });
    }
}
