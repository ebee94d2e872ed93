//! The compression of VBA ([MS-OVBA] 2.4.1): chunks of 4096 bytes, in which what came before is repeated.

use super::super::bytes::{at_most, u8_at, u16_at};

/// The byte that begins what is compressed.
const SIGNATURE: u8 = 1;
/// How much one chunk unpacks to.
const CHUNK_BYTES: usize = 4096;
/// How compressed source begins behind its head: `Attribut`, the first word of every module.
const FIRST_WORD: &[u8] = b"\0Attribut";

/// What was unpacked, and why it is not all.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decompressed {
    pub(super) bytes: Vec<u8>,
    pub(super) fault: Option<&'static str>,
}

/// Unpacks at most `most` bytes (rounded up to a chunk); none if it does not begin as it must.
pub(super) fn decompress(packed: &[u8], most: usize) -> Option<Decompressed> {
    if u8_at(packed, 0) != Some(SIGNATURE) {
        return None;
    }
    let mut bytes = Vec::new();
    let mut place = 1_usize;
    while place < packed.len() {
        if bytes.len() >= most {
            return Some(Decompressed { bytes, fault: Some("its source is longer than is read") });
        }
        let Some(head) = u16_at(packed, place) else {
            return Some(Decompressed { bytes, fault: Some("its source ends within a chunk") });
        };
        if head >> 12 & 7 != 3 {
            return Some(Decompressed { bytes, fault: Some("its source has a chunk without its mark") });
        }
        let length = usize::from(head & 0x0FFF) + 1;
        let data = at_most(packed, place + 2, length);
        if head & 0x8000 == 0 {
            bytes.extend_from_slice(at_most(packed, place + 2, CHUNK_BYTES));
            place += 2 + CHUNK_BYTES;
            continue;
        }
        let whole = chunk(data, &mut bytes);
        if !whole {
            return Some(Decompressed { bytes, fault: Some("its source repeats what is not there") });
        }
        if data.len() < length {
            return Some(Decompressed { bytes, fault: Some("its source ends within a chunk") });
        }
        place += 2 + length;
    }
    Some(Decompressed { bytes, fault: None })
}

/// Unpacks one chunk behind `bytes`: eight pieces for each byte of flags, each a letter or a repetition.
fn chunk(data: &[u8], bytes: &mut Vec<u8>) -> bool {
    let begin = bytes.len();
    let mut place = 0;
    while let Some(flags) = u8_at(data, place) {
        place += 1;
        for bit in 0..8 {
            if place >= data.len() || bytes.len() - begin >= CHUNK_BYTES {
                break;
            }
            if flags >> bit & 1 == 0 {
                bytes.extend(u8_at(data, place));
                place += 1;
                continue;
            }
            let Some(token) = u16_at(data, place) else { return false };
            place += 2;
            let (offset, length) = repetition(token, bytes.len() - begin);
            let Some(from) = bytes.len().checked_sub(offset).filter(|from| *from >= begin) else { return false };
            for step in 0..length.min(CHUNK_BYTES.saturating_sub(bytes.len() - begin)) {
                bytes.extend(bytes.get(from + step).copied());
            }
        }
    }
    true
}

/// How far back and how long a repetition is: how the bits are shared out depends on how much of the chunk is there.
fn repetition(token: u16, done: usize) -> (usize, usize) {
    let bits = (4..12).find(|bits| 1 << bits >= done).unwrap_or(12_u32);
    let length = usize::from(token & (0xFFFF >> bits)) + 3;
    let offset = usize::from(token >> (16 - bits)) + 1;
    (offset, length)
}

/// The place where compressed source begins in a stream that does not say where, or says a wrong one.
pub(super) fn sought(stream: &[u8]) -> Option<usize> {
    crate::bytes::find(stream, FIRST_WORD).and_then(|place| place.checked_sub(3))
}

#[cfg(test)]
pub(in crate::unpack::ole) mod tests {
    use super::*;

    /// Compresses as letters only, or with repetitions of the kind that a greedy search finds.
    pub(crate) fn compressed(bytes: &[u8]) -> Vec<u8> {
        let mut packed = vec![SIGNATURE];
        for piece in bytes.chunks(CHUNK_BYTES) {
            let mut data = Vec::new();
            let mut place = 0;
            while place < piece.len() {
                let flags_at = data.len();
                data.push(0);
                for bit in 0..8 {
                    if place >= piece.len() {
                        break;
                    }
                    if let Some((offset, length)) = longest(piece, place) {
                        let bits = (4..12).find(|bits| 1 << bits >= place).unwrap_or(12_u32);
                        let token = ((offset - 1) << (16 - bits)) | (length - 3);
                        data.extend(u16::try_from(token).unwrap().to_le_bytes());
                        data[flags_at] |= 1 << bit;
                        place += length;
                    } else {
                        data.push(piece[place]);
                        place += 1;
                    }
                }
            }
            packed.extend((0xB000 | u16::try_from(data.len() - 1).unwrap()).to_le_bytes());
            packed.extend(data);
        }
        packed
    }

    fn longest(piece: &[u8], place: usize) -> Option<(usize, usize)> {
        let bits = (4..12).find(|bits| 1 << bits >= place).unwrap_or(12_u32);
        let most = (0xFFFF_usize >> bits) + 3;
        (1..=place.min(1 << bits))
            .map(|offset| {
                let length = (0..most.min(piece.len() - place))
                    .take_while(|step| piece[place + step] == piece[place - offset + step])
                    .count();
                (offset, length)
            })
            .filter(|(_, length)| *length >= 3)
            .max_by_key(|(offset, length)| (*length, usize::MAX - offset))
    }

    #[test]
    fn the_examples_of_the_specification_are_unpacked() {
        // [MS-OVBA] 3.2.1, 3.2.2 and 3.2.3.
        let plain = b"\x01\x19\xB0\x00abcdefgh\x00ijklmnop\x00qrstuv.";
        assert_eq!(decompress(plain, 100).unwrap().bytes, b"abcdefghijklmnopqrstuv.");
        let normal =
            b"\x01\x2F\xB0\x00#aaabcde\x82f\x00paghij\x018\x08akl\x000mnop\x06q\x02p\x04\x10rstuv\x10wxyz\x00<";
        let Decompressed { bytes, .. } = decompress(normal, 100).unwrap();
        assert_eq!(String::from_utf8_lossy(&bytes), "#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa");
        let most = b"\x01\x03\xB0\x02aE\x00";
        assert_eq!(decompress(most, 100).unwrap().bytes, b"a".repeat(73));
    }

    #[test]
    fn what_is_compressed_comes_back() {
        let long: Vec<u8> = (0..2_000_u32).flat_map(|number| number.to_string().into_bytes()).collect();
        for bytes in [&b"x"[..], b"Attribute VB_Name = \"A\"\r\n", &long, &[7; 9000]] {
            assert_eq!(
                decompress(&compressed(bytes), usize::MAX),
                Some(Decompressed { bytes: bytes.to_vec(), fault: None })
            );
        }
    }

    #[test]
    fn what_is_damaged_is_told() {
        let packed = compressed(&b"Attribute ".repeat(100));
        for length in 2..packed.len() {
            let cut = decompress(&packed[..length], usize::MAX).unwrap();
            assert!(cut.fault.is_some(), "{length}");
        }
        assert_eq!(decompress(b"", 1), None);
        assert_eq!(decompress(b"\x02", 1), None);
        let over = decompress(&compressed(&[7; 9000]), 4096).unwrap();
        assert_eq!((over.bytes.len(), over.fault.is_some()), (4096, true));
    }

    #[test]
    fn any_bytes_unpack_or_not() {
        bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
            let mut packed = vec![SIGNATURE];
            packed.extend(bytes);
            let unpacked = decompress(&packed, 1 << 16).unwrap();
            assert!(unpacked.bytes.len() <= (1 << 16) + CHUNK_BYTES);
        });
    }
}
