//! The reader of hives against libhivex, which reads and writes them for those who mend Windows from Linux.

#![allow(clippy::unwrap_used, reason = "in a test the panic is the message")]
#![allow(clippy::disallowed_methods, reason = "the peer is a program")]

#[path = "../../crates/observe/tests/machines/hives.rs"]
#[expect(dead_code, reason = "the machines of observe use all of it")]
mod hives;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use khien_observe::Root;
use khien_observe::windows::{Disk, DiskRegistry, KeyPath, Registry as _, Value};
use khien_tests::is_installed;

const HIVEX: &str = "hivexregedit";

/// How many keys are added below one: enough for lists of lists.
const MANY: usize = 3_000;

/// A folder with one hive, where Windows has it.
fn disk_with(hive: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Windows/System32/config/SOFTWARE");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, hive).unwrap();
    (folder, path)
}

fn registry_of(folder: &Path) -> DiskRegistry {
    DiskRegistry::new(Arc::new(Disk::new(Root::open(folder).unwrap())))
}

fn run(arguments: &[&str]) -> String {
    let output = Command::new(HIVEX).args(arguments).env("LC_ALL", "C.UTF-8").output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn libhivex_reads_the_hives_of_our_machines() {
    if !is_installed(HIVEX) {
        return;
    }
    let text =
        "[Microsoft\\Windows NT\\CurrentVersion]\n\"UBR\"=dword:00000e2b\n\"EditionID\"=\"Pro\"\n[Tài liệu\\Một]\n";
    let (_folder, path) = disk_with(&hives::hive(text));
    let exported = run(&["--export", "--unsafe-printable-strings", path.to_str().unwrap(), "\\"]);
    for line in [
        "[\\Microsoft\\Windows NT\\CurrentVersion]",
        "\"UBR\"=dword:00000e2b",
        "\"EditionID\"=str(1):\"Pro\"",
        "[\\Tài liệu\\Một]",
    ] {
        assert!(exported.lines().any(|found| found == line), "{line}\n{exported}");
    }
}

#[test]
fn what_libhivex_writes_is_read() {
    if !is_installed(HIVEX) {
        return;
    }
    let (folder, path) = disk_with(&hives::hive("[Microsoft]\n"));
    // libhivex takes text between quotation marks byte by byte.
    let name: Vec<String> =
        "Nguyễn\0".encode_utf16().flat_map(u16::to_le_bytes).map(|byte| format!("{byte:02x}")).collect();
    let mut merged = format!(
        "Windows Registry Editor Version 5.00\n\n[\\Khiên]\n\"Chuỗi\"=hex(1):{}\n\"Số\"=dword:0000002a\n\
        \"Bytes\"=hex(3):01,02,03,04,05\n\n[\\Khiên\\Nhiều]\n\n",
        name.join(",")
    );
    for number in 0..MANY {
        merged.push_str(&format!("[\\Khiên\\Nhiều\\Khóa {number}]\n\"n\"=dword:{number:08x}\n\n"));
    }
    let change = folder.path().join("change.reg");
    fs::write(&change, merged).unwrap();
    run(&["--merge", path.to_str().unwrap(), change.to_str().unwrap()]);
    let registry = registry_of(folder.path());
    let key = KeyPath::software("khiên");
    assert_eq!(registry.value(&key, "chuỗi").unwrap(), Some(Value::Text("Nguyễn".to_owned())));
    assert_eq!(registry.number(&key, "Số").unwrap(), Some(42));
    assert_eq!(registry.bytes(&key, "bytes").unwrap(), Some(vec![1, 2, 3, 4, 5]));
    let many = key.child("Nhiều");
    let names = registry.subkeys(&many).unwrap().unwrap();
    assert_eq!((names.items.len(), names.incomplete), (MANY, None));
    assert_eq!(registry.number(&many.child("Khóa 2718"), "n").unwrap(), Some(2718));
    assert!(registry.has(&KeyPath::software("Microsoft")).unwrap());
}
