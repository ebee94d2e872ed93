//! More time for a task: asked by the unit, decided by somebody else.

use jiff::Timestamp;
use jiff::civil::Date;
use khien_model::words;
use sqlx::any::AnyRow;
use sqlx::query;

use super::open_to_change;
use crate::checks::{bounded, bounded_option, refused};
use crate::columns::{Columns as _, day_text, micros};
use crate::{Change, Store, StoreError, ids, unit_facts};

/// The longest reason, in letters.
pub const MAX_REASON: usize = 2_000;

words! {
    /// What has become of it.
    pub enum ExtensionState {
        /// Nobody has decided yet.
        Asked = "asked",
        /// There is more time.
        Granted = "granted",
        /// There is not.
        Refused = "refused",
    }
}

/// A request for more time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The id.
    pub id: String,
    /// The task.
    pub task: String,
    /// The last day that is asked for.
    pub wanted: Date,
    /// The last day when it was asked.
    pub due_before: Date,
    /// Why.
    pub reason: String,
    /// What has become of it.
    pub state: ExtensionState,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// The last day that was granted.
    pub granted: Option<Date>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// What was said about it.
    pub decision_note: Option<String>,
}

fn extension(row: &AnyRow) -> Result<Extension, StoreError> {
    Ok(Extension {
        id: row.text("id")?,
        task: row.text("task")?,
        wanted: row.parsed("wanted")?,
        due_before: row.parsed("due_before")?,
        reason: row.text("reason")?,
        state: row.parsed("state")?,
        asked_by: row.text("asked_by")?,
        asked_at: row.moment("asked_at")?,
        granted: row.parsed_or_none("granted")?,
        decided_by: row.text_or_none("decided_by")?,
        decided_at: row.moment_or_none("decided_at")?,
        decision_note: row.text_or_none("decision_note")?,
    })
}

/// Asks for more time, in the name of the person `by`. While one request waits, another is a [`StoreError::Conflict`].
pub async fn ask_extension(
    change: &mut Change,
    task: &str,
    wanted: Date,
    reason: &str,
    by: &str,
) -> Result<String, StoreError> {
    bounded("reason", reason, MAX_REASON)?;
    let asked = open_to_change(change, task).await?;
    if asked.done_at.is_some() {
        return Err(StoreError::Conflict { what: "the task is done".into() });
    }
    if wanted <= asked.due {
        return Err(refused("wanted", "it is no more time"));
    }
    let (id, now) = (ids::fresh(change.now())?, micros(change.now()));
    query(
        "INSERT INTO task_extensions (id, task, wanted, due_before, reason, state, asked_by, asked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&id)
    .bind(task)
    .bind(day_text(wanted))
    .bind(day_text(asked.due))
    .bind(reason)
    .bind(ExtensionState::Asked.as_str())
    .bind(by)
    .bind(now)
    .execute(change.connection())
    .await?;
    let detail = serde_json::json!({ "extension": id, "wanted": wanted, "reason": reason });
    change.audit("task.extension.ask", "task", task, detail).await?;
    Ok(id)
}

/// Grants more time, until `until`. Nobody grants what they asked for themselves.
pub async fn grant_extension(
    change: &mut Change,
    id: &str,
    until: Date,
    by: &str,
    note: Option<&str>,
) -> Result<(), StoreError> {
    let asked = decide(change, id, by, note).await?;
    let task = open_to_change(change, &asked.task).await?;
    if until <= task.due {
        return Err(refused("until", "it is no more time"));
    }
    query("UPDATE task_extensions SET state = 'granted', granted = $2 WHERE id = $1")
        .bind(id)
        .bind(day_text(until))
        .execute(change.connection())
        .await?;
    query("UPDATE tasks SET due = $2 WHERE id = $1")
        .bind(&task.id)
        .bind(day_text(until))
        .execute(change.connection())
        .await?;
    unit_facts::say_tasks(change, &task.unit).await?;
    let detail = serde_json::json!({ "extension": id, "until": until, "before": task.due, "note": note });
    change.audit("task.extension.grant", "task", &task.id, detail).await
}

/// Refuses more time.
pub async fn refuse_extension(change: &mut Change, id: &str, by: &str, note: Option<&str>) -> Result<(), StoreError> {
    let asked = decide(change, id, by, note).await?;
    query("UPDATE task_extensions SET state = 'refused' WHERE id = $1").bind(id).execute(change.connection()).await?;
    let detail = serde_json::json!({ "extension": id, "note": note });
    change.audit("task.extension.refuse", "task", &asked.task, detail).await
}

/// Takes the request out of the hands of everybody else who decides.
async fn decide(change: &mut Change, id: &str, by: &str, note: Option<&str>) -> Result<Extension, StoreError> {
    bounded_option("note", note, MAX_REASON)?;
    let now = micros(change.now());
    let taken = query(
        "UPDATE task_extensions SET decided_by = $2, decided_at = $3, decision_note = $4
         WHERE id = $1 AND state = 'asked' AND decided_by IS NULL",
    )
    .bind(id)
    .bind(by)
    .bind(now)
    .bind(note)
    .execute(change.connection())
    .await?;
    if taken.rows_affected() == 0 {
        return Err(StoreError::Conflict { what: "somebody has decided already".into() });
    }
    let row = query("SELECT * FROM task_extensions WHERE id = $1").bind(id).fetch_one(change.connection()).await?;
    let asked = extension(&row)?;
    if asked.asked_by == by {
        return Err(refused("decided_by", "nobody decides about what they asked for themselves"));
    }
    Ok(asked)
}

/// The request with the id `id`.
pub async fn find_extension(store: &Store, id: &str) -> Result<Option<Extension>, StoreError> {
    let row = query("SELECT * FROM task_extensions WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(extension).transpose()
}

/// The requests about a task, newest first.
pub async fn extensions_of(store: &Store, task: &str) -> Result<Vec<Extension>, StoreError> {
    let rows = query("SELECT * FROM task_extensions WHERE task = $1 ORDER BY asked_at DESC, id DESC")
        .bind(task)
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(extension).collect()
}

/// The requests that wait for somebody to decide, the oldest first.
pub async fn waiting_extensions(store: &Store) -> Result<Vec<Extension>, StoreError> {
    let rows = query("SELECT * FROM task_extensions WHERE state = 'asked' ORDER BY asked_at, id")
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(extension).collect()
}
