//! The device's private key: made here, readable by its owner only. On Windows it is sealed with the key of the machine too,
//! so that a copy of the file is of no use elsewhere.

use std::io;
use std::path::Path;

use khien_protocol::SigningKey;
use ring::rand::SystemRandom;
use ring::signature::Ed25519KeyPair;

use super::files;
use crate::Problem;

/// The longest key file, in bytes.
const MAX_BYTES: usize = 1024;

/// Reads the key; `None` when there is none. One that others could have read is refused: it may be on another machine too.
pub(super) fn read(path: &Path) -> Result<Option<SigningKey>, Problem> {
    let Some(bytes) = files::read(path, MAX_BYTES)? else { return Ok(None) };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = std::fs::metadata(path).map_err(|error| files::unusable(path, &error))?;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(Problem::KeyExposed { path: path.to_owned(), mode });
        }
    }
    let broken = |detail: String| Problem::StateBroken { path: path.to_owned(), detail };
    let bytes = opened(&bytes).map_err(|error| broken(error.to_string()))?;
    SigningKey::from_pkcs8(&bytes).map(Some).map_err(|_| broken("not an Ed25519 key".to_owned()))
}

/// Reads the key, or makes one.
pub(super) fn read_or_make(path: &Path) -> Result<SigningKey, Problem> {
    if let Some(key) = read(path)? {
        return Ok(key);
    }
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| Problem::NoRandomness)?;
    let sealed = sealed(document.as_ref()).map_err(|error| files::unusable(path, &error))?;
    files::write(path, &sealed)?;
    SigningKey::from_pkcs8(document.as_ref()).map_err(|_| Problem::NoRandomness)
}

/// The key as it lies on the disk.
fn sealed(key: &[u8]) -> io::Result<Vec<u8>> {
    #[cfg(windows)]
    return khien_windows_calls::seal(key);
    #[cfg(not(windows))]
    Ok(key.to_vec())
}

/// The key out of what lies on the disk.
fn opened(sealed: &[u8]) -> io::Result<Vec<u8>> {
    #[cfg(windows)]
    return khien_windows_calls::unseal(sealed);
    #[cfg(not(windows))]
    Ok(sealed.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key.pk8");
        assert!(read(&path).expect("readable").is_none());
        let made = read_or_make(&path).expect("made").public_key();
        assert_eq!(read_or_make(&path).expect("kept").public_key(), made);
        std::fs::write(&path, b"not a key").expect("written");
        assert!(matches!(read_or_make(&path), Err(Problem::StateBroken { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key.pk8");
        read_or_make(&path).expect("made");
        for mode in [0o640, 0o604, 0o620, 0o666] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("changed");
            assert!(matches!(read(&path), Err(Problem::KeyExposed { mode: found, .. }) if found == mode), "{mode:o}");
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).expect("changed");
        assert!(read(&path).expect("readable").is_some());
    }
}
