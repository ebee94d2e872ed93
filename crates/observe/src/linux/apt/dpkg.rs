//! `/var/lib/dpkg/status`: what is installed.

use std::io::{self, BufReader};
use std::path::Path;

use khien_model::{Gap, GapCode, Listing};

use super::stanza;
use crate::root::{Root, gap_of_io};
use crate::text;

/// The database of dpkg.
pub(crate) const STATUS: &str = "var/lib/dpkg/status";

/// The folder with one file per package where images are put together without dpkg's database (distroless).
const STATUS_FOLDER: &str = "var/lib/dpkg/status.d";

/// The bound of the database; a machine with 5,000 packages has 10 MB.
const MAX_BYTES: u64 = 256 << 20;

/// How many packages are read.
pub(crate) const MAX_PACKAGES: usize = 50_000;

/// One installed package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: Box<str>,
    pub(crate) architecture: Box<str>,
    pub(crate) version: Box<str>,
    pub(crate) maintainer: Box<str>,
}

/// The installed packages, sorted by name. `None` when dpkg is not what manages this machine.
pub(crate) fn read(root: &Root) -> Result<Option<Listing<Package>>, Gap> {
    let Some(file) = root.open_file(STATUS, MAX_BYTES)? else {
        if root.exists(STATUS_FOLDER)? {
            let detail = "packages are recorded one by one in /var/lib/dpkg/status.d";
            return Err(Gap::with_detail(GapCode::Unsupported, detail));
        }
        return Ok(None);
    };
    parse(BufReader::new(file)).map(Some).map_err(|error| gap_of_io(Path::new(STATUS), &error))
}

fn parse(input: impl io::BufRead) -> io::Result<Listing<Package>> {
    let mut packages = Listing::default();
    let fields = ["Package", "Status", "Version", "Architecture", "Maintainer"];
    stanza::for_each(input, fields, |[name, status, version, architecture, maintainer]| {
        if packages.items.len() == MAX_PACKAGES {
            packages.note_gap(Gap::with_detail(GapCode::TooLarge, format!("more than {MAX_PACKAGES} packages")));
            return Ok(());
        }
        let state = status.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
        match state {
            b"not-installed" | b"config-files" | b"half-installed" => {}
            b"installed" | b"unpacked" | b"half-configured" | b"triggers-awaited" | b"triggers-pending"
                if !name.is_empty() && !version.is_empty() =>
            {
                packages.items.push(Package {
                    name: text::name(name).into(),
                    architecture: text::name(architecture).into(),
                    version: text::name(version).into(),
                    maintainer: text::name(maintainer).into(),
                });
            }
            _ => {
                let detail = format!("/{STATUS}: package {:?} has no state or version", text::name(name));
                packages.note_gap(Gap::with_detail(GapCode::Malformed, detail));
            }
        }
        Ok::<_, io::Error>(())
    })?;
    if packages.items.is_empty() {
        packages.note_gap(Gap::with_detail(GapCode::Malformed, format!("/{STATUS} lists no installed package")));
    }
    packages.items.sort_unstable_by(|a, b| a.name.cmp(&b.name).then_with(|| a.architecture.cmp(&b.architecture)));
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installed_packages_are_told_from_removed_ones() {
        let content = "Package: zlib1g\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1:1.2\n\n\
                       Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\n\
                       Package: held\nStatus: hold ok installed\nMaintainer: Ngô <a@b>\nArchitecture: all\nVersion: 2\n";
        let packages = parse(content.as_bytes()).unwrap();
        assert_eq!(packages.incomplete, None);
        let names: Vec<&str> = packages.items.iter().map(|package| &*package.name).collect();
        assert_eq!(names, ["held", "zlib1g"]);
        assert_eq!(&*packages.items[0].maintainer, "Ngô <a@b>");
    }

    #[test]
    fn a_broken_or_empty_database_is_not_an_empty_machine() {
        for content in ["", "\0\0\0\0", "Package: a\n", "Package: a\nStatus: install ok installed\n"] {
            assert_eq!(parse(content.as_bytes()).unwrap().incomplete.unwrap().code, GapCode::Malformed, "{content:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(content: Vec<u8>) {
            let _ = parse(&content[..]);
        }
    }
}
