//! People: officials and employees, whether they sign in or not.

use jiff::Timestamp;
use khien_model::text::{compare_names, fold, nfc};
use khien_model::{Subject, SubjectKind};
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::{bounded, bounded_option};
use crate::columns::{Columns as _, micros};
use crate::{Change, Store, StoreError, subjects};

/// The longest name, in letters.
pub const MAX_NAME: usize = 120;

/// The longest position, in letters.
pub const MAX_POSITION: usize = 120;

/// The longest address: the bound of RFC 5321.
pub const MAX_EMAIL: usize = 254;

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The id: never changes, never means anything.
    pub id: String,
    /// The full name, in NFC.
    pub name: String,
    /// The office held, in the organisation's words.
    pub position: Option<String>,
    /// The official mailbox, lower case.
    pub email: Option<String>,
    /// The language the person reads: `vi` or `en`.
    pub language: Option<String>,
    /// When the person was entered.
    pub created_at: Timestamp,
}

impl Person {
    /// The same person as it is kept: NFC, trimmed, the address in lower case; refused when a bound is passed.
    fn tidy(&self) -> Result<Self, StoreError> {
        let tidy = |text: &str| nfc(text.trim()).into_owned();
        let person = Self {
            id: self.id.clone(),
            name: tidy(&self.name),
            position: self.position.as_deref().map(tidy).filter(|position| !position.is_empty()),
            email: self.email.as_deref().map(|email| tidy(email).to_lowercase()).filter(|email| !email.is_empty()),
            language: self.language.clone(),
            created_at: self.created_at,
        };
        bounded("name", &person.name, MAX_NAME)?;
        bounded_option("position", person.position.as_deref(), MAX_POSITION)?;
        bounded_option("email", person.email.as_deref(), MAX_EMAIL)?;
        Ok(person)
    }
}

fn person(row: &AnyRow) -> Result<Person, StoreError> {
    Ok(Person {
        id: row.text("id")?,
        name: row.text("name")?,
        position: row.text_or_none("position")?,
        email: row.text_or_none("email")?,
        language: row.text_or_none("language")?,
        created_at: row.moment("created_at")?,
    })
}

/// Enters a person. Refused when the address belongs to somebody else.
pub async fn insert(change: &mut Change, person: &Person) -> Result<(), StoreError> {
    let person = person.tidy()?;
    let inserted = query(
        "INSERT INTO people (id, name, name_folded, position, email, language, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(&person.id)
    .bind(&person.name)
    .bind(fold(&person.name))
    .bind(person.position.as_deref())
    .bind(person.email.as_deref())
    .bind(person.language.as_deref())
    .bind(micros(person.created_at))
    .execute(change.connection())
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(StoreError::Conflict { what: "person".into() });
    }
    enter_subject(change, &person).await?;
    change.audit("person.enter", "person", &person.id, described(&person)).await
}

/// Writes name, position, address and language of a person anew.
pub async fn update(change: &mut Change, person: &Person) -> Result<(), StoreError> {
    let person = person.tidy()?;
    let taken = query("SELECT id FROM people WHERE email = $1 AND id <> $2")
        .bind(person.email.as_deref())
        .bind(&person.id)
        .fetch_optional(change.connection())
        .await?;
    if taken.is_some() {
        return Err(StoreError::Conflict { what: "person".into() });
    }
    let updated =
        query("UPDATE people SET name = $2, name_folded = $3, position = $4, email = $5, language = $6 WHERE id = $1")
            .bind(&person.id)
            .bind(&person.name)
            .bind(fold(&person.name))
            .bind(person.position.as_deref())
            .bind(person.email.as_deref())
            .bind(person.language.as_deref())
            .execute(change.connection())
            .await?;
    if updated.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    enter_subject(change, &person).await?;
    change.audit("person.change", "person", &person.id, described(&person)).await
}

/// A person is a subject too: what the directive asks of people is unknown until somebody knows it.
async fn enter_subject(change: &mut Change, person: &Person) -> Result<(), StoreError> {
    let subject = Subject { kind: SubjectKind::Person, id: person.id.clone() };
    subjects::enter(change, &subject, &person.name).await.map(drop)
}

fn described(person: &Person) -> serde_json::Value {
    serde_json::json!({ "name": person.name, "position": person.position, "email": person.email })
}

/// The person with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<Person>, StoreError> {
    let row = query("SELECT * FROM people WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(person).transpose()
}

/// The person whose official mailbox is `email`.
pub async fn find_by_email(store: &Store, email: &str) -> Result<Option<Person>, StoreError> {
    let email = nfc(email.trim()).to_lowercase();
    let row = query("SELECT * FROM people WHERE email = $1").bind(email).fetch_optional(store.readers()).await?;
    row.as_ref().map(person).transpose()
}

/// Everybody, by given name as Vietnamese lists do.
pub async fn all(store: &Store) -> Result<Vec<Person>, StoreError> {
    let rows = query("SELECT * FROM people").fetch_all(store.readers()).await?;
    let mut people = rows.iter().map(person).collect::<Result<Vec<_>, _>>()?;
    people.sort_by(|one, other| compare_names(&one.name, &other.name).then_with(|| one.id.cmp(&other.id)));
    Ok(people)
}
