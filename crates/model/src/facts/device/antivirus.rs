//! Antivirus.

use jiff::Timestamp;

use crate::{Listing, Observed};

words! {
    /// How it is known whether signatures are fresh.
    pub enum SignatureState {
        /// By their date, `signatures_built_at`.
        Dated = "dated",
        /// The product tells no date, and says that they are up to date.
        Fresh = "fresh",
        /// The product tells no date, and says that they are out of date.
        Stale = "stale",
    }
}

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
        /// How it is known whether its signatures are fresh: by their date, or, where the product tells none, by its own word.
        /// Linux: always by the date; Windows: `SignatureStatus` of the Security Center, for products other than Defender.
        pub signature_state: Observed<SignatureState>,
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
