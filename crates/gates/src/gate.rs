//! One gate: has files looked into, decides, and writes down what became of each.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use khien_inspect::{Limit, Reason, Verdict};
use tokio::time::Instant;

use crate::{Answer, Decision, GateName, GatePolicy, Received, Scanner, SpoolRoom, Upload};

/// How long the scanner may take over one file, if the settings say nothing else.
const SCAN_TIME: Duration = Duration::from_mins(1);

/// Is told what became of each file.
pub trait Journal: Send + Sync {
    /// One file was decided about. The answer waits for this: what takes long belongs into a queue.
    fn record(&self, event: &Event);
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When it was decided.
    pub at: Timestamp,
    /// At which gate.
    pub gate: GateName,
    /// From where.
    pub client: Option<String>,
    /// What it is called.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// SHA-256, in lower-case hexadecimal digits.
    pub sha256: String,
    /// The rules that looked at it, or were in force when none could.
    pub rules: String,
    /// What is said of it.
    pub verdict: Verdict,
    /// Whether it went on.
    pub passed: bool,
    /// The id of what decided; nothing if it is clean.
    pub reason: Option<String>,
    /// How long it was looked into.
    pub took: Duration,
}

/// One gate, whatever is spoken at it.
pub struct Gate<S> {
    name: GateName,
    scanner: Arc<S>,
    policy: GatePolicy,
    room: Arc<SpoolRoom>,
    journal: Arc<dyn Journal>,
    clock: fn() -> Timestamp,
    scan_time: Duration,
}

impl<S> fmt::Debug for Gate<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Gate").field("name", &self.name).field("policy", &self.policy).finish_non_exhaustive()
    }
}

/// A file as a protocol received it.
pub(crate) struct Arrived {
    pub(crate) name: String,
    pub(crate) content_type: Option<String>,
    pub(crate) received: Received,
    pub(crate) client: Option<String>,
    /// Why it cannot be looked into as a whole, as far as the protocol tells.
    pub(crate) beyond: Vec<Reason>,
    /// Whether the answer can let it go on without calling it clean, if the policy wants that for what was not looked into.
    pub(crate) may_pass_unread: bool,
}

impl<S: Scanner> Gate<S> {
    /// A gate. The moments of its events come from `clock`.
    pub fn new(
        name: GateName,
        scanner: Arc<S>,
        policy: GatePolicy,
        room: Arc<SpoolRoom>,
        journal: Arc<dyn Journal>,
        clock: fn() -> Timestamp,
    ) -> Self {
        Self { name, scanner, policy, room, journal, clock, scan_time: SCAN_TIME }
    }

    /// With another time that the scanner may take over one file.
    #[must_use]
    pub fn with_scan_time(self, scan_time: Duration) -> Self {
        Self { scan_time, ..self }
    }

    /// What it does with each verdict.
    pub(crate) fn policy(&self) -> &GatePolicy {
        &self.policy
    }

    /// Where files wait.
    pub(crate) fn room(&self) -> &Arc<SpoolRoom> {
        &self.room
    }

    /// Names the rules in force.
    pub(crate) fn rules_id(&self) -> String {
        self.scanner.rules_id()
    }

    /// Has a file looked into and decides.
    pub(crate) async fn decide(&self, arrived: Arrived) -> Decision {
        let Arrived { name, content_type, received, client, beyond, may_pass_unread } = arrived;
        let began = Instant::now();
        let answer = match received.body {
            Ok(body) => {
                let (name, gate, client) = (name.clone(), self.name.clone(), client.clone());
                self.ask(Upload { name, content_type, body, gate, client }).await
            }
            Err(reason) => Answer::NotScanned(reason),
        };
        let mut decision = Decision::of(&name, &answer, &beyond, &self.policy);
        decision.passes &= may_pass_unread || decision.verdict != Verdict::NotInspected;
        let rules = match &answer {
            Answer::Inspected(inspection) => inspection.rules.clone(),
            Answer::NotScanned(_) => self.rules_id(),
        };
        let event = Event {
            at: (self.clock)(),
            gate: self.name.clone(),
            client,
            name,
            size: received.size,
            sha256: received.sha256,
            rules,
            verdict: decision.verdict,
            passed: decision.passes,
            reason: decision.reason.clone(),
            took: began.elapsed(),
        };
        self.journal.record(&event);
        decision
    }

    /// Asks the scanner: a scanner that panics or takes too long has not scanned.
    async fn ask(&self, upload: Upload) -> Answer {
        let scanner = Arc::clone(&self.scanner);
        let sha256 = upload.body.sha256().to_owned();
        let task = tokio::spawn(async move { scanner.scan(upload).await });
        let end = task.abort_handle();
        let guard = AbortOnDrop(end);
        let answer = tokio::time::timeout(self.scan_time, task).await;
        drop(guard);
        match answer {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                tracing::error!(%error, %sha256, gate = %self.name, "the scanner ended unexpectedly");
                Answer::NotScanned(Reason::ReaderCrashed)
            }
            Err(_) => {
                tracing::warn!(%sha256, gate = %self.name, "the scanner was not done in time");
                Answer::NotScanned(Reason::limit(Limit::Seconds, self.scan_time.as_secs()))
            }
        }
    }
}

/// Ends a scan for which nobody waits any more.
struct AbortOnDrop(tokio::task::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
