//! Clients of clamd: clamdscan, and a library in Python.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use khien_test_support::{ask_clamd, clamd_library};
use serde_json::Value;

use crate::engine::{clamd, files};

const CLAMDSCAN: &str = "/usr/bin/clamdscan";

/// Runs clamdscan, which finds the gate by its settings.
fn clamdscan(settings: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(CLAMDSCAN);
    command.arg(format!("--config-file={}", settings.display())).args(arguments);
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

#[test]
fn clamdscan_is_answered() {
    if !Path::new(CLAMDSCAN).exists() {
        println!("SKIPPED: {CLAMDSCAN} is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("gate.socket");
    let running = clamd(&socket);
    let (by_socket, by_address) = (folder.path().join("socket.conf"), folder.path().join("address.conf"));
    fs::write(&by_socket, format!("LocalSocket {}\n", socket.display())).unwrap();
    fs::write(&by_address, format!("TCPSocket {}\nTCPAddr 127.0.0.1\n", running.address.port())).unwrap();

    for settings in [&by_socket, &by_address] {
        let (code, said) = clamdscan(settings, &["--ping", "3"]);
        assert_eq!((code, said.contains("PONG")), (Some(0), true), "{said}");
        let (_, said) = clamdscan(settings, &["--version"]);
        assert!(said.starts_with("Khien ") && said.contains("/marker-1"), "{said}");
    }
    let shelf = folder.path().join("files");
    fs::create_dir(&shelf).unwrap();
    for (name, content, verdict) in files() {
        let path = shelf.join(name);
        fs::write(&path, content).unwrap();
        let path = path.to_str().unwrap();
        let (wanted, code) = match verdict {
            "clean" => (format!("{path}: OK"), 0),
            "blocked" => (format!("{path}: Khien.rule.Harmless_Marker FOUND"), 1),
            _ => (format!("{path}: Khien.NotInspected.UnknownType FOUND"), 1),
        };
        for (settings, way) in [(&by_socket, "--fdpass"), (&by_socket, "--stream"), (&by_address, "--stream")] {
            let (ended, said) = clamdscan(settings, &[way, "--no-summary", path]);
            assert_eq!((ended, said.trim()), (Some(code), wanted.as_str()), "{way}");
        }
        // A path that is only named is not read, and that is no OK.
        let (ended, said) = clamdscan(&by_socket, &["--no-summary", path]);
        assert!(ended == Some(2) && said.contains("ERROR") && !said.contains(": OK"), "{ended:?} {said}");
    }
    for way in [["--multiscan", "--fdpass"], ["--multiscan", "--stream"]] {
        let (code, said) = clamdscan(&by_socket, &[way[0], way[1], shelf.to_str().unwrap()]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("Infected files: 4"), "{said}");
        assert_eq!((said.matches(" FOUND").count(), said.matches("ERROR").count()), (4, 0), "{said}");
    }
}

#[test]
fn a_client_library_is_answered() {
    if let Err(reason) = clamd_library() {
        println!("SKIPPED: {reason}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("gate.socket");
    let running = clamd(&socket);
    let port = running.address.port().to_string();
    for (name, content, verdict) in files() {
        for place in [vec!["127.0.0.1", &port], vec![socket.to_str().unwrap()]] {
            let said = ask_clamd(&place, &content).unwrap();
            assert_eq!((&said["ping"], verdict_of(&said["stream"])), (&Value::Bool(true), verdict), "{name}: {said}");
            assert!(said["version"].as_str().unwrap().starts_with("Khien "), "{said}");
            assert!(said["stats"].as_str().unwrap().contains("STATE: VALID PRIMARY"), "{said}");
        }
    }
}

/// What the library made of the answer: nothing for clean, or what was found.
fn verdict_of(stream: &Value) -> &'static str {
    match stream.pointer("/stream/1").and_then(Value::as_str) {
        None if stream.is_null() => "clean",
        Some(found) if found.starts_with("Khien.NotInspected.") => "not_inspected",
        Some(_) => "blocked",
        None => "no answer",
    }
}
