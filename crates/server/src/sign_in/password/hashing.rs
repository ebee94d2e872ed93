//! Passwords are kept as argon2id hashes, made on threads of their own and only a few at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use khien_model::text::nfc;
use khien_password::MAX_PASSWORD_BYTES;
use ring::rand::{SecureRandom as _, SystemRandom};
use tokio::sync::Semaphore;

/// Memory of one hash: what the OWASP Password Storage Cheat Sheet names as the least for argon2id with two passes.
pub const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory.
pub const PASSES: u32 = 2;
/// Lanes of one hash.
pub const LANES: u32 = 1;
/// Random bytes by which equal passwords have different hashes.
const SALT_BYTES: usize = 16;

/// How many hashes are computed at once: more would only take memory from each other.
pub const MAX_HASHES_AT_ONCE: usize = 4;
/// How many may wait for their turn. Whoever comes then is told to come back.
pub const MAX_HASHES_WAITING: usize = 64;
/// Salt and hash of the stand-in: somebody's dice. Finding a password for it is as hard as for any other hash.
const NO_SALT: &str = "d2hhdCBub2JvZHkga25vdw";
const NO_HASH: &str = "Q9rVZ3m0vT1hYk2cX5sE8uJ7bN4aL6wPfRtGyUiOpDk";

/// Makes and checks hashes.
#[derive(Debug)]
pub struct Hasher {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// A hash that belongs to no password: checked when there is no login, so that this takes as long.
    stand_in: String,
}

impl Default for Hasher {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(MAX_HASHES_AT_ONCE)),
            waiting: AtomicUsize::new(0),
            stand_in: format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${NO_SALT}${NO_HASH}"),
        }
    }
}

/// What came of checking a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// It is the one that was hashed.
    Right {
        /// The hash was made with weaker parameters than those of today and should be made anew.
        outdated: bool,
    },
    /// It is another one, or there is nothing to compare with.
    Wrong,
}

/// Why a hash was not made or checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashProblem {
    /// Too many are waiting.
    Busy,
    /// The system gives no memory, no randomness or no thread.
    Failed,
}

impl std::fmt::Display for HashProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Busy => "too many passwords are being checked",
            Self::Failed => "the password cannot be hashed",
        })
    }
}

impl std::error::Error for HashProblem {}

impl Hasher {
    /// The PHC string of a password.
    pub async fn hash(&self, password: &str) -> Result<String, HashProblem> {
        let password = prepared(password);
        if password.len() > MAX_PASSWORD_BYTES {
            return Err(HashProblem::Failed);
        }
        self.in_turn(move || hash_now(&password)).await
    }

    /// Whether `password` is the one of `hash`. Without a hash, or with a password that is too long to be anybody's, as
    /// much work is done for nothing, so that the time tells nobody whether there is a login.
    pub async fn check(&self, password: &str, hash: Option<&str>) -> Result<Checked, HashProblem> {
        let password = prepared(password);
        let real = hash.is_some() && password.len() <= MAX_PASSWORD_BYTES;
        let hash = if real { hash.unwrap_or(&self.stand_in) } else { &self.stand_in }.to_owned();
        let password = if real { password } else { Vec::new() };
        let checked = self.in_turn(move || check_now(&password, &hash)).await?;
        Ok(if real { checked } else { Checked::Wrong })
    }

    /// Whether `password` is one of `hashes`.
    pub async fn is_one_of(&self, password: &str, hashes: &[String]) -> Result<bool, HashProblem> {
        for hash in hashes {
            if self.check(password, Some(hash)).await? != Checked::Wrong {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn in_turn<T, F>(&self, work: F) -> Result<T, HashProblem>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, HashProblem> + Send + 'static,
    {
        let place = Waiting::join(&self.waiting)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| HashProblem::Failed)?;
        drop(place);
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            // The turn ends with the work, even when nobody waits for it any more.
            drop(turn);
            done
        });
        done.await.map_err(|_| HashProblem::Failed)?
    }
}

/// A place in the queue; given back when it is dropped, also when the visitor has gone away.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn join(waiting: &'a AtomicUsize) -> Result<Self, HashProblem> {
        let place = Self(waiting);
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        if before >= MAX_HASHES_WAITING { Err(HashProblem::Busy) } else { Ok(place) }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// One password has one form, whichever keyboard put its marks together.
fn prepared(password: &str) -> Vec<u8> {
    nfc(password).into_owned().into_bytes()
}

fn argon2id() -> Result<Argon2<'static>, HashProblem> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| HashProblem::Failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &[u8]) -> Result<String, HashProblem> {
    let mut salt = [0; SALT_BYTES];
    SystemRandom::new().fill(&mut salt).map_err(|_| HashProblem::Failed)?;
    let hash = argon2id()?.hash_password_with_salt(password, &salt).map_err(|_| HashProblem::Failed)?;
    Ok(hash.to_string())
}

fn check_now(password: &[u8], hash: &str) -> Result<Checked, HashProblem> {
    let hash = PasswordHash::new(hash).map_err(|_| HashProblem::Failed)?;
    if argon2id()?.verify_password(password, &hash).is_err() {
        return Ok(Checked::Wrong);
    }
    let outdated = Params::try_from(&hash).map_or(true, |params| {
        params.m_cost() < MEMORY_KIB || params.t_cost() < PASSES || hash.algorithm.as_str() != "argon2id"
    });
    Ok(Checked::Right { outdated })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_recognised_in_either_form_of_its_letters() {
        let hasher = Hasher::default();
        let composed = "Mật-khẩu của tôi 7";
        let decomposed = "Ma\u{323}\u{302}t-kha\u{302}\u{309}u cu\u{309}a to\u{302}i 7";
        let hash = hasher.hash(composed).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(hasher.check(decomposed, Some(&hash)).await, Ok(Checked::Right { outdated: false }));
        assert_eq!(hasher.check("mật-khẩu của tôi 7", Some(&hash)).await, Ok(Checked::Wrong));
        assert_ne!(hasher.hash(composed).await.unwrap(), hash, "the salt differs");
        assert_eq!(hasher.is_one_of(composed, &[hasher.hash("x").await.unwrap(), hash]).await, Ok(true));
    }

    #[tokio::test]
    async fn nothing_to_compare_with_is_wrong_and_works_as_hard() {
        let hasher = Hasher::default();
        assert_eq!(hasher.check("", None).await, Ok(Checked::Wrong));
        assert_eq!(hasher.check("anything", None).await, Ok(Checked::Wrong));
        let stand_in = PasswordHash::new(&hasher.stand_in).unwrap();
        let params = Params::try_from(&stand_in).unwrap();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (MEMORY_KIB, PASSES, LANES));
    }

    #[tokio::test]
    async fn the_longest_password_is_taken_and_a_longer_one_is_wrong() {
        let hasher = Hasher::default();
        let longest = "a".repeat(MAX_PASSWORD_BYTES);
        let hash = hasher.hash(&longest).await.unwrap();
        assert_eq!(hasher.check(&longest, Some(&hash)).await, Ok(Checked::Right { outdated: false }));
        let longer = format!("{longest}a");
        assert_eq!(hasher.hash(&longer).await, Err(HashProblem::Failed));
        assert_eq!(hasher.check(&longer, Some(&hash)).await, Ok(Checked::Wrong));
    }

    #[tokio::test]
    async fn weaker_hashes_of_the_past_are_right_and_outdated() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8 * 1024, 1, 1, None).unwrap());
        let hash = weak.hash_password_with_salt(b"secret of old", &[7; SALT_BYTES]).unwrap().to_string();
        let checked = Hasher::default().check("secret of old", Some(&hash)).await;
        assert_eq!(checked, Ok(Checked::Right { outdated: true }));
    }

    #[tokio::test]
    async fn a_full_queue_says_so_and_gives_places_back() {
        let hasher = Hasher::default();
        let places: Vec<_> = (0..MAX_HASHES_WAITING).map(|_| Waiting::join(&hasher.waiting).unwrap()).collect();
        assert_eq!(hasher.check("x", None).await, Err(HashProblem::Busy));
        drop(places);
        assert_eq!(hasher.check("x", None).await, Ok(Checked::Wrong));
        assert_eq!(hasher.waiting.load(Ordering::Relaxed), 0);
    }
}
