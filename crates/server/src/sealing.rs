//! Secrets that the server must be able to use again, such as the password by which a directory is read: kept in the
//! database sealed with a key that lies beside it, in the data folder. Whoever has the one without the other has nothing.
//!
//! A secret is sealed for one purpose ([`seal`] takes it): put into another place, it opens no longer.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};

/// The name of the file with the key, in the data folder. Servers over one database share it.
pub const KEY_FILE: &str = "sealing.key";
/// How many bytes the key has.
const KEY_BYTES: usize = 32;
/// How a sealed secret begins: another way of sealing would begin otherwise.
const FIRST_WAY: &str = "1.";

/// Why a secret cannot be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealProblem {
    /// The file with the key cannot be read or written, or holds none.
    Key {
        /// The file.
        path: PathBuf,
        /// Why.
        detail: String,
    },
    /// The system gives no random bytes.
    NoChance,
    /// It was sealed with another key or for another purpose, or somebody changed it.
    Broken,
}

impl std::fmt::Display for SealProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Key { path, detail } => write!(formatter, "{}: {detail}", path.display()),
            Self::NoChance => formatter.write_str("the system gives no random bytes"),
            Self::Broken => formatter.write_str("it was sealed with another key or for another purpose"),
        }
    }
}

/// Seals `secret` for `purpose` with the key in `folder`, which is made when there is none.
pub fn seal(folder: &Path, secret: &str, purpose: &str) -> Result<String, SealProblem> {
    let key = match read_key(folder)? {
        Some(key) => key,
        None => make_key(folder)?,
    };
    let mut nonce = [0; NONCE_LEN];
    SystemRandom::new().fill(&mut nonce).map_err(|_| SealProblem::NoChance)?;
    let mut sealed = secret.as_bytes().to_vec();
    let sealing =
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose.as_bytes()), &mut sealed);
    sealing.map_err(|_| SealProblem::Broken)?;
    Ok(format!("{FIRST_WAY}{}", URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat())))
}

/// Opens what was sealed for `purpose` with the key in `folder`.
pub fn open(folder: &Path, sealed: &str, purpose: &str) -> Result<String, SealProblem> {
    let detail = "there is no such file".to_owned();
    let key = read_key(folder)?.ok_or_else(|| SealProblem::Key { path: folder.join(KEY_FILE), detail })?;
    let bytes = sealed.strip_prefix(FIRST_WAY).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let bytes = bytes.ok_or(SealProblem::Broken)?;
    let (nonce, content) = bytes.split_at_checked(NONCE_LEN).ok_or(SealProblem::Broken)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealProblem::Broken)?;
    let mut content = content.to_vec();
    let opened =
        key.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut content).map_err(|_| SealProblem::Broken)?;
    String::from_utf8(opened.to_vec()).map_err(|_| SealProblem::Broken)
}

fn problem(path: &Path, error: &io::Error) -> SealProblem {
    SealProblem::Key { path: path.to_owned(), detail: error.to_string() }
}

fn key_of(path: &Path, text: &str) -> Result<LessSafeKey, SealProblem> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok().filter(|bytes| bytes.len() == KEY_BYTES);
    let key = bytes.and_then(|bytes| UnboundKey::new(&CHACHA20_POLY1305, &bytes).ok());
    let detail = "it holds no key".to_owned();
    key.map(LessSafeKey::new).ok_or_else(|| SealProblem::Key { path: path.to_owned(), detail })
}

fn read_key(folder: &Path) -> Result<Option<LessSafeKey>, SealProblem> {
    let path = folder.join(KEY_FILE);
    match fs::read_to_string(&path) {
        Ok(text) => key_of(&path, &text).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(problem(&path, &error)),
    }
}

/// Makes the key. When somebody else made one at the same moment, that one counts.
fn make_key(folder: &Path) -> Result<LessSafeKey, SealProblem> {
    let path = folder.join(KEY_FILE);
    let mut bytes = [0; KEY_BYTES];
    SystemRandom::new().fill(&mut bytes).map_err(|_| SealProblem::NoChance)?;
    let name: String = URL_SAFE_NO_PAD.encode(bytes.get(..NONCE_LEN).unwrap_or_default());
    // The name tells nothing of the key: it is made of other random bytes.
    SystemRandom::new().fill(&mut bytes).map_err(|_| SealProblem::NoChance)?;
    let beside = folder.join(format!("{KEY_FILE}.{name}"));
    fs::create_dir_all(folder).map_err(|error| problem(folder, &error))?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&beside).and_then(|mut file| {
        file.write_all(format!("{}\n", URL_SAFE_NO_PAD.encode(bytes)).as_bytes())?;
        file.sync_all()
    });
    // Linked to its name only when it is whole, and never over one that is there.
    let linked = written.and_then(|()| fs::hard_link(&beside, &path));
    let _ = fs::remove_file(&beside);
    match linked {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(problem(&path, &error)),
    }
    let detail = "it is gone again".to_owned();
    read_key(folder)?.ok_or(SealProblem::Key { path, detail })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_purpose_and_with_its_key_only() {
        let (folder, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let (folder, other) = (folder.path(), other.path());
        let sealed = seal(folder, "Đọc-danh-bạ-1", "c ldaps://dc").expect("a key");
        assert!(!sealed.contains("danh"));
        assert_ne!(seal(folder, "Đọc-danh-bạ-1", "c ldaps://dc").expect("a key"), sealed);
        assert_eq!(open(folder, &sealed, "c ldaps://dc").as_deref(), Ok("Đọc-danh-bạ-1"));
        assert_eq!(open(folder, &sealed, "c ldaps://elsewhere"), Err(SealProblem::Broken));
        for broken in ["", "1.", "1.xyz", &sealed.replace("1.", "2."), sealed.get(..sealed.len() - 2).expect("ASCII")] {
            assert_eq!(open(folder, broken, "c ldaps://dc"), Err(SealProblem::Broken), "{broken}");
        }
        assert!(matches!(open(other, &sealed, "c ldaps://dc"), Err(SealProblem::Key { .. })));
        seal(other, "x", "y").expect("another key");
        assert_eq!(open(other, &sealed, "c ldaps://dc"), Err(SealProblem::Broken));
    }

    #[test]
    fn a_key_that_is_none_is_said_and_never_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(KEY_FILE);
        fs::write(&path, "short").expect("a file");
        assert!(matches!(seal(folder.path(), "x", "y"), Err(SealProblem::Key { .. })));
        assert_eq!(fs::read_to_string(&path).expect("a file"), "short");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_the_key() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        seal(folder.path(), "x", "y").expect("a key");
        let mode = fs::metadata(folder.path().join(KEY_FILE)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing else is left behind");
    }
}
