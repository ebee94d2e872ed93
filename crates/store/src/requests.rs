//! What officials say: "I have mended it, check again". Whoever needs help opens a ticket ([`crate::tickets`]).

use jiff::Timestamp;
use khien_model::{Subject, words};
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::bounded_option;
use crate::columns::{Columns as _, micros};
use crate::{Change, Store, StoreError};

/// The longest text or answer, in letters.
pub const MAX_TEXT: usize = 2_000;

/// The most requests of one person that may be open: a form that is sent again and again fills no table.
pub const MAX_OPEN: usize = 100;

words! {
    /// What is asked for.
    pub enum RequestKind {
        /// It is mended: look again (đã làm xong – kiểm tra lại).
        ReCheck = "re_check",
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// The id.
    pub id: String,
    /// What is asked for.
    pub kind: RequestKind,
    /// Who asks.
    pub person: String,
    /// The unit that answers.
    pub unit: String,
    /// About whom.
    pub subject: Subject,
    /// About which control.
    pub control: String,
    /// In the person's words.
    pub text: Option<String>,
}

/// A request and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What was asked.
    pub asked: NewRequest,
    /// The name of the subject.
    pub subject_name: String,
    /// When.
    pub asked_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Who closed it: a person's id, or empty when a check did.
    pub closed_by: Option<String>,
    /// The answer.
    pub answer: Option<String>,
}

/// Every query reads these columns.
macro_rules! select_requests {
    ($rest:literal) => {
        concat!(
            "SELECT requests.*, subjects.kind AS subject_kind, subjects.id AS subject_id, ",
            "subjects.name AS subject_name FROM requests JOIN subjects ON subjects.number = requests.subject ",
            $rest
        )
    };
}

fn request(row: &AnyRow) -> Result<Request, StoreError> {
    Ok(Request {
        asked: NewRequest {
            id: row.text("id")?,
            kind: row.parsed("kind")?,
            person: row.text("person")?,
            unit: row.text("unit")?,
            subject: Subject { kind: row.parsed("subject_kind")?, id: row.text("subject_id")? },
            control: row.text("control")?,
            text: row.text_or_none("text")?,
        },
        subject_name: row.text("subject_name")?,
        asked_at: row.moment("asked_at")?,
        closed_at: row.moment_or_none("closed_at")?,
        closed_by: row.text_or_none("closed_by")?,
        answer: row.text_or_none("answer")?,
    })
}

/// Enters a request. The same one that is still open is not entered twice: `false`.
pub async fn ask(change: &mut Change, asked: &NewRequest) -> Result<bool, StoreError> {
    bounded_option("text", asked.text.as_deref(), MAX_TEXT)?;
    let row = query("SELECT number FROM subjects WHERE kind = $1 AND id = $2")
        .bind(asked.subject.kind.as_str())
        .bind(&asked.subject.id)
        .fetch_optional(change.connection())
        .await?
        .ok_or(StoreError::NotFound)?;
    let subject = row.number("number")?;
    let open = query("SELECT kind, subject, control FROM requests WHERE person = $1 AND closed_at IS NULL")
        .bind(&asked.person)
        .fetch_all(change.connection())
        .await?;
    for row in &open {
        let same = row.number("subject")? == subject && row.text("control")? == asked.control;
        if same && row.text("kind")? == asked.kind.as_str() {
            return Ok(false);
        }
    }
    if open.len() >= MAX_OPEN {
        return Err(StoreError::TooMany { limit: MAX_OPEN });
    }
    let now = micros(change.now());
    query(
        "INSERT INTO requests (id, kind, person, unit, subject, control, text, asked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&asked.id)
    .bind(asked.kind.as_str())
    .bind(&asked.person)
    .bind(&asked.unit)
    .bind(subject)
    .bind(&asked.control)
    .bind(asked.text.as_deref())
    .bind(now)
    .execute(change.connection())
    .await?;
    let detail = serde_json::json!({
        "kind": asked.kind, "person": asked.person, "unit": asked.unit, "subject": asked.subject,
        "control": asked.control,
    });
    change.audit("request.ask", "request", &asked.id, detail).await?;
    Ok(true)
}

/// Closes a request. One that is closed already is a [`StoreError::Conflict`].
pub async fn close(change: &mut Change, id: &str, by: &str, answer: Option<&str>) -> Result<(), StoreError> {
    bounded_option("answer", answer, MAX_TEXT)?;
    let now = micros(change.now());
    let closed =
        query("UPDATE requests SET closed_at = $2, closed_by = $3, answer = $4 WHERE id = $1 AND closed_at IS NULL")
            .bind(id)
            .bind(now)
            .bind(by)
            .bind(answer)
            .execute(change.connection())
            .await?;
    if closed.rows_affected() == 0 {
        return Err(StoreError::Conflict { what: "the request is closed already".into() });
    }
    change.audit("request.close", "request", id, serde_json::json!({ "by": by, "answer": answer })).await
}

/// The request with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<Request>, StoreError> {
    let row = query(select_requests!("WHERE requests.id = $1")).bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(request).transpose()
}

/// The open requests of the whole organisation, oldest first.
pub async fn open(store: &Store) -> Result<Vec<Request>, StoreError> {
    let rows = query(select_requests!("WHERE requests.closed_at IS NULL ORDER BY requests.asked_at, requests.id"))
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(request).collect()
}

/// The requests of a person, newest first, at most `limit`.
pub async fn of_person(store: &Store, person: &str, limit: usize) -> Result<Vec<Request>, StoreError> {
    let rows =
        query(select_requests!("WHERE requests.person = $1 ORDER BY requests.asked_at DESC, requests.id LIMIT $2"))
            .bind(person)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(store.readers())
            .await?;
    rows.iter().map(request).collect()
}

/// The requests about a subject, newest first.
pub async fn about(store: &Store, subject: &Subject) -> Result<Vec<Request>, StoreError> {
    let rows = query(select_requests!(
        "WHERE subjects.kind = $1 AND subjects.id = $2 ORDER BY requests.asked_at DESC, requests.id"
    ))
    .bind(subject.kind.as_str())
    .bind(&subject.id)
    .fetch_all(store.readers())
    .await?;
    rows.iter().map(request).collect()
}
