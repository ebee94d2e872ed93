//! The folder of installed packs, and whose packs are trusted there.
//!
//! ```text
//! /var/lib/khien/rules/            or the user's own, or one that was named
//!   trusted-keys                   a key a line
//!   signature-base.khien-rules
//! ```

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use khien_rules::{MAX_PACK_BYTES, Pack, PackProblem, PublisherKey, verify};
use khien_texts::labels::shortened;

use crate::i18n::{Texts, text};
use crate::input;
use crate::output;
use crate::problem::Problem;

/// Where a machine has the packs that all its users scan with.
const MACHINE: &str = "/var/lib/khien/rules";
/// Where a user has packs of their own, beneath the folder of their data.
const OWN: &str = "khien/rules";
/// What packs end in.
pub(super) const ENDING: &str = "khien-rules";
/// The file of trusted keys.
const TRUSTED: &str = "trusted-keys";
/// The largest file of trusted keys, in bytes.
const MAX_TRUSTED_BYTES: u64 = 256 * 1024;
/// How many packs a folder has at most.
const MAX_PACKS: usize = 64;

/// A folder of packs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    /// Whether somebody named it: then it must be there.
    is_named: bool,
}

/// Why a pack is not used.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It cannot be read; the words of the system.
    Unreadable(String),
    /// It is not in order.
    Pack(PackProblem),
}

impl Trouble {
    /// In the user's language.
    pub(crate) fn words(&self, texts: &Texts) -> String {
        match self {
            Self::Unreadable(detail) => text!(texts, "rules-unreadable", detail = shortened(detail)),
            Self::Pack(problem) => super::words(problem, texts),
        }
    }
}

/// A pack in a folder.
pub(crate) struct Installed {
    /// Its file, or the folder itself when that cannot be read.
    pub(crate) path: PathBuf,
    pub(crate) pack: Result<Pack, Trouble>,
}

impl Installed {
    /// What it is called: by itself if it is in order, else by its file.
    pub(crate) fn name(&self) -> String {
        let file = || output::shown(Path::new(self.path.file_name().unwrap_or(self.path.as_os_str())));
        self.pack.as_ref().map_or_else(|_| file(), |pack| pack.manifest.name.clone())
    }
}

/// What tells one state of a folder from another: every file with its size, its place on the disk and its last change.
pub(crate) type Fingerprint = Vec<(PathBuf, u64, u64, Option<SystemTime>)>;

impl Folder {
    /// The folder that somebody named.
    pub(crate) fn named(path: &Path) -> Self {
        Self { path: path.to_owned(), is_named: true }
    }

    /// Where packs are installed: in the named folder, in the machine's for root, else in the user's own.
    pub(super) fn to_install(named: Option<&Path>, texts: &Texts) -> Result<Self, Problem> {
        if let Some(path) = named {
            return Ok(Self { path: path.to_owned(), is_named: false });
        }
        if rustix::process::geteuid().is_root() {
            return Ok(Self { path: MACHINE.into(), is_named: false });
        }
        let path = own().ok_or_else(|| Problem::Worded {
            what: texts.text("rules-no-home"),
            hints: vec![texts.text("rules-no-home-todo")],
        })?;
        Ok(Self { path, is_named: false })
    }

    /// The folders whose packs are used: the named one, else the machine's and the user's own.
    pub(crate) fn in_use(named: Option<&Path>) -> Vec<Self> {
        if let Some(path) = named {
            return vec![Self::named(path)];
        }
        let own = own().filter(|_| !rustix::process::geteuid().is_root());
        std::iter::once(MACHINE.into()).chain(own).map(|path| Self { path, is_named: false }).collect()
    }

    /// The keys that are trusted in it.
    pub(super) fn trusted(&self) -> Result<Vec<PublisherKey>, Trouble> {
        let path = self.path.join(TRUSTED);
        if !path.exists() {
            return Ok(Vec::new());
        }
        let unreadable = |detail: String| Trouble::Unreadable(format!("{}: {detail}", path.display()));
        let bytes = bounded(&path, MAX_TRUSTED_BYTES).map_err(|error| unreadable(error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|error| unreadable(error.to_string()))?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(|line| line.parse().map_err(|_| unreadable(shortened(line)))).collect()
    }

    /// Trusts exactly these keys.
    pub(super) fn set_trusted(&self, keys: &[PublisherKey]) -> Result<(), Problem> {
        self.make()?;
        let lines: Vec<String> = keys.iter().map(|key| format!("{key}\n")).collect();
        crate::output::write_file(&self.path.join(TRUSTED), &lines.concat())
    }

    /// Makes the folder if it is not there.
    pub(super) fn make(&self) -> Result<(), Problem> {
        let cannot = |error: io::Error| Problem::CannotWrite { path: self.path.clone(), detail: error.to_string() };
        fs::create_dir_all(&self.path).map_err(cannot)
    }

    /// The files of packs in it, in the order of their names.
    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == ENDING) {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    /// The packs in it, those that are not in order too. A folder that is not there has none, unless somebody named it.
    pub(crate) fn packs(&self) -> Vec<Installed> {
        let broken = |trouble: Trouble| vec![Installed { path: self.path.clone(), pack: Err(trouble) }];
        let files = match self.files() {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !self.is_named => return Vec::new(),
            Err(error) => return broken(Trouble::Unreadable(error.to_string())),
        };
        let trusted = match self.trusted() {
            Ok(trusted) => trusted,
            Err(trouble) => return broken(trouble),
        };
        let too_many = PackProblem::TooLarge { what: "packs", found: files.len(), most: MAX_PACKS };
        let is_too_many = files.len() > MAX_PACKS;
        let mut packs: Vec<Installed> = files.into_iter().take(MAX_PACKS).map(|path| read(path, &trusted)).collect();
        if is_too_many {
            packs.extend(broken(Trouble::Pack(too_many)));
        }
        packs
    }

    /// What tells its state from another.
    fn fingerprint(&self) -> Fingerprint {
        let files = self.files().unwrap_or_default().into_iter().chain([self.path.join(TRUSTED), self.path.clone()]);
        let seen = files.map(|path| match fs::metadata(&path) {
            Ok(metadata) => (path, metadata.len(), metadata.ino(), metadata.modified().ok()),
            Err(_) => (path, 0, 0, None),
        });
        seen.collect()
    }
}

/// What tells one state of these folders from another.
pub(crate) fn fingerprint(folders: &[Folder]) -> Fingerprint {
    folders.iter().flat_map(Folder::fingerprint).collect()
}

/// The user's own folder (XDG Base Directory Specification).
fn own() -> Option<PathBuf> {
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".local/share"));
    data.or(home).map(|folder| folder.join(OWN))
}

fn read(path: PathBuf, trusted: &[PublisherKey]) -> Installed {
    let pack = match bounded(&path, MAX_PACK_BYTES as u64) {
        Ok(bytes) => verify(&bytes, trusted).map_err(Trouble::Pack),
        Err(error) => Err(Trouble::Unreadable(error.to_string())),
    };
    Installed { path, pack }
}

/// The bytes of a file of at most so many.
fn bounded(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(fs::File::open(path)?, limit + 1), &mut bytes)?;
    if bytes.len() as u64 > limit { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

/// The bytes of a pack that somebody named.
pub(super) fn pack_bytes(path: &Path) -> Result<Vec<u8>, Problem> {
    input::read_bytes(path, MAX_PACK_BYTES as u64)
}
