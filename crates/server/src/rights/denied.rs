//! Why something is not allowed.

use super::{Action, Resource};

/// Why something is not allowed. The code of each is the key of the sentence that a person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// None of the person's roles may do this to anything.
    NoRole {
        /// What was to be done.
        action: Action,
        /// With what.
        resource: Resource,
    },
    /// A role of the person may do this, but not there: another unit, another person.
    OutOfReach {
        /// What was to be done.
        action: Action,
        /// With what.
        resource: Resource,
    },
    /// A day of the past is never changed.
    PastIsFixed {
        /// What was to be done.
        action: Action,
        /// With what.
        resource: Resource,
    },
    /// The roles that reach this see it as it is today only.
    OnlyToday {
        /// What was to be done.
        action: Action,
        /// With what.
        resource: Resource,
    },
    /// Nobody decides about what they asked for or what concerns themselves.
    OwnCase {
        /// What was to be done.
        action: Action,
        /// With what.
        resource: Resource,
    },
}

impl Denied {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoRole { .. } => "denied-no-role",
            Self::OutOfReach { .. } => "denied-out-of-reach",
            Self::PastIsFixed { .. } => "denied-past-is-fixed",
            Self::OnlyToday { .. } => "denied-only-today",
            Self::OwnCase { .. } => "denied-own-case",
        }
    }

    /// What was to be done, with what.
    pub const fn what(&self) -> (Action, Resource) {
        match *self {
            Self::NoRole { action, resource }
            | Self::OutOfReach { action, resource }
            | Self::PastIsFixed { action, resource }
            | Self::OnlyToday { action, resource }
            | Self::OwnCase { action, resource } => (action, resource),
        }
    }
}

impl std::fmt::Display for Denied {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (action, resource) = self.what();
        write!(formatter, "not allowed to {action} {resource}: ")?;
        formatter.write_str(match self {
            Self::NoRole { .. } => "no role of this person allows it",
            Self::OutOfReach { .. } => "it belongs to another unit or person",
            Self::PastIsFixed { .. } => "the past is never changed",
            Self::OnlyToday { .. } => "this role sees only today",
            Self::OwnCase { .. } => "nobody decides about their own case",
        })
    }
}

impl std::error::Error for Denied {}
