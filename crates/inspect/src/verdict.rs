//! What is said of a file in the end.

use serde::{Deserialize, Serialize};

/// What is said of a file, from the mildest to the gravest: of a whole, the gravest of its parts counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything in it was looked into, and nothing was found.
    Clean,
    /// Everything was looked into, and a person should look at what was found.
    Suspicious,
    /// Something in it could not be looked into. Never to be taken for clean.
    NotInspected,
    /// Something in it has no place in an upload.
    Blocked,
}

impl Verdict {
    /// The word for it in data, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Suspicious => "suspicious",
            Self::NotInspected => "not_inspected",
            Self::Blocked => "blocked",
        }
    }

    /// In Vietnamese.
    pub const fn vi(self) -> &'static str {
        match self {
            Self::Clean => "sạch",
            Self::Suspicious => "đáng ngờ",
            Self::NotInspected => "chưa kiểm tra được",
            Self::Blocked => "bị chặn",
        }
    }

    /// In English.
    pub const fn en(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Suspicious => "suspicious",
            Self::NotInspected => "not inspected",
            Self::Blocked => "blocked",
        }
    }
}

/// What one finding does to the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It is told, and changes nothing.
    Note,
    /// A person should look at it.
    Suspicious,
    /// The file is not to be let through.
    Blocked,
}

impl Effect {
    /// The verdict of a file in which nothing else was found.
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Note => Verdict::Clean,
            Self::Suspicious => Verdict::Suspicious,
            Self::Blocked => Verdict::Blocked,
        }
    }
}
