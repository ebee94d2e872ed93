//! Bytes of the observed machine as text: NFC inside, and nothing is dropped silently.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

use khien_model::{Gap, GapCode};
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

/// The text of a file that has to be UTF-8. A byte order mark is dropped; other encodings are [`GapCode::Malformed`].
pub(crate) fn decode(bytes: Vec<u8>) -> Result<String, Gap> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Gap::with_detail(GapCode::Malformed, format!("not UTF-8 at byte {at}"))
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// Why the bytes of a settings file may not say all that they seem to: a zero byte means another encoding or a file
/// that was lost, and bytes that are not UTF-8 may be either, or the letters of an old encoding.
#[cfg(any(target_os = "linux", test))]
pub(crate) fn expect_plain(bytes: &[u8], path: &str) -> Result<(), Gap> {
    let path = path.trim_start_matches('/');
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(Gap::with_detail(GapCode::Malformed, format!("/{path}: not text: a zero byte at byte {at}")));
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => Ok(()),
        Err(error) => {
            let detail = format!("/{path}: not UTF-8 at byte {}", error.valid_up_to());
            Err(Gap::with_detail(GapCode::Malformed, detail))
        }
    }
}

/// A name made of bytes (a file, a user), as people see it: NFC, with each byte that is not UTF-8 written as `\xNN`.
pub(crate) fn name(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing into a String cannot fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    nfc(&text).into_owned()
}

/// A path as people see it.
pub(crate) fn shown(path: &Path) -> String {
    name(path.as_os_str().as_encoded_bytes())
}

/// The composed form of `text`: an NFD name from a Mac or an old archive equals the NFC one.
pub(crate) fn nfc(text: &str) -> Cow<'_, str> {
    if is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_composed_and_their_odd_bytes_are_shown() {
        for (bytes, expected) in [
            (&b"plain"[..], "plain"),
            ("Nguye\u{302}\u{303}n".as_bytes(), "Nguyễn"),
            (b"a\xff\xfeb", "a\\xff\\xfeb"),
            (b"", ""),
        ] {
            assert_eq!(name(bytes), expected);
        }
    }

    #[test]
    fn settings_are_text() {
        for (bytes, expected) in [
            (&b"a = 1\n"[..], None),
            ("tên = Nguyễn".as_bytes(), None),
            (b"\xff\xfea\0", Some("malformed: /etc/x: not text: a zero byte at byte 3")),
            (b"a = \xe9", Some("malformed: /etc/x: not UTF-8 at byte 4")),
        ] {
            let gap = expect_plain(bytes, "etc/x").err().map(|gap| gap.to_string());
            assert_eq!(gap.as_deref(), expected);
        }
    }

    #[test]
    fn decoding_drops_a_byte_order_mark_and_refuses_other_encodings() {
        assert_eq!(decode(b"\xef\xbb\xbfa=1".to_vec()).as_deref(), Ok("a=1"));
        let gap = decode(b"ab\xff".to_vec()).unwrap_err();
        assert_eq!(gap, Gap::with_detail(GapCode::Malformed, "not UTF-8 at byte 2"));
    }
}
