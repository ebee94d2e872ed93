//! The encryption of documents of Office 97 to 2003 with RC4 ([MS-OFFCRYPTO] 2.3.5 and 2.3.6).

use super::crypt::{Hash, fitted, rc4, wide};
use crate::Reason;
use crate::bytes::{array, at_most, place_le, u16_le, u32_le};

/// How a document is encrypted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Legacy {
    salt: [u8; 16],
    verifier: [u8; 16],
    hash: Vec<u8>,
    /// How many bits the key has; none for the older way, whose keys have 128 made of 40.
    bits: Option<usize>,
}

impl Legacy {
    /// Reads what stands in front of an encrypted document.
    pub(crate) fn read(info: &[u8]) -> Result<Self, Reason> {
        let damaged = || Reason::damaged("what says how it is encrypted is cut");
        match (u16_le(info, 0), u16_le(info, 2)) {
            (Some(1), Some(1)) => Ok(Self {
                salt: array(info, 4).ok_or_else(damaged)?,
                verifier: array(info, 20).ok_or_else(damaged)?,
                hash: array::<16>(info, 36).ok_or_else(damaged)?.to_vec(),
                bits: None,
            }),
            (Some(2..=4), Some(2)) => {
                let header = place_le(info, 8).ok_or_else(damaged)?;
                let algorithm = u32_le(info, 20).ok_or_else(damaged)?;
                if !matches!(algorithm, 0 | 0x6801) {
                    return Err(Reason::unsupported(format!("encryption {algorithm:#x}")));
                }
                let bits = place_le(info, 28).filter(|bits| *bits != 0).unwrap_or(40);
                let verifier = header.checked_add(12).map(|place| at_most(info, place, 60)).ok_or_else(damaged)?;
                Ok(Self {
                    salt: array(verifier, 4).ok_or_else(damaged)?,
                    verifier: array(verifier, 20).ok_or_else(damaged)?,
                    hash: array::<20>(verifier, 40).ok_or_else(damaged)?.to_vec(),
                    bits: Some(bits.clamp(40, 128)),
                })
            }
            (major, minor) => Err(Reason::unsupported(format!("encryption of version {major:?}.{minor:?}"))),
        }
    }

    /// The key of one block.
    fn key(&self, password: &str, block: u32) -> Vec<u8> {
        let password = wide(password);
        let block = block.to_le_bytes();
        match self.bits {
            None => {
                let first = Hash::Md5.of(&[&password]);
                let mixed: Vec<u8> = [at_most(&first, 0, 5), &self.salt[..]].concat().repeat(16);
                let second = Hash::Md5.of(&[&mixed]);
                Hash::Md5.of(&[at_most(&second, 0, 5), &block])
            }
            Some(bits) => {
                let first = Hash::Sha1.of(&[&self.salt, &password]);
                let key = Hash::Sha1.of(&[&first, &block]);
                // Keys of 40 bits are filled up.
                if bits == 40 { fitted(at_most(&key, 0, 5), 16, 0) } else { fitted(&key, bits / 8, 0) }
            }
        }
    }

    /// Whether the document is encrypted with `password`.
    pub(crate) fn opens(&self, password: &str) -> bool {
        let mut both = [&self.verifier[..], &self.hash].concat();
        if !rc4(&self.key(password, 0), &mut both) {
            return false;
        }
        let hash = if self.bits.is_some() { Hash::Sha1 } else { Hash::Md5 };
        both.split_at_checked(16).is_some_and(|(verifier, stated)| hash.of(&[verifier]) == stated)
    }

    /// Turns `bytes` with the key of one block.
    pub(crate) fn turn_one(&self, password: &str, block: u32, bytes: &mut [u8]) {
        rc4(&self.key(password, block), bytes);
    }

    /// Turns `bytes`, with another key for each block of so many.
    pub(crate) fn turn(&self, password: &str, block_bytes: usize, bytes: &mut [u8]) {
        for (block, bytes) in (0_u32..).zip(bytes.chunks_mut(block_bytes)) {
            self.turn_one(password, block, bytes);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// What stands in front of a document encrypted with `password`; `bits` as in [`Legacy`].
    pub(crate) fn written(password: &str, bits: Option<usize>) -> Vec<u8> {
        let salt = *b"KHIEN-TEST-SALT.";
        let length = if bits.is_some() { 20 } else { 16 };
        let legacy = Legacy { salt, verifier: [7; 16], hash: vec![0; length], bits };
        let hash = if bits.is_some() { Hash::Sha1 } else { Hash::Md5 };
        let mut both = [vec![7; 16], hash.of(&[&[7; 16]])].concat();
        rc4(&legacy.key(password, 0), &mut both);
        let (verifier, hash) = both.split_at_checked(16).unwrap();
        match bits {
            None => [&[1, 0, 1, 0][..], &salt, verifier, hash].concat(),
            Some(bits) => {
                let number = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
                let header = [4, 0, 0x6801, 0x8004, bits, 1, 0, 0].map(number).concat();
                let header = [&header[..], b"K\0\0\0"].concat();
                let length = number(header.len());
                [&[2, 0, 2, 0, 4, 0, 0, 0][..], &length, &header, &number(16), &salt, verifier, &number(20), hash]
                    .concat()
            }
        }
    }

    #[test]
    fn a_password_is_told_from_others() {
        // The numbers of the examples of another implementation.
        let salt = *b"\xe8w,\x1d\x91\xc5j7\x96Ga\xb2\x80\x182\x17";
        let verifier = *b"\xc9\xe9\x97\xd4T\x97=1\x0b\xb1\xbap\x14&\x83~";
        let hash = b"\xb1\xde\x17\x8f\x07\xe9\x89\xc4M\xae^L\xf9j\xc4\x07".to_vec();
        let known = Legacy { salt, verifier, hash, bits: None };
        assert!(known.opens("password1") && !known.opens("password2"));
        for bits in [None, Some(40), Some(56), Some(128)] {
            let legacy = Legacy::read(&written("mật khẩu", bits)).unwrap();
            assert_eq!(legacy.bits, bits);
            assert!(legacy.opens("mật khẩu") && !legacy.opens(""), "{bits:?}");
        }
    }

    #[test]
    fn any_bytes_say_how_or_not() {
        bolero::check!().with_type::<(bool, Vec<u8>)>().for_each(|(old, bytes)| {
            let version: [u8; 4] = if *old { [1, 0, 1, 0] } else { [2, 0, 2, 0] };
            let info = [&version[..], bytes].concat();
            if let Ok(legacy) = Legacy::read(&info) {
                let _ = legacy.opens("x");
            }
        });
    }
}
