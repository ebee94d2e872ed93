//! Removable storage.

use crate::Observed;

record! {
    /// Removable storage. Nearest osquery table: `usb_devices`.
    pub struct Usb {
        /// Whether USB storage cannot be used. Linux: both `usb-storage` and `uas` are blocked in `/etc/modprobe.d`, or USBGuard
        /// runs; Windows: `USBSTOR\Start` = 4 or the removable-storage policy.
        pub storage_blocked: Observed<bool>,
        /// Whether nothing starts by itself when a medium is plugged in. Linux: the desktop's auto-run is off; Windows:
        /// `NoDriveTypeAutoRun` = 255 or `NoAutorun` = 1.
        pub autorun_off: Observed<bool>,
    }
}
