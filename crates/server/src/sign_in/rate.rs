//! How often one may try: per address, per account and place, per person. Kept in memory: a restart forgives.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock, Reference as _};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use jiff::Timestamp;
use ring::digest::{SHA256, digest};

/// Tells what time it is; see [`crate::state::Clock`].
type ServerClock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How many keys one limit remembers. All further ones share a single allowance until old ones are forgotten.
pub const MAX_KEYS: usize = 50_000;

/// How much may be done at once, and how long it takes until one more may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// At once.
    pub burst: NonZeroU32,
    /// One more after this time.
    pub one_more_per: Duration,
}

const fn allowance(burst: u32, one_more_per: Duration) -> Allowance {
    match NonZeroU32::new(burst) {
        Some(burst) => Allowance { burst, one_more_per },
        None => panic!("an allowance of nothing"),
    }
}

/// Attempts to sign in from one address: a whole office may come from one.
pub const SIGN_IN_PER_ADDRESS: Allowance = allowance(40, Duration::from_secs(2));
/// Attempts to sign in to one account from one address.
pub const SIGN_IN_PER_ACCOUNT: Allowance = allowance(5, Duration::from_secs(30));
/// Attempts at the second factor by one person.
pub const SECOND_FACTOR_PER_PERSON: Allowance = allowance(5, Duration::from_secs(30));
/// Attempts with recovery codes by one person.
pub const RECOVERY_PER_PERSON: Allowance = allowance(5, Duration::from_mins(5));
/// Invitations opened from one address.
pub const INVITATION_PER_ADDRESS: Allowance = allowance(20, Duration::from_secs(6));
/// Round trips to the OpenID provider begun from one address.
pub const OPENID_PER_ADDRESS: Allowance = allowance(40, Duration::from_secs(2));

/// All limits of the server.
#[derive(Debug)]
pub struct Rates {
    /// See [`SIGN_IN_PER_ADDRESS`].
    pub sign_in_address: Rate,
    /// See [`SIGN_IN_PER_ACCOUNT`].
    pub sign_in_account: Rate,
    /// See [`SECOND_FACTOR_PER_PERSON`].
    pub second_factor: Rate,
    /// See [`RECOVERY_PER_PERSON`].
    pub recovery: Rate,
    /// See [`INVITATION_PER_ADDRESS`].
    pub invitation: Rate,
    /// See [`OPENID_PER_ADDRESS`].
    pub openid: Rate,
}

impl Rates {
    /// Nobody has tried anything yet.
    pub fn new(clock: &ServerClock) -> Self {
        let rate = |allowance| Rate::new(allowance, clock);
        Self {
            sign_in_address: rate(SIGN_IN_PER_ADDRESS),
            sign_in_account: rate(SIGN_IN_PER_ACCOUNT),
            second_factor: rate(SECOND_FACTOR_PER_PERSON),
            recovery: rate(RECOVERY_PER_PERSON),
            invitation: rate(INVITATION_PER_ADDRESS),
            openid: rate(OPENID_PER_ADDRESS),
        }
    }
}

type Key = [u8; 32];

/// One limit.
pub struct Rate {
    limiter: RateLimiter<Key, HashMapStateStore<Key>, Ticks, NoOpMiddleware<Nanos>>,
    ticks: Ticks,
}

impl Rate {
    fn new(allowance: Allowance, clock: &ServerClock) -> Self {
        let ticks = Ticks(Arc::clone(clock));
        // A period of zero is the one thing that makes no quota; ours are constants above zero.
        let quota = Quota::with_period(allowance.one_more_per)
            .unwrap_or(Quota::per_second(allowance.burst))
            .allow_burst(allowance.burst);
        Self { limiter: RateLimiter::new(quota, HashMapStateStore::default(), ticks.clone()), ticks }
    }

    /// Counts one attempt by whatever `parts` name together. Refused: after how many seconds the next one counts.
    pub fn count(&self, parts: &[&str]) -> Result<(), u64> {
        if self.limiter.len() >= MAX_KEYS {
            self.limiter.retain_recent();
        }
        let key = if self.limiter.len() >= MAX_KEYS { Key::default() } else { key(parts) };
        self.limiter.check_key(&key).map_err(|not_until| {
            let wait = not_until.earliest_possible().duration_since(self.ticks.now());
            Duration::from_nanos(wait.as_u64()).as_secs() + 1
        })
    }
}

impl std::fmt::Debug for Rate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Rate").field("keys", &self.limiter.len()).finish_non_exhaustive()
    }
}

/// Who comes from `address`: one IPv4 address, or the network of an IPv6 address, of which everybody has millions.
pub fn place(address: Option<IpAddr>) -> String {
    const NETWORK_PARTS: usize = 4;
    match address.map(|address| address.to_canonical()) {
        None => "nowhere".to_owned(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let mut network = String::new();
            for part in address.segments().into_iter().take(NETWORK_PARTS) {
                // Writing to a String cannot fail.
                let _ = write!(network, "{part:x}:");
            }
            network
        }
    }
}

/// One length for every key, whatever somebody typed.
fn key(parts: &[&str]) -> Key {
    let mut key = Key::default();
    key.copy_from_slice(digest(&SHA256, parts.join("\n").as_bytes()).as_ref());
    key
}

/// The server's clock as the limiter reads it.
#[derive(Clone)]
struct Ticks(ServerClock);

impl Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::new(u64::try_from((self.0)().as_nanosecond()).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    fn clock() -> (ServerClock, Arc<AtomicI64>) {
        let second = Arc::new(AtomicI64::new(1_800_000_000));
        let shown = Arc::clone(&second);
        (Arc::new(move || Timestamp::from_second(shown.load(Ordering::Relaxed)).unwrap()), second)
    }

    #[test]
    fn after_the_burst_one_waits() {
        let (clock, second) = clock();
        let rates = Rates::new(&clock);
        for _ in 0..SIGN_IN_PER_ACCOUNT.burst.get() {
            assert_eq!(rates.sign_in_account.count(&["10.0.0.1", "lan"]), Ok(()));
        }
        assert_eq!(rates.sign_in_account.count(&["10.0.0.1", "lan"]), Err(31));
        assert_eq!(rates.sign_in_account.count(&["10.0.0.1", "minh"]), Ok(()), "another account");
        assert_eq!(rates.sign_in_account.count(&["10.0.0.2", "lan"]), Ok(()), "another place");
        second.fetch_add(29, Ordering::Relaxed);
        assert_eq!(rates.sign_in_account.count(&["10.0.0.1", "lan"]), Err(2));
        second.fetch_add(1, Ordering::Relaxed);
        assert_eq!(rates.sign_in_account.count(&["10.0.0.1", "lan"]), Ok(()));
        // A clock that is set back forgives nothing and panics nowhere.
        second.fetch_sub(3600, Ordering::Relaxed);
        assert!(rates.sign_in_account.count(&["10.0.0.1", "lan"]).is_err());
    }

    #[test]
    fn a_full_memory_lets_everybody_new_share_one_allowance() {
        let (clock, second) = clock();
        let rate = Rate::new(allowance(1, Duration::from_mins(1)), &clock);
        for number in 0..MAX_KEYS {
            assert_eq!(rate.count(&[&number.to_string()]), Ok(()));
        }
        assert_eq!(rate.count(&["new"]), Ok(()));
        assert!(rate.count(&["newer"]).is_err(), "shares with the one before");
        second.fetch_add(120, Ordering::Relaxed);
        assert_eq!(rate.count(&["newest"]), Ok(()));
        assert!(rate.limiter.len() < 10, "{}", rate.limiter.len());
    }

    #[test]
    fn an_ipv6_network_is_one_place() {
        let place = |address: &str| place(Some(address.parse().unwrap()));
        assert_eq!(place("2001:db8:1:2::7"), place("2001:db8:1:2:ffff::1"));
        assert_ne!(place("2001:db8:1:2::7"), place("2001:db8:1:3::7"));
        assert_eq!(place("::ffff:10.0.0.1"), place("10.0.0.1"));
    }
}
