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
        // A volume that is locked tells how far it is encrypted, and not whether it is protected.
        2 => volume.conversion.clone().and_then(|conversion| match conversion {
            1 => Ok(true),
            other => Err(odd("conversion", other)),
        }),
        other => Err(odd("protection", other)),
    });
    Volume {
        mount: volume.drive.clone().into(),
        file_system: volume.file_system.as_ref().map(|name| name.to_ascii_lowercase()).map_err(Clone::clone).into(),
        encrypted: encrypted.into(),
        removable: volume.removable.into(),
    }
}

fn odd(what: &str, status: u32) -> Gap {
    Gap::with_detail(GapCode::NotObserved, format!("{what} status {status} of a volume says nothing certain"))
}

#[cfg(test)]
mod tests {
    use khien_model::Observed;

    use super::*;
    use crate::windows::testing::{Told, context_with};

    #[test]
    fn a_volume_is_encrypted_by_what_its_methods_say() {
        let refused = || Gap::with_detail(GapCode::PermissionDenied, "GetProtectionStatus: error 0x5");
        for (protection, conversion, expected) in [
            (Ok(0), Ok(0), Ok(false)),
            // Encrypted, but its key lies open while BitLocker is suspended.
            (Ok(0), Ok(1), Ok(false)),
            (Ok(1), Ok(1), Ok(true)),
            (Ok(1), Err(refused()), Ok(true)),
            (Ok(2), Ok(1), Ok(true)),
            (Ok(2), Ok(2), Err(GapCode::NotObserved)),
            (Ok(3), Ok(1), Err(GapCode::NotObserved)),
            (Err(refused()), Ok(1), Err(GapCode::PermissionDenied)),
        ] {
            let seen = format!("{protection:?} {conversion:?}");
            let volume = EncryptableVolume {
                drive: "C:".to_owned(),
                file_system: Ok("NTFS".to_owned()),
                protection,
                conversion,
                removable: false,
            };
            let told = Told { volumes: Some(Listing::complete(vec![volume])), ..Told::default() };
            let disk = collect(&context_with(&[], told)).unwrap();
            let volume = &disk.volumes.known().unwrap().items[0];
            assert_eq!(volume.file_system.known().unwrap(), "ntfs");
            match expected {
                Ok(encrypted) => assert_eq!(volume.encrypted.known(), Some(&encrypted), "{seen}"),
                Err(code) => match &volume.encrypted {
                    Observed::Unknown(gap) => assert_eq!(gap.code, code, "{seen}"),
                    known @ Observed::Known(_) => panic!("{seen}: {known:?}"),
                },
            }
        }
    }
}
