//! How mails carry bytes as text: base64, quoted-printable, uuencode, yEnc, UTF-7. All of them are read byte for byte and
//! tolerantly: what has no place in them is passed over, as mail programs do.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::header::line;

/// How many files one text may carry.
pub(crate) const MAX_FILES: usize = 2_000;

/// Base64 that takes any last bits and any padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes of base64. Letters that are not of it are passed over; behind a padding it begins anew.
pub(crate) fn base64(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut group: Vec<u8> = Vec::with_capacity(text.len());
    for byte in text {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => group.push(*byte),
            b'=' => flush_base64(&mut group, &mut bytes),
            _ => {}
        }
    }
    flush_base64(&mut group, &mut bytes);
    bytes
}

/// The bytes of base64 up to its first padding, if more of it follows.
pub(super) fn base64_to_padding(text: &[u8]) -> Option<Vec<u8>> {
    let padding = text.iter().position(|byte| *byte == b'=')?;
    let (before, behind) = text.split_at_checked(padding)?;
    behind.iter().any(u8::is_ascii_alphanumeric).then(|| base64(before))
}

fn flush_base64(group: &mut Vec<u8>, bytes: &mut Vec<u8>) {
    if group.len() % 4 == 1 {
        // Six bits alone are no byte.
        group.pop();
    }
    if let Ok(more) = LENIENT.decode(&group) {
        bytes.extend(more);
    }
    group.clear();
}

/// The byte that two hexadecimal digits stand for.
pub(super) fn hexadecimal(two: [u8; 2]) -> Option<u8> {
    let [high, low] = two.map(|byte| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
    Some(high? * 16 + low?)
}

/// The bytes of quoted-printable. What is no escape stays as it is.
pub(crate) fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, behind @ ..] = rest {
        rest = behind;
        if *first != b'=' {
            bytes.push(*first);
            continue;
        }
        // Spaces may have come behind a soft end of line on the way.
        let spaces = behind.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        match behind.get(spaces..).unwrap_or_default() {
            [b'\r', b'\n', after @ ..] | [b'\n', after @ ..] => rest = after,
            [] => rest = &[],
            _ => match behind.first_chunk::<2>().and_then(|two| hexadecimal(*two)) {
                Some(byte) => {
                    bytes.push(byte);
                    rest = behind.get(2..).unwrap_or_default();
                }
                None => bytes.push(b'='),
            },
        }
    }
    bytes
}

/// UTF-7 (RFC 2152).
pub(super) fn utf7(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut rest = bytes;
    while let [first, behind @ ..] = rest {
        rest = behind;
        if *first != b'+' {
            text.push(char::from(*first));
            continue;
        }
        let end = behind.iter().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')));
        let (packed, after) = behind.split_at_checked(end.unwrap_or(behind.len())).unwrap_or((behind, &[]));
        let plain = STANDARD_NO_PAD.decode(packed).unwrap_or_else(|_| base64(packed));
        let units = plain.chunks_exact(2).filter_map(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?)));
        if packed.is_empty() {
            text.push('+');
        }
        text.extend(char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)));
        rest = after.strip_prefix(b"-").unwrap_or(after);
    }
    text
}

/// A file that a text carries.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Carried {
    /// Its name.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) bytes: Vec<u8>,
    /// How it is carried.
    pub(crate) how: &'static str,
    /// Its end is there.
    pub(crate) whole: bool,
}

/// The files that a text carries in uuencode or yEnc, at most [`MAX_FILES`] and one more.
pub(crate) fn carried(text: &[u8]) -> Vec<Carried> {
    let mut files = Vec::new();
    let mut rest = text;
    while !rest.is_empty() && files.len() <= MAX_FILES {
        let (first, behind) = line(rest);
        rest = behind;
        let found = if first.starts_with(b"begin") {
            uuencoded(first, behind)
        } else if first.starts_with(b"=ybegin ") {
            Some(yenc(first, behind))
        } else {
            None
        };
        if let Some((file, after)) = found {
            files.push(file);
            rest = after;
        }
    }
    files
}

/// The file in uuencode whose first line is `first`.
fn uuencoded<'t>(first: &[u8], text: &'t [u8]) -> Option<(Carried, &'t [u8])> {
    let said = String::from_utf8_lossy(first);
    let (base64_lines, said) = match said.strip_prefix("begin-base64 ") {
        Some(said) => (true, said),
        None => (false, said.strip_prefix("begin ")?),
    };
    let (mode, name) = said.split_once(' ')?;
    if !(3..=6).contains(&mode.len()) || !mode.bytes().all(|byte| (b'0'..b'8').contains(&byte)) {
        return None;
    }
    let name = name.trim().to_owned();
    let mut bytes = Vec::new();
    let mut rest = text;
    loop {
        let (own, behind) = line(rest);
        let ended = own == b"end" || (base64_lines && own == b"====");
        if ended || rest.is_empty() {
            let how = if base64_lines { "base64" } else { "uuencode" };
            return Some((Carried { name, bytes, how, whole: ended }, behind));
        }
        if base64_lines {
            bytes.extend(base64(own));
        } else {
            uuencoded_line(own, &mut bytes)?;
        }
        rest = behind;
    }
}

/// One line of uuencode; none if it cannot be one.
fn uuencoded_line(line: &[u8], bytes: &mut Vec<u8>) -> Option<()> {
    let Some((length, packed)) = line.split_first() else { return Some(()) };
    if !(b' '..=b'`').contains(length) {
        return None;
    }
    let length = usize::from((length - b' ') & 63);
    let begin = bytes.len();
    for group in packed.chunks(4) {
        let digit = |place: usize| group.get(place).map_or(0, |byte| u32::from(byte.wrapping_sub(b' ') & 63));
        let value = digit(0) << 18 | digit(1) << 12 | digit(2) << 6 | digit(3);
        bytes.extend(value.to_be_bytes().iter().skip(1));
    }
    // Spaces at the end of a line are often lost: they stand for zeros.
    bytes.resize(begin + length, 0);
    Some(())
}

/// The file in yEnc whose first line is `first`.
fn yenc<'t>(first: &[u8], text: &'t [u8]) -> (Carried, &'t [u8]) {
    let said = String::from_utf8_lossy(first);
    let name = said.split_once("name=").map_or("", |(_, name)| name).trim().to_owned();
    let is_part = said.contains(" part=");
    let mut bytes = Vec::new();
    let mut rest = text;
    loop {
        let (own, behind) = line(rest);
        let ended = own.starts_with(b"=yend");
        if ended || rest.is_empty() {
            let whole = ended && (!is_part || said.contains(" total=1 "));
            return (Carried { name, bytes, how: "yenc", whole }, behind);
        }
        rest = behind;
        if own.starts_with(b"=ypart") {
            continue;
        }
        let mut escaped = false;
        // A dot at the beginning of a line is doubled on the way.
        let own = if own.starts_with(b"..") { own.get(1..).unwrap_or_default() } else { own };
        for byte in own {
            if !escaped && *byte == b'=' {
                escaped = true;
                continue;
            }
            bytes.push(byte.wrapping_sub(if escaped { 64 + 42 } else { 42 }));
            escaped = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_with_everything_between() {
        for (text, bytes) in [
            ("SGVs\r\nbG8=", &b"Hello"[..]),
            ("S*G-V s bG 8", b"Hello"),
            ("SGVs\0bG8==junk", b"Hello\x8e\xe9\xe4"),
            ("QQ==Qg==", b"AB"),
            ("QR==", b"A"),
            ("Q", b""),
        ] {
            assert_eq!(base64(text.as_bytes()), bytes, "{text}");
        }
        assert_eq!(base64_to_padding(b"QQ==Qg==").as_deref(), Some(&b"A"[..]));
        assert_eq!(base64_to_padding(b"QQ==\r\n"), None);
    }

    #[test]
    fn quoted_printable_is_read_byte_for_byte() {
        for (text, bytes) in [
            ("a=0D=0a=00b", &b"a\r\n\0b"[..]),
            ("soft=\r\n end= \t\n.", b"soft end."),
            ("a=3", b"a=3"),
            ("x==", b"x="),
            ("=", b""),
        ] {
            assert_eq!(quoted_printable(text.as_bytes()), bytes, "{text}");
        }
    }

    #[test]
    fn utf7_is_read() {
        assert_eq!(utf7(b"+ADw-script+AD4- 1 +- 2 Ti+Hr8-ng"), "<script> 1 + 2 Tiếng");
    }

    #[test]
    fn files_in_text_come_out() {
        let text = b"Hi\r\nbegin 644 a b.bin\r\n#0V%T\r\n`\r\nend\r\nbegin the work\n=ybegin line=128 size=3 name=y.bin\n\x8b\x8c=}\n=yend size=3\n\
            begin-base64 600 c\nSGVsbG8=\n====\n";
        let files = carried(text);
        let seen: Vec<_> = files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice(), file.whole)).collect();
        assert_eq!(seen, [("a b.bin", &b"Cat"[..], true), ("y.bin", b"ab\x13", true), ("c", b"Hello", true)]);
    }

    #[test]
    fn lost_spaces_are_zeros() {
        let files = carried(b"begin 644 z\n#\nend\n");
        assert_eq!(files.first().map(|file| file.bytes.as_slice()), Some(&[0, 0, 0][..]));
    }
}
