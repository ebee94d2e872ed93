//! Files that LibreOffice really wrote, headless.

#![allow(clippy::disallowed_methods, reason = "the tests start LibreOffice, which writes what is read")]
#![allow(clippy::print_stderr, reason = "a test says on the terminal what it could not do")]

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::process::{Command, Stdio};

use khien_tables::{DateSystem, FileProblem, Limits, Spreadsheet, read};

/// Titles in merged cells over two rows, a formula, a date. `NULL_DATE` is the day from which days are counted.
const LIST: &str = include_str!("fixtures/list.fods");

/// Lets LibreOffice write the list in another form. `None` without LibreOffice.
fn written(folder: &Path, null_date: &str, ending: &str) -> Option<Vec<u8>> {
    fs::write(folder.join("list.fods"), LIST.replace("NULL_DATE", null_date)).expect("a list");
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let status = Command::new("soffice")
        .args([&profile, "--headless", "--norestore", "--convert-to", ending, "--outdir"])
        .args([folder, &folder.join("list.fods")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match status {
        Ok(status) => {
            assert!(status.success(), "LibreOffice refused {ending}");
            Some(fs::read(folder.join("list").with_extension(ending)).expect("a converted list"))
        }
        Err(error) => {
            eprintln!("SKIPPED: no LibreOffice on this machine: {error}");
            None
        }
    }
}

#[test]
fn workbooks_of_libreoffice_are_read_in_both_systems_of_dates() {
    let folder = tempfile::tempdir().expect("a folder");
    for (null_date, system) in [("1899-12-30", DateSystem::From1900), ("1904-01-01", DateSystem::From1904)] {
        let Some(bytes) = written(folder.path(), null_date, "xlsx") else { return };
        let mut table = Spreadsheet::open(Cursor::new(bytes), Limits::CASES).expect("a workbook");
        assert_eq!((table.origin().sheet.as_deref(), table.origin().dates), (Some("Thụ lý"), system));
        let rows = table.first_rows(10).expect("rows");
        let rows: Vec<String> = rows.iter().map(|row| row.cells.join(" | ")).collect();
        assert_eq!(
            rows,
            [
                "Số thụ lý | Quyết định | Quyết định | Phải thu",
                "Số thụ lý | Số | Ngày | Phải thu",
                "1/TL | 7/QĐ | 05/07/2026 | 1500000",
            ]
        );
    }
}

#[test]
fn other_kinds_of_workbooks_are_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    for (ending, problem) in [("xls", FileProblem::OldExcel), ("ods", FileProblem::OtherWorkbook)] {
        let Some(bytes) = written(folder.path(), "1899-12-30", ending) else { return };
        assert_eq!(read(&bytes), Err(problem), "{ending}");
    }
}

#[test]
fn a_workbook_with_a_password_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("list.fods"), LIST.replace("NULL_DATE", "1899-12-30")).expect("a list");
    // The Python of the system is the one that knows LibreOffice.
    let python = Path::new("/usr/bin/python3");
    let knows = |module: &str| {
        let asked = Command::new(python).args(["-c", &format!("import {module}")]).stderr(Stdio::null()).status();
        asked.is_ok_and(|status| status.success())
    };
    if !knows("uno") {
        eprintln!("SKIPPED: no LibreOffice that Python knows on this machine");
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/protect.py");
    let status = Command::new(python).arg(script).arg(folder.path()).status().expect("Python");
    assert!(status.success(), "LibreOffice did not save it");
    let bytes = fs::read(folder.path().join("protected.xlsx")).expect("a workbook");
    assert_eq!(read(&bytes), Err(FileProblem::Protected));
    let opened = Spreadsheet::open(Cursor::new(bytes), Limits::CASES).map(|_| ());
    assert_eq!(opened, Err(FileProblem::Protected));
}
