//! The service: enrols as planned, then reports until Windows stops it. What it has to say goes to the Event Log.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use khien_windows_calls::EventKind;

use super::SERVICE;
use crate::enrol::enrol_as_planned;
use crate::service::{RunOptions, Stop, run_loop};
use crate::state::State;
use crate::{Bilingual, Problem};

/// How often it is looked whether somebody has enrolled this machine.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// How long to wait after the first enrolment that failed; each further one doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(30);

/// How long to wait at most between two attempts to enrol.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// Runs as the service that Windows has just started this process for.
pub(crate) fn serve(state: PathBuf, clock: fn() -> Timestamp) -> Result<(), Problem> {
    // Without the right to be slower it is as fast as others.
    let _ = khien_windows_calls::lower_priority();
    let served = khien_windows_calls::run(SERVICE, move |on_stop| {
        let stop = Stop::default();
        let told = stop.clone();
        on_stop(Box::new(move || told.stop()));
        match work(&state, clock, &stop) {
            Ok(()) => true,
            Err(problem) => {
                write(EventKind::Error, &problem.message());
                false
            }
        }
    });
    served.map_err(|error| Problem::StateUnusable { path: SERVICE.into(), detail: error.to_string() })
}

fn work(folder: &Path, clock: fn() -> Timestamp, stop: &Stop) -> Result<(), Problem> {
    let mut say = |text: &Bilingual| write(EventKind::Information, text);
    let mut wait = FIRST_WAIT;
    let mut was_said = false;
    loop {
        match State::open(folder) {
            Ok(state) => return run_loop(&state, &RunOptions::default(), &clock, stop, &mut say),
            Err(Problem::NotEnrolled { .. }) => {}
            Err(problem) => return Err(problem),
        }
        let pause = match enrol_as_planned(folder, clock()) {
            // Who has just installed it wants to see that it works: the first report goes at once.
            Ok(Some(state)) => {
                let at_once = RunOptions { start_spread: Duration::ZERO, ..RunOptions::default() };
                return run_loop(&state, &at_once, &clock, stop, &mut say);
            }
            Ok(None) => {
                if !was_said {
                    write(EventKind::Warning, &Problem::NotEnrolled { state: folder.to_owned() }.message());
                    was_said = true;
                }
                LOOK_EVERY
            }
            Err(problem) => {
                write(EventKind::Warning, &problem.message());
                let pause = wait;
                wait = (wait * 2).min(LONGEST_WAIT);
                pause
            }
        };
        if stop.wait(pause) {
            return Ok(());
        }
    }
}

/// Writes to the Event Log. Where it is full or closed there is nobody else to tell.
fn write(kind: EventKind, text: &Bilingual) {
    let _ = khien_windows_calls::report(kind, &text.vi);
}
