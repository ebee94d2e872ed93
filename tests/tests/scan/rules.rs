//! `khien rules` and what scans make of packs, with a real web server to fetch from.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use khien_test_support::FeedServer;
use khien_tests::program::khien;
use serde_json::Value;

/// A rule that finds a word that stands nowhere else, and one that cannot be used.
const RULES: &str = "rule finds_word { meta: author = \"An\" khien_effect = \"blocked\" strings: $a = \"tu-khoa-thu-nghiem\" \
                     condition: $a }\nrule uses_clock { condition: time.now() > 0 }\n";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    khien().current_dir(folder).args(["--lang", "en"]).args(arguments).output().unwrap()
}

/// What a command said, where it must end with `code`.
fn said(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = run(folder, arguments);
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    said
}

/// A folder with rules under `licence`, a file that they find, and a folder for packs.
fn folder(licence: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("nguon")).unwrap();
    fs::write(folder.path().join("nguon/a.yar"), RULES).unwrap();
    fs::write(folder.path().join("nguon/LICENSE"), licence).unwrap();
    fs::write(folder.path().join("a.txt"), "tu-khoa-thu-nghiem").unwrap();
    fs::write(folder.path().join("sach.txt"), "xin chào").unwrap();
    fs::create_dir(folder.path().join("goi")).unwrap();
    folder
}

/// Packs the rules and gives the public key.
fn packed(folder: &Path, out: &str, new_key: bool) -> String {
    let mut arguments = vec!["rules", "pack", "nguon", "--name", "thu", "--key", "k", "--json", "-o", out];
    arguments.extend(new_key.then_some("--new-key"));
    let packed: Value = serde_json::from_str(&said(folder, &arguments, 0)).unwrap();
    assert_eq!((&packed["rules"], &packed["problems"][0]["code"]), (&1.into(), &"R002".into()), "{packed}");
    assert_eq!(packed["problems"][0]["line"], 2);
    packed["signed_by"].as_str().unwrap().to_owned()
}

#[test]
fn a_pack_is_made_verified_loaded_used_and_taken_away() {
    let folder = folder("MIT License");
    let at = folder.path();
    let key = packed(at, "cu.khien-rules", true);
    said(at, &["rules", "pack", "nguon", "--key", "k", "--new-key", "-o", "x.khien-rules"], 2);
    assert_eq!(packed(at, "moi.khien-rules", false), key, "the key that is there stays as it is");
    let untrusted = said(at, &["rules", "verify", "moi.khien-rules", "--rules", "goi"], 1);
    assert!(
        untrusted.contains("not trusted") && untrusted.contains(&format!("khien rules trust {key}")),
        "{untrusted}"
    );
    assert!(said(at, &["rules", "verify", "moi.khien-rules", "--key", &key], 0).contains("licence MIT"));
    assert!(said(at, &["rules", "load", "moi.khien-rules", "--rules", "goi"], 1).contains("--trust"));
    assert_eq!(fs::read_dir(at.join("goi")).unwrap().count(), 0, "what is refused leaves nothing");

    said(at, &["scan", "--rules", "goi", "a.txt"], 0);
    said(at, &["rules", "load", "moi.khien-rules", "--rules", "goi", "--trust", &key], 0);
    assert!(said(at, &["rules", "load", "moi.khien-rules", "--rules", "goi"], 0).contains("already"));
    assert!(said(at, &["rules", "load", "cu.khien-rules", "--rules", "goi"], 1).contains("older"));
    assert!(said(at, &["scan", "--rules", "goi", "a.txt"], 1).contains("finds_word"));
    said(at, &["scan", "--rules", "goi", "sach.txt"], 0);
    assert!(said(at, &["rules", "list", "--rules", "goi"], 0).contains("thu: 1 rules, licence MIT"));
    said(at, &["rules", "load", "cu.khien-rules", "--rules", "goi", "--force"], 0);

    let json: Value = serde_json::from_str(&said(at, &["scan", "--json", "--rules", "goi", "sach.txt"], 0)).unwrap();
    let names: Vec<&str> =
        json["rule_sources"].as_array().unwrap().iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["khien", "thu"]);
    assert_eq!(json["rule_sources"][1]["age_days"], 0);
    said(at, &["scan", "--rules", "goi", "--receipt", "phieu.json", "--key", "r", "sach.txt"], 0);
    let receipt: Value = serde_json::from_slice(&fs::read(at.join("phieu.json")).unwrap()).unwrap();
    assert_eq!(receipt["receipt"]["rule_sources"][1]["name"], "thu");
    assert_ne!(receipt["receipt"]["by"], "?");
    assert!(said(at, &["receipt", "verify", "phieu.json"], 0).contains("Rules thu"));

    said(at, &["rules", "unload", "thu", "--rules", "goi"], 0);
    said(at, &["rules", "unload", "thu", "--rules", "goi"], 2);
    said(at, &["scan", "--rules", "goi", "a.txt"], 0);
}

#[test]
fn without_a_pack_that_is_broken_nothing_is_clean() {
    let folder = folder("MIT License");
    let at = folder.path();
    let key = packed(at, "a.khien-rules", true);
    said(at, &["rules", "load", "a.khien-rules", "--rules", "goi", "--trust", &key], 0);
    let place = at.join("goi/thu.khien-rules");
    let mut bytes = fs::read(&place).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&place, bytes).unwrap();
    let told = said(at, &["scan", "--rules", "goi", "sach.txt"], 3);
    assert!(
        told.contains("WARNING") && told.contains("the pack of rules thu.khien-rules could not be asked"),
        "{told}"
    );
    assert!(said(at, &["rules", "list", "--rules", "goi"], 1).contains("NOT USABLE"));
    said(at, &["rules", "unload", "thu.khien-rules", "--rules", "goi"], 0);
    said(at, &["scan", "--rules", "goi", "sach.txt"], 0);
    // A folder that somebody names is there.
    said(at, &["scan", "--rules", "khong-co", "sach.txt"], 3);
    // A key that is trusted no more.
    said(at, &["rules", "load", "a.khien-rules", "--rules", "goi"], 0);
    said(at, &["rules", "trust", &key, "--remove", "--rules", "goi"], 0);
    said(at, &["scan", "--rules", "goi", "sach.txt"], 3);
}

#[test]
fn what_may_not_be_handed_on_is_said_and_not_packed_for_others() {
    let folder = folder("Elastic License 2.0");
    let at = folder.path();
    let pack = ["rules", "pack", "nguon", "--licence", "MIT", "--key", "k", "--new-key", "-o", "a.khien-rules"];
    assert!(said(at, &pack, 0).contains("keep the pack to yourselves"));
    let others = ["rules", "pack", "nguon", "--licence", "MIT", "--key", "k", "--for-others", "-o", "b.khien-rules"];
    assert!(said(at, &others, 1).contains("Elastic-2.0"));
    assert!(!at.join("b.khien-rules").exists());
}

#[test]
fn rules_are_fetched_over_tls() {
    let server = match FeedServer::start() {
        Ok(server) => server,
        Err(reason) => return println!("SKIPPED: {reason}"),
    };
    let folder = folder("Detection Rule License (DRL) 1.1");
    let at = folder.path();
    let zipped = Command::new("/usr/bin/python3")
        .current_dir(at)
        .args(["-m", "zipfile", "-c", "quy-tac.zip", "nguon/"])
        .status()
        .unwrap();
    assert!(zipped.success());
    server.put("quy-tac.zip", fs::read(at.join("quy-tac.zip")).unwrap());
    fs::write(at.join("ca.pem"), &server.certificate).unwrap();
    let url = server.tls("quy-tac.zip");
    assert!(said(at, &["rules", "pull", &url, "-o", "ve"], 2).contains("cannot be trusted"));
    assert!(said(at, &["rules", "pull", &server.plain("quy-tac.zip"), "-o", "ve"], 2).contains("https"));
    assert!(said(at, &["rules", "pull", &server.tls("khong-co.zip"), "--ca", "ca.pem", "-o", "ve"], 2).contains("404"));
    assert!(
        said(at, &["rules", "pull", &server.tls("round"), "--ca", "ca.pem", "-o", "ve"], 2).contains("more than 5")
    );
    assert!(said(at, &["rules", "pull", &server.tls("elsewhere"), "--ca", "ca.pem", "-o", "ve"], 2).contains("https"));
    said(at, &["rules", "pull", &url, "--ca", "ca.pem", "--as", "Thu Nghiem", "-o", "ve"], 0);
    let record: Value = serde_json::from_slice(&fs::read(at.join("ve/thu-nghiem/source.json")).unwrap()).unwrap();
    assert_eq!((record["url"].as_str(), record["license"].as_str()), (Some(url.as_str()), Some("DRL-1.1")));
    assert_eq!(record["sha256"].as_str().unwrap().len(), 64);
    let packed =
        said(at, &["rules", "pack", "ve", "--key", "k", "--new-key", "--for-others", "-o", "a.khien-rules"], 0);
    assert!(packed.contains("DRL-1.1") && packed.contains(&url), "{packed}");
}
