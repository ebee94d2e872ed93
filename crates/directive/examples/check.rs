//! Checks directive files and runs their examples: `cargo run -p khien-directive --example check -- FILE…`
#![allow(clippy::print_stdout, reason = "a command-line tool")]

use khien_directive::{Lang, load, render, run_examples};

fn main() -> std::process::ExitCode {
    let read = |name: &str| std::fs::read(name).map_err(|error| error.to_string());
    let mut failed = false;
    for name in std::env::args().skip(1) {
        let (diagnostics, directive) = match load(&name, &read) {
            Ok(loaded) => (loaded.warnings, Some(loaded.directive)),
            Err(diagnostics) => (diagnostics, None),
        };
        for diagnostic in &diagnostics {
            println!("{}", render(diagnostic, Lang::En, false));
        }
        let Some(directive) = directive else {
            println!("{name}: {} diagnostics, not loaded", diagnostics.len());
            failed = true;
            continue;
        };
        let outcomes = run_examples(&directive);
        let wrong: Vec<_> = outcomes.iter().filter(|outcome| !outcome.is_as_expected()).collect();
        for outcome in &wrong {
            let (control, example) = (&outcome.control.id, outcome.example);
            println!("{control}: example {:?} is {}, expected {}", example.name, outcome.actual, example.expect);
            for (path, cause) in &outcome.because {
                println!("    because {path} = {cause}");
            }
        }
        failed |= !wrong.is_empty();
        let controls = directive.controls().count();
        println!(
            "{name}: {} clauses, {controls} controls, {} of {} examples as expected, {} warnings",
            directive.clauses.len(),
            outcomes.len() - wrong.len(),
            outcomes.len(),
            diagnostics.len()
        );
    }
    std::process::ExitCode::from(u8::from(failed))
}
