//! Base32 in Crockford's alphabet: no letter that is read as another. Reading takes small letters, O for 0 and I or L for 1.

/// The 32 letters.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many letters `bytes` bytes are.
pub(crate) const fn length(bytes: usize) -> usize {
    (bytes * 8).div_ceil(5)
}

/// Writes bytes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(length(bytes.len()));
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(letter(held >> bits));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(letter(held << (5 - bits)));
    }
    text
}

fn letter(value: u32) -> char {
    char::from(LETTERS[(value & 31) as usize])
}

/// What a letter stands for.
pub(crate) fn value(letter: char) -> Option<u8> {
    let upper = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = LETTERS.iter().position(|known| char::from(*known) == upper)?;
    u8::try_from(place).ok()
}

/// The bytes that values stand for; `None` when bits are left over that no byte needs.
pub(crate) fn decode(values: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(values.len() * 5 / 8);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for value in values {
        held = (held << 5) | u32::from(*value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    (held == 0 && bits < 5).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<Vec<u8>> {
        decode(&text.chars().map(value).collect::<Option<Vec<u8>>>()?)
    }

    #[test]
    fn letters_that_look_alike_are_read_alike() {
        assert_eq!(encode(&[0xff, 0x00, 0x10]), "ZW010");
        for text in ["ZW010", "zwo1o", "ZWOIO", "ZwOl0"] {
            assert_eq!(read(text), Some(vec![0xff, 0x00, 0x10]), "{text}");
        }
        for bad in ["U", "-", "ư", "Z1"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn bytes_read_back(bytes in vec(any::<u8>(), 0..64)) {
            let text = encode(&bytes);
            prop_assert_eq!(text.len(), length(bytes.len()));
            prop_assert_eq!(read(&text), Some(bytes.clone()));
            prop_assert_eq!(read(&text.to_lowercase()), Some(bytes));
        }
    }
}
