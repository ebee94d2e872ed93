//! Which package lists an administrator ranked below the others (apt_preferences(5)).
//!
//! Only rules for all packages (`Package: *`) with a priority below the usual 500 matter here: they say "do not take
//! updates from there". A rule that keeps one package at an old version does not make that version safe, so the newer one
//! still counts as missing.

use khien_model::{Gap, GapCode};

use super::lists::Release;
use crate::root::{EntryKind, Root};

/// The bound of one file of preferences.
const MAX_BYTES: u64 = 1 << 20;

/// The priority of a list without rules.
const USUAL_PRIORITY: i32 = 500;

/// One rule for all packages.
#[derive(Debug, PartialEq, Eq)]
struct Rule {
    /// `release` with its conditions, or `origin` with a host.
    pin: String,
    priority: i32,
}

/// The rules for all packages.
#[derive(Debug, Default)]
pub(crate) struct Preferences(Vec<Rule>);

impl Preferences {
    pub(crate) fn read(root: &Root) -> Result<Self, Gap> {
        let mut files = vec!["etc/apt/preferences".to_owned()];
        if let Some(folder) = root.list("etc/apt/preferences.d")? {
            let names = folder.entries.iter().filter(|entry| entry.kind != EntryKind::Folder);
            let read = names
                .filter_map(|entry| entry.file_name.to_str())
                .filter(|name| !name.contains('.') || name.strip_suffix(".pref").is_some());
            files.extend(read.map(|name| format!("etc/apt/preferences.d/{name}")));
        }
        let mut preferences = Self::default();
        for file in files {
            if let Some(content) = root.read_text(&file, MAX_BYTES)? {
                preferences
                    .parse(&content)
                    .map_err(|what| Gap::with_detail(GapCode::Malformed, format!("/{file}: {what}")))?;
            }
        }
        Ok(preferences)
    }

    fn parse(&mut self, content: &str) -> Result<(), String> {
        let (mut package, mut pin, mut priority) = ("", "", None);
        for line in content.lines().chain([""]) {
            if line.trim().is_empty() {
                if package == "*"
                    && let Some(priority) = priority
                {
                    self.0.push(Rule { pin: pin.to_owned(), priority });
                }
                (package, pin, priority) = ("", "", None);
            } else if let Some((field, value)) = line.split_once(':').filter(|_| !line.starts_with(['#', ' ', '\t'])) {
                let value = value.trim();
                match field.trim().to_ascii_lowercase().as_str() {
                    "package" => package = value,
                    "pin" => pin = value,
                    "pin-priority" => priority = Some(value.parse().map_err(|_| format!("priority {value:?}"))?),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Whether a rule ranks this list below the usual.
    pub(crate) fn rank_below_usual(&self, release: &Release, list_name: &str) -> bool {
        self.0.iter().find(|rule| rule.matches(release, list_name)).is_some_and(|rule| rule.priority < USUAL_PRIORITY)
    }
}

impl Rule {
    fn matches(&self, release: &Release, list_name: &str) -> bool {
        let (kind, conditions) = self.pin.split_once(char::is_whitespace).unwrap_or((&self.pin, ""));
        match kind {
            "origin" => {
                let host = conditions.trim().trim_matches('"');
                !host.is_empty() && list_name.strip_prefix(host).is_some_and(|rest| rest.starts_with('_'))
            }
            "release" => conditions.split(',').map(str::trim).all(|condition| {
                let (field, wanted) = condition.split_once('=').unwrap_or(("a", condition));
                let found = match field {
                    "a" => &release.suite,
                    "n" => &release.codename,
                    "o" => &release.origin,
                    "l" => &release.label,
                    "v" => &release.version,
                    // A condition on components or architectures never holds for the whole of a release.
                    _ => return false,
                };
                found == wanted.trim_matches('"') || wanted == "*"
            }),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_for_all_packages_rank_lists() {
        let mut preferences = Preferences::default();
        preferences
            .parse("# note\nPackage: *\nPin: release a=testing\nPin-Priority: 100\n\nPackage: nodejs\nPin: origin x\nPin-Priority: -1\n\n\
                    Package: *\nPin: origin \"repo.vn\"\nPin-Priority: 50\n\nPackage: *\nPin: release o=Debian, n=bookworm\nPin-Priority: 900\n")
            .unwrap();
        let release = |origin: &str, suite: &str, codename: &str| Release {
            origin: origin.to_owned(),
            suite: suite.to_owned(),
            codename: codename.to_owned(),
            ..Release::default()
        };
        for (release, list, below) in [
            (release("Debian", "testing", "forky"), "deb.debian.org_debian", true),
            (release("Debian", "stable", "bookworm"), "deb.debian.org_debian", false),
            (release("Other", "stable", "x"), "repo.vn_apt_dists_x", true),
            (release("Other", "stable", "x"), "repo.vnx_apt", false),
        ] {
            assert_eq!(preferences.rank_below_usual(&release, list), below, "{release:?} {list}");
        }
        assert!(Preferences::default().parse("Pin-Priority: high\n").is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(content in "(Package: \\*|Pin: release|Pin-Priority: |[a-z0-9=,:\n ế]){0,30}") {
            let _ = Preferences::default().parse(&content);
        }
    }
}
