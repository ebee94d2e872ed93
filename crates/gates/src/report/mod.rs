//! Telling the server what became of files: a gate never waits for it.
//!
//! ```text
//! gate ──record──▶ channel ──▶ keeper: spool on the disk ──▶ teller: reports over TLS ──▶ server
//!          └ full: counted as lost        └ full: counted as lost       └ away: waits and tries again
//! ```

mod client;
mod spool;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use khien_inspect::Verdict;
use khien_protocol::{
    GateAsked, GateEntry, GateFile, GatePolicySaid, GateReport, GateRules, GateVerdict, MAX_GATE_ENTRIES,
    MAX_GATE_TEXT, NotInspectedSaid, SuspiciousSaid,
};
use ring::rand::{SecureRandom as _, SystemRandom};

use self::client::Refused;
pub use self::client::{Client, ClientProblem};
pub use self::spool::MAX_SPOOL_BYTES;
use self::spool::Spool;
use crate::{Action, Event, GatePolicy, NotInspected};

/// How many entries wait in memory until they are on the disk.
const IN_MEMORY: usize = 4096;
/// How long entries are gathered before they go to the disk together.
const GATHERED: Duration = Duration::from_millis(200);
/// How long entries are gathered before they are sent together.
const SENT_EVERY: Duration = Duration::from_secs(5);
/// How often the gate says that it is there, whether files came or not.
const HEARD_EVERY: Duration = Duration::from_mins(1);
/// How long the teller waits after a failure, at most.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// What a gate says of itself.
pub struct About {
    /// The program and its version.
    pub program: String,
    /// How it is asked: its token must be for that.
    pub protocol: GateAsked,
    /// What it does with each verdict.
    pub policy: GatePolicy,
    /// Its rules of this moment: they may change while it runs.
    pub rules: Box<dyn Fn() -> GateRules + Send>,
}

impl std::fmt::Debug for About {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("About")
            .field("program", &self.program)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

/// What the gate and the two threads share.
struct Shared {
    spool: Mutex<Spool>,
    /// Entries that found no room in memory.
    lost: AtomicU64,
    ends: AtomicBool,
    clock: fn() -> Timestamp,
}

impl Shared {
    fn spool(&self) -> MutexGuard<'_, Spool> {
        // Whoever panicked while holding it left whole entries: each step of the spool is one write.
        self.spool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ends(&self) -> bool {
        self.ends.load(Ordering::Relaxed)
    }
}

/// Tells the server. Dropped, it tries once more to send what waits; the rest stays on the disk.
pub struct Reporter {
    shared: Arc<Shared>,
    entries: Option<SyncSender<GateEntry>>,
    threads: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Reporter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Reporter").finish_non_exhaustive()
    }
}

impl Reporter {
    /// Begins to tell `client` what [`record`](Self::record) is told. What waits lies in `folder`.
    ///
    /// # Errors
    ///
    /// When the folder cannot be used, or the system gives no thread or random numbers.
    pub fn start(client: Client, folder: &Path, about: About, clock: fn() -> Timestamp) -> io::Result<Self> {
        let spool = Spool::open(folder, &fresh_stream()?, MAX_SPOOL_BYTES)?;
        let shared =
            Arc::new(Shared { spool: Mutex::new(spool), lost: AtomicU64::new(0), ends: AtomicBool::new(false), clock });
        let (entries, come) = sync_channel(IN_MEMORY);
        let (keeping, telling) = (Arc::clone(&shared), Arc::clone(&shared));
        let keeper = thread::Builder::new().name("report-keeper".into()).spawn(move || keep(&keeping, &come))?;
        let mut teller = Teller { shared: telling, client, about, most: MAX_GATE_ENTRIES, said: None };
        let teller = thread::Builder::new().name("report-teller".into()).spawn(move || teller.tell())?;
        Ok(Self { shared, entries: Some(entries), threads: vec![keeper, teller] })
    }

    /// Takes an event. It never waits: what finds no room is counted as lost.
    pub fn record(&self, event: &Event) {
        let entry = GateEntry::File(file_of(event));
        if self.entries.as_ref().is_none_or(|entries| entries.try_send(entry).is_err()) {
            self.shared.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        // The keeper ends when nobody can tell it anything any more; the teller when the keeper has.
        self.entries = None;
        let mut threads = self.threads.drain(..);
        if let Some(keeper) = threads.next() {
            let _ = keeper.join();
        }
        self.shared.ends.store(true, Ordering::Relaxed);
        for thread in threads {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

fn fresh_stream() -> io::Result<String> {
    let mut bytes = [0_u8; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| io::Error::other("the system gives no random numbers"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn file_of(event: &Event) -> GateFile {
    let cut = |text: &str| text.chars().take(MAX_GATE_TEXT).collect::<String>();
    GateFile {
        at: event.at,
        client: event.client.as_deref().map(cut),
        name: cut(&event.name),
        size: event.size,
        sha256: event.sha256.clone(),
        rules: cut(&event.rules),
        verdict: match event.verdict {
            Verdict::Clean => GateVerdict::Clean,
            Verdict::Suspicious => GateVerdict::Suspicious,
            Verdict::NotInspected => GateVerdict::NotInspected,
            Verdict::Blocked => GateVerdict::Blocked,
        },
        passed: event.passed,
        reason: event.reason.as_deref().map(cut),
        milliseconds: u64::try_from(event.took.as_millis()).unwrap_or(u64::MAX),
    }
}

/// Brings what comes to the disk, until nothing can come any more.
fn keep(shared: &Shared, come: &Receiver<GateEntry>) {
    let mut complained = false;
    loop {
        let mut entries = Vec::new();
        let is_over = match come.recv_timeout(SENT_EVERY) {
            Ok(entry) => {
                entries.push(entry);
                gather(come, &mut entries)
            }
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => true,
        };
        let mut spool = shared.spool();
        spool.lose(shared.lost.swap(0, Ordering::Relaxed));
        let kept = spool.keep(&entries, (shared.clock)());
        drop(spool);
        if let (Err(error), false) = (&kept, complained) {
            tracing::error!(%error, "what became of files cannot be kept for the server; it is counted as lost");
        }
        complained = kept.is_err();
        if is_over {
            return;
        }
    }
}

/// Gathers what comes within a short time. Whether nothing can come any more.
fn gather(come: &Receiver<GateEntry>, entries: &mut Vec<GateEntry>) -> bool {
    let began = Instant::now();
    while entries.len() < IN_MEMORY {
        let left = GATHERED.saturating_sub(began.elapsed());
        match come.recv_timeout(left) {
            Ok(entry) => entries.push(entry),
            Err(RecvTimeoutError::Timeout) => return false,
            Err(RecvTimeoutError::Disconnected) => return true,
        }
    }
    false
}

/// Sends what lies in the spool.
struct Teller {
    shared: Arc<Shared>,
    client: Client,
    about: About,
    /// How many entries are sent at once: fewer after the server would not take so many.
    most: usize,
    /// What became of the last report: taken, or why not; nothing before the first one.
    said: Option<Result<(), String>>,
}

impl Teller {
    fn tell(&mut self) {
        let mut wait = Duration::ZERO;
        let mut failures = 0_u32;
        let mut heard: Option<Instant> = None;
        loop {
            let began = Instant::now();
            while began.elapsed() < wait && !self.shared.ends() {
                thread::park_timeout(wait.saturating_sub(began.elapsed()));
            }
            let is_last = self.shared.ends();
            let is_due = heard.is_none_or(|heard| heard.elapsed() >= HEARD_EVERY);
            if is_due || self.shared.spool().waiting() > 0 {
                match self.once() {
                    Ok(()) => (heard, failures) = (Some(Instant::now()), 0),
                    Err(()) => failures = failures.saturating_add(1),
                }
            }
            let more = failures == 0 && self.shared.spool().waiting() >= self.most as u64;
            if is_last && !more {
                return;
            }
            wait = if more { Duration::ZERO } else { (SENT_EVERY * (1 << failures.min(4))).min(LONGEST_WAIT) };
        }
    }

    /// Sends one report.
    fn once(&mut self) -> Result<(), ()> {
        let spool = self.shared.spool();
        let entries = spool.waiting_entries(self.most);
        let (stream, first) = (spool.stream().to_owned(), spool.first());
        drop(spool);
        let entries = entries.map_err(|error| {
            tracing::error!(%error, "what waits for the server cannot be read");
        })?;
        let count = entries.len();
        let report = GateReport {
            program: self.about.program.clone(),
            protocol: Some(self.about.protocol),
            stream,
            policy: said(self.about.policy),
            rules: (self.about.rules)(),
            first,
            entries,
        };
        match self.client.send(&report) {
            Ok(taken) => {
                self.note(Ok(()));
                self.most = MAX_GATE_ENTRIES.min(self.most.saturating_mul(2));
                self.done(taken.taken)
            }
            // What the server will never take must not keep everything after it: it counts the gap.
            Err(Refused::Never(detail)) if count <= 1 => {
                tracing::error!(detail, "the server refuses an entry; it is given up");
                self.done(first.saturating_add(count as u64).saturating_sub(1))
            }
            Err(Refused::Never(_)) => {
                self.most = (count / 2).max(1);
                Ok(())
            }
            Err(Refused::NotNow(detail)) => {
                self.note(Err(detail));
                Err(())
            }
        }
    }

    fn done(&self, taken: u64) -> Result<(), ()> {
        self.shared.spool().taken(taken).map_err(|error| {
            tracing::error!(%error, "it cannot be noted what the server has taken");
        })
    }

    /// Says that the server takes reports, or why it does not, when that has changed: a wrong token is told too when the server
    /// could not be reached before.
    fn note(&mut self, now: Result<(), String>) {
        let before = self.said.replace(now.clone());
        if before.as_ref() == Some(&now) {
            return;
        }
        match now {
            Ok(()) => tracing::info!("the server takes reports"),
            Err(detail) => {
                let waiting = self.shared.spool().waiting();
                tracing::warn!(detail, waiting, "the server takes no reports; what becomes of files waits on the disk");
            }
        }
    }
}

fn said(policy: GatePolicy) -> GatePolicySaid {
    GatePolicySaid {
        suspicious: match policy.suspicious {
            Action::Pass => SuspiciousSaid::Pass,
            Action::Block => SuspiciousSaid::Block,
        },
        not_inspected: match policy.not_inspected {
            NotInspected::Block => NotInspectedSaid::Block,
            NotInspected::Tell => NotInspectedSaid::Tell,
            NotInspected::Pass => NotInspectedSaid::Pass,
        },
    }
}

/// Where what waits lies unless somebody says otherwise: the folder that the system gives a service, or the user's own state.
pub fn usual_folder(gate: &str) -> Option<PathBuf> {
    let of = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = of("STATE_DIRECTORY").or_else(|| Some(of("XDG_STATE_HOME")?.join("khien")));
    let home = || Some(of("HOME")?.join(".local/state/khien"));
    let tame = |letter: char| if letter.is_alphanumeric() || "-_".contains(letter) { letter } else { '_' };
    let name: String = gate.chars().map(tame).collect();
    Some(state.or_else(home)?.join("gates").join(name))
}
