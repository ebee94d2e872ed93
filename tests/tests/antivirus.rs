//! `antivirus` against a real `clamd`: it starts, and clause 4.1 is met on this machine; it ends, and the clause is not.

#![allow(clippy::unwrap_used, reason = "in a test the panic is the message")]
#![allow(clippy::disallowed_methods, reason = "it starts a real program, and the moment is now")]
#![allow(clippy::print_stdout, reason = "a skipped test says so")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use khien_model::State;
use khien_observe::{Options, collect};
use khien_tests::{findings, shipped_directive};

const CLAMD: &str = "/usr/sbin/clamd";

/// How long `clamd` may take to load one signature and open its socket.
const PATIENCE: Duration = Duration::from_mins(1);

/// One signature: the MD5 and the size of the harmless file that all scanners report (EICAR).
const SIGNATURE: &str = "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n";

/// A `clamd` that ends with the test.
struct Clamd(Child);

impl Clamd {
    fn start(folder: &Path) -> Self {
        let socket = folder.join("clamd.socket");
        let settings = folder.join("clamd.conf");
        fs::create_dir(folder.join("signatures")).unwrap();
        fs::write(folder.join("signatures/eicar.hdb"), SIGNATURE).unwrap();
        let lines = format!(
            "DatabaseDirectory {0}/signatures\nLocalSocket {1}\nForeground yes\nUser root\n",
            folder.display(),
            socket.display()
        );
        fs::write(&settings, lines).unwrap();
        let mut command = Command::new(CLAMD);
        command.arg("--config-file").arg(&settings).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut clamd = Self(command.spawn().unwrap());
        let started = Instant::now();
        while !socket.exists() {
            assert_eq!(clamd.0.try_wait().unwrap(), None, "clamd ended");
            assert!(started.elapsed() < PATIENCE, "clamd did not open its socket within {PATIENCE:?}");
            thread::sleep(Duration::from_millis(20));
        }
        clamd
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The state of the first control of clause 4.1 on the machine this test runs on.
fn antivirus_running() -> State {
    let now = Timestamp::now();
    let facts = collect(&Options::this_machine(now), &mut |_| {});
    let findings = findings(&shipped_directive("thads-2026.yaml"), facts, now);
    findings.iter().find(|finding| finding.control == "antivirus-running").unwrap().state
}

#[test]
fn a_real_clamd() {
    if !Path::new(CLAMD).exists() {
        println!("SKIPPED: {CLAMD} is not installed");
        return;
    }
    if antivirus_running() == State::Pass {
        println!("SKIPPED: an antivirus runs on this machine already");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let clamd = Clamd::start(folder.path());
    assert_eq!(antivirus_running(), State::Pass);
    drop(clamd);
    assert_eq!(antivirus_running(), State::Fail);
}
