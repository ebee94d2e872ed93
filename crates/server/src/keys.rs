//! Whose key is whose, kept in memory: the one thing that every report needs to know before it is stored.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use khien_protocol::PublicKey;

/// How many keys are kept. More devices than that report just as well; each then costs one more look into the database.
const MAX_KEYS: usize = 100_000;

/// Keys of devices and their ids.
#[derive(Debug, Default)]
pub(crate) struct Keys(RwLock<HashMap<[u8; PublicKey::BYTES], String>>);

impl Keys {
    /// The id of the device with this key, if it is known here.
    pub(crate) fn find(&self, key: &PublicKey) -> Option<String> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(key.as_bytes()).cloned()
    }

    /// Keeps whose key this is.
    pub(crate) fn keep(&self, key: PublicKey, device: &str) {
        let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= MAX_KEYS {
            // Those that still report are soon back.
            keys.clear();
        }
        keys.insert(*key.as_bytes(), device.to_owned());
    }

    /// Forgets whose key this was: the database does not know it any more.
    pub(crate) fn forget(&self, key: &PublicKey) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(key.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_keys_are_kept_than_the_bound_says() {
        let keys = Keys::default();
        let key = |number: usize| {
            let mut bytes = [0; PublicKey::BYTES];
            bytes[..8].copy_from_slice(&number.to_be_bytes());
            PublicKey::from_bytes(bytes)
        };
        for number in 0..MAX_KEYS {
            keys.keep(key(number), "d");
        }
        assert_eq!(keys.find(&key(0)).as_deref(), Some("d"));
        keys.keep(key(MAX_KEYS), "e");
        assert_eq!(keys.find(&key(0)), None);
        assert_eq!(keys.find(&key(MAX_KEYS)).as_deref(), Some("e"));
        keys.forget(&key(MAX_KEYS));
        assert_eq!(keys.find(&key(MAX_KEYS)), None);
    }
}
