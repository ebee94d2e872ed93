//! `cargo xtask test`: all tests, with the peers they need, and a closing line that counts them.

use std::fmt;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use khien_test_support::{POSTGRES_VARIABLE, Postgres};

use crate::dist;
use crate::packages;
use crate::postgres;
use crate::tool::{Failure, Outcome, Tool, is_there, shown};

/// What to run.
#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Uses the peers that are installed and installs nothing.
    #[arg(long)]
    pub(crate) no_install: bool,
    /// Only tests whose name contains this text.
    pub(crate) filter: Option<String>,
}

/// How many tests ended how. A test that found its peer missing says `SKIPPED: why` and counts as skipped, not as passed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    passed: usize,
    failed: usize,
    reasons_of_skipping: Vec<String>,
    ignored: usize,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
        self.reasons_of_skipping.extend(other.reasons_of_skipping);
    }

    fn skipped(&self) -> usize {
        self.reasons_of_skipping.len() + self.ignored
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped())
    }
}

/// By this word a test that cannot run here says so, followed by the reason, on its own line of output.
const SKIPPED: &str = "SKIPPED: ";

/// Where nextest writes the results of a run (see `.config/nextest.toml`), whatever the target folder is.
const RESULTS: &str = "target/nextest/default/junit.xml";

/// Packages without tests of their own that would only cost time to build.
const WITHOUT_TESTS: &[&str] = &["khien-bench"];

/// Runs the tests and prints the closing line.
pub(crate) fn run_and_close(tool: &Tool, options: &Options) -> Outcome {
    let mut counts = Counts::default();
    let outcome = run(tool, options, &mut counts);
    close(&counts);
    outcome
}

/// Prints which tests were skipped and why, then the one line that counts.
pub(crate) fn close(counts: &Counts) {
    for reason in &counts.reasons_of_skipping {
        println!("skipped: {reason}");
    }
    println!("{counts}");
}

/// Installs the peers, then runs unit, integration and documentation tests. What ran is counted even when it fails.
pub(crate) fn run(tool: &Tool, options: &Options, counts: &mut Counts) -> Outcome {
    if !options.no_install {
        packages::install_missing(tool, packages::FOR_TESTS)?;
        packages::install_node_packages(tool)?;
    }
    // Once for all tests: each is a process of its own, and none of them builds.
    let windows = for_windows(tool);
    // One server for all tests: nextest runs each in a process of its own.
    let postgres = postgres::start_for_tests();
    let run_with =
        Run { tool, filter: options.filter.as_deref(), postgres: postgres.as_ref().map(Postgres::url), windows };
    let mut complaints = Vec::new();
    let runner = if is_there(&mut tool.cargo(["nextest", "--version"])) { with_nextest } else { with_libtest };
    for run_tests in [runner, documentation] {
        if let Err(Failure(reason)) = run_tests(&run_with, counts) {
            complaints.push(reason);
        }
    }
    if counts.passed + counts.failed == 0 {
        complaints.push("no test ran".to_owned());
    }
    if complaints.is_empty() { Ok(()) } else { Err(Failure(complaints.join("; "))) }
}

/// The packages whose tests run.
fn selection() -> Vec<&'static str> {
    let mut arguments = vec!["--workspace"];
    for package in WITHOUT_TESTS {
        arguments.extend(["--exclude", package]);
    }
    arguments
}

/// What each kind of run needs.
struct Run<'a> {
    tool: &'a Tool,
    filter: Option<&'a str>,
    /// The URL of the PostgreSQL that the tests share.
    postgres: Option<String>,
    /// The folder with the agent for Windows and its installer.
    windows: Option<PathBuf>,
}

/// Names the folder with the agent for Windows to the tests.
const WINDOWS_VARIABLE: &str = "KHIEN_TEST_WINDOWS";

/// Tells the tests that `khien` has been built with them: building it alone settles on fewer features of some crates, so it
/// would compile half of the workspace once more.
const BUILT_VARIABLE: &str = "KHIEN_TEST_BUILT";

/// Builds the agent for Windows. Where it cannot be built the tests that need it are skipped and say so.
fn for_windows(tool: &Tool) -> Option<PathBuf> {
    if !dist::can_build_for_windows(tool) {
        return None;
    }
    match dist::windows(tool) {
        Ok(folder) => Some(folder),
        Err(Failure(reason)) => {
            println!("THE AGENT FOR WINDOWS IS NOT BUILT: {reason}");
            None
        }
    }
}

impl Run<'_> {
    /// A cargo command on all packages whose tests run.
    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.tool.cargo(arguments);
        command.args(selection()).args(self.filter).env(BUILT_VARIABLE, "1");
        if let Some(url) = &self.postgres {
            command.env(POSTGRES_VARIABLE, url);
        }
        if let Some(folder) = &self.windows {
            command.env(WINDOWS_VARIABLE, folder);
        }
        command
    }
}

fn with_nextest(run: &Run<'_>, counts: &mut Counts) -> Outcome {
    let results = run.tool.root.join(RESULTS);
    // The results of an earlier run must not be counted when this one does not even compile.
    if results.exists() {
        fs::remove_file(&results).map_err(|error| Failure(format!("{}: {error}", results.display())))?;
    }
    let mut command = run.cargo(&["nextest", "run", "--no-tests=pass"]);
    let shown = shown(&command);
    let status = command.status().map_err(|error| Failure(format!("cannot start `{shown}`: {error}")))?;
    match fs::read_to_string(&results) {
        Ok(text) => counts.add(counts_in_junit(&text)),
        // With a filter that matches nothing there is nothing to write.
        Err(_) if status.success() => {}
        Err(_) => return Err(Failure(format!("`{shown}` did not come to run tests"))),
    }
    if status.success() { Ok(()) } else { Err(Failure(format!("{} tests failed", counts.failed))) }
}

fn with_libtest(run: &Run<'_>, counts: &mut Counts) -> Outcome {
    let mut command = run.cargo(&["test", "--no-fail-fast", "--all-targets"]);
    command.args(["--", "--show-output"]);
    counted(command, counts)
}

fn documentation(run: &Run<'_>, counts: &mut Counts) -> Outcome {
    counted(run.cargo(&["test", "--no-fail-fast", "--doc"]), counts)
}

/// Runs a libtest command, showing its output as it comes and counting the results in it.
fn counted(mut command: Command, counts: &mut Counts) -> Outcome {
    let shown = shown(&command);
    let cannot = |what: &str, error: std::io::Error| Failure(format!("cannot {what} `{shown}`: {error}"));
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| cannot("start", error))?;
    let mut text = String::new();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line.map_err(|error| cannot("read from", error))?;
            println!("{line}");
            text.push_str(&line);
            text.push('\n');
        }
    }
    let status = child.wait().map_err(|error| cannot("wait for", error))?;
    counts.add(counts_in_libtest(&text));
    if status.success() { Ok(()) } else { Err(Failure(format!("`{shown}` ended with {status}"))) }
}

/// Counts the cases of a JUnit file as nextest writes it. Output inside is escaped, so a tag is always a tag.
fn counts_in_junit(text: &str) -> Counts {
    let failed = text.matches("<failure").count() + text.matches("<error").count();
    let ran = text.matches("<testcase").count();
    let reasons_of_skipping = reasons_of_skipping(text);
    Counts { passed: ran.saturating_sub(failed + reasons_of_skipping.len()), failed, reasons_of_skipping, ignored: 0 }
}

/// Adds up the `test result:` lines of libtest.
fn counts_in_libtest(text: &str) -> Counts {
    let mut counts = Counts::default();
    for line in text.lines().filter_map(|line| line.strip_prefix("test result: ")) {
        counts.passed += number_before(line, " passed");
        counts.failed += number_before(line, " failed");
        counts.ignored += number_before(line, " ignored");
    }
    counts.reasons_of_skipping = reasons_of_skipping(text);
    counts.passed = counts.passed.saturating_sub(counts.reasons_of_skipping.len());
    counts
}

/// The number that stands right before a word; 0 when the word is not there.
fn number_before(line: &str, word: &str) -> usize {
    let Some((before, _)) = line.split_once(word) else { return 0 };
    before.rsplit(|letter: char| !letter.is_ascii_digit()).next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// What tests said on the lines that begin with [`SKIPPED`]. In a JUnit file the first line of a test's output follows
/// its tag; where tests run one at a time, it follows the test's name.
fn reasons_of_skipping(text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| {
            let line = line.trim_start().trim_start_matches("<system-out>").trim_start_matches("<system-err>");
            let line = match line.split_once(" ... ") {
                Some((name, said)) if name.starts_with("test ") => said,
                _ => line,
            };
            line.strip_prefix(SKIPPED)
        })
        .map(|reason| reason.split("</system-").next().unwrap_or(reason).trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn junit_cases_are_counted_and_skipped_ones_are_not_passed() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="4" failures="1" errors="0" uuid="x" time="0.0">
    <testsuite name="a" tests="4" disabled="0" errors="0" failures="1">
        <testcase name="one" classname="a" time="0.0">
            <system-out>
running 1 test
not SKIPPED: in the middle of a line
</system-out>
        </testcase>
        <testcase name="two" classname="a" time="0.0">
            <system-out>running 1 test</system-out>
            <system-err>SKIPPED: no Samba on this machine</system-err>
        </testcase>
        <testcase name="three" classname="a" time="0.0">
            <failure type="test failure">panicked at &lt;testcase</failure>
        </testcase>
        <testcase name="four" classname="a" time="0.0"/>
    </testsuite>
</testsuites>"#;
        let counts = counts_in_junit(text);
        assert_eq!(counts.to_string(), "2 passed, 1 failed, 1 skipped");
        assert_eq!(counts.reasons_of_skipping, ["no Samba on this machine"]);
    }

    #[test]
    fn libtest_results_are_added_up() {
        let text = "running 2 tests\ntest a ... ok\nSKIPPED: no cases\ntest b ... SKIPPED: no Samba\nok\n\
            test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 10 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(counts_in_libtest(text).to_string(), "10 passed, 3 failed, 3 skipped");
    }

    #[test]
    fn nothing_counted_is_nothing() {
        assert_eq!(counts_in_libtest("error: could not compile").to_string(), "0 passed, 0 failed, 0 skipped");
        assert_eq!(number_before("ok. passed", " passed"), 0);
    }
}
