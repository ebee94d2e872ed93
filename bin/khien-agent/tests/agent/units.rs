//! The units for systemd: in their form, hardened, and about programs and options that there are.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What `systemd-analyze security` may say at most, in tenths: below 5.0 it calls a service OK.
const MOST_EXPOSED: u32 = 30;

fn units() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/systemd");
    let paths = std::fs::read_dir(folder).expect("the units").map(|entry| entry.expect("an entry").path());
    let read = |path: PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, std::fs::read_to_string(&path).expect("text"))
    };
    paths.map(read).collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test asks systemd itself")]
fn systemd_takes_the_units_and_finds_them_hardened() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        println!("SKIPPED: systemd-analyze is not installed");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in units() {
        // The programs are not installed where the tests run; any program that is there does for the syntax.
        let program = env!("CARGO_BIN_EXE_khien-agent");
        let started = |line: &str| match line.strip_prefix("ExecStart=").and_then(|command| command.split_once(' ')) {
            Some((_, arguments)) => format!("ExecStart={program} {arguments}\n"),
            None => format!("{line}\n"),
        };
        let path = folder.path().join(&name);
        std::fs::write(&path, text.lines().map(started).collect::<String>()).expect("written");
        let threshold = format!("--threshold={MOST_EXPOSED}");
        for words in [&["verify"][..], &["security", "--offline=true", &threshold]] {
            let output = Command::new("systemd-analyze").args(words).arg(&path).output().expect("it starts");
            let said =
                format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(output.status.success(), "{name}: {said}");
        }
    }
}

#[test]
fn each_program_that_stays_has_a_unit_that_bounds_it() {
    let units = units();
    let mut names: Vec<&str> = units.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["khien-agent.service", "khien-server.service"]);
    for (name, text) in &units {
        for bound in [
            "NoNewPrivileges=yes",
            "ProtectSystem=strict",
            "MemoryMax=",
            "TasksMax=",
            "SystemCallFilter=",
            "UMask=0077",
        ] {
            assert!(text.contains(bound), "{name} has no {bound}");
        }
    }
    let agent = units.iter().find(|(name, _)| name == "khien-agent.service").map(|(_, text)| text.as_str());
    assert!(
        agent.is_some_and(|text| text.contains("ExecStart=/usr/bin/khien-agent run --state /var/lib/khien-agent\n"))
    );
}
