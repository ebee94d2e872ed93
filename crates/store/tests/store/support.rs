//! What the tests share: fresh stores on each engine.

use std::future::Future;

use jiff::{SignedDuration, Timestamp};
use khien_store::{Store, StoreOptions};
use khien_test_support::{Database, fresh_databases};
use sqlx::{AnyConnection, Connection as _, Executor as _};

/// A moment in the middle of a working week.
pub(crate) fn noon() -> Timestamp {
    "2026-11-18T12:00:00+07:00".parse().unwrap()
}

/// So many hours after noon.
pub(crate) fn hours(count: i64) -> Timestamp {
    noon() + SignedDuration::from_hours(count)
}

/// Runs a test on a fresh database of each engine that is here. It gets the address too, to go behind the store's back.
pub(crate) fn on_each_engine<F: Future<Output = ()>>(test: impl Fn(Store, String) -> F) {
    for database in fresh_databases() {
        on(&database, |store| test(store, database.url().to_owned()));
    }
}

/// Runs a test on this database.
pub(crate) fn on<F: Future<Output = ()>>(database: &Database, test: impl FnOnce(Store) -> F) {
    block_on(async {
        let store = Store::open(database.url(), &options()).await.unwrap();
        test(store.clone()).await;
        store.close().await;
    });
}

/// Few connections, since many tests share one server.
pub(crate) fn options() -> StoreOptions {
    StoreOptions { readers: 2, writers: 2, ..StoreOptions::default() }
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(future)
}

/// Changes the database behind the store's back.
pub(crate) async fn meddle(url: &str, sql: &'static str) {
    let mut connection = AnyConnection::connect(url).await.unwrap();
    connection.execute(sql).await.unwrap();
    connection.close().await.unwrap();
}
