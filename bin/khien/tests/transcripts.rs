//! Runs the real program as a user would and compares what it says with `transcripts/*.txt`.
//!
//! A transcript is a list of commands (`$ khien …`), each followed by what it printed (standard output, then standard
//! error) and its exit code (`[2]`). `UPDATE_EXPECT=1` rewrites the answers.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use expect_test::expect_file;

/// One byte more than the program takes in.
const HUGE: u64 = 16 * 1024 * 1024 + 1;

/// A folder with the fixtures, and with those files that do not belong into a repository.
fn workshop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"), folder.path());
    fs::write(folder.path().join("latin1.json"), b"{\n\"device\": \"V\xe9n\"}").expect("a file");
    fs::write(folder.path().join("utf16.json"), b"\xff\xfe{\0}\0").expect("a file");
    fs::write(folder.path().join("facts.xlsx"), b"PK\x03\x04\x14\0").expect("a file");
    fs::copy(folder.path().join("undated.csv"), folder.path().join("dated.csv")).expect("a copy");
    let dated = File::options().write(true).open(folder.path().join("dated.csv")).expect("a file");
    // 2026-11-20, noon in Việt Nam.
    dated.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_hours(498_653)).expect("a moment");
    fs::write(folder.path().join("empty.json"), "\n").expect("a file");
    fs::write(folder.path().join("list.json"), "[]").expect("a file");
    File::create(folder.path().join("huge.json")).and_then(|file| file.set_len(HUGE)).expect("a sparse file");
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("fixtures") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).expect("a copy");
        }
    }
}

/// The program in `folder`, with nothing of the tester's surroundings.
#[expect(clippy::disallowed_methods, reason = "the test is about the program as a process")]
fn khien(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_khien"));
    command.current_dir(folder).env_clear().env("COLUMNS", "80").stdin(Stdio::null());
    command
}

/// Runs one line of a transcript and returns what follows it.
fn answer(line: &str, folder: &Path) -> String {
    let mut command = khien(folder);
    let (line, input) = line.split_once(" < ").map_or((line, None), |(line, input)| (line, Some(input)));
    if let Some(input) = input {
        command.stdin(File::open(folder.join(input)).expect("the input"));
    }
    let mut words = line.split_whitespace().peekable();
    while let Some((name, value)) = words.peek().and_then(|word| word.split_once('=')) {
        command.env(name, value);
        words.next();
    }
    assert_eq!(words.next(), Some("khien"), "{line}");
    let output = command.args(words).output().expect("the program starts");
    let mut said = String::from_utf8(output.stdout).expect("it speaks UTF-8");
    said.push_str(&String::from_utf8(output.stderr).expect("it speaks UTF-8"));
    let code = output.status.code().expect("it ends by itself");
    let _ = writeln!(said, "[{code}]");
    said
}

/// The comments and commands of a transcript with the answers of today.
fn replay(transcript: &str, folder: &Path) -> String {
    let mut replayed = String::new();
    for line in transcript.lines().filter(|line| line.starts_with("# ") || line.starts_with("$ ")) {
        if !replayed.is_empty() {
            replayed.push('\n');
        }
        let _ = writeln!(replayed, "{line}");
        if let Some(command) = line.strip_prefix("$ ") {
            replayed.push_str(&answer(command, folder));
        }
    }
    replayed
}

#[test]
fn the_program_says_what_the_transcripts_say() {
    let workshop = workshop();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let mut transcripts: Vec<PathBuf> =
        fs::read_dir(folder).expect("transcripts").map(|entry| entry.expect("an entry").path()).collect();
    transcripts.sort();
    assert!(transcripts.len() >= 8, "transcripts are missing: {transcripts:?}");
    for path in transcripts {
        let transcript = fs::read_to_string(&path).expect("a transcript");
        expect_file![&path].assert_eq(&replay(&transcript, workshop.path()));
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let workshop = workshop();
    let mut command = khien(workshop.path());
    command.args(["check", "--directive", "letter.yaml", "--facts", "pc.json", "--format", "html"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    // Closed before anything is written: every write meets a broken pipe.
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(matches!(output.status.code(), Some(1 | 3)), "{:?}", output.status);
}

#[test]
fn a_report_is_written_to_a_file_whole() {
    let workshop = workshop();
    let target = workshop.path().join("kết quả.html");
    let mut command = khien(workshop.path());
    command.args([
        "check",
        "--directive",
        "letter.yaml",
        "--facts",
        "pc.json",
        "--at",
        "2026-11-22",
        "--format",
        "html",
    ]);
    let output = command.arg("--output").arg(&target).output().expect("the program starts");
    assert_eq!((output.stdout.len(), output.status.code()), (0, Some(1)));
    let page = fs::read_to_string(&target).expect("the file");
    assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
    let left: Vec<_> =
        fs::read_dir(workshop.path()).expect("the folder").map(|entry| entry.expect("an entry").path()).collect();
    assert!(left.iter().all(|path| path.extension() != Some(OsStr::new("tmp"))), "{left:?}");
}

#[test]
fn facts_go_round() {
    let workshop = workshop();
    let output =
        khien(workshop.path()).args(["facts", "--root", "machine", "--at", "2026-11-22"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(0));
    let mut command = khien(workshop.path());
    command.args(["check", "--facts", "-", "--at", "2026-11-22", "--format", "json"]).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
    child.stdin.take().expect("a pipe").write_all(&output.stdout).expect("the facts are read");
    let from_file = child.wait_with_output().expect("it ends").stdout;
    let directly =
        khien(workshop.path()).args(["check", "--root", "machine", "--at", "2026-11-22", "--format", "json"]).output();
    let directly = directly.expect("it starts").stdout;
    assert!(directly.len() > 1000);
    assert_eq!(String::from_utf8_lossy(&from_file), String::from_utf8_lossy(&directly));
}

#[test]
fn every_example_of_the_shipped_directives_is_right() {
    let workshop = workshop();
    let output =
        khien(workshop.path()).args(["directive", "test", "thads-2024", "thads-2026"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}
