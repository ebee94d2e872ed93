//! `disk`: volumes and whether BitLocker protects them, which only the running system tells.

use khien_model::facts::{Disk, Volume};
use khien_model::{Gap, GapCode, Listing};

use super::context::Context;
use super::running::EncryptableVolume;

pub(crate) fn collect(context: &Context) -> Result<Disk, Gap> {
    let volumes = context
        .running()
        .volumes()
        .map(|volumes| Listing { items: volumes.items.iter().map(volume).collect(), incomplete: volumes.incomplete });
    Ok(Disk { volumes: volumes.into() })
}

fn volume(volume: &EncryptableVolume) -> Volume {
    let encrypted = volume.protection.clone().and_then(|status| match status {
        0 => Ok(false),
        1 => Ok(true),
        other => {
            Err(Gap::with_detail(GapCode::NotObserved, format!("protection status {other}: the volume is locked")))
        }
    });
    Volume {
        mount: volume.drive.clone().into(),
        file_system: volume.file_system.to_ascii_lowercase().into(),
        encrypted: encrypted.into(),
        removable: volume.removable.into(),
    }
}
