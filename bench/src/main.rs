//! The figures of the design, each measured beside its peer or its bound: `cargo xtask bench [expr|judge|observe|documents|store|server|cases|accounts|scan|all]`.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "figures are printed")]
#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock and starts the programs that it measures")]

mod accounts;
mod cases;
mod devices;
mod documents;
mod expr;
mod figures;
mod judge;
mod observe;
mod scan;
mod server;
mod store;

use std::process::ExitCode;

use figures::Bounds;

/// That of `khien`: what is measured in this process is what is shipped.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A benchmark and what it is called.
type Benchmark = (&'static str, fn(&Bounds) -> Result<(), String>);

const BENCHMARKS: &[Benchmark] = &[
    ("expr", expr::run),
    ("judge", judge::run),
    ("observe", observe::run),
    ("documents", documents::run),
    ("store", store::run),
    ("server", server::run),
    ("cases", cases::run),
    ("accounts", accounts::run),
    ("scan", scan::run),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    // A worker that reads files, or a gate: started by a benchmark of scanning, to be measured from outside.
    if let Some(outcome) = scan::work(&arguments) {
        return if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let wanted = arguments.get(1).cloned().unwrap_or_else(|| "all".to_owned());
    let chosen: Vec<&Benchmark> = BENCHMARKS.iter().filter(|(name, _)| wanted == "all" || wanted == *name).collect();
    if chosen.is_empty() {
        eprintln!(
            "error: there is no benchmark {wanted:?}; there are expr, judge, observe, documents, store, server, cases, accounts, scan and all"
        );
        return ExitCode::from(2);
    }
    let bounds = Bounds::default();
    for (name, run) in chosen {
        if let Err(reason) = run(&bounds) {
            eprintln!("error: {name}: {reason}");
            return ExitCode::FAILURE;
        }
    }
    // A figure is no test: it depends on the machine and on what else runs there.
    if bounds.missed() > 0 {
        println!("\n{} figures missed their bound", bounds.missed());
    }
    ExitCode::SUCCESS
}
