//! Information systems that files are uploaded to: subjects of the unit that runs them, named by people.

use jiff::civil::Date;
use khien_model::{Subject, SubjectKind, day_of};
use serde_json::json;
use sqlx::query;

use crate::checks::bounded;
use crate::columns::Columns as _;
use crate::{Change, Store, StoreError, assignments, gates, subjects};

/// The most systems in use.
pub const MAX_SYSTEMS: usize = 500;
/// The longest name, in letters.
pub const MAX_NAME: usize = 120;

/// The system as a subject.
pub fn subject(id: &str) -> Subject {
    Subject { kind: SubjectKind::System, id: id.to_owned() }
}

/// Enters a system that a unit runs from `from` on.
pub async fn make(change: &mut Change, id: &str, name: &str, unit: &str, from: Date) -> Result<(), StoreError> {
    bounded("name", name, MAX_NAME)?;
    let sql = "SELECT COUNT(*) AS there FROM subjects WHERE kind = 'system' AND retired_at IS NULL";
    if query(sql).fetch_one(change.connection()).await?.count("there")? >= MAX_SYSTEMS as u64 {
        return Err(StoreError::TooMany { limit: MAX_SYSTEMS });
    }
    let subject = subject(id);
    subjects::enter(change, &subject, name).await?;
    change.audit("system.make", "system", id, json!({ "name": name.trim() })).await?;
    assignments::assign(change, &subject, unit, from).await?;
    gates::say(change, id).await
}

/// Gives a system another name.
pub async fn rename(change: &mut Change, id: &str, name: &str) -> Result<(), StoreError> {
    bounded("name", name, MAX_NAME)?;
    is_there(change, id).await?;
    subjects::enter(change, &subject(id), name).await?;
    change.audit("system.rename", "system", id, json!({ "name": name.trim() })).await
}

/// Takes a system out of use, with every gate before it.
pub async fn retire(change: &mut Change, id: &str) -> Result<(), StoreError> {
    is_there(change, id).await?;
    gates::end_all(change, id).await?;
    subjects::retire(change, &subject(id)).await?;
    let today = day_of(change.now());
    assignments::end(change, &subject(id), today).await
}

async fn is_there(change: &mut Change, id: &str) -> Result<(), StoreError> {
    let sql = "SELECT number FROM subjects WHERE kind = 'system' AND id = $1 AND retired_at IS NULL";
    let row = query(sql).bind(id).fetch_optional(change.connection()).await?;
    row.map(|_| ()).ok_or(StoreError::NotFound)
}

/// The systems in use, by name.
pub async fn all(store: &Store) -> Result<Vec<subjects::SubjectRecord>, StoreError> {
    subjects::of_kind(store, SubjectKind::System).await
}
