//! Updates.

use jiff::Timestamp;

use crate::{Listing, Observed};

words! {
    /// What installs updates.
    pub enum UpdateChannel {
        /// APT (Debian, Ubuntu).
        Apt = "apt",
        /// DNF or YUM (Fedora, RHEL and kin).
        Dnf = "dnf",
        /// Windows Update or WSUS.
        WindowsUpdate = "windows_update",
    }
}

record! {
    /// Updates: what is missing, when they last came, whether a restart is due. Nearest osquery tables: `patches`,
    /// `deb_packages`, `rpm_packages`.
    pub struct Patches {
        /// What installs updates here.
        pub channel: Observed<UpdateChannel>,
        /// When updates were last looked for with success. apt: the newest of `/var/lib/apt/periodic/update-success-stamp`
        /// and the package lists; dnf: the cache's `repomd.xml`; Windows: `LastSearchSuccessDate`.
        pub last_checked_at: Observed<Timestamp>,
        /// When updates were last installed with success. dpkg: the newest `upgrade` in `/var/log/dpkg.log*`; dnf:
        /// `history.sqlite`; Windows: the later of the newest package of an update under `Component Based Servicing` and the
        /// newest success in the history of Windows Update, definitions of antivirus programs, drivers and apps left out.
        pub last_installed_at: Observed<Timestamp>,
        /// Installed packages for which a newer version is known here.
        pub missing: Observed<Listing<MissingUpdate>>,
        /// How many of `missing` are security updates. Unknown when the channel does not tell. Where Windows Update was not
        /// asked: 1 when the build is older than a security update in the table `content/windows-builds.json`, else unknown.
        pub security_missing: Observed<u32>,
        /// Whether a restart is needed for updates to take effect. Linux: `/run/reboot-required`, or a newer kernel installed
        /// than runs; Windows: the `RebootPending` and `RebootRequired` keys.
        pub reboot_pending: Observed<bool>,
        /// Whether security updates install themselves. apt: `APT::Periodic::Unattended-Upgrade`; dnf:
        /// `dnf-automatic.timer`; Windows: the `AU` policy.
        pub automatic: Observed<bool>,
    }

    /// One update that is available but not installed.
    pub struct MissingUpdate {
        /// The package or KB number.
        pub name: Observed<String>,
        /// The version installed.
        pub installed: Observed<String>,
        /// The version available.
        pub available: Observed<String>,
        /// Whether it mends a security flaw.
        pub security: Observed<bool>,
    }
}
