//! The operating system.

use jiff::Timestamp;

use crate::Observed;

words! {
    /// The family of an operating system.
    pub enum OsFamily {
        /// Microsoft Windows, client or server.
        Windows = "windows",
        /// Any Linux distribution.
        Linux = "linux",
    }

    /// What a machine is for.
    pub enum DeviceRole {
        /// A PC that people work on.
        Workstation = "workstation",
        /// A machine that serves others.
        Server = "server",
    }
}

record! {
    /// The operating system and how long it is supported. Nearest osquery tables: `os_version`, `kernel_info`.
    pub struct Os {
        /// Windows or Linux.
        pub family: Observed<OsFamily>,
        /// The distribution or product, lower case. Linux: `ID` of `/etc/os-release` (`debian`, `fedora`); Windows:
        /// `windows-10`, `windows-11`, `windows-server-2019`.
        pub id: Observed<String>,
        /// The name for people. Linux: `PRETTY_NAME`; Windows: product and edition.
        pub name: Observed<String>,
        /// The release. Linux: `VERSION_ID`; Windows: `DisplayVersion` (`22H2`).
        pub version: Observed<String>,
        /// The exact build. Linux: the running kernel's release; Windows: `CurrentBuildNumber.UBR`.
        pub build: Observed<String>,
        /// The machine's own name. Linux: `/etc/hostname`; Windows: `ComputerName`.
        pub hostname: Observed<String>,
        /// Workstation or server. Linux: a server has no graphical login; Windows: `InstallationType`.
        pub role: Observed<DeviceRole>,
        /// The end of security updates for everybody, from the table `content/end-of-support.json`.
        pub support_ends_at: Observed<Timestamp>,
        /// The end of paid or long-term security updates that this machine is enrolled in; equals `support_ends_at` when it
        /// is enrolled in none. Debian LTS counts, as its updates come by the same channel.
        pub extended_support_ends_at: Observed<Timestamp>,
    }
}
