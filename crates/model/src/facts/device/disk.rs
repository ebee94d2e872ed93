//! Volumes and their encryption.

use crate::{Listing, Observed};

record! {
    /// Volumes that hold data. Nearest osquery tables: `disk_encryption`, `bitlocker_info`, `mounts`.
    pub struct Disk {
        /// Every mounted or configured volume with a file system on a disk.
        pub volumes: Observed<Listing<Volume>>,
    }

    /// One volume.
    pub struct Volume {
        /// Where it is mounted, or its drive letter.
        pub mount: Observed<String>,
        /// The file system, e.g. `ext4`, `ntfs`.
        pub file_system: Observed<String>,
        /// Whether it is encrypted. Linux: a `CRYPT-` device-mapper below it, or `/etc/crypttab`; Windows: BitLocker
        /// protection is on.
        pub encrypted: Observed<bool>,
        /// Whether it can be taken out.
        pub removable: Observed<bool>,
    }
}
