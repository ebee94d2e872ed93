//! Bytes of a text as letters: which encoding they are in is told by a mark at the beginning or by how they look.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1258};

/// How many bytes are looked at to tell UTF-16 without a mark.
const SAMPLE_BYTES: usize = 4096;

/// Fewer bytes than these are not taken for UTF-16 without a mark: two letters of anything look like it.
const MIN_UNMARKED_BYTES: usize = 8;

/// Of UTF-8 with mistakes in it: so many letters beyond ASCII must be right for each one that is wrong.
const RIGHT_PER_WRONG: usize = 4;

/// The letters of a text.
///
/// A mark at the beginning (UTF-8, UTF-16) decides and is left out. Without one it is UTF-8 if it can be, then UTF-16 if
/// every second byte says so, then UTF-8 with mistakes, and at last windows-1258, in which every byte is a letter; that
/// one comes out in NFC. What comes out is at most three times as long as `bytes`: no bound of its own is needed.
pub(crate) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let (encoding, mark) = encoding(bytes);
    let body = bytes.get(mark..).unwrap_or_default();
    let (letters, _) = encoding.decode_without_bom_handling(body);
    if encoding == WINDOWS_1258 && !body.is_ascii() {
        return Cow::Owned(khien_model::text::nfc(&letters).into_owned());
    }
    letters
}

/// The encoding of a text, and the length of its mark.
pub(crate) fn encoding(bytes: &[u8]) -> (&'static Encoding, usize) {
    if let Some(marked) = Encoding::for_bom(bytes) {
        return marked;
    }
    if let Some(wide) = unmarked_wide(bytes) {
        return (wide, 0);
    }
    if mostly_utf8(bytes) { (UTF_8, 0) } else { (WINDOWS_1258, 0) }
}

/// The order of the bytes in UTF-16 without a mark: letters of Latin writing have a zero in every second byte.
fn unmarked_wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..SAMPLE_BYTES).unwrap_or(bytes);
    if sample.len() < MIN_UNMARKED_BYTES || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let (pairs, _) = sample.as_chunks::<2>();
    let letters = |order: fn([u8; 2]) -> u16| {
        let mut plain = 0;
        for &pair in pairs {
            match order(pair) {
                9 | 10 | 13 | 0x20..0x7f => plain += 1,
                // No text has these.
                0..0x20 | 0x7f..0xa0 | 0xfffe | 0xffff => return 0,
                _ => {}
            }
        }
        plain
    };
    let enough = |plain: usize| plain * 2 > pairs.len();
    if enough(letters(u16::from_le_bytes)) {
        Some(UTF_16LE)
    } else if enough(letters(u16::from_be_bytes)) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether `bytes` are UTF-8, perhaps with a few mistakes.
fn mostly_utf8(bytes: &[u8]) -> bool {
    if std::str::from_utf8(bytes).is_ok() {
        return true;
    }
    let (mut right, mut wrong) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        right += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    right >= wrong.saturating_mul(RIGHT_PER_WRONG)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` in UTF-16, with the bytes in the order of `order`.
    fn wide(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn the_same_letters_come_out_of_every_encoding() {
        let text = "Kính gửi: Chi cục Thi hành án dân sự\r\nSố 12/QĐ-CCTHADS";
        let marked = |mark: &[u8], body: Vec<u8>| [mark, &body].concat();
        let cases: [(&str, Vec<u8>); 6] = [
            ("utf-8", text.into()),
            ("utf-8 with a mark", marked(b"\xef\xbb\xbf", text.into())),
            ("utf-16le with a mark", marked(b"\xff\xfe", wide(text, u16::to_le_bytes))),
            ("utf-16be with a mark", marked(b"\xfe\xff", wide(text, u16::to_be_bytes))),
            ("utf-16le", wide(text, u16::to_le_bytes)),
            ("utf-16be", wide(text, u16::to_be_bytes)),
        ];
        for (name, bytes) in cases {
            assert_eq!(decoded(&bytes), text, "{name}");
        }
    }

    #[test]
    fn the_old_encoding_of_windows_comes_out_composed() {
        // "Tiếng Việt": ê with the mark of sắc, ê with the mark of nặng.
        assert_eq!(decoded(b"Ti\xea\xecng Vi\xea\xf2t"), "Tiếng Việt");
    }

    #[test]
    fn a_few_mistakes_leave_utf8_what_it_is() {
        let mut bytes = "Cộng hòa xã hội chủ nghĩa Việt Nam".as_bytes().to_vec();
        bytes.push(0xff);
        assert_eq!(decoded(&bytes), "Cộng hòa xã hội chủ nghĩa Việt Nam\u{fffd}");
    }

    #[test]
    fn plain_and_empty_text_is_not_copied() {
        for text in ["", "a", "abcdefgh", "MsgBox 1"] {
            assert!(matches!(decoded(text.as_bytes()), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn wide_text_of_an_odd_length_or_with_zeros_is_not_taken_for_wide() {
        assert_eq!(unmarked_wide(b"a\0b\0c\0d\0e"), None);
        assert_eq!(unmarked_wide(b"a\0b\0c\0\0\0"), None);
        assert_eq!(unmarked_wide(b"a\0b\0c\0d\0"), Some(UTF_16LE));
    }

    #[test]
    fn anything_comes_out_as_something() {
        bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
            let letters = decoded(bytes);
            assert!(letters.len() <= bytes.len().saturating_mul(3));
        });
    }
}
