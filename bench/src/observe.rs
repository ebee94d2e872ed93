//! A full collection on this machine, as a person would start it: wall time, CPU time and memory of the whole process.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::figures::{Bounds, beside, heading, note};

/// What a collection may cost on an old PC, so that nobody notices it.
const CPU_SECONDS_MAX: f64 = 1.0;
const MEMORY_MB_MAX: f64 = 25.0;

/// How often it is measured; the best run is the one that was disturbed least.
const RUNS: usize = 5;

/// Measures a program from outside, by Debian's package `time`.
const TIME: &str = "/usr/bin/time";

/// Five of Lynis's tests that look at what we look at: accounts without password, packages, firewall, SSH, malware scanner.
const LYNIS_TESTS: &str = "AUTH-9283,PKGS-7345,FIRE-4512,SSH-7402,MALW-3280";

/// What one run of a program took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cost {
    /// From its start to its end.
    pub(crate) wall_seconds: f64,
    /// User and system time.
    pub(crate) cpu_seconds: f64,
    /// The most memory that it held at once.
    pub(crate) memory_mb: f64,
}

/// Measures `khien facts`, and Lynis beside it where it is installed.
pub(crate) fn run(bounds: &Bounds) -> Result<(), String> {
    heading("observe: all areas of this machine, in a process of its own");
    let khien = std::env::current_exe().map_err(|error| format!("where am I? {error}"))?.with_file_name("khien");
    let mut best: Option<Cost> = None;
    for _ in 0..RUNS {
        let cost = measure(Command::new(TIME), &khien, &["facts"])?;
        best = Some(best.map_or(cost, |best| best.least(cost)));
    }
    let ours = best.ok_or("nothing was measured")?;
    note(&format!("wall time {:.2} s (best of {RUNS})", ours.wall_seconds));
    bounds.at_most("CPU time", ours.cpu_seconds, CPU_SECONDS_MAX, "s");
    bounds.at_most("peak memory", ours.memory_mb, MEMORY_MB_MAX, "MB");
    let lynis = Path::new("/usr/sbin/lynis");
    if !lynis.exists() {
        note("Lynis is not installed: nothing to compare with (Debian's package lynis)");
        return Ok(());
    }
    let audit = ["audit", "system", "--quick", "--quiet", "--no-colors", "--tests", LYNIS_TESTS];
    let unkept = ["--log-file", "/dev/null", "--report-file", "/dev/null"];
    let theirs = measure(Command::new(TIME), lynis, &[&audit[..], &unkept[..]].concat())?;
    beside("wall time, beside 5 tests of Lynis", ours.wall_seconds, "Lynis", theirs.wall_seconds, "s");
    beside("CPU time, beside 5 tests of Lynis", ours.cpu_seconds, "Lynis", theirs.cpu_seconds, "s");
    Ok(())
}

/// What a program costs. One that says that something is red (exit status 1) has done its work, and so
/// has one that says that something is unknown (3).
pub(crate) fn cost_of(program: &Path, arguments: &[&str]) -> Result<Cost, String> {
    measure_ending(Command::new(TIME), program, arguments, &[0, 1, 3])
}

/// Runs a program under `time` and reads what it cost. The output of the program goes nowhere.
fn measure(time: Command, program: &Path, arguments: &[&str]) -> Result<Cost, String> {
    measure_ending(time, program, arguments, &[0])
}

/// The same for a program that may end with one of `statuses`.
fn measure_ending(mut time: Command, program: &Path, arguments: &[&str], statuses: &[i32]) -> Result<Cost, String> {
    let name = program.display();
    let output = time
        .args(["--format", "%e %U %S %M"])
        .arg(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()
        .map_err(|error| format!("{TIME} (Debian's package time): {error}"))?;
    let complaints = String::from_utf8_lossy(&output.stderr);
    // A program that gave up early would look fast.
    if !output.status.code().is_some_and(|status| statuses.contains(&status)) {
        return Err(format!("{name} ended with {}: {}", output.status, complaints.trim()));
    }
    cost_in(&complaints).ok_or_else(|| format!("{name} cannot be measured: {}", complaints.trim()))
}

/// Reads the last line that `time` wrote: wall, user and system seconds, and peak memory in KiB.
fn cost_in(text: &str) -> Option<Cost> {
    let numbers: Vec<f64> = text.lines().last()?.split(' ').map(|word| word.parse().ok()).collect::<Option<_>>()?;
    let &[wall_seconds, user, system, memory_kib] = numbers.as_slice() else { return None };
    Some(Cost { wall_seconds, cpu_seconds: user + system, memory_mb: memory_kib * 1024.0 / 1_000_000.0 })
}

impl Cost {
    pub(crate) fn least(self, other: Self) -> Self {
        Self {
            wall_seconds: self.wall_seconds.min(other.wall_seconds),
            cpu_seconds: self.cpu_seconds.min(other.cpu_seconds),
            memory_mb: self.memory_mb.min(other.memory_mb),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_holds_the_cost() {
        let cost = cost_in("some warning\n0.30 0.20 0.05 20480\n").unwrap();
        assert_eq!(cost, Cost { wall_seconds: 0.30, cpu_seconds: 0.25, memory_mb: 20.971_52 });
        assert_eq!(cost_in("Command exited with non-zero status 2\n"), None);
        assert_eq!(cost_in(""), None);
    }
}
