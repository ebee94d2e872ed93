//! `cargo xtask ci`: everything a change must pass, the quick checks first, the tests last.

use crate::architecture;
use crate::codegen;
use crate::deny;
use crate::lint;
use crate::steps::Steps;
use crate::test::{self, Counts};
use crate::tool::{Outcome, Tool, run as run_command};

/// Runs all steps; the last line printed counts the tests.
pub(crate) fn run(tool: &Tool) -> Outcome {
    let mut steps = Steps::default();
    steps.run("format: cargo fmt --check", || run_command(&mut tool.cargo(["fmt", "--all", "--check"])));
    steps.run("architecture: what the design promises", || architecture::check(tool));
    steps.run("dependencies: licences, bans, sources, advisories", || deny::check(tool));
    steps.run("lints: cargo clippy, warnings are errors", || lint::run(tool));
    steps.run("documentation: cargo doc, warnings are errors", || {
        // Private items too: who reads these pages changes the code.
        let pages = ["--no-deps", "--document-private-items", "--exclude", "khien-bench"];
        let mut document = tool.cargo(["doc", "--workspace", "--quiet", "--keep-going"]);
        document.args(pages);
        run_command(document.env("RUSTDOCFLAGS", "--deny warnings --allow rustdoc::private_intra_doc_links"))
    });
    steps.run("generated files: cargo xtask codegen --check", || codegen::run(tool, &codegen::Options { check: true }));
    let mut counts = Counts::default();
    steps.run("tests: cargo xtask test", || test::run(tool, &test::Options::default(), &mut counts));
    let outcome = steps.close();
    test::close(&counts);
    outcome
}
