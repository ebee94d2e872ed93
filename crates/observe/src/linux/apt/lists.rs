//! The package lists that APT downloaded: `/var/lib/apt/lists`.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use jiff::Timestamp;
use khien_model::{Gap, GapCode};

use super::sources::Source;
use crate::bounded::Bounded;
use crate::root::{EntryKind, Root, RootFile, gap_of_io};
use crate::text;

const FOLDER: &str = "var/lib/apt/lists";

/// The bound of one list on the disk, and of what it unpacks to. Ubuntu's largest unpacks to 90 MB.
const MAX_BYTES: u64 = 256 << 20;
const MAX_UNPACKED: u64 = 1 << 30;

/// How much of a `Release` file is looked at: its fields stand before its checksums.
const MAX_RELEASE_HEAD: u64 = 16 << 10;
const MAX_RELEASE: u64 = 64 << 20;

/// What the repository of a list says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Release {
    pub(crate) origin: String,
    pub(crate) label: String,
    pub(crate) suite: String,
    pub(crate) codename: String,
    pub(crate) version: String,
    /// `NotAutomatic: yes`: nothing is upgraded to it by itself (backports, experimental).
    pub(crate) not_automatic: bool,
    /// `ButAutomaticUpgrades: yes`: what was installed from it is upgraded from it.
    pub(crate) but_automatic_upgrades: bool,
    /// Whether it carries a signature.
    pub(crate) signed: bool,
}

impl Release {
    /// Whether it holds security updates only.
    pub(crate) fn is_security(&self) -> bool {
        self.label == "Debian-Security" || [&self.suite, &self.codename].iter().any(|name| name.ends_with("-security"))
    }
}

/// One list of packages.
#[derive(Debug)]
pub(crate) struct PackageList {
    /// The file's name, e.g. `deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages.lz4`.
    pub(crate) name: String,
    /// `None` when its repository's `Release` file is not there.
    pub(crate) release: Option<Release>,
}

/// All lists.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    pub(crate) packages: Vec<PackageList>,
    /// When the newest of them was made.
    pub(crate) newest_at: Option<Timestamp>,
    pub(crate) incomplete: Option<Gap>,
}

impl Lists {
    pub(crate) fn read(root: &Root) -> Result<Self, Gap> {
        let Some(folder) = root.list(FOLDER)? else {
            return Ok(Self::default());
        };
        let mut found = Self { incomplete: folder.incomplete, ..Self::default() };
        let names: Vec<&str> = folder
            .entries
            .iter()
            .filter(|entry| entry.kind == EntryKind::File)
            .filter_map(|entry| entry.file_name.to_str())
            .collect();
        let mut releases = Vec::new();
        for name in &names {
            let Some(stem) = name.strip_suffix("InRelease").or_else(|| name.strip_suffix("Release")) else {
                continue;
            };
            match read_release(root, name) {
                Ok(mut release) => {
                    release.signed = name.ends_with("InRelease") || names.contains(&format!("{name}.gpg").as_str());
                    releases.push((stem, release));
                }
                Err(gap) => {
                    found.incomplete.get_or_insert(gap);
                }
            }
            if let Some(metadata) = root.metadata(format!("{FOLDER}/{name}"))? {
                found.newest_at = found.newest_at.max(metadata.modified_at);
            }
        }
        for name in names.into_iter().filter(|name| is_package_list(name)) {
            let of_list = releases.iter().filter(|(stem, _)| name.starts_with(stem)).max_by_key(|(stem, _)| stem.len());
            found
                .packages
                .push(PackageList { name: name.to_owned(), release: of_list.map(|(_, release)| release.clone()) });
        }
        Ok(found)
    }

    /// What the repository of a source says about itself, when one of its lists was downloaded.
    pub(crate) fn release_of(&self, source: &Source) -> Option<&Release> {
        let stem = file_name_of(source);
        self.packages.iter().find(|list| list.name.starts_with(&stem)).and_then(|list| list.release.as_ref())
    }

    /// Why updates may be unknown although this source is configured: it was never downloaded.
    pub(crate) fn gap_of_source(&self, source: &Source) -> Option<Gap> {
        let (scheme, _) = source.uri.split_once(':')?;
        if scheme == "cdrom" {
            // A disc brings no updates.
            return None;
        }
        let stem = file_name_of(source);
        let there = self.packages.iter().any(|list| list.name.starts_with(&stem));
        (!there).then(|| {
            let detail = format!("no package list of {} {} was downloaded", source.uri, source.suite);
            Gap::with_detail(GapCode::NotObserved, detail)
        })
    }
}

fn is_package_list(name: &str) -> bool {
    let bare = name
        .rsplit_once('.')
        .filter(|(_, ending)| compression_of_ending(ending).is_some())
        .map_or(name, |(bare, _)| bare);
    bare.ends_with("_Packages")
}

/// The start of the names of a source's lists, as APT makes it of the address.
fn file_name_of(source: &Source) -> String {
    let address = source
        .uri
        .split_once("://")
        .map_or_else(|| source.uri.split_once(':').map_or(source.uri.as_str(), |(_, path)| path), |(_, rest)| rest);
    let address = address.trim_end_matches('/');
    let whole = match source.suite.strip_suffix('/') {
        Some(flat) => format!("{address}/{flat}"),
        None => format!("{address}/dists/{}/", source.suite),
    };
    let mut name = String::with_capacity(whole.len());
    for letter in whole.trim_start_matches('/').chars() {
        match letter {
            '/' => name.push('_'),
            // APT escapes these, so that a `/` turned into `_` stays the only one of its kind.
            '_' | '~' | '\\' | '|' | '{' | '}' | '[' | ']' | '<' | '>' | '"' | '^' | '=' | '!' | '@' | '#' | '$'
            | '%' | '&' | '*' => {
                let mut bytes = [0; 4];
                for byte in letter.encode_utf8(&mut bytes).bytes() {
                    // Writing into a String cannot fail.
                    let _ = write!(name, "%{byte:02x}");
                }
            }
            other => name.push(other),
        }
    }
    name
}

fn read_release(root: &Root, name: &str) -> Result<Release, Gap> {
    let path = format!("{FOLDER}/{name}");
    let Some(file) = root.open_file(&path, MAX_RELEASE)? else {
        return Err(Gap::with_detail(GapCode::Unreadable, format!("/{path} vanished")));
    };
    let mut head = Vec::new();
    file.take(MAX_RELEASE_HEAD).read_to_end(&mut head).map_err(|error| gap_of_io(Path::new(&path), &error))?;
    Ok(parse_release(&head))
}

fn parse_release(head: &[u8]) -> Release {
    let mut release = Release::default();
    for line in head.split(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let (field, value) = line.split_at_checked(colon).unwrap_or((line, &[]));
        let value = text::name(value.get(1..).unwrap_or_default().trim_ascii());
        match field {
            b"Origin" => release.origin = value,
            b"Label" => release.label = value,
            b"Suite" => release.suite = value,
            b"Codename" => release.codename = value,
            b"Version" => release.version = value,
            b"NotAutomatic" => release.not_automatic = value == "yes",
            b"ButAutomaticUpgrades" => release.but_automatic_upgrades = value == "yes",
            b"MD5Sum" | b"SHA1" | b"SHA256" | b"SHA512" => break,
            _ => {}
        }
    }
    release
}

/// How a list is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compression {
    Gzip,
    Lz4,
    Zstd,
    /// Recognised, but not unpacked here: APT itself keeps lists in the forms above, or plain.
    Other,
}

fn compression_of_ending(ending: &str) -> Option<Compression> {
    Some(match ending {
        "gz" => Compression::Gzip,
        "lz4" => Compression::Lz4,
        "zst" => Compression::Zstd,
        "xz" | "bz2" | "lzma" => Compression::Other,
        _ => return None,
    })
}

/// Opens a list for reading, unpacked and bounded. `None` when it vanished.
pub(crate) fn open(root: &Root, list: &PackageList) -> Result<Option<Box<dyn BufRead>>, Gap> {
    let path = format!("{FOLDER}/{}", list.name);
    let Some(file) = root.open_file(&path, MAX_BYTES)? else {
        return Ok(None);
    };
    let ending = list.name.rsplit_once('.').map_or("", |(_, ending)| ending);
    unpacked(file, compression_of_ending(ending)).map(Some).map_err(|error| gap_of_io(Path::new(&path), &error))
}

/// Unpacks `file` by its ending.
fn unpacked(file: RootFile, compression: Option<Compression>) -> io::Result<Box<dyn BufRead>> {
    fn bounded(reader: impl Read + 'static) -> Box<dyn BufRead> {
        Box::new(BufReader::with_capacity(64 << 10, Bounded::new(reader, MAX_UNPACKED)))
    }
    Ok(match compression {
        None => Box::new(BufReader::with_capacity(64 << 10, file)),
        Some(Compression::Gzip) => bounded(flate2::read::MultiGzDecoder::new(BufReader::new(file))),
        Some(Compression::Lz4) => bounded(lz4_flex::frame::FrameDecoder::new(BufReader::new(file))),
        Some(Compression::Zstd) => bounded(
            ruzstd::decoding::StreamingDecoder::new(BufReader::new(file))
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))?,
        ),
        Some(Compression::Other) => {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "a list in this compression is not read"));
        }
    })
}

/// Opens a packed text file (a rotated log) for reading, by its ending.
pub(crate) fn open_packed(root: &Root, path: &str, limit: u64) -> Result<Option<Box<dyn BufRead>>, Gap> {
    let Some(file) = root.open_file(path, limit)? else {
        return Ok(None);
    };
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    unpacked(file, compression_of_ending(ending)).map(Some).map_err(|error| gap_of_io(Path::new(path), &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_those_of_apt() {
        for (uri, suite, expected) in [
            ("http://deb.debian.org/debian", "bookworm", "deb.debian.org_debian_dists_bookworm_"),
            (
                "http://deb.debian.org/debian-security/",
                "bookworm-security",
                "deb.debian.org_debian-security_dists_bookworm-security_",
            ),
            ("https://x.vn/my_repo", "stable/updates", "x.vn_my%5frepo_dists_stable_updates_"),
            ("https://x.vn/flat", "./", "x.vn_flat_."),
            ("file:/srv/apt", "a", "srv_apt_dists_a_"),
        ] {
            let source = Source {
                uri: uri.to_owned(),
                suite: suite.to_owned(),
                components: vec![],
                unsigned: false,
                file: String::new(),
            };
            assert_eq!(file_name_of(&source), expected);
        }
    }

    #[test]
    fn a_release_says_what_its_lists_are_for() {
        let head = b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nOrigin: Debian\nLabel: Debian-Security\nSuite: oldstable-security\n\
                     Codename: bookworm-security\nVersion: 12\nNotAutomatic: yes\nSHA256:\n e3 0 x\nLabel: not this\n";
        let release = parse_release(head);
        assert!(release.is_security() && release.not_automatic && !release.but_automatic_upgrades);
        assert_eq!(release.label, "Debian-Security");
        for (suite, security) in
            [("jammy-security", true), ("jammy-updates", false), ("jammy-apps-security", true), ("", false)]
        {
            assert_eq!(Release { suite: suite.to_owned(), ..Release::default() }.is_security(), security, "{suite}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(content: Vec<u8>) {
            parse_release(&content);
        }
    }
}
