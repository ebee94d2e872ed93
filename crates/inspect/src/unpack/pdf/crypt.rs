//! Encryption of PDF with passwords (ISO 32000-2, 7.6.4): RC4 and AES-128 by MD5, AES-256 by SHA-2.

use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes256};
use md5::Md5;
use rc4::{Rc4, StreamCipher};
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::object::{Dictionary, Object};

/// What stands behind a password that is shorter than 32 bytes.
const PADDING: [u8; 32] = [
    0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08, 0x2e, 0x2e, 0x00,
    0xb6, 0xd0, 0x68, 0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a,
];

/// The longest password of AES-256, in bytes.
const MAX_PASSWORD_BYTES: usize = 127;

/// How often the hash of revision 6 goes round at most: it ends by itself before that.
const MAX_ROUNDS: u32 = 512;

/// How bytes are encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    None,
    Rc4,
    Aes128,
    Aes256,
}

/// A file that was opened with a password.
#[derive(Debug)]
pub(super) struct Crypt {
    key: Vec<u8>,
    streams: Method,
    strings: Method,
    files: Method,
    /// The ways that streams may name.
    named: Vec<(Vec<u8>, Method)>,
}

/// What the dictionary of encryption says.
pub(super) struct Locked {
    version: i64,
    revision: i64,
    key_bytes: usize,
    permissions: u32,
    owner: Vec<u8>,
    user: Vec<u8>,
    owner_key: Vec<u8>,
    user_key: Vec<u8>,
    id: Vec<u8>,
    metadata: bool,
    streams: Method,
    strings: Method,
    files: Method,
    named: Vec<(Vec<u8>, Method)>,
}

impl Locked {
    /// What `dictionary` says; none if it is another way of encryption. `resolve` follows references.
    pub(super) fn new<'o>(
        dictionary: &'o Dictionary,
        id: &[u8],
        resolve: impl Fn(&'o Object) -> &'o Object,
    ) -> Option<Self> {
        if !dictionary.is("Filter", "Standard") {
            return None;
        }
        let get = |key| dictionary.get(key).map(&resolve);
        let bytes = |key| get(key).and_then(Object::text).unwrap_or_default().to_vec();
        let integer = |key| get(key).and_then(Object::integer);
        let version = integer("V").unwrap_or(0);
        let filters = get("CF").and_then(Object::dictionary);
        let method = |key| {
            if version < 4 {
                return Some(Method::Rc4);
            }
            let name = get(key).and_then(Object::name).unwrap_or(b"Identity");
            if name == b"Identity" {
                return Some(Method::None);
            }
            let filter = filters?.get(std::str::from_utf8(name).ok()?).map(&resolve)?.dictionary()?;
            method_of(filter)
        };
        let named = filters.map(|filters| filters.entries.as_slice()).unwrap_or_default().iter();
        let named =
            named.filter_map(|(name, own)| Some((name.clone(), method_of(resolve(own).dictionary()?)?))).collect();
        let bits = integer("Length").and_then(|bits| usize::try_from(bits).ok()).unwrap_or(40);
        Some(Self {
            version,
            revision: integer("R").unwrap_or(0),
            key_bytes: match version {
                1 => 5,
                4 => 16,
                _ => (bits / 8).clamp(5, 16),
            },
            // Written as a number with a sign, or without.
            permissions: u32::try_from(integer("P").unwrap_or(0) & 0xffff_ffff).unwrap_or_default(),
            owner: bytes("O"),
            user: bytes("U"),
            owner_key: bytes("OE"),
            user_key: bytes("UE"),
            id: id.to_vec(),
            metadata: get("EncryptMetadata") != Some(&Object::Bool(false)),
            streams: method("StmF")?,
            strings: method("StrF")?,
            files: if dictionary.has("EFF") { method("EFF")? } else { method("StmF")? },
            named,
        })
    }

    /// The file opened with `password`, as that of its user or of its owner.
    pub(super) fn open(&self, password: &[u8]) -> Option<Crypt> {
        let key = match (self.version, self.revision) {
            (1 | 2 | 4, 2..=4) => self.old_key(password).or_else(|| self.old_key(&self.user_password(password)?)),
            (5, 5 | 6) => self.new_key(password.get(..MAX_PASSWORD_BYTES).unwrap_or(password)),
            _ => None,
        }?;
        let named = self.named.clone();
        Some(Crypt { key, streams: self.streams, strings: self.strings, files: self.files, named })
    }

    /// Algorithms 2, 4 and 5.
    fn old_key(&self, password: &[u8]) -> Option<Vec<u8>> {
        let mut digest = Md5::new();
        digest.update(padded(password));
        digest.update(self.owner.get(..32)?);
        digest.update(self.permissions.to_le_bytes());
        digest.update(&self.id);
        if self.revision >= 4 && !self.metadata {
            digest.update([0xff; 4]);
        }
        let mut key = digest.finalize().to_vec();
        key.truncate(self.key_bytes);
        if self.revision >= 3 {
            for _ in 0..50 {
                key = Md5::digest(&key).to_vec();
                key.truncate(self.key_bytes);
            }
        }
        let (expected, length) = if self.revision == 2 {
            (rc4(&key, &PADDING), 32)
        } else {
            let mut digest = Md5::new();
            digest.update(PADDING);
            digest.update(&self.id);
            let mut check = digest.finalize().to_vec();
            for round in 0..20 {
                check = rc4(&changed(&key, round), &check);
            }
            (check, 16)
        };
        (expected.get(..length)? == self.user.get(..length)?).then_some(key)
    }

    /// Algorithm 7: the password of the user, that of the owner being `password`.
    fn user_password(&self, password: &[u8]) -> Option<Vec<u8>> {
        let mut key = Md5::digest(padded(password)).to_vec();
        if self.revision >= 3 {
            for _ in 0..50 {
                key = Md5::digest(&key).to_vec();
            }
        }
        key.truncate(self.key_bytes);
        let mut user = self.owner.get(..32)?.to_vec();
        let rounds = if self.revision == 2 { 1 } else { 20 };
        for round in (0..rounds).rev() {
            user = rc4(&changed(&key, round), &user);
        }
        Some(user)
    }

    /// Algorithm 2.A.
    fn new_key(&self, password: &[u8]) -> Option<Vec<u8>> {
        let user = self.user.get(..48)?;
        for (check, more, packed) in [(&self.user, &[][..], &self.user_key), (&self.owner, user, &self.owner_key)] {
            if self.hashed(password, check.get(32..40)?, more) == check.get(..32)? {
                let key = self.hashed(password, check.get(40..48)?, more);
                let cipher = Aes256::new_from_slice(&key).ok()?;
                return Some(without_chaining(&cipher, &[0; 16], packed.get(..32)?));
            }
        }
        None
    }

    /// Algorithm 2.B; revision 5 knows its first step only.
    fn hashed(&self, password: &[u8], salt: &[u8], more: &[u8]) -> Vec<u8> {
        let mut key = Sha256::digest([password, salt, more].concat()).to_vec();
        if self.revision == 5 {
            return key;
        }
        for round in 0..MAX_ROUNDS {
            let repeated = [password, &key, more].concat().repeat(64);
            let (Some(own), Some(vector)) = (key.get(..16), key.get(16..32)) else { break };
            let Ok(cipher) = Aes128::new_from_slice(own) else { break };
            let mixed = with_chaining(&cipher, vector, &repeated);
            let rest = mixed.iter().take(16).map(|byte| u32::from(*byte)).sum::<u32>() % 3;
            key = match rest {
                0 => Sha256::digest(&mixed).to_vec(),
                1 => Sha384::digest(&mixed).to_vec(),
                _ => Sha512::digest(&mixed).to_vec(),
            };
            let last = mixed.last().copied().map_or(0, u32::from);
            if round >= 63 && last + 31 <= round {
                break;
            }
        }
        key.truncate(32);
        key
    }
}

/// The method that a filter of encryption names; none if it is not known.
fn method_of(filter: &Dictionary) -> Option<Method> {
    match filter.name("CFM") {
        Some(b"V2") => Some(Method::Rc4),
        Some(b"AESV2") => Some(Method::Aes128),
        Some(b"AESV3") => Some(Method::Aes256),
        None | Some(b"None") => Some(Method::None),
        Some(_) => None,
    }
}

/// What a stream is, for how it is encrypted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Use<'n> {
    /// A stream like others.
    Usual,
    /// An embedded file.
    File,
    /// One that names its way itself.
    Named(&'n [u8]),
}

impl Crypt {
    /// The bytes of a stream; none if they cannot have been encrypted this way.
    pub(super) fn stream(&self, own: Use<'_>, number: u32, generation: u32, bytes: &[u8]) -> Option<Vec<u8>> {
        let method = match own {
            Use::Usual => self.streams,
            Use::File => self.files,
            Use::Named(name) => {
                self.named.iter().find(|(own, _)| own == name).map_or(Method::None, |(_, method)| *method)
            }
        };
        self.decrypted(method, number, generation, bytes)
    }

    /// The bytes of a string; none if they cannot have been encrypted this way.
    pub(super) fn string(&self, number: u32, generation: u32, bytes: &[u8]) -> Option<Vec<u8>> {
        self.decrypted(self.strings, number, generation, bytes)
    }

    fn decrypted(&self, method: Method, number: u32, generation: u32, bytes: &[u8]) -> Option<Vec<u8>> {
        let aes = || bytes.split_at_checked(16);
        match method {
            Method::None => Some(bytes.to_vec()),
            Method::Rc4 => Some(rc4(&self.own_key(number, generation, &[]), bytes)),
            Method::Aes128 => {
                let (vector, packed) = aes()?;
                let cipher = Aes128::new_from_slice(&self.own_key(number, generation, b"sAlT")).ok()?;
                Some(without_padding(without_chaining(&cipher, vector, packed)))
            }
            Method::Aes256 => {
                let (vector, packed) = aes()?;
                let cipher = Aes256::new_from_slice(&self.key).ok()?;
                Some(without_padding(without_chaining(&cipher, vector, packed)))
            }
        }
    }

    /// Algorithm 1: the key of one object.
    fn own_key(&self, number: u32, generation: u32, salt: &[u8]) -> Vec<u8> {
        let mut digest = Md5::new();
        digest.update(&self.key);
        digest.update(number.to_le_bytes().get(..3).unwrap_or_default());
        digest.update(generation.to_le_bytes().get(..2).unwrap_or_default());
        digest.update(salt);
        let mut key = digest.finalize().to_vec();
        key.truncate((self.key.len() + 5).min(16));
        key
    }
}

fn padded(password: &[u8]) -> Vec<u8> {
    password.iter().chain(&PADDING).take(32).copied().collect()
}

fn changed(key: &[u8], round: u8) -> Vec<u8> {
    key.iter().map(|byte| byte ^ round).collect()
}

fn rc4(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if let Ok(mut cipher) = Rc4::new_from_slice(key) {
        cipher.apply_keystream(&mut bytes);
    }
    bytes
}

/// One block of AES.
type Block = Array<u8, aes::cipher::consts::U16>;

fn block_of(chunk: &[u8]) -> Block {
    let mut block = Block::default();
    for (to, from) in block.iter_mut().zip(chunk) {
        *to = *from;
    }
    block
}

/// CBC taken back; what does not fill a block is left out.
fn without_chaining<C>(cipher: &C, vector: &[u8], packed: &[u8]) -> Vec<u8>
where
    C: BlockCipherDecrypt<BlockSize = aes::cipher::consts::U16>,
{
    let mut before = vector;
    let mut bytes = Vec::with_capacity(packed.len());
    for chunk in packed.chunks_exact(16) {
        let mut block = block_of(chunk);
        cipher.decrypt_block(&mut block);
        bytes.extend(block.iter().zip(before).map(|(byte, before)| byte ^ before));
        before = chunk;
    }
    bytes
}

/// CBC without padding.
fn with_chaining<C>(cipher: &C, vector: &[u8], bytes: &[u8]) -> Vec<u8>
where
    C: BlockCipherEncrypt<BlockSize = aes::cipher::consts::U16>,
{
    let mut before = block_of(vector);
    let mut packed = Vec::with_capacity(bytes.len());
    for chunk in bytes.chunks_exact(16) {
        let mut block = block_of(chunk);
        for (byte, before) in block.iter_mut().zip(&before) {
            *byte ^= before;
        }
        cipher.encrypt_block(&mut block);
        packed.extend_from_slice(&block);
        before = block;
    }
    packed
}

/// `bytes` without the padding of PKCS #7; all of them if there is none.
fn without_padding(mut bytes: Vec<u8>) -> Vec<u8> {
    let padding = bytes.last().copied().map_or(0, usize::from);
    if (1..=16).contains(&padding) && padding <= bytes.len() {
        bytes.truncate(bytes.len() - padding);
    }
    bytes
}
