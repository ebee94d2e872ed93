//! A fresh, empty database for one test: a SQLite file in a folder of its own, or a database of the shared PostgreSQL.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use tempfile::TempDir;

use crate::postgres::{POSTGRES_VARIABLE, Postgres, sql};

/// The two engines that the store speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file on this machine.
    Sqlite,
    /// A server.
    Postgres,
}

/// An empty database. It lasts as long as this value: drop it after the store that has it open.
#[derive(Debug)]
pub struct Database {
    url: String,
    engine: Engine,
    place: Place,
}

/// What has to go when the test is over.
#[derive(Debug)]
enum Place {
    Folder(TempDir),
    /// The URL of the server's own database, and the name of ours.
    Server {
        server: String,
        name: String,
    },
}

impl Database {
    /// A SQLite database that does not exist yet: `sqlite://PATH?mode=rwc`.
    ///
    /// # Panics
    /// When the system has no room for a temporary folder.
    pub fn sqlite() -> Self {
        let folder = tempfile::Builder::new().prefix("khien-sqlite-").tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("khien.db").display());
        Self { url, engine: Engine::Sqlite, place: Place::Folder(folder) }
    }

    /// An empty database of the PostgreSQL that all tests share: `postgres://…`. The server is the one that
    /// `cargo xtask test` (or `cargo xtask postgres`) handed us in [`POSTGRES_VARIABLE`], or else one that this process
    /// starts for itself.
    ///
    /// # Errors
    /// Why there is no PostgreSQL here.
    ///
    /// # Panics
    /// When the server that was handed to us does not work: whoever named one wants no test to be skipped.
    pub fn postgres() -> Result<Self, String> {
        match std::env::var(POSTGRES_VARIABLE) {
            Ok(server) if !server.is_empty() => Ok(Self::in_promised_server(&server)),
            _ => Self::in_server(&own_server()?),
        }
    }

    fn in_promised_server(server: &str) -> Self {
        Self::in_server(server).unwrap_or_else(|reason| panic!("the server in {POSTGRES_VARIABLE} fails: {reason}"))
    }

    /// An empty database of this server.
    ///
    /// # Errors
    /// What the server said instead of making one.
    pub fn in_server(server: &str) -> Result<Self, String> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("khien_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        // One may be left from a test that was killed and had our process number.
        sql(server, &[&drop_database(&name), &format!("CREATE DATABASE {name}")])?;
        let (address, _) = server.rsplit_once('/').ok_or_else(|| format!("{server} names no database"))?;
        let url = format!("{address}/{name}");
        Ok(Self { url, engine: Engine::Postgres, place: Place::Server { server: server.to_owned(), name } })
    }

    /// The address as the store takes it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The file of a SQLite database, to damage it or to look at it.
    pub fn file(&self) -> Option<PathBuf> {
        match &self.place {
            Place::Folder(folder) => Some(folder.path().join("khien.db")),
            Place::Server { .. } => None,
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Place::Server { server, name } = &self.place {
            // A server that has gone took the database along.
            let _ = sql(server, &[&drop_database(name)]);
        }
    }
}

fn drop_database(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
}

/// One empty database for each engine that is here. A test that gets no PostgreSQL runs on SQLite and is counted as
/// skipped, with the reason: half of what it tests did not happen.
pub fn fresh_databases() -> Vec<Database> {
    let mut databases = vec![Database::sqlite()];
    match Database::postgres() {
        Ok(database) => databases.push(database),
        Err(reason) => eprintln!("SKIPPED: on SQLite only: {reason}"),
    }
    databases
}

/// The server of this process.
fn own_server() -> Result<String, String> {
    static OURS: OnceLock<Result<Arc<Postgres>, String>> = OnceLock::new();
    let ours = OURS.get_or_init(|| Postgres::start().map(Arc::new));
    ours.as_ref().map(|server| server.url()).map_err(Clone::clone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_database_has_a_folder_of_its_own_that_goes_with_it() {
        let (one, other) = (Database::sqlite(), Database::sqlite());
        assert_ne!(one.url(), other.url());
        assert_eq!(one.engine(), Engine::Sqlite);
        let folder = one.file().and_then(|file| file.parent().map(PathBuf::from)).unwrap();
        assert!(folder.is_dir());
        drop(one);
        assert!(!folder.exists());
    }

    #[test]
    #[should_panic(expected = "the server in KHIEN_TEST_POSTGRES fails")]
    fn a_server_that_was_promised_is_never_skipped() {
        drop(Database::in_promised_server("postgres://nobody@127.0.0.1:1/none"));
    }

    #[test]
    fn a_postgres_database_is_empty_and_goes_when_it_is_dropped() {
        let database = match Database::postgres() {
            Ok(database) => database,
            Err(reason) => return eprintln!("SKIPPED: {reason}"),
        };
        let url = database.url().to_owned();
        sql(&url, &["CREATE TABLE t (n BIGINT)", "INSERT INTO t VALUES (1)"]).unwrap();
        // Still in use by nobody; a second one does not see the first one's table.
        let other = Database::postgres().unwrap();
        assert!(sql(other.url(), &["SELECT * FROM t"]).unwrap_err().contains('t'));
        drop(database);
        assert!(sql(&url, &["SELECT 1"]).is_err());
    }
}
