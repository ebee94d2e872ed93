//! What the server does by itself: judging what time changes, forgetting what is old, sending digests.
//!
//! Each kind of work is one job in the store that comes again and again. A server takes a job for a while; when it dies,
//! another one takes it over. So every job may run twice and does no harm by it.

use std::pin::Pin;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use khien_store::jobs::{self, Job};
use khien_store::sweep::sweep;
use khien_store::{Actor, StoreError, retention, tally};
use serde_json::json;
use tokio::sync::watch;
use tracing::{info, warn};

use crate::accounts::job as accounts;
use crate::accounts::reminders as password_reminders;
use crate::admin::reminders::job as digest;
use crate::advisories::job as advisories;
use crate::cases::job as cases;
use crate::documents::job as documents;
use crate::duties::job as duties;
use crate::gates::job as gates;
use crate::metrics;
use crate::scans::job as scans;
use crate::state::AppState;
use crate::tickets::job as tickets;
use crate::trouble::Trouble;

/// How often it is looked for a job.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long a job is taken for: longer than any takes, shorter than anybody waits for another server.
const HOLD: SignedDuration = SignedDuration::from_mins(5);
/// The same for work that waits for others.
const HOLD_WAITING: SignedDuration = SignedDuration::from_mins(15);
/// The longest wait after a failure: work that comes again is tried again within the hour.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);
/// How many subjects one sweep judges at most; what is left is for the next.
const MAX_SWEPT: usize = 20_000;

/// What a job does, and how it says what it did.
type Run = fn(AppState, Timestamp) -> Pin<Box<dyn Future<Output = Result<String, Trouble>> + Send>>;

/// Who works: what waits for others (a directory that is slow, a feed) holds up nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// For work of our own.
    Own,
    /// For work that waits for others.
    Waiting,
}

impl Lane {
    const fn hold(self) -> SignedDuration {
        match self {
            Self::Own => HOLD,
            Self::Waiting => HOLD_WAITING,
        }
    }
}

/// Work that comes again and again.
struct Periodic {
    kind: &'static str,
    lane: Lane,
    every: SignedDuration,
    run: Run,
}

/// Every kind of work.
const PERIODIC: &[Periodic] = &[
    Periodic {
        kind: "sweep",
        lane: Lane::Own,
        every: SignedDuration::from_mins(1),
        run: |state, now| Box::pin(swept(state, now)),
    },
    Periodic {
        kind: "retention",
        lane: Lane::Own,
        every: SignedDuration::from_hours(24),
        run: |state, now| Box::pin(forgotten(state, now)),
    },
    Periodic {
        kind: digest::KIND,
        lane: Lane::Own,
        every: SignedDuration::from_mins(5),
        run: |state, now| Box::pin(digest::run(state, now)),
    },
    Periodic {
        kind: duties::KIND,
        lane: Lane::Own,
        every: SignedDuration::from_mins(15),
        run: |state, now| Box::pin(duties::run(state, now)),
    },
    Periodic {
        kind: tickets::KIND,
        lane: Lane::Own,
        every: SignedDuration::from_mins(2),
        run: |state, now| Box::pin(tickets::run(state, now)),
    },
    Periodic {
        kind: documents::KIND,
        lane: Lane::Own,
        every: SignedDuration::from_mins(15),
        run: |state, now| Box::pin(documents::run(state, now)),
    },
    Periodic {
        kind: cases::KIND,
        lane: Lane::Own,
        every: SignedDuration::from_mins(10),
        run: |state, now| Box::pin(cases::run(state, now)),
    },
    Periodic {
        kind: accounts::READING,
        lane: Lane::Waiting,
        every: SignedDuration::from_mins(1),
        run: |state, now| Box::pin(accounts::read(state, now)),
    },
    Periodic {
        kind: accounts::FOLLOWING,
        lane: Lane::Own,
        every: SignedDuration::from_mins(30),
        run: |state, now| Box::pin(accounts::follow(state, now)),
    },
    Periodic {
        kind: advisories::READING,
        lane: Lane::Waiting,
        every: SignedDuration::from_mins(1),
        run: |state, now| Box::pin(advisories::read(state, now)),
    },
    Periodic {
        kind: advisories::FOLLOWING,
        lane: Lane::Own,
        every: SignedDuration::from_mins(5),
        run: |state, now| Box::pin(advisories::follow(state, now)),
    },
    Periodic {
        kind: scans::KIND,
        lane: Lane::Own,
        every: SignedDuration::from_hours(1),
        run: |state, now| Box::pin(scans::run(state, now)),
    },
    Periodic {
        kind: gates::KIND,
        lane: Lane::Own,
        every: SignedDuration::from_mins(1),
        run: |state, now| Box::pin(gates::run(state, now)),
    },
    Periodic {
        kind: password_reminders::KIND,
        lane: Lane::Waiting,
        every: SignedDuration::from_mins(15),
        run: |state, now| Box::pin(password_reminders::run(state, now)),
    },
];

/// Works off the jobs of a lane until told to stop.
pub(crate) async fn work(state: AppState, lane: Lane, mut stopped: watch::Receiver<bool>) {
    let mut planned = false;
    loop {
        let now = (state.clock)();
        if !planned {
            planned = match plan(&state, lane, now).await {
                Ok(()) => true,
                Err(error) => {
                    warn!(%error, "jobs cannot be planned");
                    false
                }
            };
        }
        // One after the other as long as there are any: a job that is due does not wait for the clock.
        while planned && !*stopped.borrow() && one(&state, lane).await {}
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Puts every kind of work of a lane on the list that is not there yet.
async fn plan(state: &AppState, lane: Lane, now: Timestamp) -> Result<(), StoreError> {
    let mut change = state.store.begin(Actor::System, now).await?;
    for periodic in PERIODIC.iter().filter(|periodic| periodic.lane == lane) {
        jobs::add(&mut change, periodic.kind, "", &json!({}), now).await?;
    }
    change.commit().await
}

/// Does one job, if there is one. Whether there was.
async fn one(state: &AppState, lane: Lane) -> bool {
    match take(state, lane).await {
        Ok(Some(job)) => {
            carry_out(state, &job).await;
            true
        }
        Ok(None) => false,
        Err(error) => {
            warn!(%error, "no job can be taken");
            false
        }
    }
}

async fn take(state: &AppState, lane: Lane) -> Result<Option<Job>, StoreError> {
    let kinds: Vec<&str> =
        PERIODIC.iter().filter(|periodic| periodic.lane == lane).map(|periodic| periodic.kind).collect();
    let mut change = state.store.begin(Actor::System, (state.clock)()).await?;
    let job = jobs::take(&mut change, &kinds, &state.server, lane.hold()).await?;
    if job.is_some() {
        change.commit().await?;
    }
    Ok(job)
}

async fn carry_out(state: &AppState, job: &Job) {
    let Some(periodic) = PERIODIC.iter().find(|periodic| periodic.kind == job.kind) else { return };
    let outcome = (periodic.run)(state.clone(), (state.clock)()).await;
    let word = if outcome.is_ok() { "done" } else { "failed" };
    state.metrics.jobs.get_or_create(&metrics::Job { kind: job.kind.clone(), outcome: word }).inc();
    match &outcome {
        Ok(what) => info!(job = periodic.kind, what, "a job is done"),
        Err(trouble) => warn!(job = periodic.kind, %trouble, "a job has failed"),
    }
    if let Err(error) = note(state, job, periodic, outcome).await {
        // It stays taken until its time is over, and is then done again.
        warn!(job = periodic.kind, %error, "what became of a job cannot be noted");
    }
}

async fn note(
    state: &AppState,
    job: &Job,
    periodic: &Periodic,
    outcome: Result<String, Trouble>,
) -> Result<(), StoreError> {
    let now = (state.clock)();
    let mut change = state.store.begin(Actor::System, now).await?;
    match outcome {
        Ok(_) => {
            let next = now.checked_add(periodic.every).unwrap_or(Timestamp::MAX);
            jobs::again(&mut change, &job.id, &state.server, next).await?;
        }
        Err(trouble) => {
            let wait = jobs::wait(job.attempts).min(LONGEST_WAIT);
            let next = now.checked_add(wait).unwrap_or(Timestamp::MAX);
            jobs::put_off(&mut change, job, &state.server, next, &trouble.to_string()).await?;
        }
    }
    change.commit().await
}

/// Judges what time alone has changed, and counts for the metrics.
async fn swept(state: AppState, now: Timestamp) -> Result<String, Trouble> {
    let started = Instant::now();
    let swept = sweep(&state.store, now, MAX_SWEPT).await?;
    state.metrics.sweep_seconds.set(started.elapsed().as_secs_f64());
    let mut total = [0_u64; 4];
    for counted in tally::all(&state.store).await? {
        let counts = counted.counts;
        for (sum, count) in total.iter_mut().zip([counts.pass, counts.fail, counts.unknown, counts.exempt]) {
            *sum += count;
        }
    }
    for (name, count) in ["pass", "fail", "unknown", "exempt"].into_iter().zip(total) {
        let gauge = state.metrics.findings.get_or_create(&metrics::OfState { state: name }).clone();
        gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
    }
    Ok(format!("{} judged, {} changed", swept.judged, swept.changed))
}

/// Forgets what the settings keep no longer. What was cut short goes on tomorrow.
async fn forgotten(state: AppState, now: Timestamp) -> Result<String, Trouble> {
    let forgotten = retention::forget(&state.store, now).await?;
    let rows = forgotten.rows.iter().map(|(table, rows)| format!("{rows} of {table}")).collect::<Vec<_>>();
    Ok(if rows.is_empty() { "nothing is old enough".to_owned() } else { format!("forgot {}", rows.join(", ")) })
}
