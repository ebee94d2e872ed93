//! How even the bytes of something are: encrypted and packed bytes are as even as can be.

use crate::bytes::head;

/// From how many places of a file bytes are taken, and how many at each.
const SAMPLES: usize = 4;
const SAMPLE_BYTES: usize = 16 * 1024;

/// Fewer bytes than these are never even enough to tell.
const MIN_BYTES: usize = 1024;

/// Bits of entropy in a byte, above which a sample of the full size is as good as random: random bytes have 7.99.
const EVEN_BITS: f64 = 7.95;

/// The same for the smallest sample: 1 KiB of random bytes has some 7.8.
const EVEN_BITS_SMALL: f64 = 7.7;

/// Bits of entropy in a byte, from 0 to 8.
fn bits_per_byte(bytes: &[u8]) -> f64 {
    let mut counts = [0u32; 256];
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let total = f64::from(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / total;
            -share * share.log2()
        })
        .sum()
}

/// Whether `bytes` look encrypted from beginning to end.
pub(super) fn is_even(bytes: &[u8]) -> bool {
    if bytes.len() < MIN_BYTES {
        return false;
    }
    if bytes.len() < SAMPLE_BYTES {
        return bits_per_byte(bytes) >= EVEN_BITS_SMALL;
    }
    let room = bytes.len() - SAMPLE_BYTES;
    (0..SAMPLES).all(|number| {
        let at = room / (SAMPLES - 1) * number;
        bits_per_byte(head(bytes.get(at..).unwrap_or_default(), SAMPLE_BYTES)) >= EVEN_BITS
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Bytes that look random and are always the same (xorshift).
    pub(in crate::detect) fn noise(count: usize) -> Vec<u8> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        std::iter::repeat_with(|| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        })
        .take(count)
        .collect()
    }

    #[test]
    fn noise_is_even_and_text_is_not() {
        for count in [MIN_BYTES, 5_000, SAMPLE_BYTES - 1, SAMPLE_BYTES, 100_000] {
            assert!(is_even(&noise(count)), "{count}");
        }
        assert!(!is_even(&noise(MIN_BYTES - 1)));
        assert!(!is_even("Cộng hòa xã hội chủ nghĩa Việt Nam ".repeat(1000).as_bytes()));
        let mut half = noise(100_000);
        half.truncate(50_000);
        half.resize(100_000, 0);
        assert!(!is_even(&half));
    }

    #[test]
    fn bits_are_counted_right() {
        let all: Vec<u8> = (0..=255).collect();
        assert!((bits_per_byte(&all) - 8.0).abs() < 1e-9);
        assert!(bits_per_byte(&[7; 64]).abs() < 1e-9);
        assert!((bits_per_byte(&[0, 1, 0, 1]) - 1.0).abs() < 1e-9);
    }
}
