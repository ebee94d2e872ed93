//! What happens to the machines, for reasons that can be understood: campaigns, updates, the end of support, bad habits.

use jiff::Timestamp;

use crate::chance::Chance;
use crate::days::{DAYS, Days, clock};
use crate::machine::{Condition, Machine, Share, System};
use crate::province::OFFICES;

/// Days before today on which the provincial office sent its letters.
const ANTIVIRUS_CAMPAIGN: i64 = 62;
const SHARES_CAMPAIGN: i64 = 54;
const BROWSER_POLICY: i64 = 40;
const SCREEN_LOCK_POLICY: i64 = 33;
const GUARD_ROLL_OUT: i64 = 45;
const UPGRADES: i64 = 36;

/// Products that offices use.
const PRODUCTS: &[&str] = &["Bkav Endpoint", "Kaspersky Endpoint Security", "Microsoft Defender Antivirus"];

/// Software that strangers help with.
const REMOTE_TOOLS: &[(&str, &str)] =
    &[("ultraviewer", "UltraViewer"), ("teamviewer", "TeamViewer"), ("anydesk", "AnyDesk")];

/// A machine, when it enrols, when it reports, and what happens to it.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) id: String,
    /// The place of its office in [`OFFICES`].
    pub(crate) office: usize,
    /// The place of its user among the people of the office.
    pub(crate) user: usize,
    pub(crate) machine: Machine,
    /// So many days ago it enrolled.
    pub(crate) enrols: i64,
    /// The minute of the day at which it reports.
    pub(crate) minute: i64,
    /// From so many days ago on it is not heard of.
    silent_from: Option<i64>,
    /// What happens, so many days ago; the longest ago first.
    events: Vec<(i64, Event)>,
    reported: Option<i64>,
    /// Something happened that was not reported yet.
    has_news: bool,
}

/// Something that happens to a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    AntivirusInstalled(&'static str),
    AntivirusStopped,
    AntivirusStarted,
    SignaturesStop,
    SignaturesRenewed,
    UpdatesPublished,
    UpdatesInstalled,
    Restarted,
    Upgraded(System),
    ShareRemoved,
    ShareMade(Share),
    PasswordSavingForbidden,
    SavedLoginsRemoved,
    ScreenLocks,
    RemoteToolInstalled((&'static str, &'static str)),
    RemoteToolRemoved,
    CrackRemoved,
    Downloaded,
    DownloadRemoved,
    GuardInForce,
    PasswordChanged,
}

impl Story {
    /// Everything that has happened up to that day happens; what the agent then says is worth a report when something did,
    /// or when it has not been heard of for a while.
    pub(crate) fn reports_on(&mut self, days: Days, ago: i64) -> bool {
        while let Some((when, event)) = self.events.first().copied() {
            if when < ago {
                break;
            }
            self.events.remove(0);
            apply(&mut self.machine, event, days.at(when, clock(7, 40)));
            self.has_news = true;
        }
        let is_silent = self.silent_from.is_some_and(|from| ago <= from);
        let is_due = self.reported.is_none_or(|reported| reported - ago >= REPORT_EVERY);
        if is_silent || !days.is_working(ago) || !(self.has_news || is_due) || ago > self.enrols {
            return false;
        }
        self.reported = Some(ago);
        self.has_news = false;
        true
    }
}

/// Days between reports of a machine to which nothing happens. With a weekend in between it is still heard of before its
/// facts are too old.
const REPORT_EVERY: i64 = 4;

fn apply(machine: &mut Machine, event: Event, at: Timestamp) {
    let is = &mut machine.is;
    match event {
        Event::AntivirusInstalled(product) => {
            (is.antivirus, is.antivirus_running, is.centrally_managed) = (Some(product), true, true);
            is.signatures_stuck_at = None;
        }
        Event::AntivirusStopped => is.antivirus_running = false,
        Event::AntivirusStarted => is.antivirus_running = true,
        Event::SignaturesStop => is.signatures_stuck_at = Some(at),
        Event::SignaturesRenewed => is.signatures_stuck_at = None,
        Event::UpdatesPublished => is.security_missing += 2,
        Event::UpdatesInstalled => {
            is.security_missing = 0;
            is.last_installed_at = at;
            is.reboot_pending = true;
        }
        Event::Restarted => is.reboot_pending = false,
        Event::Upgraded(system) => {
            is.system = system;
            (is.security_missing, is.last_installed_at, is.reboot_pending) = (0, at, false);
            (is.crack, is.smb1) = (false, false);
        }
        Event::ShareRemoved => is.share = None,
        Event::ShareMade(share) => is.share = Some(share),
        Event::PasswordSavingForbidden => is.saving_forbidden = true,
        Event::SavedLoginsRemoved => {
            (is.saved_logins, is.saved_ministry_logins, is.saved_official_elsewhere) = (0, 0, 0);
            is.lasting_sessions = 0;
        }
        Event::ScreenLocks => is.locks_after_minutes = Some(10),
        Event::RemoteToolInstalled(tool) => is.remote_tool = Some(tool),
        Event::RemoteToolRemoved => is.remote_tool = None,
        Event::CrackRemoved => is.crack = false,
        Event::Downloaded => is.risky_download = Some(at),
        Event::DownloadRemoved => is.risky_download = None,
        Event::GuardInForce => is.guard = true,
        Event::PasswordChanged => (is.password_changed_at, is.initial_password) = (at, false),
    }
}

/// The stories of all machines.
pub(crate) fn all(chance: &mut Chance, days: Days) -> Vec<Story> {
    let mut stories = Vec::new();
    for (office_place, office) in OFFICES.iter().enumerate() {
        for place in 0..office.devices {
            let number = stories.len() + 1;
            let user = place % office.people.max(1);
            let system = system(chance, office.id, place);
            let mut machine = Machine {
                hostname: format!("{}-PC{:02}", office.abbreviation, place + 1),
                user: format!("user{:02}", user + 1),
                is: condition(chance, days, system),
            };
            if machine.is.system == System::WindowsServer {
                machine.hostname = format!("{}-SRV{:02}", office.abbreviation, place + 1);
            }
            let mut enrols = office.enrols - chance.between(0, 6);
            while !days.is_working(enrols) {
                enrols -= 1;
            }
            let events = events(chance, days, &machine.is, office_place);
            let silent_from = chance.percent(6).then(|| chance.between(9, 34));
            stories.push(Story {
                id: format!("tb{number:03}"),
                office: office_place,
                user,
                machine,
                enrols,
                minute: clock(8, 0) + chance.between(0, 100),
                silent_from,
                events,
                reported: None,
                has_news: false,
            });
        }
    }
    stories
}

fn system(chance: &mut Chance, office: &str, place: usize) -> System {
    if office == "vp" && place < 2 {
        return System::WindowsServer;
    }
    match chance.between(0, 99) {
        0..6 => System::Windows7,
        6..34 => System::Windows10 { extended: true },
        34..52 => System::Windows10 { extended: false },
        52..64 => System::Windows11Old,
        64..93 => System::Windows11,
        _ => System::Debian,
    }
}

fn condition(chance: &mut Chance, days: Days, system: System) -> Condition {
    let is_old = matches!(system, System::Windows7);
    let is_linux = matches!(system, System::Debian);
    let has_antivirus = chance.percent(if is_old { 55 } else { 88 });
    let saves = chance.percent(42) && !is_linux;
    let shares = chance.percent(16) && !is_linux;
    Condition {
        system,
        antivirus: has_antivirus.then(|| if is_linux { "ClamAV" } else { chance.one_of(PRODUCTS) }),
        antivirus_running: chance.percent(90),
        centrally_managed: chance.percent(45),
        signatures_stuck_at: chance.percent(12).then(|| days.at(DAYS + chance.between(5, 200), clock(9, 0))),
        security_missing: u32::from(is_old) * 9 + u32::from(chance.percent(30)) * 3,
        last_installed_at: days.at(DAYS + if is_old { 1_200 } else { chance.between(0, 20) }, clock(11, 0)),
        reboot_pending: chance.percent(8),
        share: shares.then(|| Share {
            name: chance.one_of(&["Dung chung", "Scan", "Ho so"]),
            open_to_everyone: chance.percent(40),
        }),
        smb1: is_old,
        saved_logins: if saves { u32::try_from(chance.between(2, 30)).unwrap_or(2) } else { 0 },
        saved_ministry_logins: u32::from(saves && chance.percent(50)),
        saved_official_elsewhere: u32::from(saves && chance.percent(25)),
        saving_forbidden: chance.percent(25),
        lasting_sessions: u32::from(saves && chance.percent(40)),
        locks_after_minutes: match chance.between(0, 9) {
            0..3 => None,
            3..5 => Some(30),
            _ => Some(10),
        },
        remote_tool: (chance.percent(9) && !is_linux).then(|| remote_tool(chance)),
        crack: chance.percent(6) && !is_linux,
        unknown_program: chance.percent(10),
        risky_download: chance.percent(7).then(|| days.at(DAYS + chance.between(1, 20), clock(10, 0))),
        firewall: chance.percent(93),
        autorun_off: chance.percent(70),
        encrypted: chance.percent(20),
        guard: false,
        password_changed_at: days.at(DAYS + chance.between(-20, 160), clock(8, 30)),
        initial_password: chance.percent(6),
    }
}

fn remote_tool(chance: &mut Chance) -> (&'static str, &'static str) {
    let place = usize::try_from(chance.between(0, 2)).unwrap_or_default();
    REMOTE_TOOLS[place]
}

/// What happens to a machine that begins as `is`.
fn events(chance: &mut Chance, days: Days, is: &Condition, office: usize) -> Vec<(i64, Event)> {
    let mut events = Vec::new();
    // Some offices act on a letter within a week, others take a month.
    let slowness = 6 + i64::try_from(office % 5).unwrap_or_default() * 5;
    let mut after = |letter: i64, percent: i64, event: Event, events: &mut Vec<(i64, Event)>| {
        if chance.percent(percent) {
            events.push((letter - chance.between(1, slowness), event));
        }
    };
    if is.antivirus.is_none() {
        after(ANTIVIRUS_CAMPAIGN, 85, Event::AntivirusInstalled("Bkav Endpoint"), &mut events);
    } else if !is.antivirus_running {
        after(ANTIVIRUS_CAMPAIGN, 80, Event::AntivirusStarted, &mut events);
    }
    if is.signatures_stuck_at.is_some() {
        after(ANTIVIRUS_CAMPAIGN, 75, Event::SignaturesRenewed, &mut events);
    }
    if is.share.is_some() {
        after(SHARES_CAMPAIGN, 80, Event::ShareRemoved, &mut events);
        // The copier no longer knew where to put its scans.
        let back = Share { name: "Scan", open_to_everyone: true };
        after(24, 22, Event::ShareMade(back), &mut events);
    }
    if !is.saving_forbidden {
        after(BROWSER_POLICY, 78, Event::PasswordSavingForbidden, &mut events);
    }
    if is.saved_logins > 0 {
        after(BROWSER_POLICY - 3, 60, Event::SavedLoginsRemoved, &mut events);
    }
    if is.locks_after_minutes != Some(10) {
        after(SCREEN_LOCK_POLICY, 75, Event::ScreenLocks, &mut events);
    }
    if is.remote_tool.is_some() {
        after(50, 50, Event::RemoteToolRemoved, &mut events);
    }
    if is.crack {
        after(48, 40, Event::CrackRemoved, &mut events);
    }
    if is.risky_download.is_some() {
        after(55, 70, Event::DownloadRemoved, &mut events);
    }
    if is.system.is_windows() && office < 8 {
        after(GUARD_ROLL_OUT, 72, Event::GuardInForce, &mut events);
    }
    match is.system {
        System::Windows10 { extended: false } => after(UPGRADES, 45, Event::Upgraded(System::Windows11), &mut events),
        System::Windows11Old => after(UPGRADES, 60, Event::Upgraded(System::Windows11), &mut events),
        System::Windows7 => after(UPGRADES, 25, Event::Upgraded(System::Windows10 { extended: true }), &mut events),
        _ => {}
    }
    after(70, 55, Event::PasswordChanged, &mut events);
    habits(chance, &mut events);
    updates(chance, days, is.system, slowness, &mut events);
    // The longest ago first; of one day in the order in which they were thought of.
    events.sort_by_key(|(ago, _)| -ago);
    events
}

/// What people do without being told.
fn habits(chance: &mut Chance, events: &mut Vec<(i64, Event)>) {
    if chance.percent(5) {
        events.push((chance.between(3, 40), Event::RemoteToolInstalled(remote_tool(chance))));
    }
    if chance.percent(7) {
        let ago = chance.between(8, 60);
        events.push((ago, Event::Downloaded));
        if chance.percent(60) {
            events.push((ago - chance.between(2, 7), Event::DownloadRemoved));
        }
    }
    if chance.percent(5) {
        let ago = chance.between(10, 50);
        events.push((ago, Event::AntivirusStopped));
        if chance.percent(70) {
            events.push((ago - chance.between(1, 9), Event::AntivirusStarted));
        }
    }
    if chance.percent(4) {
        events.push((chance.between(10, 30), Event::SignaturesStop));
    }
}

/// The updates of each month, and when they are installed here.
fn updates(chance: &mut Chance, days: Days, system: System, slowness: i64, events: &mut Vec<(i64, Event)>) {
    if matches!(system, System::Windows7) {
        return;
    }
    let diligent = chance.percent(82);
    for ago in (0..=DAYS).rev().filter(|ago| days.is_patch_day(*ago)) {
        events.push((ago, Event::UpdatesPublished));
        if diligent || chance.percent(35) {
            let installed = ago - chance.between(1, slowness);
            events.push((installed, Event::UpdatesInstalled));
            events.push((installed - chance.between(0, 3), Event::Restarted));
        }
    }
}
