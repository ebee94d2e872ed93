//! Faults: each with a clear message, no wrong state, and nothing lost that was acknowledged.

use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;

use khien_store::check_in::{MAX_TOGETHER, MAX_WAITING};
use khien_store::{CheckInOutcome, Store, StoreError, Unavailable, devices, tally};
use khien_test_support::{Database, Postgres};

use crate::office::Said::Fact;
use crate::office::{NO_VOLUMES, Office, VOLUMES, check_in};
use crate::support::{block_on, hours, meddle, noon, options};

fn reason(error: &StoreError) -> Option<Unavailable> {
    match error {
        StoreError::Unavailable { reason, .. } => Some(*reason),
        _ => None,
    }
}

/// A fact that takes some room, another one each time.
fn large(number: u64) -> String {
    let name = format!("{number}-").repeat(4_000);
    format!(r#"{{"value":{{"volumes":[{{"mount":"{name}"}}]}},"source":"agent:linux"}}"#)
}

#[test]
fn a_full_disk_is_said_and_loses_nothing() {
    let database = Database::sqlite();
    block_on(async {
        let mut narrow = options();
        narrow.max_bytes = Some(1024 * 1024);
        let store = Store::open(database.url(), &narrow).await.unwrap();
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        let mut accepted = 1;
        let error = loop {
            let outcome = office.try_report("pc-1", accepted + 1, noon(), &[("disk", Fact(&large(accepted)))]).await;
            match outcome {
                Ok(CheckInOutcome::Accepted { .. }) => accepted += 1,
                Ok(CheckInOutcome::Refused(refusal)) => panic!("{refusal:?}"),
                Err(error) => break error,
            }
            assert!(accepted < 1_000, "a megabyte is never full");
        };
        assert!(accepted > 2);
        assert_eq!(reason(&error), Some(Unavailable::DiskFull), "{error:?}");
        assert!(error.to_string().contains("make room"), "{error}");
        // What is there can still be read, and is whole.
        assert_eq!(devices::find(&store, "pc-1").await.unwrap().unwrap().counter, accepted);
        store.close().await;
        // Somebody made room.
        let store = Store::open(database.url(), &options()).await.unwrap();
        let office = Office { store: store.clone() };
        assert_eq!(devices::find(&store, "pc-1").await.unwrap().unwrap().counter, accepted);
        assert_eq!(tally::recount(&store).await.unwrap(), []);
        office.report("pc-1", accepted + 1, hours(1), &[("disk", Fact(&large(accepted)))]).await;
        store.close().await;
    });
}

#[test]
fn a_file_that_may_only_be_read_is_said() {
    if let Ok(url) = std::env::var(READ_ONLY_VARIABLE) {
        return is_read_only(&url);
    }
    let database = Database::sqlite();
    let file = database.file().unwrap();
    block_on(async {
        let store = Store::open(database.url(), &options()).await.unwrap();
        Office::found(&store).await.enrol("pc-1", "north").await;
        store.close().await;
    });
    let folder = file.parent().unwrap().to_owned();
    let set = |mode: u32| {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(mode | 0o111)).unwrap();
    };
    set(0o444);
    if fs::OpenOptions::new().append(true).open(&file).is_ok() {
        // We are root, to whom rights mean nothing: somebody else has to try.
        try_as_nobody("faults::a_file_that_may_only_be_read_is_said", database.url(), &folder);
    } else {
        is_read_only(database.url());
    }
    set(0o644);
}

/// The address of a database that may only be read, for a test that was started as somebody else.
const READ_ONLY_VARIABLE: &str = "KHIEN_TEST_READ_ONLY";
/// The user who owns nothing, on every Linux.
const NOBODY: u32 = 65_534;

/// Checks that the store says it may only read.
fn is_read_only(url: &str) {
    let error = block_on(Store::open(url, &options())).unwrap_err();
    assert!(matches!(reason(&error), Some(Unavailable::ReadOnly | Unavailable::Away)), "{error:?}");
    let file = url.trim_start_matches("sqlite://").split('?').next().unwrap();
    assert!(error.to_string().contains(file), "{error}");
}

/// Runs one test of this program as nobody, with `folder` as theirs.
#[expect(clippy::disallowed_methods, reason = "rights are tried by a process that has none")]
fn try_as_nobody(test: &str, url: &str, folder: &Path) {
    use std::os::unix::fs::chown;
    // Where this program lies, nobody may perhaps not look.
    let program = folder.join("tests");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        chown(entry.unwrap().path(), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    chown(folder, Some(NOBODY), Some(NOBODY)).unwrap();
    let nobody = NOBODY.to_string();
    let tried = std::process::Command::new("setpriv")
        .args(["--reuid", &nobody, "--regid", &nobody, "--clear-groups"])
        .arg(&program)
        .args(["--exact", test])
        .env(READ_ONLY_VARIABLE, url)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&tried.stdout);
    assert!(tried.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&tried.stderr));
}

#[test]
fn a_server_that_may_only_be_read_is_said() {
    let database = match Database::postgres() {
        Ok(database) => database,
        Err(reason) => return eprintln!("SKIPPED: {reason}"),
    };
    block_on(async {
        let store = Store::open(database.url(), &options()).await.unwrap();
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        office.report("pc-1", 2, noon(), &[("disk", Fact(VOLUMES))]).await;
        store.close().await;
        meddle(
            database.url(),
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$",
        )
        .await;
        let error = Store::open(database.url(), &options()).await.unwrap_err();
        assert_eq!(reason(&error), Some(Unavailable::ReadOnly), "{error:?}");
    });
}

#[test]
fn a_damaged_file_is_named_with_what_to_do() {
    let database = Database::sqlite();
    let file = database.file().unwrap();
    block_on(async {
        let store = Store::open(database.url(), &options()).await.unwrap();
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        office.report("pc-1", 2, noon(), &[("disk", Fact(&large(1)))]).await;
        store.close().await;
    });
    // Everything behind the first pages is overwritten, as by a disk that fails.
    let length = fs::metadata(&file).unwrap().len();
    let mut damaged = fs::OpenOptions::new().write(true).open(&file).unwrap();
    damaged.seek(SeekFrom::Start(4_096)).unwrap();
    damaged.write_all(&vec![0x5a; usize::try_from(length).unwrap() - 4_096]).unwrap();
    drop(damaged);
    let error = block_on(async {
        let store = Store::open(database.url(), &options()).await?;
        let outcome = store.check_in(check_in("pc-1", 3, hours(1), &[("disk", Fact(VOLUMES))])).await;
        store.close().await;
        outcome
    });
    let error = error.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    let message = error.to_string();
    assert!(message.contains(file.to_str().unwrap()) && message.contains("khien restore"), "{message}");
}

#[test]
fn postgresql_may_go_and_come_back() {
    let mut server = match Postgres::start() {
        Ok(server) => server,
        Err(reason) => return eprintln!("SKIPPED: {reason}"),
    };
    let database = Database::in_server(&server.url()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut patient = options();
    patient.wait = std::time::Duration::from_secs(2);
    let store = runtime.block_on(Store::open(database.url(), &patient)).unwrap();
    let office = runtime.block_on(Office::found(&store));
    runtime.block_on(async {
        office.enrol("pc-1", "north").await;
        office.report("pc-1", 2, noon(), &[("disk", Fact(VOLUMES))]).await;
    });
    server.stop();
    let error = runtime.block_on(office.try_report("pc-1", 3, hours(1), &[("disk", Fact(NO_VOLUMES))])).unwrap_err();
    assert_eq!(reason(&error), Some(Unavailable::Away), "{error:?}");
    assert!(runtime.block_on(store.ping()).is_err());
    server.start_again().unwrap();
    runtime.block_on(async {
        store.ping().await.unwrap();
        assert_eq!(devices::find(&store, "pc-1").await.unwrap().unwrap().counter, 2, "what was acknowledged");
        assert!(office.states("pc-1").await.ends_with("volumes=fail"));
        office.report("pc-1", 3, hours(2), &[("disk", Fact(NO_VOLUMES))]).await;
        office.check_counts().await;
        store.close().await;
    });
}

#[test]
fn more_reports_than_can_wait_are_turned_away() {
    let database = Database::sqlite();
    block_on(async {
        let store = Store::open(database.url(), &options()).await.unwrap();
        let office = Office::found(&store).await;
        // Somebody holds the database, so that nothing is written.
        let change = office.change(noon()).await;
        let reports: Vec<_> = (0..=MAX_WAITING + MAX_TOGETHER)
            .map(|number| {
                let (store, device) = (store.clone(), format!("nobody-{number}"));
                tokio::spawn(async move { store.check_in(check_in(&device, 2, noon(), &[])).await })
            })
            .collect();
        let mut busy = 0;
        // One more than can wait and be under way: at least one hears so at once.
        while busy == 0 {
            let report = store.check_in(check_in("one-more", 2, noon(), &[]));
            match tokio::time::timeout(std::time::Duration::from_millis(50), report).await {
                Ok(Err(error)) => {
                    assert_eq!(reason(&error), Some(Unavailable::Busy), "{error:?}");
                    busy += 1;
                }
                Ok(Ok(outcome)) => panic!("{outcome:?} while nothing can be written"),
                Err(_) => {}
            }
        }
        drop(change);
        for report in reports {
            match report.await.unwrap() {
                Ok(outcome) => assert!(matches!(outcome, CheckInOutcome::Refused(_))),
                Err(error) => assert_eq!(reason(&error), Some(Unavailable::Busy), "{error:?}"),
            }
        }
        store.close().await;
    });
}
