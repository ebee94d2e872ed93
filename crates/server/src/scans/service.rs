//! The scanning service of this server: one scanner for everybody who asks, started when the first file comes, and a bound on
//! how many files are on their way through it.
//!
//! ```text
//! Scans::enter ─▶ Place ─▶ Place::writer ─▶ bytes as they come ─▶ Place::look ─▶ Looked
//!      │                      memory while small, then a file without a name: gone with whoever holds it
//!      └ no place: busy, and the client is told when to come again
//! ```
//!
//! Whatever becomes of the reader there is an [`Inspection`]: what could not be looked into is *not inspected*, with its reason.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use khien_gates::{Received, Spool, SpoolRoom, SpoolWriter};
use khien_inspect::{Inspection, Reason};
use khien_scan::receipt::RuleSource;
use khien_scan::{ScanProblem, Settings, Upload};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::{error, warn};

use crate::limits::SCAN_PLACES;
use crate::trouble::Trouble;

/// When to come again after there was no place.
const BUSY_RETRY_SECONDS: u64 = 15;
/// The folder below the data of the server in which large files wait, without a name.
const FOLDER: &str = "spool";
/// How a `Content-Type` begins whose boundary the reader of forms needs to know.
const FORM: &str = "multipart/form-data";

/// What files are looked at with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// Names all of it together; empty when nobody could look.
    pub id: String,
    /// Which rules and signatures they are, without their ages.
    pub sources: Vec<RuleSource>,
}

/// What looks into files. In a server that is a [`khien_scan::Scanner`] with its confined workers and the operator's rules, which
/// the program hands in: it knows where they lie.
pub trait Engine: Send + Sync + 'static {
    /// The rules that files are looked at with.
    fn rules(&self) -> Rules;

    /// Looks into one file; blocks until there is an answer.
    ///
    /// # Errors
    /// When the file cannot be read, or nobody can be started to look into it.
    fn look(&self, upload: &mut Upload<'_>) -> Result<Arc<Inspection>, ScanProblem>;
}

/// Gives the engine of the moment: there is another one when rules were loaded meanwhile.
pub type Engines = Box<dyn Fn() -> Arc<dyn Engine> + Send + Sync>;

/// How engines are started.
pub type Start = Box<dyn Fn() -> Result<Engines, ScanProblem> + Send + Sync>;

/// The scanning service.
pub struct Scans {
    settings: Settings,
    start: Start,
    /// Started when the first file is looked into; a start that failed is tried again with the next.
    engines: Mutex<Option<Engines>>,
    /// Files that are on their way: coming in, waiting, or being looked into.
    places: Arc<Semaphore>,
    /// Files that are being looked into.
    at_once: Arc<Semaphore>,
    folder: PathBuf,
    room: Arc<SpoolRoom>,
}

impl std::fmt::Debug for Scans {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Scans").field("places", &self.places.available_permits()).finish_non_exhaustive()
    }
}

/// A file that came in whole, or as far as its bound goes.
#[derive(Debug)]
pub struct Incoming {
    /// What it is called, without folders.
    pub name: String,
    /// Its `Content-Type` where the client told it: for a form, the boundary of its parts is in there.
    pub content_type: Option<String>,
    /// Passwords to try on what is encrypted in it. They are kept nowhere.
    pub passwords: Vec<String>,
    /// What it holds.
    pub received: Received,
}

/// What came of looking into a file.
#[derive(Debug, Clone)]
pub struct Looked {
    /// What is in it, or why nobody could look.
    pub inspection: Arc<Inspection>,
    /// How long it took, the time in the queue left out.
    pub took: Duration,
    /// The rules of that moment.
    pub rules: Rules,
}

impl Scans {
    /// A service without an engine: no file is looked into, and none is clean.
    pub fn without_engine(settings: Settings, data: &std::path::Path) -> Self {
        Self::started_by(settings, data, Box::new(|| Err(ScanProblem::NoWorker("no engine was handed in".to_owned()))))
    }

    /// A service that has not begun, and how what looks into files is started. Large files wait below `data`.
    pub fn started_by(settings: Settings, data: &std::path::Path, start: Start) -> Self {
        let folder = data.join(FOLDER);
        let at_once = settings.workers.clamp(1, SCAN_PLACES);
        Self {
            settings,
            start,
            engines: Mutex::default(),
            places: Arc::new(Semaphore::new(SCAN_PLACES)),
            at_once: Arc::new(Semaphore::new(at_once)),
            room: Arc::new(SpoolRoom::new(folder.clone())),
            folder,
        }
    }

    /// What files are looked at with: limits, policy, workers.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Where files wait, for whoever receives them in another way than by [`Place::writer`].
    ///
    /// # Errors
    /// When the folder for large files cannot be made.
    pub fn room(&self) -> Result<&Arc<SpoolRoom>, Trouble> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let away = |error: std::io::Error| Trouble::StoreAway { detail: format!("the spool: {error}") };
        builder.create(&self.folder).map_err(away)?;
        Ok(&self.room)
    }

    /// The rules in force. Blocks while the engine is started, if nobody has needed it before.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn rules(&self) -> Result<Rules, ScanProblem> {
        self.engine().map(|engine| engine.rules())
    }

    /// Takes a place for one file, or for one form with files: to be had before the first byte is read.
    ///
    /// # Errors
    /// [`Trouble::Busy`] when all are taken.
    pub fn enter(self: &Arc<Self>) -> Result<Place, Trouble> {
        let busy = |_| Trouble::Busy { retry_after_seconds: BUSY_RETRY_SECONDS };
        let permit = Arc::clone(&self.places).try_acquire_owned().map_err(busy)?;
        Ok(Place { scans: Arc::clone(self), permit: Arc::new(permit) })
    }

    /// What looks into files at this moment, started if it is not.
    fn engine(&self) -> Result<Arc<dyn Engine>, ScanProblem> {
        // A start is one step: whoever panicked in it has left nothing half done.
        let mut engines = self.engines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(engines) = engines.as_ref() {
            return Ok(engines());
        }
        Ok(engines.insert((self.start)()?)())
    }

    /// Looks into a file on this thread.
    fn look(&self, name: &str, passwords: &[String], body: &Spool) -> (Arc<Inspection>, Rules) {
        let engine = match self.engine() {
            Ok(engine) => engine,
            Err(problem) => {
                error!(%problem, "files cannot be looked into");
                return (not_begun(name, body, String::new(), unavailable("worker")), Rules::default());
            }
        };
        let looked = match body.file().map(fs::File::try_clone) {
            Some(Ok(mut file)) => Upload::of_file(name, &mut file)
                .map_err(ScanProblem::Unreadable)
                .and_then(|upload| engine.look(&mut upload.with_passwords(passwords))),
            Some(Err(error)) => Err(ScanProblem::Unreadable(error)),
            None => match body.bytes() {
                Ok(bytes) => engine.look(&mut Upload::of_bytes(name, &bytes).with_passwords(passwords)),
                Err(error) => Err(ScanProblem::Unreadable(error)),
            },
        };
        // Asked after the file: signatures may have been renewed meanwhile.
        let rules = engine.rules();
        let inspection = looked.unwrap_or_else(|problem| {
            error!(%problem, "a file could not be looked into");
            let what = match problem {
                ScanProblem::NoWorker(_) => "worker",
                ScanProblem::Unreadable(_) => "spool",
            };
            not_begun(name, body, rules.id.clone(), unavailable(what))
        });
        (inspection, rules)
    }
}

fn unavailable(what: &str) -> Reason {
    Reason::Unavailable { what: what.to_owned() }
}

fn not_begun(name: &str, body: &Spool, rules: String, reason: Reason) -> Arc<Inspection> {
    Arc::new(Inspection::not_begun(name, body.size(), body.sha256().to_owned(), rules, reason))
}

/// A place in the service, given back when it is dropped and nothing is looked into any more.
#[derive(Debug, Clone)]
pub struct Place {
    scans: Arc<Scans>,
    permit: Arc<OwnedSemaphorePermit>,
}

impl Place {
    /// Begins to receive a file. What goes beyond the bound is counted and not kept; the file is then not inspected.
    ///
    /// # Errors
    /// When the folder for large files cannot be made.
    pub fn writer(&self) -> Result<SpoolWriter, Trouble> {
        Ok(self.scans.room()?.writer(self.scans.settings.limits.input_bytes))
    }

    /// Has a file looked into. Whoever stops waiting for it frees neither the place nor the worker before it is done: what has
    /// begun is bounded by its own time.
    pub async fn look(&self, file: Incoming) -> Looked {
        let Incoming { name, content_type, passwords, received } = file;
        let Received { size, sha256, body } = received;
        // The engine reads the boundary of a form out of its name.
        let form = content_type.filter(|kind| kind.to_ascii_lowercase().starts_with(FORM));
        let called = form.unwrap_or_else(|| name.clone());
        let missed = |reason: Reason| Looked {
            inspection: Arc::new(Inspection::not_begun(&name, size, sha256.clone(), String::new(), reason)),
            took: Duration::ZERO,
            rules: Rules::default(),
        };
        let body = match body {
            Ok(body) => body,
            Err(reason) => return missed(reason),
        };
        // The semaphore is never closed.
        let Ok(turn) = Arc::clone(&self.scans.at_once).acquire_owned().await else {
            return missed(unavailable("worker"));
        };
        let (scans, place) = (Arc::clone(&self.scans), Arc::clone(&self.permit));
        let looked = tokio::task::spawn_blocking(move || {
            let _held = (turn, place);
            let began = Instant::now();
            let (inspection, rules) = scans.look(&called, &passwords, &body);
            Looked { inspection, took: began.elapsed(), rules }
        });
        looked.await.unwrap_or_else(|error| {
            warn!(%error, "a reader ended unexpectedly");
            missed(Reason::ReaderCrashed)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use khien_inspect::{Context, Limit, NoRules, Verdict, inspect};

    use super::*;

    static STARTED: AtomicUsize = AtomicUsize::new(0);

    /// Looks in this process; what the file says it should do happens.
    struct Obedient(Settings);

    impl Engine for Obedient {
        fn rules(&self) -> Rules {
            Rules { id: "obedient".to_owned(), sources: vec![] }
        }

        fn look(&self, upload: &mut Upload<'_>) -> Result<Arc<Inspection>, ScanProblem> {
            match upload.name {
                "panic" => panic!("a mistake in a reader"),
                "away" => return Err(ScanProblem::NoWorker("none".to_owned())),
                "slow" => std::thread::sleep(Duration::from_millis(300)),
                _ => {}
            }
            let none = NoRules;
            let context =
                Context { rules: &none, limits: &self.0.limits, policy: &self.0.policy, passwords: upload.passwords };
            Ok(Arc::new(inspect(upload.name, b"text\n", &context)))
        }
    }

    fn obedient(settings: &Settings) -> Engines {
        let engine: Arc<dyn Engine> = Arc::new(Obedient(settings.clone()));
        Box::new(move || Arc::clone(&engine))
    }

    fn start(settings: &Settings) -> Start {
        let settings = settings.clone();
        Box::new(move || {
            if STARTED.fetch_add(1, Ordering::SeqCst) == 0 {
                return Err(ScanProblem::NoWorker("the first start fails".to_owned()));
            }
            Ok(obedient(&settings))
        })
    }

    async fn file(place: &Place, name: &str, bytes: &[u8]) -> Incoming {
        let mut writer = place.writer().expect("a spool");
        writer.write(bytes).await;
        Incoming { name: name.to_owned(), content_type: None, passwords: vec![], received: writer.finish().await }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whatever_happens_there_is_an_answer_and_never_a_clean_one_without_a_look() {
        let data = tempfile::tempdir().expect("a folder");
        let mut settings = Settings { workers: 1, ..Settings::default() };
        settings.limits.input_bytes = 5;
        let start = start(&settings);
        let scans = Arc::new(Scans::started_by(settings, data.path(), start));
        assert_eq!(STARTED.load(Ordering::SeqCst), 0, "nothing is started before it is needed");
        let place = scans.enter().expect("a place");
        let cases = [
            ("a.txt", "text\n", Some(unavailable("worker"))),
            ("a.txt", "text\n", None),
            ("panic", "text\n", Some(Reason::ReaderCrashed)),
            ("away", "text\n", Some(unavailable("worker"))),
            ("a.txt", "text\n+", Some(Reason::limit(Limit::InputBytes, 5))),
            ("a.txt", "text\n", None),
        ];
        for (name, text, reason) in cases {
            let looked = place.look(file(&place, name, text.as_bytes()).await).await;
            let verdict = if reason.is_some() { Verdict::NotInspected } else { Verdict::Clean };
            assert_eq!(looked.inspection.verdict, verdict, "{name} {text}");
            assert_eq!(looked.inspection.not_inspected().next().map(|(_, reason)| reason.clone()), reason);
            assert_eq!(looked.inspection.sha256.len(), 64);
        }
        assert_eq!(STARTED.load(Ordering::SeqCst), 2);
        assert_eq!(fs::read_dir(data.path().join(FOLDER)).expect("the spool").count(), 0);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn so_many_files_and_no_more() {
        let data = tempfile::tempdir().expect("a folder");
        let settings = Settings { workers: 2, ..Settings::default() };
        let within = settings.clone();
        let start: Start = Box::new(move || Ok(obedient(&within)));
        let scans = Arc::new(Scans::started_by(settings, data.path(), start));
        let mut places: Vec<Place> = (0..SCAN_PLACES).map(|_| scans.enter().expect("a place")).collect();
        assert_eq!(scans.enter().err(), Some(Trouble::Busy { retry_after_seconds: BUSY_RETRY_SECONDS }));
        places.truncate(1);
        assert!(scans.enter().is_ok());
        // Nobody waits for it any more, but it is still looked into: its place is taken until then.
        let place = places.pop().expect("the last");
        let slow = file(&place, "slow", b"text\n").await;
        assert!(tokio::time::timeout(Duration::from_millis(20), place.look(slow)).await.is_err());
        drop(place);
        assert_eq!(scans.places.available_permits(), SCAN_PLACES - 1);
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert_eq!(scans.places.available_permits(), SCAN_PLACES);
    }
}
