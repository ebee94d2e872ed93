//! Reporting once, and reporting until told to stop.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use khien_protocol::{Report, SigningKey};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::client::{Client, Clock};
use crate::deliver::{Told, deliver, fetch_directive};
use crate::settings::Settings;
use crate::state::{Contact, Enrolment, State, Trouble};
use crate::{Bilingual, Problem, authority, collect, texts};

/// The shortest time between two looks, whatever the server asks for.
const SHORTEST_PERIOD: Duration = Duration::from_secs(10);

/// The longest time between two looks, whatever the server asks for.
const LONGEST_PERIOD: Duration = Duration::from_hours(24);

/// How long to wait after the first failure; each further one doubles it.
const FIRST_BACK_OFF: Duration = Duration::from_secs(30);

/// How long to wait at most between two attempts.
const LONGEST_BACK_OFF: Duration = Duration::from_hours(1);

/// Machines that are switched on together do not report together: the first look is put off by up to this.
const START_SPREAD: Duration = Duration::from_mins(1);

/// A period is made longer or shorter by up to this share of itself.
const JITTER_SHARE: f64 = 0.1;

/// How the service runs.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions {
    /// By up to how much the first look is put off.
    pub start_spread: Duration,
    /// How long to wait after the first failure.
    pub first_back_off: Duration,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self { start_spread: START_SPREAD, first_back_off: FIRST_BACK_OFF }
    }
}

/// What one round of reporting came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// How many reports the server took.
    pub reports: usize,
    /// How long until the next one is wanted.
    pub next_after: Duration,
}

/// Tells a running service to end. Clones tell the same service.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    told: Arc<(Mutex<bool>, Condvar)>,
}

impl Stop {
    /// Tells the service to end: at once when it waits, otherwise after what it is doing.
    pub fn stop(&self) {
        let (told, changed) = &*self.told;
        *told.lock().unwrap_or_else(PoisonError::into_inner) = true;
        changed.notify_all();
    }

    /// Whether it was told to end.
    pub fn is_stopped(&self) -> bool {
        *self.told.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for this long, or until it is told to end; says which.
    pub(crate) fn wait(&self, time: Duration) -> bool {
        let (told, changed) = &*self.told;
        let told = told.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = changed.wait_timeout_while(told, time, |told| !*told);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// A clock that says `now` at first and goes on from there.
pub(crate) fn since(now: Timestamp) -> impl Fn() -> Timestamp {
    let started = Instant::now();
    move || {
        let passed = SignedDuration::try_from(started.elapsed()).unwrap_or_default();
        now.saturating_add(passed).unwrap_or(now)
    }
}

/// Looks at the machine, and delivers everything that waits.
///
/// When the server cannot be reached what was seen waits on the disk for the next time.
pub fn report_once(state: &State, now: Timestamp, say: &mut dyn FnMut(&Bilingual)) -> Result<Delivered, Problem> {
    let clock = since(now);
    let reporter = Reporter::of(state, &clock)?;
    reporter.look(say)?;
    reporter.deliver(say)
}

/// Looks and delivers again and again until told to stop. Trouble with the server is said and waited out.
pub fn run_loop(
    state: &State,
    options: &RunOptions,
    clock: &dyn Fn() -> Timestamp,
    stop: &Stop,
    say: &mut dyn FnMut(&Bilingual),
) -> Result<(), Problem> {
    let reporter = Reporter::of(state, clock)?;
    say(&texts::service_started(&reporter.enrolment));
    let mut next_look = Instant::now() + options.start_spread.mul_f64(random_share());
    let mut failures = 0;
    // What the server asks to be left alone for, while it refuses.
    let mut asked_for = Duration::ZERO;
    loop {
        let time = next_look.saturating_duration_since(Instant::now());
        let retry = back_off(options.first_back_off, failures).max(asked_for);
        let time = if failures > 0 { time.min(retry) } else { time };
        if stop.wait(time) {
            say(&texts::service_stopped());
            return Ok(());
        }
        let is_due = Instant::now() >= next_look;
        let round = if is_due { reporter.look(say) } else { Ok(()) }.and_then(|()| reporter.deliver(say));
        let period = match round {
            Ok(delivered) => {
                failures = 0;
                delivered.next_after
            }
            Err(problem) => {
                failures += 1;
                asked_for = pause_of(&problem);
                say(&problem.message());
                reporter.period()
            }
        };
        if is_due {
            next_look = Instant::now() + with_jitter(period);
        }
    }
}

/// One device that reports.
struct Reporter<'a> {
    state: &'a State,
    enrolment: Enrolment,
    key: SigningKey,
    authority: rustls::pki_types::CertificateDer<'static>,
    looker: collect::Looker,
    clock: Clock<'a>,
}

impl<'a> Reporter<'a> {
    fn of(state: &'a State, clock: Clock<'a>) -> Result<Self, Problem> {
        let not_enrolled = || Problem::NotEnrolled { state: state.folder().to_owned() };
        let enrolment = state.enrolment()?.ok_or_else(not_enrolled)?;
        let key = state.key()?.ok_or_else(not_enrolled)?;
        let authority = authority::of_pem(&state.authority_path(), &state.authority()?)?;
        let looker = collect::Looker::kept_in(state.folder());
        Ok(Self { state, enrolment, key, authority, looker, clock })
    }

    /// How often to report while the server says nothing else.
    fn period(&self) -> Duration {
        period_of(self.enrolment.report_every_seconds)
    }

    /// Looks at the machine and puts what changed into the spool.
    fn look(&self, say: &mut dyn FnMut(&Bilingual)) -> Result<(), Problem> {
        let now = (self.clock)();
        let settings = self.state.settings().unwrap_or_else(|problem| {
            say(&problem.message());
            Settings::CAUTIOUS
        });
        let mut facts = self.looker.look(settings, self.state.copies(), now);
        facts.agent = collect::agent(self.state, now);
        let whole = collect::report(&facts, now);
        let before = self.state.latest().unwrap_or_else(|problem| {
            // What the server lacks then is whole in this report.
            say(&problem.message());
            None
        });
        let pushed = self.state.spool()?.push(changed_since(&whole, before.as_ref()))?;
        if pushed.merged > 0 {
            say(&texts::spool_merged(pushed.merged, pushed.dropped));
        }
        // After the spool: what counts as known must be in the spool or at the server.
        if before.is_none_or(|before| before.digest() != whole.digest()) {
            self.state.set_latest(&whole)?;
        }
        Ok(())
    }

    /// Delivers everything that waits, then fetches the directive if there is a new one.
    fn deliver(&self, say: &mut dyn FnMut(&Bilingual)) -> Result<Delivered, Problem> {
        let client = Client::new(&self.enrolment.server, &self.authority, &self.key, self.state.counter(), self.clock);
        let outcome = deliver(self.state, &client, say).and_then(|told| {
            if let Some(id) = fetch_directive(self.state, &client, told.directive.as_ref())? {
                say(&texts::directive_fetched(&id));
            }
            Ok(told)
        });
        self.note(&outcome)?;
        let told = outcome?;
        let next_after = told.report_after_seconds.map_or(self.period(), period_of);
        Ok(Delivered { reports: told.reports, next_after })
    }

    /// Keeps for `status` how it went.
    fn note(&self, outcome: &Result<Told, Problem>) -> Result<(), Problem> {
        let at = (self.clock)();
        // A contact that cannot be read says nothing that is still needed.
        let before = self.state.contact().unwrap_or_default();
        let contact = match outcome {
            Ok(_) => Contact { delivered_at: Some(at), trouble: None },
            Err(problem) => Contact { trouble: Some(Trouble { at, message: problem.message() }), ..before },
        };
        self.state.set_contact(&contact)
    }
}

/// The report without the facts that stood in the one before.
fn changed_since(whole: &Report, before: Option<&Report>) -> Report {
    let mut report = whole.clone();
    for (name, area) in &mut report.areas {
        if before.and_then(|before| before.areas.get(name)).is_some_and(|known| known.hash == area.hash) {
            area.fact = None;
        }
    }
    report
}

fn period_of(seconds: u32) -> Duration {
    Duration::from_secs(u64::from(seconds)).clamp(SHORTEST_PERIOD, LONGEST_PERIOD)
}

/// How long to wait after so many failures in a row: twice as long after each, up to a bound, and never for all machines
/// the same.
fn back_off(first: Duration, failures: u32) -> Duration {
    let doubled = first.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(LONGEST_BACK_OFF);
    doubled.mul_f64(0.5 + random_share() / 2.0)
}

/// How long a server that refuses asks to be left alone, within our own bound.
fn pause_of(problem: &Problem) -> Duration {
    match problem {
        Problem::Refused(refusal) => {
            Duration::from_secs(refusal.retry_after_seconds.unwrap_or(0).into()).min(LONGEST_BACK_OFF)
        }
        _ => Duration::ZERO,
    }
}

fn with_jitter(period: Duration) -> Duration {
    period.mul_f64(1.0 + JITTER_SHARE * (2.0 * random_share() - 1.0))
}

/// A number from 0 to 1 that nobody can tell beforehand. Without random bytes it is in the middle: it only spreads load.
fn random_share() -> f64 {
    let mut bytes = [0; 2];
    match SystemRandom::new().fill(&mut bytes) {
        Ok(()) => f64::from(u16::from_be_bytes(bytes)) / f64::from(u16::MAX),
        Err(_) => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_ends_when_told() {
        let stop = Stop::default();
        assert!(!stop.wait(Duration::ZERO));
        let other = stop.clone();
        let started = Instant::now();
        let waiter = std::thread::spawn(move || other.wait(Duration::from_mins(1)));
        stop.stop();
        assert!(waiter.join().expect("it ends"));
        assert!(started.elapsed() < Duration::from_secs(30));
        assert!(stop.is_stopped() && stop.wait(Duration::from_mins(1)));
    }

    #[test]
    fn waits_grow_to_their_bound_and_differ() {
        let first = Duration::from_secs(30);
        for (failures, most) in [(1, 30), (2, 60), (3, 120), (7, 1920), (8, 3600), (40, 3600), (u32::MAX, 3600)] {
            let most = Duration::from_secs(most);
            for _ in 0..20 {
                let wait = back_off(first, failures);
                assert!(wait >= most / 2 && wait <= most, "{failures}: {wait:?}");
            }
        }
        let waits: std::collections::BTreeSet<Duration> = (0..20).map(|_| back_off(first, 8)).collect();
        assert!(waits.len() > 1);
    }

    #[test]
    fn a_server_that_asks_for_a_pause_gets_it_within_bounds() {
        let pause = |seconds| {
            let code = khien_protocol::RefusalCode::TooManyRequests;
            let refusal = khien_protocol::Refusal::with_retry(code, seconds, Timestamp::UNIX_EPOCH);
            pause_of(&Problem::Refused(Box::new(refusal)))
        };
        assert_eq!(pause(90), Duration::from_secs(90));
        assert_eq!(pause(u32::MAX), LONGEST_BACK_OFF);
        assert_eq!(pause_of(&Problem::NoticeNotAccepted), Duration::ZERO);
    }

    #[test]
    fn the_server_cannot_make_an_agent_hurry_or_sleep_for_ever() {
        assert_eq!(period_of(0), SHORTEST_PERIOD);
        assert_eq!(period_of(3600), Duration::from_hours(1));
        assert_eq!(period_of(u32::MAX), LONGEST_PERIOD);
        for _ in 0..20 {
            let period = with_jitter(Duration::from_secs(1000));
            assert!(period >= Duration::from_secs(899) && period <= Duration::from_secs(1101), "{period:?}");
        }
    }
}
