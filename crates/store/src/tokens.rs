//! Enrolment tokens: by one of these the devices of a unit enrol, for a while and a number of times. Only the SHA-256 of a
//! token is kept.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::{bounded_option, refused};
use crate::columns::{Columns as _, micros};
use crate::{Change, Store, StoreError};

/// The most devices that one token may enrol.
pub const MAX_USES: u64 = 1000;

/// The longest note, in letters.
pub const MAX_NOTE: usize = 200;

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolmentToken {
    /// The id, which may be shown.
    pub id: String,
    /// The SHA-256 of the token, in hexadecimal.
    pub secret_hash: String,
    /// The unit whose devices enrol by it.
    pub unit: String,
    /// What it is for.
    pub note: Option<String>,
    /// The person who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is good no longer.
    pub expires_at: Timestamp,
    /// How many devices may enrol by it.
    pub uses_allowed: u64,
    /// How many have.
    pub uses: u64,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// Why a token is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRefusal {
    /// Nobody made it.
    Unknown,
    /// It is past its time.
    Expired,
    /// It was taken back.
    Revoked,
    /// As many devices as it allows have enrolled.
    UsedUp,
}

fn token(row: &AnyRow) -> Result<EnrolmentToken, StoreError> {
    Ok(EnrolmentToken {
        id: row.text("id")?,
        secret_hash: row.text("secret_hash")?,
        unit: row.text("unit")?,
        note: row.text_or_none("note")?,
        created_by: row.text("created_by")?,
        created_at: row.moment("created_at")?,
        expires_at: row.moment("expires_at")?,
        uses_allowed: row.count("uses_allowed")?,
        uses: row.count("uses")?,
        revoked_at: row.moment_or_none("revoked_at")?,
    })
}

/// Keeps a token that was just made.
pub async fn insert(change: &mut Change, token: &EnrolmentToken) -> Result<(), StoreError> {
    bounded_option("note", token.note.as_deref(), MAX_NOTE)?;
    if token.uses_allowed == 0 || token.uses_allowed > MAX_USES {
        return Err(refused("uses_allowed", &format!("it is not from 1 to {MAX_USES}")));
    }
    if token.expires_at <= token.created_at {
        return Err(refused("expires_at", "it has passed already"));
    }
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    query(
        "INSERT INTO enrolment_tokens (id, secret_hash, unit, note, created_by, created_at, expires_at, uses_allowed, uses)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&token.id)
    .bind(&token.secret_hash)
    .bind(&token.unit)
    .bind(token.note.as_deref())
    .bind(&token.created_by)
    .bind(micros(token.created_at))
    .bind(micros(token.expires_at))
    .bind(number(token.uses_allowed))
    .bind(number(token.uses))
    .execute(change.connection())
    .await?;
    let detail = serde_json::json!({
        "unit": token.unit, "uses_allowed": token.uses_allowed, "expires_at": token.expires_at, "note": token.note,
    });
    change.audit("token.make", "token", &token.id, detail).await
}

/// Uses a token once, in one statement: not past its time, not taken back, not used up. Two devices that come at once
/// with the last use cannot both have it. A refusal changes nothing.
pub async fn use_once(
    change: &mut Change,
    secret_hash: &str,
) -> Result<Result<EnrolmentToken, TokenRefusal>, StoreError> {
    let now = change.now();
    let row = query(
        "UPDATE enrolment_tokens SET uses = uses + 1
         WHERE secret_hash = $1 AND revoked_at IS NULL AND expires_at > $2 AND uses < uses_allowed RETURNING *",
    )
    .bind(secret_hash)
    .bind(micros(now))
    .fetch_optional(change.connection())
    .await?;
    if let Some(row) = row {
        return token(&row).map(Ok);
    }
    let row = query("SELECT * FROM enrolment_tokens WHERE secret_hash = $1")
        .bind(secret_hash)
        .fetch_optional(change.connection())
        .await?;
    let Some(refused) = row.as_ref().map(token).transpose()? else { return Ok(Err(TokenRefusal::Unknown)) };
    Ok(Err(if refused.revoked_at.is_some() {
        TokenRefusal::Revoked
    } else if refused.expires_at <= now {
        TokenRefusal::Expired
    } else {
        TokenRefusal::UsedUp
    }))
}

/// Takes a token back. The devices that enrolled by it stay.
pub async fn revoke(change: &mut Change, id: &str) -> Result<(), StoreError> {
    let now = micros(change.now());
    let revoked = query("UPDATE enrolment_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL")
        .bind(id)
        .bind(now)
        .execute(change.connection())
        .await?;
    if revoked.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    change.audit("token.revoke", "token", id, serde_json::json!({})).await
}

/// The token with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<EnrolmentToken>, StoreError> {
    let row = query("SELECT * FROM enrolment_tokens WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(token).transpose()
}

/// Every token, newest first.
pub async fn all(store: &Store) -> Result<Vec<EnrolmentToken>, StoreError> {
    let rows = query("SELECT * FROM enrolment_tokens ORDER BY created_at DESC, id").fetch_all(store.readers()).await?;
    rows.iter().map(token).collect()
}
