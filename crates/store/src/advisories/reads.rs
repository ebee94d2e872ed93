//! Who has opened and read what.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::json;
use sqlx::query;

use super::reach::Office;
use super::{Advisory, Audience, current, facts};
use crate::columns::{Columns as _, micros};
use crate::{Actor, Change, Store, StoreError};

/// An advisory as it concerns one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnAdvisory {
    /// The advisory.
    pub advisory: Advisory,
    /// From when on the person is to read it.
    pub asked_from: Timestamp,
    /// When they read it to its end.
    pub read_at: Option<Timestamp>,
}

/// Somebody whom an advisory concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// Who.
    pub person: String,
    /// When they opened it.
    pub opened_at: Option<Timestamp>,
    /// When they read it to its end.
    pub read_at: Option<Timestamp>,
}

/// Who makes the change: reading is said by the reader alone.
fn reader(change: &Change) -> Result<String, StoreError> {
    match change.actor() {
        Actor::Person(person) => Ok(person.clone()),
        _ => Err(StoreError::invalid("only a person reads".to_owned())),
    }
}

/// Writes down that whoever makes the change has opened an advisory. The first time counts.
pub async fn open(change: &mut Change, advisory: &str) -> Result<(), StoreError> {
    let (person, now) = (reader(change)?, micros(change.now()));
    query("INSERT INTO advisory_reads (advisory, person, opened_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(advisory)
        .bind(person)
        .bind(now)
        .execute(change.connection())
        .await?;
    Ok(())
}

/// Writes down that whoever makes the change has read an advisory to its end, and says so in the facts. `false`: it was
/// written down before, and the first time counts. What was never opened, or was withdrawn, is a [`StoreError::Conflict`].
pub async fn mark_read(change: &mut Change, advisory: &str) -> Result<bool, StoreError> {
    let (person, now) = (reader(change)?, micros(change.now()));
    let row = query(
        "SELECT advisory_reads.read_at AS read_at FROM advisory_reads
         JOIN advisories ON advisories.id = advisory_reads.advisory AND advisories.withdrawn_at IS NULL
         WHERE advisory_reads.advisory = $1 AND advisory_reads.person = $2",
    )
    .bind(advisory)
    .bind(&person)
    .fetch_optional(change.connection())
    .await?;
    let Some(row) = row else {
        return Err(StoreError::Conflict { what: "the advisory was never opened, or was withdrawn".into() });
    };
    if row.moment_or_none("read_at")?.is_some() {
        return Ok(false);
    }
    query("UPDATE advisory_reads SET read_at = $3 WHERE advisory = $1 AND person = $2")
        .bind(advisory)
        .bind(&person)
        .bind(now)
        .execute(change.connection())
        .await?;
    change.audit("advisory.read", "advisory", advisory, json!({})).await?;
    facts::say_of(change, &person).await?;
    Ok(true)
}

/// The advisories that a person is to read, the unread ones first, the latest of each first.
pub async fn of_person(store: &Store, person: &str, now: Timestamp) -> Result<Vec<OwnAdvisory>, StoreError> {
    let mut connection = store.reader().await?;
    let office = Office::read(store, &mut connection, Some(person), now).await?;
    let rows = query("SELECT advisory, read_at FROM advisory_reads WHERE person = $1 AND read_at IS NOT NULL")
        .bind(person)
        .fetch_all(&mut *connection)
        .await?;
    let mut read: HashMap<String, Timestamp> = HashMap::new();
    for row in &rows {
        read.insert(row.text("advisory")?, row.moment("read_at")?);
    }
    let mut own = Vec::new();
    for advisory in current(&mut connection, now).await? {
        let asked_from = office.asked_from(person, &advisory.audience, advisory.published_at);
        if let Some(asked_from) = asked_from {
            let read_at = read.get(&advisory.id).copied();
            own.push(OwnAdvisory { advisory, asked_from, read_at });
        }
    }
    own.sort_by_key(|own| own.read_at.is_some());
    Ok(own)
}

/// Whether a person is in an audience today.
pub async fn sees(store: &Store, person: &str, audience: &Audience, now: Timestamp) -> Result<bool, StoreError> {
    let mut connection = store.reader().await?;
    let office = Office::read(store, &mut connection, Some(person), now).await?;
    Ok(office.member_since(person, audience).is_some())
}

/// What a person did with an advisory: when they opened it and when they read it to its end. `None`: nothing yet.
pub async fn mark_of(
    store: &Store,
    advisory: &str,
    person: &str,
) -> Result<Option<(Timestamp, Option<Timestamp>)>, StoreError> {
    let row = query("SELECT opened_at, read_at FROM advisory_reads WHERE advisory = $1 AND person = $2")
        .bind(advisory)
        .bind(person)
        .fetch_optional(store.readers())
        .await?;
    row.map(|row| Ok((row.moment("opened_at")?, row.moment_or_none("read_at")?))).transpose()
}

/// Of each of `advisories`, the people whom it concerns, by id, with what they have read of it.
pub async fn readers(store: &Store, advisories: &[Advisory], now: Timestamp) -> Result<Vec<Vec<Reader>>, StoreError> {
    let mut connection = store.reader().await?;
    let office = Office::read(store, &mut connection, None, now).await?;
    let mut people: Vec<&str> = office.people().collect();
    people.sort_unstable();
    let mut all = Vec::new();
    for advisory in advisories {
        let rows = query("SELECT person, opened_at, read_at FROM advisory_reads WHERE advisory = $1")
            .bind(&advisory.id)
            .fetch_all(&mut *connection)
            .await?;
        let mut reads: HashMap<String, (Timestamp, Option<Timestamp>)> = HashMap::new();
        for row in &rows {
            reads.insert(row.text("person")?, (row.moment("opened_at")?, row.moment_or_none("read_at")?));
        }
        let is_concerned =
            |person: &&str| office.asked_from(person, &advisory.audience, advisory.published_at).is_some();
        let reader = |person: &str| {
            let read = reads.get(person);
            let (opened_at, read_at) = (read.map(|read| read.0), read.and_then(|read| read.1));
            Reader { person: person.to_owned(), opened_at, read_at }
        };
        all.push(people.iter().copied().filter(is_concerned).map(reader).collect());
    }
    Ok(all)
}
