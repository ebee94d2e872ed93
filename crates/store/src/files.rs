//! Files that people attach, kept by what they hold: a file that is attached twice is kept once.
//!
//! What a file holds stands in pieces of text, so that it is in a backup and in a move like everything else. A file that
//! nobody refers to any more goes with the next run of [`crate::retention`], [`GRACE_DAYS`] after it was last attached.
//!
//! Whether somebody may see a file follows from what it is attached to: whoever shows one asks for that right first.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use khien_model::words;
use ring::digest::{SHA256, digest};
use sqlx::any::AnyRow;
use sqlx::query;

use crate::audit::hex;
use crate::checks::{bounded, refused};
use crate::columns::{Columns as _, micros};
use crate::{Actor, Change, Store, StoreError, ids, values};

/// The most bytes of one file.
pub const MAX_FILE_BYTES: usize = 10 * 1024 * 1024;

/// The most files attached to one thing.
pub const MAX_ATTACHED: usize = 20;

/// The longest name, in letters.
pub const MAX_NAME: usize = 150;

/// The longest media type, in letters.
const MAX_MEDIA_TYPE: usize = 100;

/// How many bytes stand in one piece.
const PIECE_BYTES: usize = 48 * 1024;

/// How many pieces are read at once.
const PIECES_READ: i64 = 32;

/// How many days a file stays that nobody refers to: who has just let go of it by mistake attaches it again.
pub const GRACE_DAYS: i64 = 7;

/// How many files go in one transaction.
const FORGOTTEN_AT_ONCE: i64 = 20;

words! {
    /// What a file is attached to.
    pub enum OwnerKind {
        /// A task of a unit: evidence.
        Task = "task",
        /// A question or an incident, and what was written about it.
        Ticket = "ticket",
        /// A legal document: its text.
        Document = "document",
    }
}

/// The thing that a file is attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// What it is.
    pub kind: OwnerKind,
    /// Its id.
    pub id: String,
}

impl Owner {
    /// The thing of the kind `kind` with the id `id`.
    pub fn new(kind: OwnerKind, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }
}

/// A file on its way in. Whoever takes it from outside has looked at its kind, its size and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewFile<'f> {
    /// What it is called, with the ending.
    pub name: &'f str,
    /// What it is, as HTTP says it.
    pub media_type: &'f str,
    /// What it holds.
    pub content: &'f [u8],
}

/// A file as it is attached to something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The id of the attachment.
    pub id: String,
    /// What it is attached to.
    pub owner: Owner,
    /// SHA-256 of the content, in hexadecimal.
    pub digest: String,
    /// How many bytes it holds.
    pub size_bytes: u64,
    /// What it is, as HTTP says it.
    pub media_type: String,
    /// What it is called.
    pub name: String,
    /// The person who attached it.
    pub attached_by: String,
    /// When.
    pub attached_at: Timestamp,
}

/// The columns of an attachment with those of its file.
macro_rules! attachments {
    ($rest:literal) => {
        concat!(
            "SELECT attachments.id, attachments.owner_kind, attachments.owner, attachments.file, attachments.name,
                 attachments.attached_by, attachments.attached_at, files.size_bytes, files.media_type
             FROM attachments JOIN files ON files.digest = attachments.file ",
            $rest
        )
    };
}

fn attachment(row: &AnyRow) -> Result<Attachment, StoreError> {
    Ok(Attachment {
        id: row.text("id")?,
        owner: Owner { kind: row.parsed("owner_kind")?, id: row.text("owner")? },
        digest: row.text("file")?,
        size_bytes: row.count("size_bytes")?,
        media_type: row.text("media_type")?,
        name: row.text("name")?,
        attached_by: row.text("attached_by")?,
        attached_at: row.moment("attached_at")?,
    })
}

/// Attaches a file, in the name of the person `by`. The id of the attachment.
pub async fn attach(change: &mut Change, owner: &Owner, file: &NewFile<'_>, by: &str) -> Result<String, StoreError> {
    bounded("name", file.name, MAX_NAME)?;
    bounded("media_type", file.media_type, MAX_MEDIA_TYPE)?;
    if file.content.is_empty() || file.content.len() > MAX_FILE_BYTES {
        return Err(refused("content", &format!("it has no byte, or more than {MAX_FILE_BYTES}")));
    }
    let attached = query("SELECT COUNT(*) AS attached FROM attachments WHERE owner_kind = $1 AND owner = $2")
        .bind(owner.kind.as_str())
        .bind(&owner.id)
        .fetch_one(change.connection())
        .await?
        .count("attached")?;
    if attached >= MAX_ATTACHED as u64 {
        return Err(StoreError::TooMany { limit: MAX_ATTACHED });
    }
    let digest = hex(digest(&SHA256, file.content).as_ref());
    keep(change, &digest, file).await?;
    let (id, now) = (ids::fresh(change.now())?, micros(change.now()));
    query(
        "INSERT INTO attachments (id, owner_kind, owner, file, name, attached_by, attached_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&id)
    .bind(owner.kind.as_str())
    .bind(&owner.id)
    .bind(&digest)
    .bind(file.name)
    .bind(by)
    .bind(now)
    .execute(change.connection())
    .await?;
    let detail = serde_json::json!({
        "attachment": id, "name": file.name, "sha256": digest, "size_bytes": file.content.len(),
    });
    change.audit("file.attach", owner.kind.as_str(), &owner.id, detail).await?;
    Ok(id)
}

/// Keeps what a file holds, unless it is there already. Whoever forgets files waits for this change, and sees then that the
/// file was attached anew.
async fn keep(change: &mut Change, digest: &str, file: &NewFile<'_>) -> Result<(), StoreError> {
    let now = micros(change.now());
    query(
        "INSERT INTO files (digest, size_bytes, media_type, kept_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (digest) DO UPDATE SET kept_at = excluded.kept_at",
    )
    .bind(digest)
    .bind(i64::try_from(file.content.len()).unwrap_or(i64::MAX))
    .bind(file.media_type)
    .bind(now)
    .execute(change.connection())
    .await?;
    let is_there = query("SELECT COUNT(*) AS pieces FROM file_pieces WHERE file = $1")
        .bind(digest)
        .fetch_one(change.connection())
        .await?
        .count("pieces")?;
    if is_there > 0 {
        return Ok(());
    }
    for (piece, number) in file.content.chunks(PIECE_BYTES).zip(0_i64..) {
        query("INSERT INTO file_pieces (file, number, content) VALUES ($1, $2, $3)")
            .bind(digest)
            .bind(number)
            .bind(STANDARD.encode(piece))
            .execute(change.connection())
            .await?;
    }
    Ok(())
}

/// Takes a file away from what it is attached to.
pub async fn detach(change: &mut Change, id: &str) -> Result<(), StoreError> {
    let row = query(attachments!("WHERE attachments.id = $1")).bind(id).fetch_optional(change.connection()).await?;
    let Some(row) = row else { return Err(StoreError::NotFound) };
    let gone = attachment(&row)?;
    query("DELETE FROM attachments WHERE id = $1").bind(id).execute(change.connection()).await?;
    let detail = serde_json::json!({ "attachment": gone.id, "name": gone.name, "sha256": gone.digest });
    change.audit("file.detach", gone.owner.kind.as_str(), &gone.owner.id, detail).await
}

/// Takes every file away from something that goes itself.
pub async fn detach_all(change: &mut Change, owner: &Owner) -> Result<(), StoreError> {
    query("DELETE FROM attachments WHERE owner_kind = $1 AND owner = $2")
        .bind(owner.kind.as_str())
        .bind(&owner.id)
        .execute(change.connection())
        .await?;
    Ok(())
}

/// The files attached to something, first one first.
pub async fn of(store: &Store, owner: &Owner) -> Result<Vec<Attachment>, StoreError> {
    let rows = query(attachments!(
        "WHERE attachments.owner_kind = $1 AND attachments.owner = $2 ORDER BY attachments.attached_at, attachments.name, attachments.id"
    ))
    .bind(owner.kind.as_str())
    .bind(&owner.id)
    .fetch_all(store.readers())
    .await?;
    rows.iter().map(attachment).collect()
}

/// The attachment with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<Attachment>, StoreError> {
    let row = query(attachments!("WHERE attachments.id = $1")).bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(attachment).transpose()
}

/// What an attachment holds. It is compared with its digest: what was damaged is never handed out.
pub async fn read(store: &Store, attachment: &Attachment) -> Result<Vec<u8>, StoreError> {
    let damaged = |what: &str| StoreError::corrupt(format!("the file {}: {what}", attachment.digest));
    let size = usize::try_from(attachment.size_bytes).ok().filter(|size| *size <= MAX_FILE_BYTES);
    let size = size.ok_or_else(|| damaged("it is larger than any file may be"))?;
    let mut content = Vec::with_capacity(size);
    let mut next = 0_i64;
    while content.len() < size {
        let rows = query("SELECT content FROM file_pieces WHERE file = $1 AND number >= $2 ORDER BY number LIMIT $3")
            .bind(&attachment.digest)
            .bind(next)
            .bind(PIECES_READ)
            .fetch_all(store.readers())
            .await?;
        if rows.is_empty() {
            return Err(damaged("a piece is missing"));
        }
        for row in &rows {
            let piece = STANDARD.decode(row.text("content")?).map_err(|_| damaged("a piece is no base64"))?;
            content.extend_from_slice(&piece);
            if content.len() > size {
                return Err(damaged("it holds more than it should"));
            }
            next += 1;
        }
    }
    if hex(digest(&SHA256, &content).as_ref()) != attachment.digest {
        return Err(damaged("it is not what was attached"));
    }
    Ok(content)
}

/// Forgets the files that nobody refers to and that were last attached before the grace began, some of them. How many; as
/// long as it is not 0, there may be more.
pub(crate) async fn forget(store: &Store, now: Timestamp) -> Result<u64, StoreError> {
    let limit = now.saturating_sub(SignedDuration::from_hours(24 * GRACE_DAYS)).unwrap_or(Timestamp::MIN);
    let mut change = store.begin(Actor::System, now).await?;
    let lock = store.core().engine.lock_rows();
    // Held before anything goes: whoever attaches the same file meanwhile comes first or waits.
    let sql = format!(
        "SELECT digest FROM files WHERE kept_at < $1
         AND NOT EXISTS (SELECT 1 FROM attachments WHERE attachments.file = files.digest) ORDER BY digest LIMIT $2{lock}"
    );
    let rows = values::query(sql).bind(micros(limit)).bind(FORGOTTEN_AT_ONCE).fetch_all(change.connection()).await?;
    for row in &rows {
        let digest = row.text("digest")?;
        query("DELETE FROM file_pieces WHERE file = $1").bind(&digest).execute(change.connection()).await?;
        query("DELETE FROM files WHERE digest = $1").bind(&digest).execute(change.connection()).await?;
    }
    change.commit().await?;
    Ok(rows.len() as u64)
}
