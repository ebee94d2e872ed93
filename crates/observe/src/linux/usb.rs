//! `usb`: whether USB storage can be used, and whether something starts by itself when a medium is plugged in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use khien_model::facts::Usb;
use khien_model::{Gap, GapCode};

use super::context::Context;
use super::dconf::{Settings, Value, distribution_default};
use super::desktops::{self, Desktop};
use super::homes::homes;
use super::units::Units;
use crate::keyfile;
use crate::root::{Root, shown};

/// Both drivers of USB storage: a stick that one of them cannot have, the other one takes.
const DRIVERS: [&str; 2] = ["usb_storage", "uas"];

/// Where modprobe looks; a file of an earlier folder replaces one of the same name in a later one.
const FOLDERS: [&str; 5] =
    ["etc/modprobe.d", "run/modprobe.d", "usr/local/lib/modprobe.d", "usr/lib/modprobe.d", "lib/modprobe.d"];

const MAX_FILE_BYTES: u64 = 1 << 20;

/// The list of what the kernel has without loading it.
const BUILTIN: &str = "modules.builtin";

#[expect(clippy::unnecessary_wraps, reason = "every collector has this form")]
pub(crate) fn collect(context: &Context) -> Result<Usb, Gap> {
    Ok(Usb { storage_blocked: storage_blocked(context).into(), autorun_off: autorun_off(context).into() })
}

fn storage_blocked(context: &Context) -> Result<bool, Gap> {
    if usbguard_runs(context)? {
        return Ok(true);
    }
    let root = &context.root;
    let blocked = blocked_drivers(root)?;
    if !DRIVERS.iter().all(|driver| blocked.iter().any(|found| found == driver)) {
        return Ok(false);
    }
    // A driver that is there already is not loaded any more, and so not blocked.
    if loaded(context, "usb_storage")? || loaded(context, "uas")? {
        return Ok(false);
    }
    Ok(!is_builtin(root)?)
}

/// USBGuard is in force when it runs and does not allow what no rule names.
fn usbguard_runs(context: &Context) -> Result<bool, Gap> {
    if !context.root.exists("usr/sbin/usbguard-daemon")? {
        return Ok(false);
    }
    let in_force = match context.runs(&["usbguard-daemon"]) {
        Ok(runs) => runs,
        Err(_) if context.running.is_err() => Units::read(&context.root)?.any_enabled(&["usbguard.service"]),
        Err(gap) => return Err(gap),
    };
    if !in_force {
        return Ok(false);
    }
    let settings = context.root.read_text("etc/usbguard/usbguard-daemon.conf", MAX_FILE_BYTES)?.unwrap_or_default();
    Ok(keyfile::value(&settings, "", "ImplicitPolicyTarget") != Some("allow"))
}

/// Whether a driver is loaded; `false` on a machine that does not run.
fn loaded(context: &Context, driver: &str) -> Result<bool, Gap> {
    Ok(context.running.is_ok() && context.root.exists(Path::new("sys/module").join(driver))?)
}

/// Whether a kernel has the driver inside. modprobe has no say about those.
fn is_builtin(root: &Root) -> Result<bool, Gap> {
    for folder in ["usr/lib/modules", "lib/modules"] {
        let Some(kernels) = root.list(folder)? else { continue };
        for kernel in &kernels.entries {
            let path = Path::new(folder).join(&kernel.file_name).join(BUILTIN);
            let text = root.read_text(path, MAX_FILE_BYTES)?.unwrap_or_default();
            if text.lines().any(|line| line.ends_with("/usb-storage.ko") || line.ends_with("/uas.ko")) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    Ok(false)
}

/// The drivers of storage that modprobe will not load.
fn blocked_drivers(root: &Root) -> Result<Vec<String>, Gap> {
    let mut files: BTreeMap<String, PathBuf> = BTreeMap::new();
    for folder in FOLDERS {
        let listed = root.list(folder)?.unwrap_or_default();
        if let Some(gap) = listed.incomplete {
            return Err(gap);
        }
        for entry in listed.entries.iter().filter(|entry| entry.file_name.as_encoded_bytes().ends_with(b".conf")) {
            files.entry(entry.name()).or_insert_with(|| Path::new(folder).join(&entry.file_name));
        }
    }
    let mut blocked = Vec::new();
    for path in files.values() {
        // A link to /dev/null switches a file off; it is no file.
        if root.read_link(path)?.is_some_and(|target| target == Path::new("/dev/null")) {
            continue;
        }
        let bytes = root.read(path, MAX_FILE_BYTES)?.unwrap_or_default();
        let text = String::from_utf8(bytes)
            .map_err(|_| Gap::with_detail(GapCode::Malformed, format!("{}: not UTF-8", shown(path))))?;
        blocked.extend(blocked_by(&text));
    }
    Ok(blocked)
}

/// The modules that a file of modprobe.d keeps from being loaded: `install MODULE /bin/false`, `blacklist MODULE`.
fn blocked_by(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let (command, module) = (words.next()?, words.next()?);
        let blocks = match command {
            "blacklist" => true,
            "install" => words.next().is_some_and(|program| {
                matches!(program.rsplit('/').next(), Some("false" | "true")) && words.next().is_none()
            }),
            _ => false,
        };
        blocks.then(|| module.replace('-', "_"))
    })
}

const AUTORUN_NEVER: &str = "/org/gnome/desktop/media-handling/autorun-never";
const AUTOMOUNT: &str = "/org/gnome/desktop/media-handling/automount";

/// Without a desktop nothing starts by itself. GNOME and its relatives ask the user's settings; Plasma never starts programs
/// from a medium.
fn autorun_off(context: &Context) -> Result<bool, Gap> {
    let root = &context.root;
    for desktop in desktops::installed(root)? {
        match desktop {
            Desktop::Plasma => {}
            Desktop::Gnome => {
                let homes = homes(context);
                for home in homes.items.iter().filter(|home| home.user != "root") {
                    let settings = Settings::read(root, &home.path, &[AUTORUN_NEVER, AUTOMOUNT])?;
                    let value = |key, default| {
                        let value = match settings.value(key) {
                            Some(value) => Some(value.clone()),
                            None => distribution_default(root, key)?,
                        };
                        Ok::<_, Gap>(if let Some(Value::Bool(value)) = value { value } else { default })
                    };
                    if !value(AUTORUN_NEVER, false)? && value(AUTOMOUNT, true)? {
                        return Ok(false);
                    }
                }
                if let Some(gap) = homes.incomplete {
                    return Err(gap);
                }
            }
            other => {
                let detail = format!("how the desktop {other:?} treats media is not known");
                return Err(Gap::with_detail(GapCode::Unsupported, detail));
            }
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::dconf::write_database;
    use crate::linux::testing::Machine;
    use proptest::prelude::*;

    fn blocked(machine: &Machine) -> Result<bool, GapCode> {
        storage_blocked(&machine.context()).map_err(|gap| gap.code)
    }

    #[test]
    fn both_drivers_have_to_be_blocked() {
        let machine = Machine::new().running();
        assert_eq!(blocked(&machine), Ok(false));
        machine.file("etc/modprobe.d/a.conf", "# no sticks\ninstall usb-storage /bin/false\n");
        assert_eq!(blocked(&machine), Ok(false));
        machine.file("usr/lib/modprobe.d/b.conf", "blacklist uas\n");
        assert_eq!(blocked(&machine), Ok(true));
        // The administrator's file of the same name switches the other off.
        machine.link("etc/modprobe.d/b.conf", "/dev/null");
        assert_eq!(blocked(&machine), Ok(false));
        machine.file("run/modprobe.d/c.conf", "install uas /usr/bin/true\n");
        assert_eq!(blocked(&machine), Ok(true));
        machine.file("lib/modules/6.1.0/modules.builtin", "kernel/drivers/usb/storage/usb-storage.ko\n");
        assert_eq!(blocked(&machine), Ok(false));
        machine.file("lib/modules/6.1.0/modules.builtin", "kernel/drivers/usb/core/usbcore.ko\n");
        machine.folder("sys/module/usb_storage");
        assert_eq!(blocked(&machine), Ok(false));
    }

    #[test]
    fn usbguard_blocks_while_it_runs() {
        let machine = Machine::new().running();
        machine.file("usr/sbin/usbguard-daemon", "");
        machine.enabled_unit("usbguard.service");
        assert_eq!(blocked(&machine), Ok(false));
        machine.process(80, "usbguard-daemon");
        assert_eq!(blocked(&machine), Ok(true));
        machine.file("etc/usbguard/usbguard-daemon.conf", "ImplicitPolicyTarget=allow\n");
        assert_eq!(blocked(&machine), Ok(false));
    }

    #[test]
    fn lines_of_modprobe() {
        for (line, expected) in [
            ("blacklist usb-storage", Some("usb_storage")),
            ("install usb_storage /bin/true", Some("usb_storage")),
            ("install usb-storage /usr/bin/false", Some("usb_storage")),
            ("install usb-storage /sbin/modprobe --ignore-install usb-storage", None),
            ("install usb-storage /bin/true ; /sbin/modprobe x", None),
            ("#blacklist uas", None),
            ("options uas x=1", None),
            ("blacklist", None),
        ] {
            assert_eq!(blocked_by(line).next().as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn gnome_runs_things_unless_it_is_told_not_to() {
        let machine = Machine::with_user();
        let off = || autorun_off(&machine.context()).map_err(|gap| gap.code);
        assert_eq!(off(), Ok(true));
        machine.file("usr/share/wayland-sessions/gnome.desktop", "");
        assert_eq!(off(), Ok(false));
        machine.file("home/an/.config/dconf/user", write_database(&[(AUTORUN_NEVER, &[1], "b")], &[]));
        assert_eq!(off(), Ok(true));
        machine.file("home/an/.config/dconf/user", write_database(&[(AUTOMOUNT, &[0], "b")], &[]));
        assert_eq!(off(), Ok(true));
        machine.file("usr/share/xsessions/xfce.desktop", "");
        assert_eq!(off(), Err(GapCode::Unsupported));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,60}|((install|blacklist|/bin/false|uas|[ \n])){0,12}") {
            blocked_by(&text).for_each(drop);
        }
    }
}
