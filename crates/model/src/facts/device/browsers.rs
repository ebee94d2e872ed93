//! Browsers. Counts and booleans only: no password, cookie or user name is ever a fact.

use crate::{Listing, Observed};

words! {
    /// A browser.
    pub enum BrowserKind {
        /// Google Chrome.
        Chrome = "chrome",
        /// Microsoft Edge.
        Edge = "edge",
        /// Cốc Cốc.
        CocCoc = "coccoc",
        /// Chromium.
        Chromium = "chromium",
        /// Brave.
        Brave = "brave",
        /// Vivaldi.
        Vivaldi = "vivaldi",
        /// Opera.
        Opera = "opera",
        /// Yandex Browser.
        Yandex = "yandex",
        /// Mozilla Firefox.
        Firefox = "firefox",
    }
}

record! {
    /// Browsers and what they keep. No osquery table comes near (`chrome_extensions` knows the profiles).
    pub struct Browsers {
        /// Every profile of every user. Incomplete when a home folder could not be read.
        pub profiles: Observed<Listing<BrowserProfile>>,
        /// For each kind of browser found, whether a machine-wide policy forbids saving passwords.
        pub policies: Observed<Listing<BrowserPolicy>>,
    }

    /// One profile of one user.
    pub struct BrowserProfile {
        /// The browser.
        pub browser: Observed<BrowserKind>,
        /// The user of this machine it belongs to.
        pub user: Observed<String>,
        /// The profile's folder name, e.g. `Default`.
        pub profile: Observed<String>,
        /// Saved logins with a password. Chromium: rows of `logins` in `Login Data` and `Login Data For Account` not
        /// blacklisted, of Yandex Browser in `Ya Passman Data` as well; Firefox: `logins.json`.
        pub saved_logins: Observed<u32>,
        /// Of these, logins for protected ministry hosts (`moj.gov.vn` and below).
        pub saved_logins_protected: Observed<u32>,
        /// Of these, logins on hosts outside the protected domains whose user name is an official address.
        pub saved_logins_official_elsewhere: Observed<u32>,
        /// Cookies of protected hosts that outlive the browser: sessions that were not logged out.
        pub lasting_sessions_protected: Observed<u32>,
        /// Whether the browser will offer to save passwords in this profile: the policy if there is one, else the user's
        /// setting.
        pub offers_to_save: Observed<bool>,
    }

    /// The machine-wide policy of one browser.
    pub struct BrowserPolicy {
        /// The browser.
        pub browser: Observed<BrowserKind>,
        /// Whether a policy forbids saving passwords. Chromium family: `PasswordManagerEnabled` = false; Firefox:
        /// `PasswordManagerEnabled` or `OfferToSaveLogins` = false.
        pub saving_forbidden: Observed<bool>,
    }
}
