//! The ransomware guard.

use jiff::Timestamp;

use crate::{Listing, Observed};

record! {
    /// The ransomware guard, which keeps the originals of protected files.
    pub struct Guard {
        /// Whether a guard is in force now.
        pub in_force: Observed<bool>,
        /// The folders whose files it keeps.
        pub protected_folders: Observed<Listing<String>>,
        /// When restoring from kept originals or a backup was last tried with success.
        pub last_restore_drill_at: Observed<Timestamp>,
    }
}
