//! The store itself: an open database.

use std::sync::{Arc, RwLock};
use std::time::Duration;

use khien_model::WorkingDays;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyPool, Transaction};

use crate::check_in::ReportQueue;
use crate::context::JudgeContext;
use crate::engine::{self, Engine, Pools};
use crate::{StoreError, migrate};

/// How to open a store.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// How many connections read at once.
    pub readers: u32,
    /// How many connections write at once to PostgreSQL. SQLite has one.
    pub writers: u32,
    /// How long somebody waits for a free connection before hearing that there is none.
    pub wait: Duration,
    /// How large the SQLite file may become, in bytes; as if its disk were full then. `None`: as large as the disk allows.
    pub max_bytes: Option<u64>,
    /// Makes the SQLite file when it is not there.
    pub create: bool,
    /// The working days, by which it is reckoned until when something must be mended: those we ship, unless somebody keeps
    /// their own. Without any, and beyond the days they cover, there is no such date where working days are asked for.
    pub calendar: Option<Arc<WorkingDays>>,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            readers: 8,
            writers: 4,
            wait: Duration::from_secs(10),
            max_bytes: None,
            create: true,
            calendar: Some(Arc::new(khien_content::calendar())),
        }
    }
}

/// An open database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    core: Arc<Core>,
    reports: ReportQueue,
}

/// What all clones of a store share.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) engine: Engine,
    pub(crate) pools: Pools,
    pub(crate) options: StoreOptions,
    /// What was judged by last.
    pub(crate) context: RwLock<Option<Arc<JudgeContext>>>,
    place: String,
}

impl Store {
    /// Opens the database at `sqlite://PATH` or `postgres://…` and brings its schema up to date.
    pub async fn open(url: &str, options: &StoreOptions) -> Result<Self, StoreError> {
        let (engine, address) = Engine::parse(url, options.create)?;
        let place = engine::place(&engine, url);
        let open = async {
            let pools = engine.connect(&address, options).await?;
            migrate::migrate(&engine, &pools).await?;
            Ok(pools)
        };
        let pools = open.await.map_err(|error: StoreError| error.about(&place))?;
        let core = Core { engine, pools, options: options.clone(), context: RwLock::default(), place };
        let core = Arc::new(core);
        let reports = ReportQueue::start(core.clone());
        Ok(Self { core, reports })
    }

    /// Where the database is, without any password: for messages.
    pub fn place(&self) -> &str {
        &self.core.place
    }

    /// Whether it is the embedded database, a file on this machine.
    pub fn is_embedded(&self) -> bool {
        matches!(self.core.engine, Engine::Sqlite(_))
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let answered = sqlx::query("SELECT 1").fetch_one(self.readers()).await;
        answered.map(drop).map_err(|error| StoreError::from(error).about(self.place()))
    }

    /// Waits until nobody uses the database and closes it.
    pub async fn close(&self) {
        self.core.pools.readers.close().await;
        self.core.pools.writers.close().await;
    }

    /// Connections for reading.
    pub(crate) fn readers(&self) -> &AnyPool {
        &self.core.pools.readers
    }

    /// One connection for several reads.
    pub(crate) async fn reader(&self) -> Result<PoolConnection<Any>, StoreError> {
        Ok(self.readers().acquire().await?)
    }

    /// A transaction that will write.
    pub(crate) async fn transaction(&self) -> Result<Transaction<'static, Any>, StoreError> {
        self.core.engine.begin(&self.core.pools).await
    }

    /// Where reports wait to be written.
    pub(crate) fn reports(&self) -> &ReportQueue {
        &self.reports
    }

    /// What all clones share.
    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.core
    }
}
