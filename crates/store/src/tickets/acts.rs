//! What is done with a ticket.

use jiff::Timestamp;
use khien_model::{Subject, day_of};
use sqlx::query;

use super::{MAX_OPEN, MAX_TEXT, MAX_TITLE, PostKind, Ticket, TicketKind, TicketState, add_post, facts, held};
use crate::checks::{bounded, refused};
use crate::columns::{Columns as _, micros, micros_or_none};
use crate::{Change, StoreError};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTicket {
    /// The id.
    pub id: String,
    /// What it is.
    pub kind: TicketKind,
    /// In a line.
    pub title: String,
    /// In the person's words.
    pub text: String,
    /// Who asks.
    pub person: String,
    /// For which unit.
    pub unit: String,
    /// The subject and the control of the finding that it was asked from.
    pub about: Option<(Subject, String)>,
    /// Until when the answer is due; `None` when nothing says how long that is.
    pub answer_due_at: Option<Timestamp>,
}

/// Opens a ticket and gives its number. The same question that still waits is not asked twice: `None`.
pub async fn open(change: &mut Change, new: &NewTicket) -> Result<Option<String>, StoreError> {
    bounded("title", &new.title, MAX_TITLE)?;
    bounded("text", &new.text, MAX_TEXT)?;
    let mut subject = None;
    if let Some((about, _)) = &new.about {
        let row = query("SELECT number FROM subjects WHERE kind = $1 AND id = $2")
            .bind(about.kind.as_str())
            .bind(&about.id)
            .fetch_optional(change.connection())
            .await?
            .ok_or(StoreError::NotFound)?;
        subject = Some(row.number("number")?);
    }
    let control = new.about.as_ref().map(|(_, control)| control.as_str());
    let rows =
        query("SELECT subject, control, text FROM tickets WHERE person = $1 AND state IN ('new', 'taken', 'waiting')")
            .bind(&new.person)
            .fetch_all(change.connection())
            .await?;
    for row in &rows {
        let same = row.number_or_none("subject")? == subject && row.text_or_none("control")?.as_deref() == control;
        if same && (control.is_some() || row.text("text")? == new.text) {
            return Ok(None);
        }
    }
    if rows.len() >= MAX_OPEN {
        return Err(StoreError::TooMany { limit: MAX_OPEN });
    }
    let number = next_number(change).await?;
    let now = micros(change.now());
    query(
        "INSERT INTO tickets (id, number, kind, title, text, person, unit, subject, control, state, asked_at,
             answer_due_at, shared) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'new', $10, $11, 0)",
    )
    .bind(&new.id)
    .bind(&number)
    .bind(new.kind.as_str())
    .bind(&new.title)
    .bind(&new.text)
    .bind(&new.person)
    .bind(&new.unit)
    .bind(subject)
    .bind(control)
    .bind(now)
    .bind(micros_or_none(new.answer_due_at))
    .execute(change.connection())
    .await?;
    add_post(change, &new.id, PostKind::Asked, &new.person, None).await?;
    let detail = serde_json::json!({
        "number": number, "kind": new.kind, "person": new.person, "unit": new.unit, "control": control,
    });
    change.audit("ticket.open", "ticket", &new.id, detail).await?;
    facts::say_of(change, &new.unit).await?;
    Ok(Some(number))
}

/// The next number of the year: 2026-0031.
async fn next_number(change: &mut Change) -> Result<String, StoreError> {
    let year = day_of(change.now()).year();
    let row = query(
        "INSERT INTO ticket_numbers (year, last) VALUES ($1, 1)
         ON CONFLICT (year) DO UPDATE SET last = ticket_numbers.last + 1 RETURNING last",
    )
    .bind(i64::from(year))
    .fetch_one(change.connection())
    .await?;
    Ok(format!("{year}-{:04}", row.number("last")?))
}

fn must_be_open(ticket: &Ticket) -> Result<(), StoreError> {
    if ticket.state.is_open() {
        return Ok(());
    }
    Err(StoreError::Conflict { what: "the ticket is answered or closed already".into() })
}

/// Somebody writes something about a ticket that is not closed.
pub async fn message(change: &mut Change, id: &str, by: &str, text: &str) -> Result<(), StoreError> {
    bounded("text", text, MAX_TEXT)?;
    let ticket = held(change, id).await?;
    if ticket.state == TicketState::Closed {
        return Err(StoreError::Conflict { what: "the ticket is closed".into() });
    }
    add_post(change, id, PostKind::Message, by, Some(text)).await?;
    change.audit("ticket.message", "ticket", id, serde_json::json!({ "by": by })).await
}

/// Gives a ticket to somebody, perhaps oneself.
pub async fn assign(change: &mut Change, id: &str, by: &str, to: &str) -> Result<(), StoreError> {
    let ticket = held(change, id).await?;
    must_be_open(&ticket)?;
    query("UPDATE tickets SET assigned_to = $2, state = CASE WHEN state = 'new' THEN 'taken' ELSE state END WHERE id = $1")
        .bind(id)
        .bind(to)
        .execute(change.connection())
        .await?;
    add_post(change, id, PostKind::Taken, to, None).await?;
    change.audit("ticket.assign", "ticket", id, serde_json::json!({ "by": by, "to": to })).await
}

/// Names a new day for the answer, and why.
pub async fn put_off(change: &mut Change, id: &str, by: &str, until: Timestamp, why: &str) -> Result<(), StoreError> {
    bounded("text", why, MAX_TEXT)?;
    let ticket = held(change, id).await?;
    must_be_open(&ticket)?;
    if until <= change.now() {
        return Err(refused("until", "it is not in the future"));
    }
    query("UPDATE tickets SET answer_due_at = $2, state = 'waiting' WHERE id = $1")
        .bind(id)
        .bind(micros(until))
        .execute(change.connection())
        .await?;
    add_post(change, id, PostKind::PutOff, by, Some(why)).await?;
    let detail = serde_json::json!({ "by": by, "from": ticket.answer_due_at, "until": until });
    change.audit("ticket.put_off", "ticket", id, detail).await?;
    facts::say_of(change, &ticket.unit).await
}

/// Answers a ticket; when `shared`, question and answer are for everybody to read.
pub async fn answer(change: &mut Change, id: &str, by: &str, text: &str, shared: bool) -> Result<(), StoreError> {
    bounded("text", text, MAX_TEXT)?;
    let ticket = held(change, id).await?;
    must_be_open(&ticket)?;
    let now = micros(change.now());
    query(
        "UPDATE tickets SET state = 'answered', answered_at = $2, answer = $3, shared = $4,
             assigned_to = COALESCE(assigned_to, $5) WHERE id = $1",
    )
    .bind(id)
    .bind(now)
    .bind(text)
    .bind(i64::from(shared))
    .bind(by)
    .execute(change.connection())
    .await?;
    add_post(change, id, PostKind::Answered, by, Some(text)).await?;
    change.audit("ticket.answer", "ticket", id, serde_json::json!({ "by": by, "shared": shared })).await?;
    facts::say_of(change, &ticket.unit).await
}

/// Whoever asked says that the answer does not help; the answer is owed again until `due`.
pub async fn reopen(
    change: &mut Change,
    id: &str,
    by: &str,
    why: &str,
    due: Option<Timestamp>,
) -> Result<(), StoreError> {
    bounded("text", why, MAX_TEXT)?;
    let ticket = held(change, id).await?;
    if ticket.state != TicketState::Answered {
        return Err(StoreError::Conflict { what: "the ticket is not answered".into() });
    }
    query("UPDATE tickets SET state = 'taken', answered_at = NULL, shared = 0, answer_due_at = $2 WHERE id = $1")
        .bind(id)
        .bind(micros_or_none(due))
        .execute(change.connection())
        .await?;
    add_post(change, id, PostKind::Reopened, by, Some(why)).await?;
    change.audit("ticket.reopen", "ticket", id, serde_json::json!({ "by": by })).await?;
    facts::say_of(change, &ticket.unit).await
}

/// Whoever asked is content, or withdraws it. One that is closed already is a [`StoreError::Conflict`].
pub async fn close(change: &mut Change, id: &str, by: &str) -> Result<(), StoreError> {
    let ticket = held(change, id).await?;
    if ticket.state == TicketState::Closed {
        return Err(StoreError::Conflict { what: "the ticket is closed already".into() });
    }
    let now = micros(change.now());
    query("UPDATE tickets SET state = 'closed', closed_at = $2 WHERE id = $1")
        .bind(id)
        .bind(now)
        .execute(change.connection())
        .await?;
    add_post(change, id, PostKind::Closed, by, None).await?;
    change.audit("ticket.close", "ticket", id, serde_json::json!({ "by": by })).await?;
    facts::say_of(change, &ticket.unit).await
}

/// Writes down that whoever is concerned was told of a post. `false`: somebody else did so.
pub async fn told(change: &mut Change, ticket: &str, number: u64) -> Result<bool, StoreError> {
    let now = micros(change.now());
    let told = query("UPDATE ticket_posts SET told_at = $3 WHERE ticket = $1 AND number = $2 AND told_at IS NULL")
        .bind(ticket)
        .bind(i64::try_from(number).unwrap_or(i64::MAX))
        .bind(now)
        .execute(change.connection())
        .await?;
    Ok(told.rows_affected() == 1)
}
