//! `cargo xtask fuzz`: every fuzz target under libFuzzer, which looks for inputs that reach new code, each for the same time.
//!
//! The same targets are ordinary tests too: there they get a thousand random inputs each. What ran here is kept (the inputs
//! that reached new code) and is where the next run begins.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;

use crate::tool::{Failure, Outcome, Tool, output_of, shown};

/// Packages that read what comes from outside.
const PACKAGES: &[&str] =
    &["khien-expr", "khien-protocol", "khien-observe", "khien-connect", "khien-inspect", "khien-rules", "khien-gates"];

/// What `bolero` and libFuzzer want code to be compiled with, without the sanitizer of addresses: what is fuzzed has no unsafe
/// code, and runs twice as often without. Every object asks for the counters of the fuzzer, which only programs with fuzz
/// targets are linked with; the other tests of a package are built, but none of them is run.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module --cfg fuzzing_libfuzzer \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Cllvm-args=-sanitizer-coverage-stack-depth -Clink-arg=-Wl,--unresolved-symbols=ignore-all";

/// How many seconds one input may take before it counts as a crash.
const SECONDS_OF_AN_INPUT: u32 = 10;

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
    /// How many targets run at once.
    #[arg(long, default_value_t = 1)]
    jobs: u32,
    /// Only this package.
    #[arg(long)]
    package: Option<String>,
    /// Names the targets and runs none.
    #[arg(long)]
    list: bool,
}

/// One fuzz target.
struct Target {
    package: &'static str,
    /// The name of the test.
    name: String,
    /// The program that has it.
    program: PathBuf,
}

/// Runs each target for its time; one that ends with a crash is named with the place of its input, and the others still run.
pub(crate) fn run(tool: &Tool, options: &Options) -> Outcome {
    let mut targets = Vec::new();
    for package in PACKAGES.iter().filter(|package| options.package.as_deref().is_none_or(|only| only == **package)) {
        targets.extend(targets_of(tool, package)?);
    }
    if let Some(text) = &options.filter {
        targets.retain(|target| target.name.contains(text.as_str()));
    }
    if targets.is_empty() {
        return Err(Failure::new("no target has this name; --list shows them"));
    }
    if options.list {
        for Target { package, name, .. } in &targets {
            println!("{package} {name}");
        }
        return Ok(());
    }
    let (ran, waiting) = (targets.len(), Mutex::new(targets.iter()));
    let troubles = Mutex::new(Vec::new());
    let next = || waiting.lock().ok().and_then(|mut waiting| waiting.next());
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.max(1) {
            scope.spawn(|| {
                while let Some(target) = next() {
                    let trouble = match one(tool, target, options.seconds) {
                        Ok(true) => continue,
                        Ok(false) => target.name.clone(),
                        Err(Failure(reason)) => reason,
                    };
                    if let Ok(mut troubles) = troubles.lock() {
                        troubles.push(trouble);
                    }
                }
            });
        }
    });
    let troubles = troubles.into_inner().map_err(|_| Failure::new("a target could not be waited for"))?;
    if troubles.is_empty() {
        return Ok(());
    }
    Err(Failure(format!("{} of {ran} did not come through: {}", troubles.len(), troubles.join(", "))))
}

/// Builds the tests of a package for fuzzing, and asks each program which targets it has.
fn targets_of(tool: &Tool, package: &'static str) -> Outcome<Vec<Target>> {
    let host = output_of(tool.program("rustc").arg("-vV"))?;
    let host = host.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.ok_or_else(|| Failure::new("rustc does not say for which machine it builds"))?;
    println!("Building the tests of {package} for fuzzing ...");
    // The code is compiled otherwise than for everything else: what is built here serves nothing else. Naming the machine
    // keeps the flags away from what runs while building.
    let mut build = tool.cargo(["test", "--no-run", "--quiet", "--profile", "fuzz", "--package", package]);
    build.args(["--message-format", "json", "--target", host, "--target-dir"]);
    build.arg(tool.target_folder().join("fuzzing")).env("RUSTFLAGS", FLAGS);
    let mut targets = Vec::new();
    for program in programs(&output_of(&mut build)?) {
        // A program without targets lacks the counters and does not start; its own tests fail nothing here.
        let asked = tool.program(&program).args(["--nocapture"]).env("CARGO_BOLERO_SELECT", "all").output();
        let said = asked.map_err(|error| Failure(format!("cannot start {}: {error}", program.display())))?.stdout;
        let names = names(&String::from_utf8_lossy(&said));
        targets.extend(names.into_iter().map(|name| Target { package, name, program: program.clone() }));
    }
    Ok(targets)
}

/// The programs that a build made, out of what `cargo` says as JSON, a line each.
fn programs(messages: &str) -> Vec<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from)).collect()
}

/// The names of the targets in what a program with targets says when it is asked for them: a JSON object a line, between what
/// other tests print.
fn names(said: &str) -> Vec<String> {
    let said = said.lines().filter_map(|line| serde_json::from_str::<Value>(line.get(line.find('{')?..)?).ok());
    let mut names: Vec<String> = said.filter_map(|target| target["test_name"].as_str().map(str::to_owned)).collect();
    names.sort();
    names.dedup();
    names
}

/// Runs one target and prints a line about it; whether it came through.
fn one(tool: &Tool, target: &Target, seconds: u32) -> Outcome<bool> {
    let Target { package, name, program } = target;
    let folder = tool.cache_folder().join("fuzz").join(package).join(name.replace("::", "-"));
    let (corpus, crashes) = (folder.join("corpus"), folder.join("crashes"));
    let cannot = |path: &Path, error: std::io::Error| Failure(format!("{}: {error}", path.display()));
    for folder in [&corpus, &crashes] {
        fs::create_dir_all(folder).map_err(|error| cannot(folder, error))?;
    }
    let log = folder.join("log.txt");
    let output = File::create(&log).map_err(|error| cannot(&log, error))?;
    let errors = output.try_clone().map_err(|error| cannot(&log, error))?;
    // The words of this line are parted at spaces: a folder is named from where the program runs.
    let words =
        format!("corpus crashes -artifact_prefix=crashes/ -timeout={SECONDS_OF_AN_INPUT} -max_total_time={seconds}");
    let mut command = Command::new(program);
    command.args([name.as_str(), "--exact", "--nocapture", "--quiet", "--test-threads", "1"]);
    command.current_dir(&folder).env("BOLERO_LIBFUZZER_ARGS", words);
    command.env("BOLERO_LIBTEST_HARNESS", "1").env("BOLERO_TEST_NAME", name);
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
    println!("{package} {name}: {outcome} in {:?}", Duration::from_secs(u64::from(seconds)));
    if !came_through {
        let lines: Vec<&str> = said.lines().collect();
        for line in lines.iter().skip(lines.len().saturating_sub(LINES_OF_TROUBLE)) {
            println!("    {line}");
        }
        println!("    if there is an input, it is in {}", crashes.display());
    }
    Ok(came_through)
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
    fn the_names_are_read_out_of_what_is_said() {
        let said = "test b ... {\"package_name\":\"p\",\"test_name\":\"b::fuzz\"}\nnoise\n{\"test_name\":\"a\"}\n";
        assert_eq!(names(said), ["a", "b::fuzz"]);
    }

    #[test]
    fn only_programs_are_taken_from_a_build() {
        let messages = "{\"reason\":\"compiler-artifact\",\"executable\":null}\n{\"executable\":\"/t/expr\"}\nnoise\n";
        assert_eq!(programs(messages), [PathBuf::from("/t/expr")]);
    }

    #[test]
    fn the_last_count_is_what_ran() {
        assert_eq!(runs("INFO: seed\n#2\tINITED cov: 5\n#4096\tpulse\nDone"), Some(4096));
        assert_eq!(runs("error: no"), None);
    }
}
