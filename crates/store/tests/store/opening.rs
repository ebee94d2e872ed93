//! Opening: fresh, again, at once with others, and what cannot be opened.

use khien_store::{Store, StoreError, Unavailable};
use khien_test_support::{Database, fresh_databases};

use crate::support::{block_on, on_each_engine, options};

#[test]
fn a_fresh_database_is_made_and_opened_again() {
    for database in fresh_databases() {
        block_on(async {
            for _ in 0..2 {
                let store = Store::open(database.url(), &options()).await.unwrap();
                store.ping().await.unwrap();
                store.close().await;
            }
        });
    }
}

#[test]
fn several_servers_may_start_at_once() {
    for database in fresh_databases() {
        block_on(async {
            let openings = (0..4).map(|_| {
                let url = database.url().to_owned();
                tokio::spawn(async move { Store::open(&url, &options()).await })
            });
            for opening in openings.collect::<Vec<_>>() {
                let store = opening.await.unwrap().unwrap();
                store.ping().await.unwrap();
                store.close().await;
            }
        });
    }
}

#[test]
fn a_message_never_shows_the_password() {
    on_each_engine(|store, _| async move {
        assert!(!store.place().contains('@'), "{}", store.place());
    });
}

#[test]
fn a_file_that_is_no_database_is_named_with_what_to_do() {
    let database = Database::sqlite();
    let file = database.file().unwrap();
    std::fs::write(&file, "Kính gửi: các phòng chuyên môn\n".repeat(200)).unwrap();
    let error = block_on(Store::open(database.url(), &options())).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    let message = error.to_string();
    assert!(message.contains(file.to_str().unwrap()) && message.contains("khien restore"), "{message}");
}

#[test]
fn a_server_that_is_not_there_is_said_to_be_away() {
    let mut options = options();
    options.wait = std::time::Duration::from_millis(500);
    let error = block_on(Store::open("postgres://khien:secret@127.0.0.1:1/khien", &options)).unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { reason: Unavailable::Away, .. }), "{error:?}");
    let message = error.to_string();
    assert!(message.contains("127.0.0.1:1") && !message.contains("secret"), "{message}");
}
