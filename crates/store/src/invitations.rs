//! Invitations: one-time links by which a person chooses a password. Only the SHA-256 of a link's secret is kept.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::columns::{Columns as _, micros};
use crate::{Change, Store, StoreError};

/// One invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The SHA-256 of the link's secret.
    pub secret_hash: String,
    /// Who is invited; `None`: whoever sets the place up becomes its first administrator.
    pub person: Option<String>,
    /// Who invites.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is good no longer.
    pub expires_at: Timestamp,
}

fn invitation(row: &AnyRow) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        secret_hash: row.text("secret_hash")?,
        person: row.text_or_none("person")?,
        created_by: row.text("created_by")?,
        created_at: row.moment("created_at")?,
        expires_at: row.moment("expires_at")?,
    })
}

/// Invites. An earlier invitation of the same person, and whatever has expired, is good no longer.
pub async fn insert(change: &mut Change, invitation: &Invitation) -> Result<(), StoreError> {
    let now = micros(change.now());
    let person = invitation.person.as_deref();
    query("DELETE FROM invitations WHERE expires_at <= $1 OR person = $2 OR (person IS NULL AND $3 = 1)")
        .bind(now)
        .bind(person)
        .bind(i64::from(person.is_none()))
        .execute(change.connection())
        .await?;
    query(
        "INSERT INTO invitations (secret_hash, person, created_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&invitation.secret_hash)
    .bind(person)
    .bind(&invitation.created_by)
    .bind(micros(invitation.created_at))
    .bind(micros(invitation.expires_at))
    .execute(change.connection())
    .await?;
    let detail = serde_json::json!({ "expires_at": invitation.expires_at });
    change.audit("login.invite", "person", person.unwrap_or_default(), detail).await
}

/// The invitation with this secret if it is still good at `now`.
pub async fn find(store: &Store, secret_hash: &str, now: Timestamp) -> Result<Option<Invitation>, StoreError> {
    let row = query("SELECT * FROM invitations WHERE secret_hash = $1 AND expires_at > $2")
        .bind(secret_hash)
        .bind(micros(now))
        .fetch_optional(store.readers())
        .await?;
    row.as_ref().map(invitation).transpose()
}

/// The invitation of `person` that is still good at `now`.
pub async fn of_person(store: &Store, person: &str, now: Timestamp) -> Result<Option<Invitation>, StoreError> {
    let row = query("SELECT * FROM invitations WHERE person = $1 AND expires_at > $2")
        .bind(person)
        .bind(micros(now))
        .fetch_optional(store.readers())
        .await?;
    row.as_ref().map(invitation).transpose()
}

/// Takes an invitation back: it is gone afterwards. `None`: there is none, it was used, or it has expired.
pub async fn take(change: &mut Change, secret_hash: &str) -> Result<Option<Invitation>, StoreError> {
    let now = change.now();
    let row = query("DELETE FROM invitations WHERE secret_hash = $1 RETURNING *")
        .bind(secret_hash)
        .fetch_optional(change.connection())
        .await?;
    let taken = row.as_ref().map(invitation).transpose()?;
    Ok(taken.filter(|invitation| now < invitation.expires_at))
}
