//! Facts about an account on one system (clauses 2.1 to 2.3).

use jiff::Timestamp;

use crate::{Listing, Observed};

words! {
    /// How a date about a password became known.
    pub enum Evidence {
        /// Read from the system itself (LDAP `pwdLastSet`, a local password file, an export).
        Observed = "observed",
        /// Stated by the owner of the account, because the system cannot be asked.
        Attested = "attested",
    }
}

record! {
    /// The password of an account and how the account is protected. Nearest osquery table: `user_groups`, `shadow`.
    pub struct Credential {
        /// The system the account is on, e.g. `mail.moj.gov.vn`.
        pub system: Observed<String>,
        /// When the account was created. LDAP: `whenCreated`, `createTimestamp`.
        pub created_at: Observed<Timestamp>,
        /// When the owner received the account; the initial password must go soon after. LDAP: `whenCreated` or
        /// `createTimestamp` of an account that was used since (a heuristic: it is handed out when it is made).
        pub received_at: Observed<Timestamp>,
        /// When the password was last changed. LDAP: `pwdLastSet` (a Windows FILETIME), `pwdChangedTime`, `shadowLastChange`
        /// (the beginning of a day); else an import or an attestation.
        pub password_changed_at: Observed<Timestamp>,
        /// How `password_changed_at` became known.
        pub evidence: Observed<Evidence>,
        /// Whether the password handed out with the account is still in use. LDAP: `pwdLastSet` or
        /// `pwdChangedTime` within 10 minutes of `whenCreated` or `createTimestamp` (a heuristic).
        pub initial_password_in_use: Observed<bool>,
        /// Whether the system forces a change at the next login. LDAP: `pwdLastSet` = 0, `pwdReset`,
        /// `shadowLastChange` = 0.
        pub must_change_password: Observed<bool>,
        /// Whether the password is exempt from expiry. LDAP: `userAccountControl` bit 0x10000, `shadowMax`.
        pub password_never_expires: Observed<bool>,
        /// Whether a second factor is required. LDAP: `userAccountControl` bit 0x40000 (a smart card).
        pub second_factor: Observed<bool>,
    }

    /// Who uses an account and whether it should still exist.
    pub struct Lifecycle {
        /// Whether the account can log in. LDAP: `userAccountControl` bit 0x2 is clear and `accountExpires` is not past;
        /// `pwdAccountLockedTime`, `nsAccountLock`, `shadowExpire`.
        pub enabled: Observed<bool>,
        /// Whether it has administrative rights on its system. LDAP: `adminCount` = 1, or `memberOf` a group that was named.
        pub administrator: Observed<bool>,
        /// Whether several people use it.
        pub shared: Observed<bool>,
        /// When it was last used. LDAP: `lastLogonTimestamp` (exact to 14 days), `pwdLastSuccess`,
        /// `authTimestamp`.
        pub last_login_at: Observed<Timestamp>,
        /// Whether its owner has left the office or moved to a post without it.
        pub owner_left: Observed<bool>,
    }

    /// The devices an account is used on.
    pub struct SignIns {
        /// Every device seen in the period the source keeps.
        pub devices: Observed<Listing<SignInDevice>>,
    }

    /// One device an account is used on.
    pub struct SignInDevice {
        /// The device's id, or what the system recorded of an unknown one.
        pub device: Observed<String>,
        /// Whether the device belongs to the office and its findings of clause 4 all pass.
        pub safe: Observed<bool>,
        /// When the account was last used there.
        pub last_used_at: Observed<Timestamp>,
    }
}
