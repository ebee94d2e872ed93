//! The form of a key file that a security chip has a part in. Only the form: what is in it is opened elsewhere.
//!
//! ```text
//! bytes   what
//!     8   "KHIENKEY"
//!     1   the form: 1
//!     1   how the sealing key was filled up before it was encrypted: 1 OAEP with SHA-256, 2 OAEP with SHA-1
//!    16   the name of the chip's key, as hexadecimal digits
//!    32   SHA-256 of the public half of the chip's key
//!   2+n   the sealing key, encrypted for the chip's key; its length comes first, the greater byte before the smaller
//!    12   the nonce of the seal
//!   2+n   what is sealed with ChaCha20-Poly1305, all of the above being authenticated with it; its length comes first
//! ```
//!
//! Nothing follows. A file without the first eight bytes is of the time before, or of a machine without a chip: what Windows
//! seals by itself never begins so.

use std::fmt;

use khien_protocol::Digest;
use ring::aead::NONCE_LEN;

/// How every such file begins.
const MAGIC: &[u8; 8] = b"KHIENKEY";

/// The form that is written.
const FORM: u8 = 1;

/// How many digits the name of a key has.
const NAME_BYTES: usize = 16;

/// What the names of our keys in the chip begin with, which other programs' names do not.
const NAME_PREFIX: &str = "khien-agent-";

/// The longest encrypted sealing key: that of an RSA key of 4096 bits.
pub(super) const MAX_WRAPPED_BYTES: usize = 512;

/// The longest sealed content.
pub(super) const MAX_SEALED_BYTES: usize = 2048;

/// The longest envelope.
pub(super) const MAX_BYTES: usize =
    MAGIC.len() + 2 + NAME_BYTES + Digest::BYTES + 2 + MAX_WRAPPED_BYTES + NONCE_LEN + 2 + MAX_SEALED_BYTES;

/// How the sealing key was filled up before it was encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Oaep {
    /// With SHA-256.
    Sha256,
    /// With SHA-1, for chips that know no other.
    Sha1,
}

/// The name of a key of ours in a chip: nobody can have us take, or remove, a key of another program's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyName([u8; NAME_BYTES]);

/// A key file that a security chip has a part in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Envelope {
    pub(super) oaep: Oaep,
    pub(super) name: KeyName,
    /// SHA-256 of the public half of the chip's key.
    pub(super) chip_key: Digest,
    /// The sealing key, encrypted for the chip's key.
    pub(super) wrapped: Vec<u8>,
    pub(super) nonce: [u8; NONCE_LEN],
    pub(super) sealed: Vec<u8>,
}

/// Why bytes are no envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadEnvelope {
    /// They do not begin as one.
    NoEnvelope,
    /// The form is one that this program does not know.
    Form(u8),
    /// The filling is one that this program does not know.
    Filling(u8),
    /// The name of the chip's key is none.
    Name,
    /// They end before the envelope does.
    Cut,
    /// A part is empty, or longer than it may be.
    Length(usize),
    /// Something follows.
    Trailing,
}

impl fmt::Display for BadEnvelope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEnvelope => formatter.write_str("not sealed by a security chip"),
            Self::Form(form) => write!(formatter, "of form {form}, which this version of the program does not know"),
            Self::Filling(filling) => write!(formatter, "filled up in way {filling}, which is not known"),
            Self::Name => formatter.write_str("the name of the chip's key is none"),
            Self::Cut => formatter.write_str("cut short"),
            Self::Length(length) => write!(formatter, "a part of it has {length} bytes"),
            Self::Trailing => formatter.write_str("something follows its end"),
        }
    }
}

impl Oaep {
    const ALL: [(u8, Self); 2] = [(1, Self::Sha256), (2, Self::Sha1)];

    fn number(self) -> u8 {
        match self {
            Self::Sha256 => 1,
            Self::Sha1 => 2,
        }
    }

    fn of_number(number: u8) -> Result<Self, BadEnvelope> {
        let found = Self::ALL.into_iter().find(|(known, _)| *known == number);
        found.map(|(_, oaep)| oaep).ok_or(BadEnvelope::Filling(number))
    }
}

impl KeyName {
    /// The name for what lies at `place`: always the same for the same place, so that no two states share a key and what a
    /// crash left behind is found again.
    pub(super) fn of_place(place: &str) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digest = Digest::of(place.as_bytes());
        let halves = digest.as_bytes().iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let mut name = [b'0'; NAME_BYTES];
        for (digit, half) in name.iter_mut().zip(halves) {
            *digit = DIGITS.get(usize::from(half)).copied().unwrap_or_default();
        }
        Self(name)
    }

    fn of_bytes(bytes: [u8; NAME_BYTES]) -> Result<Self, BadEnvelope> {
        let is_digit = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
        if bytes.iter().all(is_digit) { Ok(Self(bytes)) } else { Err(BadEnvelope::Name) }
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(NAME_PREFIX)?;
        self.0.iter().try_for_each(|digit| write!(formatter, "{}", char::from(*digit)))
    }
}

/// Whether a key file is one that a security chip has a part in, be it whole or not.
pub(super) fn is_envelope(file: &[u8]) -> bool {
    file.starts_with(MAGIC)
}

impl Envelope {
    /// Reads one.
    pub(super) fn parse(file: &[u8]) -> Result<Self, BadEnvelope> {
        let mut rest = file.strip_prefix(MAGIC.as_slice()).ok_or(BadEnvelope::NoEnvelope)?;
        let [form] = take(&mut rest)?;
        if form != FORM {
            return Err(BadEnvelope::Form(form));
        }
        let [filling] = take(&mut rest)?;
        let oaep = Oaep::of_number(filling)?;
        let name = KeyName::of_bytes(take(&mut rest)?)?;
        let chip_key = Digest::from_bytes(take(&mut rest)?);
        let wrapped = take_part(&mut rest, MAX_WRAPPED_BYTES)?;
        let nonce = take(&mut rest)?;
        let sealed = take_part(&mut rest, MAX_SEALED_BYTES)?;
        if !rest.is_empty() {
            return Err(BadEnvelope::Trailing);
        }
        Ok(Self { oaep, name, chip_key, wrapped, nonce, sealed })
    }

    /// Writes it.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, BadEnvelope> {
        let mut bytes = self.head()?;
        put_part(&mut bytes, &self.sealed, MAX_SEALED_BYTES)?;
        Ok(bytes)
    }

    /// Everything before what is sealed: it is authenticated with it.
    pub(super) fn head(&self) -> Result<Vec<u8>, BadEnvelope> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend([FORM, self.oaep.number()]);
        bytes.extend(self.name.0);
        bytes.extend(self.chip_key.as_bytes());
        put_part(&mut bytes, &self.wrapped, MAX_WRAPPED_BYTES)?;
        bytes.extend(self.nonce);
        Ok(bytes)
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], BadEnvelope> {
    let (taken, after) = rest.split_first_chunk().ok_or(BadEnvelope::Cut)?;
    *rest = after;
    Ok(*taken)
}

fn take_part(rest: &mut &[u8], max: usize) -> Result<Vec<u8>, BadEnvelope> {
    let length = usize::from(u16::from_be_bytes(take(rest)?));
    if length == 0 || length > max {
        return Err(BadEnvelope::Length(length));
    }
    let (part, after) = rest.split_at_checked(length).ok_or(BadEnvelope::Cut)?;
    *rest = after;
    Ok(part.to_vec())
}

fn put_part(bytes: &mut Vec<u8>, part: &[u8], max: usize) -> Result<(), BadEnvelope> {
    let length = u16::try_from(part.len()).ok().filter(|length| *length > 0 && usize::from(*length) <= max);
    bytes.extend(length.ok_or(BadEnvelope::Length(part.len()))?.to_be_bytes());
    bytes.extend(part);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(wrapped: usize, sealed: usize) -> Envelope {
        Envelope {
            oaep: Oaep::Sha256,
            name: KeyName::of_place("a"),
            chip_key: Digest::of(b"public"),
            wrapped: vec![7; wrapped],
            nonce: [9; NONCE_LEN],
            sealed: vec![8; sealed],
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for (wrapped, sealed) in [(1, 1), (256, 300), (MAX_WRAPPED_BYTES, MAX_SEALED_BYTES)] {
            for (_, oaep) in Oaep::ALL {
                let envelope = Envelope { oaep, ..envelope(wrapped, sealed) };
                let bytes = envelope.to_bytes().expect("short enough");
                assert!(is_envelope(&bytes) && bytes.len() <= MAX_BYTES);
                assert_eq!(Envelope::parse(&bytes), Ok(envelope));
            }
        }
        let longest = envelope(MAX_WRAPPED_BYTES, MAX_SEALED_BYTES).to_bytes().expect("short enough");
        assert_eq!(longest.len(), MAX_BYTES);
    }

    #[test]
    fn what_is_too_long_is_neither_written_nor_read() {
        for (wrapped, sealed, length) in [
            (0, 1, 0),
            (1, 0, 0),
            (MAX_WRAPPED_BYTES + 1, 1, MAX_WRAPPED_BYTES + 1),
            (1, MAX_SEALED_BYTES + 1, MAX_SEALED_BYTES + 1),
            (1, 70_000, 70_000),
        ] {
            assert_eq!(envelope(wrapped, sealed).to_bytes(), Err(BadEnvelope::Length(length)));
        }
        let mut bytes = envelope(1, 1).to_bytes().expect("short enough");
        bytes[58..60].copy_from_slice(&[2, 1]);
        assert_eq!(Envelope::parse(&bytes), Err(BadEnvelope::Length(MAX_WRAPPED_BYTES + 1)));
    }

    #[test]
    fn every_other_file_is_refused_with_its_reason() {
        let whole = envelope(256, 300).to_bytes().expect("short enough");
        for length in MAGIC.len()..whole.len() {
            assert_eq!(Envelope::parse(&whole[..length]), Err(BadEnvelope::Cut), "{length}");
        }
        let changed = |at: usize, to: u8| {
            let mut bytes = whole.clone();
            bytes[at] = to;
            Envelope::parse(&bytes).unwrap_err()
        };
        for (at, to, problem) in [
            (0, b'k', BadEnvelope::NoEnvelope),
            (8, 0, BadEnvelope::Form(0)),
            (8, 2, BadEnvelope::Form(2)),
            (9, 0, BadEnvelope::Filling(0)),
            (9, 3, BadEnvelope::Filling(3)),
            (10, b'G', BadEnvelope::Name),
            (25, b'A', BadEnvelope::Name),
        ] {
            assert_eq!(changed(at, to), problem);
        }
        let mut longer = whole.clone();
        longer.push(0);
        assert_eq!(Envelope::parse(&longer), Err(BadEnvelope::Trailing));
        for other in [b"".as_slice(), b"KHIENKE", &[1, 0, 0, 0, 0xd0, 0x8c]] {
            assert_eq!((Envelope::parse(other), is_envelope(other)), (Err(BadEnvelope::NoEnvelope), false));
        }
    }

    #[test]
    fn a_place_has_one_name_which_is_ours() {
        let name = KeyName::of_place(r"c:\programdata\khien").to_string();
        assert!(name.starts_with(NAME_PREFIX) && name.len() == NAME_PREFIX.len() + NAME_BYTES, "{name}");
        assert_eq!(KeyName::of_place("a"), KeyName::of_place("a"));
        assert_ne!(KeyName::of_place("a"), KeyName::of_place("b"));
    }

    /// As a plain test it runs some seconds' worth of inputs; `cargo bolero test` runs it with a fuzzer.
    #[test]
    fn any_bytes_are_an_envelope_or_none() {
        bolero::check!().with_type::<(bool, Vec<u8>)>().for_each(|(begun, bytes)| {
            let head: &[u8] = if *begun { b"KHIENKEY\x01\x01" } else { b"" };
            let file = [head, bytes].concat();
            if let Ok(envelope) = Envelope::parse(&file) {
                assert_eq!(envelope.to_bytes(), Ok(file));
            }
        });
    }

    /// Parts of any length behind a head that is right, so that they are reached at once.
    #[test]
    fn any_parts_are_an_envelope_or_none() {
        bolero::check!().with_type::<(u16, Vec<u8>, Vec<u8>)>().for_each(|(length, first, second)| {
            let mut file = envelope(1, 1).to_bytes().expect("short enough");
            file.truncate(58);
            file.extend((length % 600).to_be_bytes());
            file.extend(first);
            file.extend([0; NONCE_LEN]);
            file.extend(u16::try_from(second.len()).unwrap_or(u16::MAX).to_be_bytes());
            file.extend(second);
            if let Ok(envelope) = Envelope::parse(&file) {
                assert_eq!(envelope.to_bytes(), Ok(file));
            }
        });
    }
}
