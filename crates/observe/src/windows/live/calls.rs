//! What the running system answers, as the plain values that the areas take.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use khien_model::{Gap, GapCode, Listing};
use khien_windows_calls::{Drive, EncryptedVolume, Property, Protocol, RegisteredProduct, ServiceState};

use super::files::{LiveFiles, READ};
use crate::windows::context::either;
use crate::windows::management_date::moment_of;
use crate::windows::ports::{Rows, VERSION_4, VERSION_6, ports_of};
use crate::windows::refusal::gap_of_number;
use crate::windows::registry::file_time;
use crate::windows::running::{
    DefenderStatus, EncryptableVolume, FirewallProfile, LocalUser, NetworkShare, OtherFirewall, PasswordPolicy,
    ProductLicence, Running, SecurityProduct, SecurityState, TerminalSession, UpdateResults,
};
use crate::windows::signature::{FileState, SignatureMemory, is_valid};
use crate::windows::updates::UpdateSource;

/// How long a service of management may take to answer, within the deadline of an area.
const ANSWER_TIME: Duration = Duration::from_secs(15);

/// How long the check of one signature may take.
const SIGNATURE_TIME: Duration = Duration::from_secs(5);

/// The largest program whose signature is checked, in bytes: all of it is read.
const MAX_PROGRAM_BYTES: u64 = 128 << 20;

/// Windows and Office among the products that its licensing knows. Without the applications it goes through every product that
/// Windows was delivered with, which is slow.
const LICENSED: &str = "SELECT Name, LicenseStatus, ApplicationID FROM SoftwareLicensingProduct WHERE PartialProductKey IS NOT NULL \
    AND (ApplicationID = '55c92734-d682-4d71-983e-d6ec3f16059f' OR ApplicationID = '0ff1ce15-a989-479d-af46-f275c6370663')";

/// The same with the servers that renew volume licences. Windows before 8.1 does not know all that is asked for.
const LICENSED_AND_RENEWED: &str = "SELECT Name, LicenseStatus, ApplicationID, KeyManagementServiceMachine, \
    DiscoveredKeyManagementServiceMachineName, DiscoveredKeyManagementServiceMachineIpAddress \
    FROM SoftwareLicensingProduct WHERE PartialProductKey IS NOT NULL \
    AND (ApplicationID = '55c92734-d682-4d71-983e-d6ec3f16059f' OR ApplicationID = '0ff1ce15-a989-479d-af46-f275c6370663')";

/// Where a product names its servers.
const RENEWED_BY: [&str; 3] = [
    "KeyManagementServiceMachine",
    "DiscoveredKeyManagementServiceMachineName",
    "DiscoveredKeyManagementServiceMachineIpAddress",
];

/// The same for the Office of Windows 7, which has a licensing of its own; that of 2010 is an application of its own.
const LICENSED_OFFICE: &str = "SELECT Name, LicenseStatus, ApplicationID FROM OfficeSoftwareProtectionProduct WHERE PartialProductKey IS NOT NULL \
    AND (ApplicationID = '59a52881-a989-479d-af46-f275c6370663' OR ApplicationID = '0ff1ce15-a989-479d-af46-f275c6370663')";

/// Windows among the applications that licensing knows.
const WINDOWS: &str = "55c92734-d682-4d71-983e-d6ec3f16059f";

/// Defender, as it says itself.
const DEFENDER: &str = "SELECT AMServiceEnabled, AntivirusEnabled, RealTimeProtectionEnabled, \
    AntivirusSignatureLastUpdated, AntivirusSignatureVersion FROM MSFT_MpComputerStatus";

/// The system itself.
#[derive(Debug)]
pub(super) struct Calls {
    /// Who asks Windows Update, where somebody does.
    pub(super) updates: Option<Arc<dyn UpdateSource>>,
    /// What is remembered of the signatures of programs.
    pub(super) signatures: Arc<SignatureMemory>,
    /// When the system is looked at.
    pub(super) now: Timestamp,
}

/// Why a call gave nothing, by its number.
fn gap_of(call: &str, error: &io::Error) -> Gap {
    if error.kind() == io::ErrorKind::TimedOut {
        return Gap::with_detail(GapCode::TimedOut, format!("{call}: no answer in time"));
    }
    gap_of_number(call, error.raw_os_error().unwrap_or_default())
}

fn text_of(row: &HashMap<String, Property>, name: &str) -> Option<String> {
    match row.get(name) {
        Some(Property::Text(text)) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}

fn flag_of(row: &HashMap<String, Property>, name: &str) -> Option<bool> {
    match row.get(name) {
        Some(Property::Flag(flag)) => Some(*flag),
        _ => None,
    }
}

fn number_of(row: &HashMap<String, Property>, name: &str) -> Option<u32> {
    match row.get(name) {
        Some(Property::Number(number)) => u32::try_from(*number).ok(),
        _ => None,
    }
}

/// The rows of a query, each read by `read`; a row that lacks what it must have is told.
fn rows<T>(
    namespace: &str,
    query: &str,
    deadline: Duration,
    read: impl Fn(&HashMap<String, Property>) -> Option<T>,
) -> Result<Listing<T>, Gap> {
    let found = khien_windows_calls::query(namespace, query, deadline).map_err(|error| gap_of(namespace, &error))?;
    let mut listing = Listing::default();
    for row in &found {
        match read(row) {
            Some(item) => listing.items.push(item),
            None => {
                listing.note_gap(Gap::with_detail(GapCode::Malformed, format!("{namespace}: a row lacks something")));
            }
        }
    }
    Ok(listing)
}

/// A drive with what BitLocker says of it.
fn volume(drive: Drive, known: &Result<Vec<EncryptedVolume>, Gap>) -> EncryptableVolume {
    let told = |of: fn(&EncryptedVolume) -> &io::Result<u32>, method: &str| {
        let known = known.as_ref().map_err(Clone::clone)?;
        let volume = known.iter().find(|volume| volume.drive.eq_ignore_ascii_case(&drive.name));
        let unknown = || Gap::with_detail(GapCode::NotObserved, format!("BitLocker does not know {}", drive.name));
        of(volume.ok_or_else(unknown)?).as_ref().copied().map_err(|error| gap_of(method, error))
    };
    EncryptableVolume {
        protection: told(|volume| &volume.protection, "GetProtectionStatus"),
        conversion: told(|volume| &volume.conversion, "GetConversionStatus"),
        file_system: drive.file_system.map_err(|error| gap_of("GetVolumeInformation", &error)),
        removable: drive.removable,
        drive: drive.name,
    }
}

fn listens_by(protocol: Protocol, rows: Rows, port: u16) -> Result<bool, Gap> {
    let table = khien_windows_calls::listeners(protocol).map_err(|error| gap_of("GetExtendedTcpTable", &error))?;
    Ok(ports_of(&table, rows)?.contains(&port))
}

impl Running for Calls {
    fn security_products(&self) -> Result<Listing<SecurityProduct>, Gap> {
        if let Ok(products) = khien_windows_calls::antivirus_products(ANSWER_TIME / 3) {
            let product = |product: RegisteredProduct| SecurityProduct {
                name: product.name,
                state: SecurityState::Center { state: product.state, signatures: product.signatures },
            };
            return Ok(Listing::complete(products.into_iter().map(product).collect()));
        }
        let query = "SELECT displayName, productState FROM AntiVirusProduct";
        rows(r"ROOT\SecurityCenter2", query, ANSWER_TIME * 2 / 3, |row| {
            let state = SecurityState::Management(number_of(row, "productState")?);
            Some(SecurityProduct { name: text_of(row, "displayName")?, state })
        })
    }

    fn shares(&self) -> Result<Listing<NetworkShare>, Gap> {
        let call = "NetShareEnum";
        let shares = khien_windows_calls::shares(ANSWER_TIME / 3).map_err(|error| gap_of(call, &error))?;
        let no_right = || Gap::with_detail(GapCode::PermissionDenied, format!("{call}: for administrators"));
        let items = shares.into_iter().map(|share| {
            let (path, security_descriptor) = match share.details {
                Some((path, descriptor)) => (Ok(path), Ok(descriptor)),
                None => (Err(no_right()), Err(no_right())),
            };
            NetworkShare { name: share.name, kind: share.kind, path, security_descriptor }
        });
        Ok(Listing { items: items.collect(), incomplete: None })
    }

    fn updates(&self) -> Result<UpdateResults, Gap> {
        let none = || Gap::with_detail(GapCode::NotObserved, "nobody was to ask Windows Update");
        self.updates.as_ref().ok_or_else(none)?.results(self.now)
    }

    fn sessions(&self) -> Result<Listing<TerminalSession>, Gap> {
        let sessions =
            khien_windows_calls::sessions(ANSWER_TIME / 3).map_err(|error| gap_of("WTSEnumerateSessionsEx", &error))?;
        let items = sessions.into_iter().map(|session| TerminalSession {
            user: session.user,
            is_remote: session.is_remote,
            flags: session.flags,
            last_input_at: file_time(session.last_input),
        });
        Ok(Listing { items: items.collect(), incomplete: None })
    }

    fn volumes(&self) -> Result<Listing<EncryptableVolume>, Gap> {
        let drives =
            khien_windows_calls::drives(ANSWER_TIME / 3).map_err(|error| gap_of("GetLogicalDrives", &error))?;
        let known = khien_windows_calls::encrypted_volumes(ANSWER_TIME * 2 / 3)
            .map_err(|error| gap_of("Win32_EncryptableVolume", &error));
        Ok(Listing::complete(drives.into_iter().map(|drive| volume(drive, &known)).collect()))
    }

    fn fixed_drives(&self) -> Result<Vec<String>, Gap> {
        let drives =
            khien_windows_calls::drives(ANSWER_TIME / 3).map_err(|error| gap_of("GetLogicalDrives", &error))?;
        Ok(drives.into_iter().filter(|drive| !drive.removable).map(|drive| drive.name).collect())
    }

    fn users(&self) -> Result<Listing<LocalUser>, Gap> {
        let accounts = khien_windows_calls::accounts(ANSWER_TIME / 3).map_err(|error| gap_of("NetUserEnum", &error))?;
        let administrators = khien_windows_calls::administrators_group(ANSWER_TIME / 3);
        let items = accounts.into_iter().map(|account| {
            let is_administrator = match (&administrators, &account.groups) {
                (Ok(group), Ok(groups)) => Ok(groups.iter().any(|name| name == group)),
                (Err(error), _) => Err(gap_of("LookupAccountSid", error)),
                (_, Err(number)) => Err(gap_of("NetUserGetLocalGroups", &io::Error::from_raw_os_error(*number))),
            };
            LocalUser {
                name: account.name,
                flags: account.flags,
                password_age: Some(SignedDuration::from_secs(account.password_age.into())),
                password_expired: account.password_expired,
                last_logon: Some(account.last_logon)
                    .filter(|at| *at != 0)
                    .and_then(|at| Timestamp::from_second(at.into()).ok()),
                is_administrator,
            }
        });
        Ok(Listing { items: items.collect(), incomplete: None })
    }

    fn password_policy(&self) -> Result<PasswordPolicy, Gap> {
        let (min_length, max_age_seconds) = khien_windows_calls::password_policy(ANSWER_TIME / 3)
            .map_err(|error| gap_of("NetUserModalsGet", &error))?;
        Ok(PasswordPolicy { min_length, max_age_seconds })
    }

    fn licences(&self) -> Result<Listing<ProductLicence>, Gap> {
        let product = |row: &HashMap<String, Property>| {
            Some(ProductLicence {
                name: text_of(row, "Name")?,
                status: number_of(row, "LicenseStatus")?,
                is_windows: text_of(row, "ApplicationID")?.eq_ignore_ascii_case(WINDOWS),
                renewed_by: RENEWED_BY.iter().filter_map(|name| text_of(row, name)).collect(),
            })
        };
        let ask = |query: &str| rows(r"ROOT\CIMV2", query, ANSWER_TIME / 3, product);
        let mut products = match ask(LICENSED_AND_RENEWED) {
            Err(gap) if gap.code != GapCode::TimedOut => ask(LICENSED)?,
            told => told?,
        };
        match ask(LICENSED_OFFICE) {
            Ok(office) => {
                products.items.extend(office.items);
                office.incomplete.into_iter().for_each(|gap| products.note_gap(gap));
            }
            // From Windows 8 on Office is among the others.
            Err(gap) if gap.code == GapCode::Unsupported => {}
            Err(gap) => products.note_gap(gap),
        }
        Ok(products)
    }

    fn genuine(&self) -> Result<u32, Gap> {
        khien_windows_calls::genuine_state(ANSWER_TIME / 3).map_err(|error| gap_of("SLIsGenuineLocal", &error))
    }

    fn defender(&self) -> Result<DefenderStatus, Gap> {
        let namespace = r"ROOT\Microsoft\Windows\Defender";
        let found = rows(namespace, DEFENDER, ANSWER_TIME / 3, |row| {
            let runs = flag_of(row, "AMServiceEnabled")? && flag_of(row, "AntivirusEnabled")?;
            Some(DefenderStatus {
                running: runs,
                real_time: flag_of(row, "RealTimeProtectionEnabled")?,
                signatures_updated_at: text_of(row, "AntivirusSignatureLastUpdated").and_then(|at| moment_of(&at)),
                signature_version: text_of(row, "AntivirusSignatureVersion"),
            })
        })?;
        let nothing = || Gap::with_detail(GapCode::NotObserved, format!("{namespace}: no row"));
        found.items.into_iter().next().ok_or_else(|| found.incomplete.unwrap_or_else(nothing))
    }

    fn firewall(&self) -> Result<[FirewallProfile; 3], Gap> {
        let profiles = khien_windows_calls::firewall_profiles(ANSWER_TIME * 2 / 3);
        let profile = |profile: khien_windows_calls::FirewallProfile| FirewallProfile {
            enabled: profile.enabled,
            refuses_inbound: profile.refuses,
        };
        profiles.map(|profiles| profiles.map(profile)).map_err(|error| gap_of("INetFwPolicy2", &error))
    }

    fn other_firewalls(&self) -> Result<Vec<OtherFirewall>, Gap> {
        let products = khien_windows_calls::firewall_products(ANSWER_TIME / 3);
        let products = products.map_err(|error| gap_of("IWSCProductList", &error))?;
        Ok(products.into_iter().map(|(name, state)| OtherFirewall { name, state }).collect())
    }

    fn is_signed(&self, path: &str) -> Result<bool, Gap> {
        let unreadable = |what: &str| Gap::with_detail(GapCode::Unreadable, format!("{path}: {what}"));
        let (file, full) = LiveFiles::open(path, READ)?.ok_or_else(|| unreadable("it is not there any more"))?;
        let metadata = file.metadata().map_err(|error| gap_of(path, &error))?;
        if !metadata.is_file() {
            return Err(unreadable("not a regular file"));
        }
        let modified_at = metadata.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
        let state = FileState { length: metadata.len(), modified_at };
        if let Some(signed) = self.signatures.recall(path, state, self.now) {
            return Ok(signed);
        }
        if state.length > MAX_PROGRAM_BYTES {
            return Err(Gap::with_detail(GapCode::TooLarge, format!("{path}: more than {MAX_PROGRAM_BYTES} bytes")));
        }
        let verdict = khien_windows_calls::signature(file, &full, SIGNATURE_TIME)
            .map_err(|error| gap_of("WinVerifyTrust", &error))?;
        let signed = is_valid(verdict.embedded, verdict.catalog)?;
        self.signatures.remember(path, state, self.now, signed);
        Ok(signed)
    }

    fn service_runs(&self, name: &str) -> Result<bool, Gap> {
        match khien_windows_calls::state(name) {
            Ok(state) => Ok(state == ServiceState::Running),
            Err(error) => Err(gap_of("QueryServiceStatus", &error)),
        }
    }

    fn listens_on(&self, port: u16) -> Result<bool, Gap> {
        either(listens_by(Protocol::Version4, VERSION_4, port), listens_by(Protocol::Version6, VERSION_6, port))
    }
}
