//! The revisions of Windows that brought security updates, from `content/windows-builds.json`. They tell that a PC lacks one,
//! never that it lacks none: what came after the table was made is not in it.

use jiff::Timestamp;
use jiff::civil::Date;
use khien_model::{Gap, GapCode};
use serde::Deserialize;

const BUILDS: &str = include_str!("../../../../content/windows-builds.json");

/// One row of the table: from this revision on, a build has the security update of that day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct SecurityUpdate {
    server: bool,
    build: u32,
    pub(super) revision: u64,
    released: Date,
    /// The record that says so, for people.
    source: String,
}

#[derive(Deserialize)]
struct Table {
    updates: Vec<SecurityUpdate>,
}

fn table() -> Result<Vec<SecurityUpdate>, Gap> {
    let table: Result<Table, _> = serde_json::from_str(BUILDS);
    table
        .map(|table| table.updates)
        .map_err(|error| Gap::with_detail(GapCode::ObserverFailed, format!("windows-builds.json: {error}")))
}

/// The newest update in the table that a build at this revision lacks at `now`.
pub(super) fn lacks(build: u32, revision: u64, server: bool, now: Timestamp) -> Result<Option<SecurityUpdate>, Gap> {
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let of_this = |row: &SecurityUpdate| {
        row.build == build && row.server == server && row.revision > revision && row.released <= today
    };
    Ok(table()?.into_iter().filter(of_this).max_by_key(|row| row.revision))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        let rows = table().unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for row in &rows {
            assert!(seen.insert((row.server, row.build, row.revision)), "{row:?} twice");
            assert!(row.source.starts_with("CVE-"), "{row:?}");
            let earlier = rows.iter().filter(|other| (other.server, other.build) == (row.server, row.build));
            for other in earlier.filter(|other| other.released < row.released) {
                assert!(other.revision < row.revision, "{other:?} came before {row:?}");
            }
        }
        assert!(rows.len() >= 8);
    }

    #[test]
    fn what_nobody_mends_any_more_is_in_the_table() {
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let clients = [7_601, 9_600, 22_000, 22_621].map(|build| (build, false));
        let servers = [7_601, 9_200, 9_600, 26_100].map(|build| (build, true));
        for (build, is_server) in clients.into_iter().chain(servers) {
            let newest = lacks(build, 0, is_server, now).unwrap().unwrap().revision;
            assert_eq!(lacks(build, newest, is_server, now).unwrap(), None, "{build}");
        }
        // A server that was mended while it ran, in the month after.
        assert_eq!(lacks(26_100, 32_370, true, now).unwrap(), None);
    }

    #[test]
    fn a_build_lacks_what_came_after_it() {
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let lacks = |build, revision, server| lacks(build, revision, server, now).unwrap().map(|row| row.revision);
        assert_eq!(lacks(26_200, 9_710, false), Some(9_711));
        assert_eq!(lacks(26_200, 9_711, false), None);
        assert_eq!(lacks(26_200, 20_000, false), None, "newer than the table");
        assert_eq!(lacks(26_200, 1, true), None, "no such server");
        assert_eq!(lacks(99_999, 1, false), None);
        // On the day before it came nobody lacked it.
        let before: Timestamp = "2026-10-12T08:00:00Z".parse().unwrap();
        assert!(super::lacks(26_200, 9_710, false, before).unwrap().is_none_or(|row| row.revision < 9_711));
    }
}
