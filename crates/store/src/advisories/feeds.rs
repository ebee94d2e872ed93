//! Feeds: which are read when, and what they said.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use khien_protocol::Digest;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::query;

use super::{Audience, MAX_CURRENT, MAX_LINK, MAX_TEXT, MAX_TITLE, count_current};
use crate::checks::{bounded, bounded_option, refused};
use crate::columns::{Columns as _, micros, micros_or_none};
use crate::roles::RoleKind;
use crate::{Change, Store, StoreError, ids};

/// The most feeds.
pub const MAX_FEEDS: usize = 50;
/// The longest name, in letters.
pub const MAX_NAME: usize = 120;
/// The longest address, in letters.
pub const MAX_URL: usize = 1_000;
/// The longest mark of a version that a server gives out (ETag, Last-Modified), in letters. A longer one is not kept.
pub const MAX_MARK: usize = 500;
/// The fewest minutes between two readings.
pub const MIN_EVERY_MINUTES: u32 = 15;
/// The most minutes between two readings: a day, so that a feed that is fine is never taken for silent.
pub const MAX_EVERY_MINUTES: u32 = 24 * 60;
/// How long after a reading that failed the next one is tried, unless the next one is due before.
pub const AGAIN_AFTER_FAILURE: SignedDuration = SignedDuration::from_mins(30);
/// What a feed dates back further than this is not taken: nobody is asked to read the archive of a new feed.
pub const TAKEN_WITHIN: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The longest detail of a problem, in letters.
const MAX_DETAIL: usize = 500;

/// A feed that is read on a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// Whether it may be read without TLS.
    pub plain: bool,
    /// Whom what it says concerns.
    pub audience: Audience,
    /// Minutes between two readings.
    pub every_minutes: u32,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was given up.
    pub ended_at: Option<Timestamp>,
    /// What its server calls the version that was read last.
    pub etag: Option<String>,
    /// When its server says that it was last changed.
    pub last_modified: Option<String>,
    /// The last attempt.
    pub tried_at: Option<Timestamp>,
    /// The last one that succeeded.
    pub read_at: Option<Timestamp>,
    /// Why the last one did not: the key of a sentence, and what stands in it.
    pub problem: Option<(String, String)>,
    /// How many entries were not taken at the last reading, because there were too many.
    pub left_out: u64,
    /// The next reading.
    pub next_at: Option<Timestamp>,
}

impl Feed {
    fn check(&self) -> Result<(), StoreError> {
        bounded("name", &self.name, MAX_NAME)?;
        bounded("url", &self.url, MAX_URL)?;
        if !(MIN_EVERY_MINUTES..=MAX_EVERY_MINUTES).contains(&self.every_minutes) {
            let what = format!("it is not between {MIN_EVERY_MINUTES} and {MAX_EVERY_MINUTES}");
            return Err(refused("every_minutes", &what));
        }
        self.audience.check()
    }

    fn described(&self) -> serde_json::Value {
        json!({
            "name": self.name, "url": self.url, "plain": self.plain, "unit": self.audience.unit,
            "role": self.audience.role, "every_minutes": self.every_minutes,
        })
    }
}

/// An entry of a feed as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenEntry {
    /// What the feed calls it, for ever.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Its text, in the form of [`super::Advisory::text`].
    pub text: String,
    /// Where it can be read in full.
    pub link: Option<String>,
    /// When it was written, as the feed says.
    pub dated_at: Option<Timestamp>,
}

/// What a reading came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server says that nothing is new.
    Unchanged,
    /// It was read.
    Read {
        /// What its server calls this version.
        etag: Option<String>,
        /// When its server says that it was last changed.
        last_modified: Option<String>,
        /// Its entries.
        entries: Vec<SeenEntry>,
        /// How many entries were too many.
        left_out: usize,
    },
    /// It was not: the key of a sentence, and what stands in it.
    Failed {
        /// The key.
        problem: String,
        /// What stands in it.
        detail: String,
    },
}

/// What was taken out of a reading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Entries that are new.
    pub new: usize,
    /// Entries that say something else than before.
    pub changed: usize,
    /// Entries that were too many.
    pub left_out: usize,
}

fn feed(row: &AnyRow) -> Result<Feed, StoreError> {
    let minutes = row.count("every_minutes")?;
    let detail = row.text_or_none("detail")?.unwrap_or_default();
    Ok(Feed {
        id: row.text("id")?,
        name: row.text("name")?,
        url: row.text("url")?,
        plain: row.flag("plain")?,
        audience: Audience::of(row)?,
        every_minutes: u32::try_from(minutes).map_err(|_| StoreError::corrupt(format!("every_minutes: {minutes}")))?,
        created_by: row.text("created_by")?,
        created_at: row.moment("created_at")?,
        ended_at: row.moment_or_none("ended_at")?,
        etag: row.text_or_none("etag")?,
        last_modified: row.text_or_none("last_modified")?,
        tried_at: row.moment_or_none("tried_at")?,
        read_at: row.moment_or_none("read_at")?,
        problem: row.text_or_none("problem")?.map(|key| (key, detail)),
        left_out: row.count("left_out")?,
        next_at: row.moment_or_none("next_at")?,
    })
}

/// Makes a feed; it is read as soon as may be. An address that is read already is a [`StoreError::Conflict`].
pub async fn insert_feed(change: &mut Change, feed: &Feed) -> Result<(), StoreError> {
    feed.check()?;
    let all = query("SELECT COUNT(*) AS there FROM feeds").fetch_one(change.connection()).await?.count("there")?;
    if all >= MAX_FEEDS as u64 {
        return Err(StoreError::TooMany { limit: MAX_FEEDS });
    }
    let now = micros(change.now());
    let inserted = query(
        "INSERT INTO feeds (id, name, url, plain, unit, role, every_minutes, created_by, created_at, left_out, next_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10) ON CONFLICT DO NOTHING",
    )
    .bind(&feed.id)
    .bind(&feed.name)
    .bind(&feed.url)
    .bind(i64::from(feed.plain))
    .bind(&feed.audience.unit)
    .bind(feed.audience.role.map(RoleKind::as_str))
    .bind(i64::from(feed.every_minutes))
    .bind(&feed.created_by)
    .bind(micros(feed.created_at))
    .bind(now)
    .execute(change.connection())
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(StoreError::Conflict { what: "the address is read already".into() });
    }
    change.audit("feed.make", "feed", &feed.id, feed.described()).await
}

/// Writes name, address, audience and schedule anew; whoever gave the feed up takes it up again by this. What it has said so
/// far keeps its audience. An address that another feed has is a [`StoreError::Conflict`].
pub async fn update_feed(change: &mut Change, feed: &Feed) -> Result<(), StoreError> {
    feed.check()?;
    let other = query("SELECT COUNT(*) AS there FROM feeds WHERE url = $2 AND id <> $1")
        .bind(&feed.id)
        .bind(&feed.url)
        .fetch_one(change.connection())
        .await?
        .count("there")?;
    if other > 0 {
        return Err(StoreError::Conflict { what: "the address is read already".into() });
    }
    let now = micros(change.now());
    // Another address has other versions.
    let updated = query(
        "UPDATE feeds SET etag = CASE WHEN url = $3 THEN etag ELSE NULL END,
             last_modified = CASE WHEN url = $3 THEN last_modified ELSE NULL END,
             name = $2, url = $3, plain = $4, unit = $5, role = $6, every_minutes = $7, ended_at = NULL, next_at = $8
         WHERE id = $1",
    )
    .bind(&feed.id)
    .bind(&feed.name)
    .bind(&feed.url)
    .bind(i64::from(feed.plain))
    .bind(&feed.audience.unit)
    .bind(feed.audience.role.map(RoleKind::as_str))
    .bind(i64::from(feed.every_minutes))
    .bind(now)
    .execute(change.connection())
    .await?;
    if updated.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    change.audit("feed.change", "feed", &feed.id, feed.described()).await
}

/// Gives a feed up: it is not read any more. What it has said stays until it is withdrawn.
pub async fn end_feed(change: &mut Change, id: &str) -> Result<(), StoreError> {
    let now = micros(change.now());
    let ended = query("UPDATE feeds SET ended_at = $2, next_at = NULL WHERE id = $1 AND ended_at IS NULL")
        .bind(id)
        .bind(now)
        .execute(change.connection())
        .await?;
    if ended.rows_affected() == 0 {
        return Err(StoreError::Conflict { what: "the feed was given up already".into() });
    }
    change.audit("feed.end", "feed", id, json!({})).await
}

/// Asks for a reading as soon as may be.
pub async fn ask(change: &mut Change, id: &str) -> Result<(), StoreError> {
    let now = micros(change.now());
    let asked = query("UPDATE feeds SET next_at = $2 WHERE id = $1 AND ended_at IS NULL")
        .bind(id)
        .bind(now)
        .execute(change.connection())
        .await?;
    if asked.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    change.audit("feed.ask", "feed", id, json!({})).await
}

/// The feed with the id `id`.
pub async fn find_feed(store: &Store, id: &str) -> Result<Option<Feed>, StoreError> {
    let row = query("SELECT * FROM feeds WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(feed).transpose()
}

/// Every feed, by name.
pub async fn all_feeds(store: &Store) -> Result<Vec<Feed>, StoreError> {
    let rows = query("SELECT * FROM feeds ORDER BY name, id").fetch_all(store.readers()).await?;
    rows.iter().map(feed).collect()
}

/// The feed whose reading has been due the longest at `now`.
pub async fn due(store: &Store, now: Timestamp) -> Result<Option<Feed>, StoreError> {
    let row = query("SELECT * FROM feeds WHERE next_at <= $1 ORDER BY next_at, id LIMIT 1")
        .bind(micros(now))
        .fetch_optional(store.readers())
        .await?;
    row.as_ref().map(feed).transpose()
}

/// Notes what a reading of `feed` came to, takes what is new, and says when the next reading is due. Nothing that was taken
/// before is lost by a reading that failed. Facts follow with [`super::refresh`].
pub async fn finish(change: &mut Change, feed: &Feed, outcome: &Outcome) -> Result<Taken, StoreError> {
    let now = change.now();
    let every = SignedDuration::from_mins(i64::from(feed.every_minutes));
    let wait = if matches!(outcome, Outcome::Failed { .. }) { every.min(AGAIN_AFTER_FAILURE) } else { every };
    let next = micros(now.saturating_add(wait).unwrap_or(Timestamp::MAX));
    let (mut etag, mut last_modified, mut taken) = (feed.etag.clone(), feed.last_modified.clone(), Taken::default());
    let (mut problem, mut left_out) = (None, i64::try_from(feed.left_out).unwrap_or(i64::MAX));
    match outcome {
        Outcome::Unchanged => {}
        Outcome::Read { etag: tag, last_modified: modified, entries, left_out: too_many } => {
            taken = take(change, feed, entries).await?;
            taken.left_out += too_many;
            left_out = i64::try_from(taken.left_out).unwrap_or(i64::MAX);
            let short = |mark: &Option<String>| mark.clone().filter(|mark| mark.chars().count() <= MAX_MARK);
            (etag, last_modified) = (short(tag), short(modified));
        }
        Outcome::Failed { problem: key, detail } => {
            problem = Some((key.as_str(), detail.chars().take(MAX_DETAIL).collect::<String>()));
        }
    }
    let read_at = if problem.is_none() { Some(now) } else { feed.read_at };
    query(
        "UPDATE feeds SET etag = $2, last_modified = $3, tried_at = $4, read_at = $5, problem = $6, detail = $7,
             left_out = $8, next_at = CASE WHEN ended_at IS NULL THEN CAST($9 AS BIGINT) END
         WHERE id = $1 AND url = $10",
    )
    .bind(&feed.id)
    .bind(etag)
    .bind(last_modified)
    .bind(micros(now))
    .bind(micros_or_none(read_at))
    .bind(problem.as_ref().map(|(key, _)| *key))
    .bind(problem.as_ref().map(|(_, detail)| detail.as_str()))
    .bind(left_out)
    .bind(next)
    .bind(&feed.url)
    .execute(change.connection())
    .await?;
    Ok(taken)
}

/// Takes the entries that are new, and what known ones say now.
async fn take(change: &mut Change, feed: &Feed, entries: &[SeenEntry]) -> Result<Taken, StoreError> {
    let now = change.now();
    let oldest = now.saturating_sub(TAKEN_WITHIN).unwrap_or(Timestamp::MIN);
    let rows = query("SELECT id, entry, title, text, link FROM advisories WHERE feed = $1")
        .bind(&feed.id)
        .fetch_all(change.connection())
        .await?;
    let mut known: HashMap<String, (String, String, String, Option<String>)> = HashMap::new();
    for row in &rows {
        let content = (row.text("id")?, row.text("title")?, row.text("text")?, row.text_or_none("link")?);
        known.insert(row.text("entry")?, content);
    }
    let mut there = count_current(change.connection(), now).await?;
    let mut taken = Taken::default();
    let mut new = Vec::new();
    for entry in entries {
        bounded("title", &entry.title, MAX_TITLE)?;
        bounded("text", &entry.text, MAX_TEXT)?;
        bounded_option("link", entry.link.as_deref(), MAX_LINK)?;
        let digest = Digest::of(entry.key.as_bytes()).to_string();
        match known.get(&digest) {
            Some((_, title, text, link)) if (title, text, link) == (&entry.title, &entry.text, &entry.link) => {}
            Some((id, ..)) => {
                rewrite(change, id, entry).await?;
                taken.changed += 1;
            }
            None if entry.dated_at.is_some_and(|dated| dated < oldest) => {}
            None if there >= MAX_CURRENT => taken.left_out += 1,
            None => {
                let id = ids::fresh(now)?;
                add(change, feed, &id, &digest, entry).await?;
                known.insert(digest, (id.clone(), entry.title.clone(), entry.text.clone(), entry.link.clone()));
                new.push(id);
                there += 1;
            }
        }
    }
    taken.new = new.len();
    if taken.new + taken.changed > 0 {
        let detail = json!({ "new": new, "changed": taken.changed });
        change.audit("feed.take", "feed", &feed.id, detail).await?;
    }
    Ok(taken)
}

async fn rewrite(change: &mut Change, id: &str, entry: &SeenEntry) -> Result<(), StoreError> {
    let now = micros(change.now());
    query("UPDATE advisories SET title = $2, text = $3, link = $4, changed_at = $5 WHERE id = $1")
        .bind(id)
        .bind(&entry.title)
        .bind(&entry.text)
        .bind(entry.link.as_deref())
        .bind(now)
        .execute(change.connection())
        .await?;
    Ok(())
}

async fn add(change: &mut Change, feed: &Feed, id: &str, digest: &str, entry: &SeenEntry) -> Result<(), StoreError> {
    let now = micros(change.now());
    query(
        "INSERT INTO advisories (id, feed, entry, title, text, link, unit, role, published_by, published_at, dated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'system', $9, $10)",
    )
    .bind(id)
    .bind(&feed.id)
    .bind(digest)
    .bind(&entry.title)
    .bind(&entry.text)
    .bind(entry.link.as_deref())
    .bind(&feed.audience.unit)
    .bind(feed.audience.role.map(RoleKind::as_str))
    .bind(now)
    .bind(micros_or_none(entry.dated_at))
    .execute(change.connection())
    .await?;
    Ok(())
}
