//! The database of RPM: `rpmdb.sqlite`, one package header per row.
//!
//! A header is what `rpm` calls a header blob: two numbers (entries, bytes of data), an index of entries (tag, type,
//! offset, count; big-endian), and the data. Only four texts of it are read.

use khien_model::{Gap, GapCode, Listing};

use crate::root::Root;
use crate::sqlite::Snapshot;
use crate::text;

/// Where the database is: Fedora and new systems, then older ones.
const DATABASES: [&str; 2] = ["usr/lib/sysimage/rpm/rpmdb.sqlite", "var/lib/rpm/rpmdb.sqlite"];

/// Databases of older versions of RPM (RHEL 8 and before, openSUSE), in formats that are not read here.
const OLD_DATABASES: [&str; 3] =
    ["var/lib/rpm/Packages", "usr/lib/sysimage/rpm/Packages.db", "var/lib/rpm/Packages.db"];

/// How many packages are read.
const MAX_PACKAGES: usize = 50_000;

/// The largest header: a package of 20,000 files (`kernel-devel`) has one of 4 MB.
const MAX_HEADER_BYTES: i32 = 32 << 20;

/// How many index entries a header may have; real ones have about 80.
const MAX_ENTRIES: usize = 4096;

const INDEX_ENTRY: usize = 16;

/// The tags of signatures: over the header (DSA, RSA, OpenPGP), and over header and data (PGP, GPG).
const SIGNATURE_TAGS: [u32; 5] = [267, 268, 278, 259, 262];
const TAG_NAME: u32 = 1000;
const TAG_VERSION: u32 = 1001;
const TAG_RELEASE: u32 = 1002;
const TAG_EPOCH: u32 = 1003;
const TAG_VENDOR: u32 = 1011;

/// `gpg-pubkey`: a trusted key, kept among the packages.
const KEY_PACKAGE: &str = "gpg-pubkey";

/// One installed package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// `[epoch:]version-release`.
    pub(crate) version: String,
    pub(crate) vendor: Option<String>,
    /// Whether whoever built it signed it.
    pub(crate) signed: bool,
}

/// Whether RPM has a database here, of whatever age.
pub(crate) fn is_there(root: &Root) -> Result<bool, Gap> {
    for path in DATABASES.iter().chain(&OLD_DATABASES) {
        if root.exists(path)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The installed packages; `None` when RPM does not manage this machine.
pub(crate) fn read(root: &Root) -> Result<Option<Listing<Package>>, Gap> {
    for path in DATABASES {
        let Some(database) = Snapshot::take(root, path)? else {
            continue;
        };
        database.expect_table("Packages", &["hnum", "blob"])?;
        database.allow_values(MAX_HEADER_BYTES)?;
        let mut packages = Listing::default();
        database.each_row("SELECT blob FROM Packages ORDER BY hnum", |row| {
            let blob = row.get_ref(0)?.as_blob()?;
            if packages.items.len() == MAX_PACKAGES {
                packages.note_gap(Gap::with_detail(GapCode::TooLarge, format!("more than {MAX_PACKAGES} packages")));
                return Ok(());
            }
            match parse(blob) {
                Some(package) if package.name == KEY_PACKAGE => {}
                Some(package) => packages.items.push(package),
                None => packages.note_gap(Gap::with_detail(GapCode::Malformed, format!("/{path}: a package header"))),
            }
            Ok(())
        })?;
        if packages.items.is_empty() {
            packages.note_gap(Gap::with_detail(GapCode::Malformed, format!("/{path} lists no installed package")));
        }
        packages.items.sort_unstable_by(|a, b| a.name.cmp(&b.name).then_with(|| a.version.cmp(&b.version)));
        return Ok(Some(packages));
    }
    for path in OLD_DATABASES {
        if root.exists(path)? {
            let detail = format!("/{path} is a database of an older RPM");
            return Err(Gap::with_detail(GapCode::Unsupported, detail));
        }
    }
    Ok(None)
}

fn parse(blob: &[u8]) -> Option<Package> {
    let entries = usize::try_from(number(blob, 0)?).ok().filter(|entries| *entries <= MAX_ENTRIES)?;
    let length = usize::try_from(number(blob, 4)?).ok()?;
    let start = entries.checked_mul(INDEX_ENTRY)?.checked_add(8)?;
    let data = blob.get(start..start.checked_add(length)?)?;
    let find = |wanted: u32| {
        (0..entries).map(|entry| 8 + entry * INDEX_ENTRY).find(|at| number(blob, *at) == Some(wanted)).and_then(|at| {
            let offset = usize::try_from(number(blob, at + 8)?).ok()?;
            data.get(offset..)
        })
    };
    let string = |wanted: u32| {
        let bytes = find(wanted)?;
        let end = bytes.iter().position(|byte| *byte == 0)?;
        Some(text::name(bytes.get(..end)?))
    };
    let name = string(TAG_NAME).filter(|name| !name.is_empty())?;
    let (version, release) = (string(TAG_VERSION)?, string(TAG_RELEASE)?);
    let version = match find(TAG_EPOCH).and_then(|bytes| number(bytes, 0)) {
        Some(epoch) if epoch > 0 => format!("{epoch}:{version}-{release}"),
        _ => format!("{version}-{release}"),
    };
    let signed = SIGNATURE_TAGS.iter().any(|tag| find(*tag).is_some());
    Some(Package {
        name,
        version,
        signed,
        vendor: string(TAG_VENDOR).filter(|vendor| !vendor.is_empty() && vendor != "(none)"),
    })
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header as RPM writes it.
    fn header(texts: &[(u32, &str)], epoch: Option<u32>) -> Vec<u8> {
        let (mut index, mut data) = (Vec::new(), Vec::<u8>::new());
        let mut entry = |tag: u32, kind: u32, value: &[u8]| {
            for number in [tag, kind, u32::try_from(data.len()).unwrap(), 1] {
                index.extend(number.to_be_bytes());
            }
            data.extend(value);
        };
        if let Some(epoch) = epoch {
            entry(TAG_EPOCH, 4, &epoch.to_be_bytes());
        }
        for (tag, text) in texts {
            entry(*tag, 6, format!("{text}\0").as_bytes());
        }
        let entries = u32::try_from(texts.len() + usize::from(epoch.is_some())).unwrap();
        let mut blob = entries.to_be_bytes().to_vec();
        blob.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        blob.extend(index);
        blob.extend(data);
        blob
    }

    #[test]
    fn a_header_gives_name_version_and_vendor() {
        let texts =
            [(TAG_NAME, "bash"), (TAG_VERSION, "5.2.26"), (TAG_RELEASE, "3.fc40"), (TAG_VENDOR, "Fedora Project")];
        let package = parse(&header(&texts, None)).unwrap();
        assert_eq!((package.name.as_str(), package.version.as_str()), ("bash", "5.2.26-3.fc40"));
        assert_eq!(package.vendor.as_deref(), Some("Fedora Project"));
        assert_eq!(parse(&header(&texts, Some(2))).unwrap().version, "2:5.2.26-3.fc40");
        assert_eq!(parse(&header(&texts[1..], None)), None);
        assert!(!package.signed && parse(&header(&[&texts[..], &[(268, "signature")]].concat(), None)).unwrap().signed);
    }

    #[test]
    fn headers_are_read_up_to_their_bound() {
        let long = |length: usize| {
            let filler = "x".repeat(length);
            header(&[(TAG_NAME, "kernel-devel"), (TAG_VERSION, "6"), (TAG_RELEASE, "1"), (1027, &filler)], None)
        };
        let bound = usize::try_from(MAX_HEADER_BYTES).unwrap();
        for (blob, expected) in [(long(4 << 20), true), (long(bound), false)] {
            let machine = crate::linux::testing::Machine::new();
            machine.folder("var/lib/rpm");
            let database = rusqlite::Connection::open(machine.path("var/lib/rpm/rpmdb.sqlite")).unwrap();
            database.execute_batch("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB)").unwrap();
            database.execute("INSERT INTO Packages (blob) VALUES (?1)", [blob]).unwrap();
            drop(database);
            let found = read(&machine.context().root);
            assert_eq!(found.is_ok(), expected);
            assert!(found.is_ok() || found.unwrap_err().code == GapCode::TooLarge);
        }
    }

    #[test]
    fn a_header_that_lies_about_its_size_is_refused() {
        let whole = header(&[(TAG_NAME, "bash"), (TAG_VERSION, "1"), (TAG_RELEASE, "1")], Some(1));
        for length in 0..whole.len() {
            assert_eq!(parse(whole.get(..length).unwrap()), None, "{length}");
        }
        let mut endless = whole;
        endless[..4].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(parse(&endless), None);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(start in 0u32..4, blob: Vec<u8>) {
            let mut header = start.to_be_bytes().to_vec();
            header.extend(blob);
            parse(&header);
        }
    }
}
