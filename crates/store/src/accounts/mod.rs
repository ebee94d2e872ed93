//! Accounts of the ministry's systems: what a source says of them, whose they are, and what becomes known of it.
//!
//! ```text
//! source ─▶ SeenAccount ─▶ plan ─▶ looked at, or taken in ─▶ accounts, holders, assignments
//!                          (pure)                            facts ─▶ judged in the same change
//! ```
//!
//! The mailbox joins account and person: the part before the `@`. What a source does not say stays unknown; what the office
//! itself knows (whether the owner has left, what the owner states, whether several people use it) is added to what was read.

mod attest;
mod known;
mod office;
mod plan;
mod refresh;
mod take_in;

use jiff::Timestamp;
use khien_model::facts::{Credential, Lifecycle};
use khien_model::{Subject, SubjectKind, words};
use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::columns::Columns as _;
use crate::{Store, StoreError};

pub use attest::{Attestation, EARLIEST_YEAR, attest, attestations_of};
pub use known::ATTESTATION_PARAMETER;
pub use office::Office;
pub use plan::{AccountDifference, Changed, Owners, Plan, SeenAccount, Sort, Step, plan};
pub use refresh::{MAX_REFRESHED, refresh};
pub use take_in::{close, join, mark_shared, take_in, unjoin, vanish};

words! {
    /// How the owner of an account was found, or why not.
    pub enum Joined {
        /// The mailbox is that of one person.
        Mail = "mail",
        /// The login is the mailbox of one person, without its domain.
        Login = "login",
        /// Somebody said so.
        Hand = "hand",
        /// The account is that of a member of the unit.
        Member = "member",
        /// Nobody has such a mailbox.
        Nobody = "nobody",
        /// Several people have such a mailbox.
        Several = "several",
    }
}

/// An account that a source knows or knew.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// The id of the subject.
    pub id: String,
    /// The connector.
    pub connector: String,
    /// The name by which it signs in.
    pub login: String,
    /// Whose it is, as the source writes it.
    pub owner_name: Option<String>,
    /// The address of its mailbox.
    pub mail: Option<String>,
    /// Its password, as the source said.
    pub credential: Credential,
    /// Its life, as the source said.
    pub lifecycle: Lifecycle,
    /// When the source said so.
    pub read_at: Timestamp,
    /// When it was read for the first time.
    pub first_read_at: Timestamp,
    /// When the source had it no longer, or somebody said that it is closed.
    pub gone_at: Option<Timestamp>,
    /// Whose it is.
    pub person: Option<String>,
    /// How that was found, or why not.
    pub joined: Joined,
    /// Whether several people use it, when somebody of the office said so.
    pub shared: Option<bool>,
}

impl Account {
    /// As a subject.
    pub fn subject(&self) -> Subject {
        subject(&self.id)
    }
}

/// The account with this id as a subject.
pub(crate) fn subject(id: &str) -> Subject {
    Subject { kind: SubjectKind::Account, id: id.to_owned() }
}

fn account(row: &AnyRow) -> Result<Account, StoreError> {
    let shared = match row.number_or_none("shared")? {
        None => None,
        Some(_) => Some(row.flag("shared")?),
    };
    Ok(Account {
        id: row.text("id")?,
        connector: row.text("connector")?,
        login: row.text("login")?,
        owner_name: row.text_or_none("owner_name")?,
        mail: row.text_or_none("mail")?,
        credential: row.json("credential")?,
        lifecycle: row.json("lifecycle")?,
        read_at: row.moment("read_at")?,
        first_read_at: row.moment("first_read_at")?,
        gone_at: row.moment_or_none("gone_at")?,
        person: row.text_or_none("person")?,
        joined: row.parsed("joined")?,
        shared,
    })
}

/// The account with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<Account>, StoreError> {
    let row = query("SELECT * FROM accounts WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(account).transpose()
}

/// Every account that a connector knows or knew, by login.
pub async fn of_connector(store: &Store, connector: &str) -> Result<Vec<Account>, StoreError> {
    let rows = query("SELECT * FROM accounts WHERE connector = $1 ORDER BY login, id")
        .bind(connector)
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(account).collect()
}

/// The accounts of a person that are there, by system.
pub async fn of_person(store: &Store, person: &str) -> Result<Vec<Account>, StoreError> {
    let rows = query("SELECT * FROM accounts WHERE person = $1 AND gone_at IS NULL ORDER BY connector, login, id")
        .bind(person)
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(account).collect()
}

/// Every account that is there, by id.
pub async fn all(store: &Store) -> Result<Vec<Account>, StoreError> {
    let rows = query("SELECT * FROM accounts WHERE gone_at IS NULL ORDER BY id").fetch_all(store.readers()).await?;
    rows.iter().map(account).collect()
}

/// The number of accounts that are there, and of those among them whose owner is not known, by connector.
pub async fn counted(store: &Store) -> Result<Vec<(String, u64, u64)>, StoreError> {
    let rows = query(
        "SELECT connector, COUNT(*) AS there, COUNT(*) - COUNT(person) AS unjoined FROM accounts WHERE gone_at IS NULL
         GROUP BY connector ORDER BY connector",
    )
    .fetch_all(store.readers())
    .await?;
    rows.iter().map(|row| Ok((row.text("connector")?, row.count("there")?, row.count("unjoined")?))).collect()
}

/// A fact as it is kept: without the time.
fn said(value: &Value, source: &str) -> String {
    serde_json::json!({ "value": value, "source": source }).to_string()
}
