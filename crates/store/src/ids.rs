//! Ids and numbers: unique, and in the order in which they were made.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::{StoreError, Unavailable};

/// Letters and digits that nobody confuses (Crockford's 32), in order.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Of an id: 50 bits of time and 80 of chance.
const TIME_LETTERS: u32 = 10;
const RANDOM_LETTERS: usize = 16;
const BITS_PER_LETTER: u32 = 5;
/// Of a number: the last bits are chance, the others are milliseconds. Good until the year 2248.
const RANDOM_BITS: u32 = 20;

/// The highest number made by this process.
static HIGHEST: AtomicI64 = AtomicI64::new(0);

/// A new id: 26 letters and digits, later ones sort after earlier ones.
pub fn fresh(now: Timestamp) -> Result<String, StoreError> {
    let time = u64::try_from(now.as_millisecond()).unwrap_or_default();
    let letters = (0..TIME_LETTERS).rev().map(|place| time >> (place * BITS_PER_LETTER));
    let chance = random::<RANDOM_LETTERS>()?;
    let letters = letters.chain(chance.into_iter().map(u64::from));
    // The remainder of a division by 32 is a place in the alphabet.
    Ok(letters.map(|letter| char::from(ALPHABET[(letter % 32) as usize])).collect())
}

/// Whether a text could be an id that [`fresh`] made.
pub fn is_one(text: &str) -> bool {
    text.len() == TIME_LETTERS as usize + RANDOM_LETTERS && text.bytes().all(|letter| ALPHABET.contains(&letter))
}

/// A new number, higher than every number that this process made before, whatever the clock does.
pub fn fresh_number(now: Timestamp) -> Result<i64, StoreError> {
    let chance = i64::from(u32::from_le_bytes(random()?) >> (u32::BITS - RANDOM_BITS));
    let wanted = (now.as_millisecond().max(0) << RANDOM_BITS) | chance;
    let higher = |highest: i64| Some(wanted.max(highest + 1));
    let before = HIGHEST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, higher).unwrap_or_default();
    Ok(wanted.max(before + 1))
}

fn random<const COUNT: usize>() -> Result<[u8; COUNT], StoreError> {
    let mut bytes = [0; COUNT];
    SystemRandom::new().fill(&mut bytes).map_err(|_| StoreError::Unavailable {
        reason: Unavailable::Away,
        detail: "the system gives no random numbers".into(),
    })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_differ() {
        let at = |second| Timestamp::from_second(second).expect("a time");
        let ids: Vec<String> = (0..100).map(|second| fresh(at(1_800_000_000 + second)).expect("an id")).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(ids.iter().all(|id| id.len() == 26 && id.bytes().all(|letter| ALPHABET.contains(&letter))));
        assert_ne!(fresh(at(0)).expect("an id"), fresh(at(0)).expect("an id"));
    }

    #[test]
    fn numbers_rise_even_when_the_clock_is_set_back() {
        let at = |second| Timestamp::from_second(second).expect("a time");
        let numbers: Vec<i64> =
            (0..100).map(|step| fresh_number(at(1_800_000_000 - step)).expect("a number")).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(fresh_number(Timestamp::MIN).expect("a number") > 0);
    }
}
