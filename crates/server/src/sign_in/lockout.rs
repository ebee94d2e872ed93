//! How long a login is locked after refused attempts.
//!
//! A lock slows a guesser down; it must not become a way to keep somebody else out. So it starts late, grows, and ends soon;
//! attempts during a lock neither count nor prolong it; and whoever guesses from one place is stopped by
//! [`super::rate`] before the login is locked at all.

use jiff::SignedDuration;

/// The refused attempts in a row that cost nothing but themselves.
pub const FREE_FAILURES: u64 = 9;
/// How long the first lock lasts; each further refused attempt doubles it.
pub const FIRST_LOCK: SignedDuration = SignedDuration::from_secs(30);
/// The longest lock.
pub const LONGEST_LOCK: SignedDuration = SignedDuration::from_mins(15);

/// How long to lock after the `failures`-th refused attempt in a row.
pub fn lock_after(failures: u64) -> Option<SignedDuration> {
    let beyond = failures.checked_sub(FREE_FAILURES + 1)?;
    let doubled = u32::try_from(beyond).ok().and_then(|beyond| 2_i32.checked_pow(beyond));
    let lock = doubled.and_then(|times| FIRST_LOCK.checked_mul(times)).unwrap_or(LONGEST_LOCK);
    Some(lock.min(LONGEST_LOCK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_start_late_grow_and_end_soon() {
        let minutes: Vec<Option<i64>> = [0, 9, 10, 11, 12, 13, 14, 15, 16, 50, u64::MAX]
            .map(|count| lock_after(count).map(|lock| lock.as_secs()))
            .into();
        assert_eq!(
            minutes,
            [
                None,
                None,
                Some(30),
                Some(60),
                Some(120),
                Some(240),
                Some(480),
                Some(900),
                Some(900),
                Some(900),
                Some(900)
            ]
        );
    }
}
