//! Who did what, when: append-only, each entry sealed with the hash of the one before it.
//!
//! An entry that is changed, removed or slipped in breaks the chain from there on, and [`verify`] names the first break. Who
//! can write to the database can also make a new chain of their own; against that, keep the last hash somewhere else.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use jiff::Timestamp;
use ring::digest::{Context, SHA256};
use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AnyPool, Row as _};

use crate::times::{micros, moment};
use crate::{Store, StoreError};

/// How many entries are held at once while the chain is verified or listed.
pub const PAGE: i64 = 1_000;

/// The columns of an entry, in the order in which [`record`] reads them.
macro_rules! columns {
    () => {
        "number, at, actor, action, object_kind, object_id, detail, previous_hash, hash"
    };
}

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person, by id.
    Person(String),
    /// A device, by id.
    Device(String),
    /// The program itself.
    System,
}

impl fmt::Display for Actor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(formatter, "person:{id}"),
            Self::Device(id) => write!(formatter, "device:{id}"),
            Self::System => formatter.write_str("system"),
        }
    }
}

impl FromStr for Actor {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        match text.split_once(':') {
            Some(("person", id)) => Ok(Self::Person(id.to_owned())),
            Some(("device", id)) => Ok(Self::Device(id.to_owned())),
            None if text == "system" => Ok(Self::System),
            _ => Err(StoreError::corrupt(format!("{text:?} is nobody"))),
        }
    }
}

/// An entry that is not written yet.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) at: Timestamp,
    pub(crate) actor: Actor,
    pub(crate) action: String,
    pub(crate) object_kind: String,
    pub(crate) object_id: String,
    pub(crate) detail: Value,
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its place in the chain, from 1.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What was done.
    pub action: String,
    /// What kind of thing it was done to.
    pub object_kind: String,
    /// Which one.
    pub object_id: String,
    /// More about it.
    pub detail: Value,
    /// The hash of this entry, which covers the one before it.
    pub hash: String,
}

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chain {
    /// Nothing was changed, removed or slipped in.
    Whole {
        /// How many entries.
        entries: i64,
        /// The hash of the last one; empty without entries.
        last_hash: String,
    },
    /// Somebody laid hands on it.
    Broken {
        /// The first entry that is not as it was written.
        number: i64,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// Which entries to list.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Only about this kind of thing.
    pub object_kind: Option<String>,
    /// Only about this one.
    pub object_id: Option<String>,
    /// Only what this one did.
    pub actor: Option<Actor>,
    /// Only from this time on.
    pub from: Option<Timestamp>,
    /// Only before this time.
    pub before: Option<Timestamp>,
    /// Only entries with a lower number: the number of the last one seen gives the next page.
    pub below: Option<i64>,
}

/// Adds entries to the end of the chain. The row of `generations` is the lock: who counts it up is alone at the end.
pub(crate) async fn append(connection: &mut AnyConnection, entries: &[Entry]) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(entries.len()).map_err(|_| StoreError::TooMany { limit: usize::MAX })?;
    let row = sqlx::query("UPDATE generations SET value = value + $1 WHERE name = 'audit' RETURNING value")
        .bind(count)
        .fetch_one(&mut *connection)
        .await?;
    let end: i64 = row.try_get(0)?;
    let mut number = end - count;
    let last = sqlx::query("SELECT hash FROM audit WHERE number = $1").bind(number).fetch_optional(&mut *connection);
    let mut previous: String = match last.await? {
        Some(row) => row.try_get(0)?,
        None => String::new(),
    };
    for entry in entries {
        number += 1;
        let (at, actor, detail) = (micros(entry.at), entry.actor.to_string(), entry.detail.to_string());
        let sealed =
            [&actor, &entry.action, &entry.object_kind, &entry.object_id, &detail, &previous].map(String::as_str);
        let hash = seal(number, at, &sealed);
        sqlx::query(concat!("INSERT INTO audit (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"))
            .bind(number)
            .bind(at)
            .bind(&actor)
            .bind(&entry.action)
            .bind(&entry.object_kind)
            .bind(&entry.object_id)
            .bind(&detail)
            .bind(&previous)
            .bind(&hash)
            .execute(&mut *connection)
            .await?;
        previous = hash;
    }
    Ok(())
}

/// Goes along the whole chain.
pub async fn verify(store: &Store) -> Result<Chain, StoreError> {
    let (mut number, mut previous) = (0, String::new());
    loop {
        let page =
            sqlx::query(concat!("SELECT ", columns!(), " FROM audit WHERE number > $1 ORDER BY number LIMIT $2"))
                .bind(number)
                .bind(PAGE)
                .fetch_all(store.readers())
                .await?;
        if page.is_empty() {
            break;
        }
        for row in &page {
            if let Some(what) = broken(row, number + 1, &previous)? {
                return Ok(Chain::Broken { number: number + 1, what });
            }
            number += 1;
            previous = row.try_get(8)?;
        }
    }
    let row = sqlx::query("SELECT value FROM generations WHERE name = 'audit'").fetch_optional(store.readers()).await?;
    let counted: i64 = row.map_or(Ok(0), |row| row.try_get(0))?;
    // Entries may have come while we read; fewer than were counted means that the end was cut off.
    if number < counted && next_is_missing(store, number + 1).await? {
        return Ok(Chain::Broken { number: number + 1, what: "it is missing" });
    }
    Ok(Chain::Whole { entries: number, last_hash: previous })
}

async fn next_is_missing(store: &Store, number: i64) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT number FROM audit WHERE number = $1").bind(number);
    Ok(row.fetch_optional(store.readers()).await?.is_none())
}

/// What is wrong with the entry that should be `number`.
fn broken(row: &AnyRow, number: i64, previous: &str) -> Result<Option<&'static str>, StoreError> {
    if row.try_get::<i64, _>(0)? != number {
        return Ok(Some("it is missing"));
    }
    if row.try_get::<&str, _>(7)? != previous {
        return Ok(Some("it does not follow the one before it"));
    }
    let mut sealed = [""; 6];
    for (place, text) in sealed.iter_mut().enumerate() {
        *text = row.try_get(place + 2)?;
    }
    let hash = seal(number, row.try_get(1)?, &sealed);
    Ok((row.try_get::<&str, _>(8)? != hash).then_some("it was changed"))
}

/// The hash over an entry: each text with its length before it, so that nothing can move from one to the next.
fn seal(number: i64, at: i64, texts: &[&str]) -> String {
    let mut context = Context::new(&SHA256);
    context.update(&number.to_be_bytes());
    context.update(&at.to_be_bytes());
    for text in texts {
        context.update(&(text.len() as u64).to_be_bytes());
        context.update(text.as_bytes());
    }
    hex(context.finish().as_ref())
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The newest entries that match, at most `limit`.
pub async fn list(store: &Store, search: &Search, limit: i64) -> Result<Vec<Record>, StoreError> {
    list_with(store.readers(), search, limit).await
}

async fn list_with(readers: &AnyPool, search: &Search, limit: i64) -> Result<Vec<Record>, StoreError> {
    // Each condition is left open by what matches everything, so that there is one text for all searches.
    let rows = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM audit WHERE number < $1 AND at >= $2 AND at < $3 \
         AND ($4 = '' OR object_kind = $4) AND ($5 = '' OR object_id = $5) AND ($6 = '' OR actor = $6) \
         ORDER BY number DESC LIMIT $7"
    ))
    .bind(search.below.unwrap_or(i64::MAX))
    .bind(search.from.map_or(i64::MIN, micros))
    .bind(search.before.map_or(i64::MAX, micros))
    .bind(search.object_kind.as_deref().unwrap_or_default())
    .bind(search.object_id.as_deref().unwrap_or_default())
    .bind(search.actor.as_ref().map(Actor::to_string).unwrap_or_default())
    .bind(limit.clamp(0, PAGE))
    .fetch_all(readers)
    .await?;
    rows.iter().map(record).collect()
}

fn record(row: &AnyRow) -> Result<Record, StoreError> {
    let detail: &str = row.try_get(6)?;
    Ok(Record {
        number: row.try_get(0)?,
        at: moment(row.try_get(1)?)?,
        actor: row.try_get::<&str, _>(2)?.parse()?,
        action: row.try_get(3)?,
        object_kind: row.try_get(4)?,
        object_id: row.try_get(5)?,
        detail: serde_json::from_str(detail)
            .map_err(|error| StoreError::corrupt(format!("the detail of an audit entry: {error}")))?,
        hash: row.try_get(8)?,
    })
}
