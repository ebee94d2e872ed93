//! The encryption of Office 2007: AES with a key of a hash repeated 50,000 times ([MS-OFFCRYPTO] 2.3.4.5 to 2.3.4.9).

use super::crypt::{Hash, aes_blocks, wide};
use crate::Reason;
use crate::bytes::{array, at_most, place_le, u32_le};

/// How often the password is hashed.
pub(super) const SPINS: u64 = 50_000;

/// How a document is encrypted.
pub(super) struct Standard {
    key_bytes: usize,
    salt: [u8; 16],
    verifier: [u8; 16],
    hash: [u8; 32],
}

impl Standard {
    pub(super) fn read(info: &[u8]) -> Result<Self, Reason> {
        let damaged = || Reason::damaged("what says how it is encrypted is cut");
        let header = place_le(info, 8).ok_or_else(damaged)?;
        let algorithm = u32_le(info, 20).ok_or_else(damaged)?;
        let bits = place_le(info, 28).ok_or_else(damaged)?;
        if !matches!(algorithm, 0 | 0x660E..=0x6610) || !matches!(bits, 128 | 192 | 256) {
            return Err(Reason::unsupported(format!("encryption {algorithm:#x} of {bits} bits")));
        }
        let verifier = header.checked_add(12).map(|place| at_most(info, place, 72)).ok_or_else(damaged)?;
        Ok(Self {
            key_bytes: bits / 8,
            salt: array(verifier, 4).ok_or_else(damaged)?,
            verifier: array(verifier, 20).ok_or_else(damaged)?,
            hash: array(verifier, 40).ok_or_else(damaged)?,
        })
    }

    pub(super) fn key(&self, password: &str) -> Vec<u8> {
        let mut hash = Hash::Sha1.of(&[&self.salt, &wide(password)]);
        for spin in (0_u32..).take(usize::try_from(SPINS).unwrap_or(0)) {
            hash = Hash::Sha1.of(&[&spin.to_le_bytes(), &hash]);
        }
        hash = Hash::Sha1.of(&[&hash, &[0; 4]]);
        let mixed = |filling: u8| {
            let mut block = [filling; 64];
            for (byte, of_hash) in block.iter_mut().zip(&hash) {
                *byte ^= of_hash;
            }
            Hash::Sha1.of(&[&block])
        };
        let mut key = [mixed(0x36), mixed(0x5C)].concat();
        key.truncate(self.key_bytes);
        key
    }

    pub(super) fn decrypt(&self, password: &str, body: &[u8]) -> Option<Vec<u8>> {
        let key = self.key(password);
        let (mut verifier, mut hash) = (self.verifier, self.hash);
        let turned = aes_blocks(&key, &mut verifier) && aes_blocks(&key, &mut hash);
        if !turned || Hash::Sha1.of(&[&verifier]) != at_most(&hash, 0, 20) {
            return None;
        }
        let mut plain = body.to_vec();
        aes_blocks(&key, &mut plain).then_some(plain)
    }
}
