//! Tokens by which other programs send lists of cases: for a unit and everything below it, for a while. Only the SHA-256 of
//! a token is kept.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::{bounded_option, refused};
use crate::columns::{Columns as _, micros};
use crate::{Change, Store, StoreError};

/// The longest note, in letters.
pub const MAX_NOTE: usize = 200;

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadToken {
    /// The id, which may be shown.
    pub id: String,
    /// The SHA-256 of the token, as [`crate::sessions`] keep theirs.
    pub secret_hash: String,
    /// The unit whose lists may be sent by it, with everything below.
    pub unit: String,
    /// Which program has it.
    pub note: Option<String>,
    /// The person who made it, in whose name the program acts.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is good no longer.
    pub expires_at: Timestamp,
    /// When it was used last.
    pub used_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

impl UploadToken {
    /// Whether it is good at `now`.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

fn token(row: &AnyRow) -> Result<UploadToken, StoreError> {
    Ok(UploadToken {
        id: row.text("id")?,
        secret_hash: row.text("secret_hash")?,
        unit: row.text("unit")?,
        note: row.text_or_none("note")?,
        created_by: row.text("created_by")?,
        created_at: row.moment("created_at")?,
        expires_at: row.moment("expires_at")?,
        used_at: row.moment_or_none("used_at")?,
        revoked_at: row.moment_or_none("revoked_at")?,
    })
}

/// Keeps a token that was just made.
pub async fn insert(change: &mut Change, token: &UploadToken) -> Result<(), StoreError> {
    bounded_option("note", token.note.as_deref(), MAX_NOTE)?;
    if token.expires_at <= token.created_at {
        return Err(refused("expires_at", "it has passed already"));
    }
    query(
        "INSERT INTO upload_tokens (id, secret_hash, unit, note, created_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&token.id)
    .bind(&token.secret_hash)
    .bind(&token.unit)
    .bind(token.note.as_deref())
    .bind(&token.created_by)
    .bind(micros(token.created_at))
    .bind(micros(token.expires_at))
    .execute(change.connection())
    .await?;
    let detail = serde_json::json!({ "unit": token.unit, "expires_at": token.expires_at, "note": token.note });
    change.audit("upload_token.make", "upload_token", &token.id, detail).await
}

/// The token with this hash, if it is good at `now`.
pub async fn good(store: &Store, secret_hash: &str, now: Timestamp) -> Result<Option<UploadToken>, StoreError> {
    let row = query("SELECT * FROM upload_tokens WHERE secret_hash = $1")
        .bind(secret_hash)
        .fetch_optional(store.readers())
        .await?;
    Ok(row.as_ref().map(token).transpose()?.filter(|token| token.is_good(now)))
}

/// Notes that a token was used.
pub async fn used(change: &mut Change, id: &str) -> Result<(), StoreError> {
    let now = micros(change.now());
    query("UPDATE upload_tokens SET used_at = $2 WHERE id = $1")
        .bind(id)
        .bind(now)
        .execute(change.connection())
        .await?;
    Ok(())
}

/// Takes a token back.
pub async fn revoke(change: &mut Change, id: &str) -> Result<(), StoreError> {
    let now = micros(change.now());
    let revoked = query("UPDATE upload_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL")
        .bind(id)
        .bind(now)
        .execute(change.connection())
        .await?;
    if revoked.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    change.audit("upload_token.revoke", "upload_token", id, serde_json::json!({})).await
}

/// The token with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<UploadToken>, StoreError> {
    let row = query("SELECT * FROM upload_tokens WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(token).transpose()
}

/// Every token, newest first.
pub async fn all(store: &Store) -> Result<Vec<UploadToken>, StoreError> {
    let rows = query("SELECT * FROM upload_tokens ORDER BY created_at DESC, id").fetch_all(store.readers()).await?;
    rows.iter().map(token).collect()
}
