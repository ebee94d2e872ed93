//! The findings of every machine in a folder: the golden facts of `khien-observe`, judged against the shipped directive.
//!
//! `machine_findings/NAME.txt` has one line per control: its state and its id (rewritten with `UPDATE_EXPECT=1`).
#![allow(clippy::unwrap_used, reason = "in a test the panic is the message")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use jiff::Timestamp;
use khien_directive::{Directive, load};
use khien_judge::judge;
use khien_model::facts::{DeviceFacts, FactDocument, SubjectFacts};
use khien_model::{Exemptions, Organisation, State};

/// When the machines were looked at.
const NOW: &str = "2026-11-22T08:00:00Z";

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn shipped_directive() -> Directive {
    let path = here("../content/directives/thads-2026.yaml");
    let read = |path: &str| fs::read(path).map_err(|error| error.to_string());
    load(&path.display().to_string(), &read).map(|loaded| loaded.directive).unwrap()
}

/// The control and state of every finding on a machine.
fn findings(directive: &Directive, facts: &Path) -> Vec<(String, State)> {
    let facts: DeviceFacts = serde_json::from_str(&fs::read_to_string(facts).unwrap()).unwrap();
    let document = FactDocument::Device(Box::new(SubjectFacts { id: "machine".to_owned(), facts }));
    let now: Timestamp = NOW.parse().unwrap();
    let findings = judge(directive, &document, &Exemptions::default(), &Organisation::default(), now);
    findings.iter().map(|finding| (finding.control.clone(), finding.state)).collect()
}

#[test]
fn every_machine_has_the_findings_that_its_facts_give() {
    let directive = shipped_directive();
    let mut machines: Vec<PathBuf> = fs::read_dir(here("../crates/observe/tests/machines"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_str().is_some_and(|path| path.strip_suffix(".facts.json").is_some()))
        .collect();
    machines.sort_unstable();
    assert!(machines.len() >= 12, "{machines:?}");
    for machine in machines {
        let name = machine.file_name().unwrap().to_str().unwrap().strip_suffix(".facts.json").unwrap();
        let mut text = String::new();
        for (control, state) in findings(&directive, &machine) {
            writeln!(text, "{:<8}{control}", state.as_str()).unwrap();
        }
        expect_file![here(&format!("tests/machine_findings/{name}.txt"))].assert_eq(&text);
    }
}

#[test]
fn nothing_is_concluded_where_no_system_is_recognised() {
    let findings = findings(&shipped_directive(), &here("../crates/observe/tests/machines/no-system.facts.json"));
    assert!(findings.len() > 10);
    for (control, state) in findings {
        assert_eq!(state, State::Unknown, "{control}");
    }
}
