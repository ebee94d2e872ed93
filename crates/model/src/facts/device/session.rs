//! Screen lock and sessions.

use jiff::{SignedDuration, Timestamp};

use crate::{Listing, Observed};

words! {
    /// How somebody is logged in.
    pub enum SessionKind {
        /// At the screen.
        Graphical = "graphical",
        /// On a text console.
        Console = "console",
        /// From another machine.
        Remote = "remote",
    }
}

record! {
    /// Screen lock and open sessions. Nearest osquery tables: `logged_in_users`, `screenlock`.
    pub struct Session {
        /// The lock settings that apply: one for the machine, or one per user where users decide.
        pub lock_settings: Observed<Listing<LockSetting>>,
        /// Who is logged in now.
        pub open: Observed<Listing<OpenSession>>,
    }

    /// The screen lock of one user, or of the machine.
    pub struct LockSetting {
        /// The user; empty for a rule that holds for the whole machine.
        pub user: Observed<String>,
        /// Whether the screen locks when idle.
        pub locks: Observed<bool>,
        /// After how long, with the grace of a screen saver as far as it is longer than the usual seconds.
        pub locks_after: Observed<SignedDuration>,
        /// Whether the user cannot change this.
        pub enforced: Observed<bool>,
    }

    /// One open session.
    pub struct OpenSession {
        /// The user.
        pub user: Observed<String>,
        /// How.
        pub kind: Observed<SessionKind>,
        /// Whether the screen is locked.
        pub locked: Observed<bool>,
        /// Since when nothing was typed. Left out while in use or where nothing records it.
        pub idle_since: Observed<Timestamp>,
    }
}
