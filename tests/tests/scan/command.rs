//! `khien scan` as a person types it.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use khien_tests::program::khien;
use serde_json::Value;

/// How long a drop folder may take to pass a file on.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked whether it has.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A name that shows one ending and has another.
const LURE: &str = "hoa-don.pdf.exe";

pub(crate) fn scan(folder: &Path, arguments: &[&str]) -> Output {
    khien().current_dir(folder).arg("scan").args(arguments).output().unwrap()
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A program without anything to run: the headers that make it one.
pub(crate) fn program() -> Vec<u8> {
    let mut program = vec![0; 1024];
    program[..2].copy_from_slice(b"MZ");
    program[60..64].copy_from_slice(&64_u32.to_le_bytes());
    program[64..68].copy_from_slice(b"PE\0\0");
    program[68..70].copy_from_slice(&0x14c_u16.to_le_bytes());
    program
}

/// A folder with a clean file, one below it, a program and a locked archive.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("thư mục")).unwrap();
    fs::write(folder.path().join("thư mục/ghi chú.txt"), "xin chào").unwrap();
    fs::write(folder.path().join("a.txt"), "a").unwrap();
    fs::write(folder.path().join(LURE), program()).unwrap();
    folder
}

#[test]
fn each_way_it_can_end_has_a_number() {
    let folder = folder();
    fs::write(folder.path().join("la.bin"), [0x8f, 0, 1, 0xfe].repeat(100)).unwrap();
    for (arguments, code) in [
        (&["a.txt"][..], 0),
        (&["a.txt", LURE], 1),
        (&["a.txt", "la.bin"], 3),
        (&["a.txt", "khong-co.txt"], 2),
        (&["."], 2),
        (&[], 2),
        (&["--watch", "."], 2),
        (&["--json", "--sarif", "a.txt"], 2),
    ] {
        assert_eq!(scan(folder.path(), arguments).status.code(), Some(code), "{arguments:?}");
    }
}

#[test]
fn a_person_reads_what_was_found_where_and_what_to_do() {
    let folder = folder();
    let vietnamese = said(&scan(folder.path(), &["--lang", "vi", "--recursive", "."]));
    assert!(vietnamese.contains("./a.txt: sạch\n"), "{vietnamese}");
    assert!(vietnamese.contains("./thư mục/ghi chú.txt: sạch\n"), "{vietnamese}");
    assert!(vietnamese.contains("hoa-don.pdf.exe: bị chặn\n"), "{vietnamese}");
    assert!(vietnamese.contains("Cần làm: "), "{vietnamese}");
    assert!(vietnamese.ends_with("3 tệp: sạch 2, đáng ngờ 0, chưa kiểm tra được 0, bị chặn 1.\n"), "{vietnamese}");
    let english = said(&scan(folder.path(), &["--lang", "en", LURE]));
    assert!(english.contains(": blocked\n") && english.contains("What to do: "), "{english}");
}

#[test]
fn programs_read_json_and_sarif() {
    let folder = folder();
    let json: Value = serde_json::from_slice(&scan(folder.path(), &["--json", "-r", "."]).stdout).unwrap();
    assert_eq!(json["files"].as_array().unwrap().len(), 3);
    assert_eq!(json["limits"]["depth"], 12);
    let sarif: Value = serde_json::from_slice(&scan(folder.path(), &["--sarif", LURE]).stdout).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert!(!sarif["runs"][0]["results"].as_array().unwrap().is_empty());
}

#[test]
fn what_is_blocked_goes_into_quarantine_with_a_note() {
    let folder = folder();
    let output = scan(folder.path(), &["--quarantine", "cách ly/ở đây", "a.txt", LURE]);
    assert_eq!(output.status.code(), Some(1));
    assert!(folder.path().join("a.txt").exists());
    assert!(!folder.path().join(LURE).exists());
    let quarantine = folder.path().join("cách ly/ở đây");
    let mut names: Vec<_> = fs::read_dir(&quarantine).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let [note, taken] = names.as_slice() else { panic!("{names:?}") };
    assert_eq!(fs::read(taken).unwrap(), program());
    let note: Value = serde_json::from_slice(&fs::read(note).unwrap()).unwrap();
    assert!(note["path"].as_str().unwrap().ends_with(LURE));
    assert_eq!(note["inspection"]["verdict"], "blocked");
}

#[test]
fn the_same_content_in_quarantine_twice_is_kept_twice() {
    let folder = folder();
    let again = "thư mục/hoa-don-2.pdf.exe";
    fs::write(folder.path().join(again), program()).unwrap();
    for lure in [LURE, again] {
        assert_eq!(scan(folder.path(), &["--quarantine", "giữ", lure]).status.code(), Some(1));
        assert!(!folder.path().join(lure).exists());
    }
    let mut names: Vec<_> =
        fs::read_dir(folder.path().join("giữ")).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let came_from: Vec<String> = names
        .iter()
        .filter(|name| name.extension().is_some_and(|extension| extension == "json"))
        .map(|note| {
            serde_json::from_slice::<Value>(&fs::read(note).unwrap()).unwrap()["path"].as_str().unwrap().to_owned()
        })
        .collect();
    let [second, first] = came_from.as_slice() else { panic!("{names:?}") };
    assert!(first.ends_with(LURE) && second.ends_with(again), "{came_from:?}");
    let kept = names.iter().filter(|name| name.extension().is_some_and(|extension| extension == "quarantined"));
    assert_eq!(kept.map(|name| fs::read(name).unwrap()).collect::<Vec<_>>(), [program(), program()]);
}

#[test]
fn a_receipt_says_what_was_scanned_and_shows_when_it_was_changed() {
    let folder = folder();
    let output = scan(folder.path(), &["--receipt", "phiếu.json", "--key", "khóa/key", "a.txt", LURE]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let verify = || khien().current_dir(folder.path()).args(["receipt", "verify", "phiếu.json"]).output().unwrap();
    let verified = verify();
    assert_eq!(verified.status.code(), Some(1));
    let text = said(&verified);
    assert!(text.contains("a.txt: sạch") && text.contains("hoa-don.pdf.exe: bị chặn"), "{text}");
    let receipt = fs::read_to_string(folder.path().join("phiếu.json")).unwrap();
    fs::write(folder.path().join("phiếu.json"), receipt.replace("\"blocked\"", "\"clean\"")).unwrap();
    let changed = verify();
    assert_eq!(changed.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&changed.stderr).contains("đã bị sửa"), "{changed:?}");
    fs::write(folder.path().join("phiếu.json"), "{").unwrap();
    assert_eq!(verify().status.code(), Some(2));
}

#[test]
fn settings_bound_what_is_looked_at_and_mistakes_in_them_are_said() {
    let folder = folder();
    fs::write(folder.path().join("s.toml"), "[scan.limits]\ninput_bytes = 3\n").unwrap();
    let output = scan(folder.path(), &["--lang", "en", "--settings", "s.toml", "thư mục/ghi chú.txt"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(said(&output).contains("the file is larger than 3 bytes"), "{output:?}");
    fs::write(folder.path().join("s.toml"), "[scan.policy.effects]\nprogram = \"note\"\n").unwrap();
    fs::write(folder.path().join("cong-cu.exe"), program()).unwrap();
    let lenient = scan(folder.path(), &["--settings", "s.toml", "cong-cu.exe"]);
    assert_eq!(lenient.status.code(), Some(0), "{}", said(&lenient));
    fs::write(folder.path().join("s.toml"), "[scan.limits]\ninputs = 3\n").unwrap();
    let output = scan(folder.path(), &["--settings", "s.toml", "a.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("inputs"), "{output:?}");
}

#[test]
fn a_drop_folder_passes_on_what_is_clean_and_keeps_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    for name in ["vào", "sạch"] {
        fs::create_dir(place(name)).unwrap();
    }
    // A file of that name has gone on before: it stays.
    fs::write(place("sạch/a.txt"), "trước").unwrap();
    let mut watching = Running(
        khien()
            .current_dir(folder.path())
            .args(["scan", "--watch", "vào", "--clean", "sạch", "--quarantine", "giữ"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    fs::write(place("vào/a.txt"), "sau").unwrap();
    // Somebody still writes this one.
    let mut growing = fs::File::create(place("vào/lon.txt")).unwrap();
    fs::write(place("vào").join(LURE), program()).unwrap();
    let began = Instant::now();
    while !place("sạch/a (2).txt").exists() || place("vào").join(LURE).exists() {
        growing.write_all(b"x").unwrap();
        assert!(began.elapsed() < PATIENCE, "{:?}", watching.0.try_wait());
        std::thread::sleep(LOOK_EVERY);
    }
    assert_eq!(fs::read_to_string(place("sạch/a.txt")).unwrap(), "trước");
    assert_eq!(fs::read_to_string(place("sạch/a (2).txt")).unwrap(), "sau");
    assert_eq!(fs::read_dir(place("giữ")).unwrap().count(), 2);
    drop(growing);
    wait_for(&place("sạch/lon.txt"));
}

/// Waits until there is such a file.
pub(crate) fn wait_for(path: &Path) {
    let began = Instant::now();
    while !path.exists() {
        assert!(began.elapsed() < PATIENCE, "{}", path.display());
        std::thread::sleep(LOOK_EVERY);
    }
}

/// A program that is ended with the test.
pub(crate) struct Running(pub(crate) std::process::Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn nobody_becomes_a_worker_by_typing() {
    let mut typed = khien();
    let output = typed.arg("scan-worker").stdin(Stdio::null()).output().unwrap();
    assert!(output.stdout.is_empty(), "{output:?}");
}
