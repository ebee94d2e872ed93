//! Ordinary documents that real programs made (`tests/peers/documents.py`): LibreOffice, Chromium, qpdf, 7-Zip, Python. None is
//! blocked. What is not clean is in a list here, with the reason why that is right.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use khien_tests::program::khien;
use khien_tests::{is_installed, workspace};
use serde_json::Value;

/// Debian's Python, which has Debian's `uno` and `pikepdf`; the one on the path may be another.
const PYTHON: &str = "/usr/bin/python3";

/// The programs that make the documents.
const MAKERS: &[&str] = &[
    PYTHON,
    "soffice",
    "chromium",
    "qpdf",
    "7zz",
    "zip",
    "bsdtar",
    "arj",
    "gcab",
    "genisoimage",
    "wimcapture",
    "zstd",
];

/// The fewest documents that count as having tried.
const ENOUGH: usize = 65;

/// What is not clean, its verdict, and why that is accepted.
const ACCEPTED: &[(&str, &str, &str)] = &[
    ("7zip.wim", "not_inspected", "images of Windows are not opened, and nothing unopened is clean"),
    ("wimlib.wim", "not_inspected", "images of Windows are not opened, and nothing unopened is clean"),
];

#[test]
fn ordinary_documents_are_not_blocked() {
    if !MAKERS.iter().all(|maker| is_installed(maker)) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new(PYTHON).arg(workspace("tests/peers/documents.py")).arg(folder.path()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let makers: BTreeMap<String, String> =
        serde_json::from_slice(&fs::read(folder.path().join("manifest.json")).unwrap()).unwrap();
    assert!(makers.len() >= ENOUGH, "{}", makers.len());
    let files = makers.keys().map(|name| folder.path().join(name));
    let output = khien().args(["scan", "--json"]).args(files).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let scanned = document["files"].as_array().unwrap();
    assert_eq!(scanned.len(), makers.len());
    let mut wrong = Vec::new();
    for file in scanned {
        let name = Path::new(file["path"].as_str().unwrap()).file_name().unwrap().to_str().unwrap();
        let verdict = file["inspection"]["verdict"].as_str().unwrap();
        if verdict == "clean" {
            continue;
        }
        let accepted = ACCEPTED.iter().find(|(file, expected, _)| *file == name && *expected == verdict);
        let told = format!("{name} of {}: {verdict}, {}", makers[name], why(&file["inspection"]));
        match accepted {
            Some((_, _, reason)) => println!("{told}: {reason}"),
            None => wrong.push(told),
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), makers.len(), wrong.join("\n"));
}

/// What was found that is more than a note, and what was not looked into.
fn why(inspection: &Value) -> String {
    let findings = inspection["findings"].as_array().unwrap().iter();
    let findings = findings.filter(|finding| finding["effect"] != "note").map(|finding| finding["id"].to_string());
    let nodes = inspection["nodes"].as_array().unwrap().iter();
    let reasons = nodes.filter_map(|node| node["not_inspected"].as_array()).flatten().map(Value::to_string);
    findings.chain(reasons).collect::<Vec<_>>().join(", ")
}
