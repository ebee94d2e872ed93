//! The device's private key: made here, readable by its owner only. On Windows it is sealed with the key of the machine too,
//! so that a copy of the file is of no use elsewhere, and by the machine's security chip where it has one.

use std::path::Path;

use khien_model::facts::KeyProtection;
use khien_protocol::SigningKey;
use ring::rand::SystemRandom;
use ring::signature::Ed25519KeyPair;

use super::envelope::{self, is_envelope};
use super::files;
use super::vault::{Closed, Vault};
use crate::Problem;

/// The longest key file, in bytes.
const MAX_BYTES: usize = envelope::MAX_BYTES;

/// Reads the key; `None` when there is none. One that others could have read is refused: it may be on another machine too.
///
/// A key that was sealed without the chip, before there was one or by an older program, is sealed anew when there is one.
pub(super) fn read(path: &Path, vault: &Vault<'_>) -> Result<Option<SigningKey>, Problem> {
    let Some(file) = files::read(path, MAX_BYTES)? else { return Ok(None) };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = std::fs::metadata(path).map_err(|error| files::unusable(path, &error))?;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(Problem::KeyExposed { path: path.to_owned(), mode });
        }
    }
    let secret = vault.open(&file).map_err(|closed| problem(path, closed))?;
    let key = SigningKey::from_pkcs8(&secret)
        .map_err(|_| Problem::StateBroken { path: path.to_owned(), detail: "not an Ed25519 key".to_owned() })?;
    if !is_envelope(&file)
        && let Ok(better) = vault.seal_by_chip(&secret)
    {
        // Where it cannot be written the file stays what it was, and this is tried again the next time.
        let _ = files::write(path, &better);
    }
    Ok(Some(key))
}

/// Reads the key, or makes one. A key that is there and cannot be opened is never replaced.
pub(super) fn read_or_make(path: &Path, vault: &Vault<'_>) -> Result<SigningKey, Problem> {
    if let Some(key) = read(path, vault)? {
        return Ok(key);
    }
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| Problem::NoRandomness)?;
    let file = vault.seal(document.as_ref()).map_err(|closed| problem(path, closed))?;
    files::write(path, &file)?;
    SigningKey::from_pkcs8(document.as_ref()).map_err(|_| Problem::NoRandomness)
}

/// What protects the key; `None` when there is none.
pub(super) fn protection(path: &Path, vault: &Vault<'_>) -> Result<Option<KeyProtection>, Problem> {
    let Some(file) = files::read(path, MAX_BYTES)? else { return Ok(None) };
    vault.protection(&file).map(Some).map_err(|bad| problem(path, bad.into()))
}

/// Removes what the machine's chip keeps for the key.
#[cfg(any(windows, test))]
pub(super) fn forget(path: &Path, vault: &Vault<'_>) {
    vault.forget(files::read(path, MAX_BYTES).ok().flatten().as_deref());
}

fn problem(path: &Path, closed: Closed) -> Problem {
    let path = path.to_owned();
    match closed {
        Closed::Broken(detail) => Problem::StateBroken { path, detail },
        Closed::Machine(error) => Problem::StateBroken { path, detail: error.to_string() },
        Closed::Chip(why) => Problem::KeyInChip { path, why },
        Closed::NoRandomness => Problem::NoRandomness,
    }
}

#[cfg(test)]
mod tests {
    use super::super::vault::ChipTrouble;
    use super::super::vault::tests::{Chip, Machine, vault};
    use super::*;

    const NOBODY: Machine = Machine(1);

    #[test]
    fn a_key_is_made_once_and_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key.pk8");
        let vault = vault(&NOBODY, None);
        assert!(read(&path, &vault).expect("readable").is_none());
        assert_eq!(protection(&path, &vault), Ok(None));
        let made = read_or_make(&path, &vault).expect("made").public_key();
        assert_eq!(read_or_make(&path, &vault).expect("kept").public_key(), made);
        assert_eq!(protection(&path, &vault), Ok(Some(KeyProtection::Dpapi)));
        for broken in [b"not a key".as_slice(), b"KHIENKEY", b"KHIENKEY\x02", &vec![0; MAX_BYTES + 1]] {
            std::fs::write(&path, broken).expect("written");
            assert!(matches!(read_or_make(&path, &vault), Err(Problem::StateBroken { .. })));
            assert_eq!(std::fs::read(&path).expect("there"), broken, "no new identity");
        }
    }

    #[test]
    fn a_key_without_the_chip_is_sealed_anew_when_there_is_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key.pk8");
        let made = read_or_make(&path, &vault(&NOBODY, None)).expect("made").public_key();
        let before = std::fs::read(&path).expect("there");
        let chip = Chip::default();
        let with_chip = vault(&NOBODY, Some(&chip));
        // A chip that does not work now costs nothing, and neither does a disk that takes nothing.
        for trouble in [ChipTrouble::Absent, ChipTrouble::Refused(1), ChipTrouble::TimedOut] {
            chip.is_troubled(Some(trouble));
            assert_eq!(read(&path, &with_chip).expect("open").expect("there").public_key(), made);
            assert_eq!(std::fs::read(&path).expect("there"), before);
        }
        chip.is_troubled(None);
        let unfinished = folder.path().join("key.pk8.unfinished");
        std::fs::create_dir(&unfinished).expect("in the way");
        assert_eq!(read(&path, &with_chip).expect("open").expect("there").public_key(), made);
        assert_eq!(std::fs::read(&path).expect("there"), before);
        std::fs::remove_dir(&unfinished).expect("removed");
        assert_eq!(read(&path, &with_chip).expect("open").expect("there").public_key(), made);
        assert_eq!(protection(&path, &with_chip), Ok(Some(KeyProtection::Tpm)));
        assert_eq!(chip.keys(), 1, "what the first attempt left behind serves again");
        let sealed = std::fs::read(&path).expect("there");
        assert_eq!(read(&path, &with_chip).expect("open").expect("there").public_key(), made);
        assert_eq!(std::fs::read(&path).expect("there"), sealed, "it is sealed once");
    }

    #[test]
    fn a_key_whose_chip_is_gone_is_never_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key.pk8");
        let chip = Chip::default();
        let made = read_or_make(&path, &vault(&NOBODY, Some(&chip))).expect("made").public_key();
        let sealed = std::fs::read(&path).expect("there");
        let trouble = |chip: Option<&Chip>| match read_or_make(&path, &vault(&NOBODY, chip)) {
            Err(Problem::KeyInChip { why, .. }) => why,
            other => panic!("{:?}", other.map(|key| key.public_key())),
        };
        assert_eq!(trouble(None), ChipTrouble::Absent);
        assert_eq!(trouble(Some(&Chip::default())), ChipTrouble::NoKey);
        chip.is_troubled(Some(ChipTrouble::Refused(5)));
        assert_eq!(trouble(Some(&chip)), ChipTrouble::Refused(5));
        assert_eq!(std::fs::read(&path).expect("there"), sealed);
        // It was away for a while only.
        chip.is_troubled(None);
        assert_eq!(read_or_make(&path, &vault(&NOBODY, Some(&chip))).expect("open").public_key(), made);
        chip.clear();
        assert_eq!(trouble(Some(&chip)), ChipTrouble::NoKey);
        // Who enrols anew removes the folder first.
        std::fs::remove_file(&path).expect("removed");
        assert_ne!(read_or_make(&path, &vault(&NOBODY, Some(&chip))).expect("made").public_key(), made);
        forget(&path, &vault(&NOBODY, Some(&chip)));
        assert_eq!(chip.keys(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key.pk8");
        let vault = vault(&NOBODY, None);
        read_or_make(&path, &vault).expect("made");
        for mode in [0o640, 0o604, 0o620, 0o666] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("changed");
            assert!(
                matches!(read(&path, &vault), Err(Problem::KeyExposed { mode: found, .. }) if found == mode),
                "{mode:o}"
            );
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).expect("changed");
        assert!(read(&path, &vault).expect("readable").is_some());
    }
}
