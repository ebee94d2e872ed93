//! Tasks that are assigned to units: who answers for them, until when, how far they are, what shows that they are done.
//!
//! What changes about a task becomes known of its unit in the same transaction, see [`crate::unit_facts`].

mod extensions;
mod plans;

use jiff::Timestamp;
use jiff::civil::Date;
use khien_model::{TreeOnDay, UnitIndex, day_of, words};
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::{bounded, bounded_option, refused};
use crate::columns::{Columns as _, day_text, micros};
use crate::files::{self, NewFile, Owner, OwnerKind};
use crate::{Change, Store, StoreError, ids, unit_facts};

pub use extensions::{
    Extension, ExtensionState, MAX_REASON, ask_extension, extensions_of, find_extension, grant_extension,
    refuse_extension, waiting_extensions,
};
pub use plans::{MAX_NUMBER, Plan, plans_of_year, record_plan};

/// The longest title, in letters.
pub const MAX_TITLE: usize = 200;
/// The longest description, in letters.
pub const MAX_DETAIL: usize = 4_000;
/// The most tasks of one unit that may be open at once.
pub const MAX_OPEN: usize = 200;
/// The most units that get a task in one go.
pub const MAX_UNITS: usize = 1_000;

words! {
    /// How far a task is, in the words of whoever does it.
    pub enum Progress {
        /// Nobody has begun (chưa thực hiện).
        NotStarted = "not_started",
        /// Somebody is at it (đang thực hiện).
        UnderWay = "under_way",
        /// It is done (đã hoàn thành).
        Done = "done",
    }

    /// How a task stands against its deadline.
    pub enum Standing {
        /// Done by the last day (đúng hạn).
        DoneInTime = "done_in_time",
        /// Done after it (hoàn thành quá hạn).
        DoneLate = "done_late",
        /// Not done, and there is time (chưa hoàn thành).
        Open = "open",
        /// Not done, and the last day is over (quá hạn).
        Overdue = "overdue",
    }
}

/// A task of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The id.
    pub id: String,
    /// The unit that has to do it.
    pub unit: String,
    /// The clause of the directive that it serves.
    pub clause: Option<String>,
    /// What is to be done, in a line.
    pub title: String,
    /// The same at length.
    pub detail: Option<String>,
    /// The person who answers for it.
    pub owner: Option<String>,
    /// The last day.
    pub due: Date,
    /// How far it is.
    pub progress: Progress,
    /// When it was done.
    pub done_at: Option<Timestamp>,
    /// Who assigned it.
    pub assigned_by: String,
    /// When.
    pub assigned_at: Timestamp,
    /// When it was taken back.
    pub withdrawn_at: Option<Timestamp>,
}

impl Task {
    /// How it stands against its deadline.
    pub fn standing(&self, today: Date) -> Standing {
        match self.done_at.map(day_of) {
            Some(done) if done <= self.due => Standing::DoneInTime,
            Some(_) => Standing::DoneLate,
            None if today <= self.due => Standing::Open,
            None => Standing::Overdue,
        }
    }

    /// Whether something is still to be done about it.
    pub fn is_open(&self) -> bool {
        self.withdrawn_at.is_none() && self.done_at.is_none()
    }
}

pub(crate) fn task(row: &AnyRow) -> Result<Task, StoreError> {
    Ok(Task {
        id: row.text("id")?,
        unit: row.text("unit")?,
        clause: row.text_or_none("clause")?,
        title: row.text("title")?,
        detail: row.text_or_none("detail")?,
        owner: row.text_or_none("owner")?,
        due: row.parsed("due")?,
        progress: row.parsed("progress")?,
        done_at: row.moment_or_none("done_at")?,
        assigned_by: row.text("assigned_by")?,
        assigned_at: row.moment("assigned_at")?,
        withdrawn_at: row.moment_or_none("withdrawn_at")?,
    })
}

/// What is assigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    /// The clause of the directive that it serves.
    pub clause: Option<String>,
    /// What is to be done, in a line.
    pub title: String,
    /// The same at length.
    pub detail: Option<String>,
    /// The last day.
    pub due: Date,
    /// Who assigns it.
    pub assigned_by: String,
}

/// Assigns the same to several units: each has a task of its own. The ids, in the order of the units.
pub async fn assign(change: &mut Change, new: &NewTask, units: &[String]) -> Result<Vec<String>, StoreError> {
    bounded("title", &new.title, MAX_TITLE)?;
    bounded_option("detail", new.detail.as_deref(), MAX_DETAIL)?;
    if units.is_empty() {
        return Err(refused("units", "there are none"));
    }
    if units.len() > MAX_UNITS {
        return Err(StoreError::TooMany { limit: MAX_UNITS });
    }
    if new.due < day_of(change.now()) {
        return Err(refused("due", "it is over"));
    }
    let now = micros(change.now());
    let mut assigned = Vec::with_capacity(units.len());
    for unit in units {
        let open =
            query("SELECT COUNT(*) AS open FROM tasks WHERE unit = $1 AND done_at IS NULL AND withdrawn_at IS NULL")
                .bind(unit)
                .fetch_one(change.connection())
                .await?
                .count("open")?;
        if open >= MAX_OPEN as u64 {
            return Err(StoreError::TooMany { limit: MAX_OPEN });
        }
        let id = ids::fresh(change.now())?;
        query(
            "INSERT INTO tasks (id, unit, clause, title, detail, due, progress, assigned_by, assigned_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&id)
        .bind(unit)
        .bind(new.clause.as_deref())
        .bind(&new.title)
        .bind(new.detail.as_deref())
        .bind(day_text(new.due))
        .bind(Progress::NotStarted.as_str())
        .bind(&new.assigned_by)
        .bind(now)
        .execute(change.connection())
        .await?;
        unit_facts::say_tasks(change, unit).await?;
        let detail = serde_json::json!({ "unit": unit, "title": new.title, "clause": new.clause, "due": new.due });
        change.audit("task.assign", "task", &id, detail).await?;
        assigned.push(id);
    }
    Ok(assigned)
}

/// The task as this change sees it, unless it was taken back.
async fn open_to_change(change: &mut Change, id: &str) -> Result<Task, StoreError> {
    let row = query("SELECT * FROM tasks WHERE id = $1").bind(id).fetch_optional(change.connection()).await?;
    let found = task(&row.ok_or(StoreError::NotFound)?)?;
    if found.withdrawn_at.is_some() {
        return Err(StoreError::Conflict { what: "the task was taken back".into() });
    }
    Ok(found)
}

/// Says how far a task is.
pub async fn set_progress(change: &mut Change, id: &str, progress: Progress) -> Result<(), StoreError> {
    let before = open_to_change(change, id).await?;
    if before.progress == progress {
        return Ok(());
    }
    let done_at = (progress == Progress::Done).then(|| micros(change.now()));
    query("UPDATE tasks SET progress = $2, done_at = $3 WHERE id = $1")
        .bind(id)
        .bind(progress.as_str())
        .bind(done_at)
        .execute(change.connection())
        .await?;
    unit_facts::say_tasks(change, &before.unit).await?;
    let detail = serde_json::json!({ "from": before.progress, "to": progress });
    change.audit("task.progress", "task", id, detail).await
}

/// Says who answers for a task.
pub async fn set_owner(change: &mut Change, id: &str, owner: Option<&str>) -> Result<(), StoreError> {
    let before = open_to_change(change, id).await?;
    query("UPDATE tasks SET owner = $2 WHERE id = $1").bind(id).bind(owner).execute(change.connection()).await?;
    unit_facts::say_tasks(change, &before.unit).await?;
    change.audit("task.owner", "task", id, serde_json::json!({ "from": before.owner, "to": owner })).await
}

/// Takes a task back: it counts no more.
pub async fn withdraw(change: &mut Change, id: &str, reason: &str) -> Result<(), StoreError> {
    bounded("reason", reason, MAX_REASON)?;
    let before = open_to_change(change, id).await?;
    let now = micros(change.now());
    query("UPDATE tasks SET withdrawn_at = $2 WHERE id = $1").bind(id).bind(now).execute(change.connection()).await?;
    unit_facts::say_tasks(change, &before.unit).await?;
    change.audit("task.withdraw", "task", id, serde_json::json!({ "reason": reason })).await
}

/// Attaches a file that shows what was done, in the name of the person `by`. The id of the attachment.
pub async fn add_evidence(change: &mut Change, id: &str, file: &NewFile<'_>, by: &str) -> Result<String, StoreError> {
    let before = open_to_change(change, id).await?;
    let attached = files::attach(change, &evidence_of(id), file, by).await?;
    unit_facts::say_tasks(change, &before.unit).await?;
    Ok(attached)
}

/// Takes a file away again.
pub async fn remove_evidence(change: &mut Change, id: &str, attachment: &str) -> Result<(), StoreError> {
    let before = open_to_change(change, id).await?;
    files::detach(change, attachment).await?;
    unit_facts::say_tasks(change, &before.unit).await
}

/// The unit that has to do the tasks of `unit` on the day of the tree: itself, and the first that took over when it has ended.
pub fn carried_by(unit: &str, on: &TreeOnDay<'_>) -> Option<UnitIndex> {
    let unit = on.tree().find(unit)?;
    if on.contains(unit) { Some(unit) } else { on.tree().successors(unit, on.day()).into_iter().next() }
}

/// What the evidence of a task is attached to.
pub fn evidence_of(id: &str) -> Owner {
    Owner::new(OwnerKind::Task, id)
}

/// The task with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<Task>, StoreError> {
    let row = query("SELECT * FROM tasks WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(task).transpose()
}

/// The open tasks that a person answers for, the most urgent first.
pub async fn of_owner(store: &Store, person: &str) -> Result<Vec<Task>, StoreError> {
    let rows =
        query("SELECT * FROM tasks WHERE owner = $1 AND withdrawn_at IS NULL AND done_at IS NULL ORDER BY due, id")
            .bind(person)
            .fetch_all(store.readers())
            .await?;
    rows.iter().map(task).collect()
}

/// Every task that was not taken back, the most urgent first.
pub async fn all(store: &Store) -> Result<Vec<Task>, StoreError> {
    let rows =
        query("SELECT * FROM tasks WHERE withdrawn_at IS NULL ORDER BY due, id").fetch_all(store.readers()).await?;
    rows.iter().map(task).collect()
}
