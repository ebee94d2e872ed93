//! A demonstration: a province that does not exist, with its units, people and devices, and ninety days of what happened
//! there.
//!
//! Nothing here goes past the product: units are founded, merged and renamed as the wizard does it, devices enrol by a token
//! and report, exemptions are asked for and approved by two people, and every finding is what the judge says about facts at
//! their time. Only the clock is handed in. The same seed and the same moment give the same province.

#![forbid(unsafe_code)]

mod accounts;
mod advisories;
mod campaign;
mod chance;
mod days;
mod decisions;
mod documents;
mod duties;
mod gates;
mod history;
mod incidents;
mod lists;
mod machine;
mod names;
mod province;
mod scans;
mod set_up;
mod staff;
mod story;
mod tasks;

use jiff::Timestamp;
use khien_store::roles::RoleKind;
use khien_store::{Store, StoreError, people};

/// The seed of the demonstration that everybody sees.
pub const SEED: u64 = 2026;

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demonstration {
    /// How many units live today.
    pub units: usize,
    /// How many people there are.
    pub people: usize,
    /// How many devices enrolled.
    pub devices: usize,
    /// How many reports were taken in.
    pub reports: usize,
    /// Who can sign in.
    pub logins: Vec<DemoLogin>,
}

/// Somebody who can sign in, to see what a role sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoLogin {
    /// What is typed.
    pub login: String,
    /// The name.
    pub name: String,
    /// The role that there is to see.
    pub role: RoleKind,
}

/// Why there is no demonstration.
#[derive(Debug)]
pub enum DemoProblem {
    /// The installation is in use: fiction never goes beside facts.
    NotEmpty,
    /// The store refused.
    Store(StoreError),
    /// What was made up is not in order: a mistake of ours.
    Fiction(String),
}

impl std::fmt::Display for DemoProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotEmpty => formatter.write_str("the installation is in use; a demonstration needs an empty one"),
            Self::Store(error) => write!(formatter, "{error}"),
            Self::Fiction(what) => write!(formatter, "the demonstration is not in order: {what}"),
        }
    }
}

impl std::error::Error for DemoProblem {}

impl From<StoreError> for DemoProblem {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Fills an empty installation with the demonstration as of `now`. Whoever signs in types a password with this hash. `tick`
/// hears how many days have passed, and of how many. Logins come last: without them it is not finished.
///
/// # Errors
/// [`DemoProblem::NotEmpty`] when there are people or units already; nothing is changed then.
pub async fn fill(
    store: &Store,
    seed: u64,
    now: Timestamp,
    password_hash: &str,
    tick: &mut dyn FnMut(i64, i64),
) -> Result<Demonstration, DemoProblem> {
    if !is_empty(store).await? {
        return Err(DemoProblem::NotEmpty);
    }
    let mut chance = chance::Chance::new(seed);
    let days = days::Days::up_to(now);
    let mut province = set_up::set_up(store, &mut chance, days).await?;
    let reports = history::happen(store, &mut chance, days, &mut province, tick).await?;
    let logins = set_up::open_logins(store, now, &province.people, password_hash).await?;
    Ok(Demonstration {
        units: province::OFFICES.len(),
        people: province.people.len(),
        devices: province.stories.len(),
        reports,
        logins,
    })
}

/// Whether nobody has set the place up: there are no people and no units.
pub async fn is_empty(store: &Store) -> Result<bool, StoreError> {
    let register = khien_store::units::register(store).await?;
    Ok(register.units.is_empty() && people::all(store).await?.is_empty())
}
