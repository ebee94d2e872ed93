//! Codes that stand in for a lost second factor, each good once. Only their hashes are kept.

use sqlx::query;

use crate::columns::{Columns as _, micros};
use crate::{Change, Store, StoreError};

/// Gives a person new codes; earlier ones are good no longer.
pub async fn replace(change: &mut Change, person: &str, hashes: &[String]) -> Result<(), StoreError> {
    query("DELETE FROM recovery_codes WHERE person = $1").bind(person).execute(change.connection()).await?;
    for hash in hashes {
        query("INSERT INTO recovery_codes (person, code_hash) VALUES ($1, $2)")
            .bind(person)
            .bind(hash)
            .execute(change.connection())
            .await?;
    }
    let detail = serde_json::json!({ "codes": hashes.len() });
    change.audit("login.recovery_codes.renew", "person", person, detail).await
}

/// Uses a code up. `false`: there is none like it, or it was used before.
pub async fn use_code(change: &mut Change, person: &str, hash: &str) -> Result<bool, StoreError> {
    let now = micros(change.now());
    let used = query("UPDATE recovery_codes SET used_at = $3 WHERE person = $1 AND code_hash = $2 AND used_at IS NULL")
        .bind(person)
        .bind(hash)
        .bind(now)
        .execute(change.connection())
        .await?;
    if used.rows_affected() == 0 {
        return Ok(false);
    }
    change.audit("login.recovery_codes.use", "person", person, serde_json::json!({})).await?;
    Ok(true)
}

/// How many codes a person has left.
pub async fn left(store: &Store, person: &str) -> Result<u64, StoreError> {
    let row = query("SELECT COUNT(*) AS codes FROM recovery_codes WHERE person = $1 AND used_at IS NULL")
        .bind(person)
        .fetch_one(store.readers())
        .await?;
    row.count("codes")
}
