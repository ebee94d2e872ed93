//! Installed packages against package lists: what is newer, and what came from where.
//!
//! Lists are read as a stream, and of each package only what is installed is kept: a machine's 60,000 listed packages
//! cost no memory.

use std::cmp::Ordering;

use jiff::Timestamp;
use khien_model::{Gap, GapCode, Listing};

use super::dpkg::{self, Package};
use super::lists::{self, Lists, PackageList, Release};
use super::preferences::Preferences;
use super::{sources, stanza, version};
use crate::cancel::Cancel;
use crate::root::{Root, gap_of_io};

/// What the lists say about one installed package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Listed {
    /// The newest version in lists that updates are taken from, when newer than the installed one.
    pub(crate) newer: Option<Box<str>>,
    /// The same among lists from which only what came from them is upgraded (backports).
    newer_backport: Option<Box<str>>,
    /// Whether the installed version, or a newer one, is in a list that updates are taken from.
    in_usual_list: bool,
    /// Whether a newer version mends a security flaw; `None` when a list does not say what it is for.
    pub(crate) security: Option<bool>,
    /// Whether the package is in a list that carries a signature.
    pub(crate) known: bool,
}

/// All that APT and dpkg know.
#[derive(Debug)]
pub(crate) struct Apt {
    /// The installed packages, sorted by name.
    pub(crate) packages: Listing<Package>,
    /// What the lists say about each, at the same index.
    pub(crate) listed: Vec<Listed>,
    /// When the newest list was made; `None` when there is no list at all.
    pub(crate) lists_made_at: Option<Timestamp>,
    /// Why the lists may not tell all.
    pub(crate) lists_gap: Option<Gap>,
}

impl Apt {
    /// `None` when dpkg is not what manages this machine.
    pub(crate) fn read(root: &Root, cancel: &Cancel) -> Result<Option<Self>, Gap> {
        let Some(packages) = dpkg::read(root)? else {
            return Ok(None);
        };
        let listed = vec![Listed { security: Some(false), ..Listed::default() }; packages.items.len()];
        let mut apt = Self { packages, listed, lists_made_at: None, lists_gap: None };
        apt.read_lists(root, cancel)?;
        Ok(Some(apt))
    }

    fn read_lists(&mut self, root: &Root, cancel: &Cancel) -> Result<(), Gap> {
        let lists = Lists::read(root)?;
        let mut gaps: Vec<Gap> = lists.incomplete.iter().cloned().collect();
        if lists.packages.is_empty() {
            gaps.push(Gap::with_detail(GapCode::NotObserved, "APT has downloaded no package list"));
        } else {
            self.lists_made_at = lists.newest_at;
        }
        let preferences = Preferences::read(root).unwrap_or_else(|gap| {
            gaps.push(gap);
            Preferences::default()
        });
        match sources::read(root) {
            Ok(sources) => {
                gaps.extend(sources.items.iter().filter_map(|source| lists.gap_of_source(source)));
                gaps.extend(sources.incomplete);
            }
            Err(gap) => gaps.push(gap),
        }
        for list in &lists.packages {
            if let Err(gap) = self.read_list(root, list, &preferences, cancel) {
                if gap.code == GapCode::TimedOut {
                    return Err(gap);
                }
                gaps.push(gap);
            }
        }
        self.lists_gap = gaps.into_iter().next();
        self.listed.iter_mut().for_each(Listed::settle);
        Ok(())
    }

    fn read_list(
        &mut self,
        root: &Root,
        list: &PackageList,
        preferences: &Preferences,
        cancel: &Cancel,
    ) -> Result<(), Gap> {
        let Some(input) = lists::open(root, list)? else {
            return Ok(());
        };
        let rank = Rank::of(list, preferences);
        let known = list.release.as_ref().is_some_and(|release| release.signed);
        let security = list.release.as_ref().map(Release::is_security);
        let fields = ["Package", "Version", "Architecture", "Phased-Update-Percentage"];
        let read = stanza::for_each(input, fields, |[name, version, architecture, phased]| {
            cancel.check().map_err(|_| std::io::Error::from(std::io::ErrorKind::TimedOut))?;
            let entry = ListedVersion {
                version,
                architecture,
                held_back: is_held_back(phased, security),
                rank,
                known,
                security,
            };
            let start = self.packages.items.partition_point(|package| package.name.as_bytes() < name);
            let same_name = self.packages.items.iter().zip(&mut self.listed).skip(start);
            for (package, listed) in same_name.take_while(|(package, _)| package.name.as_bytes() == name) {
                listed.add(package, &entry);
            }
            Ok::<_, std::io::Error>(())
        });
        read.map_err(|error| match error.kind() {
            std::io::ErrorKind::TimedOut => Gap::with_detail(GapCode::TimedOut, "reading package lists"),
            _ => gap_of_io(std::path::Path::new(&format!("/var/lib/apt/lists/{}", list.name)), &error),
        })
    }
}

/// What a list is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rank {
    /// Updates are taken from it.
    Usual,
    /// Updates are taken from it for what came from it.
    Backport,
    /// Updates are never taken from it.
    Never,
}

impl Rank {
    fn of(list: &PackageList, preferences: &Preferences) -> Self {
        match &list.release {
            Some(release) if release.not_automatic && release.but_automatic_upgrades => Self::Backport,
            Some(release) if release.not_automatic => Self::Never,
            Some(release) if preferences.rank_below_usual(release, &list.name) => Self::Backport,
            _ => Self::Usual,
        }
    }
}

/// One version of one package in one list.
struct ListedVersion<'a> {
    version: &'a [u8],
    architecture: &'a [u8],
    held_back: bool,
    rank: Rank,
    known: bool,
    security: Option<bool>,
}

/// Ubuntu gives an update to a growing part of all machines first; until then it is not offered here. Security updates are
/// never held back so.
fn is_held_back(phased: &[u8], security: Option<bool>) -> bool {
    let percentage: Option<u32> = std::str::from_utf8(phased).ok().and_then(|text| text.parse().ok());
    security != Some(true) && percentage.is_some_and(|percentage| percentage < 100)
}

impl Listed {
    fn add(&mut self, package: &Package, entry: &ListedVersion<'_>) {
        let same_architecture = package.architecture.as_bytes() == entry.architecture
            || &*package.architecture == "all"
            || entry.architecture == b"all";
        if !same_architecture || entry.version.is_empty() {
            return;
        }
        self.known |= entry.known;
        let order = version::compare(entry.version, package.version.as_bytes());
        if entry.rank == Rank::Usual && order.is_ge() {
            self.in_usual_list = true;
        }
        if order != Ordering::Greater || entry.held_back {
            return;
        }
        let newest = match entry.rank {
            Rank::Usual => &mut self.newer,
            Rank::Backport => &mut self.newer_backport,
            Rank::Never => return,
        };
        if newest.as_ref().is_none_or(|newest| version::compare(entry.version, newest.as_bytes()).is_gt()) {
            *newest = Some(crate::text::name(entry.version).into());
        }
        if entry.rank == Rank::Usual {
            self.security = match (self.security, entry.security) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (None, _) | (_, None) => None,
                (Some(false), Some(false)) => Some(false),
            };
        }
    }

    /// What came from backports is newer than all that the usual lists have; only then its updates come from there.
    fn settle(&mut self) {
        let backport = self.newer_backport.take();
        if !self.in_usual_list {
            self.newer = backport;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(version: &str, architecture: &str) -> Package {
        Package { name: "p".into(), architecture: architecture.into(), version: version.into(), maintainer: "".into() }
    }

    fn entry(version: &'static str, rank: Rank, security: Option<bool>) -> ListedVersion<'static> {
        ListedVersion {
            version: version.as_bytes(),
            architecture: b"amd64",
            held_back: false,
            rank,
            known: true,
            security,
        }
    }

    fn listed(package: &Package, entries: &[ListedVersion<'_>]) -> (Option<String>, Option<bool>) {
        let mut listed = Listed { security: Some(false), ..Listed::default() };
        for entry in entries {
            listed.add(package, entry);
        }
        listed.settle();
        (listed.newer.map(String::from), listed.security)
    }

    #[test]
    fn the_newest_version_of_the_usual_lists_is_the_update() {
        use Rank::{Backport, Never, Usual};
        let newest = |version: &str| Some(version.to_owned());
        let installed = package("1.0-1", "amd64");
        for (entries, expected) in [
            (vec![], (None, Some(false))),
            (vec![entry("1.0-1", Usual, Some(false))], (None, Some(false))),
            (vec![entry("0.9-1", Usual, Some(true))], (None, Some(false))),
            (
                vec![entry("1.0-2", Usual, Some(true)), entry("1.0-3", Usual, Some(false))],
                (newest("1.0-3"), Some(true)),
            ),
            (vec![entry("1.0-2", Usual, None)], (newest("1.0-2"), None)),
            (vec![entry("1.0-1", Usual, Some(false)), entry("2.0~bpo", Backport, Some(false))], (None, Some(false))),
            (
                vec![entry("0.9", Usual, Some(false)), entry("2.0~bpo", Backport, Some(false))],
                (newest("2.0~bpo"), Some(false)),
            ),
            (vec![entry("9", Never, Some(false))], (None, Some(false))),
        ] {
            assert_eq!(listed(&installed, &entries), expected);
        }
        let foreign = package("1.0-1", "i386");
        assert_eq!(listed(&foreign, &[entry("2", Usual, Some(true))]), (None, Some(false)));
    }

    #[test]
    fn phased_updates_wait_and_security_updates_do_not() {
        for (phased, security, held_back) in [
            ("10", Some(false), true),
            ("100", Some(false), false),
            ("", Some(false), false),
            ("10", Some(true), false),
            ("x", None, false),
        ] {
            assert_eq!(is_held_back(phased.as_bytes(), security), held_back, "{phased} {security:?}");
        }
    }
}
