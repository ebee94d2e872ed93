//! How the private key is sealed where it lies: by the machine always, and by the machine's security chip where one works.
//!
//! ```text
//! key ── sealed by the machine (DPAPI) ── sealed by a random key ── in the file
//!                                             └─ encrypted by the chip, which alone can decrypt it ── in the file
//! ```
//!
//! Both are needed to open it: a copy of the whole disk, with everything that DPAPI needs, is of no use without the chip.

use std::fmt;
use std::io;

use khien_model::facts::KeyProtection;
use khien_protocol::Digest;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};

use super::envelope::{BadEnvelope, Envelope, KeyName, Oaep, is_envelope};

/// How many bytes the key has that the chip encrypts.
const SEALING_KEY_BYTES: usize = 32;

/// Why a security chip does not do its part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChipTrouble {
    /// There is none, or Windows does not reach it.
    Absent,
    /// It does not have our key.
    NoKey,
    /// Its key of this name is not the one that sealed.
    OtherKey,
    /// It refuses, with the number of the error.
    Refused(i32),
    /// It gives no answer.
    TimedOut,
}

impl fmt::Display for ChipTrouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => formatter.write_str("no TPM"),
            Self::NoKey => formatter.write_str("no key"),
            Self::OtherKey => formatter.write_str("another key"),
            Self::Refused(number) => write!(formatter, "error 0x{number:08X}"),
            Self::TimedOut => formatter.write_str("no answer"),
        }
    }
}

/// A chip with keys that never leave it.
pub(crate) trait SecurityChip {
    /// The digest of the public half of its key with this name; `None` when it has none.
    fn key(&self, name: KeyName) -> Result<Option<Digest>, ChipTrouble>;

    /// Makes a key with this name, in place of the one that has it.
    fn make_key(&self, name: KeyName) -> Result<Digest, ChipTrouble>;

    /// Encrypts a short secret by the key with this name.
    fn wrap(&self, name: KeyName, oaep: Oaep, secret: &[u8]) -> Result<Vec<u8>, ChipTrouble>;

    /// Decrypts it.
    fn unwrap(&self, name: KeyName, oaep: Oaep, wrapped: &[u8]) -> Result<Vec<u8>, ChipTrouble>;

    /// Removes the key with this name, if there is one.
    #[cfg(any(windows, test))]
    fn remove_key(&self, name: KeyName) -> Result<(), ChipTrouble>;
}

/// How a machine without a chip protects a file.
pub(crate) trait MachineSeal {
    /// What that is.
    fn protection(&self) -> KeyProtection;

    /// The secret as it may lie on the disk.
    fn seal(&self, secret: &[u8]) -> io::Result<Vec<u8>>;

    /// The secret out of it.
    fn open(&self, sealed: &[u8]) -> io::Result<Vec<u8>>;
}

/// The rights of the file do it: it lies there as it is.
#[cfg(not(windows))]
pub(super) struct FileRights;

#[cfg(not(windows))]
impl MachineSeal for FileRights {
    fn protection(&self) -> KeyProtection {
        KeyProtection::File
    }

    fn seal(&self, secret: &[u8]) -> io::Result<Vec<u8>> {
        Ok(secret.to_vec())
    }

    fn open(&self, sealed: &[u8]) -> io::Result<Vec<u8>> {
        Ok(sealed.to_vec())
    }
}

/// Why a secret cannot be sealed or opened.
#[derive(Debug)]
pub(super) enum Closed {
    /// What lies there is nothing that was sealed here.
    Broken(String),
    /// The machine does not seal or open.
    Machine(io::Error),
    /// The chip does not.
    Chip(ChipTrouble),
    /// The system gives no random bytes.
    NoRandomness,
}

impl From<ChipTrouble> for Closed {
    fn from(trouble: ChipTrouble) -> Self {
        Self::Chip(trouble)
    }
}

impl From<BadEnvelope> for Closed {
    fn from(problem: BadEnvelope) -> Self {
        Self::Broken(problem.to_string())
    }
}

/// What seals and opens the key of one state.
pub(super) struct Vault<'a> {
    /// The machine.
    pub(super) machine: &'a dyn MachineSeal,
    /// Its chip, on systems where we know how to ask for one.
    pub(super) chip: Option<&'a dyn SecurityChip>,
    /// The name of the chip's key for what is sealed from now on.
    pub(super) name: KeyName,
}

impl Vault<'_> {
    /// What protects the secret in `file`.
    pub(super) fn protection(&self, file: &[u8]) -> Result<KeyProtection, BadEnvelope> {
        if !is_envelope(file) {
            return Ok(self.machine.protection());
        }
        Envelope::parse(file).map(|_| KeyProtection::Tpm)
    }

    /// The secret in `file`.
    pub(super) fn open(&self, file: &[u8]) -> Result<Vec<u8>, Closed> {
        let sealed_by_machine =
            if is_envelope(file) { Some(self.opened_by_chip(&Envelope::parse(file)?)?) } else { None };
        self.machine.open(sealed_by_machine.as_deref().unwrap_or(file)).map_err(Closed::Machine)
    }

    /// A file that holds `secret`: sealed by the chip too where one works.
    pub(super) fn seal(&self, secret: &[u8]) -> Result<Vec<u8>, Closed> {
        match self.seal_by_chip(secret) {
            Ok(file) => Ok(file),
            Err(_) => self.machine.seal(secret).map_err(Closed::Machine),
        }
    }

    /// A file that holds `secret`, sealed by the chip and by the machine. It was opened once more before it is handed out.
    pub(super) fn seal_by_chip(&self, secret: &[u8]) -> Result<Vec<u8>, Closed> {
        let chip = self.chip.ok_or(ChipTrouble::Absent)?;
        match chip.key(self.name) {
            // A crash, or a state that was removed by hand, left it behind. It serves again unless it does not work any more.
            Ok(Some(left)) => match self.seal_for(chip, left, secret) {
                Err(Closed::Chip(ChipTrouble::Refused(_) | ChipTrouble::NoKey | ChipTrouble::OtherKey)) => {}
                outcome => return outcome,
            },
            Err(trouble @ (ChipTrouble::Absent | ChipTrouble::TimedOut)) => return Err(trouble.into()),
            Ok(None) | Err(_) => {}
        }
        let made = chip.make_key(self.name)?;
        self.seal_for(chip, made, secret)
    }

    /// Seals in the better way, or where the chip does not know it in the other.
    fn seal_for(&self, chip: &dyn SecurityChip, key: Digest, secret: &[u8]) -> Result<Vec<u8>, Closed> {
        match self.seal_in_way(chip, key, Oaep::Sha256, secret) {
            Err(Closed::Chip(ChipTrouble::Refused(_))) => self.seal_in_way(chip, key, Oaep::Sha1, secret),
            outcome => outcome,
        }
    }

    fn seal_in_way(&self, chip: &dyn SecurityChip, key: Digest, oaep: Oaep, secret: &[u8]) -> Result<Vec<u8>, Closed> {
        let sealing_key: [u8; SEALING_KEY_BYTES] = random()?;
        let wrapped = chip.wrap(self.name, oaep, &sealing_key)?;
        let nonce: [u8; NONCE_LEN] = random()?;
        let mut envelope = Envelope { oaep, name: self.name, chip_key: key, wrapped, nonce, sealed: Vec::new() };
        let head = envelope.head()?;
        envelope.sealed = self.machine.seal(secret).map_err(Closed::Machine)?;
        let nonce = Nonce::assume_unique_for_key(nonce);
        let key = cipher(&sealing_key)?;
        key.seal_in_place_append_tag(nonce, Aad::from(head), &mut envelope.sealed)
            .map_err(|_| Closed::Broken("too long to be sealed".to_owned()))?;
        let file = envelope.to_bytes()?;
        // Nothing is to rely on a chip that does not give back what it took.
        if self.open(&file)? != secret {
            return Err(Closed::Broken("the chip gives back something else".to_owned()));
        }
        Ok(file)
    }

    fn opened_by_chip(&self, envelope: &Envelope) -> Result<Vec<u8>, Closed> {
        let chip = self.chip.ok_or(ChipTrouble::Absent)?;
        let key = chip.key(envelope.name)?.ok_or(ChipTrouble::NoKey)?;
        if key != envelope.chip_key {
            return Err(ChipTrouble::OtherKey.into());
        }
        let sealing_key = chip.unwrap(envelope.name, envelope.oaep, &envelope.wrapped)?;
        let head = envelope.head()?;
        let mut content = envelope.sealed.clone();
        let nonce = Nonce::assume_unique_for_key(envelope.nonce);
        let opened =
            cipher(&sealing_key)?.open_in_place(nonce, Aad::from(head), &mut content).map(|opened| opened.to_vec());
        opened.map_err(|_| Closed::Broken("its seal is broken".to_owned()))
    }

    /// Removes what the chip keeps for this state: the key that `file` names, and the one that would be used next. Where the
    /// chip does not do so nobody can: without the file its key opens nothing.
    #[cfg(any(windows, test))]
    pub(super) fn forget(&self, file: Option<&[u8]>) {
        let Some(chip) = self.chip else { return };
        let named = file.and_then(|file| Envelope::parse(file).ok()).map(|envelope| envelope.name);
        for name in named.into_iter().filter(|named| *named != self.name).chain([self.name]) {
            let _ = chip.remove_key(name);
        }
    }
}

fn cipher(key: &[u8]) -> Result<LessSafeKey, Closed> {
    let key = UnboundKey::new(&CHACHA20_POLY1305, key);
    key.map(LessSafeKey::new).map_err(|_| Closed::Broken("its sealing key has another length".to_owned()))
}

fn random<const N: usize>() -> Result<[u8; N], Closed> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Closed::NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
#[path = "vault_tests.rs"]
pub(super) mod tests;
