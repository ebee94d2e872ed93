//! Bytes written as letters: base64, hexadecimal digits, percent signs, lists of numbers.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// base64 as hostile files write it: with or without padding, with bits left over.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const WEB: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Whether a byte is a letter of base64 in either alphabet.
pub(crate) fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// Decodes base64; white space in it is left out. Nothing if it is none.
pub(crate) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut letters: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    while letters.last() == Some(&b'=') {
        letters.pop();
    }
    // One letter alone behind groups of four says nothing.
    if letters.len() % 4 == 1 {
        letters.pop();
    }
    if letters.is_empty() || !letters.iter().all(|byte| is_base64(*byte)) {
        return None;
    }
    let web = letters.iter().any(|byte| matches!(byte, b'-' | b'_'));
    if web { WEB.decode(&letters).ok() } else { STANDARD.decode(&letters).ok() }
}

/// Decodes pairs of hexadecimal digits, between which may stand blanks, commas, `0x`, `\x`, `%`, `&H` and the like.
pub(crate) fn hex(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut rest = text;
    while let Some((&first, behind)) = rest.split_first() {
        if let [b'0' | b'\\' | b'&', b'x' | b'X' | b'h' | b'H', after @ ..] = rest {
            rest = after;
        } else if first.is_ascii_whitespace() || matches!(first, b',' | b';' | b':' | b'-' | b'%') {
            rest = behind;
        } else {
            let pair = rest.get(..2).filter(|pair| pair.iter().all(u8::is_ascii_hexdigit))?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?);
            rest = rest.get(2..).unwrap_or_default();
        }
    }
    (!bytes.is_empty()).then_some(bytes)
}

/// Decodes `%41` and `%u0041`; what is none of these stays as it is. Nothing if there are none of them.
pub(crate) fn percent(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut found = false;
    let mut rest = text.as_bytes();
    let number = |digits: &[u8]| {
        let all = digits.iter().all(u8::is_ascii_hexdigit);
        std::str::from_utf8(digits).ok().filter(|_| all).and_then(|digits| u16::from_str_radix(digits, 16).ok())
    };
    while let Some((&first, behind)) = rest.split_first() {
        let wide =
            behind.get(1..5).filter(|_| first == b'%' && matches!(behind.first(), Some(b'u' | b'U'))).and_then(number);
        let narrow = behind.get(..2).filter(|_| first == b'%').and_then(number);
        if let Some(unit) = wide {
            bytes.extend(if unit < 256 {
                unit.to_le_bytes().get(..1).unwrap_or_default().to_vec()
            } else {
                unit.to_le_bytes().to_vec()
            });
            rest = behind.get(5..).unwrap_or_default();
            found = true;
        } else if let Some(byte) = narrow {
            bytes.push(byte.to_le_bytes()[0]);
            rest = behind.get(2..).unwrap_or_default();
            found = true;
        } else {
            bytes.push(first);
            rest = behind;
        }
    }
    found.then_some(bytes)
}

/// The bytes of a list of numbers, as `77,90,144`; negative ones as a signed byte. Nothing if it is no such list.
pub(crate) fn numbers(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for word in text.split(',') {
        let word = word.trim();
        let value = match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
            Some(digits) => i64::from_str_radix(digits, 16).ok()?,
            None if word.is_empty() => continue,
            None => word.parse::<i64>().ok()?,
        };
        let byte = u8::try_from(value).ok().or_else(|| i8::try_from(value).ok().map(i8::cast_unsigned))?;
        bytes.push(byte);
    }
    (!bytes.is_empty()).then_some(bytes)
}

/// The data of an address `data:type;base64,…`, and the type it says.
pub(crate) fn data_address(address: &str) -> Option<(String, Vec<u8>)> {
    let rest = address
        .trim_start()
        .get(..5)
        .filter(|start| start.eq_ignore_ascii_case("data:"))
        .and_then(|_| address.trim_start().get(5..))?;
    let (head, data) = rest.split_once(',')?;
    let said = head.split(';').next().unwrap_or_default().trim().to_lowercase();
    let encoded = head.split(';').skip(1).any(|word| word.trim().eq_ignore_ascii_case("base64"));
    if encoded {
        let plain = percent(data);
        return Some((said, base64(plain.as_deref().unwrap_or(data.as_bytes()))?));
    }
    Some((said, percent(data).unwrap_or_else(|| data.as_bytes().to_vec())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_is_read() {
        assert_eq!(base64(b"S0hJ\r\n RU4="), Some(b"KHIEN".to_vec()));
        assert_eq!(base64(b"S0hJRU4"), Some(b"KHIEN".to_vec()));
        assert_eq!(base64(b"-_8"), Some(vec![0xfb, 0xff]));
        assert_eq!(base64(b"S0h!"), None);
        assert_eq!(hex(b"4b 48,0x49\\x45%4e"), Some(b"KHIEN".to_vec()));
        assert_eq!(hex(b"4b4"), None);
        assert_eq!(percent("%4B%u0048I"), Some(b"KHI".to_vec()));
        assert_eq!(percent("abc"), None);
        assert_eq!(numbers("77, 90,0x90, -1,"), Some(vec![77, 90, 0x90, 0xff]));
        assert_eq!(numbers("77,900"), None);
        assert_eq!(data_address("data:text/plain;base64,S0hJ"), Some(("text/plain".to_owned(), b"KHI".to_vec())));
        assert_eq!(data_address(" DATA:,a%20b"), Some((String::new(), b"a b".to_vec())));
        assert_eq!(data_address("database"), None);
    }

    #[test]
    fn any_text_is_decoded_or_not() {
        bolero::check!().with_type::<String>().for_each(|text| {
            let _ = (base64(text.as_bytes()), hex(text.as_bytes()), percent(text), numbers(text));
            let _ = data_address(&format!("data:{text}"));
        });
    }
}
