//! Searching units, people and devices by parts of their names, ignoring case and diacritics.

use khien_model::text::fold;
use khien_model::{Subject, SubjectKind};
use sqlx::query;

use crate::columns::Columns as _;
use crate::{Store, StoreError};

/// The most hits of one kind.
pub const MAX_HITS: usize = 50;

/// Words of a search that count; the others are left out.
pub const MAX_WORDS: usize = 6;

/// The most letters of a search that count.
pub const MAX_LETTERS: usize = 100;

/// One hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What was found.
    pub subject: Subject,
    /// Its name.
    pub name: String,
    /// What helps to tell it from others: a position, a login name, an abbreviation.
    pub detail: Option<String>,
}

/// The hits for one search, and whether there were more than are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hits {
    /// At most [`MAX_HITS`], by name.
    pub list: Vec<Hit>,
    /// Whether some were left out.
    pub is_cut: bool,
}

/// `text` as a pattern of LIKE: every sign stands for itself, between them anything.
fn pattern(text: &str) -> Option<String> {
    let folded: String = fold(text).chars().take(MAX_LETTERS).collect();
    let words: Vec<String> = folded.split_whitespace().take(MAX_WORDS).map(escaped).collect();
    (!words.is_empty()).then(|| format!("%{}%", words.join("%")))
}

fn escaped(word: &str) -> String {
    let mut escaped = String::with_capacity(word.len());
    for letter in word.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// Units that are or once were called like this.
pub async fn units(store: &Store, text: &str) -> Result<Hits, StoreError> {
    const SQL: &str = "SELECT 'unit' AS kind, unit AS id, name, abbreviation AS detail FROM unit_names
         WHERE name_folded LIKE $1 ESCAPE '\\' OR LOWER(abbreviation) LIKE $1 ESCAPE '\\'
         ORDER BY name_folded, unit, valid_from DESC LIMIT $2";
    find(store, SQL, text).await
}

/// People called like this, or with such an address.
pub async fn people(store: &Store, text: &str) -> Result<Hits, StoreError> {
    const SQL: &str = "SELECT 'person' AS kind, id, name, position AS detail FROM people
         WHERE name_folded LIKE $1 ESCAPE '\\' OR email LIKE $1 ESCAPE '\\'
         ORDER BY name_folded, id LIMIT $2";
    find(store, SQL, text).await
}

/// Devices, accounts, mailboxes and systems called like this, those out of use left out.
pub async fn subjects(store: &Store, text: &str) -> Result<Hits, StoreError> {
    const SQL: &str = "SELECT kind, id, name, id AS detail FROM subjects
         WHERE name_folded LIKE $1 ESCAPE '\\' AND retired_at IS NULL AND kind NOT IN ('unit', 'person')
         ORDER BY name_folded, kind, id LIMIT $2";
    find(store, SQL, text).await
}

async fn find(store: &Store, sql: &'static str, text: &str) -> Result<Hits, StoreError> {
    let Some(pattern) = pattern(text) else { return Ok(Hits { list: vec![], is_cut: false }) };
    // One more than is shown tells whether there are more.
    let limit = i64::try_from(MAX_HITS + 1).unwrap_or(i64::MAX);
    let rows = query(sql).bind(pattern).bind(limit).fetch_all(store.readers()).await?;
    let mut list = Vec::with_capacity(rows.len());
    for row in &rows {
        let subject = Subject { kind: row.parsed::<SubjectKind>("kind")?, id: row.text("id")? };
        list.push(Hit { subject, name: row.text("name")?, detail: row.text_or_none("detail")? });
    }
    let is_cut = list.len() > MAX_HITS;
    list.truncate(MAX_HITS);
    // A unit that was renamed matches once, under its latest name that does.
    let mut seen = std::collections::HashSet::new();
    list.retain(|hit| seen.insert(hit.subject.clone()));
    Ok(Hits { list, is_cut })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_takes_every_sign_for_itself() {
        assert_eq!(pattern("Thi hành  án"), Some("%thi%hanh%an%".into()));
        assert_eq!(pattern("50%_a\\b"), Some("%50\\%\\_a\\\\b%".into()));
        assert_eq!(pattern(" \u{300} "), None, "a mark alone is nothing to look for");
        assert_eq!(pattern(&"a b ".repeat(20)), Some("%a%b%a%b%a%b%".into()));
    }
}
