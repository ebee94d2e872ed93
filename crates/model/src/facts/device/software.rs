//! Installed software.

use jiff::Timestamp;

use crate::{Listing, Observed};

words! {
    /// How software came onto the machine.
    pub enum SoftwareSource {
        /// A Debian package.
        Dpkg = "dpkg",
        /// An RPM package.
        Rpm = "rpm",
        /// A snap.
        Snap = "snap",
        /// A flatpak.
        Flatpak = "flatpak",
        /// A Windows installer (the Uninstall keys).
        WindowsInstaller = "windows_installer",
        /// A Windows app package (MSIX).
        WindowsApp = "windows_app",
    }

    /// What a licence check says.
    pub enum LicenceState {
        /// Licensed.
        Licensed = "licensed",
        /// In a grace or trial period.
        Grace = "grace",
        /// Not licensed.
        Unlicensed = "unlicensed",
    }
}

record! {
    /// Installed software, where it came from, and licences. Nearest osquery tables: `programs`, `deb_packages`,
    /// `rpm_packages`.
    pub struct Software {
        /// Every installed program or package.
        pub programs: Observed<Listing<Program>>,
        /// Package sources that are not the distribution's own.
        pub foreign_repositories: Observed<Listing<ForeignRepository>>,
        /// Executables in home folders that no package owns. Windows: also elsewhere on its drive but for its own folder and
        /// `Program Files`, and on every other fixed drive; there those with a valid signature are left out.
        pub unknown_executables: Observed<Listing<UnknownExecutable>>,
        /// Software that needs a licence (Windows, Office) and its state. Empty on Linux.
        pub licences: Observed<Listing<Licence>>,
        /// Traces of tools that break licences (a loopback KMS host, `SppExtComObjHook.dll`, a patch or keygen by name).
        pub crack_signs: Observed<Listing<CrackSign>>,
    }

    /// One installed program or package.
    pub struct Program {
        /// Its name. Windows: `DisplayName`.
        pub name: Observed<String>,
        /// Its version.
        pub version: Observed<String>,
        /// Who made or packaged it. dpkg: `Maintainer`; rpm: `Vendor`; Windows: `Publisher`.
        pub publisher: Observed<String>,
        /// How it came.
        pub source: Observed<SoftwareSource>,
        /// Whether it came from the system's own package source, or is signed by its publisher. False when a package is in no
        /// list of a known repository.
        pub known_origin: Observed<bool>,
    }

    /// One package source that is not the distribution's own.
    pub struct ForeignRepository {
        /// Its address or name, without credentials.
        pub address: Observed<String>,
        /// The file that names it.
        pub file: Observed<String>,
        /// Whether its packages' signatures are not checked (`trusted=yes`, `gpgcheck=0`).
        pub unsigned: Observed<bool>,
    }

    /// One executable that no package owns.
    pub struct UnknownExecutable {
        /// The file.
        pub path: Observed<String>,
        /// The user in whose home folder it lies. Unknown elsewhere.
        pub user: Observed<String>,
        /// When it was last modified.
        pub modified_at: Observed<Timestamp>,
        /// Whether its publisher's signature is valid (Windows). Unknown where executables are not signed.
        pub signed: Observed<bool>,
    }

    /// The licence of one product.
    pub struct Licence {
        /// The product.
        pub product: Observed<String>,
        /// What its own check says.
        pub state: Observed<LicenceState>,
    }

    /// One trace of a tool that breaks licences.
    pub struct CrackSign {
        /// What was found, in technical words.
        pub sign: Observed<String>,
        /// Where.
        pub path: Observed<String>,
    }
}
