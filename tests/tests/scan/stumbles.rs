//! What a newcomer stumbles over: nothing of theirs is lost, nothing is left out in silence, nothing hangs.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use khien_tests::program::khien;
use serde_json::Value;

use crate::command::{Running, program, said, scan, wait_for};

/// The name of a file that would write a verdict of its own, clear the screen and turn the line around.
const LIAR: &str = "a\nb.txt: sạch\u{1b}[2J\u{202e}txt.exe";

fn complaint(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn verify(folder: &Path, arguments: &[&str]) -> Output {
    khien().current_dir(folder).args(["receipt", "verify"]).args(arguments).output().unwrap()
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn a_receipt_replaces_nothing_but_a_receipt() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    for name in ["bang.xlsx", "a.txt", "rong.json"] {
        fs::write(place(name), if name == "rong.json" { "" } else { "số liệu" }).unwrap();
    }
    symlink("bang.xlsx", place("lien-ket.json")).unwrap();
    for receipt in ["bang.xlsx", "a.txt", "./a.txt", "rong.json", "lien-ket.json"] {
        let before = fs::read(place(receipt)).unwrap();
        let output = scan(folder.path(), &["--key", "khóa", "--receipt", receipt, "a.txt"]);
        assert_eq!(output.status.code(), Some(2), "{receipt}");
        assert!(complaint(&output).contains("sẽ làm mất tệp"), "{output:?}");
        assert_eq!((said(&output), fs::read(place(receipt)).unwrap()), (String::new(), before), "{receipt}");
    }
    for _ in 0..2 {
        let output = scan(folder.path(), &["--key", "khóa", "--receipt", "phiếu.json", "a.txt"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    // A receipt that is looked into itself is a file of the user like any other.
    let output = scan(folder.path(), &["--key", "khóa", "--receipt", "phiếu.json", "phiếu.json"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(verify(folder.path(), &["phiếu.json"]).status.code(), Some(0));
}

#[test]
fn a_receipt_names_what_could_not_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    fs::write(place("bc.html"), "sạch").unwrap();
    fs::create_dir(place("d")).unwrap();
    symlink("../bc.html", place("d/lk")).unwrap();
    pipe(&place("ong"));
    let paths = ["--key", "khóa", "--receipt", "p.json", "-r", "mat.txt", "ong", "d", "bc.html"];
    let output = scan(folder.path(), &paths);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let receipt: Value = serde_json::from_slice(&fs::read(place("p.json")).unwrap()).unwrap();
    let files = receipt["receipt"]["files"].as_array().unwrap();
    let named = files.iter().map(|file| (file["name"].as_str().unwrap(), file["verdict"].as_str().unwrap()));
    let not = "not_inspected";
    assert_eq!(named.collect::<Vec<_>>(), [("bc.html", "clean"), ("mat.txt", not), ("ong", not), ("lk", not)]);
    assert!(files[1].get("sha256").is_none() && files[1]["unread"].as_str().unwrap().contains("không tìm thấy"));
    let verified = verify(folder.path(), &["p.json"]);
    assert_eq!(verified.status.code(), Some(3), "{verified:?}");
    assert!(said(&verified).contains("mat.txt: chưa kiểm tra được, vì không tìm thấy"), "{verified:?}");
}

#[test]
fn what_the_user_has_no_right_to_read_is_not_clean() {
    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("a.txt");
    fs::write(&closed, "a").unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&closed).is_ok() {
        // Nothing is closed to root.
        return;
    }
    assert_eq!(scan(folder.path(), &["--key", "k", "--receipt", "p.json", "a.txt"]).status.code(), Some(2));
    assert_eq!(verify(folder.path(), &["p.json"]).status.code(), Some(3));
}

#[test]
fn no_name_reaches_the_terminal_as_a_command() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    fs::create_dir(place("d")).unwrap();
    fs::write(place("d").join(LIAR), program()).unwrap();
    pipe(&place("d").join(format!("{LIAR}2")));
    let scanned =
        scan(folder.path(), &["-r", "--all", "--quarantine", LIAR, "--key", "khóa", "--receipt", "p.json", "d"]);
    assert_eq!(scanned.status.code(), Some(1), "{scanned:?}");
    let verified = verify(folder.path(), &["p.json"]);
    for output in [&scanned, &verified] {
        let text = said(output) + &complaint(output);
        assert!(text.contains("a\u{fffd}b.txt: sạch\u{fffd}[2J\u{fffd}txt.exe"), "{text}");
        assert!(!text.contains(['\u{1b}', '\u{202e}']) && !text.contains("\nb.txt"), "{text:?}");
    }
}

#[test]
fn what_is_no_file_is_said_and_never_opened() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    fs::create_dir_all(place("d/rỗng")).unwrap();
    pipe(&place("d/ong"));
    for arguments in [&["d/ong"][..], &["-r", "d"], &["/dev/zero"]] {
        let output = scan(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(complaint(&output).contains("không phải tệp"), "{output:?}");
    }
    let empty = scan(folder.path(), &["-r", "d/rỗng"]);
    assert_eq!((empty.status.code(), said(&empty).as_str()), (Some(3), "Không có tệp nào để kiểm tra.\n"));
}

#[test]
fn links_that_are_not_followed_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    fs::create_dir(place("d")).unwrap();
    fs::write(place("d/a.txt"), "a").unwrap();
    for link in ["d/1", "d/2"] {
        symlink("/etc/hostname", place(link)).unwrap();
    }
    let output = scan(folder.path(), &["-r", "d"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(
        said(&output)
            .ends_with("Không đi theo 2 liên kết trong thư mục: nơi các liên kết đó trỏ tới chưa được kiểm tra.\n")
    );
    let json: Value = serde_json::from_slice(&scan(folder.path(), &["--json", "-r", "d"]).stdout).unwrap();
    assert_eq!(json["links_not_followed"], serde_json::json!(["d/1", "d/2"]));
}

#[test]
fn a_link_is_not_quarantined() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    fs::write(place("that.exe"), program()).unwrap();
    fs::set_permissions(place("that.exe"), fs::Permissions::from_mode(0o644)).unwrap();
    symlink("that.exe", place("link.exe")).unwrap();
    let output = scan(folder.path(), &["--quarantine", "giữ", "link.exe"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(complaint(&output).contains("là liên kết") && complaint(&output).contains("that.exe"), "{output:?}");
    assert!(place("link.exe").is_symlink());
    assert_eq!(fs::metadata(place("that.exe")).unwrap().permissions().mode() & 0o777, 0o644);
    assert_eq!(fs::read_dir(place("giữ")).unwrap().count(), 0);
}

#[test]
fn what_cannot_be_taken_away_is_said_and_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "a").unwrap();
    fs::write(folder.path().join("b.exe"), program()).unwrap();
    // Nobody, not even root, writes a file into this folder.
    let output = scan(folder.path(), &["--quarantine", "/proc", "a.txt", "b.exe"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(complaint(&output).contains("không chuyển được “b.exe” vào nơi cách ly"), "{output:?}");
    assert!(said(&output).contains("\n2 tệp: sạch 1, đáng ngờ 0, chưa kiểm tra được 0, bị chặn 1.\n"), "{output:?}");
    assert!(folder.path().join("b.exe").exists());
}

#[test]
fn one_missing_path_keeps_nothing_from_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "a").unwrap();
    let output = scan(folder.path(), &["khong-co.txt", "a.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).starts_with("a.txt: sạch\n"), "{output:?}");
    assert!(complaint(&output).contains("không tìm thấy “khong-co.txt”"), "{output:?}");
    for (form, errors) in [("--json", "/not_read/0/problem"), ("--sarif", "/runs/0/results/0/message/text")] {
        let output = scan(folder.path(), &[form, "khong-co.txt", "a.txt"]);
        assert_eq!(output.status.code(), Some(2));
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        let told = document.pointer(errors).and_then(Value::as_str);
        assert_eq!(told, Some("không tìm thấy “khong-co.txt”."), "{document}");
    }
}

#[test]
fn a_receipt_tells_whose_key_signed_only_when_the_key_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    fs::write(place("a.txt"), "a").unwrap();
    for (key, receipt) in [("khóa-1", "p.json"), ("khóa-2", "q.json")] {
        assert_eq!(scan(folder.path(), &["--key", key, "--receipt", receipt, "a.txt"]).status.code(), Some(0));
    }
    let receipt: Value = serde_json::from_slice(&fs::read(place("p.json")).unwrap()).unwrap();
    let public = receipt["key"].as_str().unwrap();
    fs::write(place("khóa.txt"), format!("{public}\n")).unwrap();
    let unknown = verify(folder.path(), &["p.json"]);
    assert_eq!(unknown.status.code(), Some(0));
    assert!(said(&unknown).contains("Chữ ký chỉ cho thấy phiếu chưa bị sửa"), "{unknown:?}");
    for (key, code) in [(public, 0), ("khóa.txt", 0), ("khóa-1", 0), ("khóa-2", 2), ("a.txt", 2), ("khong-co", 2)] {
        let output = verify(folder.path(), &["--key", key, "p.json"]);
        assert_eq!(output.status.code(), Some(code), "{key}: {output:?}");
        assert_eq!(said(&output).contains("Khóa ký đúng là khóa đã cho."), code == 0, "{output:?}");
    }
    assert_eq!(verify(folder.path(), &["--key", public, "q.json"]).status.code(), Some(2));
}

#[test]
fn a_drop_folder_makes_what_it_needs_and_keeps_what_is_not_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    fs::create_dir_all(place("vào/thư mục")).unwrap();
    fs::write(place("vào/a.txt"), "a").unwrap();
    fs::set_permissions(place("vào/a.txt"), fs::Permissions::from_mode(0o640)).unwrap();
    fs::write(place("vào/b.txt.part"), "b").unwrap();
    let said = fs::File::create(place("lời")).unwrap();
    let _watching = Running(
        khien()
            .current_dir(folder.path())
            .args(["scan", "--watch", "vào", "--clean", "ra/sạch", "--quarantine", "ra/giữ"])
            .stdout(Stdio::null())
            .stderr(said)
            .spawn()
            .unwrap(),
    );
    wait_for(&place("ra/sạch/a.txt"));
    assert_eq!(fs::metadata(place("ra/sạch/a.txt")).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(place("vào/b.txt.part").exists());
    fs::rename(place("vào/b.txt.part"), place("vào/b.txt")).unwrap();
    wait_for(&place("ra/sạch/b.txt"));
    let said = fs::read_to_string(place("lời")).unwrap();
    assert_eq!(said.matches("Để nguyên “vào/thư mục”").count(), 1, "{said}");
}

#[test]
fn a_drop_folder_does_not_feed_itself() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("vào")).unwrap();
    for (clean, quarantine) in [("vào", "giữ"), ("vào/sạch", "giữ"), ("giữ", "giữ"), ("sạch", "vào/giữ")]
    {
        let output = scan(folder.path(), &["--watch", "vào", "--clean", clean, "--quarantine", quarantine]);
        assert_eq!(output.status.code(), Some(2), "{clean} {quarantine}");
        assert!(complaint(&output).contains("ba thư mục riêng"), "{output:?}");
    }
}

#[test]
fn a_mistake_in_settings_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), "[scan.policy.effects]\nprogramm = \"suspicious\"\n").unwrap();
    fs::write(folder.path().join("a.txt"), "a").unwrap();
    let gate = khien().current_dir(folder.path()).args(["icap", "--settings", "s.toml"]).output().unwrap();
    for output in [scan(folder.path(), &["--settings", "s.toml", "a.txt"]), gate] {
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let said = complaint(&output);
        for wanted in ["dòng 2, cột 1", "scan.policy.effects.programm", "Có phải", "program,"] {
            assert!(said.contains(wanted), "{wanted}: {said}");
        }
    }
}

#[test]
fn the_least_memory_that_is_taken_is_enough_to_look_into_a_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "a").unwrap();
    fs::write(folder.path().join("s.toml"), "[scan]\nmemory_bytes = 134217728\n").unwrap();
    let output = scan(folder.path(), &["--settings", "s.toml", "a.txt"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}
