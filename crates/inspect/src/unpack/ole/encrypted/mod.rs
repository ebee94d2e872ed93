//! Encrypted documents: those since Office 2007, which lie in a compound file as a whole ([MS-OFFCRYPTO] 2.3.4), and what
//! older ones share.

mod agile;
mod crypt;
pub(super) mod legacy;
mod standard;
#[cfg(test)]
mod tests;

use super::compound::{Compound, EntryKind};
use super::{Taken, unpacked};
use crate::bytes::{u16_le, u64_le};
use crate::kinds::office::OFFICE_PASSWORD;
use crate::walk::Inside;
use crate::{Limit, Location, Reason};

/// The stream that says how a document is encrypted, and the one that it lies in.
const INFO: &str = "EncryptionInfo";
const PACKAGE: &str = "EncryptedPackage";
/// How much of the former is read.
const MAX_INFO_BYTES: u64 = 256 * 1024;
/// How often keys are hashed for one document, all passwords together: formats let files ask for any number.
const MAX_HASHES: u64 = 10_000_000;
/// Passwords that Excel and PowerPoint try by themselves, so that a document encrypted with them opens without a word.
pub(super) const DEFAULT_PASSWORDS: &[&str] = &["VelvetSweatshop", "/01Hannes Ruescher/01", ""];

/// Tries the passwords of the programs and those of the caller. With the value that one leads to comes what may be said of
/// it: a password of a person is not repeated.
pub(super) fn tried<T>(
    inside: &mut Inside<'_, '_>,
    mut attempt: impl FnMut(&str) -> Option<T>,
) -> Result<Option<(&'static str, String, T)>, Reason> {
    for password in DEFAULT_PASSWORDS {
        inside.count_try()?;
        if let Some(value) = attempt(password) {
            let said = if password.is_empty() { "empty password" } else { password };
            return Ok(Some((said, (*password).to_owned(), value)));
        }
    }
    for number in 0.. {
        let Some(password) = inside.password(number)? else { break };
        if let Some(value) = attempt(&password) {
            return Ok(Some(("known password", password, value)));
        }
    }
    Ok(None)
}

/// Opens the document in a compound file, if it is an encrypted one.
pub(super) fn open(file: &Compound<'_>, inside: &mut Inside<'_, '_>, taken: &mut Taken) {
    let package = file.entries.iter().position(|entry| entry.path == PACKAGE && entry.kind == EntryKind::Stream);
    let Some((place, entry)) = package.and_then(|place| Some((place, file.entries.get(place)?))) else { return };
    taken.insert(place);
    let content = unpacked(file, entry, inside);
    match decrypted(file, content.bytes(), inside) {
        Ok((said, plain)) => {
            inside.found(&OFFICE_PASSWORD, Location::Field(INFO.to_owned()), said);
            let mut plain = inside.take(plain);
            if let Some(cut) = content.cut() {
                plain = plain.cut_short(cut.clone());
            }
            inside.child("document", "office password", &plain);
        }
        Err(reason) => inside.unopened(PACKAGE, "office password", Some(entry.size()), reason),
    }
}

/// The document, and what may be said of the password.
fn decrypted(
    file: &Compound<'_>,
    package: &[u8],
    inside: &mut Inside<'_, '_>,
) -> Result<(&'static str, Vec<u8>), Reason> {
    let Some(info) = file.stream(INFO, MAX_INFO_BYTES) else {
        // Rights management: a server has the key.
        return Err(Reason::Encrypted);
    };
    let size = u64_le(package, 0).ok_or_else(|| Reason::damaged("the encrypted document has no length"))?;
    let body = package.get(8..).unwrap_or_default();
    let method = match (u16_le(&info.bytes, 0), u16_le(&info.bytes, 2)) {
        (Some(2..=4), Some(2)) => Method::Standard(standard::Standard::read(&info.bytes)?),
        (Some(4), Some(4)) => Method::Agile(agile::Agile::read(info.bytes.get(8..).unwrap_or_default())?),
        (Some(3 | 4), Some(3)) => return Err(Reason::Encrypted),
        (major, minor) => return Err(Reason::unsupported(format!("encryption of version {major:?}.{minor:?}"))),
    };
    let mut hashes = 0_u64;
    let mut limited = false;
    let opened = tried(inside, |password| {
        hashes = hashes.saturating_add(method.hashes());
        limited |= hashes > MAX_HASHES;
        if limited {
            return None;
        }
        method.decrypt(password, body)
    })?;
    let Some((said, _, mut plain)) = opened else {
        return Err(if limited { Reason::limit(Limit::Reader, MAX_HASHES) } else { Reason::Encrypted });
    };
    plain.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    Ok((said, plain))
}

/// The two ways.
enum Method {
    Standard(standard::Standard),
    Agile(agile::Agile),
}

impl Method {
    /// How many hashes one try takes.
    fn hashes(&self) -> u64 {
        match self {
            Self::Standard(_) => standard::SPINS,
            Self::Agile(agile) => agile.spins(),
        }
    }

    /// The document, if the password is the right one.
    fn decrypt(&self, password: &str, body: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Standard(standard) => standard.decrypt(password, body),
            Self::Agile(agile) => agile.decrypt(password, body),
        }
    }
}
