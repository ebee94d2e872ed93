//! The encryption of Office since 2010, described in XML: AES in segments, with a key of its own that the password opens
//! ([MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::crypt::{BLOCK_BYTES, Hash, aes_chain, fitted, wide};
use crate::Reason;
use crate::bytes::at_most;

/// How many bytes are encrypted together.
const SEGMENT_BYTES: usize = 4096;
/// What is mixed in, for each thing that is encrypted.
const VERIFIER: [u8; 8] = [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79];
const VERIFIER_HASH: [u8; 8] = [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E];
const KEY: [u8; 8] = [0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6];

/// A salt, a hash and the length of a key.
#[derive(Default)]
struct Settings {
    salt: Vec<u8>,
    hash: Option<Hash>,
    key_bytes: usize,
}

/// How a document is encrypted.
#[derive(Default)]
pub(super) struct Agile {
    data: Settings,
    password: Settings,
    spins: u32,
    verifier: Vec<u8>,
    verifier_hash: Vec<u8>,
    key: Vec<u8>,
}

impl Agile {
    pub(super) fn read(xml: &[u8]) -> Result<Self, Reason> {
        let text = String::from_utf8_lossy(xml);
        let mut reader = Reader::from_str(&text);
        let mut agile = Self::default();
        let mut keys = 0;
        loop {
            let event = reader.read_event().map_err(|_| Reason::damaged("what says how it is encrypted is no XML"))?;
            match event {
                Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                    "keyData" => agile.data = settings(&tag)?,
                    "encryptedKey" if keys == 0 => {
                        keys += 1;
                        agile.password = settings(&tag)?;
                        agile.spins =
                            attribute(&tag, "spinCount").and_then(|count| count.parse().ok()).unwrap_or(u32::MAX);
                        agile.verifier = bytes(&tag, "encryptedVerifierHashInput");
                        agile.verifier_hash = bytes(&tag, "encryptedVerifierHashValue");
                        agile.key = bytes(&tag, "encryptedKeyValue");
                    }
                    _ => {}
                },
                Event::Eof => break,
                _ => {}
            }
        }
        // A certificate instead of a password.
        if keys == 0 { Err(Reason::Encrypted) } else { Ok(agile) }
    }

    /// How many hashes one try takes.
    pub(super) fn spins(&self) -> u64 {
        u64::from(self.spins)
    }

    pub(super) fn decrypt(&self, password: &str, body: &[u8]) -> Option<Vec<u8>> {
        let hash = self.password.hash?;
        let mut spun = hash.of(&[&self.password.salt, &wide(password)]);
        for spin in 0..self.spins {
            spun = hash.of(&[&spin.to_le_bytes(), &spun]);
        }
        let start = fitted(&self.password.salt, BLOCK_BYTES, 0x36);
        let open = |block: [u8; 8], encrypted: &[u8]| {
            let key = fitted(&hash.of(&[&spun, &block]), self.password.key_bytes, 0x36);
            let mut plain = encrypted.to_vec();
            aes_chain(&key, &start, &mut plain).then_some(plain)
        };
        let stated = open(VERIFIER_HASH, &self.verifier_hash)?;
        let verifier = hash.of(&[&open(VERIFIER, &self.verifier)?]);
        if verifier.is_empty() || at_most(&stated, 0, verifier.len()) != verifier {
            return None;
        }
        let mut key = open(KEY, &self.key)?;
        key.truncate(self.data.key_bytes);
        let data_hash = self.data.hash?;
        let mut plain = body.to_vec();
        for (segment, bytes) in (0_u32..).zip(plain.chunks_mut(SEGMENT_BYTES)) {
            let start = fitted(&data_hash.of(&[&self.data.salt, &segment.to_le_bytes()]), BLOCK_BYTES, 0x36);
            if !aes_chain(&key, &start, bytes) {
                return None;
            }
        }
        Some(plain)
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(found.value.into_owned())
}

fn bytes(tag: &BytesStart<'_>, name: &str) -> Vec<u8> {
    attribute(tag, name).and_then(|text| STANDARD.decode(text.trim()).ok()).unwrap_or_default()
}

fn settings(tag: &BytesStart<'_>) -> Result<Settings, Reason> {
    let cipher = attribute(tag, "cipherAlgorithm").unwrap_or_default();
    let chaining = attribute(tag, "cipherChaining").unwrap_or_default();
    let hash = attribute(tag, "hashAlgorithm").unwrap_or_default();
    let bits: usize = attribute(tag, "keyBits").and_then(|bits| bits.parse().ok()).unwrap_or(0);
    let known = Hash::named(&hash);
    if !cipher.eq_ignore_ascii_case("AES")
        || chaining != "ChainingModeCBC"
        || known.is_none()
        || !matches!(bits, 128 | 192 | 256)
    {
        return Err(Reason::unsupported(format!("encryption {cipher} {bits} {chaining} {hash}")));
    }
    Ok(Settings { salt: bytes(tag, "saltValue"), hash: known, key_bytes: bits / 8 })
}
