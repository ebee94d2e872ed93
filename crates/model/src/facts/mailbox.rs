//! Facts about an official mailbox (clauses 4.2 to 4.4). Counts only: no subject, address or text of a mail is a fact.

use jiff::Timestamp;

use crate::Observed;

record! {
    /// What the mail check found in the mail received in its period.
    pub struct MailCheck {
        /// Whether every mail passes the check before it is delivered.
        pub gate_in_force: Observed<bool>,
        /// When a mail of this mailbox was last checked.
        pub last_checked_at: Observed<Timestamp>,
        /// Mails checked in the last 30 days.
        pub checked: Observed<u32>,
        /// Of these, mails that could not be inspected completely.
        pub not_inspected: Observed<u32>,
        /// Of these, mails judged dangerous that were delivered all the same.
        pub dangerous_delivered: Observed<u32>,
        /// Of these, mails from outside the protected domains that were delivered without a warning banner.
        pub outside_without_warning: Observed<u32>,
    }

    /// Mails that show the official address was used to open private accounts elsewhere.
    pub struct SignUps {
        /// Services outside the government's domains that confirmed a registration, counted once each.
        pub foreign_services: Observed<u32>,
        /// When the newest such mail came. Left out when there is none.
        pub last_seen_at: Observed<Timestamp>,
    }

    /// Where the mailbox sends mail on to.
    pub struct Forwarding {
        /// Whether a rule forwards mail to an address outside the protected domains.
        pub forwards_outside: Observed<bool>,
    }
}
