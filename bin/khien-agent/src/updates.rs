//! What Windows Update says, kept for an hour: its search takes minutes on an old PC.
//!
//! The search runs beside the look that wanted it. A look waits for it for a while; what comes later is there for the next
//! one, and until then the answer before it is as good, within bounds.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use khien_model::{Gap, GapCode};
use khien_observe::windows::{MAX_UPDATE_DOCUMENT_BYTES, UpdateDocument, UpdateResults, UpdateSource};
use serde::{Deserialize, Serialize};

use crate::state::files;

/// The file of the state that keeps what was answered.
const FILE: &str = "updates.json";

/// The longest such file, in bytes: an answer and when it was asked for.
const MAX_FILE_BYTES: usize = MAX_UPDATE_DOCUMENT_BYTES + (4 << 10);

/// How long an answer is as good as a new one.
const FRESH: SignedDuration = SignedDuration::from_hours(1);

/// How long an answer is taken while a newer one is on its way.
const STILL_GOOD: SignedDuration = SignedDuration::from_hours(24);

/// How long a look waits for an answer: less than its areas may take.
const LOOK_WAITS: Duration = Duration::from_secs(15);

/// Asks and comes back, be it after minutes, with a document or with the reason why there is none.
pub(crate) type Question = Arc<dyn Fn() -> Result<UpdateDocument, Gap> + Send + Sync>;

/// What was answered, and when it was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    asked_at: Timestamp,
    outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Answered(UpdateDocument),
    Refused(Gap),
}

/// Windows Update, asked at most once an hour.
pub(crate) struct Updates {
    file: PathBuf,
    question: Question,
    waits: Duration,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    kept: Option<Kept>,
    /// Where the answer will come from to what is being asked.
    running: Option<Receiver<Kept>>,
}

impl Updates {
    /// Answers are kept in the state in `folder`, where that may be read and written.
    pub(crate) fn kept_in(folder: &Path, question: Question) -> Self {
        Self { file: folder.join(FILE), question, waits: LOOK_WAITS, inner: Mutex::default() }
    }

    /// Begins to ask, on a thread that keeps the answer when it comes.
    fn ask(&self, now: Timestamp) -> Result<Receiver<Kept>, Gap> {
        let (sender, receiver) = sync_channel(1);
        let (file, question) = (self.file.clone(), Arc::clone(&self.question));
        let ask = move || {
            let outcome = match question() {
                Ok(document) => Outcome::Answered(document),
                Err(gap) => Outcome::Refused(gap),
            };
            let kept = Kept { asked_at: now, outcome };
            if let Ok(bytes) = serde_json::to_vec(&kept) {
                // Whoever may not write there asks anew the next time.
                let _ = files::write(&file, &bytes);
            }
            // Nobody waits any more when the program ends.
            let _ = sender.send(kept);
        };
        let spawned = thread::Builder::new().name("windows-update".to_owned()).spawn(ask);
        spawned.map(|_| receiver).map_err(|error| Gap::with_detail(GapCode::ObserverFailed, error.to_string()))
    }
}

impl fmt::Debug for Updates {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Updates").field("file", &self.file).field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl UpdateSource for Updates {
    fn results(&self, now: Timestamp) -> Result<UpdateResults, Gap> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.kept.is_none() {
            inner.kept = read(&self.file);
        }
        match inner.running.as_ref().map(Receiver::try_recv) {
            Some(Ok(kept)) => *inner = Inner { kept: Some(kept), running: None },
            Some(Err(TryRecvError::Disconnected)) => inner.running = None,
            Some(Err(TryRecvError::Empty)) | None => {}
        }
        if let Some(kept) = inner.kept.as_ref().filter(|kept| kept.is_younger_than(FRESH, now)) {
            return kept.results();
        }
        let running = match inner.running.take() {
            Some(running) => running,
            None => self.ask(now)?,
        };
        match running.recv_timeout(self.waits) {
            Ok(kept) => inner.kept.insert(kept).results(),
            Err(RecvTimeoutError::Timeout) => {
                inner.running = Some(running);
                let still_good = inner.kept.as_ref().filter(|kept| kept.is_younger_than(STILL_GOOD, now));
                still_good.map_or_else(|| Err(still_searching()), Kept::results)
            }
            Err(RecvTimeoutError::Disconnected) => {
                Err(Gap::with_detail(GapCode::ObserverFailed, "the question to Windows Update ended without an answer"))
            }
        }
    }
}

impl Kept {
    /// Whether it was asked for that lately. A moment in the future is none: the clock was wrong then, or is now.
    fn is_younger_than(&self, age: SignedDuration, now: Timestamp) -> bool {
        let since = now.duration_since(self.asked_at);
        since >= SignedDuration::ZERO && since < age
    }

    fn results(&self) -> Result<UpdateResults, Gap> {
        match &self.outcome {
            Outcome::Answered(document) => Ok(document.clone().results()),
            Outcome::Refused(gap) => Err(gap.clone()),
        }
    }
}

fn still_searching() -> Gap {
    Gap::with_detail(GapCode::TimedOut, "Windows Update is still searching; its answer is taken at the next look")
}

/// What was kept. A file that is broken, or may not be read, is as good as none.
fn read(file: &Path) -> Option<Kept> {
    serde_json::from_slice(&files::read(file, MAX_FILE_BYTES).ok()??).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::Sender;

    use khien_observe::windows::{Answer, MissingUpdates};

    use super::*;

    fn document(day: f64) -> UpdateDocument {
        UpdateDocument {
            last_search_success: Answer::Value(Some(day)),
            last_installed: Answer::Value(None),
            missing: Answer::Value(MissingUpdates::default()),
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    /// The day that the answer speaks of, as the day of a month.
    fn day_of(results: &Result<UpdateResults, Gap>) -> i8 {
        let results = results.as_ref().expect("results");
        results.last_search_success.clone().expect("a moment").to_zoned(jiff::tz::TimeZone::UTC).day()
    }

    /// Answers at once, each time with the next day: 2, 3, … January 1970.
    fn at_once() -> (Question, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let question = move || {
            let number = u32::try_from(count.fetch_add(1, Ordering::SeqCst)).expect("few");
            Ok(document(25_570.0 + f64::from(number)))
        };
        (Arc::new(question), asked)
    }

    #[test]
    fn an_answer_is_kept_for_an_hour() {
        let folder = tempfile::tempdir().expect("a folder");
        let (question, asked) = at_once();
        let updates = || Updates::kept_in(folder.path(), Arc::clone(&question));
        let first = updates();
        for (now, day) in [
            ("2026-11-23T08:00:00Z", 2),
            ("2026-11-23T08:59:59Z", 2),
            ("2026-11-23T09:00:00Z", 3),
            // The clock was set back: what was kept is of the future.
            ("2026-11-23T08:30:00Z", 4),
        ] {
            assert_eq!(day_of(&first.results(at(now))), day, "{now}");
        }
        // Another run of the program finds it too.
        assert_eq!(day_of(&updates().results(at("2026-11-23T09:29:59Z"))), 4);
        assert_eq!(asked.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn a_broken_file_is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let (question, _) = at_once();
        let now = at("2026-11-23T08:00:00Z");
        let too_long = " ".repeat(MAX_FILE_BYTES + 1);
        for (number, broken) in ["", "{", "null", "{\"asked_at\": 1}", &too_long].into_iter().enumerate() {
            std::fs::write(folder.path().join(FILE), broken).expect("written");
            let updates = Updates::kept_in(folder.path(), Arc::clone(&question));
            assert_eq!(usize::try_from(day_of(&updates.results(now))).expect("a day"), number + 2);
        }
        assert!(read(&folder.path().join(FILE)).is_some(), "the last answer is kept");
    }

    #[test]
    fn a_refusal_is_kept_too() {
        let folder = tempfile::tempdir().expect("a folder");
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let gap = Gap::with_detail(GapCode::TimedOut, "no answer within 10 min");
        let refusal = gap.clone();
        let question: Question = Arc::new(move || {
            count.fetch_add(1, Ordering::SeqCst);
            Err(refusal.clone())
        });
        let updates = Updates::kept_in(folder.path(), question);
        for now in ["2026-11-23T08:00:00Z", "2026-11-23T08:30:00Z", "2026-11-23T09:30:00Z"] {
            assert_eq!(updates.results(at(now)).unwrap_err(), gap);
        }
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    /// Answers when it is told to.
    fn when_told() -> (Question, Sender<UpdateDocument>) {
        let (sender, receiver) = std::sync::mpsc::channel();
        let receiver = Mutex::new(receiver);
        (Arc::new(move || Ok(receiver.lock().expect("whole").recv().expect("told"))), sender)
    }

    #[test]
    fn a_slow_answer_is_there_for_the_next_look() {
        let folder = tempfile::tempdir().expect("a folder");
        let (question, tell) = when_told();
        let mut updates = Updates::kept_in(folder.path(), question);
        updates.waits = Duration::ZERO;
        let slow = |now| updates.results(at(now)).unwrap_err();
        assert_eq!(slow("2026-11-23T08:00:00Z"), still_searching());
        assert_eq!(slow("2026-11-23T08:15:00Z"), still_searching());
        tell.send(document(25_570.0)).expect("asked");
        updates.waits = Duration::from_mins(1);
        assert_eq!(day_of(&updates.results(at("2026-11-23T08:30:00Z"))), 2);
        // It counts from when it was asked for. While the next one is on its way it is as good for a while.
        updates.waits = Duration::ZERO;
        for now in ["2026-11-24T07:30:00Z", "2026-11-24T07:59:59Z"] {
            assert_eq!(day_of(&updates.results(at(now))), 2, "{now}");
        }
        assert_eq!(updates.results(at("2026-11-24T08:00:00Z")).unwrap_err(), still_searching());
        tell.send(document(25_571.0)).expect("asked");
        updates.waits = Duration::from_mins(1);
        assert_eq!(day_of(&updates.results(at("2026-11-24T08:15:00Z"))), 3);
    }

    #[test]
    fn a_state_that_cannot_be_written_costs_nothing_but_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let (question, asked) = at_once();
        let updates = Updates::kept_in(&folder.path().join("missing"), question);
        for now in ["2026-11-23T08:00:00Z", "2026-11-23T08:30:00Z"] {
            assert_eq!(day_of(&updates.results(at(now))), 2, "{now}");
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}
