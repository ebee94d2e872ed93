//! Who signs packs.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

/// The public Ed25519 key of whoever makes packs. As text it is the raw key in base64, 44 characters, like the keys of devices.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublisherKey([u8; PublisherKey::BYTES]);

impl PublisherKey {
    /// How long a raw key is.
    pub const BYTES: usize = 32;

    /// The public half of `pair`.
    pub fn of(pair: &Ed25519KeyPair) -> Option<Self> {
        Self::from_slice(pair.public_key().as_ref())
    }

    /// The raw key, if it has the right length.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Whether `signature` is this key's over `message`.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(message, signature).is_ok()
    }
}

/// Text that is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadKey;

impl fmt::Display for BadKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not an Ed25519 key in base64")
    }
}

impl std::error::Error for BadKey {}

impl FromStr for PublisherKey {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        STANDARD.decode(text.trim()).ok().and_then(|bytes| Self::from_slice(&bytes)).ok_or(BadKey)
    }
}

impl fmt::Display for PublisherKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for PublisherKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PublisherKey({self})")
    }
}
