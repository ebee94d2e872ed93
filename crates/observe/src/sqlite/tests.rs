use std::io::{self, Read};
use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::Connection;
use tempfile::TempDir;

use super::*;
use crate::reader::Folder;

/// A place in which other programs do something at each look at a file.
struct Busy<F> {
    folder: TempDir,
    looks: AtomicUsize,
    meanwhile: F,
}

impl<F> std::fmt::Debug for Busy<F> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.folder.path().display())
    }
}

const DATABASE: &str = "Login Data";
const JOURNAL: &str = "Login Data-journal";

impl<F: Fn(usize, &Path, &Path) -> Result<(), Gap> + Send + Sync> Busy<F> {
    /// A database with one row; `meanwhile` is told how many looks there were before, at what, and where that lies.
    fn new(meanwhile: F) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Connection::open(folder.path().join(DATABASE)).unwrap();
        database.execute_batch("CREATE TABLE logins (id INTEGER); INSERT INTO logins VALUES (1);").unwrap();
        drop(database);
        Self { folder, looks: AtomicUsize::new(0), meanwhile }
    }

    fn look(&self, path: &Path) -> Result<std::path::PathBuf, Gap> {
        let place = self.folder.path().join(path);
        (self.meanwhile)(self.looks.fetch_add(1, Ordering::Relaxed), path, &place)?;
        Ok(place)
    }

    fn rows(&self) -> Result<i64, Gap> {
        let snapshot = Snapshot::take(self, DATABASE)?.unwrap();
        let mut rows = 0;
        snapshot.each_row("SELECT id FROM logins", |_| {
            rows += 1;
            Ok(())
        })?;
        Ok(rows)
    }
}

impl<F: Fn(usize, &Path, &Path) -> Result<(), Gap> + Send + Sync> Reader for Busy<F> {
    fn open(&self, path: &Path, _: u64) -> Result<Option<Box<dyn Read>>, Gap> {
        let place = self.look(path)?;
        Ok(File::open(place).ok().map(|file| Box::new(file) as Box<dyn Read>))
    }

    fn list(&self, _: &Path) -> Result<Option<Folder>, Gap> {
        Ok(None)
    }

    fn exists(&self, path: &Path) -> Result<bool, Gap> {
        Ok(self.folder.path().join(path).exists())
    }

    fn leads_nowhere(&self, _: &Path) -> Result<bool, Gap> {
        Ok(false)
    }

    fn mark(&self, path: &Path, _: u64) -> Result<Option<Mark>, Gap> {
        let place = self.look(path)?;
        let bytes = std::fs::read(place).ok();
        let sum = |bytes: &[u8]| bytes.iter().fold(0_i64, |sum, byte| sum.wrapping_mul(31) + i64::from(*byte));
        Ok(bytes.map(|bytes| Mark { size: bytes.len() as u64, identity: (0, 0), change: (0, sum(&bytes)) }))
    }

    fn gap_of(&self, path: &Path, error: &io::Error) -> Gap {
        Gap::with_detail(GapCode::Unreadable, format!("{}: {error}", shown(path)))
    }

    fn private_folder(&self) -> io::Result<TempDir> {
        tempfile::tempdir()
    }
}

fn in_the_middle_of_a_change() -> Gap {
    Gap::with_detail(GapCode::Unreadable, "Login Data: its owner was in the middle of a change")
}

fn add_row(place: &Path) {
    let database = Connection::open(place).unwrap();
    database.execute_batch("INSERT INTO logins VALUES (2);").unwrap();
}

#[test]
fn a_database_that_another_program_keeps_to_itself_is_not_known() {
    let kept = || Gap::with_detail(GapCode::Unreadable, "Login Data: another program keeps it to itself");
    let busy = Busy::new(|_, path, _| if path == Path::new(DATABASE) { Err(kept()) } else { Ok(()) });
    assert_eq!(busy.rows(), Err(kept()));
}

#[test]
fn a_copy_is_made_anew_when_somebody_wrote_meanwhile() {
    // The looks of one attempt: the journal, the database, its log; copies of both; the database, the log, the journal.
    let busy = Busy::new(|look, _, place| {
        if look == 5 {
            add_row(place);
        }
        Ok(())
    });
    assert_eq!(busy.rows(), Ok(2));
    let ceaseless = Busy::new(|_, path, place| {
        if path == Path::new(DATABASE) {
            add_row(place);
        }
        Ok(())
    });
    assert_eq!(ceaseless.rows(), Err(in_the_middle_of_a_change()));
}

#[test]
fn a_change_that_began_before_the_first_look_counts() {
    // It is seen at the first look at the journal only: half of it may be in the copy.
    let began_before = |attempts: usize| {
        Busy::new(move |look, path, place| {
            if path == Path::new(JOURNAL) {
                let content = if look < attempts { JOURNAL_MAGIC } else { [0; JOURNAL_MAGIC.len()] };
                std::fs::write(place, content).unwrap();
            }
            Ok(())
        })
    };
    assert_eq!(began_before(COPY_ATTEMPTS - 1).rows(), Ok(1));
    assert_eq!(began_before(COPY_ATTEMPTS).rows(), Err(in_the_middle_of_a_change()));
}
