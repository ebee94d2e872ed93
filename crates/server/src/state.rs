//! What every request needs, made once when the server starts.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use jiff::Timestamp;
use khien_protocol::Digest;
use khien_store::{Store, StoreError, settings};
use khien_texts::{Language, Texts};
use tokio::sync::Semaphore;

use crate::api::directive_mark::LastMark;
use crate::config::Settings;
use crate::documents::library::Library;
use crate::health::LastHealth;
use crate::keys::Keys;
use crate::limits::LISTS_AT_ONCE;
use crate::metrics::Metrics;
use crate::pages::past::PastDirectives;
use crate::scans::service::Scans;
use crate::sign_in::SignIn;
use crate::sign_in::openid::Provider;
use crate::texts;

/// Tells what time it is. The server reads the clock through this alone, so that a test can set it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The clock of this machine.
pub fn system_clock() -> Clock {
    #[expect(clippy::disallowed_methods, reason = "the edge of the server: every request is told when it came")]
    Arc::new(Timestamp::now)
}

/// What every request needs. Cheap to clone: everything in it is shared.
#[derive(Clone)]
pub struct AppState {
    /// What time it is.
    pub clock: Clock,
    /// The texts in every language.
    pub texts: Arc<[Texts; 2]>,
    /// What is remembered.
    pub store: Store,
    /// How the server is set.
    pub settings: Arc<Settings>,
    /// The SHA-256 of the certificate of the authority (DER), which every enrolment token carries; `None` when the server
    /// knows none, and then no device can enrol.
    pub authority: Option<Digest>,
    /// The address by which people and agents reach the server, without a slash at the end.
    pub public_url: Arc<str>,
    /// This server among several over one database: jobs are taken in its name.
    pub server: Arc<str>,
    /// Passwords, attempts, and the provider elsewhere.
    pub sign_in: Arc<SignIn>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// How often each address may still enrol.
    pub(crate) enrolments: Arc<DefaultKeyedRateLimiter<IpAddr>>,
    /// Whose key is whose.
    pub(crate) keys: Arc<Keys>,
    /// Which directive is in force.
    pub(crate) mark: Arc<LastMark>,
    /// Which directives were in force before.
    pub(crate) past_directives: Arc<PastDirectives>,
    /// The legal documents, ready to be looked through.
    pub(crate) library: Arc<Library>,
    /// How the server was when somebody last asked.
    pub(crate) health: Arc<LastHealth>,
    /// How many lists of cases may still be checked at the same time.
    pub(crate) lists: Arc<Semaphore>,
    /// What looks into files. Without an engine, until the program hands one in.
    pub scans: Arc<Scans>,
    /// Whether what is shown is the fictional province: every page says so.
    fictional: Arc<AtomicBool>,
}

impl AppState {
    /// What is needed to answer, out of an open store and its settings. `server` names this server among several.
    pub fn new(store: Store, settings: Settings, authority: Option<Digest>, server: &str, clock: Clock) -> Self {
        let public_url = settings.reached_by();
        let openid = Provider::of(&settings, &public_url);
        let quota = Quota::per_minute(NonZeroU32::new(settings.enrolments_per_minute).unwrap_or(NonZeroU32::MIN));
        Self {
            sign_in: Arc::new(SignIn::new(&clock, openid)),
            clock,
            texts: Arc::new(texts::load()),
            store,
            public_url: public_url.into(),
            scans: Arc::new(Scans::without_engine(settings.scan.clone(), &settings.data)),
            settings: Arc::new(settings),
            authority,
            server: server.into(),
            metrics: Arc::new(Metrics::new()),
            enrolments: Arc::new(RateLimiter::hashmap(quota)),
            keys: Arc::default(),
            mark: Arc::default(),
            past_directives: Arc::default(),
            library: Arc::default(),
            health: Arc::default(),
            lists: Arc::new(Semaphore::new(LISTS_AT_ONCE)),
            fictional: Arc::default(),
        }
    }

    /// Looks into the settings whether the data is that of the fictional province.
    pub async fn learn_what_is_fictional(&self) -> Result<(), StoreError> {
        self.fictional.store(settings::DEMO.get(&self.store).await?, Ordering::Relaxed);
        Ok(())
    }

    /// Whether what is shown is the fictional province.
    pub fn is_fictional(&self) -> bool {
        self.fictional.load(Ordering::Relaxed)
    }

    /// The texts in `language`.
    pub fn texts(&self, language: Language) -> &Texts {
        match language {
            Language::Vi => &self.texts[0],
            Language::En => &self.texts[1],
        }
    }
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("AppState").field("server", &self.server).finish_non_exhaustive()
    }
}
