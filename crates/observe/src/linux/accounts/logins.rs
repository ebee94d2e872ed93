//! When somebody last logged in: `lastlog`, `lastlog2.db`, `wtmp`.

use std::collections::BTreeMap;
use std::io::{BufReader, Read as _};
use std::path::Path;

use jiff::Timestamp;
use khien_model::{Gap, Observed};

use crate::linux::users::User;
use crate::root::{Root, RootFile, gap_of_io};
use crate::sqlite::Snapshot;

/// One record of `lastlog` per user id: four bytes of time, then line and host.
const LASTLOG: &str = "var/log/lastlog";
const LASTLOG_RECORD: u64 = 292;

const LASTLOG_2: &str = "var/lib/lastlog/lastlog2.db";

/// Records of logins and logouts, one after the other.
const WTMP: &str = "var/log/wtmp";
const MAX_WTMP: u64 = 256 << 20;
const WTMP_RECORD: usize = 384;

/// The kind of record that a login leaves, and where name and time stand in it.
const USER_PROCESS: i16 = 7;
const WTMP_NAME: std::ops::Range<usize> = 44..76;
const WTMP_TIME: std::ops::Range<usize> = 340..344;

/// How many names of `wtmp` are kept.
const MAX_NAMES: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct Logins {
    lastlog: Option<RootFile>,
    /// Seconds by name, of the other sources.
    by_name: BTreeMap<Vec<u8>, i64>,
    incomplete: Option<Gap>,
}

impl Logins {
    pub(super) fn read(root: &Root) -> Self {
        let mut logins = Self::default();
        match root.open_file(LASTLOG, u64::MAX) {
            Ok(lastlog) => logins.lastlog = lastlog,
            Err(gap) => logins.incomplete = Some(gap),
        }
        for read in [Self::read_lastlog_2, Self::read_wtmp] {
            if let Err(gap) = read(&mut logins, root) {
                logins.incomplete.get_or_insert(gap);
            }
        }
        logins
    }

    fn keep(&mut self, name: &[u8], seconds: i64) {
        if seconds > 0 && (self.by_name.len() < MAX_NAMES || self.by_name.contains_key(name)) {
            let newest = self.by_name.entry(name.to_vec()).or_insert(seconds);
            *newest = seconds.max(*newest);
        }
    }

    fn read_lastlog_2(&mut self, root: &Root) -> Result<(), Gap> {
        let Some(database) = Snapshot::take(root, LASTLOG_2)? else {
            return Ok(());
        };
        database.expect_table("Lastlog2", &["Name", "Time"])?;
        database.each_row("SELECT Name, Time FROM Lastlog2", |row| {
            let (name, seconds): (String, i64) = (row.get(0)?, row.get(1)?);
            self.keep(name.as_bytes(), seconds);
            Ok(())
        })
    }

    fn read_wtmp(&mut self, root: &Root) -> Result<(), Gap> {
        let Some(file) = root.open_file(WTMP, MAX_WTMP)? else {
            return Ok(());
        };
        let mut input = BufReader::new(file);
        let mut record = [0; WTMP_RECORD];
        loop {
            match input.read_exact(&mut record) {
                Ok(()) => self.keep_record(&record),
                // The last record may be half written.
                Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(()),
                Err(error) => return Err(gap_of_io(Path::new(WTMP), &error)),
            }
        }
    }

    fn keep_record(&mut self, record: &[u8; WTMP_RECORD]) {
        let kind = record.first_chunk().map(|bytes| i16::from_le_bytes(*bytes));
        let seconds =
            record.get(WTMP_TIME).and_then(|bytes| bytes.first_chunk()).map(|bytes| i32::from_le_bytes(*bytes));
        if let (Some(USER_PROCESS), Some(seconds), Some(name)) = (kind, seconds, record.get(WTMP_NAME)) {
            let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
            self.keep(name.get(..end).unwrap_or_default(), i64::from(seconds));
        }
    }

    /// Absent when nothing records a login; unknown when a source could not be read.
    pub(super) fn last_of(&self, user: &User) -> Observed<Timestamp> {
        let recorded = self.by_name.get(&user.raw_name).copied();
        let newest = recorded.max(self.in_lastlog(user.uid));
        match (newest.and_then(|seconds| Timestamp::from_second(seconds).ok()), &self.incomplete) {
            (Some(at), _) => Observed::Known(at),
            (None, Some(gap)) => Observed::Unknown(gap.clone()),
            (None, None) => Observed::default(),
        }
    }

    fn in_lastlog(&self, uid: u32) -> Option<i64> {
        let mut seconds = [0; 4];
        let lastlog = self.lastlog.as_ref()?;
        lastlog.read_exact_at(&mut seconds, u64::from(uid) * LASTLOG_RECORD).ok()?;
        Some(i64::from(u32::from_le_bytes(seconds))).filter(|seconds| *seconds > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;
    use khien_model::GapCode;

    fn wtmp(kind: i16, name: &str, seconds: i32) -> Vec<u8> {
        let mut record = vec![0; WTMP_RECORD];
        record[..2].copy_from_slice(&kind.to_le_bytes());
        record[WTMP_NAME.start..WTMP_NAME.start + name.len()].copy_from_slice(name.as_bytes());
        record[WTMP_TIME].copy_from_slice(&seconds.to_le_bytes());
        record
    }

    fn last(machine: &Machine) -> Observed<Timestamp> {
        let context = machine.context();
        let users = context.users.as_ref().unwrap();
        Logins::read(&context.root).last_of(users.items.iter().find(|user| user.name == "an").unwrap())
    }

    #[test]
    fn the_newest_of_all_sources_counts() {
        let machine = Machine::with_user();
        assert!(last(&machine).is_absent());
        machine.file(WTMP, [wtmp(7, "an", 500), wtmp(8, "an", 900), wtmp(7, "bình", 800), vec![7, 0]].concat());
        assert_eq!(last(&machine), Timestamp::from_second(500).unwrap().into());
        let mut lastlog = vec![0; 1000 * 292];
        lastlog.extend(600_u32.to_le_bytes());
        machine.file(LASTLOG, lastlog);
        assert_eq!(last(&machine), Timestamp::from_second(600).unwrap().into());
        machine.folder("var/lib/lastlog");
        let database = rusqlite::Connection::open(machine.path(LASTLOG_2)).unwrap();
        database
            .execute_batch("CREATE TABLE Lastlog2 (Name TEXT, Time INTEGER); INSERT INTO Lastlog2 VALUES ('an', 700)")
            .unwrap();
        drop(database);
        assert_eq!(last(&machine), Timestamp::from_second(700).unwrap().into());
    }

    #[test]
    fn a_source_that_cannot_be_read_is_not_a_user_who_never_came() {
        let machine = Machine::with_user();
        machine.folder(WTMP);
        assert!(matches!(last(&machine), Observed::Unknown(gap) if gap.code == GapCode::Unreadable));
    }
}
