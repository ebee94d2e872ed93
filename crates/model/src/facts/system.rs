//! Facts about an information system that files are uploaded to (clause 4.7).

use jiff::Timestamp;

use crate::Observed;

record! {
    /// Whether files are scanned for malware before they reach the system. Source: the gates before it, which report each file to
    /// the server (`khien icap`, `khien clamd`, `POST /api/v1/scan`), and the receipts of people who scanned before (page `/scan`).
    /// osquery has no table for it.
    pub struct Uploads {
        /// Whether an upload gate stands before the system and lets nothing pass unscanned: every gate of the system was heard
        /// within 15 minutes and blocks what it could not inspect.
        pub gate_in_force: Observed<bool>,
        /// Files that went through the gates into the system in the last 30 days, today included. Unknown since a gate fell
        /// silent, and where entries of its log were lost.
        pub uploaded: Observed<u32>,
        /// Of these, files that were looked into before they went on: by the gate, or where it could not look, by a person whose
        /// receipt from before has the same content (SHA-256).
        pub with_receipt: Observed<u32>,
        /// Of these, files that went on although the gate, or where it could not look, the person's scan had found that they
        /// must not be uploaded.
        pub infected_uploaded: Observed<u32>,
        /// Of these, files that nobody could look into completely: neither the gate nor a person before.
        pub not_inspected: Observed<u32>,
        /// When a file for the system was last looked into.
        pub last_receipt_at: Observed<Timestamp>,
    }
}
