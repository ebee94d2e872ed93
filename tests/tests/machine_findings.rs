//! The findings of every machine in a folder: the golden facts of `khien-observe`, judged against the shipped directive.
//!
//! `machine_findings/NAME.txt` has one line per control: its state and its id (rewritten with `UPDATE_EXPECT=1`).
#![allow(clippy::unwrap_used, reason = "in a test the panic is the message")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use jiff::Timestamp;
use khien_directive::Directive;
use khien_model::State;
use khien_tests::{findings, shipped_directive, workspace};

/// When the machines were looked at.
const NOW: &str = "2026-11-22T08:00:00Z";

/// The folders of golden facts, and what their files' names end with.
const FOLDERS: [(&str, &str); 2] =
    [("crates/observe/tests/machines", ".facts.json"), ("crates/observe/tests/office_pcs", ".json")];

/// The control and state of every finding on a machine.
fn states(directive: &Directive, facts: &Path) -> Vec<(String, State)> {
    let facts = serde_json::from_str(&fs::read_to_string(facts).unwrap()).unwrap();
    let now: Timestamp = NOW.parse().unwrap();
    findings(directive, facts, now).into_iter().map(|finding| (finding.control, finding.state)).collect()
}

/// Every machine: its name and the file of its facts.
fn machines() -> Vec<(String, PathBuf)> {
    let mut machines = Vec::new();
    for (folder, ending) in FOLDERS {
        let mut found: Vec<(String, PathBuf)> = fs::read_dir(workspace(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter_map(|path| {
                let name = path.file_name()?.to_str()?.strip_suffix(ending)?.replace('_', "-");
                Some((name, path))
            })
            .collect();
        assert!(!found.is_empty(), "{folder} has machines");
        found.sort_unstable();
        machines.append(&mut found);
    }
    machines
}

#[test]
fn every_machine_has_the_findings_that_its_facts_give() {
    let directive = shipped_directive("thads-2026.yaml");
    let machines = machines();
    assert!(machines.len() >= 12, "{machines:?}");
    for (name, facts) in machines {
        let mut text = String::new();
        for (control, state) in states(&directive, &facts) {
            writeln!(text, "{:<8}{control}", state.as_str()).unwrap();
        }
        let golden = workspace("tests/tests/machine_findings").join(format!("{name}.txt"));
        expect_file![golden].assert_eq(&text);
    }
}

#[test]
fn nothing_is_concluded_where_no_system_is_recognised() {
    let facts = workspace("crates/observe/tests/machines/no-system.facts.json");
    let states = states(&shipped_directive("thads-2026.yaml"), &facts);
    assert!(states.len() > 10);
    for (control, state) in states {
        assert_eq!(state, State::Unknown, "{control}");
    }
}
