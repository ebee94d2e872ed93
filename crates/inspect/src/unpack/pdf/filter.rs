//! The filters of streams: each makes bytes out of bytes, and stops at a bound.

use flate2::{Decompress, FlushDecompress, Status};

use super::object::{Dictionary, hexadecimal, is_space};
use crate::{Limit, Reason};

/// How many filters one stream may go through.
pub(crate) const MAX_FILTERS: usize = 16;

/// How many bytes are unpacked at once.
const STEP_BYTES: usize = 32 * 1024;

/// The longest code of LZW, in bits.
const LZW_MOST_BITS: u32 = 12;

/// How much may come out of a stream.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    /// In bytes.
    pub(super) room: usize,
    /// What to say beyond it.
    pub(super) full: Reason,
    /// How many bytes are free, and how many may come out of each byte beyond that.
    pub(super) free: usize,
    pub(super) ratio: usize,
}

impl Bound {
    /// The reason to stop when `packed` bytes have become `unpacked`.
    fn reached(&self, packed: usize, unpacked: usize) -> Option<Reason> {
        if unpacked > self.room {
            return Some(self.full.clone());
        }
        let most = packed.saturating_mul(self.ratio);
        (unpacked > self.free && unpacked > most).then(|| Reason::limit(Limit::Ratio, self.ratio as u64))
    }
}

/// What came out of a filter.
pub(super) struct Filtered {
    pub(super) bytes: Vec<u8>,
    /// Why it is not all there is.
    pub(super) cut: Option<Reason>,
}

/// What a filter is called in full; none if it is not known.
pub(super) fn full_name(name: &[u8]) -> Option<&'static str> {
    Some(match name {
        b"FlateDecode" | b"Fl" => "FlateDecode",
        b"LZWDecode" | b"LZW" => "LZWDecode",
        b"ASCIIHexDecode" | b"AHx" => "ASCIIHexDecode",
        b"ASCII85Decode" | b"A85" => "ASCII85Decode",
        b"RunLengthDecode" | b"RL" => "RunLengthDecode",
        b"Crypt" => "Crypt",
        b"DCTDecode" | b"DCT" | b"JPXDecode" | b"JBIG2Decode" | b"CCITTFaxDecode" | b"CCF" => "picture",
        _ => return None,
    })
}

/// Sends `packed` through one filter.
pub(super) fn filter(name: &str, parameters: Option<&Dictionary>, packed: &[u8], bound: &Bound) -> Filtered {
    let mut filtered = match name {
        "FlateDecode" => flate(packed, bound),
        "LZWDecode" => lzw(packed, parameters.and_then(|own| own.integer("EarlyChange")) != Some(0), bound),
        "ASCIIHexDecode" => Filtered { bytes: hexadecimal(before(packed, b'>')), cut: None },
        "ASCII85Decode" => base85(packed),
        "RunLengthDecode" => run_length(packed, bound),
        _ => Filtered { bytes: packed.to_vec(), cut: None },
    };
    if let Some(parameters) = parameters.filter(|_| matches!(name, "FlateDecode" | "LZWDecode")) {
        match unpredicted(&filtered.bytes, parameters) {
            Ok(None) => {}
            Ok(Some(bytes)) => filtered.bytes = bytes,
            Err(reason) => {
                filtered.cut.get_or_insert(reason);
            }
        }
    }
    filtered
}

/// What stands before the first `end`.
fn before(bytes: &[u8], end: u8) -> &[u8] {
    bytes.split(|byte| *byte == end).next().unwrap_or_default()
}

/// Deflate with the header of zlib, which may be missing or wrong; its checksum is not asked for, as viewers do not ask.
fn flate(packed: &[u8], bound: &Bound) -> Filtered {
    let begin = packed.iter().take(2).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let packed = packed.get(begin..).unwrap_or_default();
    let has_header = matches!(packed, [first, second, ..]
        if first & 15 == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0);
    let with = |skipped| inflate(packed.get(skipped..).unwrap_or_default(), bound);
    let (first, second) = if has_header { (2, 0) } else { (0, 2) };
    let filtered = with(first);
    if filtered.bytes.is_empty() && filtered.cut.is_some() {
        let other = with(second);
        if !other.bytes.is_empty() {
            return other;
        }
    }
    filtered
}

fn inflate(packed: &[u8], bound: &Bound) -> Filtered {
    let mut inflater = Decompress::new(false);
    let mut bytes = Vec::new();
    let mut step = vec![0; STEP_BYTES];
    let mut rest = packed;
    let cut = loop {
        let (taken, given) = (inflater.total_in(), inflater.total_out());
        let status = inflater.decompress(rest, &mut step, FlushDecompress::None);
        let taken = usize::try_from(inflater.total_in() - taken).unwrap_or(usize::MAX);
        let given = usize::try_from(inflater.total_out() - given).unwrap_or(usize::MAX);
        rest = rest.get(taken..).unwrap_or_default();
        bytes.extend_from_slice(step.get(..given).unwrap_or_default());
        match status {
            Ok(Status::StreamEnd) => break None,
            Ok(_) if taken == 0 && given == 0 => break Some(Reason::damaged("deflate stream without end")),
            Ok(_) => {}
            Err(error) => break Some(Reason::damaged(error.to_string())),
        }
        if let Some(reason) = bound.reached(packed.len() - rest.len(), bytes.len()) {
            break Some(reason);
        }
    };
    Filtered { bytes, cut }
}

/// LZW as in TIFF, its codes from the high bit down.
fn lzw(packed: &[u8], early: bool, bound: &Bound) -> Filtered {
    const CLEAR: usize = 256;
    const END: usize = 257;
    let mut bytes: Vec<u8> = Vec::new();
    // Each entry is a piece of what has come out already: where it begins and how long it is.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let (mut held, mut bits, mut width) = (0_u32, 0_u32, 9_u32);
    let mut last: Option<(usize, usize)> = None;
    for (place, byte) in packed.iter().enumerate() {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        if bits < width {
            continue;
        }
        bits -= width;
        let code = (held >> bits) as usize & ((1 << width) - 1);
        held &= (1 << bits) - 1;
        if code == END {
            return Filtered { bytes, cut: None };
        }
        if code == CLEAR {
            table.clear();
            (width, last) = (9, None);
            continue;
        }
        let begin = bytes.len();
        let known = code.checked_sub(258).and_then(|entry| table.get(entry).copied());
        match (u8::try_from(code), known, last) {
            (Ok(literal), ..) => bytes.push(literal),
            (_, Some((from, length)), _) => bytes.extend_from_within(from..from + length),
            (_, None, Some((from, length))) if code - 258 == table.len() => {
                bytes.extend_from_within(from..from + length);
                bytes.extend_from_within(from..=from);
            }
            _ => return Filtered { bytes, cut: Some(Reason::damaged("LZW code out of its table")) },
        }
        if let Some((from, length)) = last
            && table.len() < (1 << LZW_MOST_BITS) - 258
        {
            table.push((from, length + 1));
        }
        last = Some((begin, bytes.len() - begin));
        let size = table.len() + 258 + usize::from(early);
        width = match size {
            0..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => LZW_MOST_BITS,
        };
        if let Some(reason) = bound.reached(place + 1, bytes.len()) {
            return Filtered { bytes, cut: Some(reason) };
        }
    }
    Filtered { bytes, cut: None }
}

/// Base 85 of Adobe.
fn base85(packed: &[u8]) -> Filtered {
    let packed = packed.trim_ascii_start();
    let packed = packed.strip_prefix(b"<~").unwrap_or(packed);
    let mut bytes = Vec::with_capacity(packed.len() / 5 * 4);
    let mut group = Vec::with_capacity(5);
    let mut damaged = false;
    for byte in packed {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => bytes.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            byte if is_space(*byte) => {}
            _ => damaged = true,
        }
        if group.len() == 5 {
            flush_base85(&mut group, &mut bytes);
        }
    }
    if group.len() > 1 {
        flush_base85(&mut group, &mut bytes);
    }
    Filtered { bytes, cut: damaged.then(|| Reason::damaged("letters that are not of ASCII85")) }
}

fn flush_base85(group: &mut Vec<u8>, bytes: &mut Vec<u8>) {
    let kept = group.len() - 1;
    group.resize(5, 84);
    let value = group.iter().fold(0_u32, |value, digit| value.wrapping_mul(85).wrapping_add(u32::from(*digit)));
    bytes.extend(value.to_be_bytes().iter().take(kept));
    group.clear();
}

fn run_length(packed: &[u8], bound: &Bound) -> Filtered {
    let mut bytes = Vec::new();
    let mut rest = packed;
    while let [length, behind @ ..] = rest {
        match length {
            128 => return Filtered { bytes, cut: None },
            0..128 => {
                let literal = behind.get(..usize::from(*length) + 1).unwrap_or(behind);
                bytes.extend_from_slice(literal);
                rest = behind.get(literal.len()..).unwrap_or_default();
            }
            129.. => {
                let Some(repeated) = behind.first() else { break };
                bytes.extend(std::iter::repeat_n(*repeated, 257 - usize::from(*length)));
                rest = behind.get(1..).unwrap_or_default();
            }
        }
        if let Some(reason) = bound.reached(packed.len() - rest.len(), bytes.len()) {
            return Filtered { bytes, cut: Some(reason) };
        }
    }
    Filtered { bytes, cut: None }
}

/// Takes back what a predictor did; none if there was none.
fn unpredicted(bytes: &[u8], parameters: &Dictionary) -> Result<Option<Vec<u8>>, Reason> {
    let predictor = parameters.integer("Predictor").unwrap_or(1);
    if predictor < 2 {
        return Ok(None);
    }
    let number = |key, usual: usize| match parameters.integer(key) {
        None => Ok(usual),
        Some(number) => usize::try_from(number)
            .ok()
            .filter(|number| (1..=1 << 20).contains(number))
            .ok_or_else(|| Reason::damaged(format!("{key} {number}"))),
    };
    let (colors, bits, columns) = (number("Colors", 1)?, number("BitsPerComponent", 8)?, number("Columns", 1)?);
    let pixel = colors.saturating_mul(bits).div_ceil(8);
    // A row is never longer than what there is: what a file says of itself is no reason to make room.
    let row = colors.saturating_mul(bits).saturating_mul(columns).div_ceil(8).min(bytes.len().max(1));
    if predictor >= 10 {
        return Ok(Some(unpredicted_png(bytes, pixel, row)));
    }
    if bits != 8 {
        return Err(Reason::unsupported(format!("TIFF predictor with {bits} bits")));
    }
    let mut bytes = bytes.to_vec();
    for line in bytes.chunks_mut(row) {
        for place in pixel..line.len() {
            let left = line.get(place - pixel).copied().unwrap_or_default();
            if let Some(byte) = line.get_mut(place) {
                *byte = byte.wrapping_add(left);
            }
        }
    }
    Ok(Some(bytes))
}

fn unpredicted_png(bytes: &[u8], pixel: usize, row: usize) -> Vec<u8> {
    let mut unpredicted = Vec::with_capacity(bytes.len());
    let mut above = vec![0; row];
    for line in bytes.chunks(row.saturating_add(1)) {
        let Some((way, line)) = line.split_first() else { break };
        let mut own = line.to_vec();
        for place in 0..own.len() {
            let left = place.checked_sub(pixel);
            let at = |bytes: &[u8], place: Option<usize>| {
                place.and_then(|place| bytes.get(place)).copied().unwrap_or_default()
            };
            let (a, b, c) = (at(&own, left), at(&above, Some(place)), at(&above, left));
            let predicted = match way {
                1 => a,
                2 => b,
                3 => a.midpoint(b),
                4 => paeth(a, b, c),
                _ => 0,
            };
            if let Some(byte) = own.get_mut(place) {
                *byte = byte.wrapping_add(predicted);
            }
        }
        unpredicted.extend_from_slice(&own);
        above = own;
    }
    unpredicted
}

/// The neighbour that comes nearest to `left + above - corner`.
fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let expected = i16::from(left) + i16::from(above) - i16::from(corner);
    let far = |byte: u8| (expected - i16::from(byte)).abs();
    if far(left) <= far(above) && far(left) <= far(corner) {
        left
    } else if far(above) <= far(corner) {
        above
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::unpack::pdf::object::Object;

    fn bound() -> Bound {
        Bound { room: 1 << 20, full: Reason::limit(Limit::NodeBytes, 1 << 20), free: 1 << 16, ratio: 200 }
    }

    fn parameters(entries: &[(&str, i64)]) -> Dictionary {
        let entries = entries.iter().map(|(key, number)| (key.as_bytes().to_vec(), Object::Integer(*number))).collect();
        Dictionary { entries }
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn filters_give_back_what_was_packed() {
        let cases: &[(&str, &[u8], &[u8])] = &[
            ("ASCIIHexDecode", b"48 65\n6C 6c 7>zz", b"Hellp"),
            ("ASCII85Decode", b"<~87cURD]i,\"Ebo80~>", b"Hello World!"),
            ("ASCII85Decode", b"z!!~>", &[0, 0, 0, 0, 0]),
            ("RunLengthDecode", &[2, b'a', b'b', b'c', 254, b'x', 128, 9], b"abcxxx"),
            // The example of the specification of PDF.
            (
                "LZWDecode",
                &[0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01],
                &[45, 45, 45, 45, 45, 65, 45, 45, 45, 66],
            ),
        ];
        for (name, packed, bytes) in cases {
            let filtered = filter(name, None, packed, &bound());
            assert_eq!(filtered.bytes, *bytes, "{name}");
            assert_eq!(filtered.cut, None, "{name}");
        }
    }

    #[test]
    fn deflate_is_read_with_a_broken_header_or_checksum() {
        let good = zlib(b"KHIEN-HARMLESS-TEST KHIEN-HARMLESS-TEST");
        let without_checksum = good.get(..good.len() - 4).unwrap().to_vec();
        let without_header = good.get(2..).unwrap().to_vec();
        let mut wrong_header = good.clone();
        wrong_header[0] = 0;
        for packed in [good.clone(), without_checksum, without_header, wrong_header] {
            let filtered = filter("FlateDecode", None, &packed, &bound());
            assert_eq!((filtered.bytes.len(), filtered.cut), (39, None));
        }
        let half = filter("FlateDecode", None, good.get(..12).unwrap(), &bound());
        assert!(matches!(half.cut, Some(Reason::Damaged { .. })));
    }

    #[test]
    fn predictors_are_taken_back() {
        let png = parameters(&[("Predictor", 12), ("Columns", 3)]);
        let rows = [&[1, 1, 1, 1][..], &[2, 1, 1, 1], &[3, 1, 1, 1], &[4, 1, 1, 1], &[0, 9, 9, 9]].concat();
        let filtered = filter("FlateDecode", Some(&png), &zlib(&rows), &bound());
        assert_eq!(filtered.bytes, [1, 2, 3, 2, 3, 4, 2, 3, 4, 3, 4, 5, 9, 9, 9]);
        let tiff = parameters(&[("Predictor", 2), ("Columns", 2), ("Colors", 2)]);
        let filtered = filter("FlateDecode", Some(&tiff), &zlib(&[1, 2, 3, 4, 5, 6, 7, 8]), &bound());
        assert_eq!(filtered.bytes, [1, 2, 4, 6, 5, 6, 12, 14]);
        let odd =
            filter("FlateDecode", Some(&parameters(&[("Predictor", 12), ("Columns", -1)])), &zlib(b"x"), &bound());
        assert!(odd.cut.is_some());
        let most = 1 << 20;
        let wide = parameters(&[("Predictor", 12), ("Columns", most), ("Colors", most), ("BitsPerComponent", most)]);
        assert_eq!(filter("FlateDecode", Some(&wide), &zlib(&[0, 1, 2]), &bound()).bytes, [1, 2]);
    }

    #[test]
    fn bombs_stop_at_the_bound() {
        let small = Bound { room: 1000, ..bound() };
        let runs = [129_u8, b'x'].repeat(100);
        for (name, packed) in [("FlateDecode", zlib(&vec![0; 1 << 20])), ("RunLengthDecode", runs)] {
            assert_eq!(filter(name, None, &packed, &small).cut, Some(small.full.clone()), "{name}");
        }
        let filtered = filter("FlateDecode", None, &zlib(&vec![0; 1 << 20]), &bound());
        assert_eq!(filtered.cut, Some(Reason::limit(Limit::Ratio, 200)));
    }

    #[test]
    fn fuzz() {
        const NAMES: &[&str] =
            &["FlateDecode", "LZWDecode", "ASCIIHexDecode", "ASCII85Decode", "RunLengthDecode", "FlateDecode"];
        bolero::check!().with_type::<(u8, [i16; 4], Vec<u8>)>().for_each(|(name, numbers, bytes)| {
            let keys = ["Predictor", "Colors", "BitsPerComponent", "Columns"];
            let entries: Vec<(&str, i64)> = keys.into_iter().zip(numbers.map(i64::from)).collect();
            let name = NAMES.get(usize::from(*name) % NAMES.len()).copied().unwrap_or_default();
            let plain = filter(name, Some(&parameters(&entries)), bytes, &bound());
            let packed = filter("FlateDecode", Some(&parameters(&entries)), &zlib(bytes), &bound());
            assert!(plain.bytes.len() <= (1 << 20) + STEP_BYTES);
            assert!(packed.cut.is_some() || packed.bytes.len() <= bytes.len());
        });
    }
}
