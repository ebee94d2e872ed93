//! A ministry's worth of devices against every device control of today's directive, on all processors.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use jiff::Timestamp;
use khien_directive::Directive;
use khien_judge::{Counts, Judge};
use khien_model::{Exemptions, Organisation, SubjectKind};
use rayon::prelude::*;

use crate::devices;
use crate::figures::{Bounds, heading, note};

const DEVICES: u64 = 1_000_000;
const SECONDS_MAX: f64 = 10.0;

/// How many processors the bound is for.
const PROCESSORS: usize = 2;

/// How many devices a thread works on before it takes more.
const BATCH: u64 = 1_000;

/// The directive that is judged against.
const DIRECTIVE: &str = "thads-2026.yaml";

/// Judges all devices and says how long it took and how much memory was needed.
pub(crate) fn run(bounds: &Bounds) -> Result<(), String> {
    let now: Timestamp = "2026-11-22T08:00:00Z".parse().map_err(|error| format!("the moment of judgement: {error}"))?;
    let directive = directive()?;
    let (exemptions, organisation) = (Exemptions::default(), Organisation::default());
    let judge = Judge::new(&directive, &exemptions, &organisation, now);
    let controls = judge.controls_about(SubjectKind::Device);
    heading(&format!("judge: {DEVICES} devices × {controls} controls of {DIRECTIVE}, on {PROCESSORS} processors"));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(PROCESSORS).build().map_err(|error| error.to_string())?;

    let generating = pool.install(|| seconds(|| generate_all(now)));
    let before = peak_memory_mb()?;
    let mut sum = Counts::default();
    let cpu_before = cpu_seconds()?;
    let judging = pool.install(|| seconds(|| sum = judge_all(&judge, now)));
    let cpu = cpu_seconds()? - cpu_before;
    let after = peak_memory_mb()?;

    let wanted = DEVICES * controls as u64;
    if sum.total() != wanted {
        return Err(format!("{} findings instead of {wanted}", sum.total()));
    }
    let Counts { pass, fail, unknown, exempt } = sum;
    note(&format!("{pass} pass, {fail} fail, {unknown} unknown, {exempt} exempt"));
    note(&format!("making the devices alone takes {generating:.2} s of the wall time"));
    bounds.at_most("wall time, making the devices included", judging, SECONDS_MAX, "s");
    #[expect(clippy::cast_precision_loss, reason = "a figure is not exact to 15 digits")]
    let each = cpu * 1e9 / wanted as f64;
    // On a machine that does other work at the same time, the wall time is that of all the work.
    note(&format!("CPU time {cpu:.2} s, which is {each:.0} ns a finding"));
    note(&format!("peak memory of the process {after:.1} MB, {before:.1} MB before judging"));
    Ok(())
}

fn directive() -> Result<Directive, String> {
    let folder = Path::new("content/directives");
    let read = |name: &str| std::fs::read(folder.join(name)).map_err(|error| error.to_string());
    match khien_directive::load(DIRECTIVE, &read) {
        Ok(loaded) => Ok(loaded.directive),
        Err(mistakes) => Err(format!("{DIRECTIVE} has {} mistakes; see `khien directive check`", mistakes.len())),
    }
}

fn judge_all(judge: &Judge<'_>, now: Timestamp) -> Counts {
    let start = || (judge.empty_roll_up(), devices::template(now));
    let batches = (0..DEVICES / BATCH).into_par_iter().fold(start, |(mut roll_up, mut device), batch| {
        for number in batch * BATCH..(batch + 1) * BATCH {
            devices::vary(&mut device, number, now);
            judge.count(&device, &mut roll_up);
        }
        (roll_up, device)
    });
    batches.map(|(roll_up, _)| roll_up.everybody().into_iter().sum::<Counts>()).sum()
}

fn generate_all(now: Timestamp) {
    (0..DEVICES / BATCH).into_par_iter().for_each_init(
        || devices::template(now),
        |device, batch| {
            for number in batch * BATCH..(batch + 1) * BATCH {
                devices::vary(device, number, now);
                black_box(&*device);
            }
        },
    );
}

fn seconds(work: impl FnOnce()) -> f64 {
    let started = Instant::now();
    work();
    started.elapsed().as_secs_f64()
}

/// The most memory that this process ever held, as the kernel counted it.
fn peak_memory_mb() -> Result<f64, String> {
    let status = std::fs::read_to_string("/proc/self/status").map_err(|error| format!("/proc/self/status: {error}"))?;
    peak_memory_in(&status).ok_or_else(|| "/proc/self/status has no VmHWM".to_owned())
}

fn peak_memory_in(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024.0 / 1_000_000.0)
}

/// The CPU time of this process so far, its threads included.
pub(crate) fn cpu_seconds() -> Result<f64, String> {
    let stat = std::fs::read_to_string("/proc/self/stat").map_err(|error| format!("/proc/self/stat: {error}"))?;
    cpu_seconds_in(&stat).ok_or_else(|| "/proc/self/stat is not as expected".to_owned())
}

/// How many ticks `/proc` counts in a second, on every Linux of today.
const TICKS_PER_SECOND: f64 = 100.0;

/// Adds the times in user and in kernel mode: the 14th and the 15th field. The second, the program's name in parentheses,
/// may itself hold blanks and parentheses.
fn cpu_seconds_in(stat: &str) -> Option<f64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_that_of_both_modes() {
        let stat = "7 (a) b) R 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20";
        assert_eq!(cpu_seconds_in(stat), Some(3.0));
        assert_eq!(cpu_seconds_in("7 (a R 1"), None);
    }

    #[test]
    fn the_peak_is_read_in_kib() {
        assert_eq!(peak_memory_in("VmPeak:\t  9 kB\nVmHWM:\t  2000 kB\n"), Some(2.048));
        assert_eq!(peak_memory_in("VmPeak:\t  9 kB\n"), None);
    }
}
