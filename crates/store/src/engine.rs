//! The two engines: how to connect to each, and the little that has to be said to each in its own way.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Connection as _, Executor as _, Transaction};

use crate::{StoreError, StoreOptions, Unavailable};

/// How long SQLite waits for another program that writes to the same file.
const SQLITE_BUSY: Duration = Duration::from_secs(10);
/// How long PostgreSQL lets a statement wait for a lock.
const POSTGRES_LOCK_WAIT: Duration = Duration::from_secs(20);
/// Any number will do, as long as every server takes the same.
const POSTGRES_MIGRATION_LOCK: i64 = 0x006b_6869_656e;
/// Pages of the write-ahead log after which SQLite moves them into the database: 16 MiB, so that a burst of reports does not
/// pay for it many times.
const SQLITE_CHECKPOINT_PAGES: u32 = 4_096;
/// The size of a page of SQLite, and the most pages that it can have.
const SQLITE_PAGE_BYTES: u64 = 4_096;
const SQLITE_MAX_PAGES: u64 = 4_294_967_294;
/// Memory for pages of each connection to SQLite.
const SQLITE_CACHE_KIB: u32 = 16 * 1024;

/// Which database it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Engine {
    /// A file on this machine.
    Sqlite(PathBuf),
    /// A server.
    Postgres,
}

/// An open database.
#[derive(Debug)]
pub(crate) struct Pools {
    /// Many at once.
    pub(crate) readers: AnyPool,
    /// SQLite takes one writer at a time: there is one connection, and waiting for it is fair.
    pub(crate) writers: AnyPool,
}

impl Engine {
    /// The engine that `url` speaks of, and the address for the library.
    pub(crate) fn parse(url: &str, create: bool) -> Result<(Self, String), StoreError> {
        if let Some(rest) = url.strip_prefix("sqlite:") {
            let rest = rest.strip_prefix("//").unwrap_or(rest);
            let (path, mode) = rest.split_once('?').unwrap_or((rest, ""));
            let create = match mode {
                "" => create,
                "mode=rwc" => true,
                "mode=rw" => false,
                other => return Err(StoreError::invalid(format!("sqlite://… does not know {other:?}"))),
            };
            if path.is_empty() {
                return Err(StoreError::invalid(
                    "sqlite:// needs the path of a file: sqlite:///var/lib/khien/khien.db",
                ));
            }
            let path = std::path::absolute(path)
                .map_err(|error| StoreError::invalid(format!("{path} is no usable path: {error}")))?;
            let address = sqlite_address(&path, create)?;
            Ok((Self::Sqlite(path), address))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok((Self::Postgres, url.to_owned()))
        } else {
            Err(StoreError::invalid("the address of a database begins with sqlite:// or postgres://"))
        }
    }

    /// Connects.
    pub(crate) async fn connect(&self, address: &str, options: &StoreOptions) -> Result<Pools, StoreError> {
        sqlx::any::install_default_drivers();
        let (readers, writers) = match self {
            Self::Sqlite(_) => (options.readers, 1),
            Self::Postgres => (options.readers, options.writers),
        };
        if let Self::Sqlite(path) = self
            && address.ends_with(MAY_CREATE)
        {
            make_private(path);
        }
        self.probe(address, options).await?;
        let writers = self.pool(writers, options).connect_lazy(address)?;
        let readers = self.pool(readers, options).connect_lazy(address)?;
        Ok(Pools { readers, writers })
    }

    /// Connects once without a pool: a pool tries again until its time is up, and then has forgotten why. This also makes the
    /// file of SQLite and turns on its write-ahead log.
    async fn probe(&self, address: &str, options: &StoreOptions) -> Result<(), StoreError> {
        let (greeting, wait) = (self.greeting(options), options.wait);
        let greet = async {
            let mut connection = AnyConnection::connect(address).await?;
            connection.execute(AssertSqlSafe(greeting)).await?;
            connection.close().await
        };
        match tokio::time::timeout(wait, greet).await {
            Ok(greeted) => Ok(greeted?),
            Err(_) => Err(StoreError::Unavailable {
                reason: Unavailable::Away,
                detail: format!("no answer within {} seconds", wait.as_secs()),
            }),
        }
    }

    fn pool(&self, connections: u32, options: &StoreOptions) -> AnyPoolOptions {
        let is_server = *self == Self::Postgres;
        let greeting = self.greeting(options);
        let pool = AnyPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(options.wait)
            // A server may have gone and come back; a file has not.
            .test_before_acquire(is_server)
            .after_connect(move |connection, _| {
                let greeting = greeting.clone();
                Box::pin(async move { connection.execute(AssertSqlSafe(greeting)).await.map(drop) })
            });
        if is_server { pool } else { pool.max_lifetime(None).idle_timeout(None) }
    }

    /// What every connection is told first.
    fn greeting(&self, options: &StoreOptions) -> String {
        match self {
            Self::Sqlite(_) => {
                let pages = options.max_bytes.map_or(SQLITE_MAX_PAGES, |bytes| bytes / SQLITE_PAGE_BYTES);
                format!(
                    "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                     PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = {SQLITE_CHECKPOINT_PAGES}; \
                     PRAGMA cache_size = -{SQLITE_CACHE_KIB}; PRAGMA temp_store = MEMORY; \
                     PRAGMA max_page_count = {}",
                    SQLITE_BUSY.as_millis(),
                    pages.clamp(1, SQLITE_MAX_PAGES)
                )
            }
            Self::Postgres => format!("SET lock_timeout = {}", POSTGRES_LOCK_WAIT.as_millis()),
        }
    }

    /// A transaction that will write. In SQLite it is alone from the start, so that nothing it has read can be overtaken.
    pub(crate) async fn begin(&self, pools: &Pools) -> Result<Transaction<'static, Any>, StoreError> {
        let begun = match self {
            Self::Sqlite(_) => pools.writers.begin_with("BEGIN IMMEDIATE").await,
            Self::Postgres => pools.writers.begin().await,
        };
        begun.map_err(|error| match error {
            sqlx::Error::PoolTimedOut if *self != Self::Postgres => {
                StoreError::Unavailable { reason: Unavailable::Busy, detail: "another change takes too long".into() }
            }
            other => other.into(),
        })
    }

    /// How a transaction begins in which everything is read as it was at one moment.
    pub(crate) const fn begin_snapshot(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "BEGIN DEFERRED",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Keeps every other program from changing the schema until the transaction ends.
    pub(crate) async fn lock_schema(&self, connection: &mut AnyConnection) -> Result<(), StoreError> {
        if *self == Self::Postgres {
            let lock = format!("DO $$ BEGIN PERFORM pg_advisory_xact_lock({POSTGRES_MIGRATION_LOCK}); END $$");
            connection.execute(AssertSqlSafe(lock)).await?;
        }
        Ok(())
    }

    /// Lets nobody else write to a table until the transaction ends.
    pub(crate) async fn lock_table(
        &self,
        connection: &mut AnyConnection,
        table: &'static str,
    ) -> Result<(), StoreError> {
        if *self == Self::Postgres {
            connection.execute(AssertSqlSafe(format!("LOCK TABLE {table} IN EXCLUSIVE MODE"))).await?;
        }
        Ok(())
    }

    /// The end of a SELECT whose rows nobody else may change until the transaction ends; waits for who holds them. SQLite
    /// has one writer, who holds everything.
    pub(crate) const fn lock_rows(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "",
            Self::Postgres => " FOR UPDATE",
        }
    }

    /// The same, leaving out the rows that somebody else holds.
    pub(crate) const fn lock_free_rows(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "",
            Self::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }
}

/// How the address of a file ends that is made when it is not there.
const MAY_CREATE: &str = "?mode=rwc";

/// Makes the file that is not there yet for its owner alone: password hashes will lie in it. SQLite gives its other files the
/// rights of this one. What goes wrong here goes wrong again for SQLite, which says so.
fn make_private(path: &Path) {
    let mut file = std::fs::OpenOptions::new();
    file.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    let _ = file.open(path);
}

/// The path with everything but letters, digits and a few signs written as `%XX`.
fn sqlite_address(path: &Path, create: bool) -> Result<String, StoreError> {
    let Some(text) = path.to_str() else {
        return Err(StoreError::invalid(format!("the path {} is not UTF-8", path.display())));
    };
    let mut address = String::from("sqlite://");
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => address.push(char::from(byte)),
            other => {
                let _ = write!(address, "%{other:02X}");
            }
        }
    }
    address.push_str(if create { MAY_CREATE } else { "?mode=rw" });
    Ok(address)
}

/// Where the database is, for messages: the file, or the server without the password.
pub(crate) fn place(engine: &Engine, url: &str) -> String {
    match engine {
        Engine::Sqlite(path) => path.display().to_string(),
        Engine::Postgres => {
            let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
            let rest = rest.split_once('?').map_or(rest, |(rest, _)| rest);
            let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
            format!("{scheme}://{host}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let (engine, address) = Engine::parse("sqlite:///tmp/Văn phòng?mode=rwc", false).expect("an address");
        assert_eq!(engine, Engine::Sqlite("/tmp/Văn phòng".into()));
        assert_eq!(address, "sqlite:///tmp/V%C4%83n%20ph%C3%B2ng?mode=rwc");
        let (engine, _) = Engine::parse("postgres://khien:secret@db/khien?sslmode=require", true).expect("an address");
        assert_eq!(place(&engine, "postgres://khien:secret@db/khien?sslmode=require"), "postgres://db/khien");
        for wrong in ["mysql://x", "sqlite://", "sqlite:///x?cache=shared", "khien.db"] {
            assert!(matches!(Engine::parse(wrong, true), Err(StoreError::Invalid { .. })), "{wrong}");
        }
    }
}
