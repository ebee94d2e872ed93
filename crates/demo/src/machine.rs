//! A machine of the demonstration: what is true of it, and the facts that its agent would report.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// The operating systems to be met with in an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum System {
    Windows7,
    /// Whether extended updates were bought.
    Windows10 {
        extended: bool,
    },
    /// The 24H2 release, supported until 13/10/2026.
    Windows11Old,
    Windows11,
    Debian,
    /// A server in the office of the province.
    WindowsServer,
}

/// What is wrong with a machine and what is right: everything that can change.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is one observation, independent of the others")]
pub(crate) struct Condition {
    pub(crate) system: System,
    /// The antivirus product, if any.
    pub(crate) antivirus: Option<&'static str>,
    pub(crate) antivirus_running: bool,
    pub(crate) centrally_managed: bool,
    /// The signatures stand still since then; `None` while they are renewed.
    pub(crate) signatures_stuck_at: Option<Timestamp>,
    pub(crate) security_missing: u32,
    pub(crate) last_installed_at: Timestamp,
    pub(crate) reboot_pending: bool,
    pub(crate) share: Option<Share>,
    pub(crate) smb1: bool,
    pub(crate) saved_logins: u32,
    pub(crate) saved_ministry_logins: u32,
    pub(crate) saved_official_elsewhere: u32,
    pub(crate) saving_forbidden: bool,
    pub(crate) lasting_sessions: u32,
    pub(crate) locks_after_minutes: Option<i64>,
    pub(crate) remote_tool: Option<(&'static str, &'static str)>,
    pub(crate) crack: bool,
    pub(crate) unknown_program: bool,
    pub(crate) risky_download: Option<Timestamp>,
    pub(crate) firewall: bool,
    pub(crate) autorun_off: bool,
    pub(crate) encrypted: bool,
    pub(crate) guard: bool,
    pub(crate) password_changed_at: Timestamp,
    pub(crate) initial_password: bool,
}

/// A folder that is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) name: &'static str,
    pub(crate) open_to_everyone: bool,
}

/// A machine with its name.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    pub(crate) hostname: String,
    pub(crate) user: String,
    pub(crate) is: Condition,
}

impl System {
    pub(crate) const fn is_windows(self) -> bool {
        !matches!(self, Self::Debian)
    }

    /// Id, name, version, build, end of support, end of extended support.
    const fn described(self) -> [&'static str; 6] {
        const SEVEN: [&str; 6] =
            ["windows-7", "Windows 7 Professional", "", "7601.24214", "2020-01-14T17:00:00Z", "2023-01-10T17:00:00Z"];
        const TEN: [&str; 6] =
            ["windows-10", "Windows 10 Pro", "22H2", "19045.6466", "2025-10-14T17:00:00Z", "2025-10-14T17:00:00Z"];
        const ELEVEN: [&str; 6] =
            ["windows-11", "Windows 11 Pro", "25H2", "26200.7019", "2027-10-12T17:00:00Z", "2027-10-12T17:00:00Z"];
        match self {
            Self::Windows7 => SEVEN,
            Self::Windows10 { extended: false } => TEN,
            Self::Windows10 { extended: true } => [TEN[0], TEN[1], TEN[2], TEN[3], TEN[4], "2028-10-10T17:00:00Z"],
            Self::Windows11Old => {
                [ELEVEN[0], ELEVEN[1], "24H2", "26100.6584", "2026-10-13T17:00:00Z", "2026-10-13T17:00:00Z"]
            }
            Self::Windows11 => ELEVEN,
            Self::Debian => [
                "debian",
                "Debian GNU/Linux 13 (trixie)",
                "13",
                "6.12.48+deb13-amd64",
                "2028-08-09T00:00:00Z",
                "2030-06-30T00:00:00Z",
            ],
            Self::WindowsServer => [
                "windows-server-2019",
                "Windows Server 2019 Standard",
                "1809",
                "17763.7919",
                "2029-01-09T17:00:00Z",
                "2029-01-09T17:00:00Z",
            ],
        }
    }

    /// The name for people.
    pub(crate) const fn name(self) -> &'static str {
        self.described()[1]
    }
}

impl Machine {
    /// What the agent sees at `now`: the areas and their values. `looked_at` is when the machine last looked for updates.
    pub(crate) fn areas(&self, now: Timestamp) -> Vec<(&'static str, Value)> {
        vec![
            ("os", self.os()),
            ("patches", self.patches(now)),
            ("antivirus", self.antivirus(now)),
            ("shares", self.shares()),
            ("browsers", self.browsers()),
            ("software", self.software()),
            ("accounts", self.accounts()),
            ("session", self.session()),
            ("firewall", self.firewall()),
            ("disk", self.disk()),
            ("usb", json!({ "storage_blocked": false, "autorun_off": self.is.autorun_off })),
            ("remote_access", self.remote_access()),
            ("downloads", self.downloads()),
            ("guard", self.guard()),
            ("agent", self.agent()),
        ]
    }

    /// Who says so.
    pub(crate) const fn source(&self) -> &'static str {
        if self.is.system.is_windows() { "agent:windows" } else { "agent:linux" }
    }

    fn is_server(&self) -> bool {
        matches!(self.is.system, System::WindowsServer)
    }

    fn os(&self) -> Value {
        let [id, name, version, build, support_ends_at, extended] = self.is.system.described();
        json!({
            "family": if self.is.system.is_windows() { "windows" } else { "linux" },
            "id": id, "name": name, "version": version, "build": build, "hostname": self.hostname,
            "role": if self.is_server() { "server" } else { "workstation" },
            "support_ends_at": support_ends_at, "extended_support_ends_at": extended,
        })
    }

    fn patches(&self, now: Timestamp) -> Value {
        let missing: Vec<Value> = (0..self.is.security_missing)
            .map(|place| {
                let name =
                    if self.is.system.is_windows() { format!("KB50686{place:02}") } else { "linux-image-amd64".into() };
                json!({ "name": name, "security": true })
            })
            .collect();
        json!({
            "channel": if self.is.system.is_windows() { "windows_update" } else { "apt" },
            "last_checked_at": earlier(now, 5), "last_installed_at": self.is.last_installed_at,
            "missing": missing, "security_missing": self.is.security_missing,
            "reboot_pending": self.is.reboot_pending, "automatic": true,
        })
    }

    fn antivirus(&self, now: Timestamp) -> Value {
        let products: Vec<Value> = self
            .is
            .antivirus
            .iter()
            .map(|name| {
                let built_at = self.is.signatures_stuck_at.unwrap_or_else(|| earlier(now, 9));
                json!({
                    "name": name, "running": self.is.antivirus_running, "real_time": self.is.antivirus_running,
                    "signature_state": "dated", "signatures_built_at": built_at, "centrally_managed": self.is.centrally_managed,
                    "licence_expired": self.is.signatures_stuck_at.is_some(),
                })
            })
            .collect();
        json!({ "products": products })
    }

    fn shares(&self) -> Value {
        let folders: Vec<Value> = self
            .is
            .share
            .iter()
            .map(|share| {
                json!({
                    "name": share.name, "path": format!("D:\\{}", share.name), "protocol": "smb",
                    "open_to_everyone": share.open_to_everyone, "writable": true,
                })
            })
            .collect();
        json!({ "folders": folders, "service_running": self.is.system.is_windows(), "smb1_accepted": self.is.smb1 })
    }

    fn browsers(&self) -> Value {
        let is = &self.is;
        let kind = if is.system.is_windows() { "coccoc" } else { "firefox" };
        json!({
            "profiles": [{
                "browser": kind, "user": self.user, "profile": "Default", "saved_logins": is.saved_logins,
                "saved_logins_protected": is.saved_ministry_logins,
                "saved_logins_official_elsewhere": is.saved_official_elsewhere,
                "lasting_sessions_protected": is.lasting_sessions, "offers_to_save": !is.saving_forbidden,
            }],
            "policies": [{ "browser": kind, "saving_forbidden": is.saving_forbidden }],
        })
    }

    fn software(&self) -> Value {
        let (office, publisher, source) = if self.is.system.is_windows() {
            ("Microsoft Office Standard 2019", "Microsoft Corporation", "windows_installer")
        } else {
            ("libreoffice", "Debian LibreOffice Maintainers", "dpkg")
        };
        let mut programs = vec![
            json!({ "name": office, "publisher": publisher, "source": source, "known_origin": true }),
            json!({ "name": "UniKey", "publisher": "UniKey", "source": source, "known_origin": true }),
        ];
        if self.is.unknown_program {
            programs.push(
                json!({ "name": "Free PDF Converter", "publisher": "", "source": source, "known_origin": false }),
            );
        }
        let mut licences = Vec::new();
        if self.is.system.is_windows() {
            let state = if self.is.crack { "unlicensed" } else { "licensed" };
            licences.push(json!({ "product": office, "state": state }));
        }
        let sign = json!({ "sign": "KMS host on this machine", "path": "C:\\Windows\\System32\\SppExtComObjHook.dll" });
        json!({
            "programs": programs, "foreign_repositories": [], "unknown_executables": [], "licences": licences,
            "crack_signs": if self.is.crack { vec![sign] } else { Vec::new() },
        })
    }

    fn accounts(&self) -> Value {
        json!({
            "local": [{
                "name": self.user, "password_login": true, "password_empty": false,
                "password_changed_at": self.is.password_changed_at,
                "initial_password_in_use": self.is.initial_password, "must_change_password": false,
                "password_never_expires": false, "administrator": self.is.unknown_program,
                "administrator_without_password": false,
            }],
            "password_max_age": "PT2160H", "password_min_length": 8,
        })
    }

    fn session(&self) -> Value {
        let mut setting = json!({ "user": "", "locks": self.is.locks_after_minutes.is_some(), "enforced": true });
        if let (Some(minutes), Some(fields)) = (self.is.locks_after_minutes, setting.as_object_mut()) {
            fields.insert("locks_after".into(), json!(SignedDuration::from_mins(minutes)));
        }
        json!({ "lock_settings": [setting], "open": [] })
    }

    fn firewall(&self) -> Value {
        let name = if self.is.system.is_windows() { "Windows Defender Firewall" } else { "nftables" };
        json!({ "firewalls": [{ "name": name, "active": self.is.firewall, "refuses_inbound": self.is.firewall }] })
    }

    fn disk(&self) -> Value {
        let (mount, system) = if self.is.system.is_windows() { ("C:", "ntfs") } else { ("/", "ext4") };
        let volume =
            json!({ "mount": mount, "file_system": system, "encrypted": self.is.encrypted, "removable": false });
        json!({ "volumes": [volume] })
    }

    fn remote_access(&self) -> Value {
        let services: Vec<Value> = self
            .is
            .remote_tool
            .iter()
            .map(|(kind, name)| {
                json!({
                    "kind": kind, "name": name, "enabled": true, "listening": true, "password_login": true,
                    "administrator_login": false,
                })
            })
            .collect();
        json!({ "services": services })
    }

    fn downloads(&self) -> Value {
        let risky: Vec<Value> = self
            .is
            .risky_download
            .iter()
            .map(|downloaded_at| {
                json!({
                    "file_name": "phan-mem-chuyen-doi-pdf.exe", "extension": "exe", "user": self.user,
                    "origin_host": "tai-phan-mem.example", "origin_government": false, "downloaded_at": downloaded_at,
                    "executable": true,
                })
            })
            .collect();
        json!({ "risky": risky })
    }

    /// Where the key of the agent lies: PCs that came with Windows 11 have a chip that works.
    fn agent(&self) -> Value {
        let protection = match self.is.system {
            System::Windows11 | System::Windows11Old => "tpm",
            System::Windows7 | System::Windows10 { .. } | System::WindowsServer => "dpapi",
            System::Debian => "file",
        };
        json!({ "key_protection": protection })
    }

    fn guard(&self) -> Value {
        if self.is.guard {
            json!({ "in_force": true, "protected_folders": ["D:\\Hồ sơ thi hành án"] })
        } else {
            json!({ "in_force": false, "protected_folders": [] })
        }
    }
}

/// So many hours before, on the full hour: an agent that looks twice on a day sees the same.
fn earlier(now: Timestamp, hours: i64) -> Timestamp {
    let before = now.as_second() - hours * 3_600;
    Timestamp::from_second(before - before.rem_euclid(3_600)).unwrap_or(now)
}
