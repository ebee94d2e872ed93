//! Which services systemd starts with the machine.

use std::collections::BTreeSet;
use std::path::Path;

use khien_model::{Gap, GapCode};

use crate::root::{EntryKind, Root};

/// Where units are, the administrator's first.
const FOLDERS: [&str; 4] =
    ["etc/systemd/system", "usr/local/lib/systemd/system", "usr/lib/systemd/system", "lib/systemd/system"];

/// Where a masked unit points.
const NOTHING: &str = "/dev/null";

/// The units that start with the machine.
#[derive(Debug, Default)]
pub(crate) struct Units {
    enabled: BTreeSet<String>,
}

impl Units {
    /// Reads the folders `*.wants` and `*.requires` of every target.
    pub(crate) fn read(root: &Root) -> Result<Self, Gap> {
        let (mut enabled, mut masked) = (BTreeSet::new(), BTreeSet::new());
        let mut found = false;
        for folder in FOLDERS {
            let Some(listed) = root.list(folder)? else { continue };
            found = true;
            if let Some(gap) = listed.incomplete {
                return Err(gap);
            }
            for entry in &listed.entries {
                let name = entry.name();
                let path = Path::new(folder).join(&entry.file_name);
                let ending = Path::new(&name).extension().and_then(|ending| ending.to_str());
                match (entry.kind, ending) {
                    (EntryKind::Folder, Some("wants" | "requires")) => {
                        let units = root.list(&path)?.unwrap_or_default();
                        enabled.extend(units.entries.iter().map(crate::root::Entry::name));
                    }
                    (EntryKind::Link, _) if root.read_link(&path)?.is_some_and(|to| to == Path::new(NOTHING)) => {
                        masked.insert(name);
                    }
                    _ => {}
                }
            }
        }
        if !found {
            return Err(Gap::with_detail(GapCode::Unsupported, "systemd does not start the services of this machine"));
        }
        enabled.retain(|unit| !masked.contains(unit));
        Ok(Self { enabled })
    }

    /// Whether one of these units starts with the machine. A name that ends in `@` stands for every instance of a template.
    pub(crate) fn any_enabled(&self, units: &[&str]) -> bool {
        units.iter().any(|unit| {
            if unit.ends_with('@') {
                self.enabled.range((*unit).to_owned()..).next().is_some_and(|name| name.starts_with(unit))
            } else {
                self.enabled.contains(*unit)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;

    #[test]
    fn enabled_units_are_those_that_a_target_wants_and_nobody_masks() {
        let machine = Machine::new();
        assert_eq!(Units::read(&machine.context().root).unwrap_err().code, GapCode::Unsupported);
        machine.enabled_unit("ssh.service");
        machine.enabled_unit("ufw.service");
        machine.link("etc/systemd/system/ufw.service", "/dev/null");
        machine.link("etc/systemd/system/multi-user.target.wants/vncserver@:1.service", "/lib/x");
        machine.file("lib/systemd/system/xrdp.service", "[Install]\n");
        machine.link("lib/systemd/system/sockets.target.wants/cups.socket", "../cups.socket");
        let units = Units::read(&machine.context().root).unwrap();
        for (unit, enabled) in [
            ("ssh.service", true),
            ("ufw.service", false),
            ("xrdp.service", false),
            ("cups.socket", true),
            ("vncserver@", true),
            ("x0vncserver@", false),
        ] {
            assert_eq!(units.any_enabled(&[unit]), enabled, "{unit}");
        }
    }
}
