//! Antivirus.

use jiff::Timestamp;

use crate::{Listing, Observed};

record! {
    /// Antivirus on this machine. Nearest osquery table: `windows_security_products`.
    pub struct Antivirus {
        /// Every product found.
        pub products: Observed<Listing<AntivirusProduct>>,
    }

    /// One antivirus product.
    pub struct AntivirusProduct {
        /// Its name, e.g. `ClamAV`, `Bkav Endpoint AI`.
        pub name: Observed<String>,
        /// Whether its engine runs now. Linux: its daemon is a process; Windows: `ProductState` is ON.
        pub running: Observed<bool>,
        /// Whether files are scanned as they are opened. ClamAV: `clamonacc` runs.
        pub real_time: Observed<bool>,
        /// When its signatures were built. ClamAV: the header of `daily.cvd`/`daily.cld`; Defender:
        /// `AntivirusSignatureLastUpdated`.
        pub signatures_built_at: Observed<Timestamp>,
        /// The version of its signatures.
        pub signature_version: Observed<String>,
        /// Whether a central console manages it.
        pub centrally_managed: Observed<bool>,
        /// Whether its licence has run out. Windows: `ProductState` is EXPIRED.
        pub licence_expired: Observed<bool>,
    }
}
