//! Lists of people, devices, units and accounts out of spreadsheets.
//!
//! ```text
//! bytes ─▶ khien_tables ─▶ titles  ─▶ plan ─▶ a person looks at it ─▶ carried out, all of it or nothing
//!          rows of text    columns   what is new, what changes,
//!                                   what is wrong in which row
//! ```
//!
//! Everything up to the plan is pure: it looks at the rows and at what is [`Known`], and promises nothing. A list that was
//! carried out, uploaded again, changes nothing.

pub(crate) mod accounts;
pub(crate) mod carry_out;
pub mod columns;
pub mod known;
pub(crate) mod load;
pub(crate) mod pages;
pub mod plan;
pub mod sample;
pub mod say;

pub use known::{Known, KnownDevice, KnownPerson, KnownUnit};
pub use plan::{Difference, Plan, Problem, RowProblem, Step};

/// What a list is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Officials and employees.
    People,
    /// PCs and servers.
    Devices,
    /// The units of the organisation.
    Units,
    /// The accounts of one system.
    Accounts,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::People, Self::Devices, Self::Units, Self::Accounts];
    /// Those that are uploaded on the page of lists. A list of accounts is uploaded on the page of its system.
    pub const OF_THE_OFFICE: [Self; 3] = [Self::People, Self::Devices, Self::Units];

    /// The word in addresses and in the store.
    pub const fn word(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Devices => "devices",
            Self::Units => "units",
            Self::Accounts => "accounts",
        }
    }

    /// The kind called `word`.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}
