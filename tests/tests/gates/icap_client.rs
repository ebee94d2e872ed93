//! c-icap-client, which asks about one file and writes down what comes back.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::engine::{MARKER, Running, files, icap};

const PROGRAM: &str = "/usr/bin/c-icap-client";

fn ask(running: &Running, arguments: &[&str]) -> Output {
    let port = running.address.port().to_string();
    let mut command = Command::new(PROGRAM);
    command.args(["-i", "127.0.0.1", "-p", &port, "-s", "khien", "-v"]).args(arguments);
    command.output().unwrap()
}

#[test]
fn c_icap_client_is_answered() {
    if !Path::new(PROGRAM).exists() {
        println!("SKIPPED: {PROGRAM} is not installed");
        return;
    }
    let running = icap();
    let folder = tempfile::tempdir().unwrap();
    let options = String::from_utf8(ask(&running, &[]).stderr).unwrap();
    assert!(options.contains("Allow 204: Yes") && options.contains("Preview: 4096"), "{options}");
    assert!(options.contains("ISTAG: ") || options.contains("ISTag"), "{options}");

    let ways: [&[&str]; 5] = [
        &["-resp", "http://files.example/"],
        &["-resp", "http://files.example/", "-nopreview"],
        &["-resp", "http://files.example/", "-no204", "-nopreview"],
        &["-req", "http://files.example/", "-w", "0"],
        &["-resp", "http://files.example/", "-no204", "-w", "100"],
    ];
    for (name, content, verdict) in files() {
        let path = folder.path().join(name);
        fs::write(&path, &content).unwrap();
        for way in ways {
            let output = folder.path().join("output");
            let _ = fs::remove_file(&output);
            let mut arguments = vec!["-f", path.to_str().unwrap(), "-o", output.to_str().unwrap()];
            arguments.extend(way);
            let said = ask(&running, &arguments);
            let text = String::from_utf8_lossy(&said.stderr).into_owned();
            let came = fs::read(&output).unwrap_or_default();
            let shown = format!("{name} {way:?}: {text}\n{}", String::from_utf8_lossy(&came));
            if verdict == "clean" {
                let was_204 = text.contains("204");
                assert!(was_204 || came == content, "{}", &shown.chars().take(3000).collect::<String>());
            } else {
                assert!(text.contains("X-Infection-Found: Type="), "{shown}");
                assert!(text.contains("403 Forbidden"), "{shown}");
                assert!(String::from_utf8_lossy(&came).contains("Tên tệp"), "{shown}");
                assert!(!came.windows(MARKER.len()).any(|window| window == MARKER), "{shown}");
            }
        }
    }
    let told = running.journal.told();
    assert_eq!(told.len(), files().len() * ways.len());
    let expected: Vec<&str> = files().iter().flat_map(|(.., verdict)| [*verdict; 5]).collect();
    assert_eq!(told.iter().map(|(_, verdict)| *verdict).collect::<Vec<_>>(), expected, "{told:?}");
}
