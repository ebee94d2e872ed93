//! Whether the agent on this machine is heard of.

use jiff::Timestamp;

use crate::Observed;

record! {
    /// Whether the agent on this machine is heard of. Nobody looks at a machine for it: the server says it of each device that
    /// is enrolled, out of its own records and whenever it judges, and the agent of itself, out of its own. A report that
    /// claims it is not believed. A machine without an agent has no such fact.
    pub struct Reporting {
        /// Since when no report has come: when the server last accepted one, or, while it never has, when the agent enrolled.
        /// Server: column `silent_since` of `subjects`; agent: `contact.json` and `enrolment.json` of its state.
        pub silent_since: Observed<Timestamp>,
    }
}
