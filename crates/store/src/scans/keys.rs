//! The keys with which this installation signs receipts.

use jiff::Timestamp;
use serde_json::json;
use sqlx::query;

use crate::checks::bounded;
use crate::columns::{Columns as _, micros};
use crate::{Change, Store, StoreError};

/// The longest key as it is kept, in letters.
const MAX_KEY: usize = 2_000;

/// A key with which receipts are signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptKey {
    /// The public key in Base64.
    pub public_key: String,
    /// The key, sealed.
    pub sealed: String,
    /// When it was made.
    pub made_at: Timestamp,
}

/// Keeps a new key.
pub async fn insert_key(change: &mut Change, key: &ReceiptKey) -> Result<(), StoreError> {
    bounded("public_key", &key.public_key, MAX_KEY)?;
    bounded("sealed", &key.sealed, MAX_KEY)?;
    query("INSERT INTO receipt_keys (public_key, sealed, made_at) VALUES ($1, $2, $3)")
        .bind(&key.public_key)
        .bind(&key.sealed)
        .bind(micros(key.made_at))
        .execute(change.connection())
        .await?;
    change.audit("receipt_key.make", "installation", "", json!({ "public_key": key.public_key })).await
}

/// Every key, the latest first.
pub async fn receipt_keys(store: &Store) -> Result<Vec<ReceiptKey>, StoreError> {
    let rows = query("SELECT public_key, sealed, made_at FROM receipt_keys ORDER BY made_at DESC, public_key")
        .fetch_all(store.readers())
        .await?;
    let key = |row| {
        let row: &sqlx::any::AnyRow = row;
        Ok(ReceiptKey {
            public_key: row.text("public_key")?,
            sealed: row.text("sealed")?,
            made_at: row.moment("made_at")?,
        })
    };
    rows.iter().map(key).collect()
}
