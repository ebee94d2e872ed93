//! The algorithms of encrypted documents, with keys whose length is known only when a file is read.

use aes::cipher::consts::U16;
use aes::cipher::{BlockCipherDecrypt, BlockModeDecrypt, KeyInit, KeyIvInit, StreamCipher};
use aes::{Aes128, Aes192, Aes256};
use md5::{Digest, Md5};
use rc4::Rc4;
use ring::digest;

/// The length of a block of AES.
pub(super) const BLOCK_BYTES: usize = 16;

/// A way of hashing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The one that a document calls `name`.
    pub(super) fn named(name: &str) -> Option<Self> {
        let known = [
            ("MD5", Self::Md5),
            ("SHA1", Self::Sha1),
            ("SHA-1", Self::Sha1),
            ("SHA256", Self::Sha256),
            ("SHA-256", Self::Sha256),
            ("SHA384", Self::Sha384),
            ("SHA-384", Self::Sha384),
            ("SHA512", Self::Sha512),
            ("SHA-512", Self::Sha512),
        ];
        known.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, hash)| *hash)
    }

    /// The hash of `parts`, one behind the other.
    pub(super) fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        let algorithm = match self {
            Self::Md5 => {
                let mut hash = Md5::new();
                for part in parts {
                    hash.update(part);
                }
                return hash.finalize().to_vec();
            }
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        let mut hash = digest::Context::new(algorithm);
        for part in parts {
            hash.update(part);
        }
        hash.finish().as_ref().to_vec()
    }
}

/// Turns `bytes` with RC4; `false` if there is no such key.
pub(super) fn rc4(key: &[u8], bytes: &mut [u8]) -> bool {
    let Ok(mut cipher) = Rc4::new_from_slice(key) else { return false };
    cipher.try_apply_keystream(bytes).is_ok()
}

/// Decrypts whole blocks, each by itself; `false` if there is no such key.
pub(super) fn aes_blocks(key: &[u8], bytes: &mut [u8]) -> bool {
    fn blocks<C: KeyInit + BlockCipherDecrypt<BlockSize = U16>>(key: &[u8], bytes: &mut [u8]) -> bool {
        let Ok(cipher) = C::new_from_slice(key) else { return false };
        for block in bytes.chunks_exact_mut(BLOCK_BYTES).filter_map(|block| block.try_into().ok()) {
            cipher.decrypt_block(block);
        }
        true
    }
    match key.len() {
        16 => blocks::<Aes128>(key, bytes),
        24 => blocks::<Aes192>(key, bytes),
        32 => blocks::<Aes256>(key, bytes),
        _ => false,
    }
}

/// Decrypts whole blocks, each chained to the one before; `false` if there is no such key.
pub(super) fn aes_chain(key: &[u8], start: &[u8], bytes: &mut [u8]) -> bool {
    fn chain<C: KeyIvInit + BlockModeDecrypt<BlockSize = U16>>(key: &[u8], start: &[u8], bytes: &mut [u8]) -> bool {
        let Ok(mut cipher) = C::new_from_slices(key, start) else { return false };
        for block in bytes.chunks_exact_mut(BLOCK_BYTES).filter_map(|block| block.try_into().ok()) {
            cipher.decrypt_block(block);
        }
        true
    }
    match key.len() {
        16 => chain::<cbc::Decryptor<Aes128>>(key, start, bytes),
        24 => chain::<cbc::Decryptor<Aes192>>(key, start, bytes),
        32 => chain::<cbc::Decryptor<Aes256>>(key, start, bytes),
        _ => false,
    }
}

/// A password as documents hash it.
pub(super) fn wide(password: &str) -> Vec<u8> {
    password.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// `bytes` of exactly this length: cut, or filled up.
pub(super) fn fitted(bytes: &[u8], length: usize, filling: u8) -> Vec<u8> {
    let mut fitted = bytes.to_vec();
    fitted.resize(length, filling);
    fitted
}
