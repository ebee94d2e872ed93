//! `patches`: updates that are missing, when they last came, whether a restart is due.

mod dnf;

use std::io::BufRead as _;
use std::path::Path;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use khien_model::facts::{MissingUpdate, Patches, UpdateChannel};
use khien_model::{Gap, GapCode, Listing, Observed};

use super::apt::conf::Settings;
use super::apt::index::Apt;
use super::apt::lists::open_packed;
use super::context::Context;
use super::kernel;
use crate::root::{Root, gap_of_io};

/// What says that a restart is due.
const RESTART_FLAGS: [&str; 3] = ["run/reboot-required", "var/run/reboot-required", "run/needs_restarting"];

/// The stamps that APT's periodic job leaves when it looked for updates with success.
const CHECK_STAMPS: [&str; 2] = ["var/lib/apt/periodic/update-success-stamp", "var/lib/apt/periodic/update-stamp"];

/// Files written now may carry a time a little later than the one the collection was given.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(10);

/// How many rotated logs of dpkg are looked at: a year of them.
const MAX_LOGS: usize = 12;

/// The bound of one log.
const MAX_LOG_BYTES: u64 = 64 << 20;

/// The bound of a time zone.
const MAX_ZONE_BYTES: u64 = 256 << 10;

pub(crate) fn collect(context: &Context) -> Result<Patches, Gap> {
    let reboot_pending = reboot_pending(context).into();
    let patches = match context.apt()? {
        Some(apt) => of_apt(context, apt),
        None if dnf::manages(context)? => dnf::patches(context),
        None => {
            let gap = Gap::with_detail(GapCode::Unsupported, "neither dpkg nor dnf manages this machine");
            return if reboot_pending_known(&reboot_pending) {
                Ok(Patches { reboot_pending, ..unknown(&gap) })
            } else {
                Err(gap)
            };
        }
    };
    Ok(Patches { reboot_pending, ..patches })
}

fn reboot_pending_known(reboot_pending: &Observed<bool>) -> bool {
    reboot_pending.known().is_some()
}

/// Every field unknown for one reason.
fn unknown(gap: &Gap) -> Patches {
    Patches {
        channel: Observed::Unknown(gap.clone()),
        last_checked_at: Observed::Unknown(gap.clone()),
        last_installed_at: Observed::Unknown(gap.clone()),
        missing: Observed::Unknown(gap.clone()),
        security_missing: Observed::Unknown(gap.clone()),
        reboot_pending: Observed::Unknown(gap.clone()),
        automatic: Observed::Unknown(gap.clone()),
    }
}

fn reboot_pending(context: &Context) -> Result<bool, Gap> {
    context.running.clone()?;
    for flag in RESTART_FLAGS {
        if context.root.exists(flag)? {
            return Ok(true);
        }
    }
    kernel::newer_is_installed(context)
}

fn of_apt(context: &Context, apt: &Apt) -> Patches {
    let (missing, security_missing) = missing(apt);
    Patches {
        channel: UpdateChannel::Apt.into(),
        last_checked_at: last_checked(context, apt).into(),
        last_installed_at: last_upgrade(&context.root).into(),
        missing,
        security_missing,
        reboot_pending: Observed::default(),
        automatic: automatic(context, apt).into(),
    }
}

/// Held packages count: an old version does not become safe by being held.
fn missing(apt: &Apt) -> (Observed<Listing<MissingUpdate>>, Observed<u32>) {
    if apt.lists_made_at.is_none()
        && let Some(gap) = &apt.lists_gap
    {
        return (Observed::Unknown(gap.clone()), Observed::Unknown(gap.clone()));
    }
    let mut missing = Listing { items: Vec::new(), incomplete: apt.packages.incomplete.clone() };
    apt.lists_gap.iter().for_each(|gap| missing.note_gap(gap.clone()));
    let (mut security, mut unsure) = (0, None);
    for (package, listed) in apt.packages.items.iter().zip(&apt.listed) {
        let Some(newer) = &listed.newer else {
            continue;
        };
        let mends_flaw = listed.security.ok_or_else(|| {
            Gap::with_detail(GapCode::NotObserved, format!("the list of {} does not say what it is for", package.name))
        });
        match &mends_flaw {
            Ok(mends_flaw) => security += u32::from(*mends_flaw),
            Err(gap) => unsure = unsure.or(Some(gap.clone())),
        }
        missing.items.push(MissingUpdate {
            name: Observed::Known(package.name.to_string()),
            installed: Observed::Known(package.version.to_string()),
            available: Observed::Known(newer.to_string()),
            security: mends_flaw.into(),
        });
    }
    // With doubt, what was counted still stands: a flaw that is known to be open is not made unknown by a list that is not.
    let security_missing = match missing.incomplete.clone().or(unsure) {
        Some(gap) if security == 0 => Observed::Unknown(gap),
        _ => Observed::Known(security),
    };
    (Observed::Known(missing), security_missing)
}

fn last_checked(context: &Context, apt: &Apt) -> Result<Timestamp, Gap> {
    let mut newest = apt.lists_made_at;
    for stamp in CHECK_STAMPS {
        if let Some(metadata) = context.root.metadata(stamp)? {
            newest = newest.max(metadata.modified_at);
        }
    }
    let newest = newest.ok_or_else(|| Gap::with_detail(GapCode::NotObserved, "APT has downloaded no package list"))?;
    not_in_future(newest, context.now, "APT's package lists")
}

/// A time that a wrong clock wrote says nothing.
fn not_in_future(at: Timestamp, now: Timestamp, what: &str) -> Result<Timestamp, Gap> {
    if at > now.saturating_add(CLOCK_TOLERANCE).unwrap_or(Timestamp::MAX) {
        return Err(Gap::with_detail(GapCode::FromFuture, format!("{what}: {at}")));
    }
    Ok(at.min(now))
}

/// The newest line of an upgrade in dpkg's logs. They are in local time.
fn last_upgrade(root: &Root) -> Result<Timestamp, Gap> {
    let zone = time_zone(root)?;
    let rotated =
        (1..MAX_LOGS).flat_map(|number| ["", ".gz"].map(|packed| format!("var/log/dpkg.log.{number}{packed}")));
    let mut seen = false;
    for path in std::iter::once("var/log/dpkg.log".to_owned()).chain(rotated) {
        let Some(log) = open_packed(root, &path, MAX_LOG_BYTES)? else {
            continue;
        };
        seen = true;
        if let Some(last) = last_upgrade_in(log).map_err(|error| gap_of_io(Path::new(&path), &error))? {
            let at = zone.to_timestamp(last);
            return at.map_err(|error| Gap::with_detail(GapCode::Malformed, format!("/{path}: {error}")));
        }
    }
    let what = if seen { "no upgrade is recorded in /var/log/dpkg.log" } else { "/var/log/dpkg.log is not there" };
    Err(Gap::with_detail(GapCode::NotObserved, what))
}

/// A line is `2026-11-22 18:40:01 upgrade bash:amd64 5.2-1 5.2-2`.
fn last_upgrade_in(mut log: impl std::io::BufRead) -> std::io::Result<Option<DateTime>> {
    const LONGEST_LINE: u64 = 4 << 10;
    let mut last = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = std::io::Read::take(&mut log, LONGEST_LINE).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(last);
        }
        let mut words = line.split(|byte| *byte == b' ');
        let (date, time, action) = (words.next(), words.next(), words.next());
        if action == Some(b"upgrade")
            && let (Some(date), Some(time)) = (date, time)
            && let (Ok(date), Ok(time)) = (std::str::from_utf8(date), std::str::from_utf8(time))
            && let Ok(at) = format!("{date}T{time}").parse::<DateTime>()
        {
            last = last.max(Some(at));
        }
    }
}

/// The machine's own time zone; UTC where none is set.
fn time_zone(root: &Root) -> Result<TimeZone, Gap> {
    let Some(zone) = root.read("etc/localtime", MAX_ZONE_BYTES)? else {
        return Ok(TimeZone::UTC);
    };
    TimeZone::tzif("localtime", &zone)
        .map_err(|error| Gap::with_detail(GapCode::Malformed, format!("/etc/localtime: {error}")))
}

/// Whether unattended-upgrades is installed, switched on and not stopped by a masked timer.
fn automatic(context: &Context, apt: &Apt) -> Result<bool, Gap> {
    let settings = Settings::read(&context.root)?;
    let installed = apt.packages.items.iter().any(|package| &*package.name == "unattended-upgrades");
    if !installed && let Some(gap) = &apt.packages.incomplete {
        return Err(gap.clone());
    }
    let switched_on = settings.is_periodic("APT::Periodic::Unattended-Upgrade")
        && settings.is_periodic("APT::Periodic::Update-Package-Lists")
        && settings.get("APT::Periodic::Enable") != Some("0");
    let mut masked = false;
    for timer in ["apt-daily.timer", "apt-daily-upgrade.timer"] {
        let target = context.root.read_link(format!("etc/systemd/system/{timer}"))?;
        masked |= target.is_some_and(|target| target == Path::new("/dev/null"));
    }
    Ok(installed && switched_on && !masked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_upgrade_is_found_among_other_lines() {
        let log = b"2026-01-02 03:04:05 startup archives unpack\n2026-01-02 03:04:06 upgrade bash:amd64 1 2\n\
                    2026-01-03 00:00:00 install x:all <none> 1\nbroken\n2026-99-99 00:00:00 upgrade y 1 2\n";
        let last = last_upgrade_in(&log[..]).unwrap();
        assert_eq!(last.map(|at| at.to_string()).as_deref(), Some("2026-01-02T03:04:06"));
        assert_eq!(last_upgrade_in(&b"2026-01-03 00:00:00 install x:all <none> 1\n"[..]).unwrap(), None);
    }

    #[test]
    fn a_time_in_the_future_is_no_time() {
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        for (at, expected) in [
            ("2026-11-22T07:00:00Z", Some("2026-11-22T07:00:00Z")),
            ("2026-11-22T08:10:00Z", Some("2026-11-22T08:00:00Z")),
            ("2026-11-22T08:10:01Z", None),
        ] {
            let found = not_in_future(at.parse().unwrap(), now, "x").ok();
            assert_eq!(found, expected.map(|at| at.parse().unwrap()), "{at}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_log_is_read_without_panic(content in "(2026-01-02 |03:04:05 |upgrade |[\\PC\n]){0,20}") {
            let _ = last_upgrade_in(content.as_bytes());
        }
    }
}
