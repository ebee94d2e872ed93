//! Tickets: what officials and units ask the office, who answers, and what becomes of it.
//!
//! What is done with a ticket stands in its thread, one post after the other, and becomes facts about the unit in the same
//! transaction.

mod acts;
mod facts;
pub mod incidents;
mod shared;
mod statements;

use jiff::Timestamp;
use khien_model::{Subject, words};
use sqlx::any::AnyRow;
use sqlx::query;

use crate::columns::{Columns as _, micros};
use crate::{Change, Store, StoreError};

pub use acts::{NewTicket, answer, assign, close, message, open, put_off, reopen, told};
pub use facts::{MAX_SAID, refresh};
pub use shared::{SharedAnswer, shared};
pub use statements::{Statement, of_month, say_none};

/// The longest title, in letters.
pub const MAX_TITLE: usize = 200;
/// The longest text, in letters.
pub const MAX_TEXT: usize = 4_000;
/// The most tickets of one person that may be open: a form that is sent again and again fills no table.
pub const MAX_OPEN: usize = 100;
/// The most posts of one ticket.
pub const MAX_POSTS: usize = 500;
/// How many tickets a list has at most.
pub const MAX_LISTED: i64 = 2_000;

words! {
    /// What a ticket is.
    pub enum TicketKind {
        /// A difficulty or a question (khó khăn, vướng mắc).
        Question = "question",
        /// A security incident (sự cố).
        Incident = "incident",
    }

    /// How far it is.
    pub enum TicketState {
        /// Nobody has taken it.
        New = "new",
        /// Somebody works on it.
        Taken = "taken",
        /// It waits for somebody above; a new day for the answer was named.
        Waiting = "waiting",
        /// It is answered.
        Answered = "answered",
        /// Whoever asked is content, or withdrew it.
        Closed = "closed",
    }

    /// What a post of the thread does.
    pub enum PostKind {
        /// The ticket itself.
        Asked = "asked",
        /// Somebody writes.
        Message = "message",
        /// Somebody takes it, or is given it.
        Taken = "taken",
        /// A new day for the answer is named, and why.
        PutOff = "put_off",
        /// The answer.
        Answered = "answered",
        /// The answer does not help.
        Reopened = "reopened",
        /// It is over.
        Closed = "closed",
    }
}

impl TicketState {
    /// Whether an answer is still owed.
    pub fn is_open(self) -> bool {
        matches!(self, Self::New | Self::Taken | Self::Waiting)
    }
}

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The id.
    pub id: String,
    /// What people call it.
    pub number: String,
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
    /// What it is about: the subject with its name, and the control.
    pub about: Option<About>,
    /// How far it is.
    pub state: TicketState,
    /// Who works on it.
    pub assigned_to: Option<String>,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// Until when the answer is due.
    pub answer_due_at: Option<Timestamp>,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// The answer.
    pub answer: Option<String>,
    /// Whether question and answer stand in the list that everybody reads.
    pub is_shared: bool,
}

impl Ticket {
    /// Whether the answer is owed and late.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.state.is_open() && self.answer_due_at.is_some_and(|due| due < now)
    }
}

/// The finding that a ticket was asked from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The subject.
    pub subject: Subject,
    /// What it is called.
    pub name: String,
    /// The control.
    pub control: String,
}

/// One post of a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The ticket.
    pub ticket: String,
    /// From 0 on.
    pub number: u64,
    /// What it does.
    pub kind: PostKind,
    /// Who did it.
    pub person: String,
    /// When.
    pub posted_at: Timestamp,
    /// What was written.
    pub text: Option<String>,
}

/// Every query reads these columns.
macro_rules! select_tickets {
    ($rest:literal) => {
        concat!(
            "SELECT tickets.*, subjects.kind AS subject_kind, subjects.id AS subject_id, subjects.name AS subject_name
             FROM tickets LEFT JOIN subjects ON subjects.number = tickets.subject ",
            $rest
        )
    };
}

fn ticket(row: &AnyRow) -> Result<Ticket, StoreError> {
    let about = match (row.text_or_none("subject_id")?, row.text_or_none("control")?) {
        (Some(id), Some(control)) => {
            let subject = Subject { kind: row.parsed("subject_kind")?, id };
            Some(About { subject, name: row.text("subject_name")?, control })
        }
        _ => None,
    };
    Ok(Ticket {
        id: row.text("id")?,
        number: row.text("number")?,
        kind: row.parsed("kind")?,
        title: row.text("title")?,
        text: row.text("text")?,
        person: row.text("person")?,
        unit: row.text("unit")?,
        about,
        state: row.parsed("state")?,
        assigned_to: row.text_or_none("assigned_to")?,
        asked_at: row.moment("asked_at")?,
        answer_due_at: row.moment_or_none("answer_due_at")?,
        answered_at: row.moment_or_none("answered_at")?,
        closed_at: row.moment_or_none("closed_at")?,
        answer: row.text_or_none("answer")?,
        is_shared: row.flag("shared")?,
    })
}

fn post(row: &AnyRow) -> Result<Post, StoreError> {
    Ok(Post {
        ticket: row.text("ticket")?,
        number: row.count("number")?,
        kind: row.parsed("kind")?,
        person: row.text("person")?,
        posted_at: row.moment("posted_at")?,
        text: row.text_or_none("text")?,
    })
}

/// The ticket with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<Ticket>, StoreError> {
    let row = query(select_tickets!("WHERE tickets.id = $1")).bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(ticket).transpose()
}

/// The tickets of the whole organisation, the latest first.
pub async fn all(store: &Store) -> Result<Vec<Ticket>, StoreError> {
    let rows = query(select_tickets!("ORDER BY tickets.asked_at DESC, tickets.id LIMIT $1"))
        .bind(MAX_LISTED)
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(ticket).collect()
}

/// The tickets that owe an answer, the one due next first.
pub async fn waiting(store: &Store) -> Result<Vec<Ticket>, StoreError> {
    let rows = query(select_tickets!(
        "WHERE tickets.state IN ('new', 'taken', 'waiting') ORDER BY COALESCE(tickets.answer_due_at, tickets.asked_at),
             tickets.id LIMIT $1"
    ))
    .bind(MAX_LISTED)
    .fetch_all(store.readers())
    .await?;
    rows.iter().map(ticket).collect()
}

/// The tickets of a person, the latest first.
pub async fn of_person(store: &Store, person: &str) -> Result<Vec<Ticket>, StoreError> {
    let rows = query(select_tickets!("WHERE tickets.person = $1 ORDER BY tickets.asked_at DESC, tickets.id LIMIT $2"))
        .bind(person)
        .bind(MAX_LISTED)
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(ticket).collect()
}

/// The thread of a ticket, first post first.
pub async fn thread(store: &Store, id: &str) -> Result<Vec<Post>, StoreError> {
    let rows = query("SELECT * FROM ticket_posts WHERE ticket = $1 ORDER BY number")
        .bind(id)
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(post).collect()
}

/// The posts of which nobody was told yet, at most `limit`: those of incidents first, then the oldest first.
pub async fn untold(store: &Store, limit: i64) -> Result<Vec<Post>, StoreError> {
    let rows = query(
        "SELECT ticket_posts.* FROM ticket_posts JOIN tickets ON tickets.id = ticket_posts.ticket
         WHERE ticket_posts.told_at IS NULL
         ORDER BY CASE WHEN tickets.kind = 'incident' THEN 0 ELSE 1 END, ticket_posts.posted_at, ticket_posts.ticket,
             ticket_posts.number LIMIT $1",
    )
    .bind(limit)
    .fetch_all(store.readers())
    .await?;
    rows.iter().map(post).collect()
}

/// The ticket as this change sees it, which nobody else changes meanwhile.
async fn held(change: &mut Change, id: &str) -> Result<Ticket, StoreError> {
    // Whoever writes first holds the row until the end of the change, on both engines.
    let row = query("UPDATE tickets SET id = id WHERE id = $1 RETURNING id")
        .bind(id)
        .fetch_optional(change.connection())
        .await?;
    row.ok_or(StoreError::NotFound)?;
    let row = query(select_tickets!("WHERE tickets.id = $1")).bind(id).fetch_one(change.connection()).await?;
    ticket(&row)
}

/// Adds a post to a thread.
async fn add_post(
    change: &mut Change,
    id: &str,
    kind: PostKind,
    person: &str,
    text: Option<&str>,
) -> Result<(), StoreError> {
    let posts = query("SELECT COUNT(*) AS posts FROM ticket_posts WHERE ticket = $1")
        .bind(id)
        .fetch_one(change.connection())
        .await?
        .count("posts")?;
    if posts >= MAX_POSTS as u64 {
        return Err(StoreError::TooMany { limit: MAX_POSTS });
    }
    let now = micros(change.now());
    query("INSERT INTO ticket_posts (ticket, number, kind, person, posted_at, text) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(id)
        .bind(i64::try_from(posts).unwrap_or(i64::MAX))
        .bind(kind.as_str())
        .bind(person)
        .bind(now)
        .bind(text)
        .execute(change.connection())
        .await?;
    Ok(())
}
