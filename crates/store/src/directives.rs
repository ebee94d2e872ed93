//! Directives: every version that was loaded, and which one is in force.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::refused;
use crate::columns::{Columns as _, json_text, micros};
use crate::{Change, Generation, Store, StoreError};

/// The most bytes that the files of one version may have together.
pub const MAX_FILES_BYTES: usize = 4 * 1024 * 1024;

/// One version, without its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectiveVersion {
    /// The digest over its files.
    pub digest: String,
    /// The directive's own id, e.g. `thads-2026`. Several versions share it.
    pub id: String,
    /// The file to load.
    pub main: String,
    /// When it was loaded.
    pub loaded_at: Timestamp,
    /// Who loaded it.
    pub loaded_by: String,
    /// When it was put in force.
    pub activated_at: Option<Timestamp>,
    /// Who put it in force.
    pub activated_by: Option<String>,
    /// When another one took its place.
    pub retired_at: Option<Timestamp>,
}

impl DirectiveVersion {
    /// Whether it is the one that is judged by.
    pub fn is_active(&self) -> bool {
        self.activated_at.is_some() && self.retired_at.is_none()
    }
}

/// The files of one version: name → text.
pub type DirectiveFiles = BTreeMap<String, String>;

/// Every column but the files, which can be large.
macro_rules! select_versions {
    ($rest:literal) => {
        concat!(
            "SELECT digest, id, main, loaded_at, loaded_by, activated_at, activated_by, retired_at FROM directives ",
            $rest
        )
    };
}

fn version(row: &AnyRow) -> Result<DirectiveVersion, StoreError> {
    Ok(DirectiveVersion {
        digest: row.text("digest")?,
        id: row.text("id")?,
        main: row.text("main")?,
        loaded_at: row.moment("loaded_at")?,
        loaded_by: row.text("loaded_by")?,
        activated_at: row.moment_or_none("activated_at")?,
        activated_by: row.text_or_none("activated_by")?,
        retired_at: row.moment_or_none("retired_at")?,
    })
}

/// The digest of a version: SHA-256 over the name of the main file and every file's name and text, in hexadecimal.
pub fn digest(main: &str, files: &DirectiveFiles) -> String {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    let mut add = |text: &str| {
        context.update(&(text.len() as u64).to_be_bytes());
        context.update(text.as_bytes());
    };
    add(main);
    for (name, text) in files {
        add(name);
        add(text);
    }
    crate::audit::hex(context.finish().as_ref())
}

/// Keeps a version and says its digest. Loading the same files again changes nothing.
///
/// The caller has read the files as a directive without mistakes; what cannot be read must never be kept.
pub async fn load(change: &mut Change, id: &str, main: &str, files: &DirectiveFiles) -> Result<String, StoreError> {
    if !files.contains_key(main) {
        return Err(refused("main", "it is not among the files"));
    }
    if files.values().map(String::len).sum::<usize>() > MAX_FILES_BYTES {
        return Err(StoreError::TooMany { limit: MAX_FILES_BYTES });
    }
    let digest = digest(main, files);
    let (now, actor) = (micros(change.now()), change.actor().to_string());
    let inserted = query(
        "INSERT INTO directives (digest, id, files, main, loaded_at, loaded_by) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (digest) DO NOTHING",
    )
    .bind(&digest)
    .bind(id)
    .bind(json_text(files)?)
    .bind(main)
    .bind(now)
    .bind(actor)
    .execute(change.connection())
    .await?;
    if inserted.rows_affected() == 1 {
        change.audit("directive.load", "directive", &digest, serde_json::json!({ "id": id })).await?;
    }
    Ok(digest)
}

/// Puts a version in force; the one before is retired. Everything is judged anew by the sweep.
pub async fn activate(change: &mut Change, digest: &str) -> Result<(), StoreError> {
    let (now, actor) = (micros(change.now()), change.actor().to_string());
    query(
        "UPDATE directives SET retired_at = $1 WHERE activated_at IS NOT NULL AND retired_at IS NULL AND digest <> $2",
    )
    .bind(now)
    .bind(digest)
    .execute(change.connection())
    .await?;
    let activated =
        query("UPDATE directives SET activated_at = $1, activated_by = $2, retired_at = NULL WHERE digest = $3")
            .bind(now)
            .bind(actor)
            .bind(digest)
            .execute(change.connection())
            .await?;
    if activated.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    change.bump(Generation::Directive).await?;
    change.audit("directive.activate", "directive", digest, serde_json::json!({})).await
}

/// The version in force.
pub async fn active(store: &Store) -> Result<Option<DirectiveVersion>, StoreError> {
    let row = query(select_versions!("WHERE activated_at IS NOT NULL AND retired_at IS NULL"))
        .fetch_optional(store.readers())
        .await?;
    row.as_ref().map(version).transpose()
}

/// The version with this digest.
pub async fn find(store: &Store, digest: &str) -> Result<Option<DirectiveVersion>, StoreError> {
    let row = query(select_versions!("WHERE digest = $1")).bind(digest).fetch_optional(store.readers()).await?;
    row.as_ref().map(version).transpose()
}

/// The files of a version.
pub async fn files(store: &Store, digest: &str) -> Result<Option<DirectiveFiles>, StoreError> {
    let row =
        query("SELECT files FROM directives WHERE digest = $1").bind(digest).fetch_optional(store.readers()).await?;
    row.map(|row| row.json("files")).transpose()
}

/// Every version, last loaded first.
pub async fn all(store: &Store) -> Result<Vec<DirectiveVersion>, StoreError> {
    let rows = query(select_versions!("ORDER BY loaded_at DESC, digest")).fetch_all(store.readers()).await?;
    rows.iter().map(version).collect()
}
