//! What `--output` leaves behind: the report in the right file, and links, pipes and rights as they were.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output};

#[expect(clippy::disallowed_methods, reason = "the test is about the program as a process")]
fn check(output: &Path) -> Output {
    let machine = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/machine");
    let mut command = Command::new(env!("CARGO_BIN_EXE_khien"));
    let command = command.args(["check", "--format", "json", "--root", machine, "--output"]).arg(output);
    command.output().expect("it starts")
}

fn is_report(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok_and(|report| report.get("summary").is_some())
}

fn assert_report(path: &Path) {
    assert!(is_report(&fs::read_to_string(path).expect("the file is there")), "{}", path.display());
}

#[test]
fn a_link_is_followed_and_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("real")).expect("a folder");
    for existing in [false, true] {
        let (target, link) = (folder.path().join(format!("real/{existing}")), folder.path().join(existing.to_string()));
        if existing {
            fs::write(&target, "old").expect("a file");
        }
        symlink(format!("real/{existing}"), &link).expect("a link");
        check(&link);
        assert!(fs::symlink_metadata(&link).expect("the link").is_symlink());
        assert!(fs::symlink_metadata(&target).expect("the target").is_file());
        assert_report(&target);
    }
}

#[test]
fn a_link_in_a_circle_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("circle");
    symlink("circle", &link).expect("a link");
    assert_eq!(check(&link).status.code(), Some(2));
    assert!(fs::symlink_metadata(&link).expect("the link").is_symlink());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the standard library makes no pipes with a name")]
fn a_pipe_is_written_into_and_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).expect("what came through")
    });
    check(&pipe);
    // Before the thread is waited for: it would wait for ever if the pipe had been replaced.
    assert!(fs::symlink_metadata(&pipe).expect("the pipe").file_type().is_fifo());
    assert!(is_report(&reader.join().expect("the reader ends")));
}

#[test]
fn an_existing_file_keeps_its_mode_and_owner() {
    let folder = tempfile::tempdir().expect("a folder");
    for mode in [0o600, 0o640, 0o664] {
        let file = folder.path().join(format!("{mode:o}"));
        fs::write(&file, "old").expect("a file");
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("a mode");
        let before = fs::metadata(&file).expect("the file");
        check(&file);
        let after = fs::metadata(&file).expect("the file");
        assert_eq!((after.mode(), after.uid(), after.gid()), (before.mode(), before.uid(), before.gid()));
        assert_report(&file);
    }
}

#[test]
fn a_new_file_has_the_mode_of_any_new_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ordinary, report) = (folder.path().join("ordinary"), folder.path().join("report"));
    fs::write(&ordinary, "").expect("a file");
    check(&report);
    assert_eq!(fs::metadata(&report).expect("the report").mode(), fs::metadata(&ordinary).expect("the file").mode());
    assert_report(&report);
}

#[test]
fn a_dash_is_standard_output() {
    let output = check(Path::new("-"));
    assert!(is_report(&String::from_utf8_lossy(&output.stdout)));
    assert!(!Path::new("-").exists());
}
