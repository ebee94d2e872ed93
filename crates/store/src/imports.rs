//! Uploaded lists on their way in. Nothing of a list counts before it is carried out, and then all of it does.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use khien_model::words;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::columns::{Columns as _, day_text_or_none, json_text, micros};
use crate::{Change, Store, StoreError};

/// The most rows of one list, its titles included.
pub const MAX_ROWS: usize = 20_001;

/// The most bytes that the rows may have together as JSON.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

words! {
    /// What a list holds.
    pub enum ImportKind {
        /// People.
        People = "people",
        /// Devices.
        Devices = "devices",
        /// Units.
        Units = "units",
        /// Accounts of one system.
        Accounts = "accounts",
    }
}

/// Which field each column goes to: the title of the column → the field.
pub type Mapping = BTreeMap<String, String>;

/// A list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The id.
    pub id: String,
    /// What it holds.
    pub kind: ImportKind,
    /// What the file was called.
    pub file_name: String,
    /// The rows as texts, the titles first.
    pub rows: Vec<Vec<String>>,
    /// Which field each column goes to.
    pub mapping: Mapping,
    /// The source of accounts that it is for.
    pub connector: Option<String>,
    /// The day on which it was made, where its rows are as old as it is.
    pub made_on: Option<Date>,
    /// Who uploaded it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was carried out.
    pub done_at: Option<Timestamp>,
}

fn import(row: &AnyRow) -> Result<Import, StoreError> {
    Ok(Import {
        id: row.text("id")?,
        kind: row.parsed("kind")?,
        file_name: row.text("file_name")?,
        rows: row.json("rows_read")?,
        mapping: row.json("mapping")?,
        connector: row.text_or_none("connector")?,
        made_on: row.parsed_or_none("made_on")?,
        created_by: row.text("created_by")?,
        created_at: row.moment("created_at")?,
        done_at: row.moment_or_none("done_at")?,
    })
}

/// Keeps an uploaded list.
pub async fn insert(change: &mut Change, import: &Import) -> Result<(), StoreError> {
    if import.rows.len() > MAX_ROWS {
        return Err(StoreError::TooMany { limit: MAX_ROWS });
    }
    let rows = json_text(&import.rows)?;
    if rows.len() > MAX_BYTES {
        return Err(StoreError::TooMany { limit: MAX_BYTES });
    }
    query(
        "INSERT INTO imports (id, kind, file_name, rows_read, mapping, connector, made_on, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&import.id)
    .bind(import.kind.as_str())
    .bind(&import.file_name)
    .bind(rows)
    .bind(json_text(&import.mapping)?)
    .bind(import.connector.as_deref())
    .bind(day_text_or_none(import.made_on))
    .bind(&import.created_by)
    .bind(micros(import.created_at))
    .execute(change.connection())
    .await?;
    let detail = serde_json::json!({ "kind": import.kind, "file": import.file_name, "rows": import.rows.len() });
    change.audit("import.upload", "import", &import.id, detail).await
}

/// The list with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<Import>, StoreError> {
    let row = query("SELECT * FROM imports WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(import).transpose()
}

/// Writes which field each column goes to.
pub async fn set_mapping(change: &mut Change, id: &str, mapping: &Mapping) -> Result<(), StoreError> {
    let updated = query("UPDATE imports SET mapping = $2 WHERE id = $1 AND done_at IS NULL")
        .bind(id)
        .bind(json_text(mapping)?)
        .execute(change.connection())
        .await?;
    if updated.rows_affected() == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Notes that a list is carried out, in the change that does so. One that was carried out already is refused, so that a
/// form sent twice does nothing twice.
pub async fn finish(change: &mut Change, id: &str, counts: &serde_json::Value) -> Result<(), StoreError> {
    let now = micros(change.now());
    let done = query("UPDATE imports SET done_at = $2 WHERE id = $1 AND done_at IS NULL")
        .bind(id)
        .bind(now)
        .execute(change.connection())
        .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::Conflict { what: "the list was carried out already".into() });
    }
    change.audit("import.carry_out", "import", id, counts.clone()).await
}

/// Throws a list away that was not carried out.
pub async fn discard(change: &mut Change, id: &str) -> Result<(), StoreError> {
    let gone =
        query("DELETE FROM imports WHERE id = $1 AND done_at IS NULL").bind(id).execute(change.connection()).await?;
    if gone.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    change.audit("import.discard", "import", id, serde_json::json!({})).await
}

/// Titles as they are compared: in order, in lower case without marks.
fn titles_key(titles: &[String]) -> String {
    titles.iter().map(|title| khien_model::text::fold(title.trim())).collect::<Vec<_>>().join("\n")
}

/// How columns with these titles were mapped the last time.
pub async fn profile(store: &Store, kind: ImportKind, titles: &[String]) -> Result<Option<Mapping>, StoreError> {
    let row = query("SELECT mapping FROM import_profiles WHERE kind = $1 AND titles = $2")
        .bind(kind.as_str())
        .bind(titles_key(titles))
        .fetch_optional(store.readers())
        .await?;
    row.map(|row| row.json("mapping")).transpose()
}

/// Remembers how columns with these titles are mapped.
pub async fn keep_profile(
    change: &mut Change,
    kind: ImportKind,
    titles: &[String],
    mapping: &Mapping,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO import_profiles (kind, titles, mapping) VALUES ($1, $2, $3)
         ON CONFLICT (kind, titles) DO UPDATE SET mapping = excluded.mapping",
    )
    .bind(kind.as_str())
    .bind(titles_key(titles))
    .bind(json_text(mapping)?)
    .execute(change.connection())
    .await?;
    Ok(())
}
