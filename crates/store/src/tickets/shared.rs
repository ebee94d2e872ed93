//! What was answered and is for everybody to read, without who asked.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::query;

use super::MAX_LISTED;
use crate::columns::Columns as _;
use crate::{Store, StoreError};

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedAnswer {
    /// The id of the ticket, which may be forgotten.
    pub id: String,
    /// The control that it is about.
    pub control: Option<String>,
    /// The question in a line.
    pub title: String,
    /// The question.
    pub text: String,
    /// The answer.
    pub answer: String,
    /// When it was answered.
    pub answered_at: Timestamp,
}

/// What was answered and is for everybody to read, the latest first; about one control when it is named. The tickets of some
/// of it may be forgotten.
pub async fn shared(store: &Store, control: Option<&str>) -> Result<Vec<SharedAnswer>, StoreError> {
    let rows = query(
        "SELECT id, control, title, text, answer, answered_at FROM (
             SELECT id, control, title, text, answer, answered_at FROM tickets
                 WHERE shared = 1 AND answer IS NOT NULL AND answered_at IS NOT NULL
             UNION ALL SELECT id, control, title, text, answer, answered_at FROM kept_answers
                 WHERE NOT EXISTS (SELECT 1 FROM tickets t WHERE t.id = kept_answers.id AND t.shared = 1)) AS answers
         WHERE $1 = '' OR control = $1 ORDER BY answered_at DESC, id LIMIT $2",
    )
    .bind(control.unwrap_or_default())
    .bind(MAX_LISTED)
    .fetch_all(store.readers())
    .await?;
    rows.iter().map(answer).collect()
}

fn answer(row: &AnyRow) -> Result<SharedAnswer, StoreError> {
    Ok(SharedAnswer {
        id: row.text("id")?,
        control: row.text_or_none("control")?,
        title: row.text("title")?,
        text: row.text("text")?,
        answer: row.text("answer")?,
        answered_at: row.moment("answered_at")?,
    })
}
