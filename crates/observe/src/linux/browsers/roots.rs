//! Where browsers keep the profiles of a user, and where they look for the rules of the machine.

use std::path::{Path, PathBuf};

use khien_model::facts::BrowserKind;
use khien_model::{Gap, GapCode, Listing};

use crate::browsers::{Engine, Profile};
use crate::linux::context::Context;
use crate::linux::homes::{Home, homes};
use crate::root::{EntryKind, Root, shown};

/// One way to have a browser on a machine. A browser from a distribution, as a snap and as a Flatpak is three: each looks
/// for its rules in its own places.
#[derive(Debug)]
pub(super) struct Installation {
    pub(super) browser: BrowserKind,
    pub(super) engine: Engine,
    /// Folders of profiles beneath a home; `*` stands for any one name.
    data: &'static [&'static str],
    /// Files that are there when it is installed.
    programs: &'static [&'static str],
    pub(super) policies: Policies,
}

#[cfg(test)]
impl Installation {
    pub(super) fn data(&self) -> &'static [&'static str] {
        self.data
    }
}

/// Where the rules of the machine stand.
#[derive(Debug, Clone, Copy)]
pub(super) enum Policies {
    /// Chromium: folders with `managed` and `recommended` in them.
    Folders(&'static [&'static str]),
    /// Firefox: the first of `system` that is there decides alone, else the first of `distribution`.
    Files { system: &'static [&'static str], distribution: &'static [&'static str] },
    /// Nothing dependable is known, for this reason.
    Undocumented(&'static str),
}

const SANDBOXED: Policies = Policies::Undocumented("a browser in a Flatpak does not see the policies in /etc");

/// Every installation that is known. Chromium browsers: `GetDefaultUserDataDirectory` of each; Cốc Cốc for Linux: what its
/// Debian package installs, and Windows's folders under Wine.
pub(super) static INSTALLATIONS: &[Installation] = &[
    Installation {
        browser: BrowserKind::Chrome,
        engine: Engine::Chromium,
        data: &[
            ".config/google-chrome",
            ".config/google-chrome-beta",
            ".config/google-chrome-unstable",
            ".config/google-chrome-canary",
        ],
        programs: &[
            "opt/google/chrome/chrome",
            "opt/google/chrome-beta/chrome",
            "opt/google/chrome-unstable/chrome",
            "opt/google/chrome-canary/chrome",
        ],
        policies: Policies::Folders(&["etc/opt/chrome/policies"]),
    },
    Installation {
        browser: BrowserKind::Chrome,
        engine: Engine::Chromium,
        data: &[
            ".var/app/com.google.Chrome/config/google-chrome",
            ".var/app/com.google.ChromeDev/config/google-chrome-unstable",
        ],
        programs: &["var/lib/flatpak/app/com.google.Chrome", "var/lib/flatpak/app/com.google.ChromeDev"],
        policies: SANDBOXED,
    },
    Installation {
        browser: BrowserKind::Edge,
        engine: Engine::Chromium,
        data: &[".config/microsoft-edge", ".config/microsoft-edge-beta", ".config/microsoft-edge-dev"],
        programs: &[
            "opt/microsoft/msedge/msedge",
            "opt/microsoft/msedge-beta/msedge",
            "opt/microsoft/msedge-dev/msedge",
        ],
        policies: Policies::Folders(&["etc/opt/edge/policies"]),
    },
    Installation {
        browser: BrowserKind::Edge,
        engine: Engine::Chromium,
        data: &[".var/app/com.microsoft.Edge/config/microsoft-edge"],
        programs: &["var/lib/flatpak/app/com.microsoft.Edge"],
        policies: SANDBOXED,
    },
    Installation {
        browser: BrowserKind::CocCoc,
        engine: Engine::Chromium,
        data: &[
            ".config/coccoc-browser",
            ".config/coccoc/Browser",
            ".wine/drive_c/users/*/AppData/Local/CocCoc/Browser/User Data",
            ".wine/drive_c/users/*/Local Settings/Application Data/CocCoc/Browser/User Data",
        ],
        programs: &["usr/bin/coccoc-browser-stable", "usr/bin/coccoc-browser"],
        policies: Policies::Undocumented("its maker says nowhere where Cốc Cốc for Linux looks for policies"),
    },
    Installation {
        browser: BrowserKind::Chromium,
        engine: Engine::Chromium,
        data: &[".config/chromium"],
        programs: &["usr/lib/chromium/chromium", "usr/lib64/chromium-browser/chromium-browser"],
        policies: Policies::Folders(&["etc/chromium/policies"]),
    },
    Installation {
        browser: BrowserKind::Chromium,
        engine: Engine::Chromium,
        data: &["snap/chromium/common/chromium"],
        programs: &["snap/chromium/current", "var/lib/snapd/snap/chromium/current"],
        policies: Policies::Folders(&["etc/chromium-browser/policies"]),
    },
    Installation {
        browser: BrowserKind::Chromium,
        engine: Engine::Chromium,
        data: &[
            ".var/app/org.chromium.Chromium/config/chromium",
            ".var/app/io.github.ungoogled_software.ungoogled_chromium/config/chromium",
        ],
        programs: &["var/lib/flatpak/app/org.chromium.Chromium"],
        policies: SANDBOXED,
    },
    Installation {
        browser: BrowserKind::Brave,
        engine: Engine::Chromium,
        data: &[
            ".config/BraveSoftware/Brave-Browser",
            ".config/BraveSoftware/Brave-Browser-Beta",
            ".config/BraveSoftware/Brave-Browser-Nightly",
            "snap/brave/current/.config/BraveSoftware/Brave-Browser",
        ],
        programs: &["opt/brave.com/brave/brave", "snap/brave/current"],
        policies: Policies::Folders(&["etc/brave/policies"]),
    },
    Installation {
        browser: BrowserKind::Brave,
        engine: Engine::Chromium,
        data: &[".var/app/com.brave.Browser/config/BraveSoftware/Brave-Browser"],
        programs: &["var/lib/flatpak/app/com.brave.Browser"],
        policies: SANDBOXED,
    },
    Installation {
        browser: BrowserKind::Vivaldi,
        engine: Engine::Chromium,
        data: &[
            ".config/vivaldi",
            ".config/vivaldi-snapshot",
            "snap/vivaldi/current/.config/vivaldi",
            ".var/app/com.vivaldi.Vivaldi/config/vivaldi",
        ],
        programs: &["opt/vivaldi/vivaldi", "snap/vivaldi/current", "var/lib/flatpak/app/com.vivaldi.Vivaldi"],
        policies: Policies::Undocumented("its maker says nowhere where Vivaldi for Linux looks for policies"),
    },
    Installation {
        browser: BrowserKind::Opera,
        engine: Engine::Chromium,
        data: &[
            ".config/opera",
            ".config/opera-beta",
            ".config/opera-developer",
            "snap/opera/current/.config/opera",
            ".var/app/com.opera.Opera/config/opera",
        ],
        programs: &["usr/bin/opera", "snap/opera/current", "var/lib/flatpak/app/com.opera.Opera"],
        policies: Policies::Undocumented("its maker says nowhere where Opera for Linux looks for policies"),
    },
    Installation {
        browser: BrowserKind::Yandex,
        engine: Engine::Chromium,
        data: &[".config/yandex-browser", ".config/yandex-browser-beta"],
        programs: &["opt/yandex/browser/browser", "opt/yandex/browser-beta/browser"],
        policies: Policies::Folders(&["etc/opt/yandex/browser/policies"]),
    },
    Installation {
        browser: BrowserKind::Firefox,
        engine: Engine::Firefox,
        data: &[".mozilla/firefox", ".config/mozilla/firefox"],
        programs: &[
            "usr/lib/firefox/firefox",
            "usr/lib64/firefox/firefox",
            "usr/lib/firefox-esr/firefox-esr",
            "opt/firefox/firefox",
        ],
        policies: Policies::Files {
            system: &["etc/firefox/policies/policies.json"],
            distribution: &[
                "usr/lib/firefox/distribution/policies.json",
                "usr/lib64/firefox/distribution/policies.json",
                "usr/lib/firefox-esr/distribution/policies.json",
                "opt/firefox/distribution/policies.json",
            ],
        },
    },
    Installation {
        browser: BrowserKind::Firefox,
        engine: Engine::Firefox,
        data: &["snap/firefox/common/.mozilla/firefox", "snap/firefox/common/.config/mozilla/firefox"],
        programs: &["snap/firefox/current", "var/lib/snapd/snap/firefox/current"],
        policies: Policies::Files { system: &["etc/firefox/policies/policies.json"], distribution: &[] },
    },
    Installation {
        browser: BrowserKind::Firefox,
        engine: Engine::Firefox,
        data: &[".var/app/org.mozilla.firefox/.mozilla/firefox", ".var/app/org.mozilla.firefox/config/mozilla/firefox"],
        programs: &["var/lib/flatpak/app/org.mozilla.firefox"],
        policies: SANDBOXED,
    },
];

/// A profile that is there.
#[derive(Debug)]
pub(crate) struct FoundProfile {
    pub(super) installation: &'static Installation,
    /// Whose it is.
    pub(crate) user: String,
    /// The home it was found in.
    pub(crate) home: PathBuf,
    /// Its folder, beneath the root.
    pub(crate) folder: PathBuf,
}

impl FoundProfile {
    /// It as every system has it.
    pub(super) fn profile(&self) -> Profile<'_> {
        let Installation { browser, engine, .. } = *self.installation;
        Profile { browser, engine, user: &self.user, folder: &self.folder }
    }

    /// Whether it is of the Chromium family.
    pub(crate) fn is_chromium(&self) -> bool {
        self.installation.engine == Engine::Chromium
    }
}

/// Every profile of every user.
pub(crate) fn profiles(context: &Context) -> Listing<FoundProfile> {
    let root = &context.root;
    let homes = homes(context);
    let mut found = Listing { items: Vec::new(), incomplete: homes.incomplete };
    for home in &homes.items {
        if let Some(gap) = hides_something(root, &home.path) {
            found.note_gap(gap);
        }
        for installation in INSTALLATIONS {
            for data in installation.data {
                for folder in expand(root, &home.path, data, &mut found) {
                    add_profiles(root, installation, home, &folder, &mut found);
                }
            }
        }
    }
    found
}

/// Folders of a home beneath which profiles are.
const PARENTS: &[&str] = &[".config", ".mozilla", ".var", "snap", ".wine"];

/// What ecryptfs leaves in a home that is not open: a link that explains how to open it.
const CLOSED_HOME: &str = "Access-Your-Private-Data.desktop";

/// Why a home may hold profiles that cannot be seen.
fn hides_something(root: &Root, home: &Path) -> Option<Gap> {
    let look = || {
        root.list(home)?;
        if root.read_link(home.join(CLOSED_HOME))?.is_some() {
            return Err(Gap::with_detail(GapCode::Unsupported, format!("{}: encrypted, and not open", shown(home))));
        }
        let data = INSTALLATIONS.iter().flat_map(|installation| installation.data);
        for folder in PARENTS.iter().chain(data.filter(|data| !data.contains('*'))) {
            let path = home.join(folder);
            if root.leads_nowhere(&path)? {
                let detail = format!("{}: a link that leads nowhere", shown(&path));
                return Err(Gap::with_detail(GapCode::Unreadable, detail));
            }
        }
        Ok(())
    };
    look().err()
}

/// Whether the browser is installed, its profiles aside.
pub(super) fn is_installed(root: &Root, installation: &Installation) -> bool {
    // A program that cannot be looked at is not found: nobody could start it either.
    installation.programs.iter().any(|program| root.exists(program).unwrap_or(false))
}

/// The folders that a pattern of the table stands for.
fn expand(root: &Root, home: &Path, pattern: &str, found: &mut Listing<FoundProfile>) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once("/*/") else {
        return vec![home.join(pattern)];
    };
    let parent = home.join(before);
    match root.list(&parent) {
        Ok(Some(folder)) => folder
            .entries
            .iter()
            .filter(|entry| entry.kind == EntryKind::Folder)
            .map(|entry| parent.join(&entry.file_name).join(after))
            .collect(),
        Ok(None) => Vec::new(),
        Err(gap) => {
            found.note_gap(gap);
            Vec::new()
        }
    }
}

fn add_profiles(
    root: &Root,
    installation: &'static Installation,
    home: &Home,
    folder: &Path,
    found: &mut Listing<FoundProfile>,
) {
    let folders = match installation.engine.profile_folders(root, folder) {
        Ok(folders) => folders,
        Err(gap) => return found.note_gap(gap),
    };
    if let Some(gap) = folders.incomplete {
        found.note_gap(gap);
    }
    for folder in folders.items {
        found.items.push(FoundProfile { installation, user: home.user.clone(), home: home.path.clone(), folder });
    }
}
