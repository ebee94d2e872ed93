//! Everything that is remembered, from one place to another: into a backup, out of it, and from one database to another of
//! either engine.
//!
//! What is read is read as of one moment, while others go on writing. What is written is written in one transaction, compared
//! with what was read, and then committed: there is no half of it.

mod archive;
mod rows;
mod schema;

use std::collections::BTreeMap;
use std::io::{Read, Write};

use jiff::Timestamp;
use sqlx::{AnyConnection, Row as _, query};

use self::rows::Sum;
pub use self::schema::Table;
use crate::audit::{self, Entry};
use crate::{Actor, Store, StoreError};

/// How many rows of each table.
pub type Counts = BTreeMap<String, u64>;

/// What came of a backup, a restore or a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transferred {
    /// How many rows of each table there were and are now, in the order of the schema.
    pub tables: Vec<(String, u64)>,
    /// The SHA-256 over what was carried, in hexadecimal; empty for a move.
    pub sha256: String,
    /// When a backup was made; of a restore, the time of the backup.
    pub made_at: Timestamp,
}

/// Why nothing was carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferProblem {
    /// A database refused.
    Store(StoreError),
    /// The file cannot be read or written.
    File {
        /// What the system says.
        kind: std::io::ErrorKind,
        /// The same in its words.
        detail: String,
    },
    /// It is not a backup of Khiên.
    NotABackup,
    /// It is a backup, but not as it was written.
    Damaged {
        /// Where, and what is wrong.
        what: String,
    },
    /// It was made by a newer version of Khiên.
    Newer {
        /// The version of its form or schema.
        found: u64,
        /// The highest one that this program knows.
        known: u64,
    },
    /// There is something in the database already.
    NotEmpty {
        /// A table that has rows.
        table: String,
        /// How many.
        rows: u64,
    },
    /// After writing, a table was not as it was read. Nothing was kept.
    Differs {
        /// The table.
        table: String,
    },
}

impl From<StoreError> for TransferProblem {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<sqlx::Error> for TransferProblem {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<std::io::Error> for TransferProblem {
    fn from(error: std::io::Error) -> Self {
        Self::File { kind: error.kind(), detail: error.to_string() }
    }
}

impl std::fmt::Display for TransferProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => write!(formatter, "{error}"),
            Self::File { detail, .. } => formatter.write_str(detail),
            Self::NotABackup => formatter.write_str("this is not a backup of Khiên"),
            Self::Damaged { what } => write!(formatter, "the backup is damaged: {what}"),
            Self::Newer { found, known } => {
                write!(formatter, "the backup is of version {found}; this program knows up to {known}")
            }
            Self::NotEmpty { table, rows } => write!(formatter, "the database is not empty: {table} has {rows} rows"),
            Self::Differs { table } => write!(formatter, "{table} was not written as it was read; nothing was kept"),
        }
    }
}

impl std::error::Error for TransferProblem {}

/// Hears how far it has got: the table, and how many of its rows are done.
pub type Progress<'p> = &'p mut (dyn FnMut(&str, u64) + Send);

/// Tables that a fresh installation fills by itself: rows in them do not make it a used one.
const FILLED_BY_ITSELF: &[&str] = &["generations", "installation", "settings", "jobs", "audit", "invitations"];

/// Writes everything into `file`, as of one moment; the server may run on.
pub async fn backup<W: Write + Send>(
    store: &Store,
    file: W,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<Transferred, TransferProblem> {
    let mut snapshot = store.snapshot().await?;
    archive::write(snapshot.connection(), file, now, progress).await
}

/// Puts everything back that is in the backup `file`. A database that is in use is left alone unless `replace` is set.
pub async fn restore<R: Read + Send>(
    store: &Store,
    file: R,
    replace: bool,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<Transferred, TransferProblem> {
    let mut transaction = store.transaction().await?;
    let generations = generations(&mut transaction).await?;
    make_room(&mut transaction, replace).await?;
    let restored = archive::read(&mut transaction, file, progress).await?;
    raise_generations(&mut transaction, &generations).await?;
    let detail = serde_json::json!({ "backup_of": restored.made_at, "sha256": restored.sha256 });
    note(&mut transaction, "installation.restore", detail, now).await?;
    transaction.commit().await?;
    Ok(restored)
}

/// Carries everything from one database to another, which must be empty.
pub async fn carry(
    from: &Store,
    to: &Store,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<Transferred, TransferProblem> {
    let mut snapshot = from.snapshot().await?;
    let mut transaction = to.transaction().await?;
    make_room(&mut transaction, false).await?;
    let mut tables = Vec::new();
    for table in schema::tables() {
        let mut sum = Sum::default();
        let mut after = None;
        while let Some(page) = rows::page(snapshot.connection(), table, after.as_deref()).await? {
            rows::write(&mut transaction, table, &page).await?;
            sum.add(&page);
            progress(&table.name, sum.rows);
            after = page.last().map(|row| table.key_of(row));
        }
        // What was written is read back: what the other engine made of it counts, not what it was told.
        if rows::sum(&mut transaction, table).await? != sum {
            return Err(TransferProblem::Differs { table: table.name.clone() });
        }
        tables.push((table.name.clone(), sum.rows));
    }
    note(&mut transaction, "installation.move", serde_json::json!({ "from": from.place() }), now).await?;
    transaction.commit().await?;
    Ok(Transferred { tables, sha256: String::new(), made_at: now })
}

/// How many rows each table has, as of one moment.
pub async fn counts(store: &Store) -> Result<Vec<(String, u64)>, TransferProblem> {
    let mut snapshot = store.snapshot().await?;
    let mut counts = Vec::new();
    for table in schema::tables() {
        counts.push((table.name.clone(), rows::count(snapshot.connection(), &table.name).await?));
    }
    Ok(counts)
}

/// The tables of the schema, in an order in which they can be filled.
pub fn tables() -> &'static [Table] {
    schema::tables()
}

/// Empties every table; what somebody entered only with `replace`.
async fn make_room(connection: &mut AnyConnection, replace: bool) -> Result<(), TransferProblem> {
    let filled_by_people = schema::tables().iter().filter(|table| !FILLED_BY_ITSELF.contains(&table.name.as_str()));
    for table in filled_by_people.filter(|_| !replace) {
        let rows = rows::count(connection, &table.name).await?;
        if rows > 0 {
            return Err(TransferProblem::NotEmpty { table: table.name.clone(), rows });
        }
    }
    // What refers to another table stands after it, so it goes first.
    for table in schema::tables().iter().rev() {
        rows::clear(connection, table).await?;
    }
    Ok(())
}

async fn generations(connection: &mut AnyConnection) -> Result<Vec<(String, i64)>, StoreError> {
    let rows = query("SELECT name, value FROM generations").fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// A server that runs on must see that everything changed: what counts up goes above what it was before.
async fn raise_generations(connection: &mut AnyConnection, before: &[(String, i64)]) -> Result<(), StoreError> {
    for (name, value) in before.iter().filter(|(name, _)| !matches!(name.as_str(), "audit" | "swept")) {
        query("UPDATE generations SET value = CASE WHEN value > $2 THEN value ELSE $2 END + 1 WHERE name = $1")
            .bind(name)
            .bind(value)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn note(
    connection: &mut AnyConnection,
    action: &str,
    detail: serde_json::Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    let entry = Entry {
        at: now,
        actor: Actor::System,
        action: action.to_owned(),
        object_kind: "installation".to_owned(),
        object_id: String::new(),
        detail,
    };
    audit::append(connection, &[entry]).await
}
