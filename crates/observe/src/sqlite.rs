//! Databases of other programs, read without touching them.
//!
//! The program that owns a database may be running, and any user can put any file where a database is expected. So the file
//! is copied into a private folder, the copy is checked against a change made meanwhile, and what SQLite does with the
//! copy is bounded in bytes and in steps. Nothing of the schema is believed: tables are checked, functions in it are not
//! run.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use khien_model::{Gap, GapCode};
/// What reading a column gives.
pub(crate) use rusqlite::Result as ColumnResult;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags, Row};

use crate::reader::{Mark, Reader};
use crate::text::shown;

/// The largest database that is copied, its write-ahead log included.
pub(crate) const MAX_DATABASE_BYTES: u64 = 256 << 20;

/// The largest value read out of a database. Greater ones end the reading with a reason; `length()` does not read them.
const MAX_VALUE_BYTES: i32 = 1 << 20;

/// How many steps of SQLite's machine all queries of one snapshot may take together: seconds, not minutes.
const MAX_STEPS: u64 = 200_000_000;

/// After how many steps the budget is looked at.
const STEPS_BETWEEN_LOOKS: i32 = 10_000;

/// How often a copy is made anew when the owner wrote meanwhile.
const COPY_ATTEMPTS: usize = 3;

/// The first bytes of a rollback journal that is in use.
const JOURNAL_MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// A private copy of a database at one moment.
#[derive(Debug)]
pub(crate) struct Snapshot {
    // Dropped in this order: the connection is closed before its folder is removed.
    connection: Connection,
    #[cfg_attr(not(test), expect(dead_code, reason = "held so that it is removed at the end"))]
    folder: tempfile::TempDir,
    name: String,
}

/// How a database and its log are: the same at two looks when nobody wrote between them.
#[derive(Debug, PartialEq, Eq)]
struct State {
    database: Option<Mark>,
    log: Option<Mark>,
}

impl State {
    fn of(reader: &dyn Reader, database: &Path, log: &Path) -> Result<Self, Gap> {
        let mark = |path| reader.mark(path, MAX_DATABASE_BYTES);
        Ok(Self { database: mark(database)?, log: mark(log)? })
    }
}

impl Snapshot {
    /// Copies the database at `path`; `Ok(None)` when there is none.
    pub(crate) fn take(reader: &dyn Reader, path: impl AsRef<Path>) -> Result<Option<Self>, Gap> {
        let path = path.as_ref();
        let name = shown(path);
        if !reader.exists(path)? {
            return reader.expect_absent(path).map(|()| None);
        }
        let folder = reader.private_folder().map_err(|error| io_gap(&name, "no private folder for a copy", &error))?;
        let copy = folder.path().join("copy");
        if !copy_unchanged(reader, path, &copy, &name)? {
            return Ok(None);
        }
        let connection = open_copy(&copy).map_err(|error| gap_of(&name, &error))?;
        Ok(Some(Self { connection, folder, name }))
    }

    /// The private folder of the copy.
    #[cfg(test)]
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Lets values of up to `bytes` be read, where the usual bound is too low for a database of the system itself.
    #[cfg(target_os = "linux")]
    pub(crate) fn allow_values(&self, bytes: i32) -> Result<(), Gap> {
        self.connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, bytes).map(drop).map_err(|error| self.gap(&error))
    }

    /// Fails unless `table` is an ordinary table with all of `columns`. A view or a virtual table under that name would run
    /// what the file says.
    pub(crate) fn expect_table(&self, table: &str, columns: &[&str]) -> Result<(), Gap> {
        let ordinary = "SELECT count(*) FROM sqlite_schema WHERE name = ?1 AND type = 'table' AND rootpage > 0";
        let found: i64 =
            self.connection.query_row(ordinary, [table], |row| row.get(0)).map_err(|error| self.gap(&error))?;
        if found != 1 {
            return Err(self.malformed(&format!("no table {table}")));
        }
        for column in columns {
            let known = "SELECT count(*) FROM pragma_table_info(?1) WHERE name = ?2";
            let found: i64 = self
                .connection
                .query_row(known, [table, column], |row| row.get(0))
                .map_err(|error| self.gap(&error))?;
            if found != 1 {
                return Err(self.malformed(&format!("no column {column} in table {table}")));
            }
        }
        Ok(())
    }

    /// Shows every row of `query` to `visit`.
    pub(crate) fn each_row(&self, query: &str, mut visit: impl FnMut(&Row<'_>) -> ColumnResult<()>) -> Result<(), Gap> {
        let mut each = || {
            let mut statement = self.connection.prepare(query)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                visit(row)?;
            }
            Ok(())
        };
        each().map_err(|error| self.gap(&error))
    }

    fn malformed(&self, what: &str) -> Gap {
        Gap::with_detail(GapCode::Malformed, format!("{}: {what}", self.name))
    }

    fn gap(&self, error: &rusqlite::Error) -> Gap {
        gap_of(&self.name, error)
    }
}

/// Opens the copy. It may be written to: SQLite applies a write-ahead log that was copied along.
fn open_copy(copy: &Path) -> rusqlite::Result<Connection> {
    let connection =
        Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // What stands in the schema of a stranger's file is not executed.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    let mut looks_left = MAX_STEPS / u64::from(STEPS_BETWEEN_LOOKS.unsigned_abs());
    connection.progress_handler(
        STEPS_BETWEEN_LOOKS,
        Some(move || {
            looks_left = looks_left.saturating_sub(1);
            looks_left == 0
        }),
    )?;
    // The exclusive mode needs no shared memory file; the cache is small because every page is read once.
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -512; PRAGMA query_only = ON;")?;
    Ok(connection)
}

/// Copies database and log until nobody wrote meanwhile. `Ok(false)` when the database went away.
fn copy_unchanged(reader: &dyn Reader, path: &Path, copy: &Path, name: &str) -> Result<bool, Gap> {
    let log = beside(path, "-wal");
    let journal = beside(path, "-journal");
    for _ in 0..COPY_ATTEMPTS {
        // A change that began before the first look at the files and ends after the last one shows in neither.
        if journal_in_use(reader, &journal)? {
            continue;
        }
        let before = State::of(reader, path, &log)?;
        if !copy_file(reader, path, copy, MAX_DATABASE_BYTES, name)? {
            return Ok(false);
        }
        let size = before.database.as_ref().map_or(0, |mark| mark.size);
        let copied_log = beside(copy, "-wal");
        if !copy_file(reader, &log, &copied_log, MAX_DATABASE_BYTES.saturating_sub(size), name)? && copied_log.exists()
        {
            std::fs::remove_file(&copied_log).map_err(|error| io_gap(name, "removing a copy", &error))?;
        }
        let unchanged = State::of(reader, path, &log)? == before;
        if unchanged && !journal_in_use(reader, &journal)? {
            return Ok(true);
        }
    }
    Err(Gap::with_detail(GapCode::Unreadable, format!("{name}: its owner was in the middle of a change")))
}

/// Whether a transaction is unfinished. The journal is never given to SQLite: it names other files, which SQLite would
/// delete with our rights after rolling back.
fn journal_in_use(reader: &dyn Reader, journal: &Path) -> Result<bool, Gap> {
    let Some(file) = reader.open(journal, MAX_DATABASE_BYTES)? else {
        return Ok(false);
    };
    let mut head = Vec::with_capacity(JOURNAL_MAGIC.len());
    file.take(JOURNAL_MAGIC.len() as u64).read_to_end(&mut head).map_err(|error| reader.gap_of(journal, &error))?;
    Ok(head == JOURNAL_MAGIC)
}

fn copy_file(reader: &dyn Reader, from: &Path, to: &Path, limit: u64, name: &str) -> Result<bool, Gap> {
    let Some(mut source) = reader.open(from, limit)? else {
        return Ok(false);
    };
    let mut target = File::create(to).map_err(|error| io_gap(name, "making a copy", &error))?;
    io::copy(&mut source, &mut target).and_then(|_| target.flush()).map_err(|error| reader.gap_of(from, &error))?;
    Ok(true)
}

fn beside(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn io_gap(name: &str, doing: &str, error: &io::Error) -> Gap {
    let number = error.raw_os_error().unwrap_or(0);
    Gap::with_detail(GapCode::Unreadable, format!("{name}: {doing}: error {number}"))
}

/// What an error of SQLite means. Its English text names columns and reasons, never contents.
fn gap_of(name: &str, error: &rusqlite::Error) -> Gap {
    let (code, what) = match error {
        rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::NotADatabase => (GapCode::Unreadable, "not a SQLite database".to_owned()),
            ErrorCode::DatabaseCorrupt => (GapCode::Unreadable, "the database is broken".to_owned()),
            ErrorCode::OperationInterrupted => (GapCode::TooLarge, format!("more than {MAX_STEPS} steps to read it")),
            ErrorCode::TooBig => (GapCode::TooLarge, "a value beyond its bound".to_owned()),
            ErrorCode::Unknown => (GapCode::Malformed, format!("{error}")),
            other => (GapCode::Unreadable, format!("{other:?}")),
        },
        other => (GapCode::Malformed, format!("{other}")),
    };
    Gap::with_detail(code, format!("{name}: {what}"))
}

#[cfg(test)]
mod tests;
