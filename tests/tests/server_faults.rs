//! The server under fault: killed at any moment, one of two killed, a full disk, a database that somebody else holds. What
//! was acknowledged is there, once; what is wrong is said.

#![allow(clippy::print_stdout, reason = "a test that misses its peer says so")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use khien_model::{Subject, SubjectKind};
use khien_protocol::REPORTS_PATH;
use khien_server::AppState;
use khien_server::config::Settings;
use khien_server::serve::start;
use khien_server::state::system_clock;
use khien_store::{Store, StoreOptions, devices, facts};
use khien_test_support::{Database, fresh_databases};
use khien_tests::program::{Device, Server, free_port, report};

/// How often the server is killed.
const KILLS: usize = 20;
/// How long it works between two kills.
const BETWEEN_KILLS: Duration = Duration::from_millis(200);
/// How many devices report at once.
const DEVICES: u8 = 4;
/// More changes than any device reports here.
const ALL_CHANGES: u32 = 100_000;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime")
}

/// Reports until told to stop, with a new fact each time; a report that was not answered is sent again. Gives the names
/// that were acknowledged.
fn keep_reporting(
    device: &mut Device,
    servers: &[SocketAddr],
    stop: &AtomicBool,
    acknowledged: &AtomicU64,
) -> Vec<String> {
    let mut names = Vec::new();
    let (mut number, mut turn) = (0, 0);
    while !stop.load(Ordering::Relaxed) {
        let name = format!("{}-{number}", device.id);
        turn += 1;
        match device.send(servers[turn % servers.len()], REPORTS_PATH, &report(&name)) {
            Some((200, _)) => {
                acknowledged.fetch_add(1, Ordering::Relaxed);
                names.push(name);
                number += 1;
            }
            // Nobody is there, or not for long: the same again.
            Some((503, _)) | None => std::thread::sleep(Duration::from_millis(10)),
            Some((status, answer)) => panic!("{status}: {answer}"),
        }
    }
    names
}

/// Checks that each acknowledged report of each device is in the history once.
async fn check(store: &Store, acknowledged: &BTreeMap<String, Vec<String>>) {
    for (id, names) in acknowledged {
        let subject = Subject { kind: SubjectKind::Device, id: id.clone() };
        let row = khien_store::subjects::find(store, &subject).await.expect("a store").expect("the device");
        let changes = facts::changes(store, row.number, Some("os"), ALL_CHANGES).await.expect("its history");
        let device = devices::find(store, id).await.expect("a store").expect("the device");
        assert!(device.counter > names.len() as u64, "{id}: counter {} after {} reports", device.counter, names.len());
        for name in names {
            let wanted = format!("\"{name}\"");
            let times = changes.iter().filter(|change| change.fact.as_ref().is_some_and(|fact| fact.contains(&wanted)));
            assert_eq!(times.count(), 1, "{name} was acknowledged");
        }
    }
}

#[test]
fn a_server_that_is_killed_twenty_times_loses_and_doubles_nothing() {
    let (folder, runtime, port) = (tempfile::tempdir().expect("a folder"), runtime(), free_port());
    let mut server = Server::start(folder.path(), None, port);
    let url = format!("sqlite://{}", folder.path().join("khien.db").display());
    let store = runtime.block_on(Store::open(&url, &StoreOptions::default())).expect("the store");
    let mut reporting: Vec<Device> =
        (1..=DEVICES).map(|seed| Device::enrol(&store, &runtime, server.address, seed)).collect();
    runtime.block_on(store.close());

    let (stop, count, addresses) = (AtomicBool::new(false), AtomicU64::new(0), [server.address]);
    let acknowledged: BTreeMap<String, Vec<String>> = std::thread::scope(|scope| {
        let threads: Vec<_> = reporting
            .iter_mut()
            .map(|device| scope.spawn(|| (device.id.clone(), keep_reporting(device, &addresses, &stop, &count))))
            .collect();
        for kill in 0..KILLS {
            let before = count.load(Ordering::Relaxed);
            std::thread::sleep(BETWEEN_KILLS);
            let began = Instant::now();
            while count.load(Ordering::Relaxed) == before {
                assert!(began.elapsed() < Duration::from_secs(20), "nothing is taken after kill {kill}");
                std::thread::sleep(Duration::from_millis(5));
            }
            server.kill();
            server = Server::start(folder.path(), None, port);
        }
        stop.store(true, Ordering::Relaxed);
        threads.into_iter().map(|thread| thread.join().expect("a device")).collect()
    });
    let total: usize = acknowledged.values().map(Vec::len).sum();
    assert!(total >= KILLS, "only {total} reports were acknowledged");
    assert!(server.stop(), "it stops well");
    runtime.block_on(async {
        let store = Store::open(&url, &StoreOptions::default()).await.expect("the store");
        check(&store, &acknowledged).await;
        assert_eq!(khien_store::tally::recount(&store).await.expect("a count"), []);
        store.close().await;
    });
}

#[test]
fn what_a_device_reported_is_judged_and_found_after_a_kill_on_each_engine() {
    let runtime = runtime();
    for database in fresh_databases() {
        let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
        let mut server = Server::start(folder.path(), Some(database.url()), port);
        let store = runtime.block_on(Store::open(database.url(), &StoreOptions::default())).expect("the store");
        let mut device = Device::enrol(&store, &runtime, server.address, 1);
        let (status, answer) = device.send(server.address, REPORTS_PATH, &report("Debian 12")).expect("an answer");
        assert_eq!(status, 200, "{answer}");
        server.kill();
        let server = Server::start(folder.path(), Some(database.url()), port);
        let (status, answer) = device.send(server.address, REPORTS_PATH, &report("Debian 12")).expect("an answer");
        assert_eq!(status, 200, "{answer}");
        runtime.block_on(async {
            check(&store, &[(device.id.clone(), vec!["Debian 12".to_owned()])].into()).await;
            let subject = Subject { kind: SubjectKind::Device, id: device.id.clone() };
            let row = khien_store::subjects::find(&store, &subject).await.expect("a store").expect("the device");
            let found = khien_store::findings::open(&store, row.number).await.expect("findings");
            assert!(!found.is_empty(), "nothing was judged on {:?}", database.engine());
            assert_eq!(khien_store::tally::recount(&store).await.expect("a count"), []);
            store.close().await;
        });
    }
}

#[test]
fn of_two_servers_over_one_database_one_is_killed_and_work_goes_on() {
    let database = match Database::postgres() {
        Ok(database) => database,
        Err(reason) => return println!("SKIPPED: {reason}"),
    };
    let (folders, runtime) = ([(); 2].map(|()| tempfile::tempdir().expect("a folder")), runtime());
    let mut first = Server::start(folders[0].path(), Some(database.url()), free_port());
    let second = Server::start(folders[1].path(), Some(database.url()), free_port());
    let store = runtime.block_on(Store::open(database.url(), &StoreOptions::default())).expect("the store");
    let mut device = Device::enrol(&store, &runtime, first.address, 1);
    let mut other = Device::enrol(&store, &runtime, second.address, 2);
    let (stop, count, both) = (AtomicBool::new(false), AtomicU64::new(0), [first.address, second.address]);
    let acknowledged: BTreeMap<String, Vec<String>> = std::thread::scope(|scope| {
        let threads = [&mut device, &mut other]
            .map(|device| scope.spawn(|| (device.id.clone(), keep_reporting(device, &both, &stop, &count))));
        let grown = |by: u64| {
            let (before, began) = (count.load(Ordering::Relaxed), Instant::now());
            while count.load(Ordering::Relaxed) < before + by {
                assert!(began.elapsed() < Duration::from_secs(30), "nothing is taken any more");
                std::thread::sleep(Duration::from_millis(5));
            }
        };
        grown(20);
        first.kill();
        grown(20);
        stop.store(true, Ordering::Relaxed);
        threads.into_iter().map(|thread| thread.join().expect("a device")).collect()
    });
    assert_eq!(second.get("/healthz").map(|(status, _)| status), Some(200));
    runtime.block_on(async {
        check(&store, &acknowledged).await;
        assert_eq!(khien_store::tally::recount(&store).await.expect("a count"), []);
        store.close().await;
    });
}

#[test]
fn a_full_disk_is_answered_with_a_reason_and_a_time_to_come_again() {
    let (database, folder, runtime) = (Database::sqlite(), tempfile::tempdir().expect("a folder"), runtime());
    runtime.block_on(async {
        let options = StoreOptions { max_bytes: Some(1024 * 1024), ..StoreOptions::default() };
        let store = Store::open(database.url(), &options).await.expect("the store");
        let settings = Settings {
            data: folder.path().to_owned(),
            https: None,
            http: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
            ..Settings::default()
        };
        let state = AppState::new(store.clone(), settings, None, "test", system_clock());
        let serving = start(state, None).await.expect("a server");
        let address = serving.http.expect("its address");
        let (refusal, accepted, left) = tokio::task::spawn_blocking(move || {
            let helper = self::runtime();
            let mut device = Device::enrol(&store, &helper, address, 1);
            let mut accepted = 0;
            loop {
                let name = format!("{accepted}-").repeat(4_000);
                match device.send(address, REPORTS_PATH, &report(&name)).expect("an answer") {
                    (200, _) => accepted += 1,
                    (status, refusal) => break ((status, refusal), accepted, device),
                }
                assert!(accepted < 1_000, "a megabyte is never full");
            }
        })
        .await
        .expect("a device");
        let (status, refusal) = refusal;
        assert_eq!((status, &refusal["code"]), (503, &"server_unavailable".into()), "{refusal}");
        assert_eq!(refusal["detail"], "the disk of the database is full");
        assert!(refusal["retry_after_seconds"].is_u64(), "{refusal}");
        assert!(accepted > 2 && left.counter > accepted);
        serving.stop().await;
    });
}

#[test]
fn a_database_that_somebody_else_holds_is_said_by_the_health_of_the_server() {
    let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
    let server = Server::start(folder.path(), None, port);
    let other = rusqlite::Connection::open(folder.path().join("khien.db")).expect("the file");
    other.execute_batch("BEGIN EXCLUSIVE").expect("it is held");
    let began = Instant::now();
    let said = loop {
        let (status, text) = server.get("/healthz").expect("an answer");
        if status == 503 {
            break text;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "it never says so: {text}");
        std::thread::sleep(Duration::from_millis(100));
    };
    let health: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(health["status"], "unwell");
    let writing = &health["checks"][1];
    assert_eq!((&writing["name"], &writing["ok"]), (&"writing".into(), &false.into()), "{said}");
    assert!(!said.contains(&folder.path().display().to_string()), "a path in {said}");
    drop(other);
    let began = Instant::now();
    while server.get("/healthz").is_none_or(|(status, _)| status != 200) {
        assert!(began.elapsed() < Duration::from_secs(30), "it stays unwell");
        std::thread::sleep(Duration::from_millis(100));
    }
}
