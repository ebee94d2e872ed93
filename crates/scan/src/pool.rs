//! The scanner: workers that are lent out, ended when they do not answer, and replaced.

use std::fmt;
use std::io::{self, BufReader, BufWriter, Write as _};
use std::process::{Child, ChildStdin, ChildStdout};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use khien_inspect::{Inspection, Limit, Reason};

use crate::cache::{Cache, Key};
use crate::clamd::{self, Clamd, Parts};
use crate::wire::{self, Answer, HandOver, Handed, Ready, Setup, Task};
use crate::worker::start::start;
use crate::{ClamdDetector, Settings, Upload};

/// Why there is no scanner, or a file could not be read.
#[derive(Debug)]
pub enum ScanProblem {
    /// A worker could not be started, or could not give up its rights; for a technician.
    NoWorker(String),
    /// The file could not be read.
    Unreadable(io::Error),
}

impl fmt::Display for ScanProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWorker(why) => write!(formatter, "no process to look into files: {why}"),
            Self::Unreadable(error) => write!(formatter, "the file cannot be read: {error}"),
        }
    }
}

impl std::error::Error for ScanProblem {}

/// Looks into files, in workers.
#[derive(Debug)]
pub struct Scanner {
    settings: Settings,
    rules: Vec<u8>,
    rules_id: String,
    /// What should look at files and cannot.
    missing: Vec<Reason>,
    clamd: Option<Clamd>,
    bench: Mutex<Bench>,
    returned: Condvar,
    cache: Mutex<Cache>,
}

/// The workers that wait for a file, and how many more may be started.
#[derive(Debug)]
struct Bench {
    idle: Vec<Worker>,
    unstarted: usize,
}

#[derive(Debug)]
struct Worker {
    child: Child,
    to: BufWriter<ChildStdin>,
    from: BufReader<ChildStdout>,
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is taken off the list of processes.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A lock whose holder panicked holds nothing half done here: each change is one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Scanner {
    /// A scanner with these rules, in the form that its workers load.
    ///
    /// # Errors
    ///
    /// When no worker can be started, loads the rules or gives up its rights.
    pub fn new(settings: Settings, rules: Vec<u8>) -> Result<Self, ScanProblem> {
        let (worker, rules_id) = Worker::new(&settings, &rules)?;
        let unstarted = settings.workers() - 1;
        let cache = Mutex::new(Cache::new(settings.remembered));
        let bench = Mutex::new(Bench { idle: vec![worker], unstarted });
        let returned = Condvar::new();
        Ok(Self { settings, rules, rules_id, missing: Vec::new(), clamd: None, bench, returned, cache })
    }

    /// The same with clamd as a further detector. When it does not answer, no file is clean.
    #[must_use]
    pub fn with_clamd(self, detector: ClamdDetector) -> Self {
        Self { clamd: Some(Clamd::new(detector)), ..self }
    }

    /// The same without what should look at files as well and cannot, each in a few words: no file is clean then, and says why.
    #[must_use]
    pub fn without(self, missing: Vec<String>) -> Self {
        Self { missing: missing.into_iter().map(|what| Reason::Unavailable { what }).collect(), ..self }
    }

    /// The id of all that looks at files: of the rules, and of the signatures of a further detector when it was asked last.
    pub fn rules_id(&self) -> String {
        self.clamd.as_ref().map_or_else(|| self.rules_id.clone(), |clamd| self.named(clamd.version().as_deref()))
    }

    /// What the further detector says of itself, `ClamAV 1.4.3/27800/Mon Nov 23 08:00:00 2026`, when it was asked last.
    pub fn clamd_version(&self) -> Option<String> {
        self.clamd.as_ref().and_then(Clamd::version)
    }

    /// What should look at files and cannot.
    pub fn missing(&self) -> &[Reason] {
        &self.missing
    }

    /// How long one file may take: the workers, and the further detector after them.
    pub fn time(&self) -> Duration {
        let further = self.clamd.as_ref().map_or(Duration::ZERO, |clamd| clamd.detector().time());
        self.settings.deadline().saturating_add(further)
    }

    fn named(&self, version: Option<&str>) -> String {
        format!("{}+{}", self.rules_id, clamd::short(version))
    }

    /// What the scanner goes by.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Looks into a file. Whatever becomes of the worker, there is an answer, and never a clean one without it.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or no worker can be started.
    pub fn scan(&self, upload: &mut Upload<'_>) -> Result<Arc<Inspection>, ScanProblem> {
        let sha256 = upload.sha256().map_err(ScanProblem::Unreadable)?;
        if upload.size() > self.settings.limits.input_bytes {
            let reason = Reason::limit(Limit::InputBytes, self.settings.limits.input_bytes);
            return Ok(Arc::new(self.without_missing(self.not_begun(upload, sha256, reason))));
        }
        let asking = self.clamd.as_ref().map(Clamd::ask);
        let version = asking.as_ref().and_then(|asking| asking.version.clone().ok());
        let key = Key {
            sha256,
            name: upload.name.to_owned(),
            passwords: upload.passwords.to_vec(),
            signatures: version.clone().unwrap_or_default(),
        };
        let holds = asking.as_ref().map(|_| clamd::REMEMBERED);
        // A detector that is away has a part in no verdict that is known.
        let is_away = asking.is_some() && version.is_none();
        if let Some(known) = lock(&self.cache).get(&key, holds).filter(|_| !is_away) {
            return Ok(known);
        }
        let Looked { mut inspection, parts, mut is_final } = self.look(upload, &key.sha256)?;
        if let Some(asking) = asking {
            inspection.rules = self.named(version.as_deref());
            let policy = &self.settings.policy;
            let (heard, is_whole) = asking.add(inspection, upload, &parts, policy).map_err(ScanProblem::Unreadable)?;
            (inspection, is_final) = (heard, is_final && is_whole);
        }
        let inspection = Arc::new(self.without_missing(inspection));
        if is_final {
            lock(&self.cache).put(key, &inspection);
        }
        Ok(inspection)
    }

    /// What a worker makes of a file.
    fn look(&self, upload: &mut Upload<'_>, sha256: &str) -> Result<Looked, ScanProblem> {
        let mut worker = self.lend()?;
        let hand_over = self.clamd.as_ref().map(|clamd| clamd.detector().hand_over());
        match worker.ask(upload, &self.settings, hand_over) {
            Exchange::Answered(inspection, parts) if inspection.sha256 == sha256 => {
                self.give_back(Some(worker));
                Ok(Looked { inspection: *inspection, parts, is_final: true })
            }
            Exchange::Answered(..) => {
                self.give_back(Some(worker));
                let changed = io::Error::other("the file changed while it was read");
                Err(ScanProblem::Unreadable(changed))
            }
            Exchange::Unreadable(error) => {
                self.give_back(None);
                Err(ScanProblem::Unreadable(error))
            }
            Exchange::Silent { after } => {
                self.give_back(None);
                let reason = after.map_or(Reason::ReaderCrashed, |seconds| Reason::limit(Limit::Seconds, seconds));
                let inspection = self.not_begun(upload, sha256.to_owned(), reason);
                Ok(Looked { inspection, parts: Parts::default(), is_final: false })
            }
        }
    }

    /// Says of the file what should have looked at it and could not.
    fn without_missing(&self, inspection: Inspection) -> Inspection {
        inspection.with(Vec::new(), self.missing.iter().map(|reason| (0, reason.clone())).collect())
    }

    fn not_begun(&self, upload: &Upload<'_>, sha256: String, reason: Reason) -> Inspection {
        Inspection::not_begun(upload.name, upload.size(), sha256, self.rules_id(), reason)
    }

    /// A worker that nobody else has: one that waits, a new one, or the next that comes back.
    fn lend(&self) -> Result<Worker, ScanProblem> {
        let mut bench = lock(&self.bench);
        loop {
            if let Some(worker) = bench.idle.pop() {
                return Ok(worker);
            }
            if bench.unstarted > 0 {
                bench.unstarted -= 1;
                drop(bench);
                return Worker::new(&self.settings, &self.rules).map(|(worker, _)| worker).inspect_err(|_| {
                    self.give_back(None);
                });
            }
            bench = self.returned.wait(bench).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes a worker back, or the right to start another one in its place.
    fn give_back(&self, worker: Option<Worker>) {
        let mut bench = lock(&self.bench);
        match worker {
            Some(worker) => bench.idle.push(worker),
            None => bench.unstarted += 1,
        }
        drop(bench);
        self.returned.notify_one();
    }
}

/// What is known of a file without further detectors.
struct Looked {
    inspection: Inspection,
    /// What they are to look at.
    parts: Parts,
    /// Whether it would come out the same again: a mistake of a reader may not.
    is_final: bool,
}

/// What became of a file that a worker was asked about.
enum Exchange {
    Answered(Box<Answer>, Parts),
    /// The file could not be read to its end: the worker waits for the rest in vain.
    Unreadable(io::Error),
    /// No answer, or none that can be understood.
    Silent {
        /// The time that was over, in seconds.
        after: Option<u64>,
    },
}

impl Worker {
    /// Starts a worker and tells it what to go by.
    fn new(settings: &Settings, rules: &[u8]) -> Result<(Self, String), ScanProblem> {
        let no_worker = |error: io::Error| ScanProblem::NoWorker(error.to_string());
        let mut child = start().map_err(no_worker)?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(ScanProblem::NoWorker("it has no pipes".to_owned()));
        };
        let mut worker = Self { child, to: BufWriter::new(to), from: BufReader::new(from) };
        let setup = Setup {
            limits: settings.limits.clone(),
            policy: settings.policy.clone(),
            processor_seconds: settings.processor_seconds,
            memory_bytes: settings.memory_bytes,
            rules_bytes: rules.len() as u64,
        };
        let told = wire::send(&mut worker.to, &setup)
            .and_then(|()| worker.to.write_all(rules))
            .and_then(|()| worker.to.flush());
        told.map_err(no_worker)?;
        match wire::receive(&mut worker.from).map_err(no_worker)? {
            Some(Ready::Begin { rules }) => Ok((worker, rules)),
            Some(Ready::Cannot(why)) => Err(ScanProblem::NoWorker(why)),
            None => Err(ScanProblem::NoWorker("it ended at once".to_owned())),
        }
    }

    /// Whether a worker that does not answer was ended because its time of the processor was over.
    fn out_of_time(&mut self) -> bool {
        // It has closed its end, so it is about to end if it has not.
        let _ = self.child.kill();
        #[cfg(target_os = "linux")]
        {
            use std::os::unix::process::ExitStatusExt as _;
            self.child.wait().is_ok_and(|status| status.signal() == Some(libc::SIGXCPU))
        }
        #[cfg(not(target_os = "linux"))]
        false
    }

    /// Hands a file over and waits for the answer; when the time is over the worker is ended.
    fn ask(&mut self, upload: &mut Upload<'_>, settings: &Settings, hand_over: Option<HandOver>) -> Exchange {
        let (name, passwords) = (upload.name.to_owned(), upload.passwords.to_vec());
        let task = Task { name, passwords, size: upload.size(), hand_over };
        let timed_out = AtomicBool::new(false);
        let (child, to, from) = (&mut self.child, &mut self.to, &mut self.from);
        let exchange = thread::scope(|scope| {
            let (done, is_done) = channel::<()>();
            let timed_out = &timed_out;
            scope.spawn(move || {
                if is_done.recv_timeout(settings.deadline()) == Err(RecvTimeoutError::Timeout) {
                    timed_out.store(true, Ordering::SeqCst);
                    // It may have ended in this moment; then there is nothing to end.
                    let _ = child.kill();
                }
            });
            let exchange = exchange(&task, upload, to, from);
            drop(done);
            exchange
        });
        match exchange {
            Exchange::Silent { .. } if timed_out.load(Ordering::SeqCst) => {
                Exchange::Silent { after: Some(settings.seconds) }
            }
            Exchange::Silent { .. } => {
                Exchange::Silent { after: self.out_of_time().then_some(settings.processor_seconds) }
            }
            other => other,
        }
    }
}

fn exchange(
    task: &Task,
    upload: &mut Upload<'_>,
    to: &mut BufWriter<ChildStdin>,
    from: &mut BufReader<ChildStdout>,
) -> Exchange {
    let silent = Exchange::Silent { after: None };
    if wire::send(to, task).is_err() {
        return silent;
    }
    let mut is_told = true;
    let read = upload.read(&mut |bytes| {
        // A worker that is gone takes no more; the file itself is in order.
        is_told = is_told && to.write_all(bytes).is_ok();
        Ok(())
    });
    if let Err(error) = read {
        return Exchange::Unreadable(error);
    }
    if !is_told || to.flush().is_err() {
        return silent;
    }
    match wire::receive::<Answer>(from) {
        Ok(Some(inspection)) => match parts(task.hand_over, from) {
            Ok(parts) => Exchange::Answered(Box::new(inspection), parts),
            Err(_) => silent,
        },
        Ok(None) | Err(_) => silent,
    }
}

/// What a worker hands back beside its answer.
fn parts(asked: Option<HandOver>, from: &mut BufReader<ChildStdout>) -> io::Result<Parts> {
    let Some(asked) = asked else { return Ok(Parts::default()) };
    let handed: Handed = wire::receive(from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    if !handed.is_within(asked) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "more is handed back than was asked for"));
    }
    let mut parts = Vec::new();
    for (node, size) in handed.parts {
        parts.push((node, wire::exactly(from, size)?));
    }
    Ok(Parts { parts, is_beyond: handed.is_beyond })
}
