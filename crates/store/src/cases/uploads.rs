//! Lists of cases on their way in.

use std::collections::BTreeMap;

use jiff::Timestamp;
use khien_model::words;
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::{bounded, refused};
use crate::columns::{Columns as _, json_text, micros};
use crate::{Change, Store, StoreError};

/// The longest name of a file, in letters.
pub const MAX_FILE_NAME: usize = 120;
/// The most bytes that may be said about what became of a list.
pub const MAX_OUTCOME_BYTES: usize = 256 * 1024;
/// The most columns of a mapping, and the most letters of a title.
const MAX_COLUMNS: usize = 64;
const MAX_TITLE: usize = 200;

words! {
    /// How a list came.
    pub enum UploadSource {
        /// On the page.
        Web = "web",
        /// By a program with a token.
        Api = "api",
        /// Out of the watched folder.
        Folder = "folder",
    }
}

words! {
    /// How far a list has come.
    pub enum UploadState {
        /// Somebody must say what its columns hold.
        Mapping = "mapping",
        /// It waits to be checked, or is being checked.
        Checking = "checking",
        /// It was checked, and somebody must say that it counts although it is older or has fewer cases.
        Waiting = "waiting",
        /// What it comes to is known.
        Done = "done",
        /// It could not be checked; nothing of it counts.
        Failed = "failed",
        /// It was thrown away before it was checked.
        Discarded = "discarded",
    }
}

/// What the columns hold: the canonical column → the title of the column that holds it.
pub type Profile = BTreeMap<String, String>;

/// A list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The id.
    pub id: String,
    /// How it came.
    pub source: UploadSource,
    /// What the file was called.
    pub file_name: String,
    /// The unit whose cases are those of the rows that name no other unit.
    pub unit: Option<String>,
    /// When it was exported.
    pub exported_at: Timestamp,
    /// What its columns hold.
    pub mapping: Profile,
    /// How far it has come.
    pub state: UploadState,
    /// How many rows were read so far.
    pub rows_read: u64,
    /// When whoever checks it said so last.
    pub changed_at: Timestamp,
    /// What became of it.
    pub outcome: Option<Value>,
    /// The server that has its file.
    pub server: String,
    /// The person who sent it, if it was a person.
    pub created_by: Option<String>,
    /// When.
    pub created_at: Timestamp,
}

fn upload(row: &AnyRow) -> Result<Upload, StoreError> {
    let outcome = row.text_or_none("outcome")?.map(|text| {
        serde_json::from_str(&text).map_err(|error| StoreError::corrupt(format!("column outcome: {error}")))
    });
    Ok(Upload {
        id: row.text("id")?,
        source: row.parsed("source")?,
        file_name: row.text("file_name")?,
        unit: row.text_or_none("unit")?,
        exported_at: row.moment("exported_at")?,
        mapping: row.json("mapping")?,
        state: row.parsed("state")?,
        rows_read: row.count("rows_read")?,
        changed_at: row.moment("changed_at")?,
        outcome: outcome.transpose()?,
        server: row.text("server")?,
        created_by: row.text_or_none("created_by")?,
        created_at: row.moment("created_at")?,
    })
}

fn check_profile(profile: &Profile) -> Result<(), StoreError> {
    if profile.len() > MAX_COLUMNS {
        return Err(StoreError::TooMany { limit: MAX_COLUMNS });
    }
    match profile.iter().find(|(_, title)| title.chars().count() > MAX_TITLE) {
        Some((column, _)) => Err(refused(column, &format!("its title is longer than {MAX_TITLE} letters"))),
        None => Ok(()),
    }
}

/// Notes that a list has come.
pub async fn insert(change: &mut Change, upload: &Upload) -> Result<(), StoreError> {
    bounded("file_name", &upload.file_name, MAX_FILE_NAME)?;
    check_profile(&upload.mapping)?;
    query(
        "INSERT INTO case_uploads (id, source, file_name, unit, exported_at, mapping, state, rows_read, changed_at, server,
         created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(&upload.id)
    .bind(upload.source.as_str())
    .bind(&upload.file_name)
    .bind(upload.unit.as_deref())
    .bind(micros(upload.exported_at))
    .bind(json_text(&upload.mapping)?)
    .bind(upload.state.as_str())
    .bind(i64::try_from(upload.rows_read).unwrap_or(i64::MAX))
    .bind(micros(upload.changed_at))
    .bind(&upload.server)
    .bind(upload.created_by.as_deref())
    .bind(micros(upload.created_at))
    .execute(change.connection())
    .await?;
    let detail = json!({ "source": upload.source, "file": upload.file_name, "unit": upload.unit });
    change.audit("cases.upload", "case_upload", &upload.id, detail).await
}

/// Takes what the columns hold, and lets the check begin. A list that was checked or thrown away is refused.
pub async fn start(change: &mut Change, id: &str, mapping: &Profile) -> Result<(), StoreError> {
    check_profile(mapping)?;
    let now = micros(change.now());
    let started =
        query("UPDATE case_uploads SET mapping = $2, state = $3, changed_at = $4 WHERE id = $1 AND state = $5")
            .bind(id)
            .bind(json_text(mapping)?)
            .bind(UploadState::Checking.as_str())
            .bind(now)
            .bind(UploadState::Mapping.as_str())
            .execute(change.connection())
            .await?;
    if started.rows_affected() == 0 {
        return Err(StoreError::Conflict { what: "the list is checked already or was thrown away".into() });
    }
    Ok(())
}

/// Says how many rows were read so far. Whether the list is still being checked.
pub async fn say_progress(change: &mut Change, id: &str, rows: u64) -> Result<bool, StoreError> {
    let now = micros(change.now());
    let said = query("UPDATE case_uploads SET rows_read = $2, changed_at = $3 WHERE id = $1 AND state = $4")
        .bind(id)
        .bind(i64::try_from(rows).unwrap_or(i64::MAX))
        .bind(now)
        .bind(UploadState::Checking.as_str())
        .execute(change.connection())
        .await?;
    Ok(said.rows_affected() == 1)
}

fn outcome_text(outcome: &Value) -> Result<String, StoreError> {
    let text = json_text(outcome)?;
    if text.len() > MAX_OUTCOME_BYTES {
        return Err(StoreError::TooMany { limit: MAX_OUTCOME_BYTES });
    }
    Ok(text)
}

/// Moves a list from one state on to the next.
async fn go_on(change: &mut Change, id: &str, from: UploadState, to: UploadState) -> Result<(), StoreError> {
    let now = micros(change.now());
    let gone_on = query("UPDATE case_uploads SET state = $2, changed_at = $3 WHERE id = $1 AND state = $4")
        .bind(id)
        .bind(to.as_str())
        .bind(now)
        .bind(from.as_str())
        .execute(change.connection())
        .await?;
    if gone_on.rows_affected() == 0 {
        return Err(StoreError::Conflict { what: "the list is checked already or was thrown away".into() });
    }
    Ok(())
}

/// Lets a list that was checked wait until somebody says that it counts. `outcome` says why.
pub async fn ask(change: &mut Change, id: &str, rows: u64, outcome: &Value) -> Result<(), StoreError> {
    let text = outcome_text(outcome)?;
    go_on(change, id, UploadState::Checking, UploadState::Waiting).await?;
    query("UPDATE case_uploads SET rows_read = $2, outcome = $3 WHERE id = $1")
        .bind(id)
        .bind(i64::try_from(rows).unwrap_or(i64::MAX))
        .bind(text)
        .execute(change.connection())
        .await?;
    change.audit("cases.ask", "case_upload", id, json!({ "rows": rows })).await
}

/// Somebody says that a list counts that waits for this: it is checked again.
pub async fn confirm(change: &mut Change, id: &str) -> Result<(), StoreError> {
    go_on(change, id, UploadState::Waiting, UploadState::Checking).await?;
    change.audit("cases.confirm", "case_upload", id, json!({})).await
}

/// Ends the check with what became of it. One that has ended already is refused: nothing counts twice.
pub(super) async fn end(
    change: &mut Change,
    id: &str,
    state: UploadState,
    rows: u64,
    outcome: &Value,
) -> Result<(), StoreError> {
    let text = outcome_text(outcome)?;
    let now = micros(change.now());
    let ended = query(
        "UPDATE case_uploads SET state = $2, rows_read = $3, changed_at = $4, outcome = $5
         WHERE id = $1 AND state IN ($6, $7, $8)",
    )
    .bind(id)
    .bind(state.as_str())
    .bind(i64::try_from(rows).unwrap_or(i64::MAX))
    .bind(now)
    .bind(text)
    .bind(UploadState::Mapping.as_str())
    .bind(UploadState::Checking.as_str())
    .bind(UploadState::Waiting.as_str())
    .execute(change.connection())
    .await?;
    if ended.rows_affected() == 0 {
        return Err(StoreError::Conflict { what: "the list is checked already or was thrown away".into() });
    }
    Ok(())
}

/// Notes that a list could not be checked: nothing of it counts.
pub async fn fail(change: &mut Change, id: &str, rows: u64, outcome: &Value) -> Result<(), StoreError> {
    end(change, id, UploadState::Failed, rows, outcome).await?;
    change.audit("cases.fail", "case_upload", id, json!({ "rows": rows })).await
}

/// Throws a list away that was not checked yet.
pub async fn discard(change: &mut Change, id: &str) -> Result<(), StoreError> {
    end(change, id, UploadState::Discarded, 0, &Value::Null).await?;
    change.audit("cases.discard", "case_upload", id, json!({})).await
}

/// The list with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<Upload>, StoreError> {
    let row = query("SELECT * FROM case_uploads WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(upload).transpose()
}

/// The last `limit` lists, newest first.
pub async fn recent(store: &Store, limit: u32) -> Result<Vec<Upload>, StoreError> {
    let rows = query("SELECT * FROM case_uploads ORDER BY created_at DESC, id DESC LIMIT $1")
        .bind(i64::from(limit))
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(upload).collect()
}
