//! Round trips to an OpenID provider that have begun. Each is taken back once.

use jiff::{SignedDuration, Timestamp};
use sqlx::query;

use crate::columns::{Columns as _, micros};
use crate::{Change, StoreError};

/// How long somebody may take at the provider.
pub const MAX_FLOW: SignedDuration = SignedDuration::from_mins(15);

/// A round trip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenidFlow {
    /// The SHA-256 of the `state`, in hexadecimal.
    pub state_hash: String,
    /// What the token must carry.
    pub nonce: String,
    /// The PKCE verifier.
    pub verifier: String,
    /// The page to show afterwards: a path on this server.
    pub return_to: String,
    /// When it began.
    pub created_at: Timestamp,
}

/// Notes a round trip, and forgets those that took too long.
pub async fn begin(change: &mut Change, flow: &OpenidFlow) -> Result<(), StoreError> {
    let oldest = flow.created_at.saturating_sub(MAX_FLOW).unwrap_or(Timestamp::MIN);
    query("DELETE FROM openid_flows WHERE created_at < $1").bind(micros(oldest)).execute(change.connection()).await?;
    query("INSERT INTO openid_flows (state_hash, nonce, verifier, return_to, created_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(&flow.state_hash)
        .bind(&flow.nonce)
        .bind(&flow.verifier)
        .bind(&flow.return_to)
        .bind(micros(flow.created_at))
        .execute(change.connection())
        .await?;
    Ok(())
}

/// Takes a round trip back: it is gone afterwards. `None`: there is none, or it took longer than [`MAX_FLOW`].
pub async fn take(change: &mut Change, state_hash: &str) -> Result<Option<OpenidFlow>, StoreError> {
    let row = query("DELETE FROM openid_flows WHERE state_hash = $1 RETURNING nonce, verifier, return_to, created_at")
        .bind(state_hash)
        .fetch_optional(change.connection())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let created_at = row.moment("created_at")?;
    if change.now().duration_since(created_at) > MAX_FLOW {
        return Ok(None);
    }
    Ok(Some(OpenidFlow {
        state_hash: state_hash.to_owned(),
        nonce: row.text("nonce")?,
        verifier: row.text("verifier")?,
        return_to: row.text("return_to")?,
        created_at,
    }))
}
