//! What only the running system can tell, as plain values. The calls lie elsewhere: here is what they hand in.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use khien_model::{Gap, GapCode, Listing};
use serde::{Deserialize, Serialize};

/// What the Security Center says about one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityProduct {
    /// Its name.
    pub name: String,
    /// The state.
    pub state: SecurityState,
}

/// The state of a product, by the interface that told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecurityState {
    /// `IWSCProduct`: `WSC_SECURITY_PRODUCT_STATE` and `WSC_SECURITY_SIGNATURE_STATUS`.
    Center {
        /// 0 on, 1 off, 2 snoozed, 3 expired.
        state: u32,
        /// 0 out of date, 1 up to date.
        signatures: u32,
    },
    /// `AntiVirusProduct.productState` of `root\SecurityCenter2`.
    Management(u32),
}

/// One row of `NetShareEnum` at level 502, or at level 1 without a path and a descriptor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkShare {
    /// `shi502_netname`.
    pub name: String,
    /// `shi502_type`.
    pub kind: u32,
    /// `shi502_path`; the reason where the level does not tell it.
    pub path: Result<String, Gap>,
    /// `shi502_security_descriptor`, self-relative; `None` when the share has none.
    pub security_descriptor: Result<Option<Vec<u8>>, Gap>,
}

/// What Windows Update says.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateResults {
    /// `IAutomaticUpdatesResults::LastSearchSuccessDate`.
    pub last_search_success: Result<Timestamp, Gap>,
    /// The newest success in the history of updates that mended something: see [`newest_mending`](super::newest_mending).
    pub last_installed: Result<Timestamp, Gap>,
    /// What `IUpdateSearcher::Search` found not to be installed.
    pub missing: Result<Listing<AvailableUpdate>, Gap>,
}

/// One `IUpdate`. Its title is left out: it is in the language of the system.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AvailableUpdate {
    /// `Identity.UpdateID`.
    pub id: String,
    /// `KBArticleIDs`, without `KB`.
    pub articles: Vec<String>,
    /// `MsrcSeverity`: `Critical`, `Important`, …; empty when it mends no security flaw. Not translated.
    pub severity: String,
    /// `CveIDs`.
    pub cves: Vec<String>,
    /// `Categories`, by their `CategoryID`.
    pub categories: Vec<String>,
}

/// One session of `WTSEnumerateSessionsExW` with what `WTSSessionInfoEx` says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminalSession {
    /// The user; empty when nobody is logged in.
    pub user: String,
    /// Whether the protocol is that of Remote Desktop.
    pub is_remote: bool,
    /// `SessionFlags`: 0 locked, 1 unlocked, on Windows 7 and Server 2008 R2 the other way round.
    pub flags: u32,
    /// `LastInputTime`.
    pub last_input_at: Option<Timestamp>,
}

/// The firewall in one kind of network, as it says itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirewallProfile {
    /// `INetFwPolicy2::FirewallEnabled`.
    pub enabled: bool,
    /// `INetFwPolicy2::DefaultInboundAction` is "block".
    pub refuses_inbound: bool,
}

/// A firewall besides that of Windows, which it takes the place of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherFirewall {
    /// `IWSCProduct::ProductName`.
    pub name: String,
    /// `WSC_SECURITY_PRODUCT_STATE`: 0 on, 1 off, 2 snoozed, 3 expired.
    pub state: u32,
}

/// `MSFT_MpComputerStatus`: how Defender is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefenderStatus {
    /// `AMServiceEnabled` and `AntivirusEnabled`.
    pub running: bool,
    /// `RealTimeProtectionEnabled`.
    pub real_time: bool,
    /// `AntivirusSignatureLastUpdated`.
    pub signatures_updated_at: Option<Timestamp>,
    /// `AntivirusSignatureVersion`.
    pub signature_version: Option<String>,
}

/// One drive, with what the methods of its `Win32_EncryptableVolume` answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncryptableVolume {
    /// The drive: `C:`.
    pub drive: String,
    /// `NTFS`, `FAT32`, …
    pub file_system: Result<String, Gap>,
    /// `GetProtectionStatus`: 0 off, 1 on, 2 unknown because the volume is locked.
    pub protection: Result<u32, Gap>,
    /// `GetConversionStatus`: 0 decrypted, 1 encrypted, 2 to 5 on the way.
    pub conversion: Result<u32, Gap>,
    /// Whether `GetDriveTypeW` says `DRIVE_REMOVABLE`.
    pub removable: bool,
}

/// One row of `NetUserEnum` with `NetUserGetInfo` at level 3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalUser {
    /// `usri3_name`.
    pub name: String,
    /// `usri3_flags`.
    pub flags: u32,
    /// `usri3_password_age`; `None` when nobody set one, or it must be changed before it counts.
    pub password_age: Option<SignedDuration>,
    /// `usri3_password_expired`: it must be changed at the next login.
    pub password_expired: bool,
    /// `usri3_last_logon`; `None` when it is zero.
    pub last_logon: Option<Timestamp>,
    /// Whether it is a member of the group S-1-5-32-544.
    pub is_administrator: Result<bool, Gap>,
}

/// `NetUserModalsGet` at level 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// `usrmod0_min_passwd_len`.
    pub min_length: u32,
    /// `usrmod0_max_passwd_age` in seconds; `0xFFFF_FFFF` is "for ever".
    pub max_age_seconds: u32,
}

/// One `SoftwareLicensingProduct` that has a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductLicence {
    /// `Name`.
    pub name: String,
    /// `LicenseStatus`: 1 licensed, 2 to 4 and 6 grace, 0 and 5 not licensed.
    pub status: u32,
    /// Whether `ApplicationID` is that of Windows.
    pub is_windows: bool,
    /// The servers that renew it, named or found: `KeyManagementServiceMachine`, `DiscoveredKeyManagementServiceMachineName`
    /// and `…IpAddress`.
    pub renewed_by: Vec<String>,
}

/// Asking the running system. Each call may take long or never come back; it is made on the thread of the area that asks.
pub trait Running: fmt::Debug + Send + Sync {
    /// Antivirus products by the Security Center; Windows Server has none and gives a reason.
    fn security_products(&self) -> Result<Listing<SecurityProduct>, Gap>;
    /// What is shared.
    fn shares(&self) -> Result<Listing<NetworkShare>, Gap>;
    /// What Windows Update knows.
    fn updates(&self) -> Result<UpdateResults, Gap>;
    /// Who is logged in.
    fn sessions(&self) -> Result<Listing<TerminalSession>, Gap>;
    /// Volumes and whether BitLocker protects them.
    fn volumes(&self) -> Result<Listing<EncryptableVolume>, Gap>;
    /// The drives that stay in the machine, each by its letter: `C:`.
    fn fixed_drives(&self) -> Result<Vec<String>, Gap>;
    /// Local accounts.
    fn users(&self) -> Result<Listing<LocalUser>, Gap>;
    /// The rules for their passwords.
    fn password_policy(&self) -> Result<PasswordPolicy, Gap>;
    /// Licences of Windows and Office.
    fn licences(&self) -> Result<Listing<ProductLicence>, Gap>;
    /// Whether this Windows is genuine: 0 yes, 1 without a valid licence, 2 tampered with, 3 not known.
    fn genuine(&self) -> Result<u32, Gap>;
    /// Defender, also where there is no Security Center.
    fn defender(&self) -> Result<DefenderStatus, Gap>;
    /// The firewall in networks of a domain, private and public ones.
    fn firewall(&self) -> Result<[FirewallProfile; 3], Gap>;
    /// Firewalls of others by the Security Center; Windows Server has none and gives a reason.
    fn other_firewalls(&self) -> Result<Vec<OtherFirewall>, Gap>;
    /// Whether a program has a valid signature, in itself or in a catalog of Windows.
    fn is_signed(&self, path: &str) -> Result<bool, Gap>;
    /// Whether the service with this name runs.
    fn service_runs(&self, name: &str) -> Result<bool, Gap>;
    /// Whether something accepts TCP connections on this port.
    fn listens_on(&self, port: u16) -> Result<bool, Gap>;
}

/// Only the running system can tell.
pub(crate) fn needs_running_system() -> Gap {
    Gap::with_detail(GapCode::Unsupported, "only the running system can tell; this is a disk")
}

/// A disk that does not run: every answer is the same reason.
#[derive(Debug, Clone, Copy)]
pub struct NotRunning;

impl Running for NotRunning {
    fn security_products(&self) -> Result<Listing<SecurityProduct>, Gap> {
        Err(needs_running_system())
    }
    fn shares(&self) -> Result<Listing<NetworkShare>, Gap> {
        Err(needs_running_system())
    }
    fn updates(&self) -> Result<UpdateResults, Gap> {
        Err(needs_running_system())
    }
    fn sessions(&self) -> Result<Listing<TerminalSession>, Gap> {
        Err(needs_running_system())
    }
    fn volumes(&self) -> Result<Listing<EncryptableVolume>, Gap> {
        Err(needs_running_system())
    }
    fn fixed_drives(&self) -> Result<Vec<String>, Gap> {
        Err(needs_running_system())
    }
    fn users(&self) -> Result<Listing<LocalUser>, Gap> {
        Err(needs_running_system())
    }
    fn password_policy(&self) -> Result<PasswordPolicy, Gap> {
        Err(needs_running_system())
    }
    fn licences(&self) -> Result<Listing<ProductLicence>, Gap> {
        Err(needs_running_system())
    }
    fn genuine(&self) -> Result<u32, Gap> {
        Err(needs_running_system())
    }
    fn defender(&self) -> Result<DefenderStatus, Gap> {
        Err(needs_running_system())
    }
    fn firewall(&self) -> Result<[FirewallProfile; 3], Gap> {
        Err(needs_running_system())
    }
    fn other_firewalls(&self) -> Result<Vec<OtherFirewall>, Gap> {
        Err(needs_running_system())
    }
    fn is_signed(&self, _: &str) -> Result<bool, Gap> {
        Err(needs_running_system())
    }
    fn service_runs(&self, _: &str) -> Result<bool, Gap> {
        Err(needs_running_system())
    }
    fn listens_on(&self, _: u16) -> Result<bool, Gap> {
        Err(needs_running_system())
    }
}
