//! The texts of documents, out of the files that are attached to them.

use jiff::Timestamp;
use khien_protocol::Digest;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::bounded;
use crate::columns::{Columns as _, micros};
use crate::{Change, Store, StoreError};

/// The longest text, in letters.
pub const MAX_TEXT_LETTERS: usize = 4_000_000;

/// The text of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentText {
    /// The id of the document.
    pub document: String,
    /// The attachment that it came from.
    pub attachment: String,
    /// The text.
    pub text: String,
    /// Who uploaded it.
    pub uploaded_by: String,
    /// When.
    pub uploaded_at: Timestamp,
}

fn read(row: &AnyRow) -> Result<DocumentText, StoreError> {
    Ok(DocumentText {
        document: row.text("document")?,
        attachment: row.text("attachment")?,
        text: row.text("text")?,
        uploaded_by: row.text("uploaded_by")?,
        uploaded_at: row.moment("uploaded_at")?,
    })
}

/// Keeps the text of a document in place of an earlier one.
pub async fn put_text(change: &mut Change, text: &DocumentText) -> Result<(), StoreError> {
    bounded("text", &text.text, MAX_TEXT_LETTERS)?;
    let digest = Digest::of(text.text.as_bytes()).to_string();
    query(
        "INSERT INTO document_texts (document, attachment, digest, text, uploaded_by, uploaded_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (document) DO UPDATE SET attachment = excluded.attachment, digest = excluded.digest,
             text = excluded.text, uploaded_by = excluded.uploaded_by, uploaded_at = excluded.uploaded_at",
    )
    .bind(&text.document)
    .bind(&text.attachment)
    .bind(&digest)
    .bind(&text.text)
    .bind(&text.uploaded_by)
    .bind(micros(text.uploaded_at))
    .execute(change.connection())
    .await?;
    let detail = serde_json::json!({ "attachment": text.attachment, "text": digest });
    change.audit("document.text", "document", &text.document, detail).await
}

/// Forgets the text of a document, before its file is taken away.
pub async fn forget_text(change: &mut Change, document: &str) -> Result<(), StoreError> {
    query("DELETE FROM document_texts WHERE document = $1").bind(document).execute(change.connection()).await?;
    Ok(())
}

/// The text of a document.
pub async fn text_of(store: &Store, document: &str) -> Result<Option<DocumentText>, StoreError> {
    let row = query("SELECT * FROM document_texts WHERE document = $1")
        .bind(document)
        .fetch_optional(store.readers())
        .await?;
    row.as_ref().map(read).transpose()
}

/// The texts there are, by document.
pub async fn texts(store: &Store) -> Result<Vec<DocumentText>, StoreError> {
    let rows = query("SELECT * FROM document_texts ORDER BY document").fetch_all(store.readers()).await?;
    rows.iter().map(read).collect()
}

/// A mark of each text there is: another text has another mark. Without the texts, so that it is quickly asked.
pub async fn text_marks(store: &Store) -> Result<Vec<(String, String)>, StoreError> {
    let rows =
        query("SELECT document, digest FROM document_texts ORDER BY document").fetch_all(store.readers()).await?;
    rows.iter().map(|row| Ok((row.text("document")?, row.text("digest")?))).collect()
}
