//! `disk`: the volumes that hold data, and whether something below them encrypts.

pub(crate) mod tables;

use std::collections::BTreeSet;
use std::path::Path;

use khien_model::facts::{Disk, Volume};
use khien_model::{Gap, GapCode, Listing, Observed};

use self::tables::Mount;
use super::context::Context;
use crate::root::Root;

/// The bound of a table of file systems.
pub(crate) const MAX_TABLE_BYTES: u64 = 4 << 20;
const MAX_ATTRIBUTE_BYTES: u64 = 4096;

/// How deep devices may lie on each other: a file system on LVM on RAID on LUKS is four.
const MAX_LAYERS: usize = 16;

/// How many devices may lie below one volume.
const MAX_DEVICES: usize = 256;

/// What a device-mapper of LUKS or plain dm-crypt calls itself.
const ENCRYPTED: &str = "CRYPT-";

/// File systems that hold data on a disk.
const ON_DISK: [&str; 12] =
    ["ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "jfs", "reiserfs", "vfat", "exfat", "ntfs3", "fuseblk"];

/// File systems that lie on disks the kernel does not name, or that may encrypt by themselves.
const OPAQUE: [&str; 3] = ["zfs", "ecryptfs", "bcachefs"];

/// What is needed to start before anything can be decrypted; nobody keeps data there.
const BOOT: [&str; 4] = ["/boot", "/boot/efi", "/efi", "/boot/firmware"];

pub(crate) fn collect(context: &Context) -> Result<Disk, Gap> {
    let volumes = match &context.running {
        Ok(()) => mounted(&context.root)?,
        Err(_) => configured(&context.root)?,
    };
    Ok(Disk { volumes: Observed::Known(volumes) })
}

/// The volumes of a running system.
fn mounted(root: &Root) -> Result<Listing<Volume>, Gap> {
    let text = root
        .read_text("proc/self/mountinfo", MAX_TABLE_BYTES)?
        .ok_or_else(|| Gap::with_detail(GapCode::Unreadable, "/proc/self/mountinfo: not there"))?;
    let mut volumes = Listing::default();
    let mut seen = BTreeSet::new();
    let mut root_found = false;
    for mount in tables::mounts(&text) {
        let opaque = OPAQUE.contains(&mount.file_system.as_str());
        if !opaque && !ON_DISK.contains(&mount.file_system.as_str()) {
            continue;
        }
        root_found |= mount.point == "/";
        // A file system that is mounted again (bind mounts, containers) is one volume; so are the parts of btrfs.
        let first_time = seen.insert((mount.device.clone(), mount.source.clone()));
        if BOOT.contains(&mount.point.as_str()) || !first_time || is_bound_file(root, &mount) {
            continue;
        }
        volumes.items.push(volume_of_mount(root, &mount, opaque));
    }
    if !root_found {
        let detail = "the root file system lies on no disk that is seen from here (a container, a live system)";
        volumes.note_gap(Gap::with_detail(GapCode::Unsupported, detail));
    }
    Ok(volumes)
}

/// Containers mount single files (`/etc/hosts`) from the disk of their host.
fn is_bound_file(root: &Root, mount: &Mount) -> bool {
    let kind = root.metadata(&mount.point).map(|metadata| metadata.map(|metadata| metadata.kind));
    mount.part != "/" && matches!(kind, Ok(Some(crate::root::EntryKind::File)))
}

fn volume_of_mount(root: &Root, mount: &Mount, opaque: bool) -> Volume {
    let device = if opaque {
        let detail = format!("whether {} encrypts is not known", mount.file_system);
        Err(Gap::with_detail(GapCode::Unsupported, detail))
    } else {
        device_folder(root, mount)
    };
    let encrypted = device.clone().and_then(|device| is_encrypted(root, &device));
    let removable = device.and_then(|device| is_removable(root, &device));
    Volume {
        mount: mount.point.clone().into(),
        file_system: mount.file_system.clone().into(),
        encrypted: encrypted.into(),
        removable: removable.into(),
    }
}

/// The name in `/sys/class/block` of the device that a mount lies on.
fn device_folder(root: &Root, mount: &Mount) -> Result<String, Gap> {
    let by_number = format!("sys/dev/block/{}", mount.device);
    if let Some(target) = root.read_link(&by_number)?
        && let Some(name) = target.file_name().and_then(|name| name.to_str())
    {
        return Ok(name.to_owned());
    }
    // btrfs has a number of its own; its source names the device.
    let name = mount.source.strip_prefix("/dev/").unwrap_or_default();
    match name.strip_prefix("mapper/") {
        Some(mapped) => {
            let devices = root.list("sys/class/block")?.unwrap_or_default();
            for entry in &devices.entries {
                let device = entry.name();
                if attribute(root, &device, "dm/name")?.as_deref() == Some(mapped) {
                    return Ok(device);
                }
            }
        }
        None if !name.is_empty() && !name.contains('/') && root.exists(Path::new("sys/class/block").join(name))? => {
            return Ok(name.to_owned());
        }
        None => {}
    }
    Err(Gap::with_detail(GapCode::NotObserved, format!("{}: no such device in /sys", mount.source)))
}

fn attribute(root: &Root, device: &str, name: &str) -> Result<Option<String>, Gap> {
    let path = Path::new("sys/class/block").join(device).join(name);
    Ok(root.read_text(path, MAX_ATTRIBUTE_BYTES)?.map(|text| text.trim_end().to_owned()))
}

/// Whether everything that is written to `device` passes an encrypting layer: its own, or one below each of the devices it
/// lies on.
fn is_encrypted(root: &Root, device: &str) -> Result<bool, Gap> {
    let mut waiting = vec![(device.to_owned(), 0)];
    let mut looked_at = 0;
    while let Some((device, layer)) = waiting.pop() {
        looked_at += 1;
        if layer > MAX_LAYERS || looked_at > MAX_DEVICES {
            return Err(Gap::with_detail(GapCode::TooLarge, format!("{device}: too many devices below each other")));
        }
        if attribute(root, &device, "dm/uuid")?.is_some_and(|id| id.starts_with(ENCRYPTED)) {
            continue;
        }
        let below = root.list(Path::new("sys/class/block").join(&device).join("slaves"))?.unwrap_or_default();
        if below.entries.is_empty() {
            return Ok(false);
        }
        waiting.extend(below.entries.iter().map(|entry| (entry.name(), layer + 1)));
    }
    Ok(true)
}

/// Whether it lies on a device that can be taken out: the kernel says so of sticks and cards, and every disk on USB is.
fn is_removable(root: &Root, device: &str) -> Result<bool, Gap> {
    let mut device = device.to_owned();
    for _ in 0..MAX_LAYERS {
        let below = root.list(Path::new("sys/class/block").join(&device).join("slaves"))?.unwrap_or_default();
        match below.entries.first() {
            Some(entry) => device = entry.name(),
            None => break,
        }
    }
    let place = root.read_link(Path::new("sys/class/block").join(&device))?;
    let Some(place) = place else {
        return Err(Gap::with_detail(GapCode::NotObserved, format!("{device}: no place in /sys")));
    };
    if place.iter().any(|part| part.to_str().is_some_and(|part| part.starts_with("usb"))) {
        return Ok(true);
    }
    // A partition asks its disk, the folder it lies in.
    let disk = place.parent().and_then(|parent| parent.file_name()).and_then(|name| name.to_str());
    let own = attribute(root, &device, "removable")?;
    let removable = match (own, disk) {
        (Some(own), _) => Some(own),
        (None, Some(disk)) => attribute(root, disk, "removable")?,
        (None, None) => None,
    };
    Ok(removable.as_deref() == Some("1"))
}

/// The volumes that the disk of another machine names in its `fstab`.
fn configured(root: &Root) -> Result<Listing<Volume>, Gap> {
    let Some(text) = root.read_text("etc/fstab", MAX_TABLE_BYTES)? else {
        return Err(Gap::with_detail(GapCode::NotObserved, "/etc/fstab: not there"));
    };
    let crypttab = root.read_text("etc/crypttab", MAX_TABLE_BYTES)?.unwrap_or_default();
    let encrypted: BTreeSet<&str> = tables::crypttab(&crypttab).collect();
    let mut volumes = Listing::default();
    let mut root_found = false;
    for entry in tables::fstab(&text) {
        root_found |= entry.point == "/";
        let opaque = OPAQUE.contains(&entry.file_system.as_str());
        if (!opaque && !ON_DISK.contains(&entry.file_system.as_str())) || BOOT.contains(&entry.point.as_str()) {
            continue;
        }
        volumes.items.push(Volume {
            mount: entry.point.into(),
            file_system: entry.file_system.into(),
            encrypted: if opaque {
                Observed::unknown(GapCode::Unsupported, "whether this file system encrypts is not known")
            } else {
                configured_encryption(&entry.source, &encrypted).into()
            },
            removable: Observed::unknown(GapCode::Unsupported, "only the running system knows its devices"),
        });
    }
    if !root_found {
        // Systems that find their root by the types of partitions have no such line.
        volumes.note_gap(Gap::with_detail(GapCode::NotObserved, "/etc/fstab: no root file system"));
    }
    Ok(volumes)
}

/// Whether the source of a line is opened by a line of `crypttab`.
fn configured_encryption(source: &str, encrypted: &BTreeSet<&str>) -> Result<bool, Gap> {
    if let Some(name) = source.strip_prefix("/dev/mapper/")
        && encrypted.contains(name)
    {
        return Ok(true);
    }
    // A partition by its own name is a partition. Anything else may lie on an encrypted device (LVM, a label inside).
    let partition = ["/dev/sd", "/dev/nvme", "/dev/vd", "/dev/mmcblk", "PARTUUID=", "PARTLABEL="];
    if partition.iter().any(|start| source.starts_with(start)) {
        return Ok(false);
    }
    if encrypted.is_empty() {
        // LVM and labels lie on plain partitions when nothing is opened at all.
        return Ok(false);
    }
    Err(Gap::with_detail(GapCode::Unsupported, format!("{source}: what it lies on is known only while it runs")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;

    type Answer = (String, Result<bool, GapCode>, Result<bool, GapCode>);

    fn volumes(machine: &Machine) -> (Vec<Answer>, Option<GapCode>) {
        let listing = match collect(&machine.context()).unwrap().volumes {
            Observed::Known(listing) => listing,
            Observed::Unknown(gap) => panic!("{gap}"),
        };
        let answer = |observed: &Observed<bool>| match observed {
            Observed::Known(value) => Ok(*value),
            Observed::Unknown(gap) => Err(gap.code),
        };
        let items = listing.items.iter().map(|volume| {
            (volume.mount.known().unwrap().clone(), answer(&volume.encrypted), answer(&volume.removable))
        });
        (items.collect(), listing.incomplete.map(|gap| gap.code))
    }

    /// A disk with a partition, as /sys shows it.
    fn disk(machine: &Machine, bus: &str, disk: &str, partition: &str, number: &str, removable: &str) {
        let place = format!("sys/devices/{bus}/block/{disk}");
        machine.file(&format!("{place}/removable"), removable);
        machine.folder(&format!("{place}/slaves"));
        machine.folder(&format!("{place}/{partition}"));
        machine.link(&format!("sys/class/block/{disk}"), &format!("../../devices/{bus}/block/{disk}"));
        machine.link(&format!("sys/class/block/{partition}"), &format!("../../devices/{bus}/block/{disk}/{partition}"));
        machine.link(&format!("sys/dev/block/{number}"), &format!("../../devices/{bus}/block/{disk}/{partition}"));
    }

    /// A device-mapper on other devices.
    fn mapper(machine: &Machine, name: &str, number: &str, id: &str, called: &str, below: &[&str]) {
        let place = format!("sys/devices/virtual/block/{name}");
        machine.file(&format!("{place}/dm/uuid"), format!("{id}\n"));
        machine.file(&format!("{place}/dm/name"), format!("{called}\n"));
        machine.file(&format!("{place}/removable"), "0\n");
        machine.folder(&format!("{place}/slaves"));
        for device in below {
            machine.link(&format!("{place}/slaves/{device}"), &format!("../../../../../class/block/{device}"));
        }
        machine.link(&format!("sys/class/block/{name}"), &format!("../../devices/virtual/block/{name}"));
        machine.link(&format!("sys/dev/block/{number}"), &format!("../../devices/virtual/block/{name}"));
    }

    fn mount(number: &str, point: &str, file_system: &str, source: &str) -> String {
        format!("1 0 {number} / {point} rw - {file_system} {source} rw\n")
    }

    #[test]
    fn encryption_is_inherited_from_below() {
        let machine = Machine::new().running();
        disk(&machine, "pci0000:00/ata1", "sda", "sda3", "8:3", "0\n");
        disk(&machine, "pci0000:00/usb2/2-1", "sdb", "sdb1", "8:17", "0\n");
        mapper(&machine, "dm-0", "254:0", "CRYPT-LUKS2-abc-sda3_crypt", "sda3_crypt", &["sda3"]);
        mapper(&machine, "dm-1", "254:1", "LVM-xyz", "vg-root", &["dm-0"]);
        mapper(&machine, "dm-2", "254:2", "LVM-uvw", "vg-half", &["dm-0", "sdb1"]);
        let table = [
            mount("254:1", "/", "ext4", "/dev/mapper/vg-root"),
            mount("254:2", "/half", "xfs", "/dev/mapper/vg-half"),
            mount("0:40", "/data", "btrfs", "/dev/mapper/sda3_crypt"),
            mount("8:17", "/media/usb", "vfat", "/dev/sdb1"),
            mount("8:3", "/boot", "ext4", "/dev/sda3"),
            mount("254:1", "/again", "ext4", "/dev/mapper/vg-root"),
            mount("0:41", "/pool", "zfs", "tank/data"),
            mount("0:5", "/proc", "proc", "proc"),
            mount("7:1", "/snap/x/1", "squashfs", "/dev/loop1"),
        ];
        machine.file("proc/self/mountinfo", table.concat());
        let unsupported = Err(GapCode::Unsupported);
        let expected = [
            ("/", Ok(true), Ok(false)),
            ("/half", Ok(false), Ok(false)),
            ("/data", Ok(true), Ok(false)),
            ("/media/usb", Ok(false), Ok(true)),
            ("/pool", unsupported, unsupported),
        ]
        .map(|(point, encrypted, removable)| (point.to_owned(), encrypted, removable));
        assert_eq!(volumes(&machine), (expected.to_vec(), None));
    }

    #[test]
    fn a_container_does_not_see_its_disk() {
        let machine = Machine::new().running();
        machine.file("proc/self/mountinfo", mount("0:50", "/", "overlay", "overlay"));
        assert_eq!(volumes(&machine), (vec![], Some(GapCode::Unsupported)));
    }

    #[test]
    fn a_device_that_lies_on_itself_is_said() {
        let machine = Machine::new().running();
        mapper(&machine, "dm-0", "254:0", "LVM-x", "a", &["dm-0"]);
        machine.file("proc/self/mountinfo", mount("254:0", "/", "ext4", "/dev/dm-0"));
        assert_eq!(volumes(&machine).0, [("/".to_owned(), Err(GapCode::TooLarge), Ok(false))]);
    }

    #[test]
    fn the_disk_of_another_machine_names_its_volumes() {
        let machine = Machine::new();
        machine.file(
            "etc/fstab",
            "/dev/mapper/root_crypt / ext4 defaults 0 1\nUUID=ab /boot ext4 defaults\nUUID=cd /home ext4 defaults\n\
             /dev/sdb1 /data xfs defaults\n/dev/sda2 none swap sw\ntank /pool zfs defaults\n",
        );
        machine.file("etc/crypttab", "root_crypt UUID=x none luks\n");
        let unsupported = Err(GapCode::Unsupported);
        let expected = [
            ("/", Ok(true), unsupported),
            ("/home", unsupported, unsupported),
            ("/data", Ok(false), unsupported),
            ("/pool", unsupported, unsupported),
        ]
        .map(|(point, encrypted, removable)| (point.to_owned(), encrypted, removable));
        assert_eq!(volumes(&machine), (expected.to_vec(), None));
        machine.file("etc/crypttab", "");
        assert_eq!(volumes(&machine).0.get(1), Some(&("/home".to_owned(), Ok(false), unsupported)));
        machine.file("etc/fstab", "");
        assert_eq!(volumes(&machine), (vec![], Some(GapCode::NotObserved)));
    }
}
