//! Sessions of the browser. A row is found by the SHA-256 of the cookie's secret, so that the table signs nobody in.

use jiff::{SignedDuration, Timestamp};
use khien_model::words;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::columns::{Columns as _, micros};
use crate::{Change, Store, StoreError};

/// The longest name of a browser that is kept, in letters; the rest is cut off.
pub const MAX_USER_AGENT: usize = 300;

words! {
    /// How far the signing in got.
    pub enum Strength {
        /// A password alone.
        Password = "password",
        /// A password and a second factor.
        SecondFactor = "second_factor",
        /// An OpenID provider answers for it.
        Openid = "openid",
    }
}

/// One session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The SHA-256 of the cookie's secret, in hexadecimal.
    pub secret_hash: String,
    /// Who.
    pub person: String,
    /// What forms must carry.
    pub csrf: String,
    /// How far the signing in got.
    pub strength: Strength,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// What the browser calls itself.
    pub user_agent: Option<String>,
}

fn session(row: &AnyRow) -> Result<Session, StoreError> {
    Ok(Session {
        secret_hash: row.text("secret_hash")?,
        person: row.text("person")?,
        csrf: row.text("csrf")?,
        strength: row.parsed("strength")?,
        created_at: row.moment("created_at")?,
        last_seen_at: row.moment("last_seen_at")?,
        expires_at: row.moment("expires_at")?,
        user_agent: row.text_or_none("user_agent")?,
    })
}

/// Begins a session. The audit log holds it as `login.accepted`.
pub async fn insert(change: &mut Change, session: &Session) -> Result<(), StoreError> {
    let user_agent = session.user_agent.as_ref().map(|name| name.chars().take(MAX_USER_AGENT).collect::<String>());
    query(
        "INSERT INTO sessions (secret_hash, person, csrf, strength, created_at, last_seen_at, expires_at, user_agent)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&session.secret_hash)
    .bind(&session.person)
    .bind(&session.csrf)
    .bind(session.strength.as_str())
    .bind(micros(session.created_at))
    .bind(micros(session.last_seen_at))
    .bind(micros(session.expires_at))
    .bind(user_agent)
    .execute(change.connection())
    .await?;
    Ok(())
}

/// The session with this secret if it is still good at `now`: not past its end, and used within the last `idle`, by
/// somebody whose login is open.
pub async fn find(
    store: &Store,
    secret_hash: &str,
    now: Timestamp,
    idle: SignedDuration,
) -> Result<Option<Session>, StoreError> {
    let row = query(
        "SELECT sessions.* FROM sessions JOIN logins ON logins.person = sessions.person
         WHERE sessions.secret_hash = $1 AND sessions.expires_at > $2 AND sessions.last_seen_at > $3
             AND logins.disabled_at IS NULL",
    )
    .bind(secret_hash)
    .bind(micros(now))
    .bind(micros(now.saturating_sub(idle).unwrap_or(Timestamp::MIN)))
    .fetch_optional(store.readers())
    .await?;
    row.as_ref().map(session).transpose()
}

/// Notes that a session was used. Callers do so once in a while, not with every request.
pub async fn touch(change: &mut Change, secret_hash: &str) -> Result<(), StoreError> {
    let now = micros(change.now());
    query("UPDATE sessions SET last_seen_at = $2 WHERE secret_hash = $1 AND last_seen_at < $2")
        .bind(secret_hash)
        .bind(now)
        .execute(change.connection())
        .await?;
    Ok(())
}

/// Ends one session.
pub async fn end(change: &mut Change, secret_hash: &str) -> Result<(), StoreError> {
    let row = query("DELETE FROM sessions WHERE secret_hash = $1 RETURNING person")
        .bind(secret_hash)
        .fetch_optional(change.connection())
        .await?;
    let Some(row) = row else { return Ok(()) };
    let person = row.text("person")?;
    change.audit("session.end", "person", &person, serde_json::json!({})).await
}

/// Ends every session of a person but `except`, and says how many there were.
pub async fn end_all(change: &mut Change, person: &str, except: Option<&str>) -> Result<u64, StoreError> {
    let ended = query("DELETE FROM sessions WHERE person = $1 AND secret_hash <> $2")
        .bind(person)
        .bind(except.unwrap_or_default())
        .execute(change.connection())
        .await?
        .rows_affected();
    change.audit("session.end_all", "person", person, serde_json::json!({ "sessions": ended })).await?;
    Ok(ended)
}

/// The sessions of a person, newest first.
pub async fn of_person(store: &Store, person: &str) -> Result<Vec<Session>, StoreError> {
    let rows = query("SELECT * FROM sessions WHERE person = $1 ORDER BY created_at DESC")
        .bind(person)
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(session).collect()
}
