//! The program itself: what it prints, how it ends, how it is stopped and killed.

#![expect(clippy::disallowed_methods, reason = "a test starts the program that it tests, at the time that it is")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Instant;

use crate::support::{Authority, Server};
use khien_agent::{Browsers, Settings};
use rustix::process::{Pid, Signal, kill_process};

fn agent(state: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_khien-agent"));
    command.args(words).arg("--state").arg(state).env_remove("KHIEN_LANG").env("SUDO_USER", "lan");
    command.stdin(Stdio::null());
    command
}

fn run(state: &Path, words: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = agent(state, words).output().expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (status.code().expect("a code"), text(stdout), text(stderr))
}

fn signal(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("a pid")).expect("a pid");
    kill_process(pid, signal).expect("it runs");
}

#[test]
fn without_a_terminal_nothing_is_collected_unless_the_notice_is_accepted() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().expect("a folder"));
    let server = Server::start_real(&authority);
    let (url, token) = (server.url(), authority.token().to_string());
    let state = folder.path().join("state");
    let (code, out, err) = run(&state, &["enrol", &url, &token]);
    assert_eq!(code, 2);
    assert!(out.contains("THÔNG BÁO VỀ VIỆC THEO DÕI") && err.contains("chưa được chấp nhận"), "{out}{err}");
    assert!(!state.exists() && server.book().requests == 0);

    let (code, out, err) = run(&state, &["enrol", &url, &token, "--accept-notice", "--lang", "en"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("NOTICE OF CYBER-SECURITY MONITORING") && out.contains("“Phòng Nghiệp vụ 1” (d-17)"), "{out}");
    assert_eq!(server.book().enrolled.as_ref().expect("enrolled").notice.accepted_by, "lan");

    let (code, out, err) = run(&state, &["run", "--once"]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "Máy chủ đã nhận 1 báo cáo.\n", ""));
    let (code, out, _) = run(&state, &["status", "--lang", "en"]);
    assert_eq!(code, 0);
    assert!(out.contains("Unit: Phòng Nghiệp vụ 1\n") && out.contains("Reports waiting: 0\n"), "{out}");
    let (code, out, _) = run(&state, &["check", "--lang", "en"]);
    assert!((0..=1).contains(&code) && out.starts_with("Cyber-security check\n"), "{out}");
}

#[test]
fn an_office_chooses_what_is_read_of_browsers() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().expect("a folder"));
    let server = Server::start_real(&authority);
    let (url, token) = (server.url(), authority.token().to_string());
    let state = folder.path().join("state");
    let enrolled = run(&state, &["enrol", &url, &token, "--accept-notice", "--browsers", "policies"]);
    assert_eq!(enrolled.0, 0, "{enrolled:?}");
    let status = || run(&state, &["status", "--lang", "en"]).1;
    assert!(status().contains("Browsers: policies only; how many passwords are saved is unknown\n"), "{}", status());
    let (code, out, err) = run(&state, &["check", "--facts"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let facts: serde_json::Value = serde_json::from_str(&out).expect("nothing but JSON");
    assert_eq!(facts["device"]["id"], "d-17");
    // What Linux knows of downloads it knows from browsers.
    assert_eq!(facts["device"]["facts"]["downloads"]["error"]["code"], "switched_off");
    Settings { browsers: Browsers::All }.write(&state).expect("written");
    assert!(status().contains("Browsers: policies are looked at and saved passwords are counted\n"), "{}", status());
    // Settings of another form are not taken for none: the report keeps to the least.
    std::fs::write(state.join("settings.json"), r#"{"browsers":"some"}"#).expect("written");
    let (code, _, err) = run(&state, &["run", "--once"]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("settings.json"), "{err}");
    let book = server.book();
    let downloads = &book.reports.last().expect("a report").areas["downloads"];
    assert!(downloads.fact.as_ref().expect("its fact").content.get().contains("switched_off"));
}

#[test]
fn what_cannot_be_done_is_said_with_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    for (words, expected) in [
        (&["status"][..], "chưa được ghi danh"),
        (&["run"], "chưa được ghi danh"),
        (&["enrol", "https://a", "KHIEN1-XYZ", "--accept-notice"], "Mã ghi danh có 3 ký tự"),
        (&["enrol", "http://a", &Authority::new().token().to_string(), "--accept-notice"], "https://"),
        (&["look"], "không có lệnh “look”"),
    ] {
        let (code, _, err) = run(&folder.path().join("state"), words);
        assert_eq!(code, 2, "{words:?}");
        assert!(err.starts_with("Lỗi: ") && err.contains(expected), "{words:?}: {err}");
    }
}

/// The same where not one byte more can be written to any file, as on a full disk.
fn run_on_a_full_disk(state: &Path, words: &[&str]) -> (i32, String, String) {
    let mut command = Command::new("/bin/sh");
    // Who ignores the signal is told by the error of each write.
    command.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_khien-agent")]);
    command.args(words).arg("--state").arg(state).env_remove("KHIEN_LANG").stdin(Stdio::null());
    let Output { status, stdout, stderr } = command.output().expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (status.code().expect("a code"), text(stdout), text(stderr))
}

#[test]
fn a_full_disk_is_said_and_loses_nothing_that_was_kept() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().expect("a folder"));
    let server = Server::start_real(&authority);
    let (url, token) = (server.url(), authority.token().to_string());
    let state = folder.path().join("state");
    assert_eq!(run_on_a_full_disk(&state, &["enrol", &url, &token, "--accept-notice"]).0, 2);
    assert_eq!(server.book().requests, 0, "a key that cannot be kept enrols nowhere");
    assert_eq!(run(&state, &["enrol", &url, &token, "--accept-notice"]).0, 0);
    assert_eq!(run(&state, &["run", "--once"]).0, 0);
    let kept = || {
        ["key.pk8", "counter", "enrolment.json", "latest.json", "contact.json"]
            .map(|name| std::fs::read(state.join(name)))
    };
    let (before, requests) = (kept().map(Result::unwrap), server.book().requests);
    for _ in 0..2 {
        let (code, out, err) = run_on_a_full_disk(&state, &["run", "--once"]);
        assert_eq!(code, 2, "{out}{err}");
        assert!(err.contains("kiểm tra ổ đĩa còn chỗ trống"), "{err}");
    }
    assert_eq!(kept().map(Result::unwrap), before);
    assert_eq!(server.book().requests, requests, "no counter is used that is not on the disk");
    // What is red here is told all the same.
    assert!((0..=1).contains(&run_on_a_full_disk(&state, &["check"]).0));
    let (code, out, err) = run(&state, &["run", "--once"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(server.book().requests > requests);
}

#[test]
fn the_service_ends_well_when_it_is_told_to() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().expect("a folder"));
    let server = Server::start_real(&authority);
    let (url, token) = (server.url(), authority.token().to_string());
    assert_eq!(run(folder.path(), &["enrol", &url, &token, "--accept-notice"]).0, 0);
    for end in [Signal::TERM, Signal::INT] {
        let mut child = agent(folder.path(), &["run"]).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut said = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut first = String::new();
        said.read_line(&mut first).expect("text");
        // From its first words on nobody else writes to its state.
        let (code, _, err) = run(folder.path(), &["run", "--once"]);
        assert_eq!(code, 2, "{first}{err}");
        signal(&child, end);
        let mut rest = String::new();
        said.read_to_string(&mut rest).expect("text");
        assert_eq!(child.wait().expect("it ends").code(), Some(0), "{first}{rest}");
        assert!(rest.ends_with("Đã dừng theo yêu cầu.\n"), "{first}{rest}");
    }
}

#[test]
fn killed_at_any_moment_it_never_uses_a_counter_twice_and_loses_nothing() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().expect("a folder"));
    let server = Server::start_real(&authority);
    let (url, token) = (server.url(), authority.token().to_string());
    assert_eq!(run(folder.path(), &["enrol", &url, &token, "--accept-notice"]).0, 0);
    let started = Instant::now();
    assert_eq!(run(folder.path(), &["run", "--once"]).0, 0);
    let usual = started.elapsed();
    for number in 0..8_u32 {
        let mut child = agent(folder.path(), &["run", "--once"]).stderr(Stdio::null()).spawn().expect("it starts");
        // Later and later in the run, through its end.
        std::thread::sleep(usual * number / 7);
        let _ = child.kill();
        child.wait().expect("it ended");
    }
    let (code, out, err) = run(folder.path(), &["run", "--once"]);
    assert_eq!(code, 0, "{out}{err}");
    let book = server.book();
    let mut counters = book.counters.clone();
    assert!(counters.is_sorted(), "{counters:?}");
    counters.dedup();
    assert_eq!(counters.len(), book.counters.len(), "no counter twice");
    let last = book.reports.last().expect("a report");
    for (name, area) in &last.areas {
        assert_eq!(book.known.get(name), Some(&area.hash), "the server has {name} as it is");
    }
}
