//! Facts about an information system that files are uploaded to (clause 4.7).

use jiff::Timestamp;

use crate::Observed;

record! {
    /// Whether files are scanned for malware before they reach the system.
    pub struct Uploads {
        /// Whether an upload gate stands before the system and lets nothing pass unscanned.
        pub gate_in_force: Observed<bool>,
        /// Files uploaded in the last 30 days, by the system's own log.
        pub uploaded: Observed<u32>,
        /// Of these, files with a scan receipt of the same content from before the upload.
        pub with_receipt: Observed<u32>,
        /// Of these, files that were uploaded although the scan found malware.
        pub infected_uploaded: Observed<u32>,
        /// Of these, files that the scan could not look into completely.
        pub not_inspected: Observed<u32>,
        /// When the newest scan receipt was made.
        pub last_receipt_at: Observed<Timestamp>,
    }
}
