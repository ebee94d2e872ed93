//! What Windows seals the device's key with: DPAPI, and the security chip.

use std::io;
use std::time::Duration;

use khien_model::facts::KeyProtection;
use khien_protocol::Digest;
use khien_windows_calls as calls;

use crate::state::{ChipTrouble, KeyName, MachineSeal, Oaep, SecurityChip};

/// How long the chip may take to make a key: some take half a minute.
const MAKING: Duration = Duration::from_mins(2);

/// How long it may take for everything else.
const ANSWER: Duration = Duration::from_secs(30);

/// DPAPI with the key of the machine.
#[derive(Debug)]
pub(crate) struct Dpapi;

impl MachineSeal for Dpapi {
    fn protection(&self) -> KeyProtection {
        KeyProtection::Dpapi
    }

    fn seal(&self, secret: &[u8]) -> io::Result<Vec<u8>> {
        calls::seal(secret)
    }

    fn open(&self, sealed: &[u8]) -> io::Result<Vec<u8>> {
        calls::unseal(sealed)
    }
}

/// The security chip of this machine, if it has one.
#[derive(Debug)]
pub(crate) struct Tpm;

impl SecurityChip for Tpm {
    fn key(&self, name: KeyName) -> Result<Option<Digest>, ChipTrouble> {
        let public = calls::chip_key(&name.to_string(), ANSWER).map_err(|error| trouble(&error))?;
        Ok(public.map(|public| Digest::of(&public)))
    }

    fn make_key(&self, name: KeyName) -> Result<Digest, ChipTrouble> {
        calls::make_chip_key(&name.to_string(), MAKING)
            .map(|public| Digest::of(&public))
            .map_err(|error| trouble(&error))
    }

    fn wrap(&self, name: KeyName, oaep: Oaep, secret: &[u8]) -> Result<Vec<u8>, ChipTrouble> {
        calls::wrap_by_chip(&name.to_string(), of(oaep), secret, ANSWER).map_err(|error| trouble(&error))
    }

    fn unwrap(&self, name: KeyName, oaep: Oaep, wrapped: &[u8]) -> Result<Vec<u8>, ChipTrouble> {
        calls::unwrap_by_chip(&name.to_string(), of(oaep), wrapped, ANSWER).map_err(|error| trouble(&error))
    }

    fn remove_key(&self, name: KeyName) -> Result<(), ChipTrouble> {
        calls::remove_chip_key(&name.to_string(), ANSWER).map_err(|error| trouble(&error))
    }
}

const fn of(oaep: Oaep) -> calls::Oaep {
    match oaep {
        Oaep::Sha256 => calls::Oaep::Sha256,
        Oaep::Sha1 => calls::Oaep::Sha1,
    }
}

fn trouble(error: &io::Error) -> ChipTrouble {
    match error.kind() {
        io::ErrorKind::Unsupported => ChipTrouble::Absent,
        io::ErrorKind::TimedOut => ChipTrouble::TimedOut,
        _ => ChipTrouble::Refused(error.raw_os_error().unwrap_or_default()),
    }
}
