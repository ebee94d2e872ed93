//! Contents of a ZIP under a password: the old way of PKWARE (ZipCrypto), and AES as WinZip has it.

use std::io::{self, Read};

use aes::cipher::{KeyIvInit, StreamCipher};
use aes::{Aes128, Aes192, Aes256};
use ctr::Ctr128LE;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::records::{Aes, Header};
use crate::bytes::piece;

/// The bytes in front of a content under ZipCrypto; the last one tells whether a password may be right.
const ZIP_CRYPTO_HEAD: usize = 12;
/// How often WinZip's AES stirs a password.
const ROUNDS: u32 = 1000;
/// What tells whether a password may be right, behind the salt.
const VERIFIER_BYTES: usize = 2;
/// What tells whether the content is whole, behind it.
const CODE_BYTES: usize = 10;

/// A content whose password may have been found.
pub(super) struct Unlocked<'z> {
    /// The packed content, still encrypted.
    pub(super) body: &'z [u8],
    cipher: Cipher,
    /// It is certain that the password is the right one and the content whole.
    pub(super) is_certain: bool,
}

impl<'z> Unlocked<'z> {
    /// What decrypts `body`.
    pub(super) fn decrypting<R: Read>(self, packed: R) -> Decrypting<R> {
        Decrypting { packed, cipher: self.cipher }
    }

    /// Tries `password` on `content`.
    pub(super) fn with(password: &[u8], header: &Header<'_>, content: &'z [u8]) -> Option<Self> {
        match header.aes {
            Some(aes) => Self::with_aes(password, aes, content),
            None => Self::with_zip_crypto(password, header, content),
        }
    }

    fn with_zip_crypto(password: &[u8], header: &Header<'_>, content: &'z [u8]) -> Option<Self> {
        let mut keys = ZipCrypto::of(password);
        let mut head: [u8; ZIP_CRYPTO_HEAD] = content.get(..ZIP_CRYPTO_HEAD)?.try_into().ok()?;
        keys.decrypt(&mut head);
        let [.., last] = head;
        let by_checksum = last == header.checksum.to_be_bytes()[0];
        let by_time = header.is_streamed() && last == header.time.to_be_bytes()[0];
        let body = content.get(ZIP_CRYPTO_HEAD..)?;
        (by_checksum || by_time).then_some(Self { body, cipher: Cipher::ZipCrypto(keys), is_certain: false })
    }

    fn with_aes(password: &[u8], aes: Aes, content: &'z [u8]) -> Option<Self> {
        let key_bytes = match aes.strength {
            1 => 16,
            2 => 24,
            3 => 32,
            _ => return None,
        };
        let salt_bytes = key_bytes / 2;
        let salt = piece(content, 0, salt_bytes)?;
        let verifier = piece(content, salt_bytes, VERIFIER_BYTES)?;
        let rest = content.get(salt_bytes + VERIFIER_BYTES..)?;
        let (body, code) = rest.split_at_checked(rest.len().checked_sub(CODE_BYTES)?)?;
        let mut derived = vec![0; 2 * key_bytes + VERIFIER_BYTES];
        pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, ROUNDS, &mut derived);
        if derived.get(2 * key_bytes..)? != verifier {
            return None;
        }
        let mut sum = Hmac::<Sha1>::new_from_slice(piece(&derived, key_bytes, key_bytes)?).ok()?;
        sum.update(body);
        let is_certain = sum.verify_truncated_left(code).is_ok();
        Some(Self { body, cipher: Cipher::aes(piece(&derived, 0, key_bytes)?)?, is_certain })
    }
}

/// A cipher that goes along with the content.
enum Cipher {
    ZipCrypto(ZipCrypto),
    Aes128(Box<Ctr128LE<Aes128>>),
    Aes192(Box<Ctr128LE<Aes192>>),
    Aes256(Box<Ctr128LE<Aes256>>),
}

impl Cipher {
    fn aes(key: &[u8]) -> Option<Self> {
        // WinZip counts blocks from 1, the lowest byte first.
        let first = 1_u128.to_le_bytes();
        match key.len() {
            16 => Ctr128LE::new_from_slices(key, &first).ok().map(|cipher| Self::Aes128(Box::new(cipher))),
            24 => Ctr128LE::new_from_slices(key, &first).ok().map(|cipher| Self::Aes192(Box::new(cipher))),
            32 => Ctr128LE::new_from_slices(key, &first).ok().map(|cipher| Self::Aes256(Box::new(cipher))),
            _ => None,
        }
    }

    fn apply(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        match self {
            Self::ZipCrypto(keys) => {
                keys.decrypt(bytes);
                return Ok(());
            }
            Self::Aes128(cipher) => cipher.try_apply_keystream(bytes),
            Self::Aes192(cipher) => cipher.try_apply_keystream(bytes),
            Self::Aes256(cipher) => cipher.try_apply_keystream(bytes),
        }
        .map_err(io::Error::other)
    }
}

/// Decrypts while reading.
pub(super) struct Decrypting<R> {
    packed: R,
    cipher: Cipher,
}

impl<R: Read> Read for Decrypting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.packed.read(buffer)?;
        self.cipher.apply(buffer.get_mut(..read).unwrap_or_default())?;
        Ok(read)
    }
}

/// The three keys of ZipCrypto.
struct ZipCrypto {
    keys: [u32; 3],
}

/// What CRC-32 does with one byte.
const CHECKSUMS: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0_u32;
    while byte < 256 {
        let mut sum = byte;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 };
            bit += 1;
        }
        table[byte as usize] = sum;
        byte += 1;
    }
    table
};

fn stirred(sum: u32, byte: u8) -> u32 {
    let [low, ..] = (sum ^ u32::from(byte)).to_le_bytes();
    (sum >> 8) ^ CHECKSUMS.get(usize::from(low)).copied().unwrap_or_default()
}

impl ZipCrypto {
    fn of(password: &[u8]) -> Self {
        let mut keys = Self { keys: [0x1234_5678, 0x2345_6789, 0x3456_7890] };
        for byte in password {
            keys.take(*byte);
        }
        keys
    }

    /// Goes on with a byte in the clear.
    fn take(&mut self, byte: u8) {
        let [first, second, third] = &mut self.keys;
        *first = stirred(*first, byte);
        *second = second.wrapping_add(*first & 0xff).wrapping_mul(134_775_813).wrapping_add(1);
        let [.., top] = second.to_le_bytes();
        *third = stirred(*third, top);
    }

    fn decrypt(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            let [_, _, third] = self.keys;
            let mixed = (third | 2) & 0xffff;
            let [_, key, ..] = mixed.wrapping_mul(mixed ^ 1).to_le_bytes();
            *byte ^= key;
            self.take(*byte);
        }
    }
}
