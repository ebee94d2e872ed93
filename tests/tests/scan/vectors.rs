//! One harmless program, in every way in which files can hold others (`tests/peers/vectors.py`): each time it comes out byte by
//! byte, or the scanner says that it could not look and why. Nothing is called clean in silence.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use khien_tests::program::khien;
use khien_tests::{is_installed, workspace};
use serde_json::Value;

/// Debian's Python, which has Debian's `pikepdf` and `zstandard`; the one on the path may be another.
const PYTHON: &str = "/usr/bin/python3";

/// The programs that make the vectors.
const MAKERS: &[&str] = &[
    PYTHON,
    "7zz",
    "arj",
    "ar",
    "brotli",
    "bsdtar",
    "compress",
    "cpio",
    "gcab",
    "genisoimage",
    "lz4",
    "lzip",
    "mcopy",
    "openssl",
    "qpdf",
    "unzip",
    "wixl",
    "xz",
    "zip",
    "zstd",
];

/// The fewest vectors that count as having tried.
const ENOUGH: usize = 280;

#[test]
fn nothing_hidden_is_called_clean() {
    if !MAKERS.iter().all(|maker| is_installed(maker)) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new(PYTHON).arg(workspace("tests/peers/vectors.py")).arg(folder.path()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let manifest: Value = serde_json::from_slice(&fs::read(folder.path().join("manifest.json")).unwrap()).unwrap();
    let vectors = manifest["vectors"].as_array().unwrap();
    assert!(vectors.len() >= ENOUGH, "{}", vectors.len());
    let program = manifest["program"].as_str().unwrap();
    let mut wrong = Vec::new();
    let mut found_by_class: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (passwords, of_these) in by_passwords(vectors) {
        let inspections = inspected(folder.path(), &passwords, &of_these);
        for vector in of_these {
            let inspection = &inspections[vector["file"].as_str().unwrap()];
            let count = found_by_class.entry(vector["class"].as_str().unwrap()).or_default();
            count.1 += 1;
            count.0 += usize::from(holds(inspection, program));
            wrong.extend(complaint(vector, inspection, program));
        }
    }
    for (class, (found, all)) in &found_by_class {
        println!("{class}: found in {found} of {all}");
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), vectors.len(), wrong.join("\n"));
}

/// The vectors by the passwords that are to be known.
fn by_passwords(vectors: &[Value]) -> BTreeMap<String, Vec<&Value>> {
    let mut sorted: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for vector in vectors {
        let passwords: Vec<&str> = vector["passwords"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        sorted.entry(passwords.join("\n")).or_default().push(vector);
    }
    sorted
}

/// What the scanner says of each of these files.
fn inspected(folder: &Path, passwords: &str, vectors: &[&Value]) -> BTreeMap<String, Value> {
    let list = folder.join("passwords");
    fs::write(&list, passwords).unwrap();
    // A program that is not optimised takes its time, here beside other tests.
    let settings = folder.join("settings.toml");
    fs::write(&settings, "[scan]\nseconds = 600\nprocessor_seconds = 600\n").unwrap();
    let files = vectors.iter().map(|vector| folder.join(vector["file"].as_str().unwrap()));
    let output = khien()
        .args(["scan", "--json", "--passwords"])
        .arg(&list)
        .arg("--settings")
        .arg(&settings)
        .args(files)
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let files = document["files"].as_array().unwrap().iter();
    let name =
        |file: &Value| Path::new(file["path"].as_str().unwrap()).file_name().unwrap().to_string_lossy().into_owned();
    files.map(|file| (name(file), file["inspection"].clone())).collect()
}

/// Whether the program itself came out.
fn holds(inspection: &Value, program: &str) -> bool {
    inspection["nodes"].as_array().unwrap().iter().any(|node| node["sha256"] == program)
}

/// What is wrong with what was said of a vector.
fn complaint(vector: &Value, inspection: &Value, program: &str) -> Option<String> {
    let (file, verdict) = (&vector["file"], inspection["verdict"].as_str().unwrap());
    let reasons: Vec<&str> = inspection["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|node| node["not_inspected"].as_array())
        .flatten()
        .filter_map(|reason| reason["why"].as_str())
        .collect();
    let is_right = match vector["expect"].as_str().unwrap() {
        "found" => holds(inspection, program) && verdict == "blocked",
        "not_inspected" => {
            let wanted = vector["reason"].as_str();
            verdict != "clean" && !reasons.is_empty() && wanted.is_none_or(|wanted| reasons.contains(&wanted))
        }
        _ => verdict != "clean",
    };
    (!is_right).then(|| format!("{file}: expected {}, is {verdict} {reasons:?}", vector["expect"]))
}
