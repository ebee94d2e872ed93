//! Statements of owners about the password of an account of which nobody else knows.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use khien_model::day_of;
use sqlx::any::AnyRow;
use sqlx::query;

use super::{Account, Office, take_in};
use crate::checks::refused;
use crate::columns::{Columns as _, day_text, micros};
use crate::{Change, Store, StoreError, connectors};

/// The first year that is believed: what is older is a slip of the keyboard.
pub const EARLIEST_YEAR: i16 = 2000;

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// The account.
    pub account: String,
    /// When it was made.
    pub at: Timestamp,
    /// By whom.
    pub person: String,
    /// The day on which the password was last changed.
    pub changed_on: Date,
}

fn attestation(row: &AnyRow) -> Result<Attestation, StoreError> {
    Ok(Attestation {
        account: row.text("account")?,
        at: row.moment("attested_at")?,
        person: row.text("person")?,
        changed_on: row.parsed("changed_on")?,
    })
}

/// Takes a statement of the owner: nobody else makes one, and none is taken where the source knows.
pub async fn attest(change: &mut Change, account: &Account, person: &str, changed_on: Date) -> Result<(), StoreError> {
    if account.person.as_deref() != Some(person) || account.gone_at.is_some() {
        return Err(refused("person", "the account is not theirs"));
    }
    if account.credential.password_changed_at.known().is_some() {
        return Err(StoreError::Conflict { what: "the source of the account knows the day".into() });
    }
    if changed_on > day_of(change.now()) || changed_on.year() < EARLIEST_YEAR {
        return Err(refused("changed_on", "it is a day to come or long past"));
    }
    let connector = connectors::find(change.store(), &account.connector).await?.ok_or(StoreError::NotFound)?;
    let mut office = Office::at(change.store(), change.now()).await?;
    let now = micros(change.now());
    query(
        "INSERT INTO attestations (account, attested_at, person, changed_on) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account, attested_at) DO UPDATE SET person = excluded.person, changed_on = excluded.changed_on",
    )
    .bind(&account.id)
    .bind(now)
    .bind(person)
    .bind(day_text(changed_on))
    .execute(change.connection())
    .await?;
    let stated = Attestation { account: account.id.clone(), at: change.now(), person: person.to_owned(), changed_on };
    office.attested.insert(account.id.clone(), stated);
    take_in::say(change, &connector, &[account.into()], &office).await?;
    change.audit("account.attest", "account", &account.id, serde_json::json!({ "changed_on": changed_on })).await
}

/// What was stated about an account, the latest first.
pub async fn attestations_of(store: &Store, account: &str) -> Result<Vec<Attestation>, StoreError> {
    let rows = query("SELECT * FROM attestations WHERE account = $1 ORDER BY attested_at DESC")
        .bind(account)
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(attestation).collect()
}

/// The last statement about each account.
pub(super) async fn latest(store: &Store) -> Result<HashMap<String, Attestation>, StoreError> {
    let rows = query("SELECT * FROM attestations ORDER BY attested_at").fetch_all(store.readers()).await?;
    let mut latest = HashMap::new();
    for row in &rows {
        let stated = attestation(row)?;
        latest.insert(stated.account.clone(), stated);
    }
    Ok(latest)
}
