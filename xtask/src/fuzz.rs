//! `cargo xtask fuzz`: every fuzz target under libFuzzer, which looks for inputs that reach new code, each for the same time.
//!
//! The same targets are ordinary tests too: there they get a thousand random inputs each. What ran here is kept (the inputs
//! that reached new code) and is where the next run begins.

use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

use crate::install::{Installable, installed};
use crate::tool::{Failure, Outcome, Tool, output_of, shown};

/// What the packages with fuzz targets are built and run by.
const BOLERO: Installable = Installable { name: "cargo-bolero", version: "0.13.5" };

/// Packages that read what comes from outside.
const PACKAGES: &[&str] =
    &["khien-expr", "khien-protocol", "khien-observe", "khien-connect", "khien-inspect", "khien-rules", "khien-gates"];

/// Without the sanitizer of addresses: what is fuzzed has no unsafe code, and runs twice as often without.
const BUILD: &[&str] = &["--rustc-bootstrap", "--sanitizer", "NONE"];

/// Every object asks for the counters of the fuzzer, which only tests with fuzz targets are linked with; the others of a
/// package are built, but none of them is run.
const FLAGS: (&str, &str) = ("RUSTFLAGS", "-Clink-arg=-Wl,--unresolved-symbols=ignore-all");

/// How many lines of a failed run are shown.
const LINES_OF_TROUBLE: usize = 25;

/// What to run for how long.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only targets whose name contains this text.
    filter: Option<String>,
    /// How many seconds each target gets.
    #[arg(long, default_value_t = 600)]
    seconds: u32,
    /// Only this package.
    #[arg(long)]
    package: Option<String>,
    /// Names the targets and runs none.
    #[arg(long)]
    list: bool,
}

/// Runs each target for its time; one that ends with a crash is named with the place of its input, and the others still run.
pub(crate) fn run(tool: &Tool, options: &Options) -> Outcome {
    let program = installed(tool, &BOLERO)?;
    let mut crashed = Vec::new();
    let mut ran = 0_usize;
    for package in PACKAGES.iter().filter(|package| options.package.as_deref().is_none_or(|only| only == **package)) {
        let mut list = tool.program(&program);
        list.args(["bolero", "list", "--package", package]).args(BUILD);
        for target in targets(&output_of(&mut list)?) {
            if options.filter.as_deref().is_some_and(|text| !target.contains(text)) {
                continue;
            }
            ran += 1;
            if options.list {
                println!("{package} {target}");
            } else if !one(tool, &program, package, &target, options.seconds)? {
                crashed.push(target);
            }
        }
    }
    match (ran, crashed.as_slice()) {
        (0, _) => Err(Failure::new("no target has this name; --list shows them")),
        (_, []) => Ok(()),
        (_, crashed) => {
            Err(Failure(format!("{} of {ran} did not come through: {}", crashed.len(), crashed.join(", "))))
        }
    }
}

/// Runs one target and prints a line about it; whether it came through.
fn one(tool: &Tool, program: &Path, package: &str, target: &str, seconds: u32) -> Outcome<bool> {
    let folder = tool.cache_folder().join("fuzz").join(package).join(target.replace("::", "-"));
    let (corpus, crashes) = (folder.join("corpus"), folder.join("crashes"));
    for folder in [&corpus, &crashes] {
        fs::create_dir_all(folder).map_err(|error| Failure(format!("{}: {error}", folder.display())))?;
    }
    let log = folder.join("log.txt");
    let output = File::create(&log).map_err(|error| Failure(format!("{}: {error}", log.display())))?;
    let mut command = tool.program(program);
    command.args(["bolero", "test", "--package", package]).args(BUILD).env(FLAGS.0, FLAGS.1);
    // The code is compiled otherwise for fuzzing: what is built here serves nothing else.
    command.arg("--target-dir").arg(tool.target_folder().join("fuzzing"));
    command.args(["-T", &format!("{seconds}s")]).arg("--corpus-dir").arg(&corpus).arg("--crashes-dir").arg(&crashes);
    command.arg(target);
    let errors = output.try_clone().map_err(|error| Failure(format!("{}: {error}", log.display())))?;
    let status = command.stdout(output).stderr(errors).status();
    let status = status.map_err(|error| Failure(format!("cannot start `{}`: {error}", shown(&command))))?;
    let said = fs::read(&log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let runs = runs(&said);
    let came_through = status.success() && runs.is_some();
    let outcome = match (runs, status.success()) {
        (Some(runs), true) => format!("no crash, {runs} inputs"),
        (Some(runs), false) => format!("CRASHED after {runs} inputs"),
        (None, _) => "DID NOT RUN".to_owned(),
    };
    println!("{package} {target}: {outcome} in {:?}", Duration::from_secs(u64::from(seconds)));
    if !came_through {
        let lines: Vec<&str> = said.lines().collect();
        for line in lines.iter().skip(lines.len().saturating_sub(LINES_OF_TROUBLE)) {
            println!("    {line}");
        }
        println!("    if there is an input, it is in {}", crashes.display());
    }
    Ok(came_through)
}

/// The names of the targets in what `cargo bolero list` prints: a JSON object a line.
fn targets(list: &str) -> Vec<String> {
    let lines = list.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let mut names: Vec<String> =
        lines.filter_map(|line| line.get("test").and_then(|name| name.as_str()).map(str::to_owned)).collect();
    names.sort();
    names.dedup();
    names
}

/// How many inputs libFuzzer says it ran: the number after the last `#` at the beginning of a line.
fn runs(log: &str) -> Option<u64> {
    let mut numbers = log.lines().filter_map(|line| line.strip_prefix('#')?.split_whitespace().next()?.parse().ok());
    numbers.next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_read_out_of_the_list() {
        let list = "{\"package\":\"p\",\"test\":\"b::fuzz\"}\nnoise\n{\"package\":\"p\",\"test\":\"a\"}\n";
        assert_eq!(targets(list), ["a", "b::fuzz"]);
    }

    #[test]
    fn the_last_count_is_what_ran() {
        assert_eq!(runs("INFO: seed\n#2\tINITED cov: 5\n#4096\tpulse\nDone"), Some(4096));
        assert_eq!(runs("error: no"), None);
    }
}
