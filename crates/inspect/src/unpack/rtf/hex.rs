//! Data of objects and pictures in RTF: hexadecimal digits, however they are scattered.
//!
//! What stands between the digits is read in more than one way, because readers differ: the way in which an object comes
//! out is the one that counts.

/// How many ways there are.
pub(super) const WAYS: usize = 3;

/// Digits of one way, as they come.
#[derive(Default)]
struct Nibbles {
    bytes: Vec<u8>,
    pending: Option<u8>,
}

impl Nibbles {
    fn digit(&mut self, digit: u8) {
        match self.pending.take() {
            Some(high) => self.bytes.push(high << 4 | digit),
            None => self.pending = Some(digit),
        }
    }
}

/// Data as they come.
#[derive(Default)]
pub(super) struct Hex {
    ways: [Nibbles; WAYS],
    /// Whether something else than digits and white space stood between them.
    pub(super) scrambled: bool,
}

/// The value of a hexadecimal digit.
fn value(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

impl Hex {
    /// A run of text.
    pub(super) fn text(&mut self, text: &[u8]) {
        for &byte in text {
            match value(byte) {
                Some(digit) => self.ways.iter_mut().for_each(|way| way.digit(digit)),
                None => self.scrambled |= !byte.is_ascii_whitespace() && byte != 0,
            }
        }
    }

    /// A run of text in a group of its own kind, which only some readers take.
    pub(super) fn text_aside(&mut self, text: &[u8]) {
        self.scrambled = true;
        if let Some(way) = self.ways.get_mut(1) {
            text.iter().filter_map(|byte| value(*byte)).for_each(|digit| way.digit(digit));
        }
    }

    /// `\'41` among the digits: left out, or two digits more, or the end of a half byte.
    pub(super) fn escaped(&mut self, byte: Option<u8>) {
        self.scrambled = true;
        let [_, counted, reset] = &mut self.ways;
        if let Some(byte) = byte {
            counted.digit(byte >> 4);
            counted.digit(byte & 15);
        }
        reset.pending = None;
    }

    /// Bytes as they are.
    pub(super) fn binary(&mut self, bytes: &[u8]) {
        for way in &mut self.ways {
            way.pending = None;
            way.bytes.extend_from_slice(bytes);
        }
    }

    /// What comes out in each way; a half byte at the end is left out.
    pub(super) fn into_ways(self) -> [Vec<u8>; WAYS] {
        self.ways.map(|way| way.bytes)
    }

    /// What comes out in the usual way.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        let [usual, ..] = self.into_ways();
        usual
    }
}
