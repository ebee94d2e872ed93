//! `usb`: whether removable storage can be used, and whether anything on it starts by itself.

use khien_model::Gap;
use khien_model::facts::Usb;

use super::context::{Context, START_DISABLED, both, either};
use super::registry::KeyPath;

/// The policies for removable storage.
const POLICY: &str = r"Policies\Microsoft\Windows\RemovableStorageDevices";

/// Removable disks among the kinds of devices.
const REMOVABLE_DISKS: &str = "{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}";

/// The driver of storage on USB, and that of the newer protocol, which old Windows does not have.
const DRIVER: &str = "USBSTOR";
const NEW_DRIVER: &str = "UASPStor";

/// Where starting by itself is switched off, for the machine and for one user.
const EXPLORER: &str = r"Microsoft\Windows\CurrentVersion\Policies\Explorer";
const USER_EXPLORER: &str = r"Software\Microsoft\Windows\CurrentVersion\Policies\Explorer";

/// Every kind of drive.
const ALL_DRIVES: u64 = 0xff;

/// The choice of `NoAutorun` by which commands of a medium are not carried out; 2 carries them out without asking.
const NO_COMMANDS: u64 = 1;

pub(crate) fn collect(context: &Context) -> Result<Usb, Gap> {
    Ok(Usb {
        storage_blocked: either(drivers_off(context), policy_denies(context)).into(),
        autorun_off: autorun_off(context).into(),
    })
}

fn drivers_off(context: &Context) -> Result<bool, Gap> {
    if context.start_of_own_service(DRIVER)? != START_DISABLED {
        return Ok(false);
    }
    Ok(matches!(context.service_start(NEW_DRIVER)?, None | Some(START_DISABLED)))
}

fn policy_denies(context: &Context) -> Result<bool, Gap> {
    let policy = KeyPath::software(POLICY);
    let is_set = |key: &KeyPath, name: &str| Ok::<_, Gap>(context.registry().number(key, name)? == Some(1));
    let disks = policy.child(REMOVABLE_DISKS);
    either(is_set(&policy, "Deny_All"), both(is_set(&disks, "Deny_Read"), is_set(&disks, "Deny_Write")))
}

/// Off for the machine, which overrules users; else for every user.
fn autorun_off(context: &Context) -> Result<bool, Gap> {
    let is_off = |key: &KeyPath| {
        // One policy names the kinds of drives that start nothing, the other what no drive may start.
        let drives = context.registry().number(key, "NoDriveTypeAutoRun")?;
        if context.registry().number(key, "NoAutorun")? == Some(NO_COMMANDS) {
            return Ok(Some(true));
        }
        Ok::<_, Gap>(drives.map(|drives| drives & ALL_DRIVES == ALL_DRIVES))
    };
    if let Some(off) = is_off(&KeyPath::software(EXPLORER))? {
        return Ok(off);
    }
    let profiles = context.registry().profiles()?;
    let mut all = profiles.incomplete.map_or(Ok(!profiles.items.is_empty()), Err);
    for profile in &profiles.items {
        context.cancel.check()?;
        let own = is_off(&KeyPath::user(&profile.sid, USER_EXPLORER)).map(|off| off == Some(true));
        all = both(all, own);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::windows::registry::Value;
    use crate::windows::testing::{Told, context_with};

    #[test]
    fn either_policy_keeps_media_from_starting_something() {
        for (drives, commands, expected) in [
            (Some(0xff), None, true),
            (Some(0x91), None, false),
            (Some(0x91), Some(1), true),
            (None, Some(1), true),
            (Some(0x91), Some(2), false),
            (Some(0xff), Some(2), true),
        ] {
            let named = [("NoDriveTypeAutoRun", drives), ("NoAutorun", commands)];
            let values: Vec<_> = named
                .into_iter()
                .filter_map(|(name, number)| Some((format!(r"HKLM\SOFTWARE\{EXPLORER}"), name, Value::Number(number?))))
                .collect();
            assert_eq!(autorun_off(&context_with(&values, Told::default())), Ok(expected), "{drives:?} {commands:?}");
        }
    }
}
