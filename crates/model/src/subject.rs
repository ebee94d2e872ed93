//! What a control can be about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// The six kinds of subject.
    pub enum SubjectKind {
        /// A node of the organisation's tree (đơn vị).
        Unit = "unit",
        /// An official or employee (người).
        Person = "person",
        /// An account on one system (tài khoản).
        Account = "account",
        /// A PC or server (thiết bị).
        Device = "device",
        /// An official mailbox (hộp thư).
        Mailbox = "mailbox",
        /// An information system that files are uploaded to (hệ thống).
        System = "system",
    }
}

/// One subject: its kind and its stable id within that kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// The kind of subject.
    pub kind: SubjectKind,
    /// The id, unique within the kind; opaque.
    pub id: String,
}
