//! Golden diagnostics: each `tests/diagnostics/NAME.yaml` is read as it is, and what is said about it stands in `NAME.out`.
//! `UPDATE_EXPECT=1` rewrites the `.out` files. Files called `part-…` are only included by others.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use khien_directive::limits::{MAX_DIAGNOSTICS, MAX_FILE_BYTES, MAX_NODES};
use khien_directive::{Code, Diagnostic, Lang, Level, load, render};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics")
}

fn read(name: &str) -> Result<Vec<u8>, String> {
    // The operating system's own words differ between systems.
    fs::read(folder().join(name)).map_err(|_| "no such file".to_owned())
}

fn diagnostics(name: &str) -> Vec<Diagnostic> {
    match load(name, &read) {
        Ok(loaded) => loaded.warnings,
        Err(diagnostics) => {
            assert!(
                diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error),
                "{name} is refused without error"
            );
            diagnostics
        }
    }
}

fn inputs() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .expect("the folder of goldens can be read")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a UTF-8 name"))
        .filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "yaml"))
        .filter(|name| !name.starts_with("part-"))
        .collect();
    names.sort();
    names
}

#[test]
fn golden_diagnostics() {
    let names = inputs();
    assert!(names.len() >= 40, "only {} goldens were found", names.len());
    let mut seen = BTreeSet::new();
    for name in &names {
        let diagnostics = diagnostics(name);
        seen.extend(diagnostics.iter().map(|diagnostic| diagnostic.code));
        let mut text = String::new();
        for diagnostic in &diagnostics {
            text.push_str(&render(diagnostic, Lang::Vi, false));
            text.push_str(&render(diagnostic, Lang::En, false));
            text.push('\n');
        }
        if diagnostics.is_empty() {
            text.push_str("không có lỗi / no mistakes\n");
        }
        expect_test::expect_file![folder().join(name.replace(".yaml", ".out"))].assert_eq(&text);
    }
    // Reaching these bounds takes large files; the tests below make them.
    seen.extend([Code::FileTooLarge, Code::TooManyValues]);
    let without_golden: Vec<&Code> = Code::ALL.iter().filter(|code| !seen.contains(code)).collect();
    assert!(without_golden.is_empty(), "codes without a golden: {without_golden:?}");
}

#[test]
fn every_output_has_an_input() {
    let inputs = inputs();
    for entry in fs::read_dir(folder()).expect("the folder of goldens can be read") {
        let name = entry.expect("an entry").file_name().into_string().expect("a UTF-8 name");
        if let Some(stem) = name.strip_suffix(".out") {
            assert!(inputs.contains(&format!("{stem}.yaml")), "{name} has no input");
        }
    }
}

fn codes_of(bytes: &[u8]) -> Vec<Code> {
    let source = |_: &str| Ok(bytes.to_vec());
    match load("made.yaml", &source) {
        Ok(loaded) => loaded.warnings.iter().map(|diagnostic| diagnostic.code).collect(),
        Err(diagnostics) => diagnostics.iter().map(|diagnostic| diagnostic.code).collect(),
    }
}

#[test]
fn a_file_may_be_as_large_as_the_limit_and_no_larger() {
    let mut bytes = read("valid.yaml").expect("the valid file");
    bytes.resize(MAX_FILE_BYTES, b'\n');
    assert_eq!(codes_of(&bytes), []);
    bytes.push(b'\n');
    assert_eq!(codes_of(&bytes), [Code::FileTooLarge]);
}

#[test]
fn a_file_may_have_as_many_values_as_the_limit_and_no_more() {
    // The list itself, the map and the two keys and values around it count as well.
    let with_items = |count: usize| format!("khien: 1\nx: [{}]\n", "a,".repeat(count));
    let around = 5;
    assert!(!codes_of(with_items(MAX_NODES - around).as_bytes()).contains(&Code::TooManyValues));
    assert!(codes_of(with_items(MAX_NODES - around + 1).as_bytes()).contains(&Code::TooManyValues));
}

#[test]
fn controls_may_refer_to_each_other_as_often_as_the_limit_and_no_oftener() {
    let too_long = read("control-chain-too-long.yaml").expect("the golden");
    assert_eq!(codes_of(&too_long), [Code::ChainTooLong]);
    // One control less, and the chain is as long as the limit.
    let text = String::from_utf8(too_long).expect("UTF-8");
    let shorter = text.replace("control[\"c1\"]", "antivirus.products.exists(p, p.running)");
    assert_eq!(codes_of(shorter.as_bytes()), []);
    // The order in which the controls stand does not matter.
    let (before, controls) = text.split_once("      - id: c0\n").expect("the first of the chain");
    let controls: Vec<String> = controls
        .split("      - id: ")
        .enumerate()
        .map(|(at, rest)| if at == 0 { format!("c0\n{rest}") } else { rest.to_owned() })
        .collect();
    let backwards: Vec<String> = controls.iter().rev().map(|control| format!("      - id: {control}")).collect();
    assert_eq!(codes_of((before.to_owned() + &backwards.concat()).as_bytes()), [Code::ChainTooLong]);
}

#[test]
fn diagnostics_are_bounded_and_the_bound_is_said() {
    let found = diagnostics("many-mistakes.yaml");
    assert_eq!(found.len(), MAX_DIAGNOSTICS + 1);
    assert_eq!(found.last().map(|diagnostic| diagnostic.code), Some(Code::TooManyMistakes));
}

#[test]
fn codes_are_distinct_and_in_order() {
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert!(codes.is_sorted_by(|left, right| left < right), "{codes:?}");
}
