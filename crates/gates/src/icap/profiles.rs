//! What single clients need that others do not, as data.

use serde::{Deserialize, Serialize};

/// What a client needs that others do not.
#[derive(Debug, PartialEq, Eq)]
pub struct Profile {
    /// By this it is chosen.
    pub name: &'static str,
    /// Whose programs it is for.
    pub clients: &'static str,
    /// Says by `X-Error-Code` why something was not looked into; with
    /// [`NotInspected::Tell`](crate::NotInspected::Tell) as the status `500`, which its client then decides about.
    pub error_codes: bool,
    /// Never answers `5xx`: what could not be looked into is blocked whatever the policy says about telling, and when all
    /// connections are in use this one is closed without an answer. Its client would lock a file away for good, or let it go on.
    pub never_errors: bool,
    /// Sends `X-Violations-Found`, whose value goes on over several lines: simple readers of headers stumble over it.
    pub violations: bool,
}

/// Every profile.
pub const PROFILES: &[Profile] = &[
    Profile { name: "standard", clients: "Squid, F5, g3", error_codes: false, never_errors: false, violations: false },
    Profile {
        name: "nextcloud",
        clients: "Nextcloud files_antivirus",
        error_codes: true,
        never_errors: false,
        violations: false,
    },
    Profile {
        name: "owncloud",
        clients: "ownCloud files_antivirus",
        error_codes: false,
        never_errors: true,
        violations: false,
    },
    Profile { name: "f5", clients: "F5 BIG-IP", error_codes: false, never_errors: true, violations: false },
    Profile { name: "nutanix", clients: "Nutanix Files", error_codes: false, never_errors: true, violations: false },
    Profile {
        name: "c-icap",
        clients: "FileCloud, Clearswift",
        error_codes: false,
        never_errors: false,
        violations: true,
    },
];

/// One service: the last part of the address that a client is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Its name, as it stands in `icap://host:1344/NAME`.
    pub name: String,
    /// The name of its [`Profile`].
    pub profile: String,
}

/// The services that are there if the settings say nothing else: one of each profile, and the names that clients come with.
const USUAL: &[(&str, &str)] = &[
    ("khien", "standard"),
    ("nextcloud", "nextcloud"),
    ("owncloud", "owncloud"),
    ("f5", "f5"),
    ("nutanix", "nutanix"),
    ("c-icap", "c-icap"),
    // The default of Nextcloud, and what Debian's c-icap calls it.
    ("avscan", "nextcloud"),
    ("virus_scan", "standard"),
    ("srv_clamav", "standard"),
    ("squidclamav", "standard"),
    ("reqmod", "standard"),
    ("respmod", "standard"),
];

/// The services that are there if the settings say nothing else.
pub fn usual_services() -> Vec<Service> {
    let service = |(name, profile): &(&str, &str)| Service { name: (*name).to_owned(), profile: (*profile).to_owned() };
    USUAL.iter().map(service).collect()
}

/// The profile called `name`.
pub fn profile(name: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| profile.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_service_has_a_profile() {
        for service in usual_services() {
            assert!(profile(&service.profile).is_some(), "{service:?}");
        }
        assert_eq!(profile("nobody"), None);
    }
}
