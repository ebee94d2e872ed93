//! Everything a developer does besides `cargo build`: the checks of CI, the tests with what they need, the benchmarks.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool for developers talks on the terminal")]
#![allow(clippy::disallowed_methods, reason = "a tool for developers starts programs and times them")]

mod architecture;
mod bench;
mod ci;
mod codegen;
mod deny;
mod dist;
mod fuzz;
mod lint;
mod packages;
mod postgres;
mod steps;
mod test;
mod tool;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::tool::Tool;

/// Developer's tasks of the Khiên workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Everything a change must pass, in the order in which it fails fastest (what `.ci/run` runs).
    Ci,
    /// Checks what the design promises about the code, one line per rule.
    Architecture,
    /// Writes the files that are made from the code.
    Codegen(codegen::Options),
    /// Installs what the tests need from Debian's packages, then runs all tests.
    Test(test::Options),
    /// Keeps a throw-away PostgreSQL running until Enter is pressed, for tests run by hand.
    Postgres,
    /// Builds what is handed out: programs and installers, checked.
    Dist(dist::Options),
    /// Builds the benchmarks in release and runs them, each figure beside its peer or bound.
    Bench(bench::Options),
    /// Runs every fuzz target under libFuzzer, each for ten minutes or as long as is said.
    Fuzz(fuzz::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = Tool::find().and_then(|tool| match arguments.task {
        Task::Ci => ci::run(&tool),
        Task::Architecture => architecture::check(&tool),
        Task::Codegen(options) => codegen::run(&tool, &options),
        Task::Test(options) => test::run_and_close(&tool, &options),
        Task::Postgres => postgres::keep_running(),
        Task::Dist(options) => dist::run_task(&tool, &options),
        Task::Bench(options) => bench::run(&tool, &options),
        Task::Fuzz(options) => fuzz::run(&tool, &options),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}
