//! Which desktops a user can choose when logging in.

use std::collections::BTreeSet;
use std::path::Path;

use khien_model::Gap;

use crate::root::Root;

/// Where the files of sessions are.
const FOLDERS: [&str; 2] = ["usr/share/xsessions", "usr/share/wayland-sessions"];

/// A desktop.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Desktop {
    Gnome,
    Cinnamon,
    Mate,
    Plasma,
    Xfce,
    /// One that is not known here, by the name of its session file.
    Other(String),
}

/// How the names of session files begin.
const NAMES: [(&str, Desktop); 8] = [
    ("gnome", Desktop::Gnome),
    ("ubuntu", Desktop::Gnome),
    ("budgie", Desktop::Gnome),
    ("cinnamon", Desktop::Cinnamon),
    ("mate", Desktop::Mate),
    ("plasma", Desktop::Plasma),
    ("kde", Desktop::Plasma),
    ("xfce", Desktop::Xfce),
];

/// Every desktop that is installed.
pub(crate) fn installed(root: &Root) -> Result<BTreeSet<Desktop>, Gap> {
    let mut desktops = BTreeSet::new();
    for folder in FOLDERS {
        let listed = root.list(folder)?.unwrap_or_default();
        if let Some(gap) = listed.incomplete {
            return Err(gap);
        }
        for entry in &listed.entries {
            let name = entry.name();
            let Some(name) =
                Path::new(&name).file_stem().and_then(|stem| stem.to_str()).filter(|_| name.ends_with(".desktop"))
            else {
                continue;
            };
            let lower = name.to_lowercase();
            let known = NAMES.iter().find(|(start, _)| lower.starts_with(start)).map(|(_, desktop)| desktop.clone());
            desktops.insert(known.unwrap_or_else(|| Desktop::Other(name.to_owned())));
        }
    }
    Ok(desktops)
}
