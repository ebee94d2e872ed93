//! Security advisories: what feeds and the office tell people, and who has read it.
//!
//! Whom an advisory concerns on a day follows from the dated assignments. What is published, read and withdrawn becomes facts
//! about people: with [`mark_read`] in the same transaction, for all others with [`refresh`].

mod facts;
mod feeds;
mod reach;
mod reads;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::checks::{bounded, refused};
use crate::columns::{Columns as _, micros};
use crate::roles::RoleKind;
use crate::{Change, Store, StoreError};

pub use facts::{FEED_SILENT_AFTER, MAX_SAID, refresh};
pub use feeds::{
    AGAIN_AFTER_FAILURE, Feed, MAX_EVERY_MINUTES, MAX_FEEDS, MAX_MARK, MAX_NAME, MAX_URL, MIN_EVERY_MINUTES, Outcome,
    SeenEntry, TAKEN_WITHIN, Taken, all_feeds, ask, due, end_feed, find_feed, finish, insert_feed, update_feed,
};
pub use reach::NEWCOMER_DAYS;
pub use reads::{OwnAdvisory, Reader, mark_of, mark_read, of_person, open, readers, sees};

/// The longest title, in letters.
pub const MAX_TITLE: usize = 300;
/// The longest text, in letters.
pub const MAX_TEXT: usize = 20_000;
/// The longest address of what an advisory is about, in letters.
pub const MAX_LINK: usize = 1_000;
/// The most advisories that ask to be read at once: nobody reads more, and each is compared with each person.
pub const MAX_CURRENT: usize = 1_000;
/// For how long an advisory asks to be read. Then it stays in the list and asks nobody any more.
pub const ASKED_FOR: SignedDuration = SignedDuration::from_hours(180 * 24);

/// Whom something concerns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Audience {
    /// The people of this unit and of everything below it.
    pub unit: String,
    /// Of these, only those with this role; `None`: everybody.
    pub role: Option<RoleKind>,
}

impl Audience {
    fn of(row: &AnyRow) -> Result<Self, StoreError> {
        Ok(Self { unit: row.text("unit")?, role: row.parsed_or_none("role")? })
    }

    fn check(&self) -> Result<(), StoreError> {
        // Whoever has no other role is an official: few are written down as such.
        if self.role == Some(RoleKind::Official) {
            return Err(refused("role", "everybody is an official"));
        }
        Ok(())
    }
}

/// What people are to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advisory {
    /// The id.
    pub id: String,
    /// The feed that it comes from; `None` for a post of the office.
    pub feed: Option<String>,
    /// What it is called.
    pub title: String,
    /// What it says: each line is a paragraph, those that begin with `- ` are the things of a list.
    pub text: String,
    /// Where it can be read in full.
    pub link: Option<String>,
    /// Whom it concerns.
    pub audience: Audience,
    /// Who published it: `person:ID`, or `system` for an entry of a feed.
    pub published_by: String,
    /// When it appeared here.
    pub published_at: Timestamp,
    /// When it was written, as its feed says.
    pub dated_at: Option<Timestamp>,
    /// When its text was last changed.
    pub changed_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
}

fn advisory(row: &AnyRow) -> Result<Advisory, StoreError> {
    Ok(Advisory {
        id: row.text("id")?,
        feed: row.text_or_none("feed")?,
        title: row.text("title")?,
        text: row.text("text")?,
        link: row.text_or_none("link")?,
        audience: Audience::of(row)?,
        published_by: row.text("published_by")?,
        published_at: row.moment("published_at")?,
        dated_at: row.moment_or_none("dated_at")?,
        changed_at: row.moment_or_none("changed_at")?,
        withdrawn_at: row.moment_or_none("withdrawn_at")?,
    })
}

/// A post as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// What it is called.
    pub title: String,
    /// What it says, in the form of [`Advisory::text`].
    pub text: String,
}

impl Post {
    fn check(&self) -> Result<(), StoreError> {
        bounded("title", &self.title, MAX_TITLE)?;
        bounded("text", &self.text, MAX_TEXT)
    }
}

/// The moment before which what was published asks nobody any more.
fn asked_since(now: Timestamp) -> i64 {
    micros(now.saturating_sub(ASKED_FOR).unwrap_or(Timestamp::MIN))
}

/// How many advisories ask to be read.
async fn count_current(connection: &mut AnyConnection, now: Timestamp) -> Result<usize, StoreError> {
    let row = query("SELECT COUNT(*) AS there FROM advisories WHERE withdrawn_at IS NULL AND published_at >= $1")
        .bind(asked_since(now))
        .fetch_one(connection)
        .await?;
    Ok(usize::try_from(row.count("there")?).unwrap_or(usize::MAX))
}

/// The advisories that ask to be read, through one connection.
async fn current(connection: &mut AnyConnection, now: Timestamp) -> Result<Vec<Advisory>, StoreError> {
    let rows = query(
        "SELECT * FROM advisories WHERE withdrawn_at IS NULL AND published_at >= $1 ORDER BY published_at DESC, id DESC",
    )
    .bind(asked_since(now))
    .fetch_all(connection)
    .await?;
    rows.iter().map(advisory).collect()
}

/// Publishes a post. Facts follow with [`refresh`].
pub async fn publish(change: &mut Change, id: &str, post: &Post, audience: &Audience) -> Result<(), StoreError> {
    post.check()?;
    audience.check()?;
    let now = change.now();
    if count_current(change.connection(), now).await? >= MAX_CURRENT {
        return Err(StoreError::TooMany { limit: MAX_CURRENT });
    }
    let by = change.actor().to_string();
    query(
        "INSERT INTO advisories (id, title, text, unit, role, published_by, published_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id)
    .bind(&post.title)
    .bind(&post.text)
    .bind(&audience.unit)
    .bind(audience.role.map(RoleKind::as_str))
    .bind(by)
    .bind(micros(now))
    .execute(change.connection())
    .await?;
    let detail = json!({ "title": post.title, "text": post.text, "unit": audience.unit, "role": audience.role });
    change.audit("advisory.publish", "advisory", id, detail).await
}

/// Writes a post anew. Whoever has read it has read it; what must be read again is published again.
pub async fn edit(change: &mut Change, id: &str, post: &Post) -> Result<(), StoreError> {
    post.check()?;
    let row = query("SELECT title, text FROM advisories WHERE id = $1 AND feed IS NULL AND withdrawn_at IS NULL")
        .bind(id)
        .fetch_optional(change.connection())
        .await?;
    let Some(row) = row else {
        return Err(StoreError::Conflict { what: "only a post that was not withdrawn can be changed".into() });
    };
    let before = json!({ "title": row.text("title")?, "text": row.text("text")? });
    let now = micros(change.now());
    query("UPDATE advisories SET title = $2, text = $3, changed_at = $4 WHERE id = $1")
        .bind(id)
        .bind(&post.title)
        .bind(&post.text)
        .bind(now)
        .execute(change.connection())
        .await?;
    let detail = json!({ "from": before, "to": { "title": post.title, "text": post.text } });
    change.audit("advisory.change", "advisory", id, detail).await
}

/// Withdraws an advisory: it asks nobody any more. Who has read it stays known. Facts follow with [`refresh`].
pub async fn withdraw(change: &mut Change, id: &str) -> Result<(), StoreError> {
    let now = micros(change.now());
    let withdrawn = query("UPDATE advisories SET withdrawn_at = $2 WHERE id = $1 AND withdrawn_at IS NULL")
        .bind(id)
        .bind(now)
        .execute(change.connection())
        .await?;
    if withdrawn.rows_affected() == 0 {
        return Err(StoreError::Conflict { what: "the advisory was withdrawn already".into() });
    }
    change.audit("advisory.withdraw", "advisory", id, json!({})).await
}

/// The advisory with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<Advisory>, StoreError> {
    let row = query("SELECT * FROM advisories WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(advisory).transpose()
}

/// Every advisory, the latest first, withdrawn ones too; at most `limit`.
pub async fn latest(store: &Store, limit: u32) -> Result<Vec<Advisory>, StoreError> {
    let rows = query("SELECT * FROM advisories ORDER BY published_at DESC, id DESC LIMIT $1")
        .bind(i64::from(limit))
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(advisory).collect()
}
