//! `shares`: folders that the server service hands out, and whether it speaks SMB version 1.

use khien_model::facts::{ShareProtocol, SharedFolder, Shares};
use khien_model::{Gap, GapCode, Listing};

use super::context::{Context, START_DISABLED, either};
use super::descriptor::access;
use super::registry::{KeyPath, Value, absent};
use super::running::NetworkShare;
use crate::text;

/// Where the server service keeps the shares that it makes again at each start.
const SHARES: &str = r"Services\LanmanServer\Shares";

/// The kind of a share that is a folder, in the lowest byte.
const DISK: u32 = 0;
const KIND: u32 = 0xff;

/// The bit of shares that Windows makes for administrators.
const SPECIAL: u32 = 0x8000_0000;

/// The share of printer drivers.
const PRINTERS: &str = "print$";

/// What a domain controller has to share.
const OF_DOMAIN_CONTROLLERS: [&str; 2] = ["SYSVOL", "NETLOGON"];

/// The driver by which Windows fetches from servers that know SMB version 1 alone.
const SMB1_CLIENT: &str = "mrxsmb10";

/// The first build of Windows that does without SMB version 1 unless somebody adds it.
const FIRST_WITHOUT_SMB1: u32 = 16_299;

pub(crate) fn collect(context: &Context) -> Result<Shares, Gap> {
    let listed = if context.system.is_running.is_ok() { context.running().shares() } else { recorded(context) };
    let is_controller = is_domain_controller(context);
    let folders = listed.map(|shares| {
        let is_exempt = |share: &NetworkShare| {
            share.kind & KIND != DISK
                || share.kind & SPECIAL != 0
                || share.name.eq_ignore_ascii_case(PRINTERS)
                || (is_controller && OF_DOMAIN_CONTROLLERS.iter().any(|name| share.name.eq_ignore_ascii_case(name)))
        };
        let folders = shares.items.into_iter().filter(|share| !is_exempt(share)).map(folder);
        Listing { items: folders.collect(), incomplete: shares.incomplete }
    });
    Ok(Shares {
        folders: folders.into(),
        service_running: context.running().service_runs("LanmanServer").into(),
        smb1_accepted: either(smb1_served(context), smb1_used(context)).into(),
    })
}

fn folder(share: NetworkShare) -> SharedFolder {
    let access = share.security_descriptor.and_then(|descriptor| match descriptor {
        Some(bytes) => access(&bytes),
        None => Err(Gap::with_detail(GapCode::NotObserved, "the share has no access list of its own")),
    });
    SharedFolder {
        name: text::nfc(&share.name).into_owned().into(),
        path: share.path.map(|path| text::nfc(&path).into_owned()).into(),
        protocol: ShareProtocol::Smb.into(),
        open_to_everyone: access.clone().map(|access| access.everybody).into(),
        writable: access.map(|access| access.writable).into(),
    }
}

/// The shares as the registry has them: a value for each, with lines such as `Path=C:\Chung`.
fn recorded(context: &Context) -> Result<Listing<NetworkShare>, Gap> {
    let (registry, key) = (context.registry(), KeyPath::control_set(SHARES));
    let values = registry.values(&key)?.ok_or_else(|| absent(&key))?;
    let security = key.child("Security");
    let mut shares = Listing { items: Vec::new(), incomplete: values.incomplete };
    for (name, value) in values.items {
        let Value::Texts(lines) = value else {
            shares.note_gap(Gap::with_detail(GapCode::Malformed, format!("{key}, value {name}: {}", value.kind())));
            continue;
        };
        let line = |wanted: &str| {
            let named = |line: &String| line.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()));
            lines.iter().filter_map(named).find(|(key, _)| key.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
        };
        let missing = |what: &str| Gap::with_detail(GapCode::Malformed, format!("{key}, value {name}: no {what}"));
        let Some(kind) = line("Type").and_then(|kind| kind.parse().ok()) else {
            shares.note_gap(missing("Type"));
            continue;
        };
        shares.items.push(NetworkShare {
            kind,
            path: line("Path").ok_or_else(|| missing("Path")),
            security_descriptor: registry.bytes(&security, &name),
            name,
        });
    }
    Ok(shares)
}

fn is_domain_controller(context: &Context) -> bool {
    let options = KeyPath::control_set(r"Control\ProductOptions");
    // Where it cannot be told, every share counts.
    context.registry().text(&options, "ProductType").is_ok_and(|kind| kind.as_deref() == Some("LanmanNT"))
}

/// Whether this machine fetches from others by version 1: its driver is there and may start.
fn smb1_used(context: &Context) -> Result<bool, Gap> {
    Ok(!matches!(context.service_start(SMB1_CLIENT)?, None | Some(START_DISABLED)))
}

/// Whether others may fetch from this machine by version 1.
fn smb1_served(context: &Context) -> Result<bool, Gap> {
    if context.start_of_own_service("LanmanServer")? == START_DISABLED {
        return Ok(false);
    }
    let parameters = KeyPath::control_set(r"Services\LanmanServer\Parameters");
    match context.registry().number(&parameters, "SMB1")? {
        Some(number) => Ok(number != 0),
        None if context.build()? < FIRST_WITHOUT_SMB1 => Ok(true),
        // The driver of version 1 is there only where the feature was added or kept.
        None => Ok(!matches!(context.service_start("srv")?, None | Some(START_DISABLED))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::windows::registry::Value;
    use crate::windows::testing::{Told, context_with};

    #[test]
    fn smb1_is_accepted_where_either_side_of_it_may_start() {
        let service = |name: &str| format!(r"HKLM\SYSTEM\CurrentControlSet\Services\{name}");
        for (server, version_1, client, expected) in [
            (2, 0, None, false),
            (2, 0, Some(4), false),
            (2, 0, Some(3), true),
            (2, 1, Some(4), true),
            (4, 1, Some(4), false),
            (4, 1, Some(2), true),
        ] {
            let mut values = vec![
                (service("LanmanServer"), "Start", Value::Number(server)),
                (service(r"LanmanServer\Parameters"), "SMB1", Value::Number(version_1)),
            ];
            values.extend(client.map(|start| (service(SMB1_CLIENT), "Start", Value::Number(start))));
            let accepted = collect(&context_with(&values, Told::default())).unwrap().smb1_accepted;
            assert_eq!(accepted.known(), Some(&expected), "{server} {version_1} {client:?}");
        }
    }
}
