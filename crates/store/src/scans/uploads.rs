//! What people say they have uploaded to information systems, and what is known of it: the area `own_uploads` of people.
//!
//! A person's list is known to be whole only when they say so: without their word, or with a word that is older than the
//! directive takes for fresh, how much they have uploaded is not known. A file without a receipt decides by itself, whatever
//! else there may be: one more file with a receipt would not mend it.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use khien_model::{GapCode, Subject, SubjectKind, day_of};
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::checks::{bounded, refused};
use crate::columns::{Columns as _, day_text, micros, micros_or_none};
use crate::facts::{NewFact, put};
use crate::{Actor, Change, Store, StoreError};

/// Who says so.
const SOURCE: &str = "web:own-uploads";
/// The area of facts.
const AREA: &str = "own_uploads";
/// How many days of uploads are looked at.
pub const WINDOW_DAYS: i32 = 30;
/// The longest name of a system, in letters.
pub const MAX_SYSTEM: usize = 150;
/// The most uploads that one person may say within the days that are looked at.
pub const MAX_UPLOADS: usize = 1_000;
/// How many people one run of [`refresh`] says at most; the next one goes on.
pub const MAX_SAID: usize = 5_000;
/// How many people are said in one change: nobody else writes meanwhile.
const SAID_PER_CHANGE: usize = 50;

/// What is known of the scan of a file that was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanned {
    /// SHA-256 in lower-case hexadecimal digits.
    pub sha256: String,
    /// What was said of it.
    pub verdict: String,
    /// When.
    pub scanned_at: Timestamp,
}

/// A file that a person has uploaded to a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnUpload {
    /// The id.
    pub id: String,
    /// The system, as the person calls it.
    pub system: String,
    /// On which day.
    pub uploaded_on: Date,
    /// What the file is called.
    pub file_name: String,
    /// Its scan; `None` for a file without a receipt.
    pub scanned: Option<Scanned>,
    /// When the person said so.
    pub recorded_at: Timestamp,
}

impl OwnUpload {
    /// Whether its content was looked into before it was uploaded. A file that could not be looked into was not.
    pub fn has_receipt(&self) -> bool {
        let before = |scanned: &&Scanned| day_of(scanned.scanned_at) <= self.uploaded_on;
        self.scanned.as_ref().filter(before).is_some_and(|scanned| scanned.verdict != "not_inspected")
    }

    /// Whether it was uploaded although the scan had found that it must not be.
    pub fn is_infected(&self) -> bool {
        self.has_receipt() && self.scanned.as_ref().is_some_and(|scanned| scanned.verdict == "blocked")
    }
}

fn upload(row: &AnyRow) -> Result<OwnUpload, StoreError> {
    let scanned = match (row.text_or_none("sha256")?, row.text_or_none("verdict")?, row.moment_or_none("scanned_at")?) {
        (Some(sha256), Some(verdict), Some(scanned_at)) => Some(Scanned { sha256, verdict, scanned_at }),
        _ => None,
    };
    Ok(OwnUpload {
        id: row.text("id")?,
        system: row.text("to_system")?,
        uploaded_on: row.parsed("uploaded_on")?,
        file_name: row.text("file_name")?,
        scanned,
        recorded_at: row.moment("recorded_at")?,
    })
}

/// The first day that is looked at.
fn first_day(now: Timestamp) -> Date {
    day_of(now).checked_sub(WINDOW_DAYS.days()).unwrap_or(Date::MIN)
}

/// Who makes the change: what somebody has uploaded is said by them alone.
fn own(change: &Change) -> Result<String, StoreError> {
    match change.actor() {
        Actor::Person(person) => Ok(person.clone()),
        _ => Err(StoreError::invalid("only a person says what they have uploaded".to_owned())),
    }
}

/// Writes down that whoever makes the change has uploaded a file, and says so in the facts.
pub async fn record(change: &mut Change, upload: &OwnUpload) -> Result<(), StoreError> {
    let (person, now) = (own(change)?, change.now());
    bounded("system", &upload.system, MAX_SYSTEM)?;
    bounded("file_name", &upload.file_name, super::MAX_NAME)?;
    if upload.uploaded_on > day_of(now) || upload.uploaded_on < first_day(now) {
        return Err(refused("uploaded_on", "the day is yet to come, or too long ago to count"));
    }
    if read(change.connection(), &person, now).await?.len() >= MAX_UPLOADS {
        return Err(StoreError::TooMany { limit: MAX_UPLOADS });
    }
    let scanned = upload.scanned.as_ref();
    query(
        "INSERT INTO own_uploads (id, person, to_system, uploaded_on, file_name, sha256, verdict, scanned_at, recorded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&upload.id)
    .bind(&person)
    .bind(&upload.system)
    .bind(day_text(upload.uploaded_on))
    .bind(&upload.file_name)
    .bind(scanned.map(|scanned| scanned.sha256.as_str()))
    .bind(scanned.map(|scanned| scanned.verdict.as_str()))
    .bind(micros_or_none(scanned.map(|scanned| scanned.scanned_at)))
    .bind(micros(now))
    .execute(change.connection())
    .await?;
    let detail = json!({ "system": upload.system, "day": upload.uploaded_on, "receipt": upload.has_receipt() });
    change.audit("own_upload.say", "own_upload", &upload.id, detail).await?;
    say_of(change, &person).await
}

/// Takes back what whoever makes the change has said by mistake.
pub async fn withdraw(change: &mut Change, id: &str) -> Result<(), StoreError> {
    let (person, now) = (own(change)?, micros(change.now()));
    let taken =
        query("UPDATE own_uploads SET withdrawn_at = $3 WHERE id = $1 AND person = $2 AND withdrawn_at IS NULL")
            .bind(id)
            .bind(&person)
            .bind(now)
            .execute(change.connection())
            .await?;
    if taken.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    change.audit("own_upload.withdraw", "own_upload", id, json!({})).await?;
    say_of(change, &person).await
}

/// Writes down the word of whoever makes the change that the list of their uploads is whole, an empty one too.
pub async fn say_whole(change: &mut Change) -> Result<(), StoreError> {
    let (person, now) = (own(change)?, change.now());
    query(
        "INSERT INTO own_upload_words (person, said_at) VALUES ($1, $2)
         ON CONFLICT (person) DO UPDATE SET said_at = excluded.said_at",
    )
    .bind(&person)
    .bind(micros(now))
    .execute(change.connection())
    .await?;
    let uploads = read(change.connection(), &person, now).await?.len();
    change.audit("own_upload.whole", "person", &person, json!({ "uploads": uploads })).await?;
    say_of(change, &person).await
}

/// What a person has uploaded within the days that are looked at, the latest first.
async fn read(connection: &mut AnyConnection, person: &str, now: Timestamp) -> Result<Vec<OwnUpload>, StoreError> {
    let rows = query(
        "SELECT * FROM own_uploads WHERE person = $1 AND withdrawn_at IS NULL AND uploaded_on >= $2
         ORDER BY uploaded_on DESC, recorded_at DESC, id",
    )
    .bind(person)
    .bind(day_text(first_day(now)))
    .fetch_all(connection)
    .await?;
    rows.iter().map(upload).collect()
}

async fn word(connection: &mut AnyConnection, person: &str) -> Result<Option<Timestamp>, StoreError> {
    let row =
        query("SELECT said_at FROM own_upload_words WHERE person = $1").bind(person).fetch_optional(connection).await?;
    row.map(|row| row.moment("said_at")).transpose()
}

/// The list of a person, and when they last said that it is whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Register {
    /// The uploads within the days that are looked at, the latest first.
    pub uploads: Vec<OwnUpload>,
    /// When the person last said that this is all.
    pub whole_at: Option<Timestamp>,
}

/// The list of a person.
pub async fn of_person(store: &Store, person: &str, now: Timestamp) -> Result<Register, StoreError> {
    let mut connection = store.reader().await?;
    let uploads = read(&mut connection, person, now).await?;
    Ok(Register { uploads, whole_at: word(&mut connection, person).await? })
}

impl Register {
    /// What is known by it, and as of when; nothing of somebody who never said anything.
    fn fact(&self, now: Timestamp) -> Option<(String, Timestamp)> {
        let said = self.uploads.iter().map(|upload| upload.recorded_at).max();
        let observed_at = self.whole_at.or(said)?.min(now);
        let with_receipt = self.uploads.iter().filter(|upload| upload.has_receipt()).count();
        let infected = self.uploads.iter().filter(|upload| upload.is_infected()).count();
        let is_known = self.whole_at.is_some() || with_receipt < self.uploads.len();
        let uploaded = if is_known {
            json!(self.uploads.len())
        } else {
            gap("the person has not said yet that the list is whole")
        };
        let infected = if is_known || infected > 0 { json!(infected) } else { gap("the list may not be whole") };
        let value = json!({ "uploaded": uploaded, "with_receipt": with_receipt, "infected_uploaded": infected });
        Some((json!({ "value": value, "source": SOURCE }).to_string(), observed_at))
    }
}

/// A value that is not known, and why.
fn gap(detail: &str) -> Value {
    json!({ "unknown": { "code": GapCode::NotObserved, "detail": detail } })
}

/// Says anew what is known of one person, with what this change has written.
async fn say_of(change: &mut Change, person: &str) -> Result<(), StoreError> {
    let now = change.now();
    let uploads = read(change.connection(), person, now).await?;
    let register = Register { uploads, whole_at: word(change.connection(), person).await? };
    let (fact, observed_at) = match register.fact(now) {
        Some((fact, observed_at)) => (Some(fact), observed_at),
        None => (None, now),
    };
    let subject = Subject { kind: SubjectKind::Person, id: person.to_owned() };
    match put(change, &subject, vec![NewFact { area: AREA.to_owned(), fact, observed_at }]).await {
        // Of somebody who is no subject (any more) nothing is said; what they wrote stays.
        Err(StoreError::NotFound) => Ok(()),
        other => other,
    }
}

/// Says anew what is known of everybody of whom time alone has changed it: uploads that are too long ago to count. At most
/// `most` people; how many were said.
pub async fn refresh(store: &Store, now: Timestamp, most: usize) -> Result<usize, StoreError> {
    let rows = query(
        "SELECT s.id AS person, f.fact AS fact FROM subjects s JOIN facts f ON f.subject = s.number AND f.area = 'own_uploads'
         WHERE s.kind = 'person' AND s.retired_at IS NULL
             AND EXISTS (SELECT 1 FROM own_uploads o WHERE o.person = s.id) ORDER BY s.number",
    )
    .fetch_all(store.readers())
    .await?;
    let mut stale = Vec::new();
    for row in &rows {
        let (person, fact) = (row.text("person")?, row.text_or_none("fact")?);
        let known = of_person(store, &person, now).await?.fact(now).map(|(fact, _)| fact);
        // What others say of it is not ours to change.
        let is_ours = fact.as_deref().is_some_and(|fact| fact.contains(SOURCE));
        if is_ours && known != fact {
            stale.push(person);
        }
        if stale.len() == most {
            break;
        }
    }
    for piece in stale.chunks(SAID_PER_CHANGE) {
        let mut change = store.begin(Actor::System, now).await?;
        for person in piece {
            say_of(&mut change, person).await?;
        }
        change.commit().await?;
    }
    Ok(stale.len())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn of(verdict: Option<&str>, scanned_on: &str) -> OwnUpload {
        let scanned = verdict.map(|verdict| Scanned {
            sha256: "00".to_owned(),
            verdict: verdict.to_owned(),
            scanned_at: at(&format!("{scanned_on}T08:00:00+07:00")),
        });
        let (id, system, file_name) = ("u".to_owned(), "Một cửa".to_owned(), "a.pdf".to_owned());
        let recorded_at = at("2026-11-20T12:00:00+07:00");
        OwnUpload { id, system, uploaded_on: date(2026, 11, 20), file_name, scanned, recorded_at }
    }

    /// Uploads, the word that the list is whole, and what is known: uploaded, with a receipt, infected.
    type Case = (Vec<OwnUpload>, bool, Option<[Option<u64>; 3]>);

    #[test]
    fn what_is_known_follows_from_what_was_said() {
        let clean = || of(Some("clean"), "2026-11-20");
        let late = || of(Some("clean"), "2026-11-21");
        let none = || of(None, "");
        let bad = || of(Some("blocked"), "2026-11-19");
        let unread = || of(Some("not_inspected"), "2026-11-19");
        let cases: Vec<Case> = vec![
            (vec![], false, None),
            (vec![], true, Some([Some(0), Some(0), Some(0)])),
            (vec![clean()], false, Some([None, Some(1), None])),
            (vec![clean()], true, Some([Some(1), Some(1), Some(0)])),
            (vec![clean(), none()], false, Some([Some(2), Some(1), Some(0)])),
            (vec![late(), clean()], true, Some([Some(2), Some(1), Some(0)])),
            (vec![unread()], true, Some([Some(1), Some(0), Some(0)])),
            (vec![bad(), clean()], true, Some([Some(2), Some(2), Some(1)])),
            (vec![bad()], false, Some([None, Some(1), Some(1)])),
        ];
        let now = at("2026-11-22T08:00:00+07:00");
        for (uploads, is_whole, expected) in cases {
            let register = Register { uploads, whole_at: is_whole.then_some(now) };
            let known = register.fact(now).map(|(fact, _)| {
                let fact: Value = serde_json::from_str(&fact).unwrap();
                ["uploaded", "with_receipt", "infected_uploaded"].map(|field| fact["value"][field].as_u64())
            });
            assert_eq!(known, expected, "{register:?}");
        }
    }
}
