//! A fleet of synthetic devices, one after the other in the same memory: a million of them take the space of one.

use jiff::{SignedDuration, Timestamp};
use khien_model::facts::{
    Accounts, Agent, Antivirus, AntivirusProduct, BrowserKind, BrowserPolicy, BrowserProfile, Browsers, DeviceFacts,
    DeviceRole, Disk, Downloads, Fact, FactDocument, Firewall, Guard, HostFirewall, KeyProtection, LocalAccount,
    LockSetting, Os, OsFamily, Patches, Program, RemoteAccess, RemoteAccessKind, RemoteAccessService, Reporting,
    Session, ShareProtocol, SharedFolder, Shares, SignatureState, Software, SoftwareSource, SubjectFacts, Usb, Volume,
};
use khien_model::{Gap, GapCode, Listing, Observed};

/// How many packages a PC has that was installed some years ago, as the office uses it.
const PROGRAMS: usize = 120;

/// How many browser profiles: two browsers for each of two people.
const PROFILES: usize = 4;

/// Whom the facts are from.
const SOURCE: &str = "bench";

/// Numbers that look random and are the same in every run (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below a bound.
    fn below(&mut self, bound: u32) -> u32 {
        let wide = u128::from(self.next()) * u128::from(bound);
        // The upper half of the product is below the bound, which is a u32.
        u32::try_from(wide >> 64).unwrap_or_default()
    }

    /// True in so many of a hundred cases.
    fn percent(&mut self, share: u32) -> bool {
        self.below(100) < share
    }

    /// A moment up to so many days before another.
    fn before(&mut self, now: Timestamp, days: u32) -> Timestamp {
        now - SignedDuration::from_mins(i64::from(self.below(days * 24 * 60)))
    }
}

/// Facts about a PC in order, to be varied with [`vary`].
pub(crate) fn template(now: Timestamp) -> FactDocument {
    let facts = DeviceFacts {
        os: Some(fact(now, os(now))),
        patches: Some(fact(now, Patches { missing: Vec::new().into(), automatic: true.into(), ..Patches::default() })),
        antivirus: Some(fact(now, Antivirus { products: vec![antivirus_product()].into() })),
        shares: Some(fact(
            now,
            Shares { folders: Vec::new().into(), service_running: false.into(), smb1_accepted: false.into() },
        )),
        browsers: Some(fact(now, browsers())),
        software: Some(fact(now, software())),
        accounts: Some(fact(now, accounts())),
        session: Some(fact(now, session())),
        firewall: Some(fact(now, Firewall { firewalls: vec![host_firewall()].into() })),
        disk: Some(fact(now, Disk { volumes: vec![volume()].into() })),
        usb: Some(fact(now, Usb { storage_blocked: true.into(), autorun_off: true.into() })),
        remote_access: Some(fact(now, RemoteAccess { services: vec![ssh()].into() })),
        downloads: Some(fact(now, Downloads { risky: Vec::new().into() })),
        guard: Some(fact(
            now,
            Guard {
                in_force: true.into(),
                protected_folders: vec!["/home".to_owned()].into(),
                // Not at this very moment: where time counts from the moment of judging, the next judgement comes at once.
                last_restore_drill_at: (now - SignedDuration::from_hours(24)).into(),
            },
        )),
        reporting: Some(fact(now, Reporting { silent_since: (now - SignedDuration::from_hours(1)).into() })),
        agent: Some(fact(now, Agent { key_protection: KeyProtection::File.into() })),
    };
    FactDocument::Device(Box::new(SubjectFacts { id: "device".to_owned(), facts }))
}

/// Makes the device with this number out of whatever device stands there.
pub(crate) fn vary(document: &mut FactDocument, number: u64, now: Timestamp) {
    let FactDocument::Device(device) = document else { return };
    let numbers = &mut Numbers(number);
    let facts = &mut device.facts;
    // One in twenty could not be looked at: an observer without rights, a machine in repair.
    let fails = numbers.percent(5);
    vary_antivirus(&mut facts.antivirus, fails, numbers, now);
    change(&mut facts.patches, |patches| {
        patches.last_checked_at = numbers.before(now, 40).into();
        patches.last_installed_at = numbers.before(now, 60).into();
        patches.security_missing = if numbers.percent(70) { 0 } else { numbers.below(40) }.into();
        patches.reboot_pending = numbers.percent(15).into();
    });
    change(&mut facts.shares, |shares| {
        let shared = if numbers.percent(20) { vec![shared_folder(numbers.percent(50))] } else { Vec::new() };
        shares.folders = shared.into();
    });
    change(&mut facts.browsers, |browsers| {
        for profile in items(&mut browsers.profiles) {
            profile.saved_logins = if numbers.percent(60) { 0 } else { numbers.below(30) }.into();
            profile.saved_logins_protected = u32::from(numbers.percent(10)).into();
            profile.saved_logins_official_elsewhere = u32::from(numbers.percent(5)).into();
            profile.lasting_sessions_protected = u32::from(numbers.percent(10)).into();
        }
    });
    change(&mut facts.software, |software| {
        let odd = numbers.percent(25).then(|| numbers.below(120) as usize);
        for (place, program) in items(&mut software.programs).iter_mut().enumerate() {
            program.known_origin = (odd != Some(place)).into();
        }
    });
    change(&mut facts.accounts, |accounts| {
        for account in items(&mut accounts.local) {
            account.password_changed_at = numbers.before(now, 180).into();
            account.password_empty = numbers.percent(1).into();
            account.initial_password_in_use = numbers.percent(8).into();
        }
    });
    change(&mut facts.session, |session| {
        for setting in items(&mut session.lock_settings) {
            setting.locks = numbers.percent(80).into();
        }
    });
    change(&mut facts.firewall, |firewall| {
        for firewall in items(&mut firewall.firewalls) {
            firewall.active = numbers.percent(85).into();
        }
    });
    change(&mut facts.guard, |guard| guard.in_force = numbers.percent(50).into());
}

fn vary_antivirus(fact: &mut Option<Fact<Antivirus>>, fails: bool, numbers: &mut Numbers, now: Timestamp) {
    let Some(fact) = fact else { return };
    if fails {
        fact.outcome = Err(Gap::new(GapCode::PermissionDenied));
        return;
    }
    let mut product = antivirus_product();
    product.running = numbers.percent(92).into();
    product.signatures_built_at = numbers.before(now, 10).into();
    fact.outcome = Ok(Antivirus { products: vec![product].into() });
}

fn fact<T>(now: Timestamp, value: T) -> Fact<T> {
    Fact { outcome: Ok(value), observed_at: now, source: SOURCE.to_owned() }
}

fn change<T>(fact: &mut Option<Fact<T>>, change: impl FnOnce(&mut T)) {
    if let Some(Fact { outcome: Ok(value), .. }) = fact {
        change(value);
    }
}

/// The items of a list that is known, to be changed in place.
fn items<T>(list: &mut Observed<Listing<T>>) -> &mut [T] {
    match list {
        Observed::Known(list) => &mut list.items,
        Observed::Unknown(_) => &mut [],
    }
}

fn os(now: Timestamp) -> Os {
    Os {
        family: OsFamily::Linux.into(),
        id: "debian".into(),
        name: "Debian GNU/Linux 13 (trixie)".into(),
        version: "13".into(),
        role: DeviceRole::Workstation.into(),
        support_ends_at: (now + SignedDuration::from_hours(24 * 700)).into(),
        extended_support_ends_at: (now + SignedDuration::from_hours(24 * 1400)).into(),
        ..Os::default()
    }
}

fn antivirus_product() -> AntivirusProduct {
    AntivirusProduct {
        name: "ClamAV".into(),
        running: true.into(),
        real_time: true.into(),
        signature_state: SignatureState::Dated.into(),
        licence_expired: false.into(),
        centrally_managed: true.into(),
        ..AntivirusProduct::default()
    }
}

fn shared_folder(open: bool) -> SharedFolder {
    SharedFolder {
        name: "Hồ sơ".into(),
        path: "/home/nga/Hồ sơ".into(),
        protocol: ShareProtocol::Smb.into(),
        open_to_everyone: open.into(),
        writable: true.into(),
    }
}

fn browsers() -> Browsers {
    let kinds = [BrowserKind::Chrome, BrowserKind::Firefox];
    let profiles = (0..PROFILES).map(|place| BrowserProfile {
        browser: kinds[place % kinds.len()].into(),
        user: ["nga", "hùng"][place / kinds.len()].into(),
        profile: "Default".into(),
        offers_to_save: false.into(),
        ..BrowserProfile::default()
    });
    let policies = kinds.map(|browser| BrowserPolicy { browser: browser.into(), saving_forbidden: true.into() });
    Browsers { profiles: profiles.collect::<Vec<_>>().into(), policies: policies.to_vec().into() }
}

fn software() -> Software {
    let programs = (0..PROGRAMS).map(|place| Program {
        name: format!("package-{place}").as_str().into(),
        version: "1.2.3-4".into(),
        publisher: "Debian".into(),
        source: SoftwareSource::Dpkg.into(),
        known_origin: true.into(),
    });
    Software {
        programs: programs.collect::<Vec<_>>().into(),
        foreign_repositories: Vec::new().into(),
        unknown_executables: Vec::new().into(),
        licences: Vec::new().into(),
        crack_signs: Vec::new().into(),
    }
}

fn accounts() -> Accounts {
    let local = ["root", "nga", "hùng"].map(|name| LocalAccount {
        name: name.into(),
        password_login: true.into(),
        must_change_password: false.into(),
        password_never_expires: false.into(),
        administrator: (name == "root").into(),
        administrator_without_password: false.into(),
        ..LocalAccount::default()
    });
    Accounts {
        local: local.to_vec().into(),
        password_max_age: SignedDuration::from_hours(24 * 90).into(),
        password_min_length: 10.into(),
    }
}

fn session() -> Session {
    let setting = LockSetting {
        user: "".into(),
        locks: true.into(),
        locks_after: SignedDuration::from_mins(10).into(),
        enforced: true.into(),
    };
    Session { lock_settings: vec![setting].into(), open: Vec::new().into() }
}

fn host_firewall() -> HostFirewall {
    HostFirewall { name: "nftables".into(), active: true.into(), refuses_inbound: true.into() }
}

fn volume() -> Volume {
    Volume { mount: "/".into(), file_system: "ext4".into(), encrypted: true.into(), removable: false.into() }
}

fn ssh() -> RemoteAccessService {
    RemoteAccessService {
        kind: RemoteAccessKind::Ssh.into(),
        name: "ssh".into(),
        enabled: false.into(),
        listening: false.into(),
        password_login: false.into(),
        administrator_login: false.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T08:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_number_makes_the_same_device_whatever_stood_there_before() {
        let (mut one, mut other) = (template(now()), template(now()));
        for number in 0..100 {
            vary(&mut one, number, now());
        }
        vary(&mut other, 99, now());
        assert_eq!(one, other);
    }

    #[test]
    fn devices_differ() {
        let (mut one, mut other) = (template(now()), template(now()));
        vary(&mut one, 1, now());
        vary(&mut other, 2, now());
        assert_ne!(one, other);
    }

    #[test]
    fn shares_of_a_hundred_are_kept() {
        let mut numbers = Numbers(7);
        let hits = (0..100_000).filter(|_| numbers.percent(20)).count();
        assert!((19_000..21_000).contains(&hits), "{hits}");
    }
}
