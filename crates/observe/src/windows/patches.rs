//! `patches`: what Windows Update says, and what the registry records of it.

use jiff::Timestamp;
use jiff::civil::DateTime;
use khien_model::facts::{MissingUpdate, Patches, UpdateChannel};
use khien_model::{Gap, GapCode, Listing, Observed};

use super::builds;
use super::context::{Context, START_DISABLED, current_version};
use super::os::EDITIONS_IN_TABLE;
use super::registry::{KeyPath, absent, file_time};
use super::running::{AvailableUpdate, UpdateResults};

/// Keys that are there while a restart is due. `PendingFileRenameOperations` is none of them: any program uses it.
const REBOOT_PENDING: [&str; 2] = [
    r"Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending",
    r"Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired",
];

/// What installs the parts of Windows.
const SERVICING: &str = r"Microsoft\Windows\CurrentVersion\Component Based Servicing";

/// The packages of Windows itself, with the time of each installation.
const PACKAGES: &str = r"Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages";

/// How the packages of updates begin.
const UPDATE_PACKAGE: &str = "Package_for_";

/// The state of a package that is installed.
const INSTALLED: u64 = 0x70;

/// Where Windows before the tenth, and the first of it, noted when a search went well. Beside it stands when something was
/// installed, which may have been the definitions of an antivirus.
const LAST_SEARCH: &str = r"Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\Results\Detect";

/// The policy of automatic updates.
const POLICY: &str = r"Policies\Microsoft\Windows\WindowsUpdate\AU";

/// The service that decides when updates are searched for and installed, since Windows 10.
const ORCHESTRATOR: &str = "UsoSvc";

/// The choice of the PC's own administrator, before Windows 10.
const CHOICE: &str = r"Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update";

/// The first build whose PCs update themselves unless a policy says otherwise.
const FIRST_AUTOMATIC_BUILD: u32 = 10_240;

/// The servers that the table of builds holds for; an edition for the cloud is mended while it runs, by other revisions.
const SERVERS_IN_TABLE: [&str; 2] = ["ServerStandard", "ServerDatacenter"];

/// The category "Security Updates".
const SECURITY_UPDATES: &str = "0fa1201d-4330-4fa8-8ae9-b877473b6441";

pub(crate) fn collect(context: &Context) -> Result<Patches, Gap> {
    let updates = context.running().updates();
    let told = |of: fn(UpdateResults) -> Result<Timestamp, Gap>| updates.clone().and_then(of);
    let (security_missing, missing) = match updates.clone().and_then(|updates| updates.missing) {
        Ok(missing) => (security_count(&missing), Ok(listed(missing))),
        // Where Windows Update does not answer, the revision may still tell that something is missing.
        Err(gap) => match missing_by_revision(context) {
            Ok(Some(update)) => (Ok(1), Ok(Listing::incomplete(vec![update], gap))),
            Ok(None) | Err(_) => (Err(gap.clone()), Err(gap)),
        },
    };
    let last_checked =
        told(|updates| updates.last_search_success).or_else(|gap| last_search(context).and_then(|at| at.ok_or(gap)));
    let last_installed = later(told(|updates| updates.last_installed), newest_package(context));
    Ok(Patches {
        channel: UpdateChannel::WindowsUpdate.into(),
        last_checked_at: last_checked.into(),
        last_installed_at: last_installed.into(),
        security_missing: security_missing.into(),
        missing: missing.into(),
        reboot_pending: reboot_pending(context).into(),
        automatic: automatic(context).into(),
    })
}

/// The later of two moments of which each alone is proof enough; the second reason where neither is known.
fn later(one: Result<Timestamp, Gap>, other: Result<Timestamp, Gap>) -> Result<Timestamp, Gap> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok(one.max(other)),
        (Ok(known), Err(_)) | (Err(_), Ok(known)) => Ok(known),
        (Err(_), Err(gap)) => Err(gap),
    }
}

fn is_security(update: &AvailableUpdate) -> bool {
    !update.severity.is_empty()
        || !update.cves.is_empty()
        || update.categories.iter().any(|category| category.eq_ignore_ascii_case(SECURITY_UPDATES))
}

fn security_count(missing: &Listing<AvailableUpdate>) -> Result<u32, Gap> {
    match &missing.incomplete {
        Some(gap) => Err(gap.clone()),
        None => {
            Ok(u32::try_from(missing.items.iter().filter(|update| is_security(update)).count()).unwrap_or(u32::MAX))
        }
    }
}

fn listed(missing: Listing<AvailableUpdate>) -> Listing<MissingUpdate> {
    let update = |update: &AvailableUpdate| MissingUpdate {
        name: update.articles.first().map_or_else(|| update.id.clone(), |article| format!("KB{article}")).into(),
        installed: Observed::default(),
        available: Observed::default(),
        security: is_security(update).into(),
    };
    Listing { items: missing.items.iter().map(update).collect(), incomplete: missing.incomplete }
}

/// The security update that the revision of this Windows lies before, by the table of builds. That it lies before none says
/// nothing: the table is older than what came since.
fn missing_by_revision(context: &Context) -> Result<Option<MissingUpdate>, Gap> {
    let (registry, key) = (context.registry(), current_version());
    let (build, is_server) = (context.build()?, context.is_server()?);
    let Some(revision) = registry.number(&key, "UBR")? else { return Ok(None) };
    let edition = registry.text(&key, "EditionID")?.unwrap_or_default();
    let is_in_table = if is_server {
        SERVERS_IN_TABLE.contains(&edition.as_str())
    } else {
        EDITIONS_IN_TABLE.iter().any(|start| edition.starts_with(start))
    };
    if !is_in_table {
        return Ok(None);
    }
    let update = builds::lacks(build, revision, is_server, context.now)?;
    Ok(update.map(|update| MissingUpdate {
        name: "Windows".into(),
        installed: format!("{build}.{revision}").into(),
        available: format!("{build}.{}", update.revision).into(),
        security: true.into(),
    }))
}

/// When a search last went well, in UTC: `2019-05-06 07:08:09`; `Ok(None)` where none is noted.
fn last_search(context: &Context) -> Result<Option<Timestamp>, Gap> {
    let key = KeyPath::software(LAST_SEARCH);
    let Some(time) = context.registry().text(&key, "LastSuccessTime")? else { return Ok(None) };
    let parsed =
        DateTime::strptime("%Y-%m-%d %H:%M:%S", time.trim()).and_then(|at| at.to_zoned(jiff::tz::TimeZone::UTC));
    parsed
        .map(|at| Some(at.timestamp()))
        .map_err(|_| Gap::with_detail(GapCode::Malformed, format!("{key}: LastSuccessTime is {time:?}")))
}

/// When the newest of the updates came that are installed.
fn newest_package(context: &Context) -> Result<Timestamp, Gap> {
    let (registry, packages) = (context.registry(), KeyPath::software(PACKAGES));
    let names = registry.subkeys(&packages)?.ok_or_else(|| absent(&packages))?;
    if let Some(gap) = names.incomplete {
        return Err(gap);
    }
    let mut newest = None;
    for name in names.items.iter().filter(|name| name.starts_with(UPDATE_PACKAGE)) {
        context.cancel.check()?;
        let package = packages.child(name);
        if registry.number(&package, "CurrentState")? != Some(INSTALLED) {
            continue;
        }
        let (high, low) = (registry.number(&package, "InstallTimeHigh")?, registry.number(&package, "InstallTimeLow")?);
        let installed = high.zip(low).and_then(|(high, low)| file_time((high << 32) | (low & u64::from(u32::MAX))));
        newest = newest.max(installed);
    }
    newest.ok_or_else(|| Gap::with_detail(GapCode::NotObserved, format!("{packages} has no update that is installed")))
}

fn reboot_pending(context: &Context) -> Result<bool, Gap> {
    let servicing = KeyPath::software(SERVICING);
    if !context.registry().has(&servicing)? {
        return Err(absent(&servicing));
    }
    for key in REBOOT_PENDING {
        if context.registry().has(&KeyPath::software(key))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether updates install themselves, with the defaults of Windows written out.
fn automatic(context: &Context) -> Result<bool, Gap> {
    let (registry, policy) = (context.registry(), KeyPath::software(POLICY));
    if context.start_of_own_service("wuauserv")? == START_DISABLED {
        return Ok(false);
    }
    // Since Windows 10 another service decides when: without it nothing is searched for, whatever the policies say.
    if context.service_start(ORCHESTRATOR)? == Some(START_DISABLED) {
        return Ok(false);
    }
    if registry.number(&policy, "NoAutoUpdate")? == Some(1) {
        return Ok(false);
    }
    let chosen = match registry.number(&policy, "AUOptions")? {
        Some(chosen) => Some(chosen),
        None => registry.number(&KeyPath::software(CHOICE), "AUOptions")?,
    };
    match chosen {
        // 1 never, 2 asks before loading, 3 asks before installing, 7 asks before restarting a server.
        Some(1 | 2 | 3 | 7) => Ok(false),
        Some(4) => Ok(true),
        Some(other) => Err(Gap::with_detail(GapCode::Unsupported, format!("AUOptions = {other} leaves it to others"))),
        None if context.is_server()? => {
            Err(Gap::with_detail(GapCode::NotObserved, "no policy says whether this server updates itself"))
        }
        None if context.build()? >= FIRST_AUTOMATIC_BUILD => Ok(true),
        None => Err(Gap::with_detail(GapCode::NotObserved, "nobody chose whether updates install themselves")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::windows::registry::Value;
    use crate::windows::testing::{Told, context_with};

    #[test]
    fn what_windows_update_does_not_say_is_looked_up_and_its_reason_stays() {
        let refused = || Gap::with_detail(GapCode::Unreadable, "LastSearchSuccessDate: error 0x80240438");
        let missing = vec![
            AvailableUpdate { id: "a".to_owned(), severity: "Important".to_owned(), ..AvailableUpdate::default() },
            AvailableUpdate { id: "b".to_owned(), cves: vec!["CVE-1".to_owned()], ..AvailableUpdate::default() },
            AvailableUpdate {
                id: "c".to_owned(),
                articles: vec!["890830".to_owned()],
                categories: vec!["0FA1201D-4330-4FA8-8AE9-B877473B6441".to_owned()],
                ..AvailableUpdate::default()
            },
            AvailableUpdate { id: "d".to_owned(), ..AvailableUpdate::default() },
        ];
        let updates = UpdateResults {
            last_search_success: Err(refused()),
            last_installed: Ok("2026-11-10T04:05:06Z".parse().unwrap()),
            missing: Ok(Listing::complete(missing)),
        };
        let noted =
            (format!(r"HKLM\SOFTWARE\{LAST_SEARCH}"), "LastSuccessTime", Value::Text("2026-11-20 01:02:03".into()));
        let told = |updates: &UpdateResults| Told { updates: Some(updates.clone()), ..Told::default() };
        let patches = collect(&context_with(&[noted], told(&updates))).unwrap();
        assert_eq!(patches.last_checked_at.known(), Some(&"2026-11-20T01:02:03Z".parse().unwrap()));
        assert_eq!(patches.security_missing.known(), Some(&3));
        let names: Vec<_> = patches.missing.known().unwrap().items.iter().map(|update| update.name.clone()).collect();
        assert_eq!(names, ["a".into(), "b".into(), "KB890830".into(), "d".into()]);
        let patches = collect(&context_with(&[], told(&updates))).unwrap();
        assert_eq!(patches.last_checked_at, Observed::Unknown(refused()));
        // The history needs no search that goes well.
        assert_eq!(patches.last_installed_at.known(), Some(&"2026-11-10T04:05:06Z".parse().unwrap()));
    }

    #[test]
    fn the_last_update_is_the_later_of_history_and_packages() {
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        let refused = |call: &str| Gap::with_detail(GapCode::Unreadable, format!("{call}: error 0x80240438"));
        let (early, late) = (at("2026-10-14T00:00:00Z"), at("2026-11-11T00:00:00Z"));
        for (history, packages, expected) in [
            (Ok(early), Ok(late), Ok(late)),
            (Ok(late), Ok(early), Ok(late)),
            (Err(refused("history")), Ok(early), Ok(early)),
            (Ok(early), Err(refused("packages")), Ok(early)),
            (Err(refused("history")), Err(refused("packages")), Err(refused("packages"))),
        ] {
            assert_eq!(later(history, packages), expected);
        }
    }

    #[test]
    fn without_a_service_that_searches_nothing_installs_itself() {
        let service = |name: &str| format!(r"HKLM\SYSTEM\CurrentControlSet\Services\{name}");
        let version = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion".to_owned();
        for (update, orchestrator, expected) in
            [(3, None, true), (3, Some(2), true), (3, Some(4), false), (4, Some(2), false)]
        {
            let mut values = vec![
                (version.clone(), "CurrentBuildNumber", Value::Text("19045".into())),
                (version.clone(), "InstallationType", Value::Text("Client".into())),
                (service("wuauserv"), "Start", Value::Number(update)),
            ];
            values.extend(orchestrator.map(|start| (service(ORCHESTRATOR), "Start", Value::Number(start))));
            // A policy that says otherwise changes nothing about it.
            values.push((format!(r"HKLM\SOFTWARE\{POLICY}"), "AUOptions", Value::Number(4)));
            let automatic = automatic(&context_with(&values, Told::default()));
            assert_eq!(automatic, Ok(expected), "{update} {orchestrator:?}");
        }
    }
}
