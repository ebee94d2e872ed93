//! Local accounts.

use jiff::{SignedDuration, Timestamp};

use crate::{Listing, Observed};

record! {
    /// Local accounts and the rules for their passwords. Nearest osquery tables: `users`, `shadow`, `user_groups`,
    /// `sudoers`.
    pub struct Accounts {
        /// Accounts that people can log in with, and root.
        pub local: Observed<Listing<LocalAccount>>,
        /// The longest time a new password may stand. Linux: `PASS_MAX_DAYS` (99999 days stands for "for ever"); Windows:
        /// `NetUserModalsGet`.
        pub password_max_age: Observed<SignedDuration>,
        /// The shortest password accepted, in characters. Linux: `minlen` of pam_pwquality; Windows: `NetUserModalsGet`.
        pub password_min_length: Observed<u32>,
    }

    /// One local account.
    pub struct LocalAccount {
        /// Its name.
        pub name: Observed<String>,
        /// Whether it can log in with a password. Linux: the hash in `/etc/shadow` is not locked.
        pub password_login: Observed<bool>,
        /// Whether its password is empty.
        pub password_empty: Observed<bool>,
        /// When its password was last changed. Linux: the third field of `/etc/shadow`, exact to a day.
        pub password_changed_at: Observed<Timestamp>,
        /// Whether the password it was made with is still in use. Linux: last changed on the day the home folder was made (a
        /// heuristic).
        pub initial_password_in_use: Observed<bool>,
        /// Whether it must change its password at the next login.
        pub must_change_password: Observed<bool>,
        /// Whether its password never expires.
        pub password_never_expires: Observed<bool>,
        /// Whether it has administrator rights. Linux: uid 0, or granted by sudoers; Windows: member of S-1-5-32-544.
        pub administrator: Observed<bool>,
        /// Whether it may become administrator without giving a password (`NOPASSWD`).
        pub administrator_without_password: Observed<bool>,
        /// When it last logged in. Linux: `lastlog`, `wtmp` or `lastlog2.db`. Left out when it never did or nothing records it.
        pub last_login_at: Observed<Timestamp>,
    }
}
