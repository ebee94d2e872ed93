//! What the columns of lists with certain titles hold, as somebody said last.

use khien_protocol::Digest;
use khien_tables::titles::plain;
use sqlx::query;

use super::uploads::Profile;
use crate::columns::{Columns as _, json_text};
use crate::{Change, Store, StoreError};

/// Titles as they are compared: in order, in lower case without marks. Only a digest of them is kept: what stands where the
/// titles should be may be anything.
fn titles_key(titles: &[String]) -> String {
    let titles: Vec<String> = titles.iter().map(|title| plain(title)).collect();
    Digest::of(titles.join("\n").as_bytes()).to_string()
}

/// How columns with these titles were read the last time for `unit`, or for lists of several units.
pub async fn profile(store: &Store, unit: Option<&str>, titles: &[String]) -> Result<Option<Profile>, StoreError> {
    let row = query("SELECT mapping FROM case_profiles WHERE unit = $1 AND titles = $2")
        .bind(unit.unwrap_or_default())
        .bind(titles_key(titles))
        .fetch_optional(store.readers())
        .await?;
    row.map(|row| row.json("mapping")).transpose()
}

/// Remembers how columns with these titles are read.
pub async fn keep_profile(
    change: &mut Change,
    unit: Option<&str>,
    titles: &[String],
    profile: &Profile,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO case_profiles (unit, titles, mapping) VALUES ($1, $2, $3)
         ON CONFLICT (unit, titles) DO UPDATE SET mapping = excluded.mapping",
    )
    .bind(unit.unwrap_or_default())
    .bind(titles_key(titles))
    .bind(json_text(profile)?)
    .execute(change.connection())
    .await?;
    Ok(())
}
