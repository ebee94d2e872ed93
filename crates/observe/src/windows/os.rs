//! `os`: which Windows this is and how long it is supported.

use khien_model::facts::{DeviceRole, Os, OsFamily};
use khien_model::{Gap, GapCode, Observed};

use super::context::{Context, current_version};
use super::registry::{KeyPath, absent};
use crate::support::{SupportedRelease, end_of_day, release};
use crate::text;

/// Windows for people's PCs: the first build of each, its id and its name. The name in the registry is that of an older
/// Windows on newer ones.
const CLIENTS: [(u32, &str, &str); 6] = [
    (22_000, "windows-11", "Windows 11"),
    (10_240, "windows-10", "Windows 10"),
    (9_600, "windows-8.1", "Windows 8.1"),
    (9_200, "windows-8", "Windows 8"),
    (7_600, "windows-7", "Windows 7"),
    (6_000, "windows-vista", "Windows Vista"),
];

/// Windows Server, in the same form.
const SERVERS: [(u32, &str, &str); 8] = [
    (26_100, "windows-server-2025", "Windows Server 2025"),
    (20_348, "windows-server-2022", "Windows Server 2022"),
    (17_763, "windows-server-2019", "Windows Server 2019"),
    (14_393, "windows-server-2016", "Windows Server 2016"),
    (9_600, "windows-server-2012-r2", "Windows Server 2012 R2"),
    (9_200, "windows-server-2012", "Windows Server 2012"),
    (7_600, "windows-server-2008-r2", "Windows Server 2008 R2"),
    (6_001, "windows-server-2008", "Windows Server 2008"),
];

/// How the editions begin that the table's dates hold for; others are supported longer, or only together with a contract.
pub(super) const EDITIONS_IN_TABLE: [&str; 2] = ["Core", "Professional"];

pub(crate) fn collect(context: &Context) -> Result<Os, Gap> {
    let (registry, key) = (context.registry(), current_version());
    let (build, is_server) = (context.build()?, context.is_server());
    let edition = registry.text(&key, "EditionID");
    let product = is_server.clone().and_then(|is_server| product(build, is_server));
    let version = version(context);
    let supported =
        product.clone().and_then(|(id, _)| supported(id, version.as_deref(), &edition, is_server == Ok(true)));
    let (support_ends_at, extended_support_ends_at) = match supported {
        Ok(row) => {
            let ends = end_of_day(row.support_ends);
            let extended = match row.extended_support_ends {
                None => ends.clone(),
                Some(_) => {
                    Observed::unknown(GapCode::Unsupported, "the contract for extended updates is not in the registry")
                }
            };
            (ends, extended)
        }
        Err(gap) => (Observed::Unknown(gap.clone()), Observed::Unknown(gap)),
    };
    let name = product.clone().map(|(_, name)| match &edition {
        Ok(Some(edition)) => format!("{name} {edition}"),
        _ => name.to_owned(),
    });
    Ok(Os {
        family: OsFamily::Windows.into(),
        id: product.map(|(id, _)| id.to_owned()).into(),
        name: name.into(),
        version: version.into(),
        build: exact_build(context, build).into(),
        hostname: hostname(context).into(),
        role: is_server.map(|is_server| if is_server { DeviceRole::Server } else { DeviceRole::Workstation }).into(),
        support_ends_at,
        extended_support_ends_at,
    })
}

fn product(build: u32, is_server: bool) -> Result<(&'static str, &'static str), Gap> {
    let products: &[_] = if is_server { &SERVERS } else { &CLIENTS };
    let found = products.iter().find(|(first, ..)| build >= *first).map(|(_, id, name)| (*id, *name));
    found.ok_or_else(|| {
        Gap::with_detail(GapCode::Unsupported, format!("build {build} is no Windows that is known here"))
    })
}

/// `22H2`; Windows before the tenth had none.
fn version(context: &Context) -> Result<String, Gap> {
    let key = current_version();
    for name in ["DisplayVersion", "ReleaseId"] {
        if let Some(version) = context.registry().text(&key, name)?.filter(|version| !version.trim().is_empty()) {
            return Ok(version.trim().to_owned());
        }
    }
    Err(Gap::with_detail(GapCode::NotObserved, format!("{key} has no DisplayVersion")))
}

fn exact_build(context: &Context, build: u32) -> Result<String, Gap> {
    let revision = context.registry().number(&current_version(), "UBR")?;
    Ok(revision.map_or_else(|| build.to_string(), |revision| format!("{build}.{revision}")))
}

fn hostname(context: &Context) -> Result<String, Gap> {
    let key = KeyPath::control_set(r"Control\ComputerName\ComputerName");
    let name = context.registry().text(&key, "ComputerName")?.ok_or_else(|| absent(&key))?;
    Ok(text::nfc(&name).into_owned())
}

fn supported(
    id: &str,
    version: Result<&str, &Gap>,
    edition: &Result<Option<String>, Gap>,
    is_server: bool,
) -> Result<SupportedRelease, Gap> {
    // Rows without a version are those of systems that have none.
    let row = match version {
        Ok(version) => release(id, &[version, ""]),
        Err(_) => release(id, &[""]),
    }?;
    let is_in_table = |edition: &str| EDITIONS_IN_TABLE.iter().any(|start| edition.starts_with(start));
    match edition {
        _ if is_server => Ok(row),
        // Until the seventh there was one date for all editions.
        _ if id == "windows-7" => Ok(row),
        Ok(Some(edition)) if is_in_table(edition) => Ok(row),
        Ok(Some(edition)) => {
            let detail = format!("end-of-support.json has the dates of Home and Pro, this is {edition}");
            Err(Gap::with_detail(GapCode::NotObserved, detail))
        }
        Ok(None) => Err(absent(&current_version())),
        Err(gap) => Err(gap.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_since_windows_7_has_an_end_of_support() {
        let lacking: Vec<&str> = SERVERS
            .iter()
            .filter(|(first_build, ..)| *first_build >= 7_600)
            .filter(|(_, id, _)| release(id, &[""]).is_err())
            .map(|(_, id, _)| *id)
            .collect();
        assert!(lacking.is_empty(), "{lacking:?}");
    }
}
