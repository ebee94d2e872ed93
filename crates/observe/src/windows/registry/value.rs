//! The data of a value by its type.

use jiff::Timestamp;
use khien_model::{Gap, GapCode};

/// The microseconds between 1601, where Windows begins to count, and 1970.
const MICROSECONDS_TO_1970: i64 = 11_644_473_600_000_000;

/// How many texts of a `REG_MULTI_SZ` are read.
const MAX_TEXTS: usize = 4096;

/// The data of one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `REG_SZ`.
    Text(String),
    /// `REG_EXPAND_SZ`: a text with names of variables in it, which are not put in.
    Expandable(String),
    /// `REG_MULTI_SZ`.
    Texts(Vec<String>),
    /// `REG_DWORD`, `REG_DWORD_BIG_ENDIAN`, `REG_QWORD`.
    Number(u64),
    /// `REG_BINARY`, and data without a type.
    Bytes(Vec<u8>),
    /// A type that nothing here asks for, by its number.
    Other(u32),
}

impl Value {
    /// A value as it lies in a hive, or as `RegQueryValueExW` gives it: the number of the type, and the data.
    pub fn decode(kind: u32, data: &[u8]) -> Result<Self, Gap> {
        Ok(match kind {
            1 => Self::Text(text_of(data)),
            2 => Self::Expandable(text_of(data)),
            0 | 3 => Self::Bytes(data.to_vec()),
            4 => Self::Number(u64::from(u32::from_le_bytes(sized(data)?))),
            5 => Self::Number(u64::from(u32::from_be_bytes(sized(data)?))),
            7 => Self::Texts(texts_of(data)?),
            11 => Self::Number(u64::from_le_bytes(sized(data)?)),
            other => Self::Other(other),
        })
    }

    /// What Windows calls this type.
    pub fn kind(&self) -> String {
        match self {
            Self::Text(_) => "REG_SZ".to_owned(),
            Self::Expandable(_) => "REG_EXPAND_SZ".to_owned(),
            Self::Texts(_) => "REG_MULTI_SZ".to_owned(),
            Self::Number(_) => "REG_DWORD".to_owned(),
            Self::Bytes(_) => "REG_BINARY".to_owned(),
            Self::Other(number) => format!("type {number}"),
        }
    }
}

fn sized<const SIZE: usize>(data: &[u8]) -> Result<[u8; SIZE], Gap> {
    data.try_into().map_err(|_| {
        Gap::with_detail(GapCode::Malformed, format!("a number of {} bytes instead of {SIZE}", data.len()))
    })
}

/// UTF-16 until the first zero. Half a surrogate pair, which Windows lets pass in names, is written as `\u{d800}`.
fn text_of(data: &[u8]) -> String {
    let units = data.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).take_while(|unit| *unit != 0);
    text_of_units(units)
}

/// A text of UTF-16 units, nothing of it dropped.
pub(crate) fn text_of_units(units: impl Iterator<Item = u16>) -> String {
    let mut text = String::new();
    for letter in char::decode_utf16(units) {
        match letter {
            Ok(letter) => text.push(letter),
            Err(half) => text.push_str(&format!("\\u{{{:x}}}", half.unpaired_surrogate())),
        }
    }
    text
}

fn texts_of(data: &[u8]) -> Result<Vec<String>, Gap> {
    let units: Vec<u16> = data.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    let texts = units.split(|unit| *unit == 0).filter(|text| !text.is_empty());
    let texts: Vec<String> = texts.take(MAX_TEXTS + 1).map(|text| text_of_units(text.iter().copied())).collect();
    if texts.len() > MAX_TEXTS {
        return Err(Gap::with_detail(GapCode::TooLarge, format!("more than {MAX_TEXTS} texts in one value")));
    }
    Ok(texts)
}

/// A time as Windows counts it: steps of 100 ns since 1601. Zero stands for "never".
pub fn file_time(steps: u64) -> Option<Timestamp> {
    if steps == 0 {
        return None;
    }
    let microseconds = i64::try_from(steps / 10).ok()?.checked_sub(MICROSECONDS_TO_1970)?;
    Timestamp::from_microsecond(microseconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn values_are_decoded_by_their_type() {
        for (kind, data, expected) in [
            (1, utf16("Nguyễn\0left over"), Ok(Value::Text("Nguyễn".to_owned()))),
            (1, utf16("no end"), Ok(Value::Text("no end".to_owned()))),
            (1, vec![0x00, 0xd8, b'a', 0], Ok(Value::Text("\\u{d800}a".to_owned()))),
            (2, utf16("%SystemRoot%\0"), Ok(Value::Expandable("%SystemRoot%".to_owned()))),
            (3, vec![1, 2], Ok(Value::Bytes(vec![1, 2]))),
            (4, vec![1, 0, 0, 0x80], Ok(Value::Number(0x8000_0001))),
            (4, vec![1], Err(GapCode::Malformed)),
            (5, vec![0, 0, 0, 1], Ok(Value::Number(1))),
            (7, utf16("a\0b\0\0"), Ok(Value::Texts(vec!["a".to_owned(), "b".to_owned()]))),
            (7, utf16(&"a\0".repeat(MAX_TEXTS + 1)), Err(GapCode::TooLarge)),
            (11, vec![1, 0, 0, 0, 0, 0, 0, 1], Ok(Value::Number(0x0100_0000_0000_0001))),
            (6, vec![], Ok(Value::Other(6))),
        ] {
            assert_eq!(Value::decode(kind, &data).map_err(|gap| gap.code), expected, "type {kind}");
        }
        assert!(Value::decode(7, &utf16(&"a\0".repeat(MAX_TEXTS))).is_ok());
    }

    #[test]
    fn times_begin_in_1601() {
        assert_eq!(file_time(0), None);
        assert_eq!(file_time(116_444_736_000_000_000), Some(Timestamp::UNIX_EPOCH));
        assert_eq!(file_time(u64::MAX), None);
        assert_eq!(file_time(133_000_000_000_000_000).unwrap().to_string(), "2022-06-18T04:26:40Z");
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_value_or_a_gap(kind in 0_u32..16, data in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = Value::decode(kind, &data);
        }

        #[test]
        fn any_number_is_a_time_or_none(steps: u64) {
            let _ = file_time(steps);
        }
    }
}
