//! What is known of reading: the area `advisories` of people.

use std::collections::{BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use khien_model::{GapCode, Subject, SubjectKind};
use serde_json::{Value, json};
use sqlx::{AnyConnection, query};

use super::reach::Office;
use super::{Advisory, Audience, current};
use crate::columns::{Columns as _, micros};
use crate::facts::{NewFact, put};
use crate::{Actor, Change, Store, StoreError};

/// Who says so.
const SOURCE: &str = "web:advisories";
/// The area of facts.
const AREA: &str = "advisories";
/// How old what is known may become before it is said again: well below what the directive takes for stale.
const SAID_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(4 * 24);
/// After so long without a reading nobody knows whether a feed has said something new: then nothing unread is no longer known.
pub const FEED_SILENT_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How many people are said in one change: nobody else writes meanwhile.
const SAID_PER_CHANGE: usize = 50;
/// How many people one run of the job says at most; the next one goes on.
pub const MAX_SAID: usize = 5_000;

/// What may concern people, and what they have read.
struct Told {
    office: Office,
    current: Vec<Advisory>,
    /// To whom anything was ever published.
    audiences: BTreeSet<Audience>,
    /// Feeds that go on: to whom, what they are called, and when they were last read.
    feeds: Vec<(Audience, String, Option<Timestamp>)>,
    read: HashMap<String, BTreeSet<String>>,
    last_read: HashMap<String, Timestamp>,
}

impl Told {
    /// As it is at `now`; of one person alone when one is named.
    async fn read(
        store: &Store,
        connection: &mut AnyConnection,
        person: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let office = Office::read(store, connection, person, now).await?;
        let current = current(connection, now).await?;
        let person = person.unwrap_or_default();
        let mut told = Self {
            office,
            current,
            audiences: BTreeSet::new(),
            feeds: Vec::new(),
            read: HashMap::new(),
            last_read: HashMap::new(),
        };
        for row in &query("SELECT DISTINCT unit, role FROM advisories").fetch_all(&mut *connection).await? {
            told.audiences.insert(Audience::of(row)?);
        }
        let sql = "SELECT unit, role, name, read_at FROM feeds WHERE ended_at IS NULL ORDER BY name, id";
        for row in &query(sql).fetch_all(&mut *connection).await? {
            told.feeds.push((Audience::of(row)?, row.text("name")?, row.moment_or_none("read_at")?));
        }
        let sql = "SELECT r.advisory AS advisory, r.person AS person FROM advisory_reads r
                   JOIN advisories a ON a.id = r.advisory AND a.withdrawn_at IS NULL AND a.published_at >= $2
                   WHERE r.read_at IS NOT NULL AND ($1 = '' OR r.person = $1)";
        let rows = query(sql).bind(person).bind(super::asked_since(now)).fetch_all(&mut *connection).await?;
        for row in &rows {
            told.read.entry(row.text("person")?).or_default().insert(row.text("advisory")?);
        }
        let sql = "SELECT person, MAX(read_at) AS last_read_at FROM advisory_reads
                   WHERE read_at IS NOT NULL AND ($1 = '' OR person = $1) GROUP BY person";
        for row in &query(sql).bind(person).fetch_all(&mut *connection).await? {
            told.last_read.insert(row.text("person")?, row.moment("last_read_at")?);
        }
        Ok(told)
    }

    /// What is known of `person`, as a fact. Of whoever has left nothing is said.
    fn fact(&self, person: &str, now: Timestamp) -> Option<String> {
        if !self.office.is_here(person) {
            return None;
        }
        let is_member = |audience: &Audience| self.office.member_since(person, audience).is_some();
        let feeds: Vec<_> = self.feeds.iter().filter(|(audience, ..)| is_member(audience)).collect();
        let was_told = self.audiences.iter().any(is_member) || feeds.iter().any(|(.., read_at)| read_at.is_some());
        let value = if was_told {
            let silent = now.saturating_sub(FEED_SILENT_AFTER).unwrap_or(Timestamp::MIN);
            let broken = feeds.iter().find(|(.., read_at)| read_at.is_none_or(|at| at < silent));
            self.told(person, broken.map(|(_, name, read_at)| (name.as_str(), *read_at)))
        } else {
            json!({ "unread": gap(GapCode::NotObserved, "nothing was ever published for this person") })
        };
        Some(json!({ "value": value, "source": SOURCE }).to_string())
    }

    /// What is known of somebody for whom something was published; `broken` is a feed of theirs that is not read.
    fn told(&self, person: &str, broken: Option<(&str, Option<Timestamp>)>) -> Value {
        let read = self.read.get(person);
        let unread: Vec<Timestamp> = self
            .current
            .iter()
            .filter(|advisory| read.is_none_or(|read| !read.contains(&advisory.id)))
            .filter_map(|advisory| self.office.asked_from(person, &advisory.audience, advisory.published_at))
            .collect();
        let mut value = match (unread.is_empty(), broken) {
            (true, Some((name, read_at))) => {
                let since = read_at.map_or_else(|| "never read".to_owned(), |at| format!("last read at {at}"));
                json!({ "unread": gap(GapCode::Unreadable, &format!("feed {name}: {since}")) })
            }
            _ => json!({ "unread": unread.len() }),
        };
        if let Some(fields) = value.as_object_mut() {
            let oldest = unread.iter().min();
            fields.extend(oldest.map(|oldest| ("oldest_unread_published_at".to_owned(), json!(oldest))));
            let last = self.last_read.get(person);
            fields.extend(last.map(|last| ("last_read_at".to_owned(), json!(last))));
        }
        value
    }
}

/// A value that is not known, and why.
fn gap(code: GapCode, detail: &str) -> Value {
    json!({ "unknown": { "code": code, "detail": detail } })
}

fn subject(person: &str) -> Subject {
    Subject { kind: SubjectKind::Person, id: person.to_owned() }
}

/// Says anew what is known of one person, with what this change has written.
pub(super) async fn say_of(change: &mut Change, person: &str) -> Result<(), StoreError> {
    let (store, now) = (change.store().clone(), change.now());
    let told = Told::read(&store, change.connection(), Some(person), now).await?;
    let fact = NewFact { area: AREA.to_owned(), fact: told.fact(person, now), observed_at: now };
    match put(change, &subject(person), vec![fact]).await {
        // Of somebody who is no subject (any more) nothing is said; the mark stays.
        Err(StoreError::NotFound) => Ok(()),
        other => other,
    }
}

/// Says anew what is known of everybody for whom it has changed, by what was published or by assignments, or would be taken
/// for stale: at most `most` people. How many were said; as long as it is `most`, there may be more.
pub async fn refresh(store: &Store, now: Timestamp, most: usize) -> Result<usize, StoreError> {
    let mut connection = store.reader().await?;
    let told = Told::read(store, &mut connection, None, now).await?;
    let again = micros(now.saturating_sub(SAID_AGAIN_AFTER).unwrap_or(Timestamp::MIN));
    let rows = query(
        "SELECT subjects.id AS id, facts.fact AS fact, facts.observed_at AS observed_at
         FROM subjects LEFT JOIN facts ON facts.subject = subjects.number AND facts.area = 'advisories'
         WHERE subjects.kind = 'person' AND subjects.retired_at IS NULL ORDER BY subjects.number",
    )
    .fetch_all(&mut *connection)
    .await?;
    drop(connection);
    let mut said = Vec::new();
    for row in &rows {
        let person = row.text("id")?;
        let fact = told.fact(&person, now);
        let is_old = row.number_or_none("observed_at")?.is_none_or(|at| at < again);
        if row.text_or_none("fact")? != fact || (fact.is_some() && is_old) {
            said.push((person, fact));
        }
        if said.len() == most {
            break;
        }
    }
    for piece in said.chunks(SAID_PER_CHANGE) {
        let mut change = store.begin(Actor::System, now).await?;
        for (person, fact) in piece {
            let fact = NewFact { area: AREA.to_owned(), fact: fact.clone(), observed_at: now };
            put(&mut change, &subject(person), vec![fact]).await?;
        }
        change.commit().await?;
    }
    Ok(said.len())
}
