//! Tests across crates and with real peers: they live in `tests/`; here is what they share.
#![forbid(unsafe_code)]
#![allow(clippy::disallowed_methods, reason = "tests start programs, wait for them, and read the clock")]

pub mod packs;
pub mod program;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use khien_directive::{Directive, Lang, load, render};
use khien_judge::judge;
use khien_model::facts::{DeviceFacts, FactDocument, SubjectFacts};
use khien_model::{Exemptions, Finding, Organisation};

/// A path in the workspace, given from its root.
pub fn workspace(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// A directive of `content/directives/`, by its file name.
///
/// # Panics
/// When it does not load without a warning: what ships is right.
pub fn shipped_directive(name: &str) -> Directive {
    let read = |path: &str| std::fs::read(path).map_err(|error| error.to_string());
    let path = workspace("content/directives").join(name);
    let (directive, complaints) = match load(&path.display().to_string(), &read) {
        Ok(loaded) => (Some(loaded.directive), loaded.warnings),
        Err(mistakes) => (None, mistakes),
    };
    let complaints: Vec<String> = complaints.iter().map(|complaint| render(complaint, Lang::En, false)).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    directive.expect("what loads without a complaint is a directive")
}

/// The findings about one device, without exemptions or units.
pub fn findings(directive: &Directive, facts: DeviceFacts, now: Timestamp) -> Vec<Finding> {
    let document = FactDocument::Device(Box::new(SubjectFacts { id: "pc".to_owned(), facts }));
    judge(directive, &document, &Exemptions::default(), &Organisation::default(), now)
}

/// Whether a program is there: a path, or a name to be found on the path. When it is not, says so in the words by which
/// `cargo xtask test` counts the test as skipped.
#[expect(clippy::print_stdout, reason = "a test that misses its peer says so")]
pub fn is_installed(program: &str) -> bool {
    let found = if program.contains('/') {
        Path::new(program).exists()
    } else {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| folder.join(program).exists())
    };
    if !found {
        println!("SKIPPED: {program} is not installed");
    }
    found
}
