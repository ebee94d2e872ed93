//! Legal documents that are to be studied, who has studied them, and their texts.
//!
//! Who counts on a day follows from the dated assignments, as with campaigns: a task is given to a unit and everything below
//! it. What is marked becomes facts about the person or unit in the same transaction.

mod facts;
mod texts;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use khien_model::{Subject, SubjectKind, day_of, words};
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::{bounded, bounded_option, refused};
use crate::columns::{Columns as _, day_text, micros};
use crate::{Change, Store, StoreError};

pub use facts::{MAX_SAID, Studied, refresh, studied_of};
pub use texts::{DocumentText, MAX_TEXT_LETTERS, forget_text, put_text, text_marks, text_of, texts};

/// The most documents that may be given to be studied at once.
pub const MAX_OPEN: usize = 500;
/// The longest number of minutes, in letters.
pub const MAX_REFERENCE: usize = 120;
/// The longest id of a document, in letters.
const MAX_ID: usize = 64;
/// The longest number of a document, in letters.
const MAX_NUMBER: usize = 120;

words! {
    /// Who studies a document.
    pub enum Audience {
        /// Each unit as a whole.
        Units = "units",
        /// Everybody.
        People = "people",
        /// Each unit as a whole, and everybody.
        All = "all",
    }
}

impl Audience {
    /// Whether a subject of this kind is meant.
    pub fn means(self, kind: SubjectKind) -> bool {
        match kind {
            SubjectKind::Unit => self != Self::People,
            SubjectKind::Person => self != Self::Units,
            _ => false,
        }
    }
}

/// A document that is to be studied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyTask {
    /// The id.
    pub id: String,
    /// The id of the document in the register.
    pub document: String,
    /// Its number and sign.
    pub number: String,
    /// The topmost unit.
    pub unit: String,
    /// Who studies it.
    pub audience: Audience,
    /// Who said so.
    pub assigned_by: String,
    /// When.
    pub assigned_at: Timestamp,
    /// When it was taken back; what was marked stays.
    pub ended_at: Option<Timestamp>,
}

/// That a document was studied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyMark {
    /// The unit or person.
    pub subject: Subject,
    /// The id of the document.
    pub document: String,
    /// The day.
    pub studied_on: Date,
    /// The number of the minutes, for a unit.
    pub reference: Option<String>,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: Timestamp,
}

fn task(row: &AnyRow) -> Result<StudyTask, StoreError> {
    Ok(StudyTask {
        id: row.text("id")?,
        document: row.text("document")?,
        number: row.text("number")?,
        unit: row.text("unit")?,
        audience: row.parsed("audience")?,
        assigned_by: row.text("assigned_by")?,
        assigned_at: row.moment("assigned_at")?,
        ended_at: row.moment_or_none("ended_at")?,
    })
}

fn mark(row: &AnyRow) -> Result<StudyMark, StoreError> {
    Ok(StudyMark {
        subject: Subject { kind: row.parsed("kind")?, id: row.text("subject")? },
        document: row.text("document")?,
        studied_on: row.parsed("studied_on")?,
        reference: row.text_or_none("reference")?,
        recorded_by: row.text("recorded_by")?,
        recorded_at: row.moment("recorded_at")?,
    })
}

/// Gives a document to be studied. The same document for the same unit is not given twice: [`StoreError::Conflict`]. Facts
/// follow with [`refresh`].
pub async fn assign(change: &mut Change, task: &StudyTask) -> Result<(), StoreError> {
    bounded("document", &task.document, MAX_ID)?;
    bounded("number", &task.number, MAX_NUMBER)?;
    let rows = query("SELECT * FROM study_tasks WHERE ended_at IS NULL").fetch_all(change.connection()).await?;
    if rows.len() >= MAX_OPEN {
        return Err(StoreError::TooMany { limit: MAX_OPEN });
    }
    for row in &rows {
        if row.text("document")? == task.document && row.text("unit")? == task.unit {
            return Err(StoreError::Conflict { what: "the document is given to this unit already".into() });
        }
    }
    query(
        "INSERT INTO study_tasks (id, document, number, unit, audience, assigned_by, assigned_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&task.id)
    .bind(&task.document)
    .bind(&task.number)
    .bind(&task.unit)
    .bind(task.audience.as_str())
    .bind(&task.assigned_by)
    .bind(micros(task.assigned_at))
    .execute(change.connection())
    .await?;
    let detail = serde_json::json!({ "task": task.id, "unit": task.unit, "audience": task.audience });
    change.audit("document.assign", "document", &task.document, detail).await
}

/// Takes a task back. Taking it back again is a [`StoreError::Conflict`]. Facts follow with [`refresh`].
pub async fn take_back(change: &mut Change, id: &str) -> Result<(), StoreError> {
    let now = micros(change.now());
    let row = query("UPDATE study_tasks SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL RETURNING document")
        .bind(id)
        .bind(now)
        .fetch_optional(change.connection())
        .await?;
    let Some(row) = row else { return Err(StoreError::Conflict { what: "the task has ended already".into() }) };
    change.audit("document.take_back", "document", &row.text("document")?, serde_json::json!({ "task": id })).await
}

/// Writes down that a document was studied, and says so in the facts. Saying it again changes the day and the minutes.
pub async fn record(change: &mut Change, mark: &StudyMark) -> Result<(), StoreError> {
    if !matches!(mark.subject.kind, SubjectKind::Unit | SubjectKind::Person) {
        return Err(refused("subject", "only units and people study"));
    }
    bounded("document", &mark.document, MAX_ID)?;
    bounded_option("reference", mark.reference.as_deref(), MAX_REFERENCE)?;
    if mark.studied_on > day_of(change.now()) {
        return Err(refused("studied_on", "it lies in the future"));
    }
    query(
        "INSERT INTO study_marks (kind, subject, document, studied_on, reference, recorded_by, recorded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (kind, subject, document) DO UPDATE SET studied_on = excluded.studied_on,
             reference = excluded.reference, recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at",
    )
    .bind(mark.subject.kind.as_str())
    .bind(&mark.subject.id)
    .bind(&mark.document)
    .bind(day_text(mark.studied_on))
    .bind(mark.reference.as_deref())
    .bind(&mark.recorded_by)
    .bind(micros(mark.recorded_at))
    .execute(change.connection())
    .await?;
    let detail = serde_json::json!({
        "subject": mark.subject, "studied_on": mark.studied_on, "reference": mark.reference,
    });
    change.audit("document.studied", "document", &mark.document, detail).await?;
    facts::say_of(change, &mark.subject).await
}

/// The tasks that have not ended, first one first.
pub async fn open_tasks(store: &Store) -> Result<Vec<StudyTask>, StoreError> {
    let rows = query("SELECT * FROM study_tasks WHERE ended_at IS NULL ORDER BY assigned_at, id")
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(task).collect()
}

/// The task with the id `id`.
pub async fn find_task(store: &Store, id: &str) -> Result<Option<StudyTask>, StoreError> {
    let row = query("SELECT * FROM study_tasks WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(task).transpose()
}

/// What a unit or person has studied, by document.
pub async fn marks_of(store: &Store, subject: &Subject) -> Result<Vec<StudyMark>, StoreError> {
    let rows = query("SELECT * FROM study_marks WHERE kind = $1 AND subject = $2 ORDER BY document")
        .bind(subject.kind.as_str())
        .bind(&subject.id)
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(mark).collect()
}

/// Who has studied a document, units first.
pub async fn marks_on(store: &Store, document: &str) -> Result<Vec<StudyMark>, StoreError> {
    let rows = query("SELECT * FROM study_marks WHERE document = $1 ORDER BY kind DESC, subject")
        .bind(document)
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(mark).collect()
}

/// The units and people who are to study `document` today.
pub async fn asked(store: &Store, document: &str, now: Timestamp) -> Result<BTreeSet<Subject>, StoreError> {
    let tasks: Vec<StudyTask> = open_tasks(store).await?.into_iter().filter(|task| task.document == document).collect();
    if tasks.is_empty() {
        return Ok(BTreeSet::new());
    }
    facts::meant(store, &tasks, day_of(now)).await
}
